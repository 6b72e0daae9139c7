// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Of the native tier: events that the host counts of the process that is the kernel. To
 * the host all of that is user space, which most machines let anybody count.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "native.h"
#include "uml.h"

/* With one reason: a user who asks for a whole set wants no list of it. */
#define MAX_NAMED 4

static void add_reason(json_t *reasons, const char *name, const char *why)
{
	if (json_is_string(json_object_get(reasons, name)))
		return;
	json_object_set_new(reasons, name, json_string(why));
}

/* Beside those before it? */
static bool is_counted(const struct native_events *ev)
{
	const struct pmu_event *list[NATIVE_COUNTS];
	char reason[256];

	for (unsigned int i = 0; i < ev->nr; i++)
		list[i] = &ev->list[i];
	return pmu_try(list, ev->nr, reason, sizeof(reason)) == PMU_COUNTED;
}

static void try_event(struct native_events *ev, const char *name, json_t *reasons)
{
	struct pmu_event *event = &ev->list[ev->nr];
	const struct pmu_event *alone = event;
	char reason[256];
	int ret = pmu_resolve(name, event, reason, sizeof(reason));

	if (!ret)
		ret = pmu_try(&alone, 1, reason, sizeof(reason));
	if (ret < 0) {
		free(event->full);
		return add_reason(reasons, name, reason);
	}
	ev->nr++;
	if (is_counted(ev))
		return;
	free(ev->list[--ev->nr].full);
	add_reason(reasons, name,
		   "no counter is free all the time: others use the PMU (perf, the NMI watchdog)");
}

/* Names of those whose reason is @why, of many the first; NULL where @first is not one. */
static char *names_with(json_t *reasons, const char *first, const char *why)
{
	const char *name;
	char *names = NULL;
	size_t nr = 0;
	json_t *its;

	json_object_foreach(reasons, name, its) {
		if (strcmp(json_string_value(its), why))
			continue;
		if (!nr && strcmp(name, first))
			return NULL;
		if (nr++ < MAX_NAMED)
			join_text(&names, ", ", "%s", name);
	}
	if (nr > MAX_NAMED)
		join_text(&names, " and ", "%zu more", nr - MAX_NAMED);
	return names;
}

/**
 * native_join_reasons - in one text: those that have the same reason share it
 * @reasons: names, and why each of them is not measured
 *
 * Return: "NAME, NAME: WHY; NAME: WHY", to be freed; NULL where there are none.
 */
char *native_join_reasons(json_t *reasons)
{
	const char *name;
	char *text = NULL;
	json_t *why;

	json_object_foreach(reasons, name, why) {
		char *names = names_with(reasons, name, json_string_value(why));

		if (names)
			join_text(&text, "; ", "%s: %s", names,
				  json_string_value(why));
		free(names);
	}
	return text;
}

static void note_reasons(json_t *reasons, json_t *info)
{
	char *text = native_join_reasons(reasons);

	if (text)
		json_object_set_new(info, "events_unavailable",
				    json_string(text));
	free(text);
}

/**
 * native_choose_events - which of a list are counted here
 * @ev: gets them
 * @list: names, separated by commas
 * @info: of the record: gets why the others are not
 *
 * Return: 0, or -EINVAL where the list is none.
 */
int native_choose_events(struct native_events *ev, const char *list, json_t *info)
{
	json_t *reasons = json_object();
	unsigned int nr_named = 0;
	char name[128];
	int err = 0;

	while (list && !err) {
		err = pmu_next_name(&list, name, sizeof(name));
		if (!err && ++nr_named > NATIVE_COUNTS)
			err = -E2BIG;
		if (!err)
			try_event(ev, name, reasons);
	}
	note_reasons(reasons, info);
	json_decref(reasons);
	return err;
}

/**
 * native_open_events - count them of this task, which is to be the kernel
 * @ev: events
 *
 * All descriptors from NATIVE_FD_COUNTS on are free, and those below are not.
 *
 * Return: 0 or -errno.
 */
int native_open_events(const struct native_events *ev)
{
	for (unsigned int i = 0; i < ev->nr; i++) {
		int fd = pmu_open(&ev->list[i], i ? NATIVE_FD_COUNTS : -1);

		if (fd < 0)
			return fd;
		if (fd != NATIVE_FD_COUNTS + (int)i)
			return -EBADF;
		fcntl(fd, F_SETFD, 0);
	}
	return 0;
}
