// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The limits of the cgroup that this process is in, as a container has them: of
 * version 2, or of version 1, each where it is usually mounted.
 *
 * A limit holds for all groups below, so those above are asked as well, as far as
 * they can be seen: in a cgroup namespace that is up to the container's own.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "system/system.h"

/** struct hierarchy - where a controller's groups are */
struct hierarchy {
	const char *controller; /* of version 1, as /proc/self/cgroup has it */
	const char *mounted[2];
};

static const struct hierarchy groups_v2 = { "",
					    { "/sys/fs/cgroup",
					      "/sys/fs/cgroup/unified" } };
static const struct hierarchy memory_v1 = { "memory",
					    { "/sys/fs/cgroup/memory" } };
static const struct hierarchy cpu_v1 = { "cpu",
					 { "/sys/fs/cgroup/cpu",
					   "/sys/fs/cgroup/cpu,cpuacct" } };

/* Is it one of a list with commas? "" is the list of version 2. */
static bool is_in_list(const char *word, const char *list)
{
	size_t len = strlen(word);

	for (;; list++) {
		size_t n = strcspn(list, ",");

		if (n == len && !strncmp(list, word, n))
			return true;
		list += n;
		if (!*list)
			return false;
	}
}

/* The group in that hierarchy, "/" at its root, to be freed. NULL if there is none. */
static char *find_group(const char *root, const struct hierarchy *h)
{
	FILE *f = open_rooted(root, "/proc/self/cgroup");
	char *line = NULL, *group = NULL;
	size_t size = 0;

	/* "number:controllers:/group" */
	while (f && !group && getline(&line, &size, f) > 0) {
		char *list = strchr(line, ':'), *at;

		at = list ? strchr(++list, ':') : NULL;
		if (!at)
			continue;
		*at++ = '\0';
		at[strcspn(at, "\n")] = '\0';
		if (is_in_list(h->controller, list))
			group = xasprintf("%s", at);
	}
	free(line);
	if (f)
		fclose(f);
	return group;
}

/* The quota of one group: percent of a CPU, 0 for none. */
static unsigned int quota_of(const char *dir)
{
	unsigned long long quota, period;
	char text[64], more[64];

	if (read_rooted(dir, "/cpu.max", text, sizeof(text)) &&
	    sscanf(text, "%llu %llu", &quota, &period) == 2 && period)
		return (unsigned int)(quota * 100 / period);
	if (read_rooted(dir, "/cpu.cfs_quota_us", text, sizeof(text)) &&
	    read_rooted(dir, "/cpu.cfs_period_us", more, sizeof(more)) &&
	    *text != '-' && sscanf(text, "%llu", &quota) == 1 &&
	    sscanf(more, "%llu", &period) == 1 && period)
		return (unsigned int)(quota * 100 / period);
	return 0;
}

/* Asks one group, below where its hierarchy is mounted. */
static void ask_group(const char *root, const char *group,
		      struct cgroup_quota *found)
{
	char *dir = xasprintf("%s%s", root, group);
	unsigned int percent = quota_of(dir);

	free(dir);
	if (!percent || (found->percent && percent >= found->percent))
		return;
	free(found->stat);
	found->percent = percent;
	found->stat = xasprintf("%s/cpu.stat", group);
}

static void find_in(const char *root, const struct hierarchy *h,
		    struct cgroup_quota *found)
{
	char *group = find_group(root, h);

	for (int i = 0; group && i < 2 && h->mounted[i]; i++) {
		size_t end = strlen(group);

		/* A group that is not in sight is looked for further up. */
		while (true) {
			char *path = xasprintf("%s%.*s", h->mounted[i],
					       (int)end, group);

			ask_group(root, path, found);
			free(path);
			if (!end)
				break;
			while (end && group[--end] != '/')
				;
		}
	}
	free(group);
}

/**
 * cgroup_find_quota() - the tightest quota on CPU time that holds for this process
 * @root: what to put before /proc and /sys, for tests
 * @found: gets it, to be given to cgroup_free_quota(); percent is 0 if there is none,
 *	or none to be seen
 */
void cgroup_find_quota(const char *root, struct cgroup_quota *found)
{
	*found = (struct cgroup_quota){ 0 };
	find_in(root, &groups_v2, found);
	find_in(root, &cpu_v1, found);
}

/** cgroup_free_quota() - give back what cgroup_find_quota() has found */
void cgroup_free_quota(struct cgroup_quota *found)
{
	free(found->stat);
	found->stat = NULL;
}

static long kills_in(const char *root, const struct hierarchy *h, const char *name)
{
	char *group = find_group(root, h), line[128];
	long kills = -1;

	for (int i = 0; group && i < 2 && h->mounted[i] && kills < 0; i++)
		/* A container sees its own group as the root. */
		for (int own = 0; own < 2 && kills < 0; own++) {
			char *path = xasprintf("%s%s/%s", h->mounted[i],
					       own ? "" : group, name);
			FILE *f = open_rooted(root, path);

			while (f && kills < 0 && fgets(line, sizeof(line), f))
				sscanf(line, "oom_kill %ld", &kills);
			if (f)
				fclose(f);
			free(path);
		}
	free(group);
	return kills;
}

/**
 * cgroup_oom_kills() - how many tasks of this group were killed for its memory limit
 * @root: as above
 *
 * Return: the number, or -1 if it is not known.
 */
long cgroup_oom_kills(const char *root)
{
	long kills = kills_in(root, &groups_v2, "memory.events");

	return kills < 0 ? kills_in(root, &memory_v1, "memory.oom_control")
			 : kills;
}
