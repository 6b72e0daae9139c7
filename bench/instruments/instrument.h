/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an instrument is. Adding one is adding one file to bench/instruments/.
 *
 * An instrument yields counters that are read before and after each operation, or
 * around all of a batch, outside of what it counts. One that is not available says
 * why, per metric; it is never a zero.
 */
#ifndef INSTRUMENT_H
#define INSTRUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/format.h"

/**
 * enum reading - when a metric is read
 * @READ_EACH: before and after each operation
 * @READ_BATCH: before the first operation of a batch and after the last one
 * @READ_DRAINED: the same, once RCU has done what the operations have left to it
 */
enum reading {
	READ_EACH,
	READ_BATCH,
	READ_DRAINED
};

/**
 * struct metric - one column of numbers
 * @name: as in records
 * @unit: of one operation's value; NULL where the record's format knows the metric
 * @better: direction, likewise
 * @reading: when; with struct instrument's @start, around a batch
 */
struct metric {
	const char *name;
	const char *unit;
	enum better better;
	enum reading reading;
};

#define INSTRUMENT_MAX_METRICS 12

/* Environment: a file to be read in the place of /proc/kallsyms. */
#define KALLSYMS_ENV "VMABENCH_KALLSYMS"

/**
 * struct instrument - a source of counters
 * @name: for messages
 * @pass: that it counts in
 * @storm: of tasks that run at a time, a handle each; else of one task alone
 * @handle_bytes: of what is open; starts as zeros
 * @metrics: ends with an entry that has no name
 * @open: prepares metric @m to be counted on @cpu for this task; returns 0, or
 *	-errno with @reason saying what is missing and what would enable it
 * @start: called before all operations of a batch; NULL where @read may be called
 *	around each of them
 * @stop: called after them
 * @read: current value of metric @m, or with @start, what it came to until @stop;
 *	allocates and maps nothing. Returns 0, 1 if the value is an estimate,
 *	-ENODATA if nothing is known, or -errno
 * @event: optional: what metric @m counts, in full
 * @close: undoes @open for all metrics
 * @recover: optional: takes back what is left of processes that have ended; returns how
 *	much of it is still in use
 */
struct instrument {
	const char *name;
	enum pass_id pass;
	bool storm;
	size_t handle_bytes;
	const struct metric *metrics;
	int (*open)(void *handle, unsigned int m, int cpu, char *reason,
		    size_t size);
	int (*start)(void *handle);
	int (*stop)(void *handle);
	int (*read)(void *handle, unsigned int m, uint64_t *value);
	const char *(*event)(unsigned int m);
	void (*close)(void *handle);
	unsigned int (*recover)(void);
};

#define INSTRUMENT(name_)                                       \
	static const struct instrument instrument_##name_;      \
	static const struct instrument *instrument_ptr_##name_  \
		__attribute__((used, section("instruments"))) = \
			&instrument_##name_;                    \
	static const struct instrument instrument_##name_

extern const struct instrument *__start_instruments[];
extern const struct instrument *__stop_instruments[];

#define for_each_instrument(in)                                           \
	for (const struct instrument **in##_p = __start_instruments, *in; \
	     in##_p < __stop_instruments && (in = *in##_p, true); in##_p++)

#endif
