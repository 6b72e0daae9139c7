// SPDX-License-Identifier: GPL-2.0-or-later
/* |seed|0|1|2|...|n-1|  mmap at the end, munmap from the end: one VMA each */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP, VMABENCH_HOOK_VM_DONTEXPAND,
	     VMABENCH_HOOK_SET_VM_OPS | VMABENCH_HOOK_SET_CLOSE);

SCENARIO(usb_stream_write_append) = {
	SCENARIO_ID(usb_stream_write_append),
	.claim = "what usb_stream (us122l) does for its write area: never merged",
	HOOK_APPEND(APPEND_OPS_NEVER_MERGED),
};
