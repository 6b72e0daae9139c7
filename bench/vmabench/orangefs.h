/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An orangefs mount without a server: see orangefs.c. */
#ifndef VMABENCH_ORANGEFS_H
#define VMABENCH_ORANGEFS_H

#include <stddef.h>
#include <sys/types.h>

/* The one file of the mount. */
#define ORANGEFS_FILE "vmabench-data"

int orangefs_start(const char *mountpoint, off_t file_bytes, char *reason,
		   size_t size);

#endif
