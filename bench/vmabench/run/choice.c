// SPDX-License-Identifier: GPL-2.0-or-later
/* Which scenarios there are, and which of them were chosen. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "instruments/instrument.h"
#include "run/run.h"

/* By their first members. */
static int by_name(const void *a, const void *b)
{
	return strcmp(**(const char *const *const *)a,
		      **(const char *const *const *)b);
}

_Static_assert(!offsetof(struct scenario, name) &&
		       !offsetof(struct instrument, name),
	       "the name comes first");

/* The linker has them in the order of its files, which is nobody's business. */
__attribute__((constructor)) static void sort_by_name(void)
{
	qsort(__start_scenarios, (size_t)(__stop_scenarios - __start_scenarios),
	      sizeof(*__start_scenarios), by_name);
	qsort(__start_instruments,
	      (size_t)(__stop_instruments - __start_instruments),
	      sizeof(*__start_instruments), by_name);
}

const struct scenario *find_scenario(const char *name)
{
	for_each_scenario(s) if (!strcmp(s->name, name)) return s;
	return NULL;
}

/** choose_set - by its name; 0 or -EINVAL */
int choose_set(struct choice *choice, const char *name)
{
	choice->set = set_by_name(name);
	return choice->set == NR_SETS ? -EINVAL : 0;
}

/** set_has - is @set a part of the one that is asked for? The primary one is of the extended */
bool set_has(enum scenario_set asked, enum scenario_set set)
{
	return set == asked || (asked == SET_EXTENDED && set == SET_PRIMARY);
}

/** is_chosen - is the scenario to be run? */
bool is_chosen(const struct choice *choice, const struct scenario *s)
{
	for (size_t i = 0; i < choice->nr; i++)
		if (!strcmp(choice->names[i], s->name))
			return true;
	return !choice->nr && set_has(choice->set, s->set);
}
