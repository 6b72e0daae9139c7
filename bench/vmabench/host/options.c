// SPDX-License-Identifier: GPL-2.0-or-later
/* Options of all commands that boot an image. */
#include <argp.h>

#include "exact.h"

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_MODULE,
	OPT_COMMIT,
	OPT_QEMU
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder with vmlinux", 0 },
	{ "module", OPT_MODULE, "FILE", 0,
	  "Hook module of this kernel (default: none)", 0 },
	{ "commit", OPT_COMMIT, "TEXT", 0,
	  "What the image was built of, for the record", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU (default qemu-system-x86_64)", 0 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct image *image = state->input;

	switch (key) {
	case OPT_STAGE:
		image->stage = arg;
		break;
	case OPT_IMAGE:
		image->dir = arg;
		break;
	case OPT_MODULE:
		image->module = arg;
		break;
	case OPT_COMMIT:
		image->commit = arg;
		break;
	case OPT_QEMU:
		image->qemu = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp image_argp = { options, parse, NULL, NULL, NULL, NULL, NULL };
