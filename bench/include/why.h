/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why the kernel refuses something, and what would enable it: the cure of a user
 * is to be root, that of root in a container is not.
 */
#ifndef VMABENCH_WHY_H
#define VMABENCH_WHY_H

#include <stddef.h>

/* Room for any reason given here. */
#define WHY_BYTES 384

/* The highest kernel.perf_event_paranoid at which anybody may count ... */
enum why_paranoid {
	WHY_CPU = 0,	/* all that runs on a CPU */
	WHY_KERNEL = 1, /* what the kernel does for a task */
	WHY_USER = 2,	/* what a task does by itself */
};

void why_no_perf(int err, enum why_paranoid level, char *reason, size_t size);
void why_no_tracefs(char *reason, size_t size);
void why_no_kprobe(const char *symbol, int err, char *reason, size_t size);
void why_no_kallsyms(char *reason, size_t size);
void why_no_secretmem(int err, char *reason, size_t size);
void why_failed(const char *what, int err, char *reason, size_t size);

#endif
