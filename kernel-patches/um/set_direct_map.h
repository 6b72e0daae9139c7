/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before all else in a kernel that is built with ARCH=um: there is no direct
 * map to take pages from, and that is all that keeps secretmem from being there. What
 * scenarios do never touches a page, and never comes here.
 */
#ifndef VMABENCH_SET_DIRECT_MAP_H
#define VMABENCH_SET_DIRECT_MAP_H

#ifndef __ASSEMBLY__
struct page;

static inline int set_direct_map_invalid_noflush(struct page *page)
{
	return 0;
}

static inline int set_direct_map_default_noflush(struct page *page)
{
	return 0;
}
#endif

#endif
