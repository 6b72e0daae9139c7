/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Backings that are /dev/vmabench_hook: a file whose hook does what it is told. */
#ifndef VMABENCH_SCENARIO_HOOK_H
#define VMABENCH_SCENARIO_HOOK_H

#include "layout.h"
#include "vmabench_hook.h"

/* open() of a backing whose arg is a struct vmabench_hook_select. */
int open_hook(struct scenario_run *run, size_t nr_units);

/*
 * A backing of a file with a hook of its own:
 *
 *	HOOK_BACKING(name, VMABENCH_HOOK_MMAP, flags, fields)
 */
#define HOOK_BACKING(callbacks_, vm_flags_, fields_)             \
	static const struct vmabench_hook_select hook_select = { \
		.callbacks = (callbacks_),                       \
		.vm_flags = (vm_flags_),                         \
		.fields = (fields_),                             \
	};                                                       \
	static const struct backing backing_hook = {             \
		.name = "hook module",                           \
		.needs_module = true,                            \
		.open = open_hook,                               \
		.arg = &hook_select,                             \
		.prot = PROT_READ | PROT_WRITE,                  \
		.flags = MAP_SHARED,                             \
	}

/* 200 adjacent mappings of the backing above. */
#define HOOK_APPEND(...) .backing = &backing_hook, APPEND_200(__VA_ARGS__)

/*
 * Hooks that fail: one kind of operation for each error that a driver may
 * return, each with a file of its own.
 */
extern const struct backing backing_hook_fails_mmap;
extern const struct backing backing_hook_fails_prepare;

void close_failing_hooks(struct scenario_run *run);
int put_olds(const struct scenario_run *run);
long fail_free_einval(const struct scenario_run *run, unsigned int i);
long fail_free_eagain(const struct scenario_run *run, unsigned int i);
long fail_free_enomem(const struct scenario_run *run, unsigned int i);
long fail_free_eperm(const struct scenario_run *run, unsigned int i);
long fail_over_einval(const struct scenario_run *run, unsigned int i);
long fail_over_eagain(const struct scenario_run *run, unsigned int i);
long fail_over_enomem(const struct scenario_run *run, unsigned int i);
long fail_over_eperm(const struct scenario_run *run, unsigned int i);

#define FAIL_FREE(name_, errno_)                                  \
	{                                                         \
		.name = "mmap_" #name_, .run = fail_free_##name_, \
		.expect_errno = (errno_),                         \
		.after = OUTCOME("failed:" #errno_, 0, 0),        \
	}

/* The old mapping is lost, in every kernel so far: nothing is left of it. */
#define FAIL_OVER(name_, errno_)                                    \
	{                                                           \
		.name = "mmap_" #name_, .prepare = put_olds,        \
		.run = fail_over_##name_, .expect_errno = (errno_), \
		.before = SHAPE(0, 1),                              \
		.after = OUTCOME("failed:" #errno_, 0, 0),          \
	}

#define FAIL_FREE_OPS                                                       \
	{                                                                   \
		FAIL_FREE(einval, EINVAL), FAIL_FREE(eagain, EAGAIN),       \
			FAIL_FREE(enomem, ENOMEM), FAIL_FREE(eperm, EPERM), \
	}

#define FAIL_OVER_OPS                                                       \
	{                                                                   \
		FAIL_OVER(einval, EINVAL), FAIL_OVER(eagain, EAGAIN),       \
			FAIL_OVER(enomem, ENOMEM), FAIL_OVER(eperm, EPERM), \
	}

#endif
