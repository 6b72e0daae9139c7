/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a scenario, in one pass, in this process. */
#ifndef RUN_H
#define RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "record/format.h"
#include "scenario.h"
#include "system/system.h"

struct pass;

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
	const struct pass *pass;
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
int set_reason(struct scenario_run *run, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* layouts.c */
int measure_layouts(const struct scenario *s, bool reversed,
		    void (*write)(const char *text, size_t len));

/* choice.c */

/**
 * struct choice - which scenarios
 * @names: named on the command line
 * @nr: how many; none means a whole set
 * @set: that is meant; of the extended one, the primary one is a part
 */
struct choice {
	const char **names;
	size_t nr;
	enum scenario_set set;
};

const struct scenario *find_scenario(const char *name);
int choose_set(struct choice *choice, const char *name);
bool set_has(enum scenario_set asked, enum scenario_set set);
bool is_chosen(const struct choice *choice, const struct scenario *s);

/* retry.c */
extern const char *const retry_names[NR_RETRIES];
enum retry retry_by_name(const char *name);
enum retry retry_of_this_kernel(void);

/* vmas.c: both without allocating or mapping anything */
int count_vmas(const char *start, size_t bytes);

/* pages.c: likewise */
long count_pages(const char *start, size_t bytes);

/* lines.c: one line of a record each */
const char *line_type(const json_t *line);
json_t *scenario_line(const char *type, const struct scenario *s, const char *op);
json_t *reason_line(const char *type, const struct scenario *s, const char *op,
		    const char *reason);
json_t *row_line(const struct scenario *s, const char *op, const char *metric,
		 const char *unit, enum better better, enum pass_id pass,
		 bool exact, unsigned int ops);
json_t *metric_line(const struct scenario *s, const char *op,
		    enum metric_id metric, enum pass_id pass, bool exact,
		    unsigned int ops);
void add_failure(json_t *lines, const struct scenario *s, const char *op,
		 const char *reason);

/* about.c: what a series is about */
json_t *about_read(const char *path);

/* merges.c */
const char *merges_in_mainline(const char *scenario);

/* settle.c */
/*
 * With one CPU, the kernel takes membarrier() for a no-op. In a guest, a few ticks
 * let a grace period pass and its callbacks run; that they did is seen in the
 * counting pass: all that was allocated was freed.
 */
#define GUEST_QUIET_INSNS 50000000ul /* 5 ticks */

void settle_machine(void);
void settle_process(void);
void settle_batch(void);
void drain_lru_batches(void);
void stay_clear_of_tick(uint64_t *tick_ns);

/* spin.c */
void spin(unsigned long insns);
#define SPIN_LATE_INSNS 64 /* what the last steps take; an interrupt, more */

uint64_t spin_until(uint64_t tsc_insns);
uint64_t spin_until_multiple(uint64_t insns);

/* disturb.c: what may have disturbed a measurement from outside */
/** enum sensor - what is looked at: the CPU that measures, and the cgroup's quota */
enum sensor {
	SENSOR_STEAL,
	SENSOR_THROTTLES,
	SENSOR_FREQUENCY,
	SENSOR_QUOTA,
	NR_SENSORS
};

/** struct disturbance - what was seen after a batch */
struct disturbance {
	unsigned int batch;
	uint64_t what;
};

/**
 * struct disturb - what was seen so far
 * @fds: a file each, or -1
 * @quota: of the cgroup; without one, nothing is ever seen of it
 * @last: its value when it was last looked at
 * @moved: sum of what counters moved by, 0 for the frequency
 * @seen: what had changed
 * @nr_seen: how often
 * @max_seen: and at most, in one more batch than there are
 * @reason: why it is not available, where @fds is -1 and something is to be seen
 * @buf: what is read of a file
 * @size: its room in bytes
 * @cpu: whose
 * @next_ns: not before then is it worth while to look again
 */
struct disturb {
	int fds[NR_SENSORS];
	struct cgroup_quota quota;
	uint64_t last[NR_SENSORS];
	uint64_t moved[NR_SENSORS];
	struct disturbance *seen[NR_SENSORS];
	unsigned int nr_seen[NR_SENSORS];
	unsigned int max_seen;
	char reason[NR_SENSORS][160];
	char *buf;
	size_t size;
	int cpu;
	uint64_t next_ns;
};

int disturb_open(struct disturb *d, const char *root, int cpu,
		 unsigned int max_looks);
void disturb_look(struct disturb *d, unsigned int batch);
void disturb_look_now(struct disturb *d, unsigned int batch);
void disturb_add(const struct disturb *d, json_t *line);
void disturb_close(struct disturb *d);

#endif
