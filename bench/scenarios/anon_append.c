// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: always 1 VMA */
#include "layout.h"

SCENARIO(anon_append) = {
	SCENARIO_ID(anon_append), .claim = "no file, no hook: must not change",
	.backing = &backing_anon, .set = SET_PRIMARY,
	.layouts = true,	  APPEND_200(APPEND_OPS),
};
