// SPDX-License-Identifier: GPL-2.0-or-later
/* Backings: what scenarios map. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scenario.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif
#ifndef RAMFS_MAGIC
#define RAMFS_MAGIC 0x858458f6
#endif
#ifndef TMPFS_MAGIC
#define TMPFS_MAGIC 0x01021994
#endif

#define IMPOSSIBLE (-2)

static int impossible(struct scenario_run *run, const char *what, int err)
{
	snprintf(run->reason, sizeof(run->reason), "%s: %s", what, strerror(err));
	return IMPOSSIBLE;
}

static int sized(struct scenario_run *run, int fd, size_t nr_pages,
		 const char *what)
{
	if (ftruncate(fd, (off_t)(nr_pages * run->page_bytes)) == 0)
		return fd;
	impossible(run, what, errno);
	close(fd);
	return IMPOSSIBLE;
}

static int open_none(struct scenario_run *run, size_t nr_pages)
{
	(void)run;
	(void)nr_pages;
	return -1;
}

static int open_memfd(struct scenario_run *run, size_t nr_pages)
{
	int fd = memfd_create("vmabench", MFD_CLOEXEC);

	if (fd < 0)
		return impossible(run, "memfd_create", errno);
	return sized(run, fd, nr_pages, "sizing a memfd");
}

static int open_secretmem(struct scenario_run *run, size_t nr_pages)
{
	struct rlimit limit;
	void *probe;
	int fd = (int)syscall(SYS_memfd_secret, 0);

	if (fd < 0) {
		if (errno == ENOSYS)
			snprintf(run->reason, sizeof(run->reason),
				 "secretmem is off or not built: boot with secretmem.enable=1 (CONFIG_SECRETMEM)");
		else
			impossible(run, "memfd_secret", errno);
		return IMPOSSIBLE;
	}
	fd = sized(run, fd, nr_pages, "sizing a secretmem file");
	if (fd < 0)
		return fd;

	/*
	 * Kernels that lock the mapping charge it to RLIMIT_MEMLOCK at mmap()
	 * time. Find out with all pages at once, before anything is measured.
	 */
	probe = mmap(NULL, nr_pages * run->page_bytes, PROT_READ | PROT_WRITE,
		     MAP_SHARED, fd, 0);
	if (probe != MAP_FAILED) {
		munmap(probe, nr_pages * run->page_bytes);
		return fd;
	}
	if (errno == EAGAIN && getrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		snprintf(run->reason, sizeof(run->reason),
			 "RLIMIT_MEMLOCK is %llu kB, %zu kB of secretmem are needed: raise ulimit -l",
			 (unsigned long long)limit.rlim_cur / 1024,
			 nr_pages * run->page_bytes / 1024);
	else
		impossible(run, "mmap of secretmem", errno);
	close(fd);
	return IMPOSSIBLE;
}

static int open_file(struct scenario_run *run, size_t nr_pages)
{
	struct statfs fs;
	int fd = open(run->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		int err = errno;

		impossible(run, "making a file without a name", err);
		snprintf(run->reason + strlen(run->reason),
			 sizeof(run->reason) - strlen(run->reason),
			 " in %.100s", run->dir);
		return IMPOSSIBLE;
	}
	/* A file in memory is what memfd scenarios are for. */
	if (fstatfs(fd, &fs) == 0 &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)) {
		snprintf(run->reason, sizeof(run->reason),
			 "%.100s is not on a disk's filesystem: name one with --dir",
			 run->dir);
		close(fd);
		return IMPOSSIBLE;
	}
	return sized(run, fd, nr_pages, "sizing a file");
}

const struct backing backing_none = {
	.name = "nothing",
	.open = open_none,
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
