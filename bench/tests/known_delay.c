// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: known_delay [CPU]
 *
 * How long are the delays of kernel-patches/selftest, on this machine, now? Prints
 * "CYCLES NS" of each: how much longer a call of it takes than one of the delay of no
 * cycles. What it measures with is not what the native tier does: another
 * clock, no kernel.
 *
 * All delays are timed in turn. Another task on the core, or beside it, makes everything
 * longer: of the rounds, those count in which neither a delay nor the one of no
 * cycles took longer, by more than 1 part in 10, than it did at least. There are more
 * rounds, for seconds, until enough of them count.
 *
 * Exit status: 0 done, 1 the machine is too busy, 2 usage.
 */
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "stats/stats.h"

#define CALLS 2000
#define ROUNDS 1000
#define ROUNDS_LEAST 100
#define ROUNDS_MOST (20 * ROUNDS)
#define DISTURBED_PART 10

/* As selftest_delay() of kernel-patches/selftest. */
#if defined(__x86_64__)
#define DELAY(cycles)                                                           \
	static __attribute__((noinline, aligned(64))) void delay_##cycles(void) \
	{                                                                       \
		__asm__ volatile("lfence\n\t"                                   \
				 ".rept " #cycles " / 3\n\t"                    \
				 "imul %%eax, %%eax\n\t"                        \
				 ".endr\n\t"                                    \
				 ".rept " #cycles " %% 3\n\t"                   \
				 "add %%eax, %%eax\n\t"                         \
				 ".endr\n\t"                                    \
				 "lfence"                                       \
				 :                                              \
				 :                                              \
				 : "eax", "cc", "memory");                      \
	}
#else
#define DELAY(cycles)                                                          \
	static void delay_##cycles(void)                                       \
	{                                                                      \
		errx(1, "kernel-patches/selftest has no delays for this CPU"); \
	}
#endif

DELAY(0)
DELAY(10)
DELAY(20)
DELAY(50)

static const struct delay {
	int cycles;
	void (*call)(void);
} delays[] = { { 0, delay_0 },
	       { 10, delay_10 },
	       { 20, delay_20 },
	       { 50, delay_50 } };

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/*
 * What mmap() does besides stands between two delays there, and here something else:
 * where one directly follows another, what ends it hides a cycle of the next.
 */
static __attribute__((noinline)) void do_something(void)
{
	static volatile unsigned long words[64];

	for (unsigned int i = 0; i < 16; i++)
		words[7 * i % 64] += words[3 * i % 64] ^ i;
}

static double time_calls(void (*call)(void))
{
	double start = now_ns();

	for (int i = 0; i < CALLS; i++) {
		do_something();
		call();
	}
	return (now_ns() - start) / CALLS;
}

/* The last one, as "vmabench native" does, unless it is named. */
static void pin(const char *text)
{
	struct cpus cpus = { 0 };
	char *end = NULL;
	long cpu;
	int err;

	if (text) {
		cpu = strtol(text, &end, 10);
		if (end == text || *end || cpu < 0 || cpu > INT_MAX)
			errx(2, "CPU: '%s' is not a number of a CPU", text);
	} else {
		if (cpus_allowed(&cpus))
			errx(1, "which CPUs there are is not known: name one");
		cpu = cpus_last(&cpus);
		cpus_free(&cpus);
	}
	err = pin_task(0, (int)cpu);
	if (err)
		errx(1, "cannot run on CPU %ld: %s", cpu, strerror(-err));
}

/* What each round took, and the least that there was of each delay. */
static double ns[ARRAY_SIZE(delays)][ROUNDS_MOST];
static double least[ARRAY_SIZE(delays)];

static void time_rounds(size_t from, size_t to)
{
	for (size_t r = from; r < to; r++) {
		for (size_t d = 0; d < ARRAY_SIZE(delays); d++) {
			ns[d][r] = time_calls(delays[d].call);
			if (ns[d][r] < least[d])
				least[d] = ns[d][r];
		}
	}
}

static bool is_alone(size_t d, size_t r)
{
	return ns[d][r] <= least[d] + least[d] / DISTURBED_PART;
}

/* Return: in how many rounds; @more: filled with what a delay takes more there. */
static size_t find_alone(size_t d, size_t nr_rounds, double *more)
{
	size_t nr = 0;

	for (size_t r = 0; r < nr_rounds; r++)
		if (is_alone(0, r) && is_alone(d, r))
			more[nr++] = ns[d][r] - ns[0][r];
	return nr;
}

int main(int argc, char **argv)
{
	static double more[ROUNDS_MOST];
	size_t nr_rounds = 0, nr, fewest;

	if (argc > 2)
		errx(2, "usage: known_delay [CPU]");
	pin(argv[1]);
	for (size_t d = 0; d < ARRAY_SIZE(delays); d++)
		least[d] = time_calls(delays[d].call);
	do {
		time_rounds(nr_rounds, nr_rounds + ROUNDS);
		nr_rounds += ROUNDS;
		fewest = nr_rounds;
		for (size_t d = 1; d < ARRAY_SIZE(delays); d++) {
			nr = find_alone(d, nr_rounds, more);
			if (nr < fewest)
				fewest = nr;
		}
	} while (fewest < ROUNDS_LEAST && nr_rounds < ROUNDS_MOST);
	if (fewest < ROUNDS_LEAST)
		errx(1, "in %zu of %zu rounds this had a core to itself: too few",
		     fewest, nr_rounds);
	for (size_t d = 1; d < ARRAY_SIZE(delays); d++) {
		nr = find_alone(d, nr_rounds, more);
		printf("%d %.3f\n", delays[d].cycles, stats_median(more, nr));
	}
	return 0;
}
