// SPDX-License-Identifier: GPL-2.0-or-later

#include <errno.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "system/system.h"
#include "tracepoint.h"

/**
 * open_tracepoint - count a tracepoint
 * @id: as tracefs has it
 * @filter: of what is counted, or NULL
 * @cpu_wide: whatever runs on @cpu; else this task, wherever it runs
 * @cpu: see @cpu_wide
 * @reason: why it cannot be counted
 * @size: of @reason
 *
 * Return: a descriptor, or -errno.
 */
int open_tracepoint(int id, const char *filter, bool cpu_wide, int cpu,
		    char *reason, size_t size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.config = (uint64_t)id,
	};
	int err, fd;

	fd = (int)syscall(SYS_perf_event_open, &attr, cpu_wide ? -1 : 0,
			  cpu_wide ? cpu : -1, -1, PERF_FLAG_FD_CLOEXEC);
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
		snprintf(reason, size, "the kernel refuses the filter %.60s: %s",
			 filter, strerror(-err));
		close(fd);
		return err;
	}
	return fd;
}
