// SPDX-License-Identifier: GPL-2.0-or-later
/* The instruments of a pass: a handle of each for every task. */
#include <errno.h>
#include <sched.h>

#include "run/pass.h"
#include "session.h"

/** list_counters - all metrics of the instruments of this pass; false if too many */
bool list_counters(struct session *s)
{
	struct counting *c = &s->counting;

	for_each_instrument(in)
	{
		if (in->pass != s->config->pass->id ||
		    in->storm != !!s->run.scenario->storm)
			continue;
		for (unsigned int m = 0; in->metrics[m].name; m++) {
			if (c->nr == PASS_MAX_METRICS)
				return false;
			c->list[c->nr++] =
				(struct counter){ in, c->nr_instruments, m,
						  &in->metrics[m], true };
		}
		c->instruments[c->nr_instruments++] = in;
	}
	c->nr_available = c->nr;
	return true;
}

/** place_counters - take memory for the handles */
void place_counters(struct task *t, struct arena *arena)
{
	const struct counting *c = &t->s->counting;

	for (unsigned int i = 0; i < c->nr_instruments; i++)
		t->handles[i] = take(arena, 1, c->instruments[i]->handle_bytes);
}

/**
 * open_counters - in the task that is counted
 * @t: task
 * @say: what is not available is said, and not counted; else the task has failed
 *
 * Return: 0, -errno, or 1 with run.reason set.
 */
int open_counters(struct task *t, bool say)
{
	struct counting *c = &t->s->counting;
	char reason[WHY_BYTES + 128], text[WHY_BYTES + 256];
	int cpu = sched_getcpu(), err = 0;

	for (unsigned int i = 0; i < c->nr && !err; i++) {
		struct counter *its = &c->list[i];

		if (!its->available ||
		    !its->instrument->open(t->handles[its->handle], its->m, cpu,
					   reason, sizeof(reason)))
			continue;
		snprintf(text, sizeof(text), "%s unavailable: %s",
			 its->metric->name, reason);
		if (!say)
			return set_reason(&t->run, "%.255s", text);
		its->available = false;
		c->nr_available--;
		err = emit_skip(t->s, NULL, text);
	}
	return err;
}

/** close_counters - and what would outlive the process */
void close_counters(struct task *t)
{
	const struct counting *c = &t->s->counting;

	for (unsigned int i = 0; i < c->nr_instruments; i++)
		c->instruments[i]->close(t->handles[i]);
}

/**
 * read_counters - values of those that are read @when
 * @t: task
 * @when: see enum reading
 * @values: by number of the counter
 *
 * Return: 0, or 1 with run.reason set.
 */
int read_counters(struct task *t, enum reading when, uint64_t *values)
{
	const struct counting *c = &t->s->counting;

	for (unsigned int i = 0; i < c->nr; i++) {
		const struct counter *its = &c->list[i];
		int err;

		if (!its->available || its->metric->reading != when)
			continue;
		err = its->instrument->read(t->handles[its->handle], its->m,
					    &values[i]);
		if (err)
			return fail_with(t, its->metric->name, err);
	}
	return 0;
}

/** start_counters - of instruments that are started for each batch; 0 or -errno */
int start_counters(struct task *t)
{
	const struct counting *c = &t->s->counting;
	int err = 0;

	for (unsigned int i = 0; i < c->nr_instruments && !err; i++)
		err = c->instruments[i]->start(t->handles[i]);
	return err;
}

/** stop_counters - of the same */
int stop_counters(struct task *t)
{
	const struct counting *c = &t->s->counting;
	int err = 0;

	for (unsigned int i = 0; i < c->nr_instruments && !err; i++)
		err = c->instruments[i]->stop(t->handles[i]);
	return err;
}
