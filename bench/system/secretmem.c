// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why memfd_secret() ends with ENOSYS. The kernel has one answer for a call that it
 * does not know, for one that is switched off (the default before 6.5), and for one
 * that it cannot do because the direct map cannot be changed; what it knows of the
 * switch tells them apart.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "system/system.h"

#define SWITCH "/sys/module/secretmem/parameters/enable"

static bool exists(const char *root, const char *path)
{
	char *full = xasprintf("%s%s", root, path);
	bool is_there = access(full, F_OK) == 0;

	free(full);
	return is_there;
}

/* What the command line says of the switch, the last word of it; "" for nothing. */
static void find_on_command_line(const char *root, char *word, size_t size)
{
	char line[4096];

	*word = '\0';
	if (!read_rooted(root, "/proc/cmdline", line, sizeof(line)))
		return;
	for (char *save = NULL, *w = strtok_r(line, " \n", &save); w;
	     w = strtok_r(NULL, " \n", &save))
		if (!strncmp(w, "secretmem.enable", 16))
			snprintf(word, size, "%s", w);
}

/* "secretmem.enable=0", or =n, =N, =off; without a value it is on. */
static bool is_off(const char *word)
{
	const char *value = strchr(word, '=');

	return value && (strchr("0nN", value[1]) || !strcmp(value, "=off"));
}

/* From this release on, or any if it cannot be read. */
static bool is_from(const char *release, int major, int minor)
{
	int x, y;

	if (sscanf(release, "%d.%d", &x, &y) != 2)
		return true;
	return x > major || (x == major && y >= minor);
}

/**
 * why_secretmem_is_missing() - why memfd_secret() has failed with ENOSYS
 * @root: what to put before /proc and /sys
 * @release: of the kernel
 * @reason: to be filled, with what would cure it
 * @size: of @reason
 */
void why_secretmem_is_missing(const char *root, const char *release,
			      char *reason, size_t size)
{
	bool is_default = is_from(release, 6, 5), off;
	char value[8] = "", word[64];

	find_on_command_line(root, word, sizeof(word));
	read_rooted(root, SWITCH, value, sizeof(value));
	/* Its file is root's; others know the command line and the default. */
	if (*value)
		off = *value == 'N';
	else if (*word)
		off = is_off(word);
	else
		off = !is_default;
	if (!is_from(release, 5, 14))
		snprintf(reason, size,
			 "Linux %.*s has no secretmem, which came with 5.14",
			 CUT(release, 32));
	else if (!exists(root, "/sys/module"))
		snprintf(reason, size,
			 "secretmem is off or not built, and without /sys/module it is not known which: boot with secretmem.enable=1 (CONFIG_SECRETMEM)");
	else if (!exists(root, SWITCH))
		snprintf(reason, size,
			 "this kernel was built without secretmem: it takes CONFIG_SECRETMEM");
	else if (off && *word)
		snprintf(reason, size,
			 "secretmem is switched off by '%s': boot with secretmem.enable=1",
			 word);
	else if (off)
		snprintf(reason, size,
			 "secretmem is off%s: boot with secretmem.enable=1",
			 is_default ? "" : ", the default before Linux 6.5");
	else
		snprintf(reason, size,
			 "secretmem is on, but the kernel cannot take pages out of its direct map (arm64: boot with rodata=full), or a seccomp filter hides memfd_secret");
}
