// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reader has to know before believing a comparison of measurements. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "tables/tables.h"

static bool has_noise(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].has_est || cmp->lines[i].verdict == INCONCLUSIVE)
			return true;
	return false;
}

static bool same_text(const struct record *a, const struct record *b,
		      const char *object, const char *key)
{
	const char *x = header_text(a, object, key);
	const char *y = header_text(b, object, key);

	return x && y && !strcmp(x, y);
}

/* Boots that no line could use. */
static size_t count_unused(const struct comparison *cmp, size_t col)
{
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->against[col][i];

		if (line->has_est && line->est.unused < least)
			least = line->est.unused;
	}
	return least == SIZE_MAX ? 0 : least;
}

/* Rows that not all boots have, which are named before the rest is counted. */
#define MISSED_ROWS 5

#define say(out, ...) \
	print_wrapped((out)->f, (out)->width, 2, fmt_text(__VA_ARGS__))

static void say_boots(const struct comparison *cmp, const struct output *out)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];

		if (col->nr_boots < col->nr_recs)
			say(out,
			    draws_layouts(cmp)
				    ? "%s: %zu boots of %s; those of one %s count once"
				    : "%s: %zu records are of %s; what was measured in one %s counts once",
			    col->name, col->nr_recs,
			    fmt_count(col->nr_boots, counted_as(cmp)),
			    counted_as(cmp));
	}
}

static void say_column(const struct comparison *cmp, size_t c,
		       const struct output *out)
{
	const struct column *base = &cmp->cols[0], *col = &cmp->cols[c];
	size_t shared = count_shared_boots(base, col),
	       unused = count_unused(cmp, c);

	if (same_text(base->recs[0], col->recs[0], "kernel", "build_id"))
		say(out,
		    "%s and %s are the same kernel: A/A, whatever differs is chance",
		    base->name, col->name);
	if (shared)
		say(out, "%zu %s%s on both sides, %s and %s", shared,
		    counted_as(cmp), shared == 1 ? " is" : "s are", base->name,
		    col->name);
	if (unused)
		say(out, "%s left out: %s",
		    fmt_text("%zu %s%s", unused, counted_as(cmp),
			     unused == 1 ? " is" : "s are"),
		    draws_layouts(cmp)
			    ? "the other kernel was not booted in them"
			    : "no boot of the other kernel is in the block");
	if (col->order >= ORDER_BASE_FIRST) {
		char *order = order_text(cmp, col);

		say(out, "%s: a drift of the machine looks like a change%s",
		    order,
		    col->confounded
			    ? ", and what was measured is INCONCLUSIVE; --allow order judges it all the same"
			    : "");
		free(order);
	}
}

static bool lacks_sets(const struct column *col)
{
	for (size_t r = 0; r < col->nr_recs; r++)
		if (!col->recs[r]->layout_set)
			return true;
	return false;
}

/* Is there a layout of either that was drawn for the same kernels? */
static bool share_set(const struct column *a, const struct column *b)
{
	struct index sets = { 0 };
	bool share = false;

	for (size_t i = 0; i < a->nr_recs; i++)
		index_add(&sets, a->recs[i]->layout_set, i);
	for (size_t j = 0; j < b->nr_recs && !share; j++)
		share = index_find(&sets, b->recs[j]->layout_set);
	index_free(&sets);
	return share;
}

/* Why layouts of two columns are no pairs, or most of them. */
static const char *why_no_pairs(const struct column *base,
				const struct column *col)
{
	if (lacks_sets(base) || lacks_sets(col))
		return fmt_text("of layouts of %s it is not known which kernels they were drawn for",
				lacks_sets(base) ? base->name : col->name);
	if (!share_set(base, col))
		return fmt_text("layouts of %s and %s were drawn for other sets of kernels",
				base->name, col->name);
	return fmt_text("%s and %s have other layouts", base->name, col->name);
}

/* How layouts are compared, and whether they are enough. */
static void say_layouts(const struct comparison *cmp, size_t c,
			const struct output *out)
{
	const struct column *base = &cmp->cols[0], *col = &cmp->cols[c];
	size_t least = MIN(base->nr_boots, col->nr_boots);

	if (!draws_layouts(cmp))
		return;
	if (are_pairs(cmp, col))
		say(out,
		    "layouts of %s and %s are pairs: what both kernels have is at the same addresses in them",
		    base->name, col->name);
	else
		say(out,
		    "%s: all of one are compared with all of the other, and where functions happen to be is in the spread of both",
		    why_no_pairs(base, col));
	if (least == 1)
		say(out,
		    "%s has one layout: what differs may be where its functions happen to be, and what was measured is INCONCLUSIVE, however many boots it is of",
		    base->nr_boots == 1 ? base->name : col->name);
	else if (least < LAYOUTS_FEW)
		say(out,
		    "%zu and %zu layouts are few, %d a side are what intervals should be of: one that is unlike the others says too much",
		    base->nr_boots, col->nr_boots, LAYOUTS_FEW);
}

/* Rows that boots miss, and how many are left. */
static void say_missed(const struct comparison *cmp, size_t c,
		       const struct output *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->against[c][i];
		char *boots;

		if (!line_misses_boots(cmp, line) || ++nr > MISSED_ROWS)
			continue;
		boots = boots_text(cmp, line);
		say(out, "%s %s %s: %s", line->key->scenario, line->key->op,
		    line->key->metric, boots);
		free(boots);
	}
	if (nr > MISSED_ROWS)
		say(out, "%s more are not in all boots",
		    fmt_count(nr - MISSED_ROWS, "row"));
}

/* Can any row of a set that is judged be significant with so many boots? */
static void say_power(const struct comparison *cmp, size_t c,
		      const struct output *out)
{
	const struct line *best = NULL;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->against[c][i];

		if (line->has_est && !line->exploratory &&
		    (!best || line->est.p_min < best->est.p_min))
			best = line;
	}
	if (!best || best->est.p_min * cmp->nr_holm <= STATS_ALPHA ||
	    best->est.pairs == 1 || tells_nothing(cmp, best))
		return;
	say(out,
	    "%zu + %zu %ss%s are too few: no p is below %s, which is %s after adjusting for %zu rows; whatever differs, no %s row is significant",
	    best->est.boots[STATS_BASE], best->est.boots[STATS_NEW],
	    counted_as(cmp),
	    draws_layouts(cmp)
		    ? ""
		    : fmt_text(" in %s", fmt_count(best->est.blocks, "block")),
	    fmt_p(best->est.p_min),
	    fmt_p(fmin(1, best->est.p_min * cmp->nr_holm)), cmp->nr_holm,
	    judged_sets(cmp));
}

/* Rows that are said to differ, by less than one kernel did from itself. */
static size_t count_below_floor(const struct comparison *cmp)
{
	size_t n = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			const struct line *line = &cmp->against[c][i];
			enum tally tally = line_tally(line);

			n += line->has_est && line->ratio > 0 &&
			     (tally == TALLY_WORSE || tally == TALLY_BETTER ||
			      tally == TALLY_OTHER) &&
			     fabs(log(line->ratio)) < log1p(cmp->floor);
		}
	}
	return n;
}

static void say_delta(const struct comparison *cmp, const struct output *out)
{
	size_t below = cmp->floor_from ? count_below_floor(cmp) : 0;

	say(out, "a change below %s%% does not matter (--delta); %s%s",
	    fmt_size(1 + cmp->delta),
	    cmp->floor_from ? fmt_text("noise floor of this host %s%%, %s",
				       fmt_size(1 + cmp->floor),
				       base_name(cmp->floor_from))
			    : "no A/A run of this host is known",
	    below ? fmt_text(", and %s changed by less than that",
			     fmt_count(below, "row"))
		  : "");
}

/* A mark is no verdict: that holds whichever part of these boots is believed. */
static void say_unsteady(const struct comparison *cmp, const struct output *out)
{
	size_t rows = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++)
		for (size_t i = 0; i < cmp->nr_lines; i++)
			rows += cmp->against[c][i].unsteady > 0;
	if (rows)
		say(out,
		    "%s not steady in some boot, by %s%% or more%s: marked where these are more than a tenth, and UNSTABLE where the verdict depends on the part of a boot that is believed",
		    rows == 1 ? "1 row is" : fmt_text("%zu rows are", rows),
		    fmt_size(1 + cmp->tolerance),
		    cmp->floor_from ? ", the noise floor" : "");
}

/* Boots of which a number was not taken, as the host was in too many of their batches. */
static void say_left_out(const struct comparison *cmp, const struct output *out)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		size_t boots = 0;

		for (size_t r = 0; r < col->nr_recs; r++) {
			const struct record *rec = col->recs[r];
			bool shared = false;

			for (size_t i = 0; i < rec->nr_rows && !shared; i++)
				shared = rec->rows[i].shared;
			boots += shared;
		}
		if (boots)
			say(out,
			    "%s: in %zu of %s, fewer than %d batches of a row had the core to themselves, at its speed, and all of the pages of the kernel: that row of that boot is left out",
			    col->name, boots, fmt_count(col->nr_recs, "boot"),
			    RECORD_ALONE_MIN);
	}
}

static void say_images(const struct comparison *cmp, const struct output *out)
{
	char *note = layouts_note(cmp);

	if (note)
		print_wrapped(out->f, out->width, 2, note);
	free(note);
}

static bool is_single(const struct comparison *cmp)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (cmp->cols[c].nr_boots > 1)
			return false;
	return true;
}

/**
 * print_caveats() - what a reader has to know of measurements
 * @cmp: comparison, built
 * @out: text
 *
 * Prints nothing where everything is exact.
 */
void print_caveats(const struct comparison *cmp, const struct output *out)
{
	if (!has_noise(cmp))
		return;
	fputc('\n', out->f);
	if (is_single(cmp)) {
		fputs(!strcmp(counted_as(cmp), "layout")
			      ? "One layout each: where functions happen to be moves times by more than most\n"
				"patches do, so that a measured difference is INCONCLUSIVE however large, and\n"
				"however many boots it is of. Ratios are of medians.\n"
			      : "One boot each: the noise between boots is unknown, so that a measured\n"
				"difference is INCONCLUSIVE however large. Ratios are of medians.\n",
		      out->f);
		say_images(cmp, out);
		say_disturbed(cmp, out);
		say_left_out(cmp, out);
		return;
	}
	fputs("About the measurements:\n", out->f);
	say_delta(cmp, out);
	say_images(cmp, out);
	say_boots(cmp, out);
	say_disturbed(cmp, out);
	say_left_out(cmp, out);
	say_unsteady(cmp, out);
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		say_column(cmp, c, out);
		say_layouts(cmp, c, out);
		say_missed(cmp, c, out);
		say_power(cmp, c, out);
	}
}
