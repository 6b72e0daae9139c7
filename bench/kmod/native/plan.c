// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver inside of the kernel: makes the calls that scenarios make, without the way
 * into the kernel and out of it, and times them in batches. native_plan.h says
 * what it is told and what it answers, driver.h what it asks of its surroundings.
 *
 * Here the plan is read.
 */
#include <linux/slab.h>

#include "run.h"

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
	for (u32 i = 0; i < sc->nr_files; i++)
		if (sc->files[i].backing >= NATIVE_NR_BACKINGS)
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
			if (!native_prepare(run, window))
				native_run_batches(run);
			native_answer_run(run);
			native_free(run);
		}
		kfree(run);
	}
	return err;
}
