// SPDX-License-Identifier: GPL-2.0-or-later
/* Tables of a comparison, of a series, of one record. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define SERIES_ROWS 16 /* functions; a screen with what is around them */

/* A metric that neither the table nor a record knows is a typing error. */
static bool metric_is_valid(const struct comparison *cmp, const char *name)
{
	if (!name || metric_by_name(name) < NR_METRICS)
		return true;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (!strcmp(cmp->lines[i].key->metric, name))
			return true;

	say_no_such("metric", name, metric_names(), NULL);
	return false;
}

static void print_numbers(const struct comparison *cmp, const struct options *opt,
			  const struct selection *sel, const struct output *out)
{
	size_t printed = print_tables(cmp, out, sel, opt->stages);

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
	print_trees(cmp, &(struct tree_selection){ opt->metric, opt->all }, out);
	if (!opt->metric) {
		print_shape_changes(cmp, out);
		print_adjacent(cmp, out);
		print_beside(cmp, out, opt->all);
		if (times_beside(cmp))
			print_caveats(cmp->times, out);
	}
	print_luck_note(cmp, out);
	print_findings(cmp->whole, out);
	print_notes(cmp->whole, out);
}

/* STAGE=PATH, and no path that has a "=" in a folder's name. */
static bool is_named(const char *arg)
{
	return arg[strcspn(arg, "/=")] == '=';
}

enum status run_compare(const struct options *opt)
{
	struct output out = opt->out;
	enum status status;

	out.split = opt->stages;
	if (!opt->stages && opt->nr_args != 2) {
		warnx("%zu arguments, not BASE and NEW; more than two are compared with --stages",
		      opt->nr_args);
		return STATUS_USAGE;
	}
	status = opt->stages || is_named(opt->args[0])
			 ? add_stages(opt, 0, opt->nr_args)
			 : add_boots(opt);
	if (status)
		return status;
	if (!metric_is_valid(opt->cmp, opt->metric))
		return STATUS_USAGE;
	if (opt->dir)
		status = write_pictures(opt->cmp, opt->dir);
	if (status)
		return status;
	print_body(opt->cmp, opt, false, &out);
	status = comparison_status(opt->cmp);
	if (!status && opt->strict && !comparison_is_stable(opt->cmp))
		status = STATUS_UNSURE;
	return status;
}

/* The bill of the operation that the series is about, on one screen. */
static enum status print_series_bill(const struct comparison *cmp,
				     const struct output *out)
{
	const struct line *line = headline_line(cmp);
	struct operation o = { .region = REGION_OP, .class = CLASS_TASK };
	struct bill bill;

	if (cmp->nr_differ || !line)
		return STATUS_OK;
	o.scenario = line->key->scenario;
	o.op = line->key->op;
	if (make_bill(cmp, cmp->bill_base, cmp->nr_cols - 1, &o, &bill))
		return STATUS_OK;
	bill_free(&bill);
	fputc('\n', out->f);
	return print_bill(cmp, &o, out,
			  &(const struct bill_view){ .max = SERIES_ROWS });
}

/* What the answer is computed of, in full. */
static enum status print_series(const struct options *opt)
{
	const struct comparison *cmp = opt->cmp;
	struct output out = opt->out;

	out.split = true;
	print_body(opt->all ? cmp : cmp->shown, opt, true, &out);
	if (opt->metric)
		return STATUS_OK;
	print_seeds(cmp, &out);
	return print_series_bill(cmp->shown, &out);
}

static enum status compare_series(const struct options *opt)
{
	const struct comparison *cmp = opt->cmp;
	enum status status = add_stages(opt, 0, opt->nr_args);

	if (status)
		return status;
	if (!metric_is_valid(cmp, opt->metric))
		return STATUS_USAGE;
	if (opt->dir)
		status = write_session(cmp, opt->dir);
	if (status == STATUS_USAGE)
		return status;
	if (opt->tables || opt->all || opt->metric) {
		if (print_series(opt))
			status = STATUS_DATA;
		fputc('\n', opt->out.f);
	}
	if (!opt->metric)
		print_answer(cmp, &opt->out);
	return status ? status : comparison_status(cmp);
}

enum status run_series(const struct options *opt)
{
	return opt->nr_args > 1 ? compare_series(opt)
				: of_session(opt, compare_series);
}

enum status run_show(const struct options *opt)
{
	bool pair = opt->nr_args == 2;
	enum status status = pair ? add_boots(opt)
				  : add_record(opt, opt->args[0]);

	if (status)
		return status;
	if (opt->dir)
		status = write_pictures(opt->cmp, opt->dir);
	if (status == STATUS_USAGE)
		return status;
	if (pair && !status)
		show_effects(opt->cmp, &opt->out);
	if (!pair)
		show_record(opt->cmp, &opt->out);
	return status ? status : comparison_status(opt->cmp);
}

enum status run_check(const struct options *opt)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < opt->nr_args; i++) {
		struct record *rec = read_or_say(opt->args[i]);
		char *plain;

		if (!rec) {
			status = STATUS_DATA;
			continue;
		}
		plain = plain_text(opt->args[i]);
		printf("%s: %s tier, %s, %zu rows, %zu skipped, %zu failed, %s%zu finding%s\n",
		       plain, tiers[rec->tier].name,
		       rec->stage ? rec->stage : rec->release, rec->nr_rows,
		       rec->nr_skips, rec->nr_failures,
		       rec->nr_undeclared
			       ? fmt_text("%zu undeclared, ", rec->nr_undeclared)
			       : "",
		       rec->nr_findings, rec->nr_findings == 1 ? "" : "s");
		free(plain);
		record_free(rec);
	}
	return status;
}
