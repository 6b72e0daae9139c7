// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Waits for locks, of tasks that run at a time.
 *
 * contention_begin() is called by all kinds of locks. The flags tell semaphores
 * for readers and writers from the rest: READ or WRITE alone, or with RT where
 * they are made of that. In an address space whose tasks map files of their
 * own, the one that is contended is the mmap_lock. A writer that gets the lock
 * while it still spins does not count: it calls this only before it sleeps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs.h>
#include <unistd.h>

#include "instruments/instrument.h"
#include "system/system.h"
#include "tracepoint.h"

enum {
	LOCK_WAITS,
	MMAP_LOCKS,
	NR
};

static const struct metric yields[NR + 1] = {
	[LOCK_WAITS] = { "lock_waits", .reading = READ_BATCH },
	[MMAP_LOCKS] = { "mmap_locks", .reading = READ_BATCH },
};

static const struct {
	const char *system, *event, *filter;
	const char *formats[4]; /* must be in the format; up to a NULL */
} sources[NR] = {
	[LOCK_WAITS] = {
		"lock", "contention_begin",
		"flags == 2 || flags == 4 || flags == 10 || flags == 12",
		{ "(1U << 1), \"READ\"", "(1U << 2), \"WRITE\"",
		  "(1U << 3), \"RT\"" },
	},
	[MMAP_LOCKS] = {
		"mmap_lock", "mmap_lock_acquire_returned", "success == 1",
		{ " success;" },
	},
};

/* Descriptors of the counters that are open, each with 1 added. */
struct handle {
	int fds[NR];
};

/* The event's number, or -ENOTSUP with @reason set. */
static int find_event(unsigned int m, char *reason, size_t size)
{
	const char *system = sources[m].system, *event = sources[m].event;
	char *format = NULL, *id;
	int number = -ENOTSUP;

	if (!tracefs_tracing_dir()) {
		why_no_tracefs(reason, size);
		return -ENOTSUP;
	}
	id = tracefs_event_file_read(NULL, system, event, "id", NULL);
	if (id)
		format = tracefs_event_file_read(NULL, system, event, "format",
						 NULL);
	if (format)
		number = atoi(id);
	else
		snprintf(reason, size, "this kernel has no event %s:%s", system,
			 event);
	for (const char *const *f = sources[m].formats; format && *f; f++)
		if (!strstr(format, *f)) {
			snprintf(reason, size,
				 "event %s:%s is not as it is known: no '%s'",
				 system, event, *f);
			number = -ENOTSUP;
		}
	free(format);
	free(id);
	return number;
}

static int open_counter(void *handle, unsigned int m, int cpu, char *reason,
			size_t size)
{
	struct handle *h = handle;
	int fd = find_event(m, reason, size);

	if (fd >= 0)
		fd = open_tracepoint(fd, sources[m].filter, false, cpu, -1,
				     reason, size);
	if (fd < 0)
		return fd;
	h->fds[m] = fd + 1;
	return 0;
}

static int read_counter(void *handle, unsigned int m, uint64_t *value)
{
	const struct handle *h = handle;

	return read_tracepoints(h->fds[m] - 1, value, 1);
}

static void close_counters(void *handle)
{
	struct handle *h = handle;

	for (unsigned int m = 0; m < NR; m++) {
		if (h->fds[m])
			close(h->fds[m] - 1);
		h->fds[m] = 0;
	}
}

INSTRUMENT(contention) = {
	.name = "contention",
	.pass = PASS_COUNTS,
	.storm = true,
	.handle_bytes = sizeof(struct handle),
	.metrics = yields,
	.open = open_counter,
	.read = read_counter,
	.close = close_counters,
};
