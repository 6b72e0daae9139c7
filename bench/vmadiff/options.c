// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of all commands, each parsed once. */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bill/bill.h"
#include "commands.h"
#include "tables/tables.h"

#define AT(member) offsetof(struct options, member)

/* clang-format off */
/* What parse_option() does not do itself is kept @at: as a flag, or as it is. */
static const struct {
	const char *name;
	int key;
	const char *arg;
	const char *doc;
	size_t at;
} all_options[] = {
	{ "all",    'a', NULL, "Print every row, and of a series the tables of every commit, not only what matters", AT(all) },
	{ "aa",     'n', "FILE", "The A/A run of this host, instead of its aa.json", AT(aa) },
	{ "allow",  'k', "KEY", "Compare although this key differs; may be given again", 0 },
	{ "block",  'b', "N", "Block of boots that it was run in, 0 by default", 0 },
	{ "claims", 'C', "FILE", "What \"vmabench list\" prints, for the page", AT(publish.claims) },
	{ "class",  'c', "CLASS", "Of task, irq, rcu, refill, user or deferred; task by default", AT(class) },
	{ "delta",  'D', "PERCENT", "Change that does not matter if it is smaller, 1 by default", 0 },
	{ "diff",   'd', NULL, "Of two records: stack, base, new", AT(diff) },
	{ "format", 'f', "FORMAT", "json, csv, markdown, junit, ktap, openmetrics or gobench", AT(format) },
	{ "host",   'H', "HOST", "Machine that it ran on, which has to match", AT(import.host) },
	{ "junit",  'j', "FILE", "Write JUnit XML there", AT(gate.junit) },
	{ "kernel", 'K', "RELEASE", "Kernel that it ran on", AT(import.kernel) },
	{ "ktap",   'p', "FILE", "Write KTAP there", AT(gate.ktap) },
	{ "layouts", 'L', "DIR", "Boots of one kernel in the native tier, which say how far layouts of code are apart", AT(layouts) },
	{ "metric", 'm', "METRIC", "Print this metric only, all of its rows", AT(metric) },
	{ "output", 'o', "DIR", "Write there: plots/*.dat, of a series summary.json and report.md, of an import the record, of a report all of it", AT(dir) },
	{ "pictures", 'P', "DIR", "Pictures for the page: NAME.svg, and NAME.txt with title and text", AT(publish.pictures) },
	{ "scenario", 'S', "NAME", "Name of the one benchmark in the file", AT(import.scenario) },
	{ "seed",   'e', "DIR", "Folder of the same records with another seed; may be given again", 0 },
	{ "stages", 's', NULL, "Arguments are STAGE=PATH: each is compared with the first", AT(stages) },
	{ "strict", 'x', NULL, "Exit status 3 where a row is UNSTABLE, of a gate where it cannot be told", AT(strict) },
	{ "style",  'y', "STYLE", "Of a letter: own, lkp, mmtests or fastpath", AT(publish.style) },
	{ "tables", 'l', NULL, "Print the tables as well, of what matters", AT(tables) },
	{ "tails",  't', NULL, "Print all quantiles, not only those that changed", AT(tails) },
	{ "times",  'T', "DIR", "Folder of the same stages' boots in the native tier, DIR/STAGE/boot-NNNN.jsonl", AT(times) },
	{ "width",  'w', "COLS", "Columns of text, 80 by default", 0 },
};
/* clang-format on */

const char status_doc[] =
	"Exit status: 0 fine; 2 usage; 3 a row is nondeterministic, a scenario failed or has not the shape that it declares, or identical code differs; "
	"4 a record was refused, records are not comparable, a bill does not add up, or "
	"a file could not be written.";

#define DEFAULT_WIDTH 80

static struct output standard_output(const struct options *opt)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return (struct output){
		.f = stdout,
		.width = opt->width ? opt->width : DEFAULT_WIDTH,
		.colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) &&
			  term && strcmp(term, "dumb"),
		.utf8 = locale_is_utf8(),
	};
}

/* Standard output may be a full disk too. */
enum status finish(enum status status)
{
	if (fflush(stdout) || ferror(stdout)) {
		warnx("cannot write to standard output: %s", strerror(errno));
		return STATUS_DATA;
	}
	return status;
}

struct parse {
	const struct command *cmd;
	struct options *opt;
};

/* An option that is kept as it is; is it one? */
static bool set_option(struct options *opt, int key, const char *arg)
{
	for (size_t i = 0; i < ARRAY_SIZE(all_options); i++) {
		char *member = (char *)opt + all_options[i].at;

		if (all_options[i].key != key)
			continue;
		if (all_options[i].arg)
			*(const char **)(void *)member = arg;
		else
			*(bool *)(void *)member = true;
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

/* A percentage; 0 would say that nothing is too small to matter. */
static error_t set_delta(const char *arg, const struct argp_state *state,
			 double *delta)
{
	char *end;
	double percent = strtod(arg, &end);

	if (end != arg && *end == '%')
		end++;
	*delta = percent / 100;
	if (end != arg && !*end && percent > 0 && percent < 100)
		return 0;
	fprintf(stderr,
		"%s: delta \"%s\" is not a percentage above 0 and below 100\n",
		state->name, arg);
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
	case 'D':
		return set_delta(arg, state, &opt->delta);
	case 'w':
		err = set_number(arg, 40, 1000, "width", "40 to 1000", state,
				 &width);
		opt->width = err ? 0 : (int)width;
		return err;
	case 'k':
		opt->allow[opt->nr_allow++] = arg;
		return 0;
	case 'e':
		opt->seeds[opt->nr_seeds++] = arg;
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
	struct argp_option options[ARRAY_SIZE(all_options) + 2] = { { 0 } };
	char *doc = xasprintf("%s.\v%s", cmd->doc, status_doc);
	char *name = xasprintf("%s %s", program_invocation_short_name, cmd->name);
	struct argp argp = {
		.options = options,
		.parser = parse_option,
		.args_doc = cmd->usage,
		.doc = doc,
		.help_filter = filter_help,
	};
	struct comparison cmp = { 0 };
	struct options opt = { .cmp = &cmp };
	struct parse parse = { cmd, &opt };
	enum status status = STATUS_USAGE;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all_options); i++)
		if (strchr(cmd->options, all_options[i].key))
			options[n++] = (struct argp_option){
				.name = all_options[i].name,
				.key = all_options[i].key,
				.arg = all_options[i].arg,
				.doc = all_options[i].doc,
			};
	options[n] =
		(struct argp_option){ "help", '?', NULL, 0, "Print this", -1 };

	opt.args = xcalloc(argc, sizeof(*opt.args));
	opt.allow = xcalloc(argc, sizeof(*opt.allow));
	opt.seeds = xcalloc(argc, sizeof(*opt.seeds));
	argv[0] = name;
	if (!argp_parse(&argp, argc, argv, ARGP_NO_EXIT | ARGP_NO_HELP, NULL,
			&parse)) {
		opt.out = standard_output(&opt);
		status = cmd->run(&opt);
		comparison_free(&cmp);
	}
	status = finish(status);

	free(opt.args);
	free(opt.allow);
	free(opt.seeds);
	free(name);
	free(doc);
	return status;
}
