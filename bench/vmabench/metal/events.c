// SPDX-License-Identifier: GPL-2.0-or-later
/* Events of the PMU: their names, and those that a run counts. */
#include <argp.h>
#include <errno.h>
#include <fnmatch.h>
#include <perfmon/pfmlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "inside.h"
#include "metal/metal.h"
#include "run/options.h"
#include "system/system.h"

/** struct reason - why events cannot be counted, and which */
struct reason {
	char text[WHY_BYTES];
	char *names; /* separated by ", " */
	unsigned int nr;
};

struct reasons {
	struct reason v[PMU_EVENTS_MAX];
	unsigned int nr;
};

static void add_reason(struct reasons *reasons, const char *name, const char *text)
{
	struct reason *r = reasons->v;
	char *names;

	while (r < reasons->v + reasons->nr && strcmp(r->text, text))
		r++;
	if (r == reasons->v + reasons->nr) {
		if (reasons->nr == PMU_EVENTS_MAX)
			return;
		reasons->nr++;
		snprintf(r->text, sizeof(r->text), "%s", text);
	}
	r->nr++;
	names = xasprintf("%s%s%s", r->names ? r->names : "",
			  r->names ? ", " : "", name);
	free(r->names);
	r->names = names;
}

static void free_reasons(struct reasons *reasons)
{
	while (reasons->nr)
		free(reasons->v[--reasons->nr].names);
}

/** struct candidates - events on their way into groups */
struct candidates {
	char names[PMU_EVENTS_MAX][128];
	struct pmu_event events[PMU_EVENTS_MAX];
	unsigned int nr;
	char reason[WHY_BYTES]; /* of the last one that could not be counted */
};

static int try_group(void *data, const unsigned int *numbers, unsigned int nr)
{
	const struct pmu_event *list[INSTRUMENT_MAX_METRICS] = { NULL };
	struct candidates *c = data;

	for (unsigned int i = 0; i < nr; i++)
		list[i] = &c->events[numbers[i]];
	return pmu_try(list, nr, c->reason, sizeof(c->reason));
}

/* A group of its own for the trial of one event, and keeps the reason. */
struct alone {
	struct candidates *c;
	struct reasons *reasons;
	bool multiplex;
};

static int try_and_note(void *data, const unsigned int *numbers, unsigned int nr)
{
	struct alone *a = data;
	int ret = try_group(a->c, numbers, nr);

	if (nr > 1)
		return ret;
	if (ret < 0)
		add_reason(a->reasons, a->c->names[numbers[0]], a->c->reason);
	else if (ret == PMU_MULTIPLEXED && !a->multiplex)
		add_reason(a->reasons, a->c->names[numbers[0]],
			   "no counter is free all the time: others use the PMU (perf, the NMI watchdog); --multiplex takes an estimate");
	return ret;
}

static int refuse_list(const char *text)
{
	complain("vmabench bench: --events: %s\n", text);
	return 2;
}

static int is_twice(const struct candidates *c)
{
	for (unsigned int i = 0; i + 1 < c->nr; i++)
		if (!strcmp(c->events[i].metric, c->events[c->nr - 1].metric))
			return 1;
	return 0;
}

/* Names that are wrong end the program if the user gave them. */
static int read_list(const char *list, bool asked, struct candidates *c,
		     struct reasons *reasons)
{
	char text[384], reason[WHY_BYTES];
	int err;

	while (list) {
		char *name;

		if (c->nr == PMU_EVENTS_MAX)
			return refuse_list("more than 48 events");
		name = c->names[c->nr];
		err = pmu_next_name(&list, name, sizeof(c->names[0]));
		if (err)
			return refuse_list(err == -EINVAL
						   ? "an event without a name"
						   : "a name is too long");
		err = pmu_resolve(name, &c->events[c->nr], reason,
				  sizeof(reason));
		if (err && (!asked || err == -ENOTSUP)) {
			add_reason(reasons, name, reason);
			continue;
		}
		if (err)
			return refuse_list(reason);
		c->nr++;
		if (!is_twice(c))
			continue;
		snprintf(text, sizeof(text),
			 "'%s' and one before it are both '%s' in records",
			 name, c->events[c->nr - 1].metric);
		return refuse_list(text);
	}
	return 0;
}

static char *join(const struct candidates *c, const struct pmu_group *group)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (unsigned int i = 0; f && i < group->nr; i++)
		fprintf(f, "%s%s", i ? "," : "", c->names[group->events[i]]);
	return f && fclose(f) == 0 ? text : NULL;
}

/*
 * On the CPU that is to be measured: those of a machine may differ. The
 * program itself then goes on where it was. Returns 0, or 1 and it was said.
 */
static int make_groups(struct event_plan *plan, struct candidates *c,
		       struct reasons *reasons, int cpu)
{
	struct alone alone = { c, reasons, plan->multiplex };
	const struct pmu_trial trial = { try_and_note, &alone };
	struct pmu_group groups[PMU_EVENTS_MAX];
	int results[PMU_EVENTS_MAX];
	char reason[256];
	struct cpus was;
	int err = cpus_allowed(&was);

	if (!err)
		err = pin_task(0, cpu);
	if (err) {
		why_not_pinned(cpu, -err, reason, sizeof(reason));
		complain("vmabench: %s\n", reason);
		cpus_free(&was);
		return 1;
	}
	plan->nr_groups =
		pmu_make_groups(&trial, c->nr, plan->multiplex, groups, results);
	/* What was free when we started need not be free any more. */
	if (cpus_apply(&was))
		unpin();
	cpus_free(&was);
	for (unsigned int g = 0; g < plan->nr_groups; g++)
		plan->groups[g] = join(c, &groups[g]);
	return 0;
}

/**
 * plan_events() - find out what can be counted, and together with what
 * @plan: with what was asked for; the rest is filled in
 * @cpu: that will be measured
 *
 * What cannot be counted is said on stderr, once.
 *
 * Return: 0, 1, or 2 if the list is wrong, which has been said.
 */
int plan_events(struct event_plan *plan, int cpu)
{
	struct candidates *c = xcalloc(1, sizeof(*c));
	struct reasons *reasons = xcalloc(1, sizeof(*reasons));
	int status;

	plan->reasons = json_array();
	pmu_set_cpu(cpu);
	status = read_list(plan->asked ? plan->asked : PMU_DEFAULT_EVENTS,
			   plan->asked, c, reasons);
	if (status)
		goto out;
	status = make_groups(plan, c, reasons, cpu);
	if (status)
		goto out;
	for (unsigned int i = 0; i < reasons->nr; i++) {
		json_t *text = json_sprintf("not counted: %s: %s",
					    reasons->v[i].names,
					    reasons->v[i].text);

		complain("vmabench: %s\n", json_string_value(text));
		json_array_append_new(plan->reasons, text);
	}
out:
	free_reasons(reasons);
	for (unsigned int i = 0; i < c->nr; i++)
		free(c->events[i].full);
	free(reasons);
	free(c);
	return status;
}

/** note_events() - what is counted and what is not, for a record's header */
void note_events(const struct event_plan *plan, json_t *info)
{
	char *text = NULL;
	size_t len, i;
	json_t *reason;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	for (unsigned int g = 0; g < plan->nr_groups; g++)
		fprintf(f, "%s{%s}", g ? " " : "", plan->groups[g]);
	json_array_foreach(plan->reasons, i, reason)
		fprintf(f, "%s%s", plan->nr_groups || i ? "; " : "",
			json_string_value(reason));
	if (fclose(f) == 0)
		json_object_set_new(info, "events", json_string(text));
	free(text);
}

void free_events(struct event_plan *plan)
{
	while (plan->nr_groups)
		free(plan->groups[--plan->nr_groups]);
	json_decref(plan->reasons);
}

/* Prints an event if its name matches and it can be counted. Is there such an event? */
static bool list_one(const char *name, const char *desc, const char *pattern,
		     struct reasons *reasons, unsigned int *nr)
{
	const struct pmu_event *list[1];
	struct pmu_event event;
	char reason[WHY_BYTES];
	int ret;

	/* One that needs an attribute is listed with each that it has. */
	if (pmu_resolve(name, &event, reason, sizeof(reason)))
		return false;
	if (fnmatch(pattern, name, FNM_CASEFOLD)) {
		free(event.full);
		return true;
	}
	list[0] = &event;
	ret = pmu_try(list, 1, reason, sizeof(reason));
	free(event.full);
	++*nr;
	if (ret < 0)
		add_reason(reasons, name, reason);
	else
		printf("%-48s %s\n", name, desc);
	return true;
}

/* The same of each kind of core that has it, or of none. */
static void list_event(const char *name, const char *desc, const char *pattern,
		       struct reasons *reasons, unsigned int *nr)
{
	unsigned int nr_kinds, found = 0;
	const struct core_pmu *kinds = core_pmus(&nr_kinds);
	char qualified[320];

	for (unsigned int k = 0; k < nr_kinds; k++) {
		snprintf(qualified, sizeof(qualified), "%s/%s/", kinds[k].name,
			 name);
		found += list_one(qualified, desc, pattern, reasons, nr);
	}
	if (!found)
		list_one(name, desc, pattern, reasons, nr);
}

static void list_pmu(const pfm_pmu_info_t *info, const char *pattern,
		     struct reasons *reasons, unsigned int *nr)
{
	pfm_event_info_t event = { .size = sizeof(event) };
	pfm_event_attr_info_t attr = { .size = sizeof(attr) };
	char name[256];

	for (int e = info->first_event; e != -1; e = pfm_get_event_next(e)) {
		if (pfm_get_event_info(e, PFM_OS_PERF_EVENT_EXT, &event) !=
		    PFM_SUCCESS)
			continue;
		snprintf(name, sizeof(name), "%s::%s", info->name, event.name);
		list_event(name, event.desc, pattern, reasons, nr);
		for (int a = 0; a < event.nattrs; a++) {
			if (pfm_get_event_attr_info(e, a, PFM_OS_PERF_EVENT_EXT,
						    &attr) != PFM_SUCCESS ||
			    attr.type != PFM_ATTR_UMASK)
				continue;
			snprintf(name, sizeof(name), "%s::%s:%s", info->name,
				 event.name, attr.name);
			list_event(name, attr.desc, pattern, reasons, nr);
		}
	}
}

static void list_reasons(const struct reasons *reasons)
{
	for (unsigned int i = 0; i < reasons->nr; i++) {
		const struct reason *r = &reasons->v[i];

		printf("\n%u not to be counted here: %s\n", r->nr, r->text);
	}
}

/** cmd_events - which events this machine has, by name */
static error_t parse_pattern(int key, char *arg, struct argp_state *state)
{
	const char **pattern = state->input;

	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (state->arg_num)
		usage_error(state, "it takes one pattern, not also '%s'", arg);
	*pattern = arg;
	return 0;
}

static const struct argp events_argp = {
	.parser = parse_pattern,
	.args_doc = "[PATTERN]",
	.doc = "Print the events that 'vmabench bench --events' takes: all, or those whose "
	       "name has PATTERN in it, a shell pattern, in any case of letters.\v"
	       "Example:\n"
	       "  vmabench events dtlb",
};

int cmd_events(int argc, char **argv)
{
	struct reasons *reasons;
	pfm_pmu_info_t info = { .size = sizeof(info) };
	const struct core_pmu *kinds;
	unsigned int nr = 0, nr_kinds;
	const char *wanted = "";
	char pattern[256];
	int ret;

	parse_command(&events_argp, argc, argv, &wanted);
	ret = pfm_initialize();
	if (ret != PFM_SUCCESS) {
		complain("vmabench events: libpfm4 knows no event of this machine: %s\n",
			 pfm_strerror(ret));
		return 1;
	}
	reasons = xcalloc(1, sizeof(*reasons));
	snprintf(pattern, sizeof(pattern), "*%s*", wanted);
	for (int pmu = 0; pmu < PFM_PMU_MAX; pmu++)
		if (pfm_get_pmu_info((pfm_pmu_t)pmu, &info) == PFM_SUCCESS &&
		    info.is_present)
			printf("PMU %-24s %s, %d events\n", info.name,
			       info.desc, info.nevents);
	kinds = core_pmus(&nr_kinds);
	for (unsigned int k = 0; k < nr_kinds; k++)
		printf("cores %-22s CPUs %s\n", kinds[k].name, kinds[k].cpus);
	putchar('\n');
	for (int pmu = 0; pmu < PFM_PMU_MAX; pmu++)
		if (pfm_get_pmu_info((pfm_pmu_t)pmu, &info) == PFM_SUCCESS &&
		    info.is_present)
			list_pmu(&info, pattern, reasons, &nr);
	list_reasons(reasons);
	free_reasons(reasons);
	free(reasons);
	if (nr)
		return 0;
	complain("vmabench events: this machine has no event like '%s'\n",
		 wanted);
	return 2;
}
