// SPDX-License-Identifier: GPL-2.0-or-later
/* A session of many boots: a file per thread at a time. */
#include <pthread.h>
#include <stdatomic.h>

#include "base/base.h"
#include "parse.h"

/* Each may have a line of RECORD_LINE_MAX in hand. */
#define THREADS_MAX 8

struct queue {
	struct record_file *files;
	size_t nr;
	atomic_size_t next;
};

/* Return: whether there was one more. */
static bool read_next(struct queue *q, struct known_lines *known)
{
	size_t i = atomic_fetch_add(&q->next, 1);
	struct record_file *f = &q->files[i];

	if (i >= q->nr)
		return false;
	f->err = record_read_known(f->path, known, &f->rec, f->msg,
				   sizeof(f->msg));
	return true;
}

static void *read_queue(void *arg)
{
	struct known_lines *known = known_lines_new();

	while (read_next(arg, known))
		;
	known_lines_free(known);
	return NULL;
}

/* Processors that this process may run on. */
static size_t nr_cpus(void)
{
	struct cpus cpus;
	size_t nr = cpus_allowed(&cpus) ? 1 : cpus_count(&cpus);

	cpus_free(&cpus);
	return nr;
}

/**
 * records_read() - read and validate many records, several at a time
 * @files: with @path set; the other fields are filled
 * @nr: how many
 *
 * One that is refused does not keep the others from being read.
 */
void records_read(struct record_file *files, size_t nr)
{
	struct queue q = { .files = files, .nr = nr };
	size_t nr_threads = nr_cpus(), started = 0;
	struct known_lines *known = known_lines_new();
	pthread_t threads[THREADS_MAX];

	if (nr_threads > THREADS_MAX)
		nr_threads = THREADS_MAX;
	if (nr_threads > nr)
		nr_threads = nr;
	/* The library seeds its hash tables once: not in two threads. */
	json_object_seed(0);
	/* This thread reads, too, and alone where no other can be started. */
	while (started + 1 < nr_threads &&
	       !pthread_create(&threads[started], NULL, read_queue, &q))
		started++;
	while (read_next(&q, known))
		progress_count("reading records", q.next < nr ? q.next : nr, nr);
	while (started)
		pthread_join(threads[--started], NULL);
	known_lines_free(known);
	progress_end();
}
