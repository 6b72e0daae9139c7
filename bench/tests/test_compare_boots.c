// SPDX-License-Identifier: GPL-2.0-or-later
/* What may be said about boots of two kernels, whose times are never equal. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "comparison.h"

#define BOOTS_MAX 8
#define BLOCK_BOOTS 4

/* The session that a boot is of is the folder of its record. */
static void move_to(struct comparison *cmp, const char *column, const char *folder)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		struct column *col = &cmp->cols[c];
		struct record *rec = col->recs[col->nr_recs - 1];

		if (strcmp(col->name, column))
			continue;
		free(rec->path);
		rec->path =
			xasprintf("%s/boot-%02zu.jsonl", folder, col->nr_recs);
	}
}

/**
 * struct boot_case - a boot
 * @column: kernel
 * @session: session that it is of
 * @number: in its column
 * @block: boots of one block are compared
 * @id: that the kernel drew at this boot; 0 is for one of its own
 * @order: in its session
 * @time: member of the header's info, or NULL
 */
struct boot_case {
	const char *column;
	const char *session;
	int number;
	int block;
	int id;
	int order;
	const char *time;
};

/* @rows: lines, of which "%g" is the time. */
static void add_boot(struct comparison *cmp, const struct boot_case *b,
		     const char *rows, double ns)
{
	char *text = xasprintf(rows, ns, ns, ns, ns);
	char *lines = xasprintf("[{\"type\": \"header\", \"tier\": \"metal\", "
				"\"boot\": {\"index\": %d, \"block\": %d, "
				"\"order\": %d, \"boot_id\": \"%s-%d\"}, "
				"\"info\": {%s}}, %s]",
				b->number, b->block, b->order, b->column,
				b->id ? b->id : 100 + b->number,
				b->time ? b->time : "", text);

	add_record(cmp, b->column, lines);
	move_to(cmp, b->column, b->session);
	free(lines);
	free(text);
}

/* Boots of a kernel, in blocks of four; a time of 0 is the end. */
static void add_boots(struct comparison *cmp, const char *column,
		      const char *rows, const double *ns)
{
	for (int i = 0; i < BOOTS_MAX && ns[i]; i++) {
		const struct boot_case b = {
			.column = column,
			.session = "s",
			.number = i,
			.block = i / BLOCK_BOOTS,
		};

		add_boot(cmp, &b, rows, ns[i]);
	}
}

/* clang-format off */
#define ROW(...) #__VA_ARGS__
#define TIME_OF(op) \
	"{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", " \
	"\"exact\": false, \"op\": \"" op "\", \"batches\": [%g]}"
#define TIME TIME_OF("mmap")

static const char higher[] = ROW(
	{"metric": "throughput", "unit": "ops/s", "pass": "time", "better": "higher",
	 "exact": false, "batches": [%g]});
static const char neither[] = ROW(
	{"metric": "odd", "unit": "odd/op", "pass": "time", "better": "neither",
	 "exact": false, "batches": [%g]});
static const char count[] = ROW(
	{"metric": "vma_allocs", "unit": "allocs/op", "pass": "counts", "batches": [%g]});

static const char vmas[] = ROW(
	{"metric": "vmas", "unit": "VMAs", "pass": "shape", "batches": [%g]});
static const char shape[] = TIME ", "
	ROW({"type": "shape", "vmas_after": %g});

#define QUIET { 100.0, 100.1, 100.2, 100.3, 100.4, 100.5, 100.6, 100.7 }

/**
 * struct boots_case - boots of two kernels, and what follows
 * @name: what is different
 * @rows: lines of each record
 * @base: times of the first kernel
 * @new: and of the second
 * @verdict: of the first row
 * @tally: where that is counted
 */
static const struct boots_case {
	const char *name;
	const char *rows;
	double base[BOOTS_MAX];
	double new[BOOTS_MAX];
	enum verdict verdict;
	enum tally tally;
} cases[] = {
	{ "slower", TIME, QUIET,
	  { 110.0, 110.1, 110.2, 110.3, 110.4, 110.5, 110.6, 110.7 },
	  REGRESSED, TALLY_WORSE },
	{ "faster", TIME, QUIET,
	  { 90.0, 90.1, 90.2, 90.3, 90.4, 90.5, 90.6, 90.7 },
	  IMPROVED, TALLY_BETTER },
	{ "more of what is better", higher, QUIET,
	  { 110.0, 110.1, 110.2, 110.3, 110.4, 110.5, 110.6, 110.7 },
	  IMPROVED, TALLY_BETTER },
	{ "less of it", higher, QUIET,
	  { 90.0, 90.1, 90.2, 90.3, 90.4, 90.5, 90.6, 90.7 },
	  REGRESSED, TALLY_WORSE },
	{ "more of what is neither better nor worse", neither, QUIET,
	  { 110.0, 110.1, 110.2, 110.3, 110.4, 110.5, 110.6, 110.7 },
	  CHANGED, TALLY_OTHER },
	{ "slower in each boot, by less than matters", TIME, QUIET,
	  { 100.8, 100.9, 101.0, 101.1, 101.2, 101.3, 101.4, 101.5 },
	  TRIVIAL, TALLY_EQUIVALENT },
	{ "the same boots", TIME, QUIET, QUIET,
	  EQUIVALENT, TALLY_EQUIVALENT },
	{ "slower, as far as boots with such a spread say", TIME,
	  { 80, 120, 85, 115, 90, 110, 95, 105 },
	  { 82, 125, 88, 118, 93, 113, 98, 108 },
	  INCONCLUSIVE, TALLY_UNKNOWN },
	{ "one boot each", TIME, { 100 }, { 200 },
	  INCONCLUSIVE, TALLY_UNKNOWN },
	{ "boots of one block, as many as can say something", TIME,
	  { 100, 101, 102, 103 }, { 200, 201, 202, 203 },
	  REGRESSED, TALLY_WORSE },
	{ "one boot less", TIME,
	  { 100, 101, 102, 103 }, { 200, 201 },
	  INCONCLUSIVE, TALLY_UNKNOWN },
	{ "a count that is the same in all boots", count, { 1, 1, 1, 1 }, { 1, 1, 1, 1 },
	  EXACT_SAME, TALLY_SAME },
	{ "a count that is another one in all boots", count, { 1, 1, 1, 1 }, { 2, 2, 2, 2 },
	  EXACT_CHANGED, TALLY_WORSE },
	{ "a count of one boot each", count, { 1 }, { 2 },
	  EXACT_CHANGED, TALLY_WORSE },
	{ "a count that differs between boots of the first", count,
	  { 100, 101, 102, 103 }, { 200, 200, 200, 200 },
	  REGRESSED, TALLY_WORSE },
	{ "a count that differs between boots of the second", count,
	  { 100, 100, 100, 100 }, { 100, 100, 100, 300 },
	  INCONCLUSIVE, TALLY_UNKNOWN },
	{ "a shape that the first has in none of its boots", shape,
	  { 100, 100, 100, 100 }, { 100, 100, 100, 101 },
	  SHAPE_CHANGED, TALLY_SHAPE },
	{ "a shape that the second has in none of its boots", shape,
	  { 100, 100, 100, 101 }, { 100, 100, 100, 100 },
	  SHAPE_CHANGED, TALLY_SHAPE },
	{ "VMAs that are others in all boots", vmas, { 1, 1, 1, 1 }, { 9, 9, 9, 9 },
	  SHAPE_CHANGED, TALLY_SHAPE },
	{ "VMAs that vary are a measurement", vmas, { 1, 2, 1, 2 }, { 1, 2, 2, 2 },
	  INCONCLUSIVE, TALLY_UNKNOWN },
	{ "shapes that both have, not in the same boots", shape,
	  { 100, 101, 100, 100 }, { 100, 100, 100, 101 },
	  EQUIVALENT, TALLY_EQUIVALENT },
};
/* clang-format on */

static void verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct boots_case *c = &cases[i];
		struct comparison cmp = { 0 };
		const struct line *line;

		add_boots(&cmp, "base", c->rows, c->base);
		add_boots(&cmp, "new", c->rows, c->new);
		comparison_build(&cmp);
		line = &cmp.lines[0];
		assert_verdict(line, c->name, c->verdict, c->tally);
		assert_int_equal(comparison_status(&cmp), STATUS_OK);
		comparison_free(&cmp);
	}
}

static const double quiet[BOOTS_MAX] = QUIET;

/* Batches of which the second half is slower by so much of the first. */
static char *shifted_row(double ns, double step)
{
	char *batches = NULL, *row;

	for (int i = 0; i < 40; i++)
		join_text(&batches, ", ", "%g",
			  ns * (1 + 0.0001 * (i % 3)) * (i < 20 ? 1 : 1 + step));
	row = xasprintf("{\"metric\": \"latency\", \"unit\": \"ns/op\", "
			"\"pass\": \"time\", \"exact\": false, "
			"\"batches\": [%s]}",
			batches);
	free(batches);
	return row;
}

/**
 * struct step_case - boots of which some are not steady
 * @name: what is different
 * @change: NEW by BASE
 * @step: of a boot, half way through
 * @shifted: boots of NEW that have it
 * @floor: of an A/A run, 0 where there is none
 * @unsteady: boots that are marked
 * @verdict: what is said all the same
 */
static const struct step_case {
	const char *name;
	double change;
	double step;
	int shifted;
	double floor;
	size_t unsteady;
	enum verdict verdict;
} step_cases[] = {
	{ "one boot of many", 1.5, 0.1, 1, 0, 1, REGRESSED },
	{ "one boot of many, twice as slow", 1.5, 1, 1, 0, 1, REGRESSED },
	{ "all boots, by less than the change", 1.5, 0.1, 8, 0, 8, REGRESSED },
	{ "all boots, by as much as the change", 1.05, 0.1, 8, 0, 8, UNSTABLE },
	{ "all boots, and they are equal at one level", 1, 0.05, 8, 0, 8,
	  UNSTABLE },
	{ "one boot, and nothing else differs", 1, 0.1, 1, 0, 1, EQUIVALENT },
	{ "all boots, by less than matters", 1, 0.005, 8, 0, 0, EQUIVALENT },
	{ "all boots, by more than the machine makes up", 1, 0.005, 8, 0.003, 8,
	  EQUIVALENT },
	{ "all boots, by less than the machine makes up", 1.05, 0.1, 8, 0.2, 0,
	  REGRESSED },
};

static void steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(step_cases); i++) {
		const struct step_case *c = &step_cases[i];
		struct comparison cmp = { 0 };
		const struct line *line;

		if (c->floor) {
			cmp.floor = c->floor;
			cmp.floor_from = xasprintf("aa.json");
		}
		for (int k = 0; k < BOOTS_MAX; k++) {
			const struct boot_case base = { "base", "s", k,	  k / 4,
							0,	k,   NULL };
			const struct boot_case new = { "new", "s", k,	k / 4,
						       0,     k,   NULL };
			double ns = 1000 + k, step = k < c->shifted ? c->step : 0;
			/* Such that the median of a boot does not show it. */
			char *row = shifted_row(ns * c->change / (1 + step / 2),
						step);

			add_boot(&cmp, &base, TIME, ns);
			add_boot(&cmp, &new, row, 0);
			free(row);
		}
		comparison_build(&cmp);
		line = &cmp.lines[0];
		if (line->verdict != c->verdict || line->unsteady != c->unsteady)
			fail_msg("%s: %s, %zu boots", c->name,
				 verdict_name(line->verdict), line->unsteady);
		assert_true(!line->unsteady == !line->why_unsteady);
		assert_int_equal(comparison_is_stable(&cmp),
				 c->verdict != UNSTABLE);
		comparison_free(&cmp);
	}
}

/* Who looks at more rows finds more by chance: of four boots, two are too many. */
static void adjusted_for_rows(void **state)
{
	static const double slow[BOOTS_MAX] = { 110, 111, 112, 113 };
	static const double fast[BOOTS_MAX] = { 100, 101, 102, 103 };
	/* clang-format off */
	static const char extended[] = TIME ", "
		ROW({"scenario": "t", "metric": "latency", "unit": "ns/op", "pass": "time",
		     "exact": false, "set": "extended", "batches": [%g]});
	static const char mm[] = TIME ", "
		ROW({"scenario": "t", "metric": "latency", "unit": "ns/op", "pass": "time",
		     "exact": false, "set": "mm", "batches": [%g]});
	/* clang-format on */
	static const struct {
		const char *rows;
		enum verdict verdict;
		size_t nr_holm, nr_bh;
	} families[] = {
		{ TIME, REGRESSED, 1, 0 },
		{ TIME ", " TIME_OF("munmap"), INCONCLUSIVE, 2, 0 },
		{ extended, REGRESSED, 1, 1 },
		{ mm, INCONCLUSIVE, 2, 0 },
		/* What varies, and is no time, was not named before. */
		{ vmas, REGRESSED, 0, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct comparison cmp = { 0 };

		add_boots(&cmp, "base", families[i].rows, fast);
		add_boots(&cmp, "new", families[i].rows, slow);
		comparison_build(&cmp);
		for (size_t k = 0; k < cmp.nr_lines; k++)
			assert_int_equal(cmp.lines[k].verdict,
					 families[i].verdict);
		assert_int_equal(cmp.nr_holm, families[i].nr_holm);
		assert_int_equal(cmp.nr_bh, families[i].nr_bh);
		assert_int_equal(cmp.lines[0].mde.is,
				 families[i].verdict == REGRESSED
					 ? STATS_MDE_KNOWN
					 : STATS_MDE_UNATTAINABLE);
		comparison_free(&cmp);
	}
}

/**
 * struct blocks_case - which boots are compared with which
 * @name: what is different
 * @session: of the boots of the second kernel; those of the first are of "s"
 * @first: number of the first block of the second; the first has blocks 0 and 1
 * @blocking: how they are compared
 * @blocks: that the estimate is of
 * @unused: boots that are left out
 */
static const struct blocks_case {
	const char *name;
	const char *session;
	int first;
	enum blocking blocking;
	size_t blocks;
	size_t unused;
} blocks_cases[] = {
	{ "blocks of one session", "s", 0, BLOCKS_OF_SESSIONS, 2, 0 },
	{ "one block is of both", "s", 1, BLOCKS_OF_SESSIONS, 1, 4 },
	{ "two sessions with blocks of the same numbers", "t", 0,
	  BLOCKS_BY_NUMBER, 2, 0 },
	{ "two sessions, one number", "t", 1, BLOCKS_BY_NUMBER, 1, 4 },
	{ "nothing in common", "t", 2, BLOCKS_NONE, 1, 0 },
	{ "no block of one session", "s", 2, BLOCKS_NONE, 1, 0 },
};

static void blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(blocks_cases); i++) {
		const struct blocks_case *c = &blocks_cases[i];
		struct comparison cmp = { 0 };
		struct boot_case b = { 0 };

		for (int k = 0; k < 4; k++) {
			b.number = k;
			b.block = k / 2;
			b.column = "base";
			b.session = "s";
			add_boot(&cmp, &b, TIME, 100 + k);
			b.block += c->first;
			b.column = "new";
			b.session = c->session;
			add_boot(&cmp, &b, TIME, 100 + k);
		}
		comparison_build(&cmp);
		if (cmp.cols[1].blocking != c->blocking ||
		    cmp.lines[0].est.blocks != c->blocks ||
		    cmp.lines[0].est.unused != c->unused)
			fail_msg("%s: blocking %d, %zu blocks, %zu unused",
				 c->name, cmp.cols[1].blocking,
				 cmp.lines[0].est.blocks,
				 cmp.lines[0].est.unused);
		comparison_free(&cmp);
	}
}

/* Who measures a boot twice knows no more of other boots, unless he says so. */
static void one_boot_twice(void **state)
{
	for (int allowed = 0; allowed < 2; allowed++) {
		struct comparison cmp = { 0 };

		(void)state;
		if (allowed)
			comparison_allow(&cmp, "boot_id");
		for (int i = 0; i < 4; i++) {
			const struct boot_case base = { "base", "s", i,	  0,
							0,	i,   NULL };
			const struct boot_case same = { "new", "s", i,	 0,
							7,     i,   NULL };

			add_boot(&cmp, &base, TIME, 100 + i);
			add_boot(&cmp, &same, TIME, 200 + i);
		}
		comparison_build(&cmp);
		assert_int_equal(cmp.cols[1].nr_recs, 4);
		assert_int_equal(cmp.cols[1].nr_boots, allowed ? 4 : 1);
		assert_true(cmp.lines[0].values[1] == 201.5);
		assert_int_equal(cmp.lines[0].verdict,
				 allowed ? REGRESSED : INCONCLUSIVE);
		comparison_free(&cmp);
	}
}

/**
 * struct order_case - boots of two kernels, in some order
 * @name: what is different
 * @plan: an "a" for a boot of the first kernel, a "b" for one of the second, in the
 *	order that they ran in; a blank between blocks
 * @told: by which key of the header
 * @order: what follows
 */
static const struct order_case {
	const char *name;
	const char *plan;
	enum {
		BY_TIME,
		BY_ORDER,
		BY_NOTHING
	} told;
	enum boot_order order;
} order_cases[] = {
	{ "one after the other", "aaaabbbb", BY_TIME, ORDER_BASE_FIRST },
	{ "one after the other, by their numbers", "aaaabbbb", BY_ORDER,
	  ORDER_BASE_FIRST },
	{ "the other way round", "bbbbaaaa", BY_TIME, ORDER_NEW_FIRST },
	{ "so in each block", "aaabbb aaabbb", BY_ORDER, ORDER_BASE_FIRST },
	{ "a block each way", "aaabbb bbbaaa", BY_ORDER, ORDER_MIXED },
	{ "by turns", "abbabaab", BY_TIME, ORDER_MIXED },
	{ "one that came early", "baaaaaaaabbbbbbb", BY_TIME, ORDER_BASE_FIRST },
	{ "two that did", "bbaaaaaaaabbbbbb", BY_TIME, ORDER_MIXED },
	{ "one that came late", "bbbbbbbbaaaaaaab a", BY_ORDER, ORDER_NEW_FIRST },
	{ "pairs, drawn", "ab ba ba ab ba ab ba ab", BY_ORDER, ORDER_MIXED },
	{ "pairs, always the same", "ab ab ab ab ab ab ab ab", BY_ORDER,
	  ORDER_BASE_FIRST },
	{ "a block that only one is in", "aaabbb bbb", BY_ORDER,
	  ORDER_BASE_FIRST },
	{ "nobody has written it down", "aaaabbbb", BY_NOTHING, ORDER_UNKNOWN },
};

static void add_plan(struct comparison *cmp, const struct order_case *c)
{
	/* The first column is BASE, whatever ran first. */
	for (char side = 'a'; side <= 'b'; side++) {
		int block = 0, order = 0;

		for (const char *at = c->plan; *at; at++) {
			char time[32];
			struct boot_case b = {
				.column = side == 'a' ? "base" : "new",
				.session = side == 'a' ? "s" : "t",
				.block = block,
				.order = c->told == BY_ORDER ? order : 0,
				.id = 100 + order,
			};

			snprintf(time, sizeof(time), "\"time\": \"%02d:00\"",
				 order);
			b.time = c->told == BY_TIME ? time : NULL;
			block += *at == ' ';
			order += *at != ' ';
			if (*at == side)
				add_boot(cmp, &b, TIME,
					 (side == 'a' ? 1000 : 2000) + order);
		}
	}
}

/* What a drift would look like is no change, unless somebody says that it is. */
static void orders(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(order_cases); i++) {
		const struct order_case *c = &order_cases[i];

		for (int allowed = 0; allowed < 2; allowed++) {
			struct comparison cmp = { 0 };
			bool confounded = c->order >= ORDER_BASE_FIRST;
			const struct line *line;

			if (allowed)
				comparison_allow(&cmp, "order");
			add_plan(&cmp, c);
			comparison_build(&cmp);
			line = &cmp.lines[0];
			if (cmp.cols[1].order != c->order)
				fail_msg("%s: order %d", c->name,
					 cmp.cols[1].order);
			assert_int_equal(cmp.cols[1].confounded,
					 confounded && !allowed);
			assert_int_equal(cmp.nr_allowed, confounded && allowed);
			if (confounded && !allowed) {
				assert_int_equal(line->verdict, INCONCLUSIVE);
				assert_int_equal(line->mde.is,
						 STATS_MDE_UNATTAINABLE);
			} else if (line->est.p_min <= STATS_ALPHA) {
				assert_int_equal(line->verdict, REGRESSED);
			}
			comparison_free(&cmp);
		}
	}
}

/* Nothing depends on the order in which records are given. */
static void order_of_files(void **state)
{
	double p[2], ratio[2];

	(void)state;
	for (int turned = 0; turned < 2; turned++) {
		struct comparison cmp = { 0 };

		for (int k = 0; k < BOOTS_MAX; k++) {
			int i = turned ? BOOTS_MAX - 1 - k : k;
			const struct boot_case base = { "base", "s", i,	  i / 4,
							0,	i,   NULL };
			const struct boot_case new = { "new", "s", i,	i / 4,
						       0,     i,   NULL };

			add_boot(&cmp, &base, TIME, 100 + i);
			add_boot(&cmp, &new, TIME, 103 + i);
		}
		comparison_build(&cmp);
		for (size_t i = 1; i < cmp.cols[1].nr_boots; i++)
			assert_true(cmp.cols[1].boots[i].number >=
				    cmp.cols[1].boots[i - 1].number);
		p[turned] = cmp.lines[0].p;
		ratio[turned] = cmp.lines[0].ratio;
		comparison_free(&cmp);
	}
	assert_true(p[0] == p[1]);
	assert_true(ratio[0] == ratio[1]);
}

/* 300 samples are slower: the tail is, and the median is not. */
static void tails(void **state)
{
	/* clang-format off */
	static const char hist[] = ROW(
		{"metric": "latency", "unit": "ns/op", "pass": "time", "exact": false,
		 "batches": [100], "hist": [[99, 9000], [%g, 900], [1000, 90], [1001, 10]]});
	/* clang-format on */
	static const double fast[BOOTS_MAX] = { 200.0, 200.1, 200.2, 200.3,
						200.4, 200.5, 200.6, 200.7 };
	static const double slow[BOOTS_MAX] = { 300.0, 300.1, 300.2, 300.3,
						300.4, 300.5, 300.6, 300.7 };
	static const struct {
		const char *name;
		enum verdict verdict;
	} wanted[] = {
		{ "p50", EQUIVALENT },
		{ "p90", EQUIVALENT },
		{ "p99", REGRESSED },
	};
	struct comparison cmp = { 0 };

	(void)state;
	add_boots(&cmp, "base", hist, fast);
	add_boots(&cmp, "new", hist, slow);
	comparison_build(&cmp);
	assert_int_equal(cmp.lines[0].verdict, EQUIVALENT);
	assert_int_equal(cmp.tails[1].nr, ARRAY_SIZE(wanted));
	assert_int_equal(cmp.nr_tails, ARRAY_SIZE(wanted));
	for (size_t i = 0; i < cmp.tails[1].nr; i++) {
		const struct line *tail = &cmp.tails[1].list[i];

		assert_string_equal(tail->quantile->name, wanted[i].name);
		assert_true(tail->exploratory);
		if (tail->verdict != wanted[i].verdict)
			fail_msg("%s: %s", tail->quantile->name,
				 verdict_name(tail->verdict));
	}
	comparison_free(&cmp);
}

/* What an A/A run finds where nothing differs is said, and decides nothing. */
static void noise_floor(void **state)
{
	static const double slow[BOOTS_MAX] = { 103.0, 103.1, 103.2, 103.3,
						103.4, 103.5, 103.6, 103.7 };
	static const struct {
		const char *aa;
		int err;
		double floor;
	} floors[] = {
		{ "{\"floor\": 0.05}", 0, 0.05 },
		{ "{\"floor\": 0.001}", 0, 0.001 },
		{ "{\"schema\": {\"major\": 1}, \"floor\": 0.02}", 0, 0.02 },
		{ "{\"schema\": {\"major\": 2}, \"floor\": 0.05}", -EINVAL, 0 },
		{ "{\"floor\": 1}", -EINVAL, 0 },
		{ "{\"floor\": -0.1}", -EINVAL, 0 },
		{ "{\"floor\": \"0.05\"}", -EINVAL, 0 },
		{ "{}", -EINVAL, 0 },
		{ "{\"floor\": 0.05", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(floors); i++) {
		struct comparison cmp = { 0 };
		int fd = memfd_create("aa", MFD_CLOEXEC);
		ssize_t len = (ssize_t)strlen(floors[i].aa);
		char path[32];

		snprintf(path, sizeof(path), "/dev/fd/%d", fd);
		assert_int_equal(write(fd, floors[i].aa, len), len);
		add_boots(&cmp, "base", TIME, quiet);
		add_boots(&cmp, "new", TIME, slow);
		assert_int_equal(comparison_use_aa(&cmp, path), floors[i].err);
		comparison_build(&cmp);
		assert_true(cmp.floor == floors[i].floor);
		assert_int_equal(!cmp.floor_from, floors[i].err != 0);
		assert_true(cmp.delta == DELTA_DEFAULT);
		assert_int_equal(cmp.lines[0].verdict, REGRESSED);
		assert_int_equal(comparison_status(&cmp),
				 floors[i].err ? STATUS_DATA : STATUS_OK);
		comparison_free(&cmp);
		close(fd);
	}
}

/* What matters is up to the user. */
static void delta(void **state)
{
	static const double slow[BOOTS_MAX] = { 103.0, 103.1, 103.2, 103.3,
						103.4, 103.5, 103.6, 103.7 };
	static const struct {
		double delta;
		enum verdict same, slower;
	} deltas[] = {
		{ 0, EQUIVALENT, REGRESSED },
		{ 0.0001, INCONCLUSIVE, REGRESSED },
		{ 0.02, EQUIVALENT, REGRESSED },
		/* Of the 90 % interval, one end is beyond. */
		{ 0.0301, EQUIVALENT, REGRESSED },
		{ 0.05, EQUIVALENT, TRIVIAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(deltas); i++) {
		for (int s = 0; s < 2; s++) {
			struct comparison cmp = { .delta = deltas[i].delta };

			add_boots(&cmp, "base", TIME, quiet);
			add_boots(&cmp, "new", TIME, s ? slow : quiet);
			comparison_build(&cmp);
			assert_int_equal(cmp.lines[0].verdict,
					 s ? deltas[i].slower : deltas[i].same);
			comparison_free(&cmp);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),	     cmocka_unit_test(steps),
		cmocka_unit_test(adjusted_for_rows), cmocka_unit_test(blocks),
		cmocka_unit_test(one_boot_twice),    cmocka_unit_test(orders),
		cmocka_unit_test(order_of_files),    cmocka_unit_test(tails),
		cmocka_unit_test(noise_floor),	     cmocka_unit_test(delta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
