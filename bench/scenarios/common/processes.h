/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that an operation makes. They are where their parent is, and do not get its
 * CPU unless it waits: an operation that makes one ends before that runs, and one that
 * waits for one goes to it and comes back, and to no other.
 */
#ifndef VMABENCH_PROCESSES_H
#define VMABENCH_PROCESSES_H

#include "layout.h"

int processes_setup(struct scenario_run *run);
void processes_teardown(struct scenario_run *run);

/* What an operation that waits for a process takes: there and back. */
#define THERE_AND_BACK 2

#endif
