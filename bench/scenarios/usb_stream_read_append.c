// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0|1|2|...|n-1|	mmap at the end, munmap from the end: 1 VMA only if
 *	the kernel retries before the VMA is stored: later, ->close() is in the way
 */
#include "common/hook.h"

HOOK_BACKING(VMABENCH_HOOK_MMAP, VMABENCH_HOOK_VM_DONTDUMP,
	     VMABENCH_HOOK_SET_VM_OPS | VMABENCH_HOOK_SET_CLOSE);

SCENARIO(usb_stream_read_append) = {
	SCENARIO_ID(usb_stream_read_append),
	.claim = "what usb_stream (us122l) does for its read area: merged only by the early retry",
	.set = SET_PRIMARY,
	HOOK_APPEND(APPEND_OPS_MERGED_ON_EARLY_RETRY),
};
