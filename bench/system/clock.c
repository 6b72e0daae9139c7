// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The clock of the time pass: the TSC where it is invariant, calibrated against
 * CLOCK_MONOTONIC_RAW; the generic timer on arm64; else the system call's own
 * vDSO clock. The record says which, and by how much it steps.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/prctl.h>
#endif

#include "system/system.h"

#define CALIBRATION_NS 50000000u
/* Differences that tell a step, and readings after which it is given up. */
#define STEP_DIFFERENCES 4096
#define STEP_READINGS (1u << 20)

struct bench_clock bench_clock = {
	.name = "CLOCK_MONOTONIC_RAW",
	.ns_per_tick = 1,
};

uint64_t monotonic_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

#if defined(__x86_64__)
static bool tsc_is_invariant(void)
{
	unsigned int a, b, c, d;

	/* "Invariant TSC": Advanced Power Management leaf, EDX bit 8. */
	if (__get_cpuid_max(0x80000000, NULL) < 0x80000007)
		return false;
	__cpuid(0x80000007, a, b, c, d);
	return d & (1u << 8);
}

/* A reading of both clocks, from the narrowest of a few attempts. */
static void read_pair(uint64_t *tsc, uint64_t *ns)
{
	uint64_t best = UINT64_MAX;

	for (int i = 0; i < 20; i++) {
		uint64_t before = clock_start(), t = monotonic_ns();
		uint64_t width = clock_stop() - before;

		if (width < best) {
			best = width;
			*tsc = before + width / 2;
			*ns = t;
		}
	}
}
#endif

static int cmp_ticks(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/**
 * clock_step() - the step in which a clock advances
 * @moved: ticks between two readings, many of them, over times that differ; sorted
 *	in place
 * @nr: how many
 *
 * All differences of a clock that steps are multiples of the step, which need not be
 * a whole number of ticks: two neighbours then stand for one multiple. Three in a row
 * are of a clock that advances by the tick.
 *
 * Return: ticks, 0 where the clock was never seen to move.
 */
double clock_step(uint64_t *moved, size_t nr)
{
	double last = -INFINITY, step = INFINITY;

	qsort(moved, nr, sizeof(*moved), cmp_ticks);
	for (size_t i = 0; i < nr;) {
		uint64_t first = moved[i], end = first;
		double middle;

		while (i < nr && moved[i] - end <= 1)
			end = moved[i++];
		if (end - first > 1)
			return 1;
		middle = (double)first + (double)(end - first) / 2;
		step = middle - last < step ? middle - last : step;
		last = middle;
	}
	return isfinite(step) ? step : 0;
}

static double measure_step(void)
{
	static uint64_t moved[STEP_DIFFERENCES];
	bool stood = false;
	size_t nr = 0;

	for (unsigned int i = 0; i < STEP_READINGS && nr < STEP_DIFFERENCES; i++) {
		uint64_t start = clock_start(), ticks;

		for (unsigned int wait = i % 97; wait; wait--)
			__asm__ volatile("");
		ticks = clock_stop() - start;
		if (ticks || !stood)
			moved[nr++] = ticks;
		stood |= !ticks;
	}
	return clock_step(moved, nr);
}

/* The clock, and how long its tick is; takes 50 ms on a TSC. */
static void choose_clock(void)
{
#if defined(__x86_64__)
	uint64_t tsc0 = 0, ns0 = 0, tsc1 = 0, ns1 = 0;

	if (!tsc_is_invariant() && !getenv(CLOCK_TSC_ENV))
		return;
	bench_clock.tsc = true;
	read_pair(&tsc0, &ns0);
	do {
		read_pair(&tsc1, &ns1);
	} while (ns1 - ns0 < CALIBRATION_NS);
	bench_clock.name = "tsc";
	bench_clock.ns_per_tick = (double)(ns1 - ns0) / (double)(tsc1 - tsc0);
#elif defined(__aarch64__)
	uint64_t hz;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(hz));
	bench_clock.name = "cntvct_el0";
	bench_clock.ns_per_tick = 1e9 / (double)hz;
#endif
}

/**
 * clock_why_no_tsc - what keeps this process from timing by the TSC
 *
 * To be asked before anything reads a clock: the C library reads the TSC, too.
 *
 * Return: it, or NULL if nothing does.
 */
const char *clock_why_no_tsc(void)
{
#if defined(__x86_64__)
	char *list;
	int mode;
	bool distrusted;

	if (!prctl(PR_GET_TSC, &mode) && mode != PR_TSC_ENABLE)
		return "this process is forbidden to read the TSC (PR_SET_TSC)";
	if (!tsc_is_invariant())
		return "this CPU, or the hypervisor, has no invariant TSC";
	list = read_line("/sys/devices/system/clocksource/clocksource0/available_clocksource");
	distrusted = list && !strstr(list, "tsc");
	free(list);
	if (distrusted)
		return "the kernel has found the TSC unstable (dmesg says why)";
	return NULL;
#else
	return "this is not x86-64";
#endif
}

/** clock_init - choose and calibrate the clock, and measure its step */
void clock_init(void)
{
	choose_clock();
	bench_clock.step_ns = measure_step() * bench_clock.ns_per_tick;
}
