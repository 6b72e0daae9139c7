// SPDX-License-Identifier: GPL-2.0-or-later
/* What runs beside the tasks of a storm, in a thread of its own, untimed. */
#include <errno.h>

#include "base/base.h"
#include "session.h"

static void *neighbour_main(void *arg)
{
	struct beside *b = arg;

	b->err = pin_task(0, b->cpu);
	if (b->err) {
		sem_post(&b->ready);
		return NULL;
	}
	b->impossible = b->neighbour->open && b->neighbour->open(&b->run);
	if (b->impossible) {
		sem_post(&b->ready);
		return NULL;
	}
	b->err = b->neighbour->step(&b->run);
	sem_post(&b->ready);
	while (!b->err && !atomic_load(&b->stop))
		b->err = b->neighbour->step(&b->run);
	if (b->neighbour->close)
		b->neighbour->close(&b->run);
	return NULL;
}

/**
 * start_neighbour - have it run, if there is one
 * @b: its window, file and CPU
 *
 * Return: 0 or -errno; whether it was impossible is for the caller to see.
 */
int start_neighbour(struct beside *b)
{
	int err;

	if (!b->neighbour)
		return 0;
	sem_init(&b->ready, 0, 0);
	err = pthread_create(&b->thread, NULL, neighbour_main, b);
	if (err) {
		b->neighbour = NULL;
		return -err;
	}
	while (sem_wait(&b->ready) && errno == EINTR)
		;
	return 0;
}

/** stop_neighbour - once the tasks are done */
void stop_neighbour(struct beside *b)
{
	if (!b->neighbour)
		return;
	atomic_store(&b->stop, true);
	pthread_join(b->thread, NULL);
	sem_destroy(&b->ready);
}
