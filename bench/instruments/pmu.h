/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Events by name, and in groups that are counted all the time.
 *
 * The kernel schedules a group of perf events on the PMU as a whole. What does
 * not fit takes turns with others (it is multiplexed): such counts are of a part
 * of the time, and no figure for a batch of some microseconds.
 */
#ifndef PMU_H
#define PMU_H

#include <perfmon/perf_event.h> /* libpfm4 has a copy, and not beside the kernel's */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instruments/instrument.h"

#define PMU_NAME_MAX 64 /* of a metric, with its end */
#define PMU_EVENTS_MAX 48

/* Of several events; the first set that is tried, where none is asked for. */
#define PMU_DEFAULT_EVENTS                            \
	"cycles,instructions,branches,branch-misses," \
	"L1-dcache-load-misses,LLC-load-misses,dTLB-load-misses"

/* Environment of the process that counts: its group's events; take estimates. */
#define EVENTS_ENV "VMABENCH_EVENTS"
#define MULTIPLEX_ENV "VMABENCH_MULTIPLEX"

/**
 * struct pmu_event - what an event's name stands for
 * @metric: as in records
 * @unit: of one operation's value
 * @better: direction
 * @full: with all its modifiers, as libpfm has it
 * @attr: for the kernel
 */
struct pmu_event {
	char metric[PMU_NAME_MAX];
	const char *unit;
	enum better better;
	char *full;
	struct perf_event_attr attr;
};

/** struct pmu_group - events, by number, that fit on the PMU together */
struct pmu_group {
	unsigned int nr;
	unsigned int events[INSTRUMENT_MAX_METRICS];
};

/**
 * struct pmu_reading - a group as read() gives it, PERF_FORMAT_GROUP
 * @nr: of @values
 * @enabled_ns: how long the group was to count
 * @running_ns: and how long it did
 */
struct pmu_reading {
	uint64_t nr, enabled_ns, running_ns;
	uint64_t values[INSTRUMENT_MAX_METRICS];
};

/* What trying a group, or the difference of two readings, has come to. */
enum {
	PMU_COUNTED = 0,     /* all the time */
	PMU_MULTIPLEXED = 1, /* a part of it, or refused as too many */
};

/**
 * struct pmu_trial - finds out whether events can be counted together
 * @run: PMU_COUNTED, PMU_MULTIPLEXED, or -errno if it cannot be done at all
 * @data: for @run
 */
struct pmu_trial {
	int (*run)(void *data, const unsigned int *events, unsigned int nr);
	void *data;
};

/* pmu_groups.c */
unsigned int pmu_make_groups(const struct pmu_trial *trial, unsigned int nr,
			     bool multiplex, struct pmu_group *groups,
			     int *alone);
int pmu_between(const struct pmu_reading *before, const struct pmu_reading *after,
		unsigned int slot, uint64_t *value);
int pmu_metric_name(const char *event, char *metric, size_t size);

/* pmu.c */
void pmu_set_cpu(int cpu);
int pmu_open(const struct pmu_event *event, int leader);
int pmu_resolve(const char *name, struct pmu_event *event, char *reason,
		size_t size);
int pmu_try(const struct pmu_event *const *events, unsigned int nr,
	    char *reason, size_t size);
int pmu_select(const char *list, char *reason, size_t size);
int pmu_next_name(const char **list, char *name, size_t size);

#endif
