/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this machine and its kernel are, have and refuse. */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

/* clock.c */
/* For tests: read the TSC, even where the CPU does not say that it is invariant. */
#define CLOCK_TSC_ENV "VMABENCH_CLOCK_TSC"

struct bench_clock {
	const char *name; /* as the record says it */
	bool tsc;
	double ns_per_tick;
	double step_ns; /* in which it advances; 0: not known */
};

extern struct bench_clock bench_clock;
void clock_init(void);
const char *clock_why_no_tsc(void);
double clock_step(uint64_t *moved, size_t nr);
uint64_t monotonic_ns(void);

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

/* env.c */
json_t *kernel_info(void);
bool is_static(void);
void add_linking(json_t *env);
json_t *metal_env(int cpu);
void note_boot(json_t *info, int cpu);
json_t *suite_info(void);
char *host_id(void);

/* file.c */
FILE *open_rooted(const char *root, const char *path);
bool read_rooted(const char *root, const char *path, char *text, int size);
char *read_line(const char *path);
char *read_value(const char *path, const char *key);
int put_file(const char *path, const char *text);

/* state.c */
json_t *metal_info(int cpu);
json_t *config_sha256(void);

/* quiet.c */
/* What quiet.sh goes by, too. */
#define QUIET_STATE_ENV "QUIET_STATE"
#define QUIET_STATE "/run/vmabench/quiet"

char *quiet_left(const char *root, const char *path);

/* cpu.c */
struct argp_state;
int choose_cpu(const char *who);
int parse_cpu(const char *arg, const struct argp_state *state);

/* cgroup.c */
/**
 * struct cgroup_quota - on CPU time
 * @percent: of one CPU, 0 for none
 * @stat: the file that counts how long tasks were stopped for it, to be freed; NULL
 *	for none
 */
struct cgroup_quota {
	unsigned int percent;
	char *stat;
};

void cgroup_find_quota(const char *root, struct cgroup_quota *found);
void cgroup_free_quota(struct cgroup_quota *found);
long cgroup_oom_kills(const char *root);

/*
 * core_pmu.c: machines whose cores are of several kinds: Intel's cpu_core and
 * cpu_atom, arm64's big.LITTLE. Each kind has a PMU of its own, whose events count
 * on its CPUs alone.
 */
/* For tests: what to put before /sys. */
#define CORE_PMU_ROOT_ENV "VMABENCH_PMU_ROOT"

#define CORE_PMUS_MAX 8

/**
 * struct core_pmu - a kind of core
 * @name: of its PMU in sysfs
 * @type: of its PMU, for perf_event_open
 * @cpus: list of them
 */
struct core_pmu {
	char name[32];
	unsigned int type;
	char cpus[1024];
};

void core_pmus_read(const char *root);
const struct core_pmu *core_pmus(unsigned int *nr);
const struct core_pmu *core_pmu_of(int cpu);
const struct core_pmu *core_pmu_named(const char *name);
const struct core_pmu *core_pmu_typed(unsigned int type);

/*
 * why.c: why the kernel refuses something, and what would enable it: the cure of a
 * user is to be root, that of root in a container is not.
 */
/* Room for any reason given here. */
#define WHY_BYTES 384

/* The highest kernel.perf_event_paranoid at which anybody may count ... */
enum why_paranoid {
	WHY_CPU = 0,	/* all that runs on a CPU */
	WHY_KERNEL = 1, /* what the kernel does for a task */
	WHY_USER = 2,	/* what a task does by itself */
};

void why_no_perf(int err, enum why_paranoid level, char *reason, size_t size);
void why_no_tracefs(char *reason, size_t size);
void why_no_kprobe(const char *symbol, int err, char *reason, size_t size);
void why_no_kallsyms(char *reason, size_t size);
void why_no_secretmem(int err, char *reason, size_t size);
void why_not_pinned(int cpu, int err, char *reason, size_t size);
void why_failed(const char *what, int err, char *reason, size_t size);

/* secretmem.c */
void why_secretmem_is_missing(const char *root, const char *release,
			      char *reason, size_t size);

#endif
