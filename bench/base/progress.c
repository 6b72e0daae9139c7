// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

#define SILENT_MS 1000
#define REDRAWN_MS 200

static int64_t begun_ms, drawn_ms;
static bool drawn;

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Nobody reads it in a log, nor where it is not wanted. */
static bool is_watched(void)
{
	const char *term = getenv("TERM"), *quiet = getenv("QUIET");

	return isatty(STDERR_FILENO) && term && strcmp(term, "dumb") &&
	       !(quiet && *quiet && strcmp(quiet, "0"));
}

/**
 * progress_count() - tell on a terminal how far it is
 * @what: what is done
 * @done: how many
 * @of: of how many
 *
 * A line that is drawn again; for the first second, which most take less than, nothing.
 * Of one thread.
 */
void progress_count(const char *what, size_t done, size_t of)
{
	int64_t now = now_ms();

	if (!begun_ms)
		begun_ms = now;
	if (now - begun_ms < SILENT_MS || now - drawn_ms < REDRAWN_MS ||
	    !is_watched())
		return;
	fprintf(stderr, "\r\033[K%s: %zu of %zu", what, done, of);
	fflush(stderr);
	drawn_ms = now;
	drawn = true;
}

/** progress_end() - take the line away, before anything else is printed */
void progress_end(void)
{
	if (drawn)
		fputs("\r\033[K", stderr);
	drawn = false;
}
