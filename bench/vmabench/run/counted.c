// SPDX-License-Identifier: GPL-2.0-or-later
/* What the host counted while a driver made its calls, in the rows of the pass of events. */
#include <string.h>

#include "base/base.h"
#include "instruments/pmu.h"
#include "record/write.h"
#include "run/calls.h"
#include "session.h"

_Static_assert(NATIVE_COUNTS <= INSTRUMENT_MAX_METRICS,
	       "a group is read as one of pmu.h");

/* In the answer they are anywhere. */
static struct pmu_reading reading_at(const char *counts, unsigned int n)
{
	struct pmu_reading reading = { 0 };

	memcpy(&reading, counts + n * sizeof(struct native_counts),
	       sizeof(struct native_counts));
	return reading;
}

/* Of all batches, or NULL: its counter was another one's for a time. */
static json_t *values_of(const struct replayed *re, unsigned int k,
			 unsigned int event)
{
	json_t *values = json_array();

	for (unsigned int b = 0; b < re->report.nr_counted; b++) {
		struct pmu_reading before = reading_at(re->counts[k], 2 * b);
		struct pmu_reading after = reading_at(re->counts[k], 2 * b + 1);
		uint64_t value;

		if (event >= after.nr ||
		    pmu_between(&before, &after, event, &value) != PMU_COUNTED) {
			json_decref(values);
			return NULL;
		}
		json_array_append_new(values, json_integer((json_int_t)value));
	}
	return values;
}

/**
 * add_counted - append the rows of what the host counted
 * @rec: what a driver was told
 * @re: what it answered
 * @events: of the group that it read, in their order
 * @nr: of them
 * @lines: to append to
 *
 * An event that was not counted all the time is skipped, with the reason.
 */
void add_counted(const struct recorded *rec, const struct replayed *re,
		 const struct pmu_event *events, unsigned int nr, json_t *lines)
{
	for (unsigned int k = 0; !re->report.err && k < rec->head.nr_kinds; k++) {
		const char *op = rec->scenario->ops[k].name;

		for (unsigned int e = 0; e < nr; e++) {
			json_t *values = values_of(re, k, e), *line;
			char reason[128];

			if (!values) {
				snprintf(reason, sizeof(reason),
					 "%s: its counter did not run all the time: others use the PMU (perf, the NMI watchdog)",
					 events[e].metric);
				json_array_append_new(lines,
						      reason_line("skip",
								  rec->scenario,
								  op, reason));
				continue;
			}
			line = row_line(rec->scenario, op, events[e].metric,
					events[e].unit, events[e].better,
					PASS_PMU, false, rec->head.nr_ops);
			json_object_set_new(line, "event",
					    json_string(events[e].full));
			json_object_set_new(line, "batches", values);
			json_array_append_new(lines, line);
		}
	}
}
