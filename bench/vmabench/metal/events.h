/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which events a run of bench counts, in how many repetitions. */
#ifndef EVENTS_H
#define EVENTS_H

#include <jansson.h>
#include <stdbool.h>

#include "instruments/pmu.h"

/**
 * struct event_plan - see the head of this file
 * @asked: events that were asked for, or NULL for the default set
 * @multiplex: take estimates, too
 * @groups: their events, separated by commas
 * @nr_groups: how many
 * @reasons: what is not counted, and why; an array of strings
 */
struct event_plan {
	const char *asked;
	bool multiplex;
	char *groups[PMU_EVENTS_MAX];
	unsigned int nr_groups;
	json_t *reasons;
};

int plan_events(struct event_plan *plan, int cpu);
void note_events(const struct event_plan *plan, json_t *info);
void free_events(struct event_plan *plan);

/* bench.c */
void raise_memlock(void);

#endif
