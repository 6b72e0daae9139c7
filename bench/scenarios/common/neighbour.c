// SPDX-License-Identifier: GPL-2.0-or-later
/* Neighbours: what runs beside the tasks of a storm. */
#include <liburing.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "backing.h"
#include "base/base.h"
#include "layout.h"

/* Maps and unmaps without a pause, as the tasks of a storm do. */
static int storm_step(const struct scenario_run *run)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = apart_mmap(run, i);
	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = apart_munmap(run, i);
	return ret < 0 ? (int)ret : 0;
}

static void empty_window(const struct scenario_run *run)
{
	raw_munmap(run->window, run->window_units * run->unit_bytes);
}

const struct neighbour neighbour_storm = {
	.step = storm_step,
	.close = empty_window,
};

/*
 * Asynchronous reads, from the second half of the file into a mapping of its
 * first pages. A worker of io_uring does them. It runs in our address space and
 * faults on the mapping, which loses each page again once it was read into; a
 * fault in the kernel takes the mmap_lock, not that of the VMA.
 */
#define READS 4 /* in flight */

static struct {
	struct io_uring ring;
	unsigned int in_flight;
} reads;

static char *read_buffer(const struct scenario_run *run, size_t i)
{
	return run->window + i * run->unit_bytes;
}

static void queue_read(const struct scenario_run *run, size_t i)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&reads.ring);

	io_uring_prep_read(sqe, run->fd, read_buffer(run, i),
			   (unsigned int)run->unit_bytes,
			   (run->nr_ops + i) * run->unit_bytes);
	/* What is in memory would be read at once, by us. */
	sqe->flags |= IOSQE_ASYNC;
	io_uring_sqe_set_data64(sqe, i);
	reads.in_flight++;
}

static int open_reads(struct scenario_run *run)
{
	int err = io_uring_queue_init(READS, &reads.ring, 0);
	unsigned int workers[2] = { 1, 1 }; /* bounded, unbounded */
	struct cpus cpus;
	long ret;

	if (err) {
		snprintf(run->reason, sizeof(run->reason),
			 "io_uring_setup: %s (%s)", strerror(-err),
			 err == -ENOMEM
				 ? "RLIMIT_MEMLOCK: " RAISE_MEMLOCK
				 : "CONFIG_IO_URING, kernel.io_uring_disabled, seccomp");
		return BACKING_IMPOSSIBLE;
	}
	/*
	 * One worker, where the neighbour is. More of them would have the CPU
	 * taken away from one another, with the lock held: the task would wait
	 * for the scheduler.
	 */
	if (cpus_allowed(&cpus) == 0)
		io_uring_register_iowq_aff(&reads.ring, cpus.bytes, cpus.set);
	cpus_free(&cpus);
	io_uring_register_iowq_max_workers(&reads.ring, workers);

	ret = raw_mmap(run->window, READS * run->unit_bytes,
		       PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
		       run->fd, 0);
	if (ret < 0 && ret > -4096) {
		snprintf(run->reason, sizeof(run->reason),
			 "mapping what is read into: %s", strerror((int)-ret));
		io_uring_queue_exit(&reads.ring);
		return BACKING_IMPOSSIBLE;
	}
	for (size_t i = 0; i < READS; i++)
		queue_read(run, i);
	return 0;
}

/* Waits for one read at least, and has those that are done done again. */
static int reads_step(const struct scenario_run *run)
{
	int ret = io_uring_submit_and_wait(&reads.ring, 1);
	struct io_uring_cqe *cqe;

	if (ret < 0)
		return ret == -EINTR ? 0 : ret;
	while (io_uring_peek_cqe(&reads.ring, &cqe) == 0) {
		size_t i = io_uring_cqe_get_data64(cqe);
		int res = cqe->res;

		io_uring_cqe_seen(&reads.ring, cqe);
		reads.in_flight--;
		if (res < 0)
			return res;
		if ((size_t)res != run->unit_bytes)
			return -EIO;
		if (madvise(read_buffer(run, i), run->unit_bytes, MADV_DONTNEED))
			return -errno;
		queue_read(run, i);
	}
	return 0;
}

static void close_reads(const struct scenario_run *run)
{
	struct io_uring_cqe *cqe;

	io_uring_submit(&reads.ring);
	while (reads.in_flight && io_uring_wait_cqe(&reads.ring, &cqe) == 0) {
		io_uring_cqe_seen(&reads.ring, cqe);
		reads.in_flight--;
	}
	io_uring_queue_exit(&reads.ring);
	empty_window(run);
}

const struct neighbour neighbour_reads = {
	.open = open_reads,
	.step = reads_step,
	.close = close_reads,
};
