// SPDX-License-Identifier: GPL-2.0-or-later
/* Backings that are /dev/vmabench_hook: see hook.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "backing.h"
#include "hook.h"

static int select_hook(struct scenario_run *run,
		       const struct vmabench_hook_select *select)
{
	struct vmabench_hook_info info = { 0 };
	int fd = open(VMABENCH_HOOK_PATH, O_RDWR | O_CLOEXEC), err;

	if (fd < 0) {
		impossible(run, VMABENCH_HOOK_PATH " (bench/kmod)", errno);
		return BACKING_IMPOSSIBLE;
	}
	if (ioctl(fd, VMABENCH_HOOK_QUERY, &info) || info.api != VMABENCH_HOOK_API)
		snprintf(run->reason, sizeof(run->reason),
			 VMABENCH_HOOK_PATH
			 " is of another version: build and load bench/kmod anew");
	else if (!ioctl(fd, VMABENCH_HOOK_SELECT, select))
		return fd;
	else if (errno == EOPNOTSUPP)
		snprintf(run->reason, sizeof(run->reason),
			 "this kernel has no .mmap_prepare that could do this");
	else
		err = errno, impossible(run, "selecting a hook", err);
	close(fd);
	return BACKING_IMPOSSIBLE;
}

int open_hook(struct scenario_run *run, size_t nr_units)
{
	(void)nr_units;
	return select_hook(run, run->scenario->backing->arg);
}

static const int errors[] = { EINVAL, EAGAIN, ENOMEM, EPERM };

#define NR_ERRORS (sizeof(errors) / sizeof(*errors))

static int failing[NR_ERRORS] = { -1, -1, -1, -1 };

static int open_failing_hooks(struct scenario_run *run, size_t nr_units)
{
	struct vmabench_hook_select select =
		*(const struct vmabench_hook_select *)run->scenario->backing->arg;

	(void)nr_units;
	for (size_t i = 0; i < NR_ERRORS; i++) {
		select.error = -errors[i];
		failing[i] = select_hook(run, &select);
		if (failing[i] < 0)
			return BACKING_IMPOSSIBLE;
	}
	return -1;
}

void close_failing_hooks(struct scenario_run *run)
{
	(void)run;
	for (size_t i = 0; i < NR_ERRORS; i++)
		if (failing[i] >= 0)
			close(failing[i]);
}

static const struct vmabench_hook_select fails_mmap = {
	.callbacks = VMABENCH_HOOK_MMAP,
	.vm_flags = VMABENCH_HOOK_VM_DONTDUMP,
	.fields = VMABENCH_HOOK_SET_VM_OPS,
};

static const struct vmabench_hook_select fails_prepare = {
	.callbacks = VMABENCH_HOOK_MMAP_PREPARE,
	.vm_flags = VMABENCH_HOOK_VM_DONTDUMP,
	.fields = VMABENCH_HOOK_SET_VM_OPS,
};

const struct backing backing_hook_fails_mmap = {
	.name = "hook module",
	.needs_module = true,
	.open = open_failing_hooks,
	.close = close_failing_hooks,
	.arg = &fails_mmap,
};

const struct backing backing_hook_fails_prepare = {
	.name = "hook module",
	.needs_module = true,
	.open = open_failing_hooks,
	.close = close_failing_hooks,
	.arg = &fails_prepare,
};

int put_olds(const struct scenario_run *run)
{
	return map_anon_stripes(run, 2, 1);
}

static long fail(const struct scenario_run *run, unsigned int i, int fd, int fixed)
{
	return raw_mmap(run->window + 2 * i * run->unit_bytes, run->unit_bytes,
			PROT_READ, MAP_SHARED | fixed, fd, 0);
}

#define FAILING(name, n)                                                      \
	long fail_free_##name(const struct scenario_run *run, unsigned int i) \
	{                                                                     \
		return fail(run, i, failing[n], MAP_FIXED_NOREPLACE);         \
	}                                                                     \
	long fail_over_##name(const struct scenario_run *run, unsigned int i) \
	{                                                                     \
		return fail(run, i, failing[n], MAP_FIXED);                   \
	}

FAILING(einval, 0)
FAILING(eagain, 1)
FAILING(enomem, 2)
FAILING(eperm, 3)
