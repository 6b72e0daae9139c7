// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One row over the commits, as stairs: what plots/steps.gp draws. A commit has the room
 * from half a place before it to half a place behind; where it moves the row, it does so
 * where its room begins.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "parts.h"

/* Steps that have a number and a line of text. */
#define STEPS_NAMED 10
/* With so many commits or fewer each record has a mark. */
#define COMMITS_MARKED 60
/* Labels below the picture. */
#define TICKS_MAX 8
/* Heights at which numbers stand, and how wide they are as a part of the picture. */
#define LANES 4
#define NUMBER_WIDTH 0.045
/* What there is of a commit is not narrower than this part of the picture. */
#define HOLE_WIDTH 0.003

/**
 * struct drawing - a picture that is being made
 * @r: range
 * @row: which is drawn
 * @steps: that moved it, by commit
 * @named: of each of them whether it has a number
 * @nr: how many
 * @low: the least value
 * @span: from there to the largest one, or what stands for it
 */
struct drawing {
	const struct range *r;
	const struct range_row *row;
	const struct range_step **steps;
	bool *named;
	size_t nr;
	double low;
	double span;
};

/** steps_name() - name of the data file, to be given to free() */
char *steps_name(const struct range_row *row)
{
	return xasprintf("steps-%s-%s-%s", row->key.scenario, row->key.op,
			 row->key.metric);
}

static bool has_value(const struct drawing *d, size_t commit)
{
	return d->r->commits[commit].state == RANGE_MEASURED &&
	       (d->row->counts[commit] == COUNT_THERE ||
		d->row->counts[commit] == COUNT_APART);
}

/* As it looks in the picture. */
static double size_of(const struct range_step *step)
{
	return fabs(step->to - step->from);
}

static void find_range(struct drawing *d)
{
	double high = -INFINITY;

	d->low = INFINITY;
	for (size_t c = 0; c < d->r->nr_commits; c++) {
		if (!has_value(d, c))
			continue;
		d->low = fmin(d->low, d->row->values[c]);
		high = fmax(high, d->row->values[c]);
	}
	d->span = high - d->low;
	if (d->span == 0)
		d->span = d->low != 0 ? fabs(d->low) : 1;
}

/* The largest get numbers. */
static void name_steps(struct drawing *d)
{
	for (size_t n = 0; n < STEPS_NAMED && n < d->nr; n++) {
		size_t best = d->nr;

		for (size_t i = 0; i < d->nr; i++)
			if (!d->named[i] &&
			    (best == d->nr ||
			     size_of(d->steps[i]) > size_of(d->steps[best])))
				best = i;
		d->named[best] = true;
	}
}

static void collect_steps(struct drawing *d)
{
	const struct range *r = d->r;

	for (size_t i = 0; i < r->nr_steps; i++)
		if (r->steps[i].kind == STEP_MOVED &&
		    &r->rows[r->steps[i].row] == d->row)
			*xappend(d->steps, d->nr) = &r->steps[i];
	d->named = xcalloc(d->nr + 1, sizeof(*d->named));
}

static const char *kind_of(const struct range_step *step)
{
	switch (step->tally) {
	case TALLY_BETTER:
		return "better";
	case TALLY_WORSE:
		return "worse";
	case TALLY_SHAPE:
		return "shape";
	default:
		return "-";
	}
}

/* "s03", which is the place of s03_store_twice; of other names what there is room for. */
static char *short_name(const char *name)
{
	return xasprintf("%.*s", (int)MIN(strcspn(name, "_"), 8), name);
}

/* Commits without a value: x, and where they begin and end. */
static size_t print_holes(const struct drawing *d, FILE *f)
{
	size_t nr = d->r->nr_commits, n = 0;
	double least = HOLE_WIDTH * (double)nr;

	for (size_t c = 0, end; c < nr; c = end) {
		double from = (double)c - 0.5, to, middle;

		end = c + 1;
		if (has_value(d, c))
			continue;
		while (end < nr && !has_value(d, end))
			end++;
		to = (double)end - 0.5;
		middle = (from + to) / 2;
		if (to - from < least) {
			from = middle - least / 2;
			to = middle + least / 2;
		}
		n++;
		if (f)
			fprintf(f, "%.10g\t%.10g\t%.10g\n", middle, from, to);
	}
	if (n && f)
		fputs("\n\n", f);
	return n;
}

/* "3201 in the first record, 2950 in the last, -251 (-7.8%)" */
static char *ends_text(const struct drawing *d)
{
	const struct range *r = d->r;
	double first = range_first(r, d->row), last = range_last(r, d->row);

	if (first == last)
		return xasprintf("%s in the first record and in the last",
				 row_value_text(r, d->row, first));
	return xasprintf("%s in the first record, %s in the last%s%s",
			 isnan(first) ? "none" : row_value_text(r, d->row, first),
			 isnan(last) ? "none" : row_value_text(r, d->row, last),
			 isnan(last - first) ? "" : ", ",
			 row_change_text(d->row, first, last));
}

static void print_title(const struct drawing *d, FILE *f)
{
	const struct range *r = d->r;
	char *ends = ends_text(d);

	fprintf(f,
		"# picture: steps\n# title: %s %s %s: %s; moved by %zu of %s\n",
		d->row->key.scenario, d->row->key.op, d->row->key.metric, ends,
		d->nr, fmt_count(r->nr_measured - 1, "commit"));
	free(ends);
	fprintf(f, "# subtitle: counts of the exact tier by commit%s%s\n",
		print_holes(d, NULL)
			? "; grey: no count, so a step behind it may be any of theirs"
			: "",
		d->nr > STEPS_NAMED
			? fmt_text("; the %d largest of %zu steps have numbers",
				   STEPS_NAMED, d->nr)
			: "");
	fprintf(f, "# unit: %s, exact\n", d->row->key.unit);
}

static void print_ticks(const struct drawing *d, FILE *f)
{
	size_t nr = d->r->nr_commits, step = (nr + TICKS_MAX - 1) / TICKS_MAX;

	for (size_t c = 0; c < nr; c += step) {
		char *name = short_name(d->r->commits[c].name);

		fprintf(f, "# tick: %zu %s\n", c, name);
		free(name);
	}
}

/* " or the one before it", where what comes before has no count. */
static const char *others_text(const struct range_step *step)
{
	size_t nr = step->commit - step->since - 1;

	if (!nr)
		return "";
	return nr == 1 ? " or the one before it"
		       : fmt_text(" or one of the %zu before it", nr);
}

/* A line below the picture for each number in it. */
static void print_legend(const struct drawing *d, FILE *f)
{
	for (size_t i = 0, number = 0; i < d->nr; i++) {
		const struct range_step *step = d->steps[i];
		const struct range_commit *c = &d->r->commits[step->commit];
		char *commit = commit_text(c), *place = short_name(c->name);

		if (d->named[i])
			fprintf(f, "# step: %zu  %s  %s%s  %s\n", ++number,
				row_change_text(d->row, step->from, step->to),
				*commit ? place : c->name, others_text(step),
				commit);
		free(place);
		free(commit);
	}
}

/* The lowest height at which a number does not stand upon another. */
static size_t take_lane(double ends[LANES], double x, double width)
{
	size_t best = 0;

	for (size_t i = 0; i < LANES; i++) {
		if (x >= ends[i]) {
			best = i;
			break;
		}
		if (ends[i] < ends[best])
			best = i;
	}
	ends[best] = x + width;
	return best;
}

/* Commit, x, y, number, from, to, kind. */
static void print_numbers(const struct drawing *d, FILE *f)
{
	double width = NUMBER_WIDTH * (double)d->r->nr_commits;
	double ends[LANES];
	size_t number = 0;

	for (size_t i = 0; i < LANES; i++)
		ends[i] = -INFINITY;
	for (size_t i = 0; i < d->nr; i++) {
		const struct range_step *step = d->steps[i];
		double x = (double)step->commit - 0.5, y;

		if (!d->named[i])
			continue;
		y = d->low +
		    d->span * (1.1 + 0.075 * (double)take_lane(ends, x, width));
		fprintf(f, "%s\t%.10g\t%.10g\t%zu\t%.10g\t%.10g\t%s\n",
			d->r->commits[step->commit].name, x, y, ++number,
			step->from, step->to, kind_of(step));
	}
	if (!number)
		fprintf(f, "none\t?\t?\t?\t?\t?\t-\n");
	fputs("\n\n", f);
}

/* Its corners; of what follows without a change nothing. A blank line is a gap. */
static void print_stairs(const struct drawing *d, FILE *f)
{
	size_t nr = d->r->nr_commits, before = nr;

	for (size_t c = 0; c < nr; c++) {
		double v = d->row->values[c];

		if (!has_value(d, c))
			continue;
		if (before != nr && before + 1 == c &&
		    d->row->values[before] == v) {
			before = c;
			continue;
		}
		if (before != nr)
			fprintf(f, "%.10g\t%.10g\n%s", (double)before + 0.5,
				d->row->values[before],
				before + 1 < c ? "\n" : "");
		fprintf(f, "%.10g\t%.10g\n", (double)c - 0.5, v);
		before = c;
	}
	if (before != nr)
		fprintf(f, "%.10g\t%.10g\n", (double)before + 0.5,
			d->row->values[before]);
	fputs("\n\n", f);
}

/* What joins values on both sides of a gap: x, y, and how far it goes. */
static size_t print_bridges(const struct drawing *d, FILE *f)
{
	size_t nr = d->r->nr_commits, before = nr, n = 0;

	for (size_t c = 0; c < nr; c++) {
		if (!has_value(d, c))
			continue;
		if (before != nr && before + 1 < c) {
			n++;
			if (f)
				fprintf(f, "%.10g\t%.10g\t%.10g\t%.10g\n",
					(double)before + 0.5,
					d->row->values[before],
					(double)(c - before) - 1,
					d->row->values[c] -
						d->row->values[before]);
		}
		before = c;
	}
	if (n && f)
		fputs("\n\n", f);
	return n;
}

static void print_marks(const struct drawing *d, FILE *f)
{
	for (size_t c = 0; c < d->r->nr_commits; c++)
		if (has_value(d, c))
			fprintf(f, "%zu\t%.10g\n", c, d->row->values[c]);
}

/**
 * print_steps_data() - data of the picture of a row
 * @r: range
 * @row: row that has a value anywhere, and numbers for values
 * @f: where to
 */
void print_steps_data(const struct range *r, const struct range_row *row, FILE *f)
{
	struct drawing d = { .r = r, .row = row };
	bool marked = r->nr_commits <= COMMITS_MARKED;
	size_t named;

	collect_steps(&d);
	name_steps(&d);
	find_range(&d);
	named = MIN(d.nr, STEPS_NAMED);
	print_title(&d, f);
	fprintf(f, "# read: %zu\n# spoken: 5 6\n", named);
	fprintf(f, "# commits: %zu\n# low: %.10g\n# high: %.10g\n",
		r->nr_commits, d.low - 0.06 * d.span,
		d.low + (d.nr ? 1.1 + 0.075 * LANES : 1.06) * d.span);
	fprintf(f, "# zero: %d\n", d.low - 0.06 * d.span > 0);
	fprintf(f, "# bridges: %zu\n# holes: %zu\n# marks: %d\n",
		print_bridges(&d, NULL), print_holes(&d, NULL), marked);
	print_ticks(&d, f);
	print_legend(&d, f);
	print_numbers(&d, f);
	print_stairs(&d, f);
	print_bridges(&d, f);
	print_holes(&d, f);
	if (marked)
		print_marks(&d, f);
	free(d.named);
	free(d.steps);
}

/* Instructions first, of which a reader asks; then what moved farthest. */
static bool is_drawn_first(const struct range_row *row)
{
	return row->key.metric_id == METRIC_INSNS;
}

/**
 * drawn_rows() - rows that there are pictures of
 * @r: range
 * @metric: of this one alone, or NULL
 * @nr: filled: how many
 * @left_out: filled: how many more moved
 *
 * Return: those that moved farthest, half of them instructions where there are as many;
 * to be given to free().
 */
const struct range_row **drawn_rows(const struct range *r, const char *metric,
				    size_t *nr, size_t *left_out)
{
	size_t all, moved = 0, n = 0;
	const struct range_row **rows = range_moved_rows(r, metric, &all);
	const struct range_row **drawn = xcalloc(all + 1, sizeof(*drawn));

	for (size_t i = 0; i < all; i++)
		if (!rows[i]->is_word && rows[i]->nr_steps)
			rows[moved++] = rows[i];
	for (size_t i = 0; i < moved && n < PICTURES_MAX / 2; i++)
		if (is_drawn_first(rows[i])) {
			drawn[n++] = rows[i];
			rows[i] = NULL;
		}
	for (size_t i = 0; i < moved && n < PICTURES_MAX; i++)
		if (rows[i])
			drawn[n++] = rows[i];
	*nr = n;
	*left_out = moved - n;
	free(rows);
	return drawn;
}
