// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|seed|0 1 2 ... n-1|	mmap at the end, munmap from the end
 *
 * The seed is to be dumped: MADV_DODUMP took VM_DONTDUMP away. Where secretmem sets
 * that flag in ->mmap(), a new page looks like the seed when the merge is tried, is
 * merged into it, and ->mmap() is never called: 1 VMA, without VM_DONTDUMP. Where
 * .mmap_prepare() sets it before the merge, the seed stays alone and the others
 * merge with each other: 2 VMAs, and the flag is where it was asked for.
 */
#include "layout.h"

static int dodump_prepare(const struct scenario_run *run)
{
	int err = append_prepare(run);

	if (err)
		return err;
	return madvise(run->window, run->unit_bytes, MADV_DODUMP) ? -errno : 0;
}

SCENARIO(secretmem_append_dodump) = {
	SCENARIO_ID(secretmem_append_dodump),
	.claim = "beside a page that is to be dumped, a new one keeps VM_DONTDUMP",
	.backing = &backing_secretmem,
	.units = SHAPE(1, 1),
	.nr_ops = 199,
	.prepare = dodump_prepare,
	.before = SHAPE(1, 0),
	.ops = {
		OP("mmap", append_mmap, OUTCOME("merged-dumped", 1, 0),
		   .by_hook = true,
		   .with = { [RETRY_NONE] = OUTCOME("kept-apart", 2, 0) }),
		OP("munmap", append_munmap, OUTCOME("shrunk", 1, 0),
		   .by_hook = true,
		   .with = { [RETRY_NONE] = OUTCOME("removed", 1, 0) }),
	},
};
