// SPDX-License-Identifier: GPL-2.0-or-later
/* The tasks of a scenario, their memory, and the barrier that they meet at. */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "run/pass.h"
#include "session.h"

#define CACHE_LINE 64

/** take - zeroed memory of a task, or NULL while it is only counted */
void *take(struct arena *arena, size_t nr, size_t size)
{
	void *at = arena->at ? arena->at + arena->used : NULL;

	arena->used += (nr * size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
	return at;
}

static void place(struct task *t, struct arena *arena)
{
	const struct session *s = t->s;

	for (unsigned int k = 0; k < s->nr_kinds; k++)
		t->results[k] = take(arena, s->run.nr_ops, sizeof(long));
	place_counters(t, arena);
	if (s->config->pass->place)
		s->config->pass->place(t, arena);
}

/** crew_bytes - how much memory all tasks need */
size_t crew_bytes(struct session *s)
{
	struct task any = { .s = s };
	struct arena arena = { 0 };

	place(&any, &arena);
	return sizeof(struct crew) +
	       s->nr_tasks * (sizeof(struct task) + arena.used);
}

/** place_crew - make the tasks of a session in s->crew, which is zeroed */
void place_crew(struct session *s)
{
	char *at = (char *)&s->crew->tasks[s->nr_tasks];

	s->crew->more = true;
	for (unsigned int i = 0; i < s->nr_tasks; i++) {
		struct task *t = &s->crew->tasks[i];
		struct arena arena = { .at = at };

		t->s = s;
		t->run = s->run;
		t->cpu = s->config->guest ? -1 : s->config->cpu;
		place(t, &arena);
		t->memory = at;
		t->bytes = arena.used;
		at += arena.used;
	}
}

#define BARRIER_POLL_NS 100000000

static void relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/**
 * meet - wait for the other tasks
 * @t: task
 *
 * Whoever waits spins, as long as it may without taking the CPU away from a task,
 * then sleeps. It is not pthread's barrier, because it is to let go when a process
 * is gone.
 *
 * Return: whether all came; if not, another one has failed.
 */
bool meet(struct task *t)
{
	const struct timespec poll = { .tv_nsec = BARRIER_POLL_NS };
	struct crew *c = t->s->crew;
	unsigned int now = atomic_load(&c->generation), spins = c->spins;

	if (t->s->nr_tasks == 1)
		return true;
	if (atomic_fetch_add(&c->arrived, 1) + 1 == t->s->nr_tasks) {
		atomic_store(&c->arrived, 0);
		atomic_store(&c->generation, now + 1);
		syscall(SYS_futex, &c->generation, FUTEX_WAKE, INT32_MAX, NULL,
			NULL, 0);
	}
	while (spins-- && atomic_load(&c->generation) == now)
		relax();
	while (atomic_load(&c->generation) == now && !atomic_load(&c->broken))
		syscall(SYS_futex, &c->generation, FUTEX_WAIT, now, &poll, NULL,
			0);
	return !atomic_load(&c->broken);
}
