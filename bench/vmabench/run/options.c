// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Options that several commands have, as children of their argp: each is parsed here
 * alone. A command sets the inputs at ARGP_KEY_INIT, with its defaults in them.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "run/options.h"

enum {
	OPT_SET = 256,
	OPT_RETRY,
	OPT_ABOUT,
	OPT_CPU,
	OPT_SEED,
	OPT_INDEX,
	OPT_BLOCK,
	OPT_ORDER
};

/* A number on the command line; ends the program if it is not one. */
static uint64_t parse_number(const struct field *field, const char *arg,
			     const struct argp_state *state)
{
	unsigned long long n;
	char *end;

	errno = 0;
	n = strtoull(arg, &end, 10);
	if (*end || end == arg || *arg == '-' || errno || n < field->min ||
	    n > field->max)
		usage_error(state,
			    "--%s takes a number from %llu to %llu, and '%s' is none",
			    field->number, (unsigned long long)field->min,
			    (unsigned long long)field->max, arg);
	return n;
}

/**
 * parse_command() - argp_parse() for a command of vmabench
 * @argp: of the command; its documentation has an example
 * @argc: of the command
 * @argv: of the command, whose name is the first
 * @input: of the parser
 *
 * Ends the program with status 2 where the command line is wrong.
 */
void parse_command(const struct argp *argp, int argc, char **argv, void *input)
{
	char *wrong = wrong_option(argp, argv + 1);

	if (wrong) {
		complain("%s: %s\n", argv[0], wrong);
		exit(argp_err_exit_status);
	}
	if (argp_parse(argp, argc, argv, 0, NULL, input))
		exit(argp_err_exit_status);
}

/** refuse_scenario() - ends the program: there is no such scenario */
void refuse_scenario(const char *option, const char *name,
		     const struct argp_state *state)
{
	struct names names = { 0 };

	for_each_scenario(s)
	{
		names.v = xgrow(names.v, names.nr, sizeof(*names.v));
		names.v[names.nr++] = s->name;
	}
	usage_error(state, "%s%s", option,
		    no_such("scenario", name, names,
			    "'vmabench list' names all of them"));
}

/**
 * set_field() - parse an option that is one of a table
 * @fields: of the command's input; the last one has no key
 * @key: of the option
 * @arg: its argument
 * @state: of argp
 *
 * Return: 0, or %ARGP_ERR_UNKNOWN if the table does not have it.
 */
error_t set_field(const struct field *fields, int key, char *arg,
		  const struct argp_state *state)
{
	void *member;

	while (fields->key && fields->key != key)
		fields++;
	if (!fields->key)
		return ARGP_ERR_UNKNOWN;
	member = (char *)state->input + fields->at;
	if (fields->number && fields->bytes == sizeof(uint64_t))
		*(uint64_t *)member = parse_number(fields, arg, state);
	else if (fields->number)
		*(unsigned int *)member =
			(unsigned int)parse_number(fields, arg, state);
	else if (fields->bytes == sizeof(bool))
		*(bool *)member = true;
	else
		*(const char **)member = arg;
	return 0;
}

/* What to measure. */

static const struct argp_option what_options[] = {
	{ "set", OPT_SET, "SET", 0,
	  "primary (the default), extended, which has the primary one, too, or mm",
	  0 },
	{ "retry", OPT_RETRY, "WHEN", 0,
	  "When the kernel retries a merge: early, late, none, or unknown (default: by the release of one that is running, else unknown)",
	  0 },
	{ "about", OPT_ABOUT, "FILE", 0,
	  "What the series is about, for the record; see kernel-patches/README.md",
	  0 },
	{ 0 }
};

static error_t parse_what(int key, char *arg, struct argp_state *state)
{
	struct what *what = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		what->chosen.set = SET_PRIMARY;
		what->chosen.names =
			calloc((size_t)state->argc, sizeof(*what->chosen.names));
		return what->chosen.names ? 0 : ENOMEM;
	case OPT_SET:
		if (choose_set(&what->chosen, arg))
			usage_error(state,
				    "--set: '%s' is not primary, extended or mm",
				    arg);
		break;
	case OPT_RETRY:
		what->retry = retry_by_name(arg);
		if (what->retry == NR_RETRIES)
			usage_error(state,
				    "--retry: '%s' is not early, late, none or unknown",
				    arg);
		break;
	case OPT_ABOUT:
		what->about = about_read(arg);
		if (!what->about)
			exit(argp_err_exit_status);
		break;
	case ARGP_KEY_ARG:
		if (!find_scenario(arg))
			refuse_scenario("", arg, state);
		what->chosen.names[what->chosen.nr++] = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

const struct argp what_argp = { .options = what_options, .parser = parse_what };

/* A boot of a plan, and how long. */

static const struct argp_option boot_options[] = {
	{ "output", 'o', "FILE", 0, "Record to write, which is not there yet", 0 },
	{ "seconds", 's', "N", 0, "Time to take, about (default %s)", 0 },
	{ "cpu", OPT_CPU, "N", 0,
	  "CPU to run on, or that the virtual one is pinned to (default: the last one)",
	  0 },
	{ "seed", OPT_SEED, "N", 0, "Order of scenarios and layout", 0 },
	{ "index", OPT_INDEX, "N", 0, "Number of this boot of the kernel", 1 },
	{ "block", OPT_BLOCK, "N", 0,
	  "Block of a plan: boots are compared with those of their block", 1 },
	{ "order", OPT_ORDER, "N", 0, "Place of this boot in the plan", 1 },
	{ 0 }
};

static error_t parse_boot(int key, char *arg, struct argp_state *state)
{
	static const struct field fields[] = {
		{ FIELD('o', struct boot_plan, output) },
		{ NUMBER('s', struct boot_plan, seconds, "seconds", 1, 86400) },
		{ NUMBER(OPT_SEED, struct boot_plan, seed, "seed", 0, INT64_MAX) },
		{ NUMBER(OPT_INDEX, struct boot_plan, index, "index", 0, 1000000) },
		{ NUMBER(OPT_BLOCK, struct boot_plan, block, "block", 0, 1000000) },
		{ NUMBER(OPT_ORDER, struct boot_plan, order, "order", 0, 1000000) },
		{ 0 }
	};
	struct boot_plan *boot = state->input;

	if (key != OPT_CPU)
		return set_field(fields, key, arg, state);
	boot->cpu = parse_cpu(arg, state);
	return 0;
}

/* Each command has a default of its own for how long. */
static char *name_default(int key, const char *text, void *input)
{
	const struct boot_plan *boot = input;

	if (key != 's' || !text || !boot)
		return (char *)text;
	return xasprintf("Time to take, about (default %u)", boot->seconds);
}

const struct argp boot_argp = {
	.options = boot_options,
	.parser = parse_boot,
	.help_filter = name_default,
};
