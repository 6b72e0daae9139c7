// SPDX-License-Identifier: GPL-2.0-or-later
/* Backings that are devices, or files that a system call makes. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/io_uring.h>
#include <linux/mount.h>
#include <linux/perf_event.h>
#include <linux/udmabuf.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "backing.h"
#include "system/system.h"

#define HUGE_BYTES (2ul << 20)
#ifndef MFD_HUGE_2MB
#define MFD_HUGE_2MB (21u << 26)
#endif

/* Nothing is reserved, and nothing is touched: no huge page is needed. */
static int open_hugetlb(struct scenario_run *run, size_t nr_units)
{
	int fd = memfd_create("vmabench",
			      MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB);

	if (fd < 0)
		return impossible(run, "memfd_create with MFD_HUGETLB", errno);
	run->unit_bytes = HUGE_BYTES;
	return sized(run, fd, nr_units, "sizing a hugetlb file");
}

static int open_zero(struct scenario_run *run, size_t nr_units)
{
	int fd = open("/dev/zero", O_RDWR | O_CLOEXEC);

	(void)nr_units;
	return fd < 0 ? impossible(run, "/dev/zero", errno) : fd;
}

/* From 6.14 on rings are charged to their user, until a worker has freed them. */
#define RING_WAITS 50
#define RING_WAIT_NS 20000000

/*
 * One page of its submission ring is mapped over and over, where the kernel
 * wants it: it refuses all addresses of our choice.
 */
static int open_io_uring(struct scenario_run *run, size_t nr_units)
{
	const struct timespec wait = { .tv_nsec = RING_WAIT_NS };
	struct io_uring_params params = { 0 };
	struct rlimit limit;
	int fd = -1;

	(void)nr_units;
	for (int i = 0; i < RING_WAITS && fd < 0; i++) {
		fd = (int)syscall(SYS_io_uring_setup, 4, &params);
		if (fd < 0 && errno != ENOMEM)
			return impossible(run, "io_uring_setup", errno);
		if (fd < 0)
			nanosleep(&wait, NULL);
	}
	if (fd < 0 && getrlimit(RLIMIT_MEMLOCK, &limit) == 0)
		snprintf(run->reason, sizeof(run->reason),
			 "io_uring_setup: the rings of this user exceed RLIMIT_MEMLOCK, which is %llu KiB: " RAISE_MEMLOCK,
			 (unsigned long long)limit.rlim_cur / 1024);
	return fd < 0 ? BACKING_IMPOSSIBLE : fd;
}

/*
 * Rings are locked memory: of a user up to kernel.perf_event_mlock_kb for each CPU,
 * then within RLIMIT_MEMLOCK. Some kernels charge each mapping. Find out with all of
 * them at once, before anything is measured. Returns 0 or -errno.
 */
static int probe_rings(const struct scenario_run *run, int fd, size_t nr)
{
	int prot = run->scenario->backing->prot;
	size_t bytes = nr * run->unit_bytes;
	char *at = mmap(NULL, bytes, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	int err = at == MAP_FAILED ? -errno : 0;

	for (size_t i = 0; i < nr && !err; i++)
		if (mmap(at + i * run->unit_bytes, run->unit_bytes, prot,
			 MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
			err = -errno;
	if (at != MAP_FAILED)
		munmap(at, bytes);
	return err;
}

/* The page of a software event that is there everywhere; it is never enabled. */
static int open_perf(struct scenario_run *run, size_t nr_units)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
		.disabled = 1,
		.exclude_kernel = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
			      PERF_FLAG_FD_CLOEXEC);
	struct rlimit limit = { 0 };
	int err;

	if (fd < 0)
		return impossible(run, "perf_event_open", errno);
	err = probe_rings(run, fd, nr_units);
	if (!err)
		return fd;
	close(fd);
	if (err != -EPERM)
		return impossible(run, "mmap of a perf ring", -err);
	getrlimit(RLIMIT_MEMLOCK, &limit);
	snprintf(run->reason, sizeof(run->reason),
		 "%zu KiB of perf rings exceed kernel.perf_event_mlock_kb and RLIMIT_MEMLOCK, which is %llu KiB: " RAISE_MEMLOCK,
		 nr_units * run->unit_bytes / 1024,
		 (unsigned long long)limit.rlim_cur / 1024);
	return BACKING_IMPOSSIBLE;
}

static int open_udmabuf(struct scenario_run *run, size_t nr_units)
{
	struct udmabuf_create create = {
		.size = nr_units * run->unit_bytes,
	};
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), memfd, fd, err;

	if (device < 0)
		return impossible(run, "/dev/udmabuf", errno);
	memfd = memfd_create("vmabench", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memfd < 0 || ftruncate(memfd, (off_t)create.size) ||
	    fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK)) {
		err = errno;
		fd = -1;
	} else {
		create.memfd = (uint32_t)memfd;
		fd = ioctl(device, UDMABUF_CREATE, &create);
		err = errno;
	}
	if (memfd >= 0)
		close(memfd);
	close(device);
	return fd < 0 ? impossible(run, "making a udmabuf", err) : fd;
}

/*
 * Overlayfs of two folders on a tmpfs, in a mount namespace of this process: it
 * goes with the process, however that ends.
 */
static int mount_overlay(char *why, size_t size)
{
	static const char *const places[] = { "/mnt", "/media", "/srv", "/run" };
	const char *at = NULL, *step = "unshare";
	char path[64], what[64], options[256], *p = path;
	struct stat st;
	int err;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !at; i++)
		if (stat(places[i], &st) == 0 && S_ISDIR(st.st_mode))
			at = places[i];
	if (!at) {
		snprintf(why, size, "no folder to mount on");
		return -ENOENT;
	}
	if (unshare(CLONE_NEWNS))
		goto failed;
	step = "private mounts";
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		goto failed;
	step = "tmpfs";
	if (mount("tmpfs", at, "tmpfs", 0, NULL))
		goto failed;
	for (const char *dir = "lower\0upper\0work\0all\0"; *dir;
	     dir += strlen(dir) + 1) {
		snprintf(p, sizeof(path), "%s/%s", at, dir);
		mkdir(path, 0755);
	}
	step = "overlay";
	snprintf(options, sizeof(options),
		 "lowerdir=%s/lower,upperdir=%s/upper,workdir=%s/work", at, at,
		 at);
	if (mount("overlay", path, "overlay", 0, options))
		goto failed;
	return open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
failed:
	err = errno;
	snprintf(what, sizeof(what), "mounting overlayfs: %s", step);
	why_failed(what, err, why, size);
	return -err;
}

static int open_overlay(struct scenario_run *run, size_t nr_units)
{
	int dir = mount_overlay(run->reason, sizeof(run->reason)), fd;

	if (dir < 0)
		return BACKING_IMPOSSIBLE;
	fd = openat(dir, "file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	close(dir);
	if (fd < 0)
		return impossible(run, "a file on overlayfs", errno);
	return sized(run, fd, nr_units, "sizing a file on overlayfs");
}

static size_t devdax_align(const char *device)
{
	char path[128];
	size_t bytes = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/dax/devices/%s/align",
		 strrchr(device, '/') + 1);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%zu", &bytes) != 1)
		bytes = HUGE_BYTES;
	if (f)
		fclose(f);
	return bytes;
}

/* Pages are mapped, not touched: what is on the device stays as it is. */
static int open_devdax(struct scenario_run *run, size_t nr_units)
{
	glob_t g = { 0 };
	int fd = -1;

	(void)nr_units;
	if (glob("/dev/dax*", 0, NULL, &g) == 0) {
		fd = open(g.gl_pathv[0], O_RDWR | O_CLOEXEC);
		if (fd < 0)
			impossible(run, g.gl_pathv[0], errno);
		else
			run->unit_bytes = devdax_align(g.gl_pathv[0]);
	} else {
		snprintf(run->reason, sizeof(run->reason),
			 "no /dev/dax*: it takes persistent memory (ndctl create-namespace --mode=devdax)");
	}
	globfree(&g);
	return fd < 0 ? BACKING_IMPOSSIBLE : fd;
}

const struct backing backing_hugetlb = {
	.name = "hugetlb",
	.open = open_hugetlb,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED | MAP_NORESERVE,
};

const struct backing backing_zero_private = {
	.name = "/dev/zero, private",
	.open = open_zero,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_PRIVATE,
};

const struct backing backing_zero_shared = {
	.name = "/dev/zero, shared",
	.open = open_zero,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};

const struct backing backing_io_uring = {
	.name = "io_uring ring",
	.open = open_io_uring,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
	.anywhere = true,
};

const struct backing backing_perf = {
	.name = "perf ring",
	.open = open_perf,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
	.same_offset = true,
};

const struct backing backing_udmabuf = {
	.name = "udmabuf",
	.open = open_udmabuf,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};

const struct backing backing_overlay = {
	.name = "overlayfs",
	.open = open_overlay,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};

const struct backing backing_devdax = {
	.name = "device DAX",
	.open = open_devdax,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_SHARED,
};
