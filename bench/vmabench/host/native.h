/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One boot of the native tier: what its files share. */
#ifndef NATIVE_H
#define NATIVE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "native_plan.h"
#include "run/options.h"

struct recorded;
struct uml;

/**
 * struct native - a boot, as it was asked for
 * @stage: name in the record
 * @image: folder with vmlinux, of one layout
 * @commit: what it was built of, or NULL
 * @reason: file for why it did not work, or NULL
 * @what: scenarios to run
 * @boot: of which experiment it is
 * @layout: seed that the order of its functions was drawn from
 * @nr_batches: to record
 * @nr_singles: batches in which each operation is timed
 * @max_warmup: batches before them, at most
 * @timeout_s: for all of it
 * @reference: least time of the work that is the same always; 0 where not known
 * @others: mappings besides those of a scenario
 * @memory_mib: of the kernel; 0 for what there is
 * @probe: no scenario is run
 * @scratch: folder for its files
 * @disk: image of a filesystem for the driver, or NULL
 * @recorded: what the driver is told
 * @nr: of @recorded
 */
struct native {
	const char *stage, *image, *commit, *reason;
	struct what what;
	struct boot_plan boot;
	unsigned int layout, nr_batches, nr_singles, max_warmup, timeout_s,
		reference, others, memory_mib;
	bool probe;
	char *scratch, *disk;
	struct recorded *recorded;
	size_t nr;
};

/* native.c */
int native_read_answer(struct native *n, struct uml *u, json_t *lines,
		       struct native_hello *hello, json_t *info);

/* native_boot.c */
int native_boot(struct native *n, json_t *lines, struct native_hello *hello,
		json_t *info);

#endif
