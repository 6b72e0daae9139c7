/* SPDX-License-Identifier: GPL-2.0-or-later */
/* System calls of this process as signals. */
#ifndef TRAP_H
#define TRAP_H

#include <signal.h>

typedef void (*trap_handler)(int sig, siginfo_t *info, void *context);

int trap_calls(trap_handler handler);
void trap_exit(void) __attribute__((noreturn));

#endif
