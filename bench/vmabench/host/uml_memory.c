// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the memory of a kernel that was built with ARCH=um can be. It is a file, which
 * has to hold code, and whose pages are all used. Best it is in memory: those of a disk
 * are written back, and then have to be found anew while something is timed.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/base.h"
#include "uml.h"

#define MIB ((uint64_t)1 << 20)

/* Can a file in @dir be memory with code in it? 0 or -errno, @made where there was one. */
static int holds_code(const char *dir, bool *made)
{
	char *path = xasprintf("%s/vmabench-XXXXXX", dir);
	int fd = mkostemp(path, O_CLOEXEC), err = fd < 0 ? -errno : 0;
	void *page;

	*made = fd >= 0;
	if (*made) {
		unlink(path);
		if (ftruncate(fd, 1))
			err = -errno;
		page = mmap(NULL, 1, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_SHARED, fd, 0);
		if (page == MAP_FAILED)
			err = -errno;
		else
			munmap(page, 1);
		close(fd);
	}
	free(path);
	return err;
}

/* NULL where it can be in @dir, or why not, to be freed. */
static char *find_obstacle(const char *dir, unsigned int mib)
{
	char *foreign = foreign_part(dir, true);
	struct statvfs fs;
	bool made;
	int err;
	uint64_t left;

	if (foreign)
		return foreign;
	err = holds_code(dir, &made);
	if (err == -EPERM && made)
		return xasprintf("mounted noexec");
	if (err)
		return xasprintf("%s", strerror(-err));
	/* One without a limit says 0. */
	if (statvfs(dir, &fs) || !fs.f_blocks)
		return NULL;
	left = (uint64_t)fs.f_bavail * fs.f_frsize / MIB;
	return left < mib ? xasprintf("%llu MiB free", (unsigned long long)left)
			  : NULL;
}

static bool is_in_memory(const char *dir)
{
	struct statfs fs;

	return !statfs(dir, &fs) && fs.f_type == TMPFS_MAGIC;
}

/* NULL where files may be so large, or that they may not, to be freed. */
static char *find_limit(unsigned int mib)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) || limit.rlim_cur >= mib * MIB)
		return NULL;
	return xasprintf("files are limited to %llu KiB, and the memory of the kernel is one of %u MiB: raise the limit (ulimit -f)",
			 (unsigned long long)limit.rlim_cur / 1024, mib);
}

/**
 * uml_find_memory - a folder where a kernel can have its memory
 * @mib: of memory
 * @why: gets why there is none, to be freed
 *
 * Return: its path, or NULL.
 */
const char *uml_find_memory(unsigned int mib, char **why)
{
	const char *const dirs[] = { getenv("TMPDIR"), "/dev/shm",
				     getenv("XDG_RUNTIME_DIR"), "/tmp" };
	const char *best = NULL;
	char *reasons = NULL;

	*why = find_limit(mib);
	if (*why)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *obstacle;

		if (!dirs[i] || !*dirs[i])
			continue;
		obstacle = find_obstacle(dirs[i], mib);
		if (obstacle)
			join_text(&reasons, ", ", "%s: %s", dirs[i], obstacle);
		else if (!best || (!is_in_memory(best) && is_in_memory(dirs[i])))
			best = dirs[i];
		free(obstacle);
	}
	if (!best)
		*why = xasprintf("the memory of the kernel is a file of %u MiB, which holds code, and can be nowhere (%s): set TMPDIR to a folder with as much room that is not mounted noexec, best a tmpfs",
				 mib, reasons);
	free(reasons);
	return best;
}

/** uml_memory_kind - what a folder that holds memory is on, for a record */
const char *uml_memory_kind(const char *dir)
{
	return is_in_memory(dir) ? "tmpfs" : "a disk";
}
