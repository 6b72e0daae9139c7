// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counting the VMAs of an address range. Nothing here allocates or maps: that
 * would change what is counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "procmap_query.h"
#include "run/run.h"

static int count_by_query(int fd, uint64_t start, uint64_t end)
{
	int n = 0;

	while (start < end) {
		struct procmap_query_v1 q = {
			.size = sizeof(q),
			.query_flags = COVERING_OR_NEXT_VMA,
			.query_addr = start,
		};

		if (ioctl(fd, PROCMAP_QUERY_V1, &q))
			return errno == ENOENT ? n : -errno;
		if (q.vma_start >= end)
			break;
		n++;
		start = q.vma_end;
	}
	return n;
}

/*
 * The text of a VMA starts with "start-end " in hex. That of the vsyscall page, at
 * the end of the address space, is none of the process, and no query finds it.
 */
static int count_by_text(int fd, uint64_t start, uint64_t end)
{
	static char buf[65536];
	size_t have = 0;
	int n = 0;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	for (;;) {
		ssize_t got = read(fd, buf + have, sizeof(buf) - 1 - have);
		char *line = buf, *nl;

		if (got < 0)
			return -errno;
		have += (size_t)got;
		buf[have] = '\0';
		while ((nl = memchr(line, '\n', have - (size_t)(line - buf)))) {
			char *p;
			uint64_t from = strtoull(line, &p, 16);
			uint64_t to = *p == '-' ? strtoull(p + 1, NULL, 16) : 0;

			n += from < end && to > start && from <= INT64_MAX;
			line = nl + 1;
		}
		have -= (size_t)(line - buf);
		memmove(buf, line, have);
		if (got == 0)
			return n;
	}
}

/**
 * count_vmas - number of VMAs that lie in or reach into a range
 * @start: its first address
 * @bytes: its length
 *
 * Return: the number, or -errno.
 */
int count_vmas(const char *start, size_t bytes)
{
	static int fd = -1;
	static bool no_query;
	uint64_t from = (uintptr_t)start;
	int n = -ENOTTY;

	if (fd < 0)
		fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (!no_query) {
		n = count_by_query(fd, from, from + bytes);
		/* An older kernel, or a filter that knows no such request. */
		no_query = n < 0;
	}
	return no_query ? count_by_text(fd, from, from + bytes) : n;
}
