/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The metal tier: the kernel that is running. */
#ifndef METAL_H
#define METAL_H

/* bench.c */
void metal_run(const char *command) __attribute__((noreturn));
int cmd_bench(int argc, char **argv);
int cmd_where(int argc, char **argv);

/* events.c */
int cmd_events(int argc, char **argv);

/* repeat.c */
int cmd_repeat(int argc, char **argv);

#endif
