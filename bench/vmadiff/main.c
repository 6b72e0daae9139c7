// SPDX-License-Identifier: GPL-2.0-or-later
/* vmadiff: reads records, compares, reports. It measures nothing. */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util.h"
#include "vmadiff.h"

#ifndef SUITE_REVISION
#define SUITE_REVISION "unknown"
#endif

#define DEFAULT_WIDTH 80
#define SERIES_ROWS 16 /* functions; a screen with what is around them */

/**
 * struct options - what the command line says, for all subcommands
 * @args: arguments that are not options
 * @nr_args: length of @args
 * @dir: -o
 * @metric: -m
 * @class: --class
 * @all: --all
 * @diff: --diff
 * @width: --width
 */
struct options {
	char **args;
	size_t nr_args;
	const char *dir;
	const char *metric;
	const char *class;
	bool all;
	bool diff;
	int width;
};

/**
 * struct command - a subcommand
 * @name: what is typed
 * @options: the letters of the options in all_options[] that it takes
 * @usage: its arguments
 * @doc: one line
 * @min_args: fewest arguments
 * @max_args: most arguments, 0 for any number
 * @run: does it; returns the exit status
 */
struct command {
	const char *name;
	const char *options;
	const char *usage;
	const char *doc;
	size_t min_args;
	size_t max_args;
	enum status (*run)(const struct options *opt);
};

/* clang-format off */
static const struct argp_option all_options[] = {
	{ "all",    'a', NULL,     0, "Print every row, not only those that differ", 0 },
	{ "class",  'c', "CLASS",  0, "Of task, irq, rcu, user or deferred; task by default", 0 },
	{ "diff",   'd', NULL,     0, "Of two records: stack, base, new", 0 },
	{ "metric", 'm', "METRIC", 0, "Print this metric only, all of its rows", 0 },
	{ "output", 'o', "DIR",    0, "Write summary.json, report.md and plots/*.dat there", 0 },
	{ "width",  'w', "COLS",   0, "Columns of text, 80 by default", 0 },
	{ 0 }
};
/* clang-format on */

static struct output standard_output(const struct options *opt)
{
	const char *no_colour = getenv("NO_COLOR"), *term = getenv("TERM");

	return (struct output){
		.f = stdout,
		.width = opt->width,
		.colour = isatty(STDOUT_FILENO) && !(no_colour && *no_colour) &&
			  term && strcmp(term, "dumb"),
	};
}

/* Standard output may be a full disk too. */
static enum status finish(enum status status)
{
	if (fflush(stdout) || ferror(stdout)) {
		warnx("cannot write to standard output: %s", strerror(errno));
		return STATUS_DATA;
	}
	return status;
}

static bool want_line(const struct line *line, const void *arg)
{
	const struct options *opt = arg;

	if (opt->metric)
		return !strcmp(line->key->metric, opt->metric);
	return opt->all || line_finding(line) != FOUND_SAME;
}

static bool want_headline(const struct line *line, const void *arg)
{
	const struct options *opt = arg;

	if (opt->metric)
		return !strcmp(line->key->metric, opt->metric);
	return opt->all || metric_is_headline(line->key->metric);
}

/* A metric that neither the table nor a record knows is a typing error. */
static bool metric_is_valid(const struct comparison *cmp, const char *name)
{
	if (!name || metric_rank(name) < nr_metrics)
		return true;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (!strcmp(cmp->lines[i].key->metric, name))
			return true;

	fprintf(stderr, "%s: unknown metric \"%s\"; the metrics are",
		program_invocation_short_name, name);
	for (size_t i = 0; i < nr_metrics; i++)
		fprintf(stderr, " %s", metrics[i].name);
	fputc('\n', stderr);
	return false;
}

static void say_refused(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_refused; i++)
		warnx("%s", cmp->refused[i].why);
}

static enum status run_compare(const struct options *opt)
{
	struct output out = standard_output(opt);
	enum status status = STATUS_DATA;
	struct comparison cmp = { 0 };

	comparison_add(&cmp, "base", NULL, opt->args[0]);
	comparison_add(&cmp, "new", NULL, opt->args[1]);
	say_refused(&cmp);
	if (cmp.nr_refused)
		goto out;

	comparison_build(&cmp);
	if (!metric_is_valid(&cmp, opt->metric)) {
		status = STATUS_USAGE;
		goto out;
	}
	print_summary(&cmp, &out);
	if (!print_tables(&cmp, &out, want_line, opt) && opt->metric)
		printf("\nno record has a row of metric %s\n", opt->metric);
	print_notes(&cmp, &out);
	status = finish(comparison_status(&cmp));
out:
	comparison_free(&cmp);
	return status;
}

/*
 * Read every STAGE=FILE. A record that is refused does not take the others
 * with it. The stage names are cut out of the arguments.
 */
static enum status add_stages(struct comparison *cmp, const struct options *opt,
			      size_t from, size_t end)
{
	for (size_t i = from; i < end; i++) {
		char *eq = strchr(opt->args[i], '=');

		if (!eq || eq == opt->args[i] || !eq[1]) {
			warnx("\"%s\" is not STAGE=FILE, such as deferred=deferred.jsonl",
			      opt->args[i]);
			return STATUS_USAGE;
		}
		*eq = '\0';
		if (strlen(opt->args[i]) > RECORD_NAME_MAX ||
		    opt->args[i][strspn(opt->args[i],
					"abcdefghijklmnopqrstuvwxyz0123456789_")]) {
			warnx("\"%s\" is no name of a stage: [a-z0-9_]{1,%d}",
			      opt->args[i], RECORD_NAME_MAX);
			return STATUS_USAGE;
		}
		comparison_add(cmp, opt->args[i], opt->args[i], eq + 1);
	}
	say_refused(cmp);
	if (cmp->nr_cols < 2) {
		warnx("%zu stage%s left to compare, two are needed",
		      cmp->nr_cols, cmp->nr_cols == 1 ? "" : "s");
		return cmp->nr_refused ? STATUS_DATA : STATUS_USAGE;
	}
	comparison_build(cmp);
	return STATUS_OK;
}

/* The bill of the operation that the series is about, on one screen. */
static enum status print_series_bill(const struct comparison *cmp,
				     const struct output *out)
{
	const struct operation o = { SERIES_SCENARIO, SERIES_OP, "op", "task" };
	struct bill bill;

	if (cmp->nr_differ ||
	    make_bill(cmp, cmp->bill_base, cmp->nr_cols - 1, &o, &bill))
		return STATUS_OK;
	bill_free(&bill);
	fputc('\n', out->f);
	return print_bill(cmp, &o, out, SERIES_ROWS, false);
}

static enum status run_series(const struct options *opt)
{
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	enum status status;

	status = add_stages(&cmp, opt, 0, opt->nr_args);
	if (status)
		goto out;
	if (!metric_is_valid(&cmp, opt->metric)) {
		status = STATUS_USAGE;
		goto out;
	}
	if (opt->dir && write_session(&cmp, opt->dir))
		status = STATUS_DATA;

	print_summary(&cmp, &out);
	if (!print_tables(&cmp, &out, want_headline, opt) && opt->metric)
		printf("\nno record has a row of metric %s\n", opt->metric);
	print_notes(&cmp, &out);
	if (!opt->metric && print_series_bill(&cmp, &out) && !status)
		status = STATUS_DATA;
	status = finish(status ? status : comparison_status(&cmp));
out:
	comparison_free(&cmp);
	return status;
}

static struct record *read_or_say(const char *path)
{
	struct record *rec;
	char msg[512];

	if (record_read(path, &rec, msg, sizeof(msg)))
		warnx("%s", msg);
	return rec;
}

static enum status run_show(const struct options *opt)
{
	struct output out = standard_output(opt);
	struct record *rec = read_or_say(opt->args[0]);
	enum status status;

	if (!rec)
		return STATUS_DATA;
	show_record(rec, &out);
	status = finish(rec->nr_failures ? STATUS_UNSURE : STATUS_OK);
	record_free(rec);
	return status;
}

static enum status run_check(const struct options *opt)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < opt->nr_args; i++) {
		struct record *rec = read_or_say(opt->args[i]);

		if (!rec) {
			status = STATUS_DATA;
			continue;
		}
		printf("%s: %s tier, %s, %zu rows, %zu skipped, %zu failed\n",
		       opt->args[i], rec->tier,
		       rec->stage ? rec->stage : rec->release, rec->nr_rows,
		       rec->nr_skips, rec->nr_failures);
		record_free(rec);
	}
	return finish(status);
}

/* Two records as columns, named after their stages where these differ. */
static enum status add_pair(struct comparison *cmp, char **paths)
{
	static const char *const names[] = { "base", "new" };
	const char *base, *new;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		comparison_add(cmp, names[i], NULL, paths[i]);
	say_refused(cmp);
	if (cmp->nr_refused)
		return STATUS_DATA;

	base = cmp->cols[0].recs[0]->stage;
	new = cmp->cols[1].recs[0]->stage;
	if (base && new &&strcmp(base, new)) {
		cmp->cols[0].name = base;
		cmp->cols[1].name = new;
	}
	comparison_build(cmp);
	return STATUS_OK;
}

static enum status run_functions(const struct options *opt)
{
	const char *op = opt->nr_args > 3 ? opt->args[3] : NULL;
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	struct operation o;
	enum status status = add_pair(&cmp, opt->args);

	if (!status)
		status = find_operation(&cmp, opt->args[2], op, opt->class, &o);
	if (!status)
		status = print_bill(&cmp, &o, &out, 0, opt->all);
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_stages(const struct options *opt)
{
	/* The operation is an argument that names no file. */
	size_t named = strchr(opt->args[1], '=') ? 1 : 2;
	const char *op = named == 2 ? opt->args[1] : NULL;
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	enum status status = add_stages(&cmp, opt, named, opt->nr_args);
	struct operation o;

	if (!status)
		status = find_operation(&cmp, opt->args[0], op, opt->class, &o);
	if (!status)
		status = print_stages(&cmp, &o, &out, opt->all);
	if (!status && cmp.nr_refused)
		status = STATUS_DATA;
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_folded(const struct options *opt)
{
	size_t files = opt->diff ? 2 : 1;
	struct comparison cmp = { 0 };
	struct operation o;
	enum status status;

	if (opt->nr_args <= files || opt->nr_args > files + 2) {
		warnx("%zu argument%s, not %s SCENARIO [OP]", opt->nr_args,
		      opt->nr_args == 1 ? "" : "s",
		      opt->diff ? "BASE.jsonl NEW.jsonl" : "RECORD");
		return STATUS_USAGE;
	}
	if (opt->diff) {
		status = add_pair(&cmp, opt->args);
	} else {
		comparison_add(&cmp, "record", NULL, opt->args[0]);
		say_refused(&cmp);
		status = cmp.nr_refused ? STATUS_DATA : STATUS_OK;
	}
	if (!status)
		status = find_operation(&cmp, opt->args[files],
					opt->nr_args > files + 1
						? opt->args[files + 1]
						: NULL,
					NULL, &o);
	if (!status)
		status = print_folded(&cmp, o.scenario, o.op, stdout);
	comparison_free(&cmp);
	return finish(status);
}

static enum status data_of_stages(const struct options *opt,
				  int (*print)(const struct comparison *cmp,
					       FILE *f))
{
	struct comparison cmp = { 0 };
	enum status status = add_stages(&cmp, opt, 1, opt->nr_args);

	if (!status && print(&cmp, stdout)) {
		warnx("no record has rows for the picture %s", opt->args[0]);
		status = STATUS_DATA;
	}
	if (!status)
		status = cmp.nr_refused ? STATUS_DATA : STATUS_OK;
	comparison_free(&cmp);
	return status;
}

static enum status data_of_waterfall(const struct options *opt)
{
	struct comparison cmp = { 0 };
	struct operation o;
	enum status status;

	if (opt->nr_args != 5) {
		warnx("the picture waterfall takes BASE=FILE NEW=FILE SCENARIO OP");
		return STATUS_USAGE;
	}
	status = add_stages(&cmp, opt, 1, 3);
	if (!status)
		status = find_operation(&cmp, opt->args[3], opt->args[4], NULL,
					&o);
	if (!status && print_waterfall_data(&cmp, &o, stdout)) {
		warnx("%s %s: the functions do not add up", o.scenario, o.op);
		status = STATUS_DATA;
	}
	comparison_free(&cmp);
	return status;
}

static enum status data_of_latency(const struct options *opt)
{
	enum status status = STATUS_OK;
	struct record *rec;

	if (opt->nr_args != 2) {
		warnx("the picture latency is of one record");
		return STATUS_USAGE;
	}
	rec = read_or_say(opt->args[1]);
	if (!rec)
		return STATUS_DATA;
	if (print_latency_data(rec, stdout)) {
		warnx("%s has no distribution of latencies to draw",
		      opt->args[1]);
		status = STATUS_DATA;
	}
	record_free(rec);
	return status;
}

static enum status run_data(const struct options *opt)
{
	const char *picture = opt->args[0];

	if (!strcmp(picture, "insns"))
		return finish(data_of_stages(opt, print_insns_data));
	if (!strcmp(picture, "counts"))
		return finish(data_of_stages(opt, print_counts_data));
	if (!strcmp(picture, "waterfall"))
		return finish(data_of_waterfall(opt));
	if (!strcmp(picture, "latency"))
		return finish(data_of_latency(opt));
	warnx("unknown picture \"%s\"; the pictures are insns counts waterfall latency",
	      picture);
	return STATUS_USAGE;
}

/* clang-format off */
static const struct command commands[] = {
	{ "compare", "amw", "BASE.jsonl NEW.jsonl",
	  "Compare two records", 2, 2, run_compare },
	{ "series", "amow", "STAGE=FILE STAGE=FILE...",
	  "Compare the stages of a series, the last against the first", 2, 0, run_series },
	{ "functions", "acw", "BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "The bill of one operation: what changed, function by function", 3, 4, run_functions },
	{ "stages", "acw", "SCENARIO [OP] STAGE=FILE STAGE=FILE...",
	  "What each patch of a series added or removed", 3, 0, run_stages },
	{ "folded", "d", "RECORD SCENARIO [OP]\n--diff BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "Print call chains as input of a flame graph", 2, 4, run_folded },
	{ "show", "w", "RECORD",
	  "Print one record", 1, 1, run_show },
	{ "check", "", "RECORD...",
	  "Validate records", 1, 0, run_check },
	{ "data", "", "insns|counts STAGE=FILE STAGE=FILE...\nwaterfall BASE=FILE NEW=FILE SCENARIO OP\nlatency RECORD",
	  "Print the data of a picture: insns, counts, waterfall or latency", 2, 0, run_data },
};
/* clang-format on */

static const char status_doc[] =
	"Exit status: 0 fine; 2 usage; 3 a row is nondeterministic or a scenario failed; "
	"4 a record was refused, records are not comparable, a bill does not add up, or "
	"a file could not be written.";

struct parse {
	const struct command *cmd;
	struct options *opt;
};

static error_t parse_option(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct options *opt = p->opt;
	char *end;
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
	case 'a':
		opt->all = true;
		return 0;
	case 'c':
		opt->class = arg;
		return 0;
	case 'd':
		opt->diff = true;
		return 0;
	case 'm':
		opt->metric = arg;
		return 0;
	case 'o':
		opt->dir = arg;
		return 0;
	case 'w':
		width = strtol(arg, &end, 10);
		if (*end || width < 40 || width > 1000) {
			fprintf(stderr, "%s: width \"%s\" is not 40 to 1000\n",
				state->name, arg);
			return EINVAL;
		}
		opt->width = width;
		return 0;
	case ARGP_KEY_ARG:
		opt->args[opt->nr_args++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (opt->nr_args >= p->cmd->min_args &&
		    (!p->cmd->max_args || opt->nr_args <= p->cmd->max_args))
			return 0;
		fprintf(stderr, "%s: %zu argument%s, not what it takes\n",
			state->name, opt->nr_args, opt->nr_args == 1 ? "" : "s");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
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
static enum status run_command(const struct command *cmd, int argc, char **argv)
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
	struct options opt = { .width = DEFAULT_WIDTH };
	struct parse parse = { cmd, &opt };
	enum status status = STATUS_USAGE;
	size_t n = 0;

	for (const struct argp_option *o = all_options; o->name; o++)
		if (strchr(cmd->options, o->key))
			options[n++] = *o;
	options[n] =
		(struct argp_option){ "help", '?', NULL, 0, "Print this", -1 };

	opt.args = xcalloc(argc, sizeof(*opt.args));
	argv[0] = name;
	if (!argp_parse(&argp, argc, argv, ARGP_NO_EXIT | ARGP_NO_HELP, NULL,
			&parse))
		status = cmd->run(&opt);

	free(opt.args);
	free(name);
	free(doc);
	return status;
}

static void usage(FILE *f)
{
	fprintf(f,
		"Usage: %s COMMAND [OPTION...] ARGUMENTS\n"
		"Compare and report what vmabench measured.\n\n",
		program_invocation_short_name);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(f, "  %-9s  %s\n", commands[i].name, commands[i].doc);
	fprintf(f,
		"\n  --help, --version; \"%s COMMAND --help\" for the options of one.\n\n%s\n",
		program_invocation_short_name, status_doc);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		usage(stdout);
		return finish(STATUS_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("vmadiff %s, record schema %d.%d\n", SUITE_REVISION,
		       RECORD_MAJOR, RECORD_MINOR);
		return finish(STATUS_OK);
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);

	fprintf(stderr, "%s: unknown command \"%s\"; the commands are",
		program_invocation_short_name, argv[1]);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, " %s", commands[i].name);
	fputc('\n', stderr);
	return STATUS_USAGE;
}
