// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	|w w w|         |w w w|         ...	n VMAs, all pages are there
 *	|r r r|         |r r r|         ...	mprotect: n VMAs, all pages
 *	|w w w|         |w w w|         ...	and back
 */
#include "common/populated.h"

static long protect(const struct scenario_run *run, unsigned int i)
{
	return raw_mprotect(populated_range(run, i), populated_bytes(run),
			    PROT_READ);
}

static long unprotect(const struct scenario_run *run, unsigned int i)
{
	return raw_mprotect(populated_range(run, i), populated_bytes(run),
			    PROT_READ | PROT_WRITE);
}

#define PROTECT(of_, pages_, what_, ops_) \
	SCENARIO(of_##_populated_mprotect_##pages_) = {                        \
		SCENARIO_ID(of_##_populated_mprotect_##pages_),                \
		.claim = "mprotect of " #pages_ " " what_,                     \
		POPULATED(of_, pages_, ops_),                                  \
		.ops = { OP("protect", protect, OUTCOME("none", 0, 1),         \
			    .pages = SHAPE(0, pages_)),                        \
			 OP("unprotect", unprotect, OUTCOME("none", 0, 1),     \
			    .pages = SHAPE(0, pages_)), },                     \
	}

POPULATED_SWEEP(PROTECT);
