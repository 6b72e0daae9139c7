// SPDX-License-Identifier: GPL-2.0-or-later
/* What a batch did: results, VMAs, and whether that is what it was to do. */
#include <sched.h>
#include <string.h>

#include "base/base.h"
#include "session.h"

/**
 * see_vmas - count those in the window; 0, or 1 with run.reason set
 * @t: task
 * @vmas: how many
 */
int see_vmas(struct task *t, int *vmas)
{
	/* count_vmas() is for one thread at a time. */
	static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&one_at_a_time);
	if (t->run.scenario->backing->anywhere)
		*vmas = (int)(count_all_vmas() - t->vmas_elsewhere);
	else
		*vmas = count_vmas(t->run.window, window_bytes(&t->run));
	pthread_mutex_unlock(&one_at_a_time);
	return *vmas < 0 ? fail_with(t, "cannot count VMAs", *vmas) : 0;
}

/**
 * see_pages - are all pages there that there are to be? 0, or 1 with run.reason set
 * @t: task
 * @declared: how many
 */
int see_pages(struct task *t, struct vma_shape declared)
{
	long expected = vmas_of(declared, t->run.nr_ops), pages;

	if (!t->run.scenario->populated)
		return 0;
	pages = count_pages(t->run.window, window_bytes(&t->run));
	if (pages < 0)
		return fail_with(t, "cannot count pages", (int)pages);
	return pages == expected
		       ? 0
		       : set_reason(&t->run,
				    "%ld pages are in the page tables, expected %ld",
				    pages, expected);
}

/** see_results - of operations of kind @k; 0, or 1 with run.reason set */
int see_results(struct task *t, unsigned int k, struct seen *seen)
{
	memset(seen->results, 0, sizeof(seen->results));
	for (unsigned int i = 0; i < t->run.nr_ops; i++) {
		long ret = t->results[k][i];
		int err = ret < 0 && ret > -4096 ? (int)-ret : 0;
		unsigned int r = 0;

		while (r < MAX_RESULTS && seen->results[r].nr &&
		       seen->results[r].err != err)
			r++;
		if (r == MAX_RESULTS)
			return set_reason(&t->run,
					  "operation %u: %s is one result too many: at most %d are told apart",
					  i, result_name(err), MAX_RESULTS);
		seen->results[r].err = err;
		seen->results[r].nr++;
	}
	return 0;
}

/**
 * agrees_with_last - are two batches the same? 0, or 1 with run.reason set
 * @t: task
 * @k: kind of operation
 * @last: what the last batch did
 *
 * Numbers of batches that do not do the same are numbers of nothing. That they
 * do what the scenario declares is not asked: what was seen is in the record.
 */
int agrees_with_last(struct task *t, unsigned int k, const struct seen *last)
{
	const struct seen *seen = &t->seen[k];

	if (!memcmp(last, seen, sizeof(*last)))
		return 0;
	if (last->before != seen->before || last->after != seen->after)
		return set_reason(&t->run,
				  "%d to %d VMAs in batch %u, %d to %d in the one before",
				  seen->before, seen->after, t->batch,
				  last->before, last->after);
	return set_reason(&t->run,
			  "%u operations end with %s in batch %u, %u with %s in the one before",
			  seen->results[0].nr, result_name(seen->results[0].err),
			  t->batch, last->results[0].nr,
			  result_name(last->results[0].err));
}

/**
 * is_declared - does a batch of a storm do what the scenario declares?
 * @t: task
 * @k: kind of operation
 * @vmas: they were counted
 *
 * Return: 0, or 1 with run.reason set.
 */
int is_declared(struct task *t, unsigned int k, bool vmas)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	const struct seen *seen = &t->seen[k];
	int after = vmas_of(op->after.vmas, t->run.nr_ops);
	int before = vmas_of(t->run.scenario->before, t->run.nr_ops);

	if (!results_are_declared(t, k))
		return set_reason(&t->run,
				  "%u operations end with %s, expected all %u with %s",
				  seen->results[0].nr,
				  result_name(seen->results[0].err),
				  t->run.nr_ops, result_name(op->expect_errno));
	if (!vmas || (seen->after == after && (k || seen->before == before)))
		return 0;
	return set_reason(&t->run,
			  "%d to %d VMAs in the window of one task, expected %d to %d",
			  seen->before, seen->after, k ? seen->before : before,
			  after);
}

/** has_left_cpu - does this task run elsewhere than it was pinned to? Then @reason is set */
bool has_left_cpu(int cpu, char *reason, size_t size)
{
	int now = sched_getcpu(), err;
	char why[256] = "another process has moved it (taskset?)";

	if (cpu < 0 || now == cpu)
		return false;
	/* The scenario is over: it may try to go back. */
	err = pin_task(0, cpu);
	if (err)
		why_not_pinned(cpu, -err, why, sizeof(why));
	snprintf(reason, size, "a batch ended on CPU %d instead of CPU %d: %s",
		 now, cpu, why);
	return true;
}
