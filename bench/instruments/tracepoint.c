// SPDX-License-Identifier: GPL-2.0-or-later

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/base.h"
#include "system/system.h"
#include "tracepoint.h"

/**
 * open_tracepoint - count a tracepoint
 * @id: as tracefs has it
 * @filter: of what is counted, or NULL
 * @cpu_wide: whatever runs on @cpu; else this task, wherever it runs
 * @cpu: see @cpu_wide
 * @leader: descriptor of another one of the same task and CPU, to be read with it;
 *	else -1
 * @reason: why it cannot be counted
 * @size: of @reason
 *
 * Return: a descriptor, or -errno.
 */
int open_tracepoint(int id, const char *filter, bool cpu_wide, int cpu,
		    int leader, char *reason, size_t size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (uint64_t)id,
		.read_format = PERF_FORMAT_GROUP,
	};
	int err, fd;

	fd = (int)syscall(SYS_perf_event_open, &attr, cpu_wide ? -1 : 0,
			  cpu_wide ? cpu : -1, leader, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		if (err == -EACCES || err == -EPERM || err == -ENOSYS)
			why_no_perf(-err, cpu_wide ? WHY_CPU : WHY_KERNEL,
				    reason, size);
		else
			snprintf(reason, size, "perf_event_open: %s",
				 strerror(-err));
		return err;
	}
	if (filter && ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		err = -errno;
		snprintf(reason, size, "the kernel refuses the filter %.*s: %s",
			 CUT(filter, 60), strerror(-err));
		close(fd);
		return err;
	}
	return fd;
}

/**
 * read_tracepoints - what was counted so far
 * @leader: descriptor of the first one
 * @values: of it, then of those that were opened with it as leader, in that order
 * @nr: how many these are, at most TRACEPOINT_GROUP_MAX
 *
 * Return: 0 or -errno.
 */
int read_tracepoints(int leader, uint64_t *values, unsigned int nr)
{
	uint64_t group[1 + TRACEPOINT_GROUP_MAX];
	ssize_t want = (ssize_t)((1 + nr) * sizeof(*group));
	ssize_t got = read(leader, group, (size_t)want);

	if (got != want || group[0] != nr)
		return got < 0 ? -errno : -EIO;
	memcpy(values, group + 1, nr * sizeof(*values));
	return 0;
}
