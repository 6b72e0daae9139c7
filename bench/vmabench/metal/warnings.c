// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings: why the numbers of a metal record may be worse than they look. Each
 * is printed, and a line of the record.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "base/base.h"
#include "inside.h"

static void warn_of(struct warnings *w, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void warn_of(struct warnings *w, const char *name, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	complain("vmabench: warning: %s\n", text);
	json_array_append_new(w->lines,
			      json_pack("{s:s, s:s, s:s}", "type", "warning",
					"name", name, "text", text));
}

/* What the hypervisor calls itself, "" if there is none or it does not say. */
static bool find_hypervisor(char *name, size_t size)
{
	char *type = read_line("/sys/hypervisor/type");
	bool found = type && *type;

	snprintf(name, size, "%s", found ? type : "");
	free(type);
#if defined(__x86_64__)
	unsigned int a, b, c, d;

	/* Leaf 1, ECX bit 31 is the hypervisor's; 0x40000000 has its name. */
	if (__get_cpuid(1, &a, &b, &c, &d) && c & (1u << 31)) {
		char vendor[13] = "";

		__cpuid(0x40000000, a, b, c, d);
		memcpy(vendor, &b, 4);
		memcpy(vendor + 4, &c, 4);
		memcpy(vendor + 8, &d, 4);
		for (char *p = vendor; *p; p++)
			if (*p < ' ' || *p > '~')
				*p = '?';
		if (!found)
			snprintf(name, size, "%s", vendor);
		found = true;
	}
#endif
	return found;
}

/* Settings that are not those of this machine, nor those that somebody asked for. */
static void warn_of_leftovers(struct warnings *w)
{
	const char *path = getenv(QUIET_STATE_ENV);
	char *names = quiet_left("", path && *path ? path : QUIET_STATE);

	if (names)
		warn_of(w, "leftovers",
			"quiet.sh was killed, and has left these settings changed: %s; scripts/quiet.sh off restores them, as root",
			names);
	free(names);
}

/**
 * warn_of_machine - start with what is known before anything is measured
 * @w: filled
 * @lines: gets the lines
 * @cpu: that measures
 */
void warn_of_machine(struct warnings *w, json_t *lines, int cpu)
{
	char name[64];

	*w = (struct warnings){ .lines = lines, .cpu = cpu };
	warn_of_leftovers(w);
#if defined(__x86_64__)
	if (!bench_clock.tsc)
		warn_of(w, "no-invariant-tsc",
			"no invariant TSC: time is read with %s, which takes longer and is part of each latency",
			bench_clock.name);
#endif
	if (find_hypervisor(name, sizeof(name)))
		warn_of(w, "hypervisor",
			"under a hypervisor%s%s: what it does in between counts as latency, and the CPUs may be shared",
			*name ? ", " : "", name);
}

/** warn_begin_scenario - look at the CPU before a scenario */
void warn_begin_scenario(struct warnings *w)
{
	if (disturb_open(&w->during, "", w->cpu, 1))
		disturb_close(&w->during);
}

/** warn_end_scenario - and after it: also of what has no batches */
void warn_end_scenario(struct warnings *w)
{
	if (!w->during.buf)
		return;
	disturb_look_now(&w->during, 0);
	w->quota = w->during.quota.percent;
	w->scenarios++;
	for (int i = 0; i < NR_SENSORS; i++) {
		w->disturbed[i] += w->during.moved[i] > 0;
		w->moved[i] += w->during.moved[i];
	}
	disturb_close(&w->during);
}

/**
 * struct tally - what the scenarios have seen by themselves
 * @batches: of all operations
 * @interrupted: batches of them with involuntary context switches that are not
 *	those of a cgroup that was stopped
 * @lowest: frequency in kHz, 0 if none was seen
 * @highest: the same
 */
struct tally {
	json_int_t batches;
	json_int_t interrupted;
	json_int_t lowest;
	json_int_t highest;
};

static json_int_t batch_of(const json_t *pairs, size_t i)
{
	return json_integer_value(json_array_get(json_array_get(pairs, i), 0));
}

/* How many batches of a list are not in the other one; both ascend. */
static json_int_t count_others(const json_t *pairs, const json_t *known)
{
	size_t nr = json_array_size(pairs), k = 0;
	json_int_t others = 0;

	for (size_t i = 0; i < nr; i++) {
		json_int_t batch = batch_of(pairs, i);

		while (k < json_array_size(known) && batch_of(known, k) < batch)
			k++;
		others += k == json_array_size(known) ||
			  batch_of(known, k) != batch;
	}
	return others;
}

static void add_to_tally(struct tally *t, const json_t *line)
{
	json_t *seen;
	size_t i;

	t->batches += json_integer_value(json_object_get(line, "of"));
	t->interrupted += count_others(json_object_get(line, "switches"),
				       json_object_get(line, "quota"));
	json_array_foreach(json_object_get(line, "frequency"), i, seen) {
		json_int_t khz = json_integer_value(json_array_get(seen, 1));

		if (!t->highest || khz < t->lowest)
			t->lowest = khz;
		if (khz > t->highest)
			t->highest = khz;
	}
}

/** warn_of_disturbances - end with what has happened meanwhile */
void warn_of_disturbances(struct warnings *w)
{
	struct tally t = { 0 };
	json_t *line;
	size_t i;

	json_array_foreach(w->lines, i, line) {
		const char *type =
			json_string_value(json_object_get(line, "type"));

		if (type && !strcmp(type, "disturbances"))
			add_to_tally(&t, line);
	}
	if (w->moved[SENSOR_STEAL])
		warn_of(w, "steal",
			"CPU %d was taken away for %llu ms, during %u of %u scenarios (steal time)",
			w->cpu, (unsigned long long)w->moved[SENSOR_STEAL],
			w->disturbed[SENSOR_STEAL], w->scenarios);
	if (w->moved[SENSOR_THROTTLES])
		warn_of(w, "throttled",
			"CPU %d was too hot and slowed down %llu times, during %u of %u scenarios: let it cool, and measure again",
			w->cpu, (unsigned long long)w->moved[SENSOR_THROTTLES],
			w->disturbed[SENSOR_THROTTLES], w->scenarios);
	if (w->moved[SENSOR_QUOTA])
		warn_of(w, "quota",
			"the cgroup's quota, %u %% of a CPU (cpu.max), stopped its tasks for %llu ms, during %u of %u scenarios: that is not the kernel's time; measure without a quota",
			w->quota, (unsigned long long)w->moved[SENSOR_QUOTA],
			w->disturbed[SENSOR_QUOTA], w->scenarios);
	if (t.highest * 98 > t.lowest * 100)
		warn_of(w, "frequency",
			"the clock of CPU %d moved between %lld and %lld kHz; scripts/quiet.sh holds it",
			w->cpu, (long long)t.lowest, (long long)t.highest);
	if (t.interrupted)
		warn_of(w, "switches",
			"other tasks ran on CPU %d during %lld of %lld batches (involuntary context switches); scripts/quiet.sh shields it",
			w->cpu, (long long)t.interrupted, (long long)t.batches);
}
