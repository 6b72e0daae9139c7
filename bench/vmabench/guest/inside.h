/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What only the guest does. */
#ifndef INSIDE_H
#define INSIDE_H

#include <stdio.h>
#include <sys/types.h>

/* calibrate.c */
int calibrate_guest(FILE *out);

/* disks.c: of which device DAX is made, by hand, as ndctl would */
#define GUEST_DEVDAX "devdax"

int make_devdax(unsigned int region);

/* orangefs.c */
/* The one file of the mount. */
#define ORANGEFS_FILE "vmabench-data"

int orangefs_start(const char *mountpoint, off_t file_bytes);

/* tasks.c */
void begin_task_slab(void);

#endif
