// SPDX-License-Identifier: GPL-2.0-or-later
/* vmadiff: reads records, compares, reports. It measures nothing. */
#include <argp.h>
#include <err.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "bill/bill.h"
#include "compare/compare.h"
#include "export/export.h"
#include "import/import.h"
#include "judge/judge.h"
#include "letter/letter.h"
#include "page/page.h"
#include "pictures/pictures.h"
#include "record/format.h"
#include "record/record.h"
#include "render/render.h"
#include "tables/tables.h"

#define DEFAULT_WIDTH 80
#define RANGE_WIDTH 100 /* of many commits */
#define SERIES_ROWS 16	/* functions; a screen with what is around them */

/**
 * struct options - what the command line says, for all subcommands
 * @args: arguments that are not options
 * @nr_args: length of @args
 * @dir: -o
 * @metric: -m
 * @class: --class
 * @all: --all
 * @diff: --diff
 * @stages: --stages
 * @strict: --strict
 * @tails: --tails
 * @aa: --aa
 * @allow: --allow, each
 * @nr_allow: length of @allow
 * @format: --format
 * @gate: --junit, --ktap and --strict
 * @import: what import is told besides the file
 * @publish: --style, --pictures and --claims
 * @width: --width, 0 where it is not given
 */
struct options {
	char **args;
	size_t nr_args;
	const char *dir;
	const char *metric;
	const char *class;
	bool all;
	bool diff;
	bool stages;
	bool strict;
	bool tails;
	const char *aa;
	const char **allow;
	size_t nr_allow;
	const char *format;
	struct gate_options gate;
	struct import_options import;
	struct publish_options publish;
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
static enum status finish(enum status status)
{
	if (fflush(stdout) || ferror(stdout)) {
		warnx("cannot write to standard output: %s", strerror(errno));
		return STATUS_DATA;
	}
	return status;
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

/* It names a file, which may be called anything. */
static void say_refused(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		char *why = plain_text(cmp->refused[i].why);

		if (!cmp->refused[i].stage_failed)
			warnx("%s", why);
		free(why);
	}
}

static void print_numbers(const struct comparison *cmp, const struct options *opt,
			  const struct selection *sel, const struct output *out)
{
	size_t printed = opt->stages ? print_stage_tables(cmp, out, sel)
				     : print_tables(cmp, out, sel);

	if (!printed && opt->metric)
		fprintf(out->f, "\nno record has a row of metric %s\n",
			opt->metric);
	if (opt->stages) {
		print_stage_legend(cmp, out);
		return;
	}
	print_tails(cmp, out, sel);
	print_estimate_legend(cmp, out);
}

/* The tables, and what a record says besides numbers. */
static void print_body(const struct comparison *cmp, const struct options *opt,
		       bool headlines, const struct output *out)
{
	const struct selection sel = {
		.metric = opt->metric,
		.all = opt->all,
		.headlines = headlines,
		.tails = opt->tails,
		.hint = "--all prints them",
	};

	if (opt->stages)
		print_stage_summary(cmp, out);
	else
		print_summary(cmp, out);
	print_env_notes(cmp, out, opt->all);
	if (cmp->nr_differ && !opt->all && !opt->metric)
		fputs("\nNothing is compared; --all prints the values.\n",
		      out->f);
	else
		print_numbers(cmp, opt, &sel, out);
	if (!opt->metric) {
		print_shape_changes(cmp, out);
		print_adjacent(cmp, out);
	}
	print_findings(cmp->whole, out);
	print_notes(cmp->whole, out);
}

/* All records are read: what may differ, and what does not matter. */
static enum status build(struct comparison *cmp, const struct options *opt)
{
	size_t before = cmp->nr_refused;

	for (size_t i = 0; i < opt->nr_allow; i++) {
		if (!key_is_known(cmp, opt->allow[i])) {
			warnx("--allow %s: no record has such a key, or it must never differ",
			      opt->allow[i]);
			return STATUS_USAGE;
		}
		comparison_allow(cmp, opt->allow[i]);
	}
	if (comparison_use_aa(cmp, opt->aa)) {
		warnx("%s", cmp->refused[before].why);
		return STATUS_DATA;
	}
	comparison_build(cmp);
	return STATUS_OK;
}

static enum status compare_status(const struct comparison *cmp,
				  const struct options *opt)
{
	enum status status = comparison_status(cmp);

	if (!status && opt->strict && !comparison_is_stable(cmp))
		status = STATUS_UNSURE;
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
		if (!comparison_add_failed(cmp, opt->args[i], eq + 1))
			comparison_add_boots(cmp, opt->args[i], opt->args[i],
					     eq + 1);
	}
	say_refused(cmp);
	if (cmp->nr_cols < 2) {
		warnx("%zu stage%s left to compare, two are needed",
		      cmp->nr_cols, cmp->nr_cols == 1 ? "" : "s");
		return cmp->nr_refused ? STATUS_DATA : STATUS_USAGE;
	}
	return build(cmp, opt);
}

static enum status run_compare(const struct options *opt)
{
	struct output out = standard_output(opt);
	enum status status = STATUS_OK;
	struct comparison cmp = { 0 };

	if (!opt->stages && opt->nr_args != 2) {
		warnx("%zu arguments, not BASE and NEW; more than two are compared with --stages",
		      opt->nr_args);
		return STATUS_USAGE;
	}
	if (opt->stages) {
		status = add_stages(&cmp, opt, 0, opt->nr_args);
	} else {
		comparison_add_boots(&cmp, "base", NULL, opt->args[0]);
		comparison_add_boots(&cmp, "new", NULL, opt->args[1]);
		say_refused(&cmp);
		status = cmp.nr_cols < 2 ? STATUS_DATA : build(&cmp, opt);
	}
	if (!status && !metric_is_valid(&cmp, opt->metric))
		status = STATUS_USAGE;
	if (!status && opt->dir && write_pictures(&cmp, opt->dir))
		status = STATUS_DATA;
	if (!status) {
		print_body(&cmp, opt, false, &out);
		status = finish(compare_status(&cmp, opt));
	}
	comparison_free(&cmp);
	return status;
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
	return print_bill(cmp, &o, out,
			  &(const struct bill_view){ .max = SERIES_ROWS });
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

	if (cmp.moved) {
		out.split = true;
		out.width = opt->width ? opt->width : RANGE_WIDTH;
	}
	print_body(opt->all ? &cmp : cmp.shown, opt, true, &out);
	if (!opt->metric && print_series_bill(cmp.shown, &out) && !status)
		status = STATUS_DATA;
	status = finish(status ? status : comparison_status(&cmp));
out:
	comparison_free(&cmp);
	return status;
}

/* One record as the only column, named after its stage or its kernel. */
static enum status add_record(struct comparison *cmp, const char *path)
{
	const struct record *rec;

	comparison_add(cmp, "record", NULL, path);
	say_refused(cmp);
	if (cmp->nr_refused)
		return STATUS_DATA;
	rec = cmp->cols[0].recs[0];
	cmp->cols[0].name = rec->stage ? rec->stage : rec->release;
	comparison_build(cmp);
	return STATUS_OK;
}

static enum status show_pair(const struct options *opt)
{
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	enum status status;

	comparison_add_boots(&cmp, "base", NULL, opt->args[0]);
	comparison_add_boots(&cmp, "new", NULL, opt->args[1]);
	say_refused(&cmp);
	status = cmp.nr_cols < 2 ? STATUS_DATA : build(&cmp, opt);
	if (!status && opt->dir && write_pictures(&cmp, opt->dir))
		status = STATUS_DATA;
	if (!status) {
		show_effects(&cmp, &out);
		status = comparison_status(&cmp);
	}
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_show(const struct options *opt)
{
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	enum status status;

	if (opt->nr_args == 2)
		return show_pair(opt);
	status = add_record(&cmp, opt->args[0]);

	if (!status && opt->dir && write_pictures(&cmp, opt->dir))
		status = STATUS_DATA;
	if (cmp.nr_cols) {
		show_record(&cmp, &out);
		status = finish(status ? status : comparison_status(&cmp));
	}
	comparison_free(&cmp);
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
		printf("%s: %s tier, %s, %zu rows, %zu skipped, %zu failed, %s%zu finding%s\n",
		       opt->args[i], rec->tier,
		       rec->stage ? rec->stage : rec->release, rec->nr_rows,
		       rec->nr_skips, rec->nr_failures,
		       rec->nr_undeclared
			       ? fmt_text("%zu undeclared, ", rec->nr_undeclared)
			       : "",
		       rec->nr_findings, rec->nr_findings == 1 ? "" : "s");
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
		status = print_bill(&cmp, &o, &out,
				    &(const struct bill_view){ .all = opt->all });
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

static enum status run_aa(const struct options *opt)
{
	struct comparison cmp = { 0 };
	enum status status = STATUS_DATA;

	comparison_add_boots(&cmp, "a", NULL, opt->args[0]);
	comparison_add_boots(&cmp, "b", NULL, opt->args[1]);
	say_refused(&cmp);
	if (!cmp.nr_refused) {
		/* Runs of one boot stand for boots, for want of these. */
		comparison_allow(&cmp, "boot_id");
		comparison_build(&cmp);
		status = print_aa_report(&cmp, opt->dir);
	}
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_between(const struct options *opt)
{
	return (enum status)between(opt->args, opt->args[3]);
}

/* BASE and NEW, or the only record or session that is given. */
static enum status add_sides(struct comparison *cmp, const struct options *opt,
			     size_t from)
{
	static const char *const names[] = { "base", "new" };
	size_t nr = opt->nr_args - from;

	if (nr == 1)
		comparison_add_boots(cmp, "record", NULL, opt->args[from]);
	for (size_t i = 0; nr == 2 && i < nr; i++)
		comparison_add_boots(cmp, names[i], NULL, opt->args[from + i]);
	say_refused(cmp);
	return cmp->nr_refused ? STATUS_DATA : build(cmp, opt);
}

static enum status run_gate(const struct options *opt)
{
	struct gate_options gate = opt->gate;
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	struct policy policy;
	enum status status = policy_read(opt->args[0], &policy);

	gate.strict = opt->strict;
	if (!status)
		status = add_sides(&cmp, opt, 1);
	if (!status)
		status = run_policy(&cmp, &policy, &gate, &out);
	policy_free(&policy);
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_export(const struct options *opt)
{
	struct comparison cmp = { 0 };
	enum status status = STATUS_USAGE;

	if (export_format_is_known(opt->format))
		status = add_sides(&cmp, opt, 0);
	if (!status)
		status = print_export(&cmp, opt->format, stdout);
	if (!status)
		status = comparison_status(&cmp);
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_import(const struct options *opt)
{
	struct import_options import = opt->import;

	import.output = opt->dir;
	return finish(run_imports(opt->args[0], opt->args + 1, opt->nr_args - 1,
				  &import));
}

static enum status show_history(const struct options *opt)
{
	struct output out = standard_output(opt);
	const char *dir = opt->nr_args > 2 ? opt->args[2] : NULL;

	return finish(run_history(opt->args[0], opt->args[1], dir, opt->dir,
				  &out));
}

/* STAGE=PATH..., BASE NEW, or the only record or session that is given. */
static enum status add_any(struct comparison *cmp, const struct options *opt)
{
	if (strchr(opt->args[0], '='))
		return add_stages(cmp, opt, 0, opt->nr_args);
	if (opt->nr_args > 2) {
		warnx("%zu arguments, not STAGE=PATH..., BASE NEW, or RECORD",
		      opt->nr_args);
		return STATUS_USAGE;
	}
	return add_sides(cmp, opt, 0);
}

static enum status run_report(const struct options *opt)
{
	struct comparison cmp = { 0 };
	enum status status = STATUS_USAGE;

	if (!opt->dir)
		warnx("--output is missing: the folder of the report");
	else if (letter_style_is_known(opt->publish.style))
		status = add_any(&cmp, opt);
	if (!status && write_report(&cmp, opt->dir, &opt->publish))
		status = STATUS_DATA;
	if (!status)
		status = comparison_status(&cmp);
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_letter(const struct options *opt)
{
	struct comparison cmp = { 0 };
	enum status status = STATUS_USAGE;

	if (letter_style_is_known(opt->publish.style))
		status = add_any(&cmp, opt);
	if (!status && print_letter(&cmp, opt->publish.style, stdout))
		status = STATUS_DATA;
	if (!status)
		status = comparison_status(&cmp);
	comparison_free(&cmp);
	return finish(status);
}

static enum status run_lint(const struct options *opt)
{
	return finish(lint_files(opt->args, opt->nr_args));
}

static enum status run_strip(const struct options *opt)
{
	if (!opt->dir) {
		warnx("--output is missing: the folder of the copies");
		return STATUS_USAGE;
	}
	return finish(strip_records(opt->args, opt->nr_args, opt->dir));
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

/* Of one record where the argument is a file, else of stages. */
static enum status data_of_picture(const struct options *opt,
				   const struct picture *picture)
{
	bool record = opt->nr_args == 2 &&
		      (!picture->of_stages || !strchr(opt->args[1], '='));
	struct comparison cmp = { 0 };
	enum status status;

	if (record ? !picture->of_record : !picture->of_stages) {
		warnx("the picture %s is of %s", picture->name,
		      picture->of_record ? "one record" : "stages");
		return STATUS_USAGE;
	}
	status = record ? add_record(&cmp, opt->args[1])
			: add_stages(&cmp, opt, 1, opt->nr_args);
	if (!status && picture->print(&cmp, stdout)) {
		warnx("no record has rows for the picture %s: %s", picture->name,
		      picture->needs ? picture->needs
				     : "nothing of it was measured");
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

static enum status run_data(const struct options *opt)
{
	const char *name = opt->args[0];

	for (size_t i = 0; i < nr_pictures; i++)
		if (!strcmp(name, pictures[i].name))
			return finish(data_of_picture(opt, &pictures[i]));
	if (!strcmp(name, "waterfall"))
		return finish(data_of_waterfall(opt));

	fprintf(stderr, "%s: unknown picture \"%s\"; the pictures are",
		program_invocation_short_name, name);
	for (size_t i = 0; i < nr_pictures; i++)
		fprintf(stderr, " %s", pictures[i].name);
	fputs(" waterfall\n", stderr);
	return STATUS_USAGE;
}

/* clang-format off */
static const struct command commands[] = {
	{ "compare", "akmnostwx", "BASE NEW\n--stages STAGE=PATH STAGE=PATH...",
	  "Compare records, or all boots of sessions", 2, 0, run_compare },
	{ "series", "amow", "STAGE=FILE STAGE=FILE...",
	  "Compare the stages of a series, the last against the first", 2, 0, run_series },
	{ "functions", "acw", "BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "The bill of one operation: what changed, function by function", 3, 4, run_functions },
	{ "stages", "acw", "SCENARIO [OP] STAGE=FILE STAGE=FILE...",
	  "What each patch of a series added or removed", 3, 0, run_stages },
	{ "folded", "d", "RECORD SCENARIO [OP]\n--diff BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "Print call chains as input of a flame graph", 2, 4, run_folded },
	{ "aa", "o", "DIR DIR",
	  "A kernel against itself: false positives, noise floor; -o: keep them in aa.json", 2, 2, run_aa },
	{ "between", "", "GOOD.jsonl BAD.jsonl NEW.jsonl SCENARIO/OP/METRIC",
	  "For git bisect: is NEW like GOOD (0), like BAD (1), or neither (125)?", 4, 4, run_between },
	{ "gate", "jknpwx", "POLICY BASE NEW",
	  "Hold a comparison against a policy: 0 passes, 1 regressed, 3 cannot be told", 3, 3, run_gate },
	{ "export", "fkn", "BASE NEW\nRECORD",
	  "Print a comparison, or one record, in a format of others", 1, 2, run_export },
	{ "import", "HKSbo", "FORMAT FILE...",
	  "Make a record of what hyperfine, will-it-scale, perf-stat or google-benchmark wrote", 2, 0, run_import },
	{ "history", "ow", "SCENARIO METRIC [DIR]",
	  "One row over all sessions of a host, with change points", 2, 3, show_history },
	{ "report", "CPknoy", "STAGE=PATH STAGE=PATH...\nBASE NEW\nRECORD",
	  "Write a report: page, letter, tables, script; nothing is measured", 1, 0, run_report },
	{ "letter", "kny", "STAGE=PATH STAGE=PATH...\nBASE NEW\nRECORD",
	  "Print a section for a cover letter", 1, 0, run_letter },
	{ "lint", "", "FILE...",
	  "Is a text fit for a mail that git am reads? 1 if not", 1, 0, run_lint },
	{ "strip", "o", "RECORD...",
	  "Copy records without names of hosts and users, serial numbers, addresses", 1, 0, run_strip },
	{ "show", "ow", "RECORD\nBASE NEW",
	  "Print one record, or draw the effects of two records or sessions", 1, 2, run_show },
	{ "check", "", "RECORD...",
	  "Validate records", 1, 0, run_check },
	{ "data", "", "effects|ecdf|shift|boots|waterfall-patches|insns|counts|vmas|population STAGE=PATH STAGE=FILE...\nvmas|population|threads|latency RECORD\nwaterfall BASE=FILE NEW=FILE SCENARIO OP",
	  "Print the data of a picture", 2, 0, run_data },
};
/* clang-format on */

static const char status_doc[] =
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
	case 'b':
		opt->import.block = strtol(arg, &end, 10);
		if (end == arg || *end || opt->import.block < 0) {
			fprintf(stderr, "%s: block \"%s\" is not 0 or more\n",
				state->name, arg);
			return EINVAL;
		}
		return 0;
	case 'k':
		opt->allow[opt->nr_allow++] = arg;
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
	/* What the terminal can draw; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		usage(stdout);
		return finish(STATUS_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("vmadiff %s, record schema %d.%d\n", suite_revision,
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
