/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sets that scenarios are in: what is measured together. */
#ifndef VMABENCH_SCENARIO_SET_H
#define VMABENCH_SCENARIO_SET_H

#include <stdbool.h>

/**
 * enum scenario_set - which set a scenario is in
 * @SET_EXTENDED: all that is worth a look where something has changed
 * @SET_PRIMARY: the few rows that the series is judged by
 * @SET_MM: of no series: what mm does all day; judged as the primary set is
 * @NR_SETS: how many there are
 */
enum scenario_set {
	SET_EXTENDED,
	SET_PRIMARY,
	SET_MM,
	NR_SETS
};

/* Are its rows named before any of them is measured, and judged one by one? */
static inline bool set_is_judged(enum scenario_set set)
{
	return set != SET_EXTENDED;
}

#endif
