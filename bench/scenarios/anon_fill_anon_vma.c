// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|a| |.|   |a| |.|   ...	2n VMAs: with an anon_vma (a) and without (.)
 *	|a|0|.|   |a|1|.|   ...	mmap in between: n VMAs, but where both have one
 */
#include "layout.h"

/* Which neighbours were touched, and so have an anon_vma. */
enum touched {
	TOUCHED_BEFORE = 1,
	TOUCHED_AFTER = 2
};

static int map_side(const struct scenario_run *run, size_t at, bool touched)
{
	long ret = map_unit(run, at, at);

	if (ret < 0 && ret > -4096)
		return (int)ret;
	if (touched)
		*(volatile char *)(run->window + at * run->unit_bytes) = 1;
	return 0;
}

static int map_sides(const struct scenario_run *run, unsigned int touched)
{
	int err = 0;

	for (size_t i = 0; i < run->nr_ops && !err; i++) {
		err = map_side(run, 5 * i, touched & TOUCHED_BEFORE);
		if (!err)
			err = map_side(run, 5 * i + 2, touched & TOUCHED_AFTER);
	}
	return err;
}

static long fill(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 5 * i + 1, 5 * i + 1);
}

#define FILL(name_, claim_, touched_, pages_, ...)             \
	static int map_##name_(const struct scenario_run *run) \
	{                                                      \
		return map_sides(run, touched_);               \
	}                                                      \
	SCENARIO(anon_fill_##name_) = {                                      \
		SCENARIO_ID(anon_fill_##name_),                              \
		.claim = "mmap between two VMAs: " claim_,                   \
		.set = SET_MM,                                               \
		.backing = &backing_anon,                                    \
		.window = SHAPE(0, 5),                                       \
		.prepare = map_##name_,                                      \
		.before = SHAPE(0, 2),                                       \
		.populated = true,                                           \
		.pages = SHAPE(0, pages_),                                   \
		.ops = { OP("mmap", fill, __VA_ARGS__,                       \
			    .pages = SHAPE(0, pages_)), },                   \
	}

FILL(untouched, "neither has an anon_vma", 0, 0, OUTCOME("merged", 0, 1));
FILL(touched_before, "the one before has an anon_vma", TOUCHED_BEFORE, 1,
     OUTCOME("merged", 0, 1));
FILL(touched_after, "the one after has an anon_vma", TOUCHED_AFTER, 1,
     OUTCOME("merged", 0, 1));
FILL(touched_both, "both have anon_vmas", TOUCHED_BEFORE | TOUCHED_AFTER, 2,
     OUTCOME("merged-with-one", 0, 2));
