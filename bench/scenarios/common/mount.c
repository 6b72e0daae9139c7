// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Backings on a filesystem that has to be mounted already: in a guest all are,
 * on metal those that the machine has.
 */
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backing.h"

/* nameless_file - see backing.h */
int nameless_file(struct scenario_run *run, const char *dir, size_t nr_units)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		impossible(run, "making a file without a name", errno);
		snprintf(run->reason + strlen(run->reason),
			 sizeof(run->reason) - strlen(run->reason),
			 " in %.100s", dir);
		return BACKING_IMPOSSIBLE;
	}
	return sized(run, fd, nr_units, "sizing a file");
}

/* As the kernel prints them: ext4 and xfs "dax=always", older ones "dax". */
static bool has_dax(const struct mntent *m)
{
	char *value = hasmntopt(m, "dax");

	return value && (!strncmp(value, "dax=always", 10) || value[3] == ',' ||
			 !value[3]);
}

static int open_data_file(const char *dir, const char *name, off_t bytes)
{
	char path[4096];
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && (fstat(fd, &st) || st.st_size < bytes)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* open_on_mount - see backing.h */
int open_on_mount(struct scenario_run *run, size_t nr_units)
{
	const struct mount_wanted *wanted = run->scenario->backing->arg;
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	int fd = BACKING_IMPOSSIBLE;
	struct mntent *m;

	snprintf(run->reason, sizeof(run->reason), "no %s is mounted %s DAX%s%s",
		 wanted->type, wanted->dax ? "with" : "without",
		 wanted->data_file ? " that has a file " : "",
		 wanted->data_file ? wanted->data_file : "");
	while (mounts && fd < 0 && (m = getmntent(mounts))) {
		if (strcmp(m->mnt_type, wanted->type) || has_dax(m) != wanted->dax)
			continue;
		fd = wanted->data_file
			     ? open_data_file(m->mnt_dir, wanted->data_file,
					      (off_t)(nr_units * run->unit_bytes))
			     : nameless_file(run, m->mnt_dir, nr_units);
	}
	if (mounts)
		endmntent(mounts);
	return fd < 0 ? BACKING_IMPOSSIBLE : fd;
}

static const struct mount_wanted tmpfs = { .type = "tmpfs" };
static const struct mount_wanted xfs = { .type = "xfs" };
static const struct mount_wanted ext4_dax = { .type = "ext4", .dax = true };
static const struct mount_wanted xfs_dax = { .type = "xfs", .dax = true };
static const struct mount_wanted erofs_dax = { .type = "erofs",
					       .dax = true,
					       .data_file = "vmabench-data" };
static const struct mount_wanted orangefs = { .type = "pvfs2",
					      .data_file = "vmabench-data" };

#define READ_WRITE .prot = PROT_READ | PROT_WRITE, .flags = MAP_SHARED
#define READ_ONLY .prot = PROT_READ, .flags = MAP_SHARED

const struct backing backing_tmpfs = { .name = "tmpfs",
				       .open = open_on_mount,
				       .arg = &tmpfs,
				       READ_WRITE };
const struct backing backing_xfs = { .name = "xfs",
				     .open = open_on_mount,
				     .arg = &xfs,
				     READ_WRITE };
const struct backing backing_ext4_dax = { .name = "ext4 with DAX",
					  .open = open_on_mount,
					  .arg = &ext4_dax,
					  READ_WRITE };
const struct backing backing_xfs_dax = { .name = "xfs with DAX",
					 .open = open_on_mount,
					 .arg = &xfs_dax,
					 READ_WRITE };
const struct backing backing_erofs_dax = { .name = "erofs with DAX",
					   .open = open_on_mount,
					   .arg = &erofs_dax,
					   READ_ONLY };
const struct backing backing_orangefs = { .name = "orangefs",
					  .open = open_on_mount,
					  .arg = &orangefs,
					  READ_ONLY };
