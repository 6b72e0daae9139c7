/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that open backings share. */
#ifndef VMABENCH_BACKING_H
#define VMABENCH_BACKING_H

#include "scenario.h"

/* What a user can do where RLIMIT_MEMLOCK is too small. */
#define RAISE_MEMLOCK \
	"raise it (ulimit -l KIB, LimitMEMLOCK= of systemd, --ulimit memlock= of docker)"

/* Sets run->reason and returns BACKING_IMPOSSIBLE. */
int impossible(struct scenario_run *run, const char *what, int err);

/* Makes @fd a file of @nr_units units; closes it where that is impossible. */
int sized(struct scenario_run *run, int fd, size_t nr_units, const char *what);

/* A file in @dir that nobody else can see, and that goes with its descriptor. */
int nameless_file(struct scenario_run *run, const char *dir, size_t nr_units);

/**
 * struct mount_wanted - a filesystem that a file is to be on
 * @type: of the filesystem
 * @dax: mounted with DAX; without it otherwise
 * @data_file: use this file at its root, where it cannot be written
 */
struct mount_wanted {
	const char *type;
	bool dax;
	const char *data_file;
};

/* open() of a backing whose arg is a struct mount_wanted. */
int open_on_mount(struct scenario_run *run, size_t nr_units);

#endif
