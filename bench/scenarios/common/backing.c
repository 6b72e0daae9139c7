// SPDX-License-Identifier: GPL-2.0-or-later
/* Backings: what scenarios map. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backing.h"
#include "system/system.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef RAMFS_MAGIC
#define RAMFS_MAGIC 0x858458f6
#endif
#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif

/* impossible - see backing.h */
int impossible(struct scenario_run *run, const char *what, int err)
{
	why_failed(what, err, run->reason, sizeof(run->reason));
	return BACKING_IMPOSSIBLE;
}

/* sized - see backing.h */
int sized(struct scenario_run *run, int fd, size_t nr_units, const char *what)
{
	if (ftruncate(fd, (off_t)(nr_units * run->unit_bytes)) == 0)
		return fd;
	impossible(run, what, errno);
	close(fd);
	return BACKING_IMPOSSIBLE;
}

static int open_none(struct scenario_run *run, size_t nr_units)
{
	(void)run;
	(void)nr_units;
	return -1;
}

static int open_maps(struct scenario_run *run, size_t nr_units)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	(void)nr_units;
	return fd < 0 ? impossible(run, "/proc/self/maps", errno) : fd;
}

#define THP_ENABLED "/sys/kernel/mm/transparent_hugepage/enabled"

static int open_thp(struct scenario_run *run, size_t nr_units)
{
	char *enabled = read_line(THP_ENABLED);
	bool never = !enabled || strstr(enabled, "[never]");

	(void)nr_units;
	/* A kernel does without them, whatever it was built for, in less than 512 MiB. */
	if (enabled && never && run->guest)
		never = put_file(THP_ENABLED, "madvise");
	if (never)
		snprintf(run->reason, sizeof(run->reason),
			 THP_ENABLED
			 " is %s: transparent huge pages need madvise or always there",
			 enabled ? "never" : "not there");
	free(enabled);
	return never ? BACKING_IMPOSSIBLE : -1;
}

static int open_memfd(struct scenario_run *run, size_t nr_units)
{
	int fd = memfd_create("vmabench", MFD_CLOEXEC);

	if (fd < 0)
		return impossible(run, "memfd_create", errno);
	return sized(run, fd, nr_units, "sizing a memfd");
}

static int open_secretmem(struct scenario_run *run, size_t nr_units)
{
	size_t bytes = nr_units * run->unit_bytes;
	struct rlimit limit;
	void *probe;
	int fd = (int)syscall(SYS_memfd_secret, 0);

	if (fd < 0) {
		why_no_secretmem(errno, run->reason, sizeof(run->reason));
		return BACKING_IMPOSSIBLE;
	}
	fd = sized(run, fd, nr_units, "sizing a secretmem file");
	if (fd < 0)
		return fd;

	/*
	 * Kernels that lock the mapping charge it to RLIMIT_MEMLOCK at mmap()
	 * time. Find out with all pages at once, before anything is measured.
	 * Others charge a page when it is touched, which no scenario does.
	 */
	probe = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (probe != MAP_FAILED) {
		munmap(probe, bytes);
		return fd;
	}
	if (errno == EAGAIN && getrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		snprintf(run->reason, sizeof(run->reason),
			 "RLIMIT_MEMLOCK is %llu KiB, and %zu KiB of secretmem are locked at a time, %llu KiB more: " RAISE_MEMLOCK,
			 (unsigned long long)limit.rlim_cur / 1024, bytes / 1024,
			 bytes > limit.rlim_cur
				 ? (unsigned long long)(bytes - limit.rlim_cur) / 1024
				 : 0);
	else
		impossible(run, "mmap of secretmem", errno);
	close(fd);
	return BACKING_IMPOSSIBLE;
}

static int open_file(struct scenario_run *run, size_t nr_units)
{
	struct statfs fs;
	int fd = nameless_file(run, run->dir, nr_units);

	/* A file in memory is what memfd scenarios are for. */
	if (fd >= 0 && fstatfs(fd, &fs) == 0 &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)) {
		snprintf(run->reason, sizeof(run->reason),
			 "%.100s is not on a disk's filesystem: name one with --dir",
			 run->dir);
		close(fd);
		return BACKING_IMPOSSIBLE;
	}
	return fd;
}

const struct backing backing_none = {
	.name = "nothing",
	.open = open_none,
};

/* What is at an address that the kernel has chosen. */
const struct backing backing_process = {
	.name = "the process",
	.open = open_none,
	.anywhere = true,
};

const struct backing backing_maps = {
	.name = "/proc/self/maps",
	.open = open_maps,
	.prot = PROT_READ,
	.flags = MAP_PRIVATE | MAP_ANONYMOUS,
};

const struct backing backing_thp = {
	.name = "transparent huge pages",
	.open = open_thp,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_PRIVATE | MAP_ANONYMOUS,
	.huge = true,
};

const struct backing backing_anon = {
	.name = "anonymous",
	.open = open_none,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_PRIVATE | MAP_ANONYMOUS,
};

const struct backing backing_memfd = {
	.name = "memfd",
	.open = open_memfd,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};

const struct backing backing_file = {
	.name = "file",
	.open = open_file,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};

const struct backing backing_secretmem = {
	.name = "secretmem",
	.open = open_secretmem,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};
