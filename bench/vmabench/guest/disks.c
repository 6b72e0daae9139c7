// SPDX-License-Identifier: GPL-2.0-or-later
/* The disks of a guest: see disks.h. */
#include <stdio.h>

#include "guest/guest.h"
#include "inside.h"
#include "system/system.h"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define MKE2FS(uuid)                                                               \
	WORDS("env", "E2FSPROGS_FAKE_TIME=1735689600", "mke2fs", "-q", "-F",       \
	      "-t", "ext4", "-b", "4096", "-O", "^has_journal", "-m", "0", "-E",   \
	      "hash_seed=76616d62-656e-6368-0000-000000000002,lazy_itable_init=0", \
	      "-U", uuid)

/*
 * As small as xfs can be; its authors want 300 MB, for other reasons. It knows no
 * way to be told the time, and faketime's own status hides that it is missing. From
 * 6.8 on or so it draws numbers for inodes, which faketime can draw in its place; with
 * nrext64, then the default, the log would take all of the disk.
 */
#define MKXFS(uuid)                                                       \
	WORDS("env", "TZ=UTC", "FAKERANDOM_SEED=0x766d6162656e6368",      \
	      "faketime", "-f", "2025-01-01 00:00:00", "env", "mkfs.xfs", \
	      "--unsupported", "-q", "-f", "-i", "nrext64=0", "-m",       \
	      "reflink=0,rmapbt=0,uuid=" uuid)

const struct guest_disk guest_disks[] = {
	{ .name = "ext4",
	  .mib = 16,
	  .mkfs = MKE2FS("76616d62-656e-6368-0000-000000000001"),
	  .packages = "e2fsprogs",
	  .type = "ext4",
	  .where = "/disk" },
	{ .name = "ext4-dax",
	  .mib = 16,
	  .mkfs = MKE2FS("76616d62-656e-6368-0000-000000000003"),
	  .packages = "e2fsprogs",
	  .type = "ext4",
	  .where = "/dax-ext4",
	  .options = "dax=always" },
	{ .name = "xfs",
	  .mib = 16,
	  .mkfs = MKXFS("76616d62-656e-6368-0000-000000000004"),
	  .packages = "xfsprogs, faketime",
	  .type = "xfs",
	  .where = "/xfs",
	  .options = "dax=never" },
	{ .name = "xfs-dax",
	  .mib = 16,
	  .mkfs = MKXFS("76616d62-656e-6368-0000-000000000005"),
	  .packages = "xfsprogs, faketime",
	  .type = "xfs",
	  .where = "/dax-xfs",
	  .options = "dax=always" },
	{ .name = "erofs-dax",
	  .mib = 4,
	  .mkfs = WORDS("mkfs.erofs", "-T0", "-E", "noinline_data", "-U",
			"76616d62-656e-6368-0000-000000000006"),
	  .packages = "erofs-utils",
	  .type = "erofs",
	  .where = "/dax-erofs",
	  .options = "dax=always",
	  .read_only = true },
	{ .name = GUEST_DEVDAX, .mib = 16 },
	{ 0 }
};

/** guest_memory_mib - all of the guest's memory, disks included */
unsigned int guest_memory_mib(void)
{
	unsigned int nr = 0;

	while (guest_disks[nr].name)
		nr++;
	return GUEST_DISK_AT_MIB(nr);
}

/**
 * make_devdax - make /dev/dax<region>.0 of a pmem region
 * @region: number of the region
 *
 * Return: 0 or -errno.
 */
int make_devdax(unsigned int region)
{
	static const struct {
		const char *file, *text; /* %u is the region */
	} steps[] = {
		{ "drivers/nd_pmem/unbind", "namespace%u.0" },
		{ "devices/dax%u.0/mode", "ram" },
		{ "devices/dax%u.0/align", "4096" },
		{ "devices/dax%u.0/uuid", "76616d62-656e-6368-0000-000000000007" },
		{ "devices/dax%u.0/namespace", "namespace%u.0" },
		{ "drivers/dax_pmem/bind", "dax%u.0" },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !err; i++) {
		char path[128], text[64], format[128];

		snprintf(format, sizeof(format), "/sys/bus/nd/%s", steps[i].file);
		snprintf(path, sizeof(path), format, region);
		snprintf(text, sizeof(text), steps[i].text, region);
		err = put_file(path, text);
	}
	return err;
}
