/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that is a program of this machine: one boot of it. */
#ifndef UML_H
#define UML_H

#include <stddef.h>
#include <sys/types.h>

/**
 * struct uml - a boot
 * @vmlinux: program
 * @dir: for its files
 * @console: file that gets its console
 * @disk: file that is the image of a filesystem, or NULL
 * @cpu: that it is pinned to
 * @timeout_s: for all of it
 * @pid: of its first process, which leads a group of all of them
 * @answer: what the driver has written; to be freed
 * @size: of @answer
 * @status: that it ended with
 */
struct uml {
	const char *vmlinux, *dir, *console, *disk;
	int cpu;
	unsigned int timeout_s;
	pid_t pid;
	char *answer;
	size_t size;
	int status;
};

int uml_run(struct uml *u, const void *plan, size_t size);

#endif
