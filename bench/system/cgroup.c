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
#include <string.h>

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

/* The group in that hierarchy, "/" at its root. False if there is none. */
static bool find_group(const char *root, const struct hierarchy *h, char *group,
		       size_t size)
{
	FILE *f = open_rooted(root, "/proc/self/cgroup");
	char line[4096];
	bool found = false;

	/* "number:controllers:/group" */
	while (f && !found && fgets(line, sizeof(line), f)) {
		char *list = strchr(line, ':'), *at;

		at = list ? strchr(++list, ':') : NULL;
		if (!at)
			continue;
		*at++ = '\0';
		at[strcspn(at, "\n")] = '\0';
		found = is_in_list(h->controller, list) && strlen(at) < size;
		if (found)
			strcpy(group, at);
	}
	if (f)
		fclose(f);
	return found;
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

static void find_in(const char *root, const struct hierarchy *h,
		    struct cgroup_quota *found)
{
	char group[2048], dir[CGROUP_PATH_MAX];

	if (!find_group(root, h, group, sizeof(group)))
		return;
	for (int i = 0; i < 2 && h->mounted[i]; i++) {
		size_t end = strlen(group);

		/* A group that is not in sight is looked for further up. */
		while (true) {
			unsigned int percent;

			snprintf(dir, sizeof(dir), "%s%s%.*s", root,
				 h->mounted[i], (int)end, group);
			percent = quota_of(dir);
			if (percent &&
			    (!found->percent || percent < found->percent)) {
				found->percent = percent;
				snprintf(found->stat, sizeof(found->stat),
					 "%s%.*s/cpu.stat", h->mounted[i],
					 (int)end, group);
			}
			if (!end)
				break;
			while (end && group[--end] != '/')
				;
		}
	}
}

/**
 * cgroup_find_quota() - the tightest quota on CPU time that holds for this process
 * @root: what to put before /proc and /sys, for tests
 * @found: gets it; percent is 0 if there is none, or none to be seen
 */
void cgroup_find_quota(const char *root, struct cgroup_quota *found)
{
	*found = (struct cgroup_quota){ 0 };
	find_in(root, &groups_v2, found);
	find_in(root, &cpu_v1, found);
}

static long kills_in(const char *root, const struct hierarchy *h, const char *name)
{
	char group[2048], path[CGROUP_PATH_MAX], line[128];
	long kills = -1;

	if (!find_group(root, h, group, sizeof(group)))
		return -1;
	for (int i = 0; i < 2 && h->mounted[i] && kills < 0; i++)
		/* A container sees its own group as the root. */
		for (int own = 0; own < 2 && kills < 0; own++) {
			FILE *f;

			snprintf(path, sizeof(path), "%s%s/%s", h->mounted[i],
				 own ? "" : group, name);
			f = open_rooted(root, path);
			while (f && kills < 0 && fgets(line, sizeof(line), f))
				sscanf(line, "oom_kill %ld", &kills);
			if (f)
				fclose(f);
		}
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
