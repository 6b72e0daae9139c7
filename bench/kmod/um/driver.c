// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver inside of the kernel: makes calls that scenarios make, without the way
 * into the kernel and out of it, and times them in batches. native_plan.h says
 * what it is told and what it answers, driver.h what it asks of its surroundings.
 */
#define pr_fmt(fmt) "vmabench: " fmt

#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "driver.h"

/*
 * Batches are steady where a group of them takes, but for 1 part in 64, as long as
 * the one before it.
 */
#define GROUP 8
#define GROUP_TOLERANCE 64

/*
 * A batch is disturbed where a piece of work that is the same always took longer by
 * more than 1 part in this many, or the host had to find a page: it is run again, up to
 * so many times as there are batches. What the batch itself took is not looked at.
 */
#define DISTURBED_PART 10
#define AGAIN_MOST 4

/**
 * struct kind - operations of one kind
 * @prepare: calls before them
 * @nr_prepare: how many
 * @calls: that are timed
 * @seen: what they did
 * @batches: that were recorded
 * @singles: ticks of operations, batch by batch
 */
struct kind {
	const struct native_call *prepare;
	u32 nr_prepare;
	const struct native_call *calls;
	struct native_kind seen;
	struct native_batch *batches;
	u32 *singles;
};

/**
 * struct run - a scenario that is being run
 * @sc: what is to be done
 * @prepare: calls before each batch
 * @kinds: of operations
 * @files: of the scenario, from 1 on; 0 is none
 * @window: where its addresses begin
 * @results: of the operations of a batch
 * @least: time of the work that is the same always, so far
 * @disturbed: it took longer in the batch, or a page was not there
 * @report: for the answer
 */
struct run {
	const struct native_scenario *sc;
	const struct native_call *prepare;
	struct kind kinds[NATIVE_KINDS];
	struct file *files[1 + NATIVE_FILES];
	unsigned long window;
	long *results;
	u32 *least;
	bool disturbed;
	struct native_report report;
};

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

static int fail(struct run *run, int err, const char *fmt, ...)
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
			return fail(run, ret, "preparing: call %u of %u", i, nr);
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
			return fail(run, -EIO,
				    "operation %u ends with %u, the first one with %u",
				    i, errno_of(run->results[i]), seen->err);
	if (first)
		kind->seen = *seen;
	if (!memcmp(&kind->seen, seen, sizeof(*seen)))
		return 0;
	return fail(run, -EIO,
		    "batches differ: %u to %u VMAs, errno %u; before %u to %u, %u",
		    seen->before, seen->after, seen->err, kind->seen.before,
		    kind->seen.after, kind->seen.err);
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

/**
 * enum what - what a batch is for
 * @FIRST: VMAs are counted
 * @WARM: nothing
 * @RECORD: it is recorded
 * @SINGLE: each of its operations is
 * @LAST: VMAs are counted: they must be as many as at first
 *
 * To count VMAs is to read them all, which batches that are timed have not done.
 */
enum what {
	FIRST,
	WARM,
	RECORD,
	SINGLE,
	LAST
};

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

	if (err)
		return err;
	/* What kinds before it have freed is there, too, as before a batch. */
	if (kind->nr_prepare)
		rcu_barrier();
	if (what == FIRST || what == LAST)
		seen.before = count_vmas(run);
	native_usage(&before);
	batch->reference = time_reference();
	if (what == SINGLE)
		time_each(run, kind->calls,
			  kind->singles + (size_t)number * run->sc->nr_ops);
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

/* 0, or the report's error; @ticks of all kinds, or NULL. */
static int run_batch(struct run *run, enum what what, u32 number, u64 *ticks)
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
	/* What was freed is there again: no batch gets fresh memory. */
	rcu_barrier();
	cond_resched();
	return err;
}

static int run_some(struct run *run, enum what what, u32 nr, u64 *ticks)
{
	int err = 0;

	for (u32 i = 0; i < nr && !err; i++)
		err = run_batch(run, what, i, ticks);
	return err;
}

/* Those that count: the ones that were disturbed once more. */
static int record_some(struct run *run, enum what what, u32 nr)
{
	u32 left = AGAIN_MOST * nr;
	int err = 0;

	for (u32 i = 0; i < nr && !err;) {
		err = run_batch(run, what, i, NULL);
		if (run->disturbed && left) {
			left--;
			run->report.nr_again++;
		} else {
			i++;
		}
	}
	return err;
}

static int warm_up(struct run *run)
{
	u64 last = U64_MAX;
	int err = run_some(run, FIRST, 1, NULL);

	while (!err && !run->report.steady &&
	       run->report.nr_warmup < run->sc->max_warmup) {
		u64 ticks = 0;

		err = run_some(run, WARM, GROUP, &ticks);
		run->report.nr_warmup += GROUP;
		run->report.steady = last < U64_MAX &&
				     ticks + ticks / GROUP_TOLERANCE >= last;
		last = ticks;
	}
	return err;
}

static void run_batches(struct run *run)
{
	const struct native_scenario *sc = run->sc;

	if (warm_up(run) || record_some(run, RECORD, sc->nr_batches) ||
	    record_some(run, SINGLE, sc->nr_singles) ||
	    run_some(run, LAST, 1, NULL))
		return;
	run->report.nr_batches = sc->nr_batches;
	run->report.nr_singles = sc->nr_singles;
}

static void answer_run(struct run *run)
{
	const struct native_scenario *sc = run->sc;

	native_answer(&run->report, sizeof(run->report));
	for (u32 k = 0; !run->report.err && k < sc->nr_kinds; k++) {
		const struct kind *kind = &run->kinds[k];

		native_answer(&kind->seen, sizeof(kind->seen));
		native_answer(kind->batches,
			      sc->nr_batches * sizeof(*kind->batches));
		native_answer(kind->singles, (size_t)sc->nr_singles * sc->nr_ops *
						     sizeof(*kind->singles));
	}
}

/* Other mappings are below the window and above it, two pages apart: none touch. */
#define OTHERS_RANGE (1ul << 30)

static int map_others(struct run *run)
{
	for (u32 i = 0; i < run->sc->nr_others; i++) {
		unsigned long range = i % 2 ? run->window + OTHERS_RANGE
					    : run->window - OTHERS_RANGE;
		long ret = vm_mmap(NULL, range + i / 2 * 2 * PAGE_SIZE,
				   PAGE_SIZE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
					   MAP_FIXED_NOREPLACE,
				   0);

		if (IS_ERR_VALUE(ret))
			return fail(run, ret, "other mapping %u of %u", i,
				    run->sc->nr_others);
	}
	return 0;
}

static void unmap_others(const struct run *run)
{
	vm_munmap(run->window - OTHERS_RANGE, OTHERS_RANGE);
	vm_munmap(run->window + OTHERS_RANGE, OTHERS_RANGE);
}

static int prepare_run(struct run *run, unsigned long window)
{
	const struct native_scenario *sc = run->sc;

	run->window = window;
	run->results = kvcalloc(sc->nr_ops, sizeof(*run->results), GFP_KERNEL);
	if (!run->results)
		return fail(run, -ENOMEM, "results");
	for (u32 k = 0; k < sc->nr_kinds; k++) {
		struct kind *kind = &run->kinds[k];

		kind->batches = kvcalloc(sc->nr_batches, sizeof(*kind->batches),
					 GFP_KERNEL);
		kind->singles = kvcalloc((size_t)sc->nr_singles * sc->nr_ops,
					 sizeof(*kind->singles), GFP_KERNEL);
		if (!kind->batches || !kind->singles)
			return fail(run, -ENOMEM, "batches");
	}
	if (map_others(run))
		return -ENOMEM;
	for (u32 i = 0; i < sc->nr_files; i++) {
		struct file *file = native_open(&sc->files[i]);

		if (IS_ERR(file))
			return fail(run, PTR_ERR(file), "making its file");
		run->files[1 + i] = file;
	}
	return 0;
}

static void free_run(struct run *run)
{
	unmap_others(run);
	for (u32 i = 0; i < run->sc->nr_files; i++)
		if (run->files[1 + i])
			fput(run->files[1 + i]);
	for (u32 k = 0; k < run->sc->nr_kinds; k++) {
		kvfree(run->kinds[k].batches);
		kvfree(run->kinds[k].singles);
	}
	kvfree(run->results);
}

/**
 * struct reader - the rest of a plan
 * @at: next byte
 * @left: bytes
 */
struct reader {
	const char *at;
	size_t left;
};

static const void *take(struct reader *r, size_t nr, size_t size)
{
	const char *at = r->at;

	if (nr > r->left / size)
		return NULL;
	r->at += nr * size;
	r->left -= nr * size;
	return at;
}

static const struct native_call *take_calls(struct reader *r, u32 nr, u32 nr_files)
{
	const struct native_call *calls = take(r, nr, sizeof(*calls));

	for (u32 i = 0; calls && i < nr; i++)
		if (calls[i].nr >= NATIVE_NR_CALLS || calls[i].file > nr_files)
			return NULL;
	return calls;
}

static bool take_scenario(struct reader *r, struct run *run)
{
	const struct native_scenario *sc = take(r, 1, sizeof(*sc));

	run->sc = sc;
	if (!sc || sc->nr_kinds > NATIVE_KINDS || sc->nr_files > NATIVE_FILES ||
	    !sc->nr_ops)
		return false;
	run->prepare = take_calls(r, sc->nr_prepare, sc->nr_files);
	if (!run->prepare)
		return false;
	for (u32 k = 0; k < sc->nr_kinds; k++) {
		struct kind *kind = &run->kinds[k];

		kind->nr_prepare = sc->nr_kind_prepare[k];
		kind->prepare = take_calls(r, kind->nr_prepare, sc->nr_files);
		kind->calls = take_calls(r, sc->nr_ops, sc->nr_files);
		if (!kind->prepare || !kind->calls)
			return false;
	}
	return true;
}

/**
 * native_run() - do what a plan says, in the address space of the caller
 * @plan: of @size bytes
 * @size: of @plan
 * @window: addresses from here on are free
 *
 * Return: 0, or -EINVAL where the plan is not one.
 */
int native_run(const void *plan, size_t size, unsigned long window)
{
	struct reader r = { .at = plan, .left = size };
	const struct native_plan *head = take(&r, 1, sizeof(*head));
	struct run *run;
	u32 least;
	int err = 0;

	if (!head || head->magic != NATIVE_MAGIC || head->api != NATIVE_API)
		return -EINVAL;
	least = head->least_reference ? head->least_reference : U32_MAX;
	for (u32 i = 0; i < head->nr_scenarios && !err; i++) {
		run = kzalloc(sizeof(*run), GFP_KERNEL);
		if (!run)
			return -ENOMEM;
		run->least = &least;
		if (!take_scenario(&r, run)) {
			err = -EINVAL;
		} else {
			if (!prepare_run(run, window))
				run_batches(run);
			answer_run(run);
			free_run(run);
		}
		kfree(run);
	}
	return err;
}
