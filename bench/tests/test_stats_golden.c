// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What R says of the same numbers: golden/golden.txt, which golden/golden.R made.
 * Runs from the top of the repository.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"
#include "stats/boots.h"
#include "simulate.h"

#define GOLDEN "bench/tests/golden/golden.txt"
#define NUMBERS_MAX 16

/* A line: a word, then numbers or another word. */
struct line {
	char *key;
	char *word;
	double v[NUMBERS_MAX];
	size_t nr;
};

struct golden {
	FILE *f;
	char *buf;
	size_t size;
	unsigned int nr; /* line */
	struct line line;
};

static bool next_line(struct golden *g)
{
	struct line *line = &g->line;
	char *save, *word;

	do {
		if (getline(&g->buf, &g->size, g->f) < 0)
			return false;
		g->nr++;
	} while (g->buf[0] == '#' || g->buf[0] == '\n');

	*line = (struct line){ .key = strtok_r(g->buf, " \n", &save) };
	while ((word = strtok_r(NULL, " \n", &save))) {
		char *end;

		if (line->nr == NUMBERS_MAX)
			fail_msg(GOLDEN ":%u: too many numbers", g->nr);
		line->v[line->nr] = strtod(word, &end);
		if (*end)
			line->word = word;
		else
			line->nr++;
	}
	return true;
}

/* The next line is this one. */
static const struct line *expect(struct golden *g, const char *key)
{
	if (!next_line(g) || strcmp(g->line.key, key))
		fail_msg(GOLDEN ":%u: no \"%s\"", g->nr, key);
	return &g->line;
}

/* What is 0 but for rounding may be up to @zero off. */
static void assert_close(const struct golden *g, double got, double want,
			 double zero)
{
	if (!(fabs(got - want) <= zero + 1e-9 * fabs(want)))
		fail_msg(GOLDEN ":%u: %s: %.17g is not %.17g", g->nr,
			 g->line.key, got, want);
}

static void assert_near(const struct golden *g, double got, double want)
{
	assert_close(g, got, want, 1e-13);
}

static void assert_interval(struct golden *g, const char *key,
			    const struct stats_interval *ci)
{
	const struct line *line = expect(g, key);

	assert_int_equal(ci->known, !line->word);
	assert_near(g, ci->lower, line->v[0]);
	assert_near(g, ci->upper, line->v[1]);
	assert_near(g, ci->coverage, line->v[2]);
}

static void assert_t(struct golden *g, const char *key, const struct stats_t *t)
{
	const struct line *line = expect(g, key);

	assert_int_equal(t->known, !line->word);
	assert_near(g, t->shift, line->v[0]);
	assert_near(g, t->se, line->v[1]);
	assert_near(g, t->t, line->v[2]);
	assert_near(g, t->p, line->v[3]);
	assert_near(g, t->df, line->v[4]);
}

/* Welch's test knows nothing of blocks: of the boots that are used. */
static void assert_welch(struct golden *g, const struct stats_boot *boots,
			 size_t nr, const struct stats_estimate *est)
{
	double *v[STATS_ARMS];
	size_t n[STATS_ARMS] = { 0 };
	struct stats_t t;

	for (int arm = 0; arm < STATS_ARMS; arm++)
		v[arm] = xcalloc(nr, sizeof(double));
	for (size_t i = 0; i < nr; i++) {
		bool alone = true;

		for (size_t k = 0; k < nr; k++)
			alone &= boots[k].block != boots[i].block ||
				 boots[k].arm == boots[i].arm;
		if (alone)
			continue;
		v[boots[i].arm][n[boots[i].arm]++] =
			est->scale == STATS_RATIO ? log(boots[i].value)
						  : boots[i].value;
	}
	t = sim_welch(v[STATS_BASE], n[STATS_BASE], v[STATS_NEW], n[STATS_NEW]);
	assert_t(g, "welch", &t);
	free(v[STATS_BASE]);
	free(v[STATS_NEW]);
}

static void check_case(struct golden *g)
{
	struct stats_boot *boots = NULL;
	struct stats_estimate est;
	size_t nr = 0;

	while (next_line(g) && strcmp(g->line.key, "scale")) {
		boots = xgrow(boots, nr, sizeof(*boots));
		boots[nr].arm = strcmp(g->line.key, "new") ? STATS_BASE
							   : STATS_NEW;
		boots[nr].block = g->line.v[0];
		boots[nr++].value = g->line.v[1];
	}
	assert_int_equal(stats_estimate(boots, nr, &est), 0);
	assert_string_equal(g->line.word,
			    est.scale == STATS_RATIO ? "ratio" : "difference");

	assert_near(g, est.shift, expect(g, "shift")->v[0]);
	assert_true(next_line(g));
	assert_near(g, est.p, g->line.v[0]);
	assert_int_equal(est.exact, !strcmp(g->line.key, "p"));
	if (est.exact) {
		assert_interval(g, "ci95", &est.ci95);
		assert_interval(g, "ci90", &est.ci90);
	}
	assert_t(g, "block_t", &est.block_t);
	assert_welch(g, boots, nr, &est);
	expect(g, "end");
	free(boots);
}

/* Line: boots of each arm, u, probability of at most u. */
static void check_below(const struct golden *g)
{
	const double *v = g->line.v;
	size_t nr = v[0] + v[1];
	size_t *ones = xcalloc(nr, sizeof(*ones));
	struct stats_null null;

	for (size_t i = 0; i < nr; i++)
		ones[i] = 1;
	stats_null_init(&null, 1, true);
	stats_null_add_block(&null, ones, nr, v[0]);
	assert_int_equal(null.top, v[0] * v[1]);
	assert_close(g, stats_null_below(&null, v[2]), v[3], 0);
	/* The mirror image. */
	assert_close(g, stats_null_above(&null, null.top - v[2]), v[3], 0);
	stats_null_free(&null);
	free(ones);
}

static void check_adjust(struct golden *g)
{
	size_t nr = g->line.v[0];
	double raw[NUMBERS_MAX], holm[NUMBERS_MAX], bh[NUMBERS_MAX];
	double level[NUMBERS_MAX];

	memcpy(raw, expect(g, "raw")->v, sizeof(raw));
	assert_int_equal(stats_holm(raw, holm, level, nr), 0);
	assert_int_equal(stats_benjamini_hochberg(raw, bh, level, nr), 0);
	expect(g, "holm");
	for (size_t i = 0; i < nr; i++)
		assert_near(g, holm[i], g->line.v[i]);
	expect(g, "bh");
	for (size_t i = 0; i < nr; i++)
		assert_near(g, bh[i], g->line.v[i]);
}

static void as_r_says(void **state)
{
	struct golden g = { .f = fopen(GOLDEN, "r") };
	unsigned int cases = 0, others = 0;

	(void)state;
	if (!g.f)
		fail_msg(GOLDEN ": cannot open; run from the top");
	while (next_line(&g)) {
		const double *v = g.line.v;

		others++;
		if (!strcmp(g.line.key, "case")) {
			check_case(&g);
			cases++;
		} else if (!strcmp(g.line.key, "adjust")) {
			check_adjust(&g);
		} else if (!strcmp(g.line.key, "below")) {
			check_below(&g);
		} else if (!strcmp(g.line.key, "t")) {
			assert_close(&g, stats_t_two_sided(v[0], v[1]), v[2], 0);
		} else if (!strcmp(g.line.key, "quantile")) {
			assert_close(&g, stats_t_quantile(v[0], v[1]), v[2], 0);
		} else {
			fail_msg(GOLDEN ":%u: what is \"%s\"?", g.nr, g.line.key);
		}
	}
	others -= cases;
	print_message("%u comparisons, %u other lines, as R\n", cases, others);
	assert_int_equal(cases, 31);
	assert_int_equal(others, 139);
	free(g.buf);
	fclose(g.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_r_says),
	};

	return cmocka_run_group_tests_name("stats_golden", tests, NULL, NULL);
}
