// SPDX-License-Identifier: GPL-2.0-or-later
/* userfaultfd: see userfault.h. */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>

#include "backing.h"
#include "userfault.h"

static int open_userfault(struct scenario_run *run, size_t nr_units)
{
	/* Without privileges, of faults in user space alone. */
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	struct uffdio_api api = { .api = UFFD_API };

	(void)nr_units;
	if (fd < 0)
		return impossible(run, "userfaultfd (CONFIG_USERFAULTFD)", errno);
	if (ioctl(fd, UFFDIO_API, &api)) {
		impossible(run, "UFFDIO_API", errno);
		close(fd);
		return BACKING_IMPOSSIBLE;
	}
	return fd;
}

/* What is mapped is anonymous: the file is only asked. */
const struct backing backing_userfault = {
	.name = "userfaultfd",
	.open = open_userfault,
	.prot = PROT_READ | PROT_WRITE,
	.flags = MAP_PRIVATE | MAP_ANONYMOUS,
	.same_offset = true,
};

static struct uffdio_range range_of(const struct scenario_run *run, size_t at)
{
	return (struct uffdio_range){
		.start = (unsigned long)(run->window + at * run->unit_bytes),
		.len = run->unit_bytes,
	};
}

long userfault_register(const struct scenario_run *run, size_t at)
{
	struct uffdio_register what = {
		.range = range_of(run, at),
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	return raw_call(SYS_ioctl, run->fd, UFFDIO_REGISTER, (long)&what, 0);
}

long userfault_unregister(const struct scenario_run *run, size_t at)
{
	struct uffdio_range range = range_of(run, at);

	return raw_call(SYS_ioctl, run->fd, UFFDIO_UNREGISTER, (long)&range, 0);
}
