// SPDX-License-Identifier: GPL-2.0-or-later
/* Asking the driver that is a module to run what a scenario does, in this process. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "driver.h"
#include "run/run.h"

/**
 * open_driver - open the device of the driver
 * @reason: gets why that cannot be done
 * @size: room
 *
 * Return: a descriptor, or -1.
 */
int open_driver(char *reason, size_t size)
{
	int fd = open(NATIVE_PATH, O_RDWR | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		snprintf(reason, size,
			 "there is no " NATIVE_PATH
			 ": build bench/kmod and load vmabench_native.ko");
	else if (fd < 0)
		why_failed("opening " NATIVE_PATH, errno, reason, size);
	return fd;
}

/* What the system call does, and functions that a module can call do not. */
static const char *find_unmade(const struct recorded *rec)
{
	for (size_t i = 0; i < rec->nr; i++) {
		const struct native_call *c = &rec->calls[i];

		if (c->nr == NATIVE_MPROTECT || c->nr == NATIVE_MADVISE ||
		    c->nr == NATIVE_MREMAP)
			return "no module can call what the kernel has for mprotect(), madvise() and mremap()";
		if (c->nr == NATIVE_MMAP && (c->flags & MAP_HUGETLB))
			return "MAP_HUGETLB is made a file of by the system call alone";
	}
	return *rec->reason ? rec->reason : NULL;
}

/* A request, of which all that varies is in the plan's head. */
static int ask(struct driver *d)
{
	struct native_request request = {
		.plan = (uintptr_t)d->plan,
		.plan_size = d->plan_size,
		.window = (uintptr_t)d->window,
		.answer = (uintptr_t)d->answer,
		.answer_size = d->answer_size,
	};
	int ret = ioctl(d->fd, NATIVE_RUN, &request);

	return ret < 0 ? -errno : ret;
}

static int make_plan(struct driver *d)
{
	struct native_plan head = { .magic = NATIVE_MAGIC,
				    .api = NATIVE_API,
				    .nr_scenarios = 1 };

	d->rec.head.nr_batches = 1;
	d->plan = write_plan(&head, &d->rec, &d->plan_size);
	d->answer_size = answer_bytes(&d->rec, 1);
	d->answer = xcalloc(1, d->answer_size);
	return d->plan ? 0 : -ENOMEM;
}

/**
 * driver_open - make ready to ask the module what a scenario takes in the kernel
 * @d: is made ready, and closed by driver_close() in any case
 * @run: the scenario, with its file open, and its window free
 * @reason: gets why that cannot be done
 * @size: room
 *
 * Return: 0, or 1 with @reason.
 */
int driver_open(struct driver *d, const struct scenario_run *run, char *reason,
		size_t size)
{
	const char *obstacle;
	int err;

	*d = (struct driver){ .window = run->window };
	d->fd = open_driver(reason, size);
	if (d->fd < 0)
		return 1;
	err = record_open_calls(run, &d->rec);
	if (err) {
		why_failed("recording calls", -err, reason, size);
		return 1;
	}
	obstacle = find_unmade(&d->rec);
	if (obstacle) {
		snprintf(reason, size, "%s", obstacle);
		return 1;
	}
	err = make_plan(d);
	if (!err)
		err = ask(d);
	if (err >= 0)
		return 0;
	if (err == -EINVAL || err == -ENOTTY)
		snprintf(reason, size,
			 NATIVE_PATH
			 " is of another version: build and load bench/kmod anew");
	else
		why_failed("asking " NATIVE_PATH, -err, reason, size);
	return 1;
}

/**
 * driver_run - have a batch run in the kernel
 * @d: made ready; the window is empty, and is so afterwards
 * @re: gets what came of it, and points into @d
 *
 * Return: 0, and the report says how it went, or -errno.
 */
int driver_run(struct driver *d, struct replayed *re)
{
	struct native_hello hello;
	int size = ask(d);
	struct answer a = { .at = d->answer, .left = size < 0 ? 0 : (size_t)size };

	if (size < 0)
		return size;
	return read_answer(&a, &d->rec, 1, re, &hello) ? 0 : -EPROTO;
}

/** driver_close - give all back */
void driver_close(struct driver *d)
{
	if (d->fd >= 0)
		close(d->fd);
	free(d->rec.calls);
	free(d->plan);
	free(d->answer);
}
