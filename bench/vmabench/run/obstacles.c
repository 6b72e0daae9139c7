// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a driver inside of a kernel has for a scenario, and what keeps it from running
 * one. It makes files of its own: those that backings open are of another kernel. Which
 * of them goes with a backing is told by the backing's name.
 */
#include <string.h>

#include "base/base.h"
#include "run/calls.h"
#include "session.h"

#define NO_FILE NATIVE_NR_BACKINGS

#define NEEDS_PMEM \
	"needs persistent memory, and ARCH=um has neither that nor DAX"

static const struct {
	const char *name;
	unsigned int file;
	const char *obstacle;
} backings[] = {
	{ "nothing", NO_FILE, NULL },
	{ "anonymous", NO_FILE, NULL },
	{ "memfd", NATIVE_MEMFD, NULL },
	{ "secretmem", NATIVE_SECRETMEM, NULL },
	{ "/dev/zero, private", NATIVE_ZERO, NULL },
	{ "/dev/zero, shared", NATIVE_ZERO, NULL },
	{ "tmpfs", NATIVE_TMPFS, NULL },
	{ "file", NATIVE_EXT4, NULL },
	{ "overlayfs", NATIVE_OVERLAY, NULL },
	{ "orangefs", NATIVE_ORANGEFS, NULL },
	{ "userfaultfd", NO_FILE,
	  "registers with a userfaultfd, and the driver only maps" },
	{ "/proc/self/maps", NO_FILE,
	  "reads a file of /proc, and the driver only maps" },
	{ "xfs", NO_FILE,
	  "is on xfs, which um.config leaves out: it would be a hundred files more to compile" },
	{ "ext4 with DAX", NO_FILE, NEEDS_PMEM },
	{ "xfs with DAX", NO_FILE, NEEDS_PMEM },
	{ "erofs with DAX", NO_FILE, NEEDS_PMEM },
	{ "device DAX", NO_FILE, NEEDS_PMEM },
	{ "hugetlb", NO_FILE, "needs huge pages, which ARCH=um does not have" },
	{ "perf ring", NO_FILE, "needs perf events, which ARCH=um does not have" },
	{ "udmabuf", NO_FILE,
	  "needs user space: its file is made by an ioctl() that reads memory of the caller" },
};

/* By what the scenario is, whatever it maps. */
static const char *find_reason(const struct scenario *s)
{
	if (s->program)
		return "is a whole program, and there is no user space";
	if (s->storm)
		return "is a storm, of tasks that run at a time: ARCH=um has one CPU, and the driver is one task";
	if (s->populated)
		return "is about pages that a program has touched, and the driver only makes calls";
	if (s->setup)
		return "readies its process first, and the driver's is another one";
	if (s->untimed)
		return "is counted and never timed, and this tier has times only";
	if (s->warns)
		return "makes the kernel warn, which would be timed with it";
	if (s->backing->anywhere)
		return "leaves its addresses to the kernel, and those that are replayed are fixed";
	return NULL;
}

/**
 * find_obstacle - what keeps a driver from running a scenario
 * @s: scenario
 * @files: gets what is to be opened for it; not for the hook module's, which say
 *	themselves how many they are, and what they do
 * @nr_files: gets how many these are
 *
 * Return: the reason of a skip, or NULL where there is none.
 */
const char *find_obstacle(const struct scenario *s, struct native_file *files,
			  uint32_t *nr_files)
{
	const char *reason = find_reason(s);

	*nr_files = 0;
	if (reason || s->backing->needs_module)
		return reason;
	for (size_t i = 0; i < ARRAY_SIZE(backings); i++) {
		if (strcmp(backings[i].name, s->backing->name))
			continue;
		if (backings[i].file != NO_FILE)
			files[(*nr_files)++].backing = backings[i].file;
		return backings[i].obstacle;
	}
	return "maps something that the driver does not know";
}
