// SPDX-License-Identifier: GPL-2.0-only
/* A batch of a scenario: its calls, made inside of the kernel, and timed. */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "run.h"

/*
 * A batch is disturbed where a piece of work that is the same always took longer by
 * more than 1 part in this many, or the host had to find a page: it is run again, up to
 * so many times as there are batches. What the batch itself took is not looked at.
 */
#define DISTURBED_PART 10

/* Ordered as in the metal tier: nothing that is timed leaves the region. */
static __always_inline u64 ticks_start(void)
{
	u32 low, high;

	asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
}

static __always_inline u64 ticks_stop(void)
{
	u32 low, high, aux;

	asm volatile("rdtscp; lfence"
		     : "=a"(low), "=d"(high), "=c"(aux)
		     :
		     : "memory");
	return (u64)high << 32 | low;
}

static __always_inline long make_call(const struct run *run,
				      const struct native_call *c)
{
	unsigned long at = run->window + c->at;

	if (c->nr == NATIVE_MMAP)
		return vm_mmap(run->files[c->file], at, c->len, c->prot,
			       c->flags, c->offset);
	if (c->nr == NATIVE_MUNMAP)
		return vm_munmap(at, c->len);
	if (c->nr == NATIVE_NOTHING)
		return 0;
	return native_other_call(c, run->window);
}

/**
 * native_fail() - say in the report why a scenario cannot be run
 * @run: of it
 * @err: a negative errno
 * @fmt: what it is about
 *
 * Return: @err.
 */
int native_fail(struct run *run, int err, const char *fmt, ...)
{
	va_list ap;

	run->report.err = -err;
	va_start(ap, fmt);
	vsnprintf(run->report.reason, sizeof(run->report.reason), fmt, ap);
	va_end(ap);
	return err;
}

/* Calls that are not timed, and have to succeed. */
static int make_calls(struct run *run, const struct native_call *calls, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		long ret = make_call(run, &calls[i]);

		if (IS_ERR_VALUE(ret))
			return native_fail(run, ret, "preparing: call %u of %u",
					   i, nr);
	}
	return 0;
}

static u32 count_vmas(const struct run *run)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	u32 nr = 0;

	VMA_ITERATOR(vmi, mm, run->window);

	mmap_read_lock(mm);
	for_each_vma_range(vmi, vma, run->window + run->sc->window_bytes) nr++;
	mmap_read_unlock(mm);
	return nr;
}

static u32 errno_of(long ret)
{
	return IS_ERR_VALUE(ret) ? -ret : 0;
}

/* What the operations of a batch did: the same as those of the batches before? */
static int look(struct run *run, struct kind *kind, struct native_kind *seen,
		bool first)
{
	seen->err = errno_of(run->results[0]);
	for (u32 i = 0; i < run->sc->nr_ops; i++)
		if (errno_of(run->results[i]) != seen->err)
			return native_fail(run, -EIO,
					   "operation %u ends with %u, the first one with %u",
					   i, errno_of(run->results[i]),
					   seen->err);
	if (first)
		kind->seen = *seen;
	if (!memcmp(&kind->seen, seen, sizeof(*seen)))
		return 0;
	return native_fail(run, -EIO,
			   "batches differ: %u to %u VMAs, errno %u; before %u to %u, %u",
			   seen->before, seen->after, seen->err,
			   kind->seen.before, kind->seen.after, kind->seen.err);
}

/*
 * A piece of work that is the same always: it takes longer where another task has a
 * share of the core, or where that is slower. All of the loop is in one line of the
 * cache, or a third of all layouts would be slower by half.
 */
static noinline u32 time_reference(void)
{
	unsigned long a = 0, b = 0, c = 0, e = 0, left = 1000;
	u64 start = ticks_start();

	asm volatile(".p2align 6\n"
		     "1: add $1, %0\n\t"
		     "add $1, %1\n\t"
		     "add $1, %2\n\t"
		     "add $1, %3\n\t"
		     "dec %4\n\t"
		     "jnz 1b"
		     : "+r"(a), "+r"(b), "+r"(c), "+r"(e), "+r"(left)
		     :
		     : "cc");
	return ticks_stop() - start;
}

/* Apart from all else: nothing but the calls is in the loop. */
static noinline u64 time_calls(struct run *run, const struct native_call *calls)
{
	u32 nr = run->sc->nr_ops;
	long *results = run->results;
	u64 start = ticks_start();

	for (u32 i = 0; i < nr; i++)
		results[i] = make_call(run, &calls[i]);
	return ticks_stop() - start;
}

/* The same, one by one. */
static noinline void time_each(struct run *run, const struct native_call *calls,
			       u32 *ticks)
{
	for (u32 i = 0; i < run->sc->nr_ops; i++) {
		u64 start = ticks_start();

		run->results[i] = make_call(run, &calls[i]);
		ticks[i] = min_t(u64, ticks_stop() - start, U32_MAX);
	}
}

/* Counts of the host around them, as near as it can read them. */
static noinline void count_calls(struct run *run, const struct native_call *calls,
				 struct native_counts *counts)
{
	native_count(&counts[0]);
	time_calls(run, calls);
	native_count(&counts[1]);
}

static void compare_reference(struct run *run, u32 reference)
{
	*run->least = min(*run->least, reference);
	if (reference > *run->least + *run->least / DISTURBED_PART)
		run->disturbed = true;
}

static int run_kind(struct run *run, struct kind *kind, enum what what,
		    u32 number, struct native_batch *batch)
{
	struct native_kind seen = kind->seen;
	struct native_usage before, after;
	int err = make_calls(run, kind->prepare, kind->nr_prepare);

	/* What kinds before it have freed is there, too, as before a batch. */
	if (!err && kind->nr_prepare)
		err = native_settle();
	if (err)
		return err;
	if (what == FIRST || what == LAST)
		seen.before = count_vmas(run);
	native_usage(&before);
	batch->reference = time_reference();
	if (what == SINGLE)
		time_each(run, kind->calls,
			  kind->singles + (size_t)number * run->sc->nr_ops);
	else if (what == COUNT)
		count_calls(run, kind->calls, kind->counts + 2 * (size_t)number);
	else
		batch->ticks = time_calls(run, kind->calls);
	batch->reference += time_reference();
	native_usage(&after);
	compare_reference(run, batch->reference);
	batch->faults = after.faults - before.faults;
	run->disturbed |= batch->faults != 0;
	batch->switches = after.switches - before.switches;
	if (what == FIRST || what == LAST)
		seen.after = count_vmas(run);
	return look(run, kind, &seen, what == FIRST);
}

/**
 * native_run_batch() - run all kinds of operations of a scenario once
 * @run: of it
 * @what: the batch is for
 * @number: where it is recorded
 * @ticks: of all kinds are added here, or NULL
 *
 * Return: 0, or the report's error.
 */
int native_run_batch(struct run *run, enum what what, u32 number, u64 *ticks)
{
	struct native_batch batch = { 0 };
	int err = make_calls(run, run->prepare, run->sc->nr_prepare);

	run->disturbed = false;
	for (u32 k = 0; k < run->sc->nr_kinds && !err; k++) {
		err = run_kind(run, &run->kinds[k], what, number, &batch);
		if (ticks)
			*ticks += batch.ticks;
		if (what == RECORD)
			run->kinds[k].batches[number] = batch;
	}
	vm_munmap(run->window, run->sc->window_bytes);
	cond_resched();
	return err ? err : native_settle();
}
