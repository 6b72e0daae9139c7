/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * touch: page faults instead of system calls.
 *
 *	|0|1|2|...|n-1|touched|		1 VMA
 * An operation writes to a page of anonymous memory that is not there yet. The
 * last page was touched before, so that there is a page table, and all that a
 * VMA is only given at its first fault.
 */
#ifndef VMABENCH_TOUCH_H
#define VMABENCH_TOUCH_H

#include "layout.h"

int touch_prepare(const struct scenario_run *run);
long touch_page(const struct scenario_run *run, unsigned int i);

/* What both members of a touch scenario but claim are. */
#define TOUCH(storm_)                                                   \
	.backing = &backing_anon, .nr_ops = STORM_OPS, .storm = storm_, \
	.prepare = touch_prepare, .before = SHAPE(1, 0),                \
	.ops = {                                                        \
		OP("fault", touch_page, OUTCOME("none", 1, 0)),         \
	}

#endif
