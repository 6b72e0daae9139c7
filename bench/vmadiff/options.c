// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of all commands, each parsed once. */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bill/bill.h"
#include "commands.h"

/* clang-format off */
static const struct argp_option all_options[] = {
	{ "all",    'a', NULL,     0, "Print every row, and of a series every commit, not only what matters", 0 },
	{ "aa",     'n', "FILE",   0, "The noise floor of this host, instead of its aa.json", 0 },
	{ "allow",  'k', "KEY",    0, "Compare although this key differs; may be given again", 0 },
	{ "block",  'b', "N",      0, "Block of boots that it was run in, 0 by default", 0 },
	{ "claims", 'C', "FILE",   0, "What \"vmabench list\" prints, for the page", 0 },
	{ "class",  'c', "CLASS",  0, "Of task, irq, rcu, refill, user or deferred; task by default", 0 },
	{ "diff",   'd', NULL,     0, "Of two records: stack, base, new", 0 },
	{ "format", 'f', "FORMAT", 0, "json, csv, markdown, junit, ktap, openmetrics or gobench", 0 },
	{ "host",   'H', "HOST",   0, "Machine that it ran on, which has to match", 0 },
	{ "junit",  'j', "FILE",   0, "Write JUnit XML there", 0 },
	{ "kernel", 'K', "RELEASE", 0, "Kernel that it ran on", 0 },
	{ "ktap",   'p', "FILE",   0, "Write KTAP there", 0 },
	{ "metric", 'm', "METRIC", 0, "Print this metric only, all of its rows", 0 },
	{ "output", 'o', "DIR",    0, "Write there: plots/*.dat, of a series summary.json and report.md, of an import the record, of a report all of it", 0 },
	{ "pictures", 'P', "DIR",  0, "Pictures for the page: NAME.svg, and NAME.txt with title and text", 0 },
	{ "scenario", 'S', "NAME", 0, "Name of the one benchmark in the file", 0 },
	{ "stages", 's', NULL,     0, "Arguments are STAGE=PATH: each is compared with the first", 0 },
	{ "strict", 'x', NULL,     0, "Exit status 3 where a row is UNSTABLE, of a gate where it cannot be told", 0 },
	{ "style",  'y', "STYLE",  0, "Of a letter: own, lkp, mmtests or fastpath", 0 },
	{ "tails",  't', NULL,     0, "Print all quantiles, not only those that changed", 0 },
	{ "width",  'w', "COLS",   0, "Columns of text, 80 by default, 100 of a series of many commits", 0 },
	{ 0 }
};
/* clang-format on */

const char status_doc[] =
	"Exit status: 0 fine; 2 usage; 3 a row is nondeterministic, a scenario failed or has not the shape that it declares, or identical code differs; "
	"4 a record was refused, records are not comparable, a bill does not add up, or "
	"a file could not be written.";

struct parse {
	const struct command *cmd;
	struct options *opt;
};

/* clang-format off */
static const struct {
	int key;
	bool flag; /* or a text */
	size_t at;
} members[] = {
	{ 'C', false, offsetof(struct options, publish.claims) },
	{ 'H', false, offsetof(struct options, import.host) },
	{ 'K', false, offsetof(struct options, import.kernel) },
	{ 'P', false, offsetof(struct options, publish.pictures) },
	{ 'S', false, offsetof(struct options, import.scenario) },
	{ 'a', true,  offsetof(struct options, all) },
	{ 'c', false, offsetof(struct options, class) },
	{ 'd', true,  offsetof(struct options, diff) },
	{ 'f', false, offsetof(struct options, format) },
	{ 'j', false, offsetof(struct options, gate.junit) },
	{ 'm', false, offsetof(struct options, metric) },
	{ 'n', false, offsetof(struct options, aa) },
	{ 'o', false, offsetof(struct options, dir) },
	{ 'p', false, offsetof(struct options, gate.ktap) },
	{ 's', true,  offsetof(struct options, stages) },
	{ 't', true,  offsetof(struct options, tails) },
	{ 'x', true,  offsetof(struct options, strict) },
	{ 'y', false, offsetof(struct options, publish.style) },
};
/* clang-format on */

/* An option that is kept as it is; is it one? */
static bool set_option(struct options *opt, int key, const char *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		char *member = (char *)opt + members[i].at;

		if (members[i].key != key)
			continue;
		if (members[i].flag)
			*(bool *)(void *)member = true;
		else
			*(const char **)(void *)member = arg;
		return true;
	}
	return false;
}

static error_t set_number(const char *arg, long min, long max, const char *name,
			  const char *range, const struct argp_state *state,
			  long *number)
{
	char *end;

	*number = strtol(arg, &end, 10);
	if (end != arg && !*end && *number >= min && *number <= max)
		return 0;
	fprintf(stderr, "%s: %s \"%s\" is not %s\n", state->name, name, arg,
		range);
	return EINVAL;
}

static error_t check_arguments(const struct parse *p,
			       const struct argp_state *state)
{
	size_t nr = p->opt->nr_args;

	if (nr >= p->cmd->min_args &&
	    (!p->cmd->max_args || nr <= p->cmd->max_args))
		return 0;
	fprintf(stderr, "%s: %zu argument%s, not what it takes\n", state->name,
		nr, nr == 1 ? "" : "s");
	return EINVAL;
}

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct options *opt = p->opt;
	error_t err;
	long width;

	switch (key) {
	case ARGP_KEY_INIT:
		/* Its hint names options that are not there. */
		state->err_stream = NULL;
		return 0;
	case ARGP_KEY_ERROR:
		argp_state_help(state, stderr,
				ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG);
		return 0;
	case '?':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		exit(finish(STATUS_OK));
	case 'b':
		return set_number(arg, 0, LONG_MAX, "block", "0 or more", state,
				  &opt->import.block);
	case 'w':
		err = set_number(arg, 40, 1000, "width", "40 to 1000", state,
				 &width);
		opt->width = err ? 0 : (int)width;
		return err;
	case 'k':
		opt->allow[opt->nr_allow++] = arg;
		return 0;
	case ARGP_KEY_ARG:
		opt->args[opt->nr_args++] = arg;
		return 0;
	case ARGP_KEY_END:
		return check_arguments(p, state);
	default:
		return set_option(opt, key, arg) ? 0 : ARGP_ERR_UNKNOWN;
	}
}

static char *filter_help(int key, const char *text, void *input)
{
	(void)input;
	return key == ARGP_KEY_HELP_DUP_ARGS_NOTE ? NULL : (char *)text;
}

/*
 * argp exits on its own after a hint to try --help. Its errors are taken over
 * so that a wrong option is answered with the right ones.
 */
enum status run_command(const struct command *cmd, int argc, char **argv)
{
	struct argp_option options[ARRAY_SIZE(all_options) + 1] = { { 0 } };
	char *doc = xasprintf("%s.\v%s", cmd->doc, status_doc);
	char *name = xasprintf("%s %s", program_invocation_short_name, cmd->name);
	struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = cmd->usage,
		.doc = doc,
		.help_filter = filter_help,
	};
	struct options opt = { 0 };
	struct parse parse = { cmd, &opt };
	enum status status = STATUS_USAGE;
	size_t n = 0;

	for (const struct argp_option *o = all_options; o->name; o++)
		if (strchr(cmd->options, o->key))
			options[n++] = *o;
	options[n] =
		(struct argp_option){ "help", '?', NULL, 0, "Print this", -1 };

	opt.args = xcalloc(argc, sizeof(*opt.args));
	opt.allow = xcalloc(argc, sizeof(*opt.allow));
	argv[0] = name;
	if (!argp_parse(&argp, argc, argv, ARGP_NO_EXIT | ARGP_NO_HELP, NULL,
			&parse))
		status = cmd->run(&opt);

	free(opt.args);
	free(opt.allow);
	free(name);
	free(doc);
	return status;
}
