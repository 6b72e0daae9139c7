// SPDX-License-Identifier: GPL-2.0-or-later
/* VMAs of this process around a window, and the module that knows where they lie. */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layout.h"

/**
 * ask_tree - ask the module
 * @context: its device's file descriptor
 * @at: an address
 * @tree: gets where it lies
 *
 * Return: 0 or -errno; -EPROTO if the module is another one.
 */
int ask_tree(void *context, unsigned long at, struct vmabench_tree *tree)
{
	ssize_t n = pread(*(const int *)context, tree, sizeof(*tree), (off_t)at);

	if (n < 0)
		return -errno;
	return n == sizeof(*tree) && tree->api == VMABENCH_TREE_API ? 0 : -EPROTO;
}

/* Of the kind that does not merge with the other one, nor with a window. */
static int map_at(unsigned long at, size_t bytes, bool odd, int fixed)
{
	void *p = mmap((void *)at, bytes, odd ? PROT_EXEC : PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1,
		       0);

	return p == MAP_FAILED ? -errno : 0;
}

/**
 * map_neighbour - a VMA with nothing to be charged, and nothing to be paged
 * @context: not used
 * @at: where; nothing is mapped there
 * @bytes: its size
 * @odd: of the kind that does not merge with the other one, nor with a window
 *
 * Return: 0 or -errno.
 */
int map_neighbour(void *context, unsigned long at, size_t bytes, bool odd)
{
	return map_at(at, bytes, odd, MAP_FIXED_NOREPLACE);
}

/**
 * renew_neighbour - another VMA in the place of one that map_neighbour() has made
 * @context: not used
 * @at: where it is
 * @bytes: its size
 * @odd: its kind
 *
 * The old one is freed after the new one is made, so that takes another object.
 *
 * Return: 0 or -errno.
 */
int renew_neighbour(void *context, unsigned long at, size_t bytes, bool odd)
{
	return map_at(at, bytes, odd, MAP_FIXED);
}

/** unmap_neighbours - those of the range go; 0 or -errno */
int unmap_neighbours(void *context, unsigned long at, size_t bytes)
{
	return munmap((void *)at, bytes) ? -errno : 0;
}
