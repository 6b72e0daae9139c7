// SPDX-License-Identifier: GPL-2.0-or-later
/* p adjusted for how many rows there are, and what follows of it. */
#include <stdlib.h>

#include "base/base.h"
#include "compare/compare.h"

/* Rows whose p are adjusted together. */
struct family {
	struct line **lines;
	size_t nr;
};

static void add_member(struct family *family, struct line *line)
{
	*xappend(family->lines, family->nr) = line;
}

/**
 * estimate_verdict() - what an estimate alone says, whatever the shape
 * @cmp: comparison
 * @line: line with an estimate, its p adjusted
 *
 * Where the order of the boots, or a single layout, cannot be told from the change,
 * that is nothing.
 */
enum verdict estimate_verdict(const struct comparison *cmp,
			      const struct line *line)
{
	static const enum verdict verdicts[STATS_VERDICTS] = {
		[STATS_REGRESSED] = REGRESSED,
		[STATS_IMPROVED] = IMPROVED,
		[STATS_CHANGED] = CHANGED,
		[STATS_TRIVIAL] = TRIVIAL,
		[STATS_EQUIVALENT] = EQUIVALENT,
		[STATS_INCONCLUSIVE] = INCONCLUSIVE,
		[STATS_UNSTABLE] = UNSTABLE,
	};

	if (tells_nothing(cmp, line))
		return INCONCLUSIVE;
	return verdicts[stats_verdict_of_parts(&line->est, line->parts, line->level,
					       line->delta, line->key->better)];
}

typedef int (*adjust_fn)(const double *p, double *adjusted, double *level,
			 size_t nr);

/* Adjust, and say what follows of each. Return: rows, the family is freed. */
static size_t judge_family(const struct comparison *cmp, struct family *family,
			   adjust_fn adjust)
{
	double *p = xcalloc(family->nr + 1, sizeof(*p));
	double *level = xcalloc(family->nr + 1, sizeof(*level));

	for (size_t i = 0; i < family->nr; i++)
		p[i] = family->lines[i]->p;
	adjust(p, p, level, family->nr);
	for (size_t i = 0; i < family->nr; i++) {
		struct line *line = family->lines[i];

		progress_count("judging rows", i, family->nr);
		line->p = p[i];
		line->level = level[i];
		line->mde = line_mde(cmp, line, line->level, line->delta,
				     STATS_POWER);
		if (line->verdict == INCONCLUSIVE)
			line->verdict = estimate_verdict(cmp, line);
	}
	free(level);
	free(p);
	free(family->lines);
	return family->nr;
}

/**
 * adjust_lines() - adjust p for how many rows there are, and judge
 * @cmp: comparison with its lines and tails
 *
 * The times of sets that are judged are one family, kept by Holm's method; all
 * other rows are exploratory, by that of Benjamini and Hochberg, and so are the
 * quantiles among themselves. Each column is in them: whoever looks at more
 * stages finds more by chance.
 */
void adjust_lines(struct comparison *cmp)
{
	struct family judged = { 0 }, other = { 0 }, tails = { 0 };

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			struct line *line = &cmp->against[c][i];

			if (line->has_est)
				add_member(line->exploratory ? &other : &judged,
					   line);
		}
		for (size_t i = 0; i < cmp->tails[c].nr; i++)
			if (cmp->tails[c].list[i].has_est)
				add_member(&tails, &cmp->tails[c].list[i]);
	}
	cmp->nr_holm = judge_family(cmp, &judged, stats_holm);
	cmp->nr_bh = judge_family(cmp, &other, stats_benjamini_hochberg);
	cmp->nr_tails = judge_family(cmp, &tails, stats_benjamini_hochberg);
}
