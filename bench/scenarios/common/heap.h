/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * heap: brk() behind what the program has of it, which is left alone.
 *
 *	| heap |fork-less|			a VMA that no other one is merged with
 *	| heap |fork-less|seed|			and one that grows
 *
 * Whether the program's own heap may grow depends on whether its process was forked
 * since it was touched. So a page that a fork would leave out lies in between.
 */
#ifndef VMABENCH_HEAP_H
#define VMABENCH_HEAP_H

#include "layout.h"

int heap_setup_apart(struct scenario_run *run);
int heap_setup_seed(struct scenario_run *run);
void heap_teardown(struct scenario_run *run);

/* So many pages behind what setup has left; 0 or -ENOMEM, for brk() says neither. */
long heap_set(const struct scenario_run *run, size_t pages);
char *heap_page(const struct scenario_run *run, size_t page);

/* What all members of a scenario of the heap but claim and operations are. */
#define HEAP(setup_)                                                 \
	.set = SET_MM, .backing = &backing_process, .setup = setup_, \
	.teardown = heap_teardown

#endif
