// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: simulate_verdicts [-n RUNS]
 *
 * Is what is said of rows right as often as it claims? Power at the minimal detectable
 * effect that is printed; how often an effect that matters is said not to; and what
 * gates do, with boots that are steady and boots that are not, and with plans in which
 * one kernel comes after the other. RUNS (4000) experiments of each kind, and a quarter
 * as many of those that go through records. Prints tables. test_stats_simulate.c and
 * test_simulate_gate.c are the short form, with bounds.
 *
 * Exit status: 0 done, 2 usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "simulate_gate.h"
#include "simulate_verdicts.h"

#define HOLM stats_holm
#define BH stats_benjamini_hochberg

/* clang-format off */
static const struct sim_family families[] = {
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  1,  0, 0,    HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  9,  0, 0,    HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  20, 0, 0,    HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  20, 9, 0.05, HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  20, 0, 0,    BH },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.005 },  20, 9, 0.05, BH },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.0005 }, 9,  0, 0,    HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.002 },  9,  0, 0,    HOLM },
	{ { .blocks = 4,  .boots = 3,  .boot_sd = 0.02 },   9,  0, 0,    HOLM },
	{ { .blocks = 8,  .boots = 3,  .boot_sd = 0.005 },  20, 0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 12, .boot_sd = 0.005 },  9,  0, 0,    HOLM },
	{ { .blocks = 12, .boots = 1,  .boot_sd = 0.005 },  9,  0, 0,    HOLM },
	{ { .blocks = 3,  .boots = 3,  .boot_sd = 0.005 },  13, 0, 0,    HOLM },
	{ { .blocks = 2,  .boots = 3,  .boot_sd = 0.005 },  1,  0, 0,    HOLM },
	{ { .blocks = 2,  .boots = 3,  .boot_sd = 0.005 },  9,  0, 0,    HOLM },
	{ { .blocks = 2,  .boots = 3,  .boot_sd = 0.005 },  20, 0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 4,  .boot_sd = 0.005 },  1,  0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 4,  .boot_sd = 0.02 },   1,  0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 6,  .boot_sd = 0.005 },  1,  0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 6,  .boot_sd = 0.005 },  13, 0, 0,    HOLM },
	{ { .blocks = 1,  .boots = 6,  .boot_sd = 0.02 },   20, 0, 0,    HOLM },
	{ { .blocks = 6,  .boots = 1,  .boot_sd = 0.005 },  1,  0, 0,    HOLM },
};

static const struct gate_kind {
	const char *name;
	struct sim_records records;
	double limit;
	const char *allow;
} gates[] = {
	{ "1 row", { .plan = { .blocks = 4, .boots = 3 }, .rows = 1 }, 2, NULL },
	{ "9 rows", { .plan = { .blocks = 4, .boots = 3 }, .rows = 9 }, 2, NULL },
	{ "20 rows", { .plan = { .blocks = 4, .boots = 3 }, .rows = 20 }, 2, NULL },
	{ "9 rows, limit 0", { .plan = { .blocks = 4, .boots = 3 }, .rows = 9 }, 0, NULL },
	{ "20 rows, limit 0", { .plan = { .blocks = 4, .boots = 3 }, .rows = 20 }, 0, NULL },
	{ "9 rows, steps 1%", { .plan = { .blocks = 4, .boots = 3 }, .rows = 9,
				.steps = 0.4, .step = 0.01 }, 2, NULL },
	{ "9 rows, steps 2%", { .plan = { .blocks = 4, .boots = 3 }, .rows = 9,
				.steps = 0.4, .step = 0.02 }, 2, NULL },
	{ "9 rows, steps 5%", { .plan = { .blocks = 4, .boots = 3 }, .rows = 9,
				.steps = 0.4, .step = 0.05 }, 2, NULL },
	{ "1 row, steps 5%", { .plan = { .blocks = 4, .boots = 3 }, .rows = 1,
			       .steps = 0.4, .step = 0.05 }, 2, NULL },
	{ "1 row, 1x(4+4)", { .plan = { .blocks = 1, .boots = 4 }, .rows = 1 }, 2, NULL },
	{ "9 rows, 2x(3+3)", { .plan = { .blocks = 2, .boots = 3 }, .rows = 9 }, 0, NULL },
	{ "20 rows, 2x(3+3)", { .plan = { .blocks = 2, .boots = 3 }, .rows = 20 }, 2, NULL },
	{ "9 rows, 1x(2+2)", { .plan = { .blocks = 1, .boots = 2 }, .rows = 9 }, 2, NULL },
	{ "9 rows, drift 2%", { .plan = { .blocks = 4, .boots = 3, .drift = 0.02 },
				.rows = 9 }, 2, NULL },
	{ "12-then-12", { .plan = { .blocks = 1, .boots = 12, .drift = 0.02,
				    .base_first = true }, .rows = 9 }, 0.5, NULL },
	{ "  all the same", { .plan = { .blocks = 1, .boots = 12, .drift = 0.02,
					.base_first = true }, .rows = 9 }, 0.5, "order" },
	{ "4x(3-then-3)", { .plan = { .blocks = 4, .boots = 3, .drift = 0.08,
				      .base_first = true }, .rows = 9 }, 0.5, NULL },
	{ "  all the same", { .plan = { .blocks = 4, .boots = 3, .drift = 0.08,
					.base_first = true }, .rows = 9 }, 0.5, "order" },
};
/* clang-format on */

static const char *plan_text(const struct sim_model *m)
{
	static char text[32];

	snprintf(text, sizeof(text), "%zux(%zu+%zu)", m->blocks, m->boots,
		 m->boots);
	return text;
}

static void print_power(long runs)
{
	printf("\nREGRESSED where the change is as large as the MDE that was printed of the same\n"
	       "boots without it [%%], 76 to 84 is right; and that MDE, on average\n"
	       "%-11s %7s %5s %7s %-5s %7s %8s\n",
	       "boots", "boot SD", "rows", "differ", "", "MDE", "found");
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct sim_family f = families[i];
		struct sim_power power;

		f.model.sample_sd = 2 * f.model.boot_sd;
		power = sim_power(100 + i, &f, runs);
		printf("%-11s %6.2f%% %5zu %7zu %-5s ", plan_text(&f.model),
		       100 * f.model.boot_sd, f.rows, f.others,
		       f.adjust == HOLM ? "Holm" : "BH");
		if (power.mde > 0)
			printf("%6.2f%% %8.1f\n", 100 * expm1(power.mde),
			       power.found);
		else
			puts("unattainable with this plan");
	}
}

static void print_power_of_layouts(long runs)
{
	static const struct sim_model plans[] = {
		{ .blocks = 12, .boots = 1 },
		{ .blocks = 32, .boots = 1 },
		{ .blocks = 1, .boots = 12 },
		{ .blocks = 1, .boots = 32 },
	};
	static const size_t rows[] = { 1, 6, 9 };
	static const double outliers[] = { 0, 0.05 };

	printf("\nThe same of layouts, SD 1 %%, in pairs or all with all; outliers are 5 times as far\n"
	       "off. Where 12 pairs have to agree, all of them, one that is off hides a change\n"
	       "%-11s %5s %9s %8s %8s\n",
	       "layouts", "rows", "outliers", "MDE", "found");
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		for (size_t k = 0; k < 2 * ARRAY_SIZE(rows); k++) {
			struct sim_family f = { .model = plans[i],
						.rows = rows[k / 2],
						.adjust = HOLM };
			struct sim_power power;

			f.model.boot_sd = 0.01;
			f.model.sample_sd = 0.002;
			f.model.outliers = outliers[k % 2];
			f.model.layouts = true;
			power = sim_power(150 + 10 * i + k, &f, runs);
			printf("%-11s %5zu %8g%% %7.2f%% %8.1f\n",
			       plan_text(&f.model), f.rows,
			       100 * f.model.outliers, 100 * expm1(power.mde),
			       power.found);
		}
	}
}

static void print_small(long runs)
{
	static const struct sim_model plans[] = {
		{ .blocks = 4, .boots = 3 },
		{ .blocks = 2, .boots = 3 },
		{ .blocks = 1, .boots = 6 },
		{ .blocks = 12, .boots = 1 },
	};
	static const double sds[] = { 0.0005, 0.002, 0.005, 0.01 };

	printf("\nTRIVIAL or EQUIVALENT, delta %g %% [%%]: where the true change is delta, at most\n"
	       "5 is right; where it is 0, the more the better\n"
	       "%-11s %7s %8s %8s %8s %8s\n",
	       100 * SIM_DELTA, "boots", "boot SD", "+delta", "-delta",
	       "delta/2", "0");
	for (size_t i = 0; i < ARRAY_SIZE(plans) * ARRAY_SIZE(sds); i++) {
		const double effects[] = { log1p(SIM_DELTA), -log1p(SIM_DELTA),
					   log1p(SIM_DELTA / 2), 0 };
		struct sim_family f = { .model = plans[i / ARRAY_SIZE(sds)],
					.rows = 1,
					.adjust = HOLM };

		f.model.boot_sd = sds[i % ARRAY_SIZE(sds)];
		f.model.sample_sd = f.model.boot_sd;
		printf("%-11s %6.2f%%", plan_text(&f.model),
		       100 * f.model.boot_sd);
		for (size_t e = 0; e < ARRAY_SIZE(effects); e++) {
			struct sim_small small;

			f.model.effect = effects[e];
			small = sim_small(200 + 10 * i + e, &f, runs);
			printf(" %8.1f", small.trivial + small.equivalent);
		}
		putchar('\n');
	}
}

static void print_no_effect(long runs)
{
	static const struct sim_model plans[] = {
		{ .blocks = 1, .boots = 3 }, { .blocks = 1, .boots = 4 },
		{ .blocks = 2, .boots = 3 }, { .blocks = 4, .boots = 3 },
		{ .blocks = 8, .boots = 3 },
	};
	static const double limits[] = { 0, 1, 2 };
	static const size_t rows[] = { 1, 9, 20 };

	printf("\nGates of %ld sessions each that fail without an effect [%%], at most 5 is right;\n"
	       "boot SD 0.5 %%\n%-11s %5s",
	       runs, "boots", "rows");
	for (size_t k = 0; k < ARRAY_SIZE(limits); k++)
		printf("  limit %g%%", limits[k]);
	putchar('\n');
	for (size_t i = 0; i < ARRAY_SIZE(plans) * ARRAY_SIZE(rows); i++) {
		struct sim_records m = { .plan = plans[i / ARRAY_SIZE(rows)],
					 .rows = rows[i % ARRAY_SIZE(rows)] };

		m.plan.boot_sd = 0.005;
		m.plan.sample_sd = 0.01;
		printf("%-11s %5zu", plan_text(&m.plan), m.rows);
		for (size_t k = 0; k < ARRAY_SIZE(limits); k++)
			printf(" %9.1f",
			       sim_fails(400 + 10 * i + k, &m, limits[k], runs));
		putchar('\n');
	}
}

static void print_gates(long runs)
{
	printf("\nGates of %ld sessions each [%%], boot SD 0.5 %%; limit of each row 2 %%, or as said,\n"
	       "of plans in which one kernel comes first 0.5 %%. Without an effect: pass, fail\n"
	       "(at most 5 is right), nothing passed, rows called a change, rows marked. And fail\n"
	       "where one row changes by what is printed to be caught, at least 95 is right; where\n"
	       "that is none, by half\n"
	       "%-18s %6s %6s %8s %7s %7s %8s\n",
	       runs, "", "pass", "fail", "nothing", "called", "marked", "caught");
	for (size_t i = 0; i < ARRAY_SIZE(gates); i++) {
		struct sim_records m = gates[i].records;
		struct sim_rates rates;

		m.plan.boot_sd = 0.005;
		m.plan.sample_sd = 0.01;
		rates = sim_gates(300 + i, &m, gates[i].limit, gates[i].allow,
				  runs);
		printf("%-18s %6.1f %6.1f %8.1f %7.1f %7.1f %8.1f\n",
		       gates[i].name, rates.passed, rates.failed,
		       rates.undecided, rates.called, rates.marked, rates.caught);
	}
}

int main(int argc, char **argv)
{
	char *end = NULL;
	long runs = 4000;
	int c;

	while ((c = getopt(argc, argv, "n:")) == 'n')
		runs = strtol(optarg, &end, 10);
	if (c != -1 || argc != optind || (end && *end) || runs < 4 ||
	    runs > 1000000) {
		fprintf(stderr,
			"usage: simulate_verdicts [-n RUNS], RUNS 4 to 1000000\n");
		return 2;
	}
	printf("%ld experiments of each kind\n", runs);
	print_power(runs);
	print_power_of_layouts(runs);
	print_small(runs);
	print_no_effect(runs / 4);
	print_gates(runs / 4);
	return 0;
}
