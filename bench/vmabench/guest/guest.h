/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest of the exact tier, and what its host has to know of it. */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>

/* guest.c: the latter two do not return */
bool is_guest(void);
void guest_main(void) __attribute__((noreturn));
void guest_run(void) __attribute__((noreturn));

/* pid1.c: where this is process 1 of a container */
void serve_as_init(void);

/* calibrate.c */
#define CALIBRATION "calibrate"

/* disks.c: pmem devices that memmap= makes of the memory */
/**
 * struct guest_disk - one of them; the n-th is /dev/pmem<n>
 * @name: of its file on the host, with ".disk"
 * @mib: size
 * @mkfs: words of the command that makes the filesystem, without the file; NULL for
 *	none. The same bytes each time, times included: the guest reads them, and what
 *	it does then is counted to the instruction. Exits with 127 where a
 *	program is missing
 * @packages: Debian's packages that it takes
 * @type: of the filesystem
 * @where: where it is mounted in the guest
 * @options: to mount
 * @read_only: it holds GUEST_DATA_FILE, and cannot be written
 */
struct guest_disk {
	const char *name;
	unsigned int mib;
	const char *const *mkfs;
	const char *packages, *type, *where, *options;
	bool read_only;
};

/* Ends with an entry that has no name. The first one is a must. */
extern const struct guest_disk guest_disks[];

#define GUEST_DATA_FILE "vmabench-data"
#define GUEST_DATA_BYTES (2 << 20)

/* Ranges that touch would be one device. */
#define GUEST_RAM_MIB 256
#define GUEST_DISK_STEP_MIB 18
#define GUEST_DISK_AT_MIB(i) (GUEST_RAM_MIB + (i)*GUEST_DISK_STEP_MIB)

unsigned int guest_memory_mib(void);

#endif
