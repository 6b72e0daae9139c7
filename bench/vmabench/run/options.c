// SPDX-License-Identifier: GPL-2.0-or-later
/* Which scenarios there are, which were chosen, and what else several commands take. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "instruments/instrument.h"
#include "run/run.h"
#include "scenario.h"

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

/** choose_set - "primary" or "extended", which has both */
void choose_set(struct choice *choice, const char *name, struct argp_state *state)
{
	choice->extended = !strcmp(name, "extended");
	if (!choice->extended && strcmp(name, "primary"))
		argp_error(state, "--set: '%s' is not primary or extended", name);
}

/** choose_scenario - one more, by its name */
void choose_scenario(struct choice *choice, const char *name,
		     struct argp_state *state)
{
	if (!find_scenario(name))
		argp_error(state,
			   "no scenario '%s'; 'vmabench list' names them", name);
	choice->names[choice->nr++] = name;
}

static unsigned int number(const struct plain_option *o, const char *arg,
			   struct argp_state *state)
{
	/* It has put one that knows --help on top of ours. */
	const struct argp_option *named =
		state->root_argp->children->argp->options;
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	while (named->key != o->key)
		named++;
	if (*end || end == arg || *arg == '-' || n < o->min || n > o->max)
		argp_error(state, "--%s: '%s' is not a number from %u to %u",
			   named->name, arg, o->min, o->max);
	return (unsigned int)n;
}

/**
 * take_option - keep the argument of an option
 * @options: that are kept so; ends with no key
 * @key: option
 * @arg: its argument
 * @to: what the members are of
 * @state: for an error
 *
 * Return: whether it is one of @options.
 */
bool take_option(const struct plain_option *options, int key, const char *arg,
		 void *to, struct argp_state *state)
{
	for (const struct plain_option *o = options; o->key; o++) {
		if (o->key != key)
			continue;
		if (o->max)
			*(unsigned int *)((char *)to + o->at) =
				number(o, arg, state);
		else
			*(const char **)((char *)to + o->at) = arg;
		return true;
	}
	return false;
}

/** is_chosen - is the scenario to be run? */
bool is_chosen(const struct choice *choice, const struct scenario *s)
{
	for (size_t i = 0; i < choice->nr; i++)
		if (!strcmp(choice->names[i], s->name))
			return true;
	return !choice->nr && (choice->extended || s->primary);
}
