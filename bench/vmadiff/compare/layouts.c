// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layout of the code: the order that the functions of an image were linked in. It is
 * drawn in the native tier, and counted there. Everywhere else an image is one, and where
 * its functions happen to be is in what was measured of it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/* Rows whose spread is said; the rest is counted. */
#define ROWS_NAMED 8

/**
 * draws_layouts() - was the order of functions drawn, and is what is counted?
 * @cmp: comparison
 */
bool draws_layouts(const struct comparison *cmp)
{
	return cmp->cols[0].recs[0]->layout >= 0;
}

/**
 * counted_as() - what is counted as one, for a reader
 * @cmp: comparison
 *
 * Return: "layout" where these are drawn, else "boot".
 */
const char *counted_as(const struct comparison *cmp)
{
	return draws_layouts(cmp) ? "layout" : "boot";
}

/**
 * are_pairs() - is each layout of a column compared with the same one of the first?
 * @cmp: comparison, with its boots found
 * @col: column, not the first
 */
bool are_pairs(const struct comparison *cmp, const struct column *col)
{
	return draws_layouts(cmp) && col->blocking != BLOCKS_NONE;
}

/* How the numbers of two kernels are compared. */
enum way {
	OF_BOOTS,
	OF_PAIRS,
	OF_LAYOUTS,
	OF_BOTH, /* of several kernels, some in pairs */
	NR_WAYS,
};

static enum way way_of(const struct comparison *cmp)
{
	size_t pairs = 0;

	if (!draws_layouts(cmp))
		return OF_BOOTS;
	for (size_t c = 1; c < cmp->nr_cols; c++)
		pairs += are_pairs(cmp, &cmp->cols[c]);
	if (!pairs)
		return OF_LAYOUTS;
	return pairs + 1 < cmp->nr_cols ? OF_BOTH : OF_PAIRS;
}

/* Are there boots that columns are of, and changes are not? */
static bool leaves_out(const struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			const struct line *line = &cmp->against[c][i];

			if (line->has_est && line->est.unused)
				return true;
		}
	}
	return false;
}

/* clang-format off */
#define CHANGE(text) {								\
	text ", not the ratio of the columns",					\
	text ", not the ratio of the columns, which are also of what is left "	\
	     "out: the two may differ in sign",					\
}
/* clang-format on */

/* By whether something is left out. */
static const char *const changes[NR_WAYS][2] = {
	[OF_BOOTS] =
		CHANGE("the median over all pairs of boots of a block (Hodges-Lehmann)"),
	[OF_PAIRS] = CHANGE("the median over pairs of layouts"),
	[OF_LAYOUTS] =
		CHANGE("the median over all layouts of one with all of the other (Hodges-Lehmann)"),
	[OF_BOTH] =
		CHANGE("the median over pairs of layouts, or without pairs over all of one with all of the other (Hodges-Lehmann)"),
};

/**
 * name_of_change() - what a change over boots is, for a reader
 * @cmp: comparison, built
 *
 * Return: text; it is not the ratio of two medians.
 */
const char *name_of_change(const struct comparison *cmp)
{
	return changes[way_of(cmp)][leaves_out(cmp)];
}

/* Are there rows with so many boots that the test is not exact? */
static bool approximates(const struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			const struct line *line = &cmp->against[c][i];

			if (line->has_est && !line->est.exact)
				return true;
		}
	}
	return false;
}

/* clang-format off */
#define TEXT_OF(number) #number
#define APPROXIMATION(boots, pairs)						\
	", as a normal approximation where more than " TEXT_OF(boots)		\
	" of a kernel are in a block, or more than " TEXT_OF(pairs) " pairs in all"
#define TEST(text)								\
	{ text, text APPROXIMATION(STATS_EXACT_BOOTS, STATS_EXACT_PAIRS) }
/* clang-format on */

/**
 * name_of_test() - what p and intervals are of, for a reader
 * @cmp: comparison, built
 *
 * Of pairs the rank-sum test within blocks is a sign test.
 */
const char *name_of_test(const struct comparison *cmp)
{
	static const char *const names[NR_WAYS][2] = {
		[OF_BOOTS] = TEST("a rank-sum test of boots"),
		[OF_PAIRS] = TEST("a sign test of pairs"),
		[OF_LAYOUTS] = TEST("a rank-sum test of layouts"),
		[OF_BOTH] =
			TEST("a sign test of pairs, or a rank-sum test of layouts"),
	};

	return names[way_of(cmp)][approximates(cmp)];
}

/**
 * change_in_unit() - a shift in the unit of the metric
 * @line: line with an estimate
 * @shift: its shift, or the end of an interval
 *
 * Return: where a ratio is estimated, what that makes of the median of BASE.
 */
double change_in_unit(const struct line *line, double shift)
{
	return line->est.scale == STATS_RATIO ? line->values[0] * expm1(shift)
					      : shift;
}

/**
 * tells_nothing() - is a row INCONCLUSIVE, whatever its numbers are?
 * @cmp: comparison, built
 * @line: line with an estimate
 *
 * Where the boots of one kernel were before those of the other, and where one has a
 * single layout: how far others would be from it is not known, however many there are of
 * the other kernel, whose layouts need not be as far apart.
 */
bool tells_nothing(const struct comparison *cmp, const struct line *line)
{
	return cmp->cols[line->col].confounded ||
	       (draws_layouts(cmp) && (line->est.boots[STATS_BASE] < 2 ||
				       line->est.boots[STATS_NEW] < 2));
}

/**
 * comparison_use_layouts() - learn how far layouts of a kernel are apart
 * @cmp: comparison with all of its records, not yet built
 * @path: boots of one kernel in the native tier, or NULL
 *
 * Return: NULL; or why not, to be given to free().
 */
char *comparison_use_layouts(struct comparison *cmp, const char *path)
{
	struct comparison *of;
	char *why = NULL;

	if (!path)
		return NULL;
	of = xcalloc(1, sizeof(*of));
	if (comparison_add_boots(of, "layouts", NULL, path))
		why = xasprintf("%s", of->refused[0].why);
	else if (!draws_layouts(of))
		why = xasprintf("its records have no layouts: boots of one kernel in the native tier are needed");
	else
		find_boots(of);
	if (!why && of->cols[0].nr_boots < 2)
		why = xasprintf("it is of one layout");
	if (why) {
		comparison_free(of);
		free(of);
	} else {
		cmp->layouts = of;
	}
	return why;
}

/* Standard deviation over layouts, as a part of the value; NAN if it is not known. */
static double spread_of_layouts(const struct column *col,
				const struct record_row *key)
{
	double n = 0, mean = 0, squares = 0;

	for (size_t i = 0; i < col->nr_boots; i++) {
		const struct column one = { .boots = &col->boots[i],
					    .nr_boots = 1 };
		double v = log(column_value(&one, key, NULL, NULL)), off;

		if (!isfinite(v))
			continue;
		off = v - mean;
		mean += off / ++n;
		squares += off * (v - mean);
	}
	return n > 1 ? expm1(sqrt(squares / (n - 1))) : NAN;
}

/* "secretmem_append mmap 2.1 %, ..." of rows that are compared; NULL if none is known. */
static char *spreads_text(const struct comparison *cmp)
{
	const struct column *of = &cmp->layouts->cols[0];
	char *text = NULL;
	size_t named = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct record_row *key = cmp->lines[i].key;
		double spread = spread_of_layouts(of, key);

		if (isnan(spread) || key->exact || named++ >= ROWS_NAMED)
			continue;
		join_text(&text, ", ", "%s %s %.1f %%", key->scenario, key->op,
			  100 * spread);
	}
	if (named > ROWS_NAMED)
		join_text(&text, ", ", "and %zu more", named - ROWS_NAMED);
	return text;
}

static const char *build_id(const struct column *col)
{
	const json_t *kernel = json_object_get(col->recs[0]->header, "kernel");

	return json_string_value(json_object_get(kernel, "build_id"));
}

/* Is there a column of another image than the first one is of? */
static bool images_differ(const struct comparison *cmp)
{
	const char *base = build_id(&cmp->cols[0]), *new;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		new = build_id(&cmp->cols[c]);
		if (!base || !new || strcmp(base, new))
			return true;
	}
	return false;
}

/**
 * layouts_note() - that what differs may be where the functions of two images are
 * @cmp: comparison, built
 *
 * Return: what a reader has to know, with how far layouts are apart where that is known,
 * to be given to free(); NULL where images are not timed, or not compared, or where their
 * layouts are drawn.
 */
char *layouts_note(const struct comparison *cmp)
{
	static const char said[] =
		"each kernel is one image, which is one layout of its code: where functions happen to be moves times, too, and is in no interval here";
	const struct record *rec = cmp->cols[0].recs[0];
	char *spreads, *text;

	if (!is_timed(rec) || draws_layouts(cmp) || !images_differ(cmp) ||
	    json_object_get(rec->info, RECORD_IMPORTED_KEY))
		return NULL;
	if (!cmp->layouts)
		return xasprintf("%s; --layouts says how far, of the native tier",
				 said);
	spreads = spreads_text(cmp);
	text = xasprintf("%s; standard deviation of one image over %zu layouts of %s in the native tier, of which a difference of two has 1.4 times: %s",
			 said, cmp->layouts->cols[0].nr_boots,
			 cmp->layouts->cols[0].recs[0]->stage
				 ? cmp->layouts->cols[0].recs[0]->stage
				 : "a kernel",
			 spreads ? spreads : "not known of these rows");
	free(spreads);
	return text;
}
