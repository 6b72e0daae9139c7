// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An orangefs mount without a server.
 *
 * The kernel's orangefs asks a daemon for everything: it reads requests
 * ("upcalls") from /dev/pvfs2-req and writes an answer ("downcall") to each.
 * This one knows a root directory with one file of zeroes, which is all that it
 * takes to have orangefs_file_mmap() called. It sleeps in poll() between the
 * requests and has no timer: nothing runs in the guest unless it is asked for.
 *
 * There is no uapi header. What the wire looks like is from the files of
 * fs/orangefs/ in Linux 6.12 that are named below. The device tells how long a
 * request and an answer are: a kernel that says otherwise is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside.h"
#include "system/system.h"

#define DEVICE_NAME "pvfs2-req"
#define DEVICE "/dev/" DEVICE_NAME
#define CACHE_TIMEOUT "/sys/fs/orangefs/cache_timeout_msecs"

/* Half an hour: the kernel multiplies it by HZ, at most 1000, in an int. */
#define CACHE_TIMEOUT_MSECS "2000000"

/*
 * orangefs-kernel.h, and protocol.h: the oldest daemon that is accepted. Only
 * newer ones are asked for their features, of which this one has none.
 */
#define DEVICE_MAGIC 0x20030529
#define DAEMON_VERSION 20903

/* protocol.h: ioctls of the device */
#define DEVICE_GET_MAGIC _IOW('k', 1, int32_t)
#define DEVICE_GET_UPCALL_BYTES _IOW('k', 2, int32_t)
#define DEVICE_GET_DOWNCALL_BYTES _IOW('k', 3, int32_t)
#define DEVICE_MAP _IO('k', 4)

/* orangefs-dev-proto.h: the requests that are not refused */
enum {
	OP_FILE_IO = 0xff000001,
	OP_LOOKUP = 0xff000002,
	OP_GETATTR = 0xff000004,
	OP_SETATTR = 0xff000008,
	OP_STATFS = 0xff00000b,
	OP_FS_MOUNT = 0xff00000e,
	OP_FS_UMOUNT = 0xff00000f,
	OP_CANCEL = 0xff00ee00,
	OP_FSYNC = 0xff00ee01,
};

/* orangefs-utils.c: an error is an index of PINT_errno_mapping[], marked */
#define WIRE_ERROR(index) (-(1 << 30 | (index)))
#define WIRE_ENOENT WIRE_ERROR(2)
#define WIRE_EINVAL WIRE_ERROR(15)
#define WIRE_EROFS WIRE_ERROR(19)
#define WIRE_EOPNOTSUPP WIRE_ERROR(46)

/* protocol.h: enum orangefs_ds_type, enum ORANGEFS_io_type */
#define TYPE_FILE 1
#define TYPE_DIRECTORY 4
#define IO_READ 1

/* Ours: any number but 0, and any 16 bytes. */
#define FS_ID 1
#define ROOT_HANDLE 1
#define FILE_HANDLE 2

/*
 * The buffer of I/O. The kernel copies what it has asked for, 4 MiB at most
 * (orangefs_readahead() in inode.c), whether or not the buffer is as long.
 */
#define SLOT_BYTES (4 << 20)

/* protocol.h: struct orangefs_object_kref */
struct object {
	uint64_t handle[2];
	int32_t fs_id, pad;
};

/* protocol.h: struct ORANGEFS_sys_attr_s; permissions as in st_mode */
struct attributes {
	uint32_t owner, group, permissions;
	uint64_t atime, mtime, ctime;
	int64_t file_bytes;
	uint64_t unused[7];
	uint32_t type;
	uint64_t flags;
	uint32_t mask;
	int64_t block_bytes;
};

/* devorangefs-req.c, orangefs_devreq_read(); upcall.h, orangefs_upcall_s */
struct upcall {
	int32_t version, magic;
	uint64_t tag;
	uint32_t type, uid, gid;
	int32_t pid, tgid;
	uint64_t trailer[2];
	union {
		struct {
			int32_t pad, slot, bytes, pad2;
			int64_t offset;
			struct object object;
			uint32_t type;
			int32_t readahead_bytes;
		} io;
		struct {
			int32_t follow, pad;
			struct object parent;
			char name[256];
		} lookup;
		struct object getattr;
		char space[8488];
	} req;
};

/* The same in front; downcall.h, struct orangefs_downcall_s */
struct downcall {
	int32_t version, magic;
	uint64_t tag;
	uint32_t type;
	int32_t status;
	uint64_t trailer[2];
	union {
		int64_t io_bytes;
		struct object lookup;
		struct attributes getattr;
		struct {
			int64_t block_bytes, blocks, blocks_free;
			int64_t files, files_free;
		} statfs;
		struct {
			int32_t fs_id, id;
			uint64_t root[2];
		} mount;
		char space[8200];
	} resp;
};

/* protocol.h: struct ORANGEFS_dev_map_desc */
struct map_request {
	void *start;
	int32_t total_bytes, slot_bytes, nr_slots;
};

_Static_assert(sizeof(struct object) == 24, "orangefs_object_kref");
_Static_assert(sizeof(struct attributes) == 136, "ORANGEFS_sys_attr_s");
_Static_assert(offsetof(struct attributes, type) == 104, "objtype");
_Static_assert(sizeof(struct upcall) == 16 + 8528, "orangefs_upcall_s");
_Static_assert(offsetof(struct upcall, req) == 16 + 40, "upcall.req");
_Static_assert(offsetof(struct upcall, req.io.type) == 16 + 88, "io_type");
_Static_assert(sizeof(struct downcall) == 16 + 8224, "orangefs_downcall_s");
_Static_assert(offsetof(struct downcall, resp) == 16 + 24, "downcall.resp");
_Static_assert(sizeof(struct map_request) == 24, "ORANGEFS_dev_map_desc");

static int32_t do_io(const struct upcall *up, struct downcall *down, char *slot)
{
	int32_t bytes = up->req.io.bytes;

	if (up->req.io.type != IO_READ)
		return WIRE_EROFS;
	if (up->req.io.slot || bytes < 0 || bytes > SLOT_BYTES)
		return WIRE_EINVAL;
	/* Past the end of the file as well: the kernel wants whole pages. */
	memset(slot, 0, (size_t)bytes);
	down->resp.io_bytes = bytes;
	return 0;
}

static int32_t answer(const struct upcall *up, struct downcall *down,
		      off_t file_bytes, char *slot)
{
	struct attributes *a = &down->resp.getattr;

	switch (up->type) {
	case OP_FS_MOUNT:
		down->resp.mount.fs_id = FS_ID;
		down->resp.mount.id = 1;
		down->resp.mount.root[0] = ROOT_HANDLE;
		return 0;
	case OP_LOOKUP:
		if (strncmp(up->req.lookup.name, ORANGEFS_FILE,
			    sizeof(up->req.lookup.name)))
			return WIRE_ENOENT;
		down->resp.lookup.handle[0] = FILE_HANDLE;
		down->resp.lookup.fs_id = FS_ID;
		return 0;
	case OP_GETATTR:
		a->block_bytes = 4096;
		a->type = TYPE_DIRECTORY;
		a->permissions = 0755;
		if (up->req.getattr.handle[0] != ROOT_HANDLE) {
			a->type = TYPE_FILE;
			a->permissions = 0666;
			a->file_bytes = file_bytes;
		}
		return 0;
	case OP_STATFS:
		down->resp.statfs.block_bytes = 4096;
		down->resp.statfs.blocks = file_bytes / 4096;
		return 0;
	case OP_FILE_IO:
		return do_io(up, down, slot);
	case OP_SETATTR: /* times, at most; and forgotten */
	case OP_FS_UMOUNT:
	case OP_CANCEL:
	case OP_FSYNC:
		return 0;
	default:
		return WIRE_EOPNOTSUPP;
	}
}

/* The daemon, until the filesystem is unmounted. */
static void __attribute__((noreturn)) serve(int fd, off_t file_bytes, char *slot)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	static struct downcall down;
	static struct upcall up;

	for (;;) {
		/* The device takes no other length, and never blocks. */
		if (read(fd, &up, sizeof(up)) < 0) {
			if (errno != EAGAIN && errno != EINTR)
				_exit(1);
			if (poll(&wait, 1, -1) < 0 && errno != EINTR)
				_exit(1);
			continue;
		}
		memset(&down, 0, sizeof(down));
		down.version = DAEMON_VERSION;
		down.magic = DEVICE_MAGIC;
		down.tag = up.tag;
		down.type = up.type;
		down.status = answer(&up, &down, file_bytes, slot);
		if (write(fd, &down, sizeof(down)) < 0)
			_exit(1);
		if (up.type == OP_FS_UMOUNT)
			_exit(0);
	}
}

/* The kernel registers a number for the device and makes no file in /dev. */
static int make_device(void)
{
	FILE *f = fopen("/proc/devices", "re");
	unsigned int number, found = 0;
	char line[128], name[64];

	if (!f)
		return -errno;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%u %63s", &number, name) == 2 &&
		    !strcmp(name, DEVICE_NAME))
			found = number;
	fclose(f);
	if (!found) /* not built, or not loaded (CONFIG_ORANGEFS_FS) */
		return -ENODEV;
	if (mknod(DEVICE, S_IFCHR | 0600, makedev(found, 0)) && errno != EEXIST)
		return -errno;
	return 0;
}

/* Returns its descriptor. */
static int open_device(void)
{
	static const struct {
		unsigned long request;
		int32_t value;
	} facts[] = {
		{ DEVICE_GET_MAGIC, DEVICE_MAGIC },
		{ DEVICE_GET_UPCALL_BYTES, sizeof(struct upcall) },
		{ DEVICE_GET_DOWNCALL_BYTES, sizeof(struct downcall) },
	};
	int fd, err = make_device();

	if (err)
		return err;
	fd = open(DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno; /* there is one daemon already? */
	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
		int32_t value = 0;

		if (ioctl(fd, facts[i].request, &value) == 0 &&
		    value == facts[i].value)
			continue;
		close(fd);
		return -EPROTO;
	}
	return fd;
}

/* The first mmap() of the file always drops them: that is done here. */
static int map_once(const char *mountpoint)
{
	char path[256];
	int fd, err = 0;
	void *p;

	snprintf(path, sizeof(path), "%s/" ORANGEFS_FILE, mountpoint);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	p = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		err = -errno;
	else
		munmap(p, 1);
	close(fd);
	return err;
}

/**
 * orangefs_start - mount an orangefs, and fork the daemon that serves it
 * @mountpoint: folder to mount on, made if it is not there
 * @file_bytes: size of ORANGEFS_FILE, the only file; it reads as zeroes, and
 *	writing pages of it back fails with EROFS
 *
 * Wants root, /proc, /sys and a writable /dev. There is one device per machine,
 * so there is one such mount. The daemon is a child and ends with the mount.
 *
 * Repeated mmap() calls neither ask the daemon nor drop cached pages: access
 * times are off, and the cache is kept for half an hour. Opening the file and
 * faults that do not find their page in the cache do ask it.
 *
 * Return: 0 or -errno; -ENODEV if the kernel has no orangefs.
 */
int orangefs_start(const char *mountpoint, off_t file_bytes)
{
	struct map_request map = { NULL, SLOT_BYTES, SLOT_BYTES, 1 };
	int err, fd = open_device();
	pid_t pid;

	if (fd < 0)
		return fd;
	/*
	 * mmap() drops the cached pages of the file when they are older than this, so
	 * that what one mmap() costs would depend on the clock.
	 */
	err = put_file(CACHE_TIMEOUT, CACHE_TIMEOUT_MSECS);
	if (err)
		goto out_close;

	/* Shared, or the child would write to other pages than the kernel has. */
	map.start = mmap(NULL, SLOT_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (map.start == MAP_FAILED) {
		err = -errno;
		goto out_close;
	}
	if (ioctl(fd, DEVICE_MAP, &map)) {
		err = -errno;
		goto out_unmap;
	}

	pid = fork();
	if (pid == 0)
		serve(fd, file_bytes, map.start);
	if (pid < 0) {
		err = -errno;
		goto out_unmap;
	}

	mkdir(mountpoint, 0755);
	if (mount("tcp://localhost:3334/vmabench", mountpoint, "pvfs2",
		  MS_NOATIME, NULL)) {
		err = -errno;
	} else {
		err = map_once(mountpoint);
		if (err)
			umount(mountpoint);
	}
	if (err) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
out_unmap:
	munmap(map.start, SLOT_BYTES);
out_close:
	/* The child has its own. */
	close(fd);
	return err;
}
