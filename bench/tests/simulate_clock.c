// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: simulate_clock [-n RUNS]
 *
 * How often do intervals of quantiles hold the true change, where the calls of a boot
 * differ by less than a step of the clock, or by more? RUNS (1000) sessions of each
 * kind. test_stats_simulate.c is the short form, with bounds.
 *
 * Exit status: 0 done, 2 usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/base.h"
#include "simulate_clock.h"

static const double boot_sds[] = { 0.001, 0.01 };
static const double spreads[] = { 0.001, 0.01, 0.1 };
static const double steps_ns[] = { 1, 10, 40 };

static void print_kind(uint64_t seed, double boot_sd, const struct sim_clock *c,
		       long runs)
{
	static struct sim_calls calls;
	const struct sim_model m = { .blocks = 4, .boots = 3, .boot_sd = boot_sd };
	struct sim_rng r = { seed };
	struct sim_held held[SIM_QUANTILES] = { 0 };

	sim_draw_calls(&r, c, &calls);
	for (long i = 0; i < runs; i++)
		sim_count_held(&r, &m, c, &calls, held);
	printf("%3g%% %4g%% x%g %3g ns", 100 * boot_sd, 100 * c->spread,
	       c->wider, c->step_ns);
	for (int q = 0; q < SIM_QUANTILES; q++) {
		const struct sim_held *h = &held[q];

		if (!h->told) {
			printf("  %31s", "not told");
			continue;
		}
		printf("  %5.1f %5.1f %5.1f %5.2f%% %5.1f",
		       100.0 * h->bare / h->told, 100.0 * h->c95 / h->told,
		       100.0 * h->c90 / h->told, 100 * h->doubt / h->told,
		       100.0 * h->told / runs);
	}
	putchar('\n');
}

static void print_kinds(double wider, uint64_t seed, long runs)
{
	for (size_t b = 0; b < ARRAY_SIZE(boot_sds); b++) {
		for (size_t s = 0; s < ARRAY_SIZE(spreads); s++) {
			for (size_t k = 0; k < ARRAY_SIZE(steps_ns); k++) {
				const struct sim_clock c = { steps_ns[k],
							     spreads[s], wider };

				print_kind(seed++, boot_sds[b], &c, runs);
			}
		}
	}
}

int main(int argc, char **argv)
{
	char *end = NULL;
	long runs = 1000;
	int c;

	while ((c = getopt(argc, argv, "n:")) == 'n')
		runs = strtol(optarg, &end, 10);
	if (c != -1 || optind != argc || (end && *end) || runs < 1 ||
	    runs > 1000000) {
		fprintf(stderr,
			"usage: simulate_clock [-n RUNS], RUNS 1 to 1000000\n");
		return 2;
	}
	printf("\ncoverage of intervals of quantiles [%%], %ld sessions each of 4 x (3+3) boots, %d calls\nof 1330 to 1470 ns a boot, effect up to +-2 %%; 93 of the 95 %% interval is enough\n\n",
	       runs, SIM_DRAWN);
	printf("bare: the 95 %% interval without widening; 95%%, 90%%: as they are printed; wider: by that,\n"
	       "at each end; told: sessions that have an interval; xN: calls of NEW differ N times as much\n\n"
	       "%-18s  %-31s  %-31s  %s\n%-4s %-5s %-9s",
	       "SD", "p50", "p90", "p99", "boot", "call", "  clock");
	for (int q = 0; q < SIM_QUANTILES; q++)
		printf("  %5s %5s %5s %6s %5s", "bare", "95%", "90%", "wider",
		       "told");
	putchar('\n');
	print_kinds(1, 100, runs);
	print_kinds(3, 200, runs);
	return 0;
}
