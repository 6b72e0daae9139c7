/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One QEMU process, and the machine protocol that steers it. */
#ifndef QEMU_H
#define QEMU_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct image;

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

/** struct arguments - of a process, ended by NULL */
struct arguments {
	char **v;
	size_t nr;
};

/* arguments.c */
void push(struct arguments *args, char *arg);
void push_option(struct arguments *args, const char *option, char *value);
void push_words(struct arguments *args, const char *text);
void free_arguments(struct arguments *args);

/* machine.c */
struct arguments guest_arguments(const struct image *image, const char *machine,
				 const char *base);
void push_boot(struct arguments *args, const struct image *image,
	       const char *kernel);

/* qemu.c */
int qemu_launch(struct qemu *q, char *const argv[], const char *base,
		unsigned int timeout_s);
pid_t qemu_fork(char *const argv[], const char *dir, int in, int out, int err);
json_t *qemu_command(struct qemu *q, const char *json);
int qemu_do(struct qemu *q, const char *json);
int qemu_wait_event(struct qemu *q, const char *event);
int qemu_wait_status(struct qemu *q, const char *not_status);
int qemu_wait_exit(struct qemu *q, int *status);
int qemu_finish(struct qemu *q, int *status);
void qemu_kill_group(pid_t pid);
void qemu_kill(struct qemu *q);

#endif
