/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Anonymous memory whose faults a userfaultfd, the scenario's file, is told of. */
#ifndef VMABENCH_USERFAULT_H
#define VMABENCH_USERFAULT_H

#include "layout.h"

extern const struct backing backing_userfault;

/* Unit @at of the window; 0 or -errno. */
long userfault_register(const struct scenario_run *run, size_t at);
long userfault_unregister(const struct scenario_run *run, size_t at);

#endif
