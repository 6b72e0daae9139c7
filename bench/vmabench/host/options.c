// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of all commands that boot an image. */
#include <argp.h>

#include "exact.h"

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_MODULE,
	OPT_COMMIT,
	OPT_DISKS,
	OPT_QEMU
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder with vmlinux", 0 },
	{ "module", OPT_MODULE, "FILE", 0,
	  "Hook module of this kernel (default: none)", 0 },
	{ "commit", OPT_COMMIT, "TEXT", 0,
	  "What the image was built of, for the record", 0 },
	{ "disks", OPT_DISKS, "DIR", 0,
	  "Disks of the guest: DIR/NAME.disk, as --keep leaves them (default: they are made)",
	  0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU (default qemu-system-x86_64)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const struct field fields[] = {
		{ FIELD(OPT_STAGE, struct image, stage) },
		{ FIELD(OPT_IMAGE, struct image, dir) },
		{ FIELD(OPT_MODULE, struct image, module) },
		{ FIELD(OPT_COMMIT, struct image, commit) },
		{ FIELD(OPT_DISKS, struct image, disks) },
		{ FIELD(OPT_QEMU, struct image, qemu) },
		{ 0 }
	};

	return set_field(fields, key, arg, state);
}

const struct argp image_argp = { .options = options, .parser = parse };
