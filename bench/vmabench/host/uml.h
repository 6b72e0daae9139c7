/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that is a program of this machine: one boot of it. */
#ifndef UML_H
#define UML_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What a boot takes besides the kernel's memory: its image, and this program. */
#define UML_BESIDES_MIB 12

/*
 * Where a randomized heap is, at most, behind the image: the memory begins there. The
 * file has a hole for it.
 */
#define UML_GAP_MIB 1025

/**
 * struct uml - a boot
 * @vmlinux: program
 * @dir: for its files
 * @console: file that gets its console
 * @disk: file that is the image of a filesystem, or NULL
 * @events: that are counted of it
 * @memory_dir: where its memory is
 * @memory_mib: of memory
 * @most: bytes of an answer that is one
 * @cpu: that it is pinned to
 * @timeout_s: for all of it
 * @pid: of its first process, which leads a group of all of them
 * @answer: what the driver has written; to be freed
 * @size: of @answer
 * @status: that it ended with
 * @oom_kills: tasks of this cgroup that were killed for its memory meanwhile
 */
struct uml {
	const char *vmlinux, *dir, *console, *disk, *memory_dir;
	const struct native_events *events;
	unsigned int memory_mib;
	size_t most;
	int cpu;
	unsigned int timeout_s;
	pid_t pid;
	char *answer;
	size_t size;
	int status;
	long oom_kills;
};

/* uml.c */
int uml_run(struct uml *u, const void *plan, size_t size);

/* uml_memory.c */
const char *uml_find_memory(unsigned int mib, char **why);
const char *uml_memory_kind(const char *dir);

/* uml_why.c */
char *uml_why(const struct uml *u, bool *is_short);

#endif
