// SPDX-License-Identifier: GPL-2.0-or-later
/* Readers of /proc/self/maps: see maps.h. */
#include "backing.h"
#include "maps.h"
#include "procmap_query.h"

int maps_map_all(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = map_unit(run, 2 * i, 0);
	return ret < 0 ? (int)ret : 0;
}

long maps_read(const struct scenario_run *run, unsigned int i)
{
	char text[4096]; /* what the kernel gives at a time */
	long n = raw_call(SYS_lseek, run->fd, 0, SEEK_SET, 0);

	(void)i;
	do {
		if (n >= 0)
			n = raw_call(SYS_read, run->fd, (long)text,
				     sizeof(text), 0);
	} while (n > 0);
	return n;
}

static long query(const struct scenario_run *run, const char *at)
{
	struct procmap_query_v1 q = {
		.size = sizeof(q),
		.query_addr = (uintptr_t)at,
		.query_flags = COVERING_OR_NEXT_VMA,
	};

	return raw_call(SYS_ioctl, run->fd, PROCMAP_QUERY_V1, (long)&q, 0);
}

int maps_can_query(struct scenario_run *run)
{
	long ret = query(run, NULL);

	return ret ? impossible(run, "PROCMAP_QUERY (Linux 6.11)", (int)-ret) : 0;
}

long maps_query(const struct scenario_run *run, unsigned int i)
{
	return query(run, run->window + 2 * i * run->unit_bytes);
}
