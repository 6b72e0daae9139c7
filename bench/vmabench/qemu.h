/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One QEMU process, and the machine protocol that steers it. */
#ifndef VMABENCH_QEMU_H
#define VMABENCH_QEMU_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct qemu - a running QEMU
 * @pid: its process, 0 once it was waited for
 * @to: its standard input, commands
 * @from: its standard output, answers and events
 * @deadline_ns: when patience ends, CLOCK_MONOTONIC_RAW
 */
struct qemu {
	pid_t pid;
	int to;
	int from;
	uint64_t deadline_ns;
	char buf[65536];
	size_t have;
};

int qemu_start(struct qemu *q, char *const argv[], const char *stderr_path,
	       unsigned int timeout_s);
json_t *qemu_command(struct qemu *q, const char *json);
int qemu_wait_event(struct qemu *q, const char *event);
int qemu_wait_status(struct qemu *q, const char *not_status);
int qemu_wait_exit(struct qemu *q, int *status);
void qemu_kill(struct qemu *q);

#endif
