// SPDX-License-Identifier: GPL-2.0-only
/* A scenario from its file to its answer: which batches are run, and how often. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/slab.h>

#include "run.h"

/*
 * Batches are steady where a group of them takes, but for 1 part in 64, as long as
 * the one before it.
 */
#define GROUP 8
#define GROUP_TOLERANCE 64

/* Batches that are disturbed are run again, up to so many times as there are batches. */
#define AGAIN_MOST 4

/* How much is up to the plan: too much is its error, and no warning. */
#define FOR_PLAN (GFP_KERNEL | __GFP_NOWARN)

static int run_some(struct run *run, enum what what, u32 nr, u64 *ticks)
{
	int err = 0;

	for (u32 i = 0; i < nr && !err; i++)
		err = native_run_batch(run, what, i, ticks);
	return err;
}

/* Those that count: the ones that were disturbed once more. */
static int record_some(struct run *run, enum what what, u32 nr)
{
	u32 left = AGAIN_MOST * nr;
	int err = 0;

	for (u32 i = 0; i < nr && !err;) {
		err = native_run_batch(run, what, i, NULL);
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

/**
 * native_run_batches() - warm up, then record
 * @run: prepared; its report says what came of it
 */
void native_run_batches(struct run *run)
{
	const struct native_scenario *sc = run->sc;

	if (warm_up(run) || record_some(run, RECORD, sc->nr_batches) ||
	    record_some(run, SINGLE, sc->nr_singles) ||
	    record_some(run, COUNT, sc->nr_counted) ||
	    run_some(run, LAST, 1, NULL))
		return;
	run->report.nr_batches = sc->nr_batches;
	run->report.nr_singles = sc->nr_singles;
	run->report.nr_counted = sc->nr_counted;
}

/**
 * native_answer_run() - what has been seen, as native_plan.h has it
 * @run: of a scenario
 */
void native_answer_run(struct run *run)
{
	const struct native_scenario *sc = run->sc;

	native_answer(&run->report, sizeof(run->report));
	for (u32 k = 0; !run->report.err && k < sc->nr_kinds; k++) {
		const struct kind *kind = &run->kinds[k];

		native_answer(&kind->seen, sizeof(kind->seen));
		native_answer(kind->batches,
			      sc->nr_batches * sizeof(*kind->batches));
		native_answer(kind->counts, 2 * (size_t)sc->nr_counted *
						    sizeof(*kind->counts));
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
			return native_fail(run, ret, "other mapping %u of %u",
					   i, run->sc->nr_others);
	}
	return 0;
}

static void unmap_others(const struct run *run)
{
	if (!run->sc->nr_others)
		return;
	vm_munmap(run->window - OTHERS_RANGE, OTHERS_RANGE);
	vm_munmap(run->window + OTHERS_RANGE, OTHERS_RANGE);
}

/**
 * native_prepare() - what a scenario needs, besides what it does itself
 * @run: of it
 * @window: addresses from here on are free
 *
 * Return: 0, or the report's error. Either way native_free() has to follow.
 */
int native_prepare(struct run *run, unsigned long window)
{
	const struct native_scenario *sc = run->sc;

	run->window = window;
	run->results = kvcalloc(sc->nr_ops, sizeof(*run->results), FOR_PLAN);
	if (!run->results)
		return native_fail(run, -ENOMEM, "results");
	for (u32 k = 0; k < sc->nr_kinds; k++) {
		struct kind *kind = &run->kinds[k];

		kind->batches = kvcalloc(sc->nr_batches, sizeof(*kind->batches),
					 FOR_PLAN);
		kind->singles = kvcalloc((size_t)sc->nr_singles * sc->nr_ops,
					 sizeof(*kind->singles), FOR_PLAN);
		kind->counts = kvcalloc(2 * (size_t)sc->nr_counted,
					sizeof(*kind->counts), FOR_PLAN);
		if (!kind->batches || !kind->singles || !kind->counts)
			return native_fail(run, -ENOMEM, "batches");
	}
	if (map_others(run))
		return -ENOMEM;
	for (u32 i = 0; i < sc->nr_files; i++) {
		struct file *file = native_open(&sc->files[i]);

		if (IS_ERR(file))
			return native_fail(run, PTR_ERR(file), "making its file");
		run->files[1 + i] = file;
	}
	return 0;
}

/**
 * native_free() - all that native_prepare() has made
 * @run: of a scenario
 */
void native_free(struct run *run)
{
	unmap_others(run);
	for (u32 i = 0; i < run->sc->nr_files; i++)
		if (run->files[1 + i])
			fput(run->files[1 + i]);
	for (u32 k = 0; k < run->sc->nr_kinds; k++) {
		kvfree(run->kinds[k].batches);
		kvfree(run->kinds[k].counts);
		kvfree(run->kinds[k].singles);
	}
	kvfree(run->results);
}
