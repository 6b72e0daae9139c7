/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One boot of the native tier: what its files share. */
#ifndef NATIVE_H
#define NATIVE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"
#include "instruments/pmu.h"
#include "native_plan.h"
#include "run/options.h"

struct recorded;
struct uml;

/**
 * struct native_events - events that are counted of the process that is the kernel
 * @list: in the order of their group
 * @nr: of them
 */
struct native_events {
	struct pmu_event list[NATIVE_COUNTS];
	unsigned int nr;
};

/**
 * struct native - a boot, as it was asked for
 * @stage: name in the record
 * @image: folder with vmlinux, of one layout; NULL where nothing is to be booted
 * @commit: what it was built of, or NULL
 * @reason: file for why it did not work, or NULL
 * @what: scenarios to run
 * @boot: of which experiment it is
 * @record: what it writes
 * @layout: seed that the order of its functions was drawn from, -1 where none was
 * @layout_set: name of the kernels that it was drawn for together, or NULL
 * @nr_batches: to record
 * @nr_singles: batches in which each operation is timed
 * @max_warmup: batches before them, at most
 * @timeout_s: for all of it
 * @reference: least time of the work that is the same always; 0 where not known
 * @others: mappings besides those of a scenario
 * @memory_mib: of the kernel; 0 for what there is
 * @wanted: names of events
 * @events: those of them that are counted
 * @nr_counted: batches to count them of
 * @probe: no record is kept
 * @scratch: folder for its files
 * @disk: image of a filesystem for the driver, or NULL
 * @recorded: what the driver is told
 * @nr: of @recorded
 */
struct native {
	const char *stage, *image, *commit, *reason, *wanted, *layout_set;
	struct what what;
	struct boot_plan boot;
	struct new_file record;
	int layout;
	unsigned int nr_batches, nr_singles, max_warmup, timeout_s, reference,
		others, memory_mib, nr_counted;
	struct native_events events;
	bool probe;
	char *scratch, *disk;
	struct recorded *recorded;
	size_t nr;
};

/* native.c */
int native_read_answer(struct native *n, struct uml *u, json_t *lines,
		       struct native_hello *hello, json_t *info);

/* native_events.c */
int native_choose_events(struct native_events *ev, const char *list,
			 json_t *info);
int native_open_events(const struct native_events *ev);
char *native_join_reasons(json_t *reasons);

/* native_boot.c */
int native_boot(struct native *n, json_t *lines, struct native_hello *hello,
		json_t *info);

#endif
