// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same kernels measured with several seeds: each is another set of mappings that
 * the process has besides. One of them is not the effect, so that a line knows how
 * far its change goes over all of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/** comparison_seed() - the seed of the records of a comparison */
long long comparison_seed(const struct comparison *cmp)
{
	const json_t *boot =
		json_object_get(cmp->cols[0].recs[0]->header, "boot");

	return json_integer_value(json_object_get(boot, "seed"));
}

/**
 * seeds_text() - the numbers of all seeds
 * @cmp: comparison
 * @first: with that of @cmp itself
 *
 * Return: "1 2 3", to be given to free(); NULL where there is but one.
 */
char *seeds_text(const struct comparison *cmp, bool first)
{
	char *text = NULL;

	if (!cmp->nr_seeds)
		return NULL;
	if (first)
		join_text(&text, " ", "%lld", comparison_seed(cmp));
	for (size_t s = 0; s < cmp->nr_seeds; s++)
		join_text(&text, " ", "%lld", comparison_seed(cmp->seeds[s]));
	return text;
}

/**
 * seeds_note() - what numbers are of, where there are several seeds
 * @cmp: comparison
 *
 * Return: a sentence, to be given to free(); NULL where there is but one seed.
 */
char *seeds_note(const struct comparison *cmp)
{
	char *all = seeds_text(cmp, true), *note;

	if (!all)
		return NULL;
	note = xasprintf("Measured with seeds %s, each of which is another set of mappings besides. Values and their changes are of seed %lld, \"all seeds\" is from the least change with any of them to the largest.",
			 all, comparison_seed(cmp));
	free(all);
	return note;
}

/**
 * comparison_add_seed() - further records of the columns that there are
 * @cmp: comparison with all of its columns, not built yet
 * @seed: the same columns with another seed, built; @cmp frees it from here on, and
 *	has its seeds by number
 *
 * Return: NULL, or why it cannot be: words, to be given to free().
 */
char *comparison_add_seed(struct comparison *cmp, struct comparison *seed)
{
	size_t at = cmp->nr_seeds;

	*xappend(cmp->seeds, cmp->nr_seeds) = seed;
	for (; at && comparison_seed(cmp->seeds[at - 1]) > comparison_seed(seed);
	     at--)
		cmp->seeds[at] = cmp->seeds[at - 1];
	cmp->seeds[at] = seed;
	if (is_timed(cmp->cols[0].recs[0]))
		return xasprintf("only the exact tier has seeds; boots are compared as BASE and NEW");
	if (seed->nr_differ)
		return xasprintf("its records are not comparable: %s",
				 seed->differ[0]);
	for (size_t s = 0; s < cmp->nr_seeds; s++)
		if (s != at &&
		    comparison_seed(cmp->seeds[s]) == comparison_seed(seed))
			return xasprintf("seed %lld is there twice",
					 comparison_seed(seed));
	if (comparison_seed(cmp) == comparison_seed(seed))
		return xasprintf("its records are of seed %lld, as the others are",
				 comparison_seed(seed));
	return NULL;
}

/**
 * seed_value() - the value of a row with another seed
 * @seed: one of a comparison's seeds
 * @column: name of the column
 * @key: row
 *
 * Return: value, NAN where there is none.
 */
double seed_value(const struct comparison *seed, const char *column,
		  const struct record_row *key)
{
	const struct column *col = find_stage(seed, column);

	return row_value(col ? record_find_row(col->recs[0], key) : NULL);
}

static void widen(double ends[2], double v)
{
	ends[0] = fmin(ends[0], v);
	ends[1] = fmax(ends[1], v);
}

/* As far as one more seed goes; what it does not have stays as it is. */
static void add_seed(const struct comparison *cmp,
		     const struct comparison *seed, struct line *line)
{
	const struct column *from = find_stage(seed, cmp->cols[0].name);
	const struct column *to = find_stage(seed, cmp->cols[line->col].name);
	double base = seed_value(seed, cmp->cols[0].name, line->key);
	double value = seed_value(seed, cmp->cols[line->col].name, line->key);
	enum tally tally = from && to ? pair_tally(from, to, line, base, value)
				      : TALLY_MISSING;

	if (tally != line_tally(line) && line->verdict != NOT_COMPARABLE &&
	    line->verdict != NONDETERMINISTIC)
		line->verdict = SEED_DEPENDENT;
	if (isnan(value - base))
		return;
	line->spread.nr++;
	widen(line->spread.diff, value - base);
	if (base != 0)
		widen(line->spread.ratio, value / base);
}

/**
 * spread_seeds() - how far a line goes over all seeds
 * @cmp: comparison
 * @line: line of it, judged
 */
void spread_seeds(const struct comparison *cmp, struct line *line)
{
	struct spread *spread = &line->spread;

	if (!cmp->nr_seeds)
		return;
	*spread = (struct spread){ .nr = !isnan(line->diff),
				   .ratio = { line->ratio, line->ratio },
				   .diff = { line->diff, line->diff } };
	for (size_t s = 0; s < cmp->nr_seeds; s++)
		add_seed(cmp, cmp->seeds[s], line);
}

/* Is a value the same in both columns, with all seeds? */
bool line_is_equal(const struct line *line)
{
	return line->spread.nr
		       ? line->spread.diff[0] == 0 && line->spread.diff[1] == 0
		       : line->diff == 0;
}

/* The worse of two numbers for the reader; one that is not there is not. */
static double worse(const struct line *line, double a, double b)
{
	return line->key->better == BETTER_HIGHER ? fmin(a, b) : fmax(a, b);
}

/* Where it was measured over layouts of the tree, and these are not all the same. */
static double worst_of(const struct line *line, double v,
		       const struct tree_span *span)
{
	return worse(line, v, worse(line, span->low, span->high));
}

/* The ratio that is worst for the reader, over all seeds and layouts of the tree. */
double worst_ratio(const struct line *line)
{
	double ratio =
		line->spread.nr
			? line->spread.ratio[line->key->better != BETTER_HIGHER]
			: line->ratio;

	return line->tree && line->verdict != LAYOUT
		       ? worst_of(line, ratio, &line->tree->ratio)
		       : ratio;
}

/* The same of the difference. */
double worst_diff(const struct line *line)
{
	double diff =
		line->spread.nr
			? line->spread.diff[line->key->better != BETTER_HIGHER]
			: line->diff;

	return line->tree && line->verdict != LAYOUT
		       ? worst_of(line, diff, &line->tree->diff)
		       : diff;
}

/* The ratio that is best for the reader, likewise. */
double best_ratio(const struct line *line)
{
	bool higher = line->key->better == BETTER_HIGHER;
	double best = line->spread.nr ? line->spread.ratio[higher] : line->ratio;

	if (!line->tree || line->verdict == LAYOUT)
		return best;
	return higher ? fmax(best, line->tree->ratio.high)
		      : fmin(best, line->tree->ratio.low);
}
