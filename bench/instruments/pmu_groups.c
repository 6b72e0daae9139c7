// SPDX-License-Identifier: GPL-2.0-or-later
/* Which events are counted together, and whether they were: no system calls. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "instruments/pmu.h"

/**
 * pmu_make_groups() - put events into groups that are never multiplexed
 * @trial: finds out whether events fit
 * @nr: events, numbered from 0
 * @multiplex: one that does not even fit alone gets a group all the same
 * @groups: of @nr, to be filled
 * @alone: of @nr, what trying each event alone has come to
 *
 * How many counters there are, which event goes on which, and which of them
 * the NMI watchdog holds differ by machine: it is tried. Each event goes to
 * the first group that it fits in; the order is kept.
 *
 * Return: number of groups.
 */
unsigned int pmu_make_groups(const struct pmu_trial *trial, unsigned int nr,
			     bool multiplex, struct pmu_group *groups, int *alone)
{
	unsigned int nr_groups = 0, g;

	for (unsigned int e = 0; e < nr; e++) {
		alone[e] = trial->run(trial->data, &e, 1);
		if (alone[e] < 0 || (alone[e] == PMU_MULTIPLEXED && !multiplex))
			continue;
		for (g = 0; g < nr_groups; g++) {
			struct pmu_group *group = &groups[g];

			if (alone[e] != PMU_COUNTED ||
			    alone[group->events[0]] != PMU_COUNTED ||
			    group->nr == INSTRUMENT_MAX_METRICS)
				continue;
			group->events[group->nr] = e;
			if (trial->run(trial->data, group->events,
				       group->nr + 1) == PMU_COUNTED)
				break;
		}
		if (g == nr_groups)
			groups[nr_groups++] = (struct pmu_group){
				.events = { e },
			};
		groups[g].nr++;
	}
	return nr_groups;
}

/**
 * pmu_between() - what one event of a group came to between two readings
 * @before: the first
 * @after: the second
 * @slot: place of the event in the group
 * @value: an estimate of the whole time if the group was multiplexed
 *
 * Return: PMU_COUNTED, PMU_MULTIPLEXED, or -ENODATA if it did not count at all.
 */
int pmu_between(const struct pmu_reading *before, const struct pmu_reading *after,
		unsigned int slot, uint64_t *value)
{
	uint64_t enabled_ns = after->enabled_ns - before->enabled_ns;
	uint64_t running_ns = after->running_ns - before->running_ns;
	uint64_t n = after->values[slot] - before->values[slot];

	*value = n;
	if (running_ns >= enabled_ns)
		return PMU_COUNTED;
	if (!running_ns)
		return -ENODATA;
	*value = (uint64_t)((double)n * (double)enabled_ns / (double)running_ns +
			    0.5);
	return PMU_MULTIPLEXED;
}

/* What the end of a long name is replaced with, so that no two become one. */
#define DIGEST_BYTES 7 /* "_" and six digits */

static uint32_t digest(const char *text)
{
	uint32_t h = 0x811c9dc5u; /* FNV-1a */

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x01000193u;
	return (h ^ h >> 24) & 0xffffff;
}

/**
 * pmu_metric_name() - how an event is called in records
 * @event: its name, as it was asked for
 * @metric: gets the lower case of it, with _ for all that is no letter or digit; of
 *	a name that is too long for it the beginning and a digest of the whole
 * @size: of @metric, more than DIGEST_BYTES
 *
 * Return: 0, or -EINVAL if it has no letter or digit.
 */
int pmu_metric_name(const char *event, char *metric, size_t size)
{
	const char *all = event;
	size_t n = 0;

	for (; *event && n + 1 < size; event++) {
		bool word = isalnum((unsigned char)*event);

		if (word || (n && metric[n - 1] != '_'))
			metric[n++] = word ? (char)tolower((unsigned char)*event)
					   : '_';
	}
	while (n && metric[n - 1] == '_')
		n--;
	metric[n] = '\0';
	if (event[strcspn(event,
			  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")])
		sprintf(metric + size - 1 - DIGEST_BYTES, "_%06x", digest(all));
	return n ? 0 : -EINVAL;
}
