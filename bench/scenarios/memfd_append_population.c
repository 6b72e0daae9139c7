// SPDX-License-Identifier: GPL-2.0-or-later
/* (nr / 2 VMAs)  |seed|0|1|2|...|n-1|  (nr / 2 VMAs) */
#include "layout.h"

#define AMONG(nr_) APPEND_AMONG(memfd, "a file", nr_)

SCENARIO_SWEEP(AMONG, 100, 1000, 10000, 50000);
