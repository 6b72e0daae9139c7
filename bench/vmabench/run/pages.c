// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counting the pages of an address range that are in the page tables. Nothing here
 * allocates or maps, and no page is touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "run/run.h"

#define PRESENT (1ull << 63)

/**
 * count_pages - number of pages of a range that are in the page tables
 * @start: its first address
 * @bytes: its length
 *
 * Each small page of a huge one counts.
 *
 * Return: the number, or -errno.
 */
long count_pages(const char *start, size_t bytes)
{
	static uint64_t entries[512];
	static int fd = -1;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t at = (uintptr_t)start / page, end = at + bytes / page;
	long pages = 0;

	if (fd < 0)
		fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (at < end) {
		size_t nr = sizeof(entries) / sizeof(*entries);
		ssize_t got;

		if (nr > end - at)
			nr = end - at;
		got = pread(fd, entries, nr * sizeof(*entries),
			    (off_t)(at * sizeof(*entries)));
		if (got < (ssize_t)sizeof(*entries))
			return got < 0 ? -errno : -EIO;
		nr = (size_t)got / sizeof(*entries);
		for (size_t i = 0; i < nr; i++)
			pages += !!(entries[i] & PRESENT);
		at += nr;
	}
	return pages;
}
