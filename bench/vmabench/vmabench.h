/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of vmabench know of each other. */
#ifndef VMABENCH_H
#define VMABENCH_H

#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario.h"

#define VMABENCH_VERSION "0.1"

/* Which run of a scenario: what is measured in one is not disturbed by another. */
enum pass {
	PASS_INSNS,
	PASS_COUNTS,
	PASS_TIME,
	PASS_PMU,
	NR_PASSES
};

extern const char *const pass_names[NR_PASSES];

/**
 * struct run_config - how a scenario is to be run
 * @pass: what to measure
 * @nr_ops: operations per batch
 * @nr_batches: batches that are recorded; 0: as many as fit in @budget_ns
 * @nr_warmup: batches before them that are not
 * @budget_ns: see @nr_batches
 * @dir: where a regular file may be made
 * @seed: draws the other mappings of the process; none for the first seed, 1
 * @retry: how the kernel retries a merge
 * @cpu: that the process is pinned to
 * @multiplex: estimates of events will do
 * @guest: the exact tier: one CPU, nothing else is running
 */
struct run_config {
	enum pass pass;
	unsigned int nr_ops;
	unsigned int nr_batches;
	unsigned int nr_warmup;
	uint64_t budget_ns;
	const char *dir;
	uint64_t seed;
	enum retry retry;
	int cpu;
	bool multiplex;
	bool guest;
};

/* Small, seedable, good enough to shuffle. */
static inline uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* run.c */
int run_scenario(const struct scenario *s, const struct run_config *config,
		 FILE *out);
const struct scenario *find_scenario(const char *name);

/**
 * struct choice - which scenarios
 * @names: named on the command line
 * @nr: how many; none means a whole set
 * @extended: of both sets, not of the primary one alone
 */
struct choice {
	const char **names;
	size_t nr;
	bool extended;
};

int choose_set(struct choice *choice, const char *name);

/* retry.c */
extern const char *const retry_names[NR_RETRIES];
enum retry retry_by_name(const char *name);
enum retry retry_by_release(const char *release);

bool is_chosen(const struct choice *choice, const struct scenario *s);

/* vmas.c: both without allocating or mapping anything */
int count_vmas(const char *start, size_t bytes);

/* clock.c */
struct bench_clock {
	const char *name; /* as the record says it */
	bool tsc;
	double ns_per_tick;
};

extern struct bench_clock bench_clock;
void clock_init(void);
uint64_t monotonic_ns(void);

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include <time.h>

/*
 * Inlined: a call would be part of what is timed. The TSC is read with fences
 * that keep what is timed between the two readings, and no more than that.
 */
static inline uint64_t clock_slow(void)
{
#if defined(__aarch64__)
	uint64_t t;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(t) : : "memory");
	return t;
#else
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
#endif
}

static inline uint64_t clock_start(void)
{
#if defined(__x86_64__)
	if (bench_clock.tsc) {
		uint64_t t;

		_mm_lfence();
		t = __rdtsc();
		__asm__ volatile("" : : : "memory");
		return t;
	}
#endif
	return clock_slow();
}

static inline uint64_t clock_stop(void)
{
#if defined(__x86_64__)
	if (bench_clock.tsc) {
		unsigned int aux;

		/* Waits for everything before it by itself. */
		return __rdtscp(&aux);
	}
#endif
	return clock_slow();
}

/* lines.c: one line of a record each */
json_t *scenario_line(const char *type, const struct scenario *s, const char *op);
int emit(FILE *out, json_t *line);
void add_failure(json_t *lines, const struct scenario *s, const char *op,
		 const char *reason);
size_t count_failures(const json_t *lines);
size_t count_undeclared(const json_t *lines, const char *commit);
void join_shapes(json_t *lines);
int write_record(const char *path, json_t *head, const json_t *lines);

/* main.c: the signal that asked us to stop, or 0 */
extern volatile sig_atomic_t interrupted;
void catch_signals(void);

/* env.c */
json_t *kernel_info(void);
bool is_static(void);
void add_linking(json_t *env);
json_t *metal_env(void);
json_t *suite_info(void);
char *host_id(void);
char *read_line(const char *path);

/* state.c */
json_t *metal_info(void);
json_t *config_sha256(void);

/* merges.c */
const char *merges_in_mainline(const char *scenario);

/* calibrate.c */
#define CALIBRATION "calibrate"

int calibrate_guest(FILE *out);

/* pid1.c */
void serve_as_init(void);

/* guest.c: the latter two do not return */
bool is_guest(void);
void guest_main(void) __attribute__((noreturn));
void guest_run(const char *command) __attribute__((noreturn));

/* bench.c */
void metal_run(const char *command) __attribute__((noreturn));
void raise_memlock(void);
struct argp_state;
int choose_cpu(const char *who);
int parse_cpu(const char *arg, const struct argp_state *state);

/* Subcommands */
int cmd_bench(int argc, char **argv);
int cmd_exact(int argc, char **argv);
int cmd_kvm(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_repeat(int argc, char **argv);
int cmd_where(int argc, char **argv);

#endif
