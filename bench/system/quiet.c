// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What scripts/quiet.sh has noted of settings that it has changed. It restores them when
 * it ends, and a guard does where it is killed; where that was killed as well, they stay
 * as they are, and whoever measures next should know.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "system/system.h"

/* Start of a process in clock ticks, as a text to free; NULL once it has ended. */
static char *start_of(const char *root, const char *pid)
{
	char *path = xasprintf("%s/proc/%s/stat", root, pid);
	char *line = read_line(path), *at = line ? strrchr(line, ')') : NULL;
	char *field = NULL, *save = NULL, *start = NULL;

	free(path);
	/* The third field is its state: an ended one that nobody waits for is there. */
	if (at && at[1] && !strchr("XZ", at[2]))
		field = strtok_r(at + 1, " ", &save);
	for (int nr = 3; field && nr < 22; nr++)
		field = strtok_r(NULL, " ", &save);
	if (field)
		start = xasprintf("%s", field);
	free(line);
	return start;
}

/* "PID START" of who is to restore: is that process there? */
static bool is_there(const char *root, char *owner)
{
	char *start = strchr(owner, ' '), *is;
	bool there;

	if (!start)
		return false;
	*start++ = '\0';
	if (!*owner || owner[strspn(owner, "0123456789")])
		return false;
	is = start_of(root, owner);
	there = is && !strcmp(is, start);
	free(is);
	return there;
}

/* Adds a word to a list, unless it is the last one there. */
static void add_name(char **list, const char *name)
{
	size_t len = strlen(name), has = *list ? strlen(*list) : 0;

	if (has < len || strcmp(*list + has - len, name))
		join_text(list, ", ", "%s", name);
}

/**
 * quiet_left() - which settings quiet.sh has left changed
 * @root: what to put before /proc: "", or for tests another place than /
 * @path: of its state
 *
 * Return: their names with commas, to be freed; NULL where there are none: nothing was
 * changed, or that is to stay, or it is of an earlier boot, or somebody restores it yet.
 */
char *quiet_left(const char *root, const char *path)
{
	FILE *f = fopen(path, "re");
	char *line = NULL, *names = NULL, boot[64];
	bool left = true, by_run = false;
	size_t size = 0;

	if (!read_rooted(root, "/proc/sys/kernel/random/boot_id", boot,
			 sizeof(boot)))
		*boot = '\0';
	while (f && getline(&line, &size, f) > 0) {
		char *save = NULL, *key, *value;

		line[strcspn(line, "\n")] = '\0';
		key = strtok_r(line, "\t", &save);
		value = key ? strtok_r(NULL, "\t", &save) : NULL;
		if (!value)
			continue;
		if (!strcmp(key, "boot"))
			left = left && !strcmp(value, boot);
		else if (!strcmp(key, "by"))
			by_run = !strcmp(value, "run");
		else if (!strcmp(key, "owner"))
			left = left && !is_there(root, value);
		else if (!strcmp(key, "undo"))
			add_name(&names, value);
	}
	free(line);
	if (f)
		fclose(f);
	if (left && by_run)
		return names;
	free(names);
	return NULL;
}
