// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>

#include "base/base.h"

volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

/** catch_signals - have the usual signals end waiting, not the program */
void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}
