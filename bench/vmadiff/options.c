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

/* In struct command; it is typed as the other -m is, and kept where that is. */
#define METRIC_OF_BILL 'M'
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
	{ "all",    'a', NULL, "Print every row, and the tables of every commit of a series, not only what matters", AT(all) },
	{ "aa",     'n', "FILE", "Take the noise floor from this A/A run, instead of the host's aa.json", AT(aa) },
	{ "allow",  'k', "KEY", "Compare although KEY of the environment differs; may be repeated", 0 },
	{ "block",  'b', "N", "The run belongs to block N of the plan (default 0)", 0 },
	{ "claims", 'C', "FILE", "The page takes the claims of scenarios from FILE, which is what \"vmabench list\" prints", AT(publish.claims) },
	{ "class",  'c', "CLASS", "Count the instructions of this class: task (the default), irq, rcu, refill, user or deferred", AT(class) },
	{ "delta",  'D', "PERCENT", "A smaller change does not matter (default 1)", 0 },
	{ "diff",   'd', NULL, "Print the stacks of two records side by side: stack, base, new", AT(diff) },
	{ "format", 'f', "FORMAT", "Print it as json, csv, markdown, junit, ktap, openmetrics or gobench; of a patch, as lines or json", AT(format) },
	{ "host",   'H', "HOST", "The benchmark ran on HOST; records of several hosts are not compared", AT(import.host) },
	{ "json",   'J', NULL, "Print it for programs", AT(json) },
	{ "junit",  'j', "FILE", "Also write JUnit XML to FILE", AT(gate.junit) },
	{ "kernel", 'K', "RELEASE", "The benchmark ran on this kernel", AT(import.kernel) },
	{ "ktap",   'p', "FILE", "Also write KTAP to FILE", AT(gate.ktap) },
	{ "layouts", 'L', "DIR", "Boots of one kernel in the native tier are in DIR: they say how far layouts of code are apart", AT(layouts) },
	{ "letter", 'E', NULL, "Print a section for a mail", AT(letter) },
	{ "luck", 'U', "FILE", "How far rows move by luck is in FILE, which make luck writes: changes that may be that are marked", AT(luck) },
	{ "metric", 'm', "METRIC", "Print all rows of this metric, and no other; \"vmadiff names METRIC\" names them", AT(metric) },
	{ "objects", 'O', NULL, "Print which objects of the kernel the cache lines belong to, instead of the bill", AT(objects) },
	{ "metric", METRIC_OF_BILL, "COUNT", "Count these instead of instructions; \"vmadiff names COUNT\" names them", AT(metric) },
	{ "output", 'o', "DIR", "Write files to DIR: the data of pictures (plots/*.dat), of a series summary.json and report.md as well, of a range range.json and range.md, the whole of a report; for an import, the record", AT(dir) },
	{ "per-patch", 'r', NULL, "Print a paragraph for each stage, against the one before it", AT(publish.letter.per_patch) },
	{ "pictures", 'P', "DIR", "The page takes its pictures from DIR: NAME.svg, and NAME.txt with title and text", AT(publish.pictures) },
	{ "scenario", 'S', "NAME", "The one benchmark in the file is called NAME", AT(import.scenario) },
	{ "seed",   'e', "DIR", "The same records, measured with another seed, are in DIR; may be repeated", 0 },
	{ "stages", 's', NULL, "Compare each STAGE=PATH with the first", AT(stages) },
	{ "strict", 'x', NULL, "Exit with status 3 if a row is UNSTABLE, or if a gate cannot tell", AT(strict) },
	{ "style",  'y', "STYLE", "Write the letter in this style: own, lkp, mmtests, fastpath, or perf for one patch", AT(publish.letter.style) },
	{ "tables", 'l', NULL, "Print the tables as well, of what matters", AT(tables) },
	{ "tails",  't', NULL, "Print all quantiles, not only those that changed", AT(tails) },
	{ "times",  'T', "DIR", "Boots of the same stages in the native tier are in DIR/STAGE/boot-NNNN.jsonl", AT(times) },
	{ "url",    'u', "URL", "The letter says that vmabench is to be had there (default: it does not say)", AT(publish.letter.url) },
	{ "width",  'w', "COLS", "Print at most COLS columns (default 80)", 0 },
};
/* clang-format on */

const char status_doc[] =
	"Exit status: 0 if all went well; 1 if a gate found a regression, or a text is not "
	"fit for a mail; 2 if the command line is wrong, or would have a file replaced that "
	"no earlier run wrote; 3 if a row is nondeterministic, a "
	"scenario failed or does not have the shape that it declares, or identical code "
	"differs; 4 if a record was refused, records cannot be compared, a bill does not "
	"add up, or a file could not be written.";

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

/* The letter of an option. */
static int typed(int key)
{
	return key == METRIC_OF_BILL ? 'm' : key;
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
	complain("%s: %s \"%s\" is not %s\n", state->name, name, arg, range);
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
	complain("%s: delta \"%s\" is not a percentage above 0 and below 100\n",
		 state->name, arg);
	return EINVAL;
}

/* How a command is called; what was wrong comes after it, where one looks first. */
static void print_synopsis(const struct command *cmd)
{
	const char *at = cmd->usage;

	for (size_t len; *at; at += len + (at[len] == '\n')) {
		len = strcspn(at, "\n");
		complain("%s %s %s [OPTION...] %.*s\n",
			 at == cmd->usage ? "Usage:" : "  or: ",
			 program_invocation_short_name, cmd->name, (int)len, at);
	}
}

static error_t check_arguments(const struct parse *p,
			       const struct argp_state *state)
{
	size_t nr = p->opt->nr_args, limit;

	limit = nr < p->cmd->min_args ? p->cmd->min_args : p->cmd->max_args;
	if (nr >= p->cmd->min_args &&
	    (!p->cmd->max_args || nr <= p->cmd->max_args))
		return 0;
	print_synopsis(p->cmd);
	complain("%s: it takes %s%zu argument%s, and has %zu\n", state->name,
		 p->cmd->max_args == p->cmd->min_args ? ""
		 : nr < p->cmd->min_args	      ? "at least "
						      : "at most ",
		 limit, limit == 1 ? "" : "s", nr);
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
	case '?':
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		exit(STATUS_OK);
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

/* argp exits on its own after a hint to try --help: its errors are taken over. */
enum status run_command(const struct command *cmd, int argc, char **argv)
{
	struct argp_option options[ARRAY_SIZE(all_options) + 2] = { { 0 } };
	char *doc = xasprintf("%s.\vExample:\n  %s %s\n\n%s", cmd->doc,
			      program_invocation_short_name, cmd->example,
			      status_doc);
	char *wrong, *name = xasprintf("%s %s", program_invocation_short_name,
				       cmd->name);
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
				.key = typed(all_options[i].key),
				.arg = all_options[i].arg,
				.doc = all_options[i].doc,
			};
	options[n] =
		(struct argp_option){ "help", '?', NULL, 0, "Print this", -1 };

	opt.args = xcalloc(argc, sizeof(*opt.args));
	opt.allow = xcalloc(argc, sizeof(*opt.allow));
	opt.seeds = xcalloc(argc, sizeof(*opt.seeds));
	argv[0] = name;
	wrong = wrong_option(&argp, argv + 1);
	if (wrong) {
		print_synopsis(cmd);
		complain("%s: %s\n", name, wrong);
	} else if (!argp_parse(&argp, argc, argv, ARGP_NO_EXIT | ARGP_NO_HELP,
			       NULL, &parse)) {
		opt.out = standard_output(&opt);
		status = cmd->run(&opt);
		comparison_free(&cmp);
	}

	free(wrong);
	free(opt.args);
	free(opt.allow);
	free(opt.seeds);
	free(name);
	free(doc);
	return status;
}
