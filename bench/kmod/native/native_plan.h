/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * What the driver inside of the kernel is told, and what it answers.
 *
 * It does not know scenarios. It is given what they do, as a list of calls that
 * vmabench has recorded, makes these calls through the kernel's own entry points,
 * and times them in batches:
 *
 *	struct native_plan
 *	for each scenario:
 *		struct native_scenario
 *		struct native_call	prepare, before each batch
 *		for each kind of operation:
 *			struct native_call	its preparation
 *			struct native_call	its operations: timed
 *
 * Answer:
 *
 *	struct native_hello
 *	for each scenario:
 *		struct native_report
 *		for each kind, where @err is 0:
 *			struct native_kind
 *			struct native_batch	those that were recorded
 *			struct native_counts	of the host, before and after each batch
 *						that is counted
 *			__u32			ticks of single operations, in order
 *	struct native_bye
 */
#ifndef NATIVE_PLAN_H
#define NATIVE_PLAN_H

#include <linux/types.h>

#include "vmabench_hook.h"

#define NATIVE_MAGIC 0x766d6e61u

/* Changes with anything below: program and driver are of one version, or do not talk. */
#define NATIVE_API 3

#define NATIVE_KINDS 8
#define NATIVE_FILES 4
#define NATIVE_NAME 64
#define NATIVE_REASON 120

/* Descriptors of the process that is the kernel. */
#define NATIVE_FD_PLAN 3
#define NATIVE_FD_ANSWER 4
#define NATIVE_FD_DISK \
	5 /* image of a filesystem, where a file is to be on it */
#define NATIVE_FD_COUNTS 6 /* and those behind it: a group of perf events */
#define NATIVE_COUNTS 4

enum native_nr {
	NATIVE_MMAP,
	NATIVE_MUNMAP,
	NATIVE_MPROTECT,
	NATIVE_MREMAP,
	NATIVE_MADVISE,
	NATIVE_NOTHING, /* what the driver itself costs */
	NATIVE_NR_CALLS
};

/* What a file is of; one that is given is open in the process that asks. */
enum native_backing {
	NATIVE_MEMFD,
	NATIVE_SECRETMEM,
	NATIVE_HOOK,
	NATIVE_ZERO,
	NATIVE_TMPFS,
	NATIVE_EXT4,
	NATIVE_OVERLAY,
	NATIVE_ORANGEFS,
	NATIVE_GIVEN,
	NATIVE_NR_BACKINGS
};

/**
 * struct native_file - a file of a scenario
 * @backing: enum native_backing
 * @fd: the number that it is known by
 * @bytes: its size
 * @hook: of NATIVE_HOOK
 */
struct native_file {
	__u32 backing;
	__s32 fd;
	__u64 bytes;
	struct vmabench_hook_select hook;
};

/**
 * struct native_call - a system call
 * @nr: enum native_nr
 * @file: which one of the scenario's files it is about, from 1 on; 0 for none
 * @at: where, in bytes from the start of the window
 * @len: how long
 * @prot: PROT_*, or of madvise() MADV_*
 * @flags: MAP_*, or of mremap() MREMAP_*
 * @offset: into the file, in bytes
 * @new_at: of mremap(), as @at
 * @new_len: of mremap()
 */
struct native_call {
	__u32 nr;
	__u32 file;
	__u64 at;
	__u64 len;
	__u64 prot;
	__u64 flags;
	__u64 offset;
	__u64 new_at;
	__u64 new_len;
};

/**
 * struct native_plan - the head of a plan
 * @magic: NATIVE_MAGIC
 * @api: NATIVE_API
 * @nr_scenarios: that follow
 * @least_reference: of batches of other boots of this machine, 0 where not known
 */
struct native_plan {
	__u32 magic;
	__u32 api;
	__u32 nr_scenarios;
	__u32 least_reference;
};

/**
 * struct native_scenario - what is done in a batch
 * @name: for messages
 * @window_bytes: addresses that it needs
 * @nr_files: that it has open
 * @nr_prepare: calls before each batch
 * @nr_kinds: of operations
 * @nr_ops: calls that are timed, of each kind
 * @nr_kind_prepare: calls before those of a kind
 * @nr_batches: to be recorded
 * @nr_singles: batches after them, in which each operation is timed
 * @max_warmup: batches before them, at most
 * @nr_others: mappings besides, outside of the window
 * @nr_counted: batches after these, of which the host counts events
 * @files: these
 */
struct native_scenario {
	char name[NATIVE_NAME];
	__u64 window_bytes;
	__u32 nr_files;
	__u32 nr_prepare;
	__u32 nr_kinds;
	__u32 nr_ops;
	__u32 nr_kind_prepare[NATIVE_KINDS];
	__u32 nr_batches;
	__u32 nr_singles;
	__u32 max_warmup;
	__u32 nr_others;
	__u32 nr_counted;
	struct native_file files[NATIVE_FILES];
};

/**
 * struct native_hello - the kernel that has booted
 * @magic: NATIVE_MAGIC
 * @api: NATIVE_API
 * @release: of it
 * @version: of it
 */
struct native_hello {
	__u32 magic;
	__u32 api;
	char release[NATIVE_NAME + 1];
	char version[NATIVE_NAME + 1];
	char pad[6];
};

/**
 * struct native_report - what became of a scenario
 * @err: 0 or an errno
 * @nr_warmup: batches until it was steady
 * @steady: whether it was, after these
 * @nr_batches: that were recorded
 * @nr_singles: likewise, operation by operation
 * @nr_counted: batches of which the host counted events
 * @nr_again: batches that were not recorded, for the core was not all theirs
 * @pad: 0
 * @reason: what @err is about
 */
struct native_report {
	__u32 err;
	__u32 nr_warmup;
	__u32 steady;
	__u32 nr_batches;
	__u32 nr_singles;
	__u32 nr_again;
	__u32 nr_counted;
	__u32 pad;
	char reason[NATIVE_REASON];
};

/**
 * struct native_kind - what operations of one kind did, the same in all batches
 * @before: VMAs in the window before them
 * @after: and after them
 * @err: errno of each operation, 0 for success
 * @pad: 0
 */
struct native_kind {
	__u32 before;
	__u32 after;
	__u32 err;
	__u32 pad;
};

/**
 * struct native_batch - a batch of one kind
 * @ticks: of the TSC, for all of its operations
 * @faults: of the process that is the kernel: each is a page of the host's
 * @switches: involuntary ones of that process
 * @reference: ticks of a piece of work that is the same always, before and after
 * @pad: 0
 */
struct native_batch {
	__u64 ticks;
	__u32 faults;
	__u32 switches;
	__u32 reference;
	__u32 pad;
};

/**
 * struct native_counts - what the host's counters have come to, as read() gives a group
 *	of perf events that begins at NATIVE_FD_COUNTS
 * @nr: of @values; 0 where there are none
 * @enabled_ns: how long they were to count
 * @running_ns: and how long they did
 * @values: of the events, in their order
 */
struct native_counts {
	__u64 nr;
	__u64 enabled_ns;
	__u64 running_ns;
	__u64 values[NATIVE_COUNTS];
};

/** struct native_bye - the answer is whole */
struct native_bye {
	__u32 magic;
	__u32 pad;
};

/*
 * Of the module: it is for root, and works in the address space and on the CPU of the
 * process that asks. It makes no files, and no other mappings.
 */
#define NATIVE_PATH "/dev/vmabench_native"

/**
 * struct native_request - what the module is asked
 * @plan: address of a plan
 * @plan_size: bytes
 * @window: addresses from here on are free, as many as the largest window of the plan
 * @answer: address of room for the answer
 * @answer_size: bytes
 */
struct native_request {
	__u64 plan;
	__u64 plan_size;
	__u64 window;
	__u64 answer;
	__u64 answer_size;
};

/*
 * Returns how many bytes the answer has. Errors: EINVAL for what is no plan of this
 * version, ENOSPC where the answer is larger than its room, EINTR once the process is
 * being killed, ENOTTY for another ioctl.
 */
#define NATIVE_MAGIC_IOCTL 0xb7
#define NATIVE_RUN _IOW(NATIVE_MAGIC_IOCTL, 0, struct native_request)

#endif
