// SPDX-License-Identifier: GPL-2.0-or-later
/* The bill of one operation, for two kernels and for all stages of a series. */
#include <err.h>
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"
#include "render/render.h"

#define FIRST_THAT(verb, what) \
	"A " what              \
	" is charged to the first function of the operation that " verb " it."

/* clang-format off */
static const struct bill_count bill_counts[] = {
	{ "insns", METRIC_INSNS, "instructions", "takes", "execute", NULL },
	{ "loads", METRIC_MEM_LOADS, "loads", "makes", "make", NULL },
	{ "stores", METRIC_MEM_STORES, "stores", "makes", "make", NULL },
	{ "lines_read", METRIC_LINES_READ, "cache lines", "reads", "read",
	  FIRST_THAT("reads", "line") },
	{ "lines_written", METRIC_LINES_WRITTEN, "cache lines", "writes", "write",
	  FIRST_THAT("writes", "line") },
	{ "lines_code", METRIC_LINES_CODE, "cache lines", "executes", "execute",
	  FIRST_THAT("executes", "line") },
	{ "pages", METRIC_PAGES, "pages", "touches", "touch",
	  FIRST_THAT("reads or writes", "page") },
};
/* clang-format on */

/** bill_count_names() - what --metric of a bill takes */
struct names bill_count_names(void)
{
	return NAMES_OF(bill_counts);
}

/**
 * bill_count() - what a bill of a metric counts
 * @metric: metric
 *
 * Return: NULL of what functions are not charged with.
 */
const struct bill_count *bill_count(enum metric_id metric)
{
	for (size_t i = 0; i < ARRAY_SIZE(bill_counts); i++)
		if (bill_counts[i].metric == metric)
			return &bill_counts[i];
	return NULL;
}

static bool parse_count(const char *name, struct operation *o)
{
	o->metric = METRIC_INSNS;
	for (size_t i = 0; name && i < ARRAY_SIZE(bill_counts); i++) {
		const struct bill_count *count = &bill_counts[i];

		o->metric = count->metric;
		if (!strcmp(count->name, name) ||
		    !strcmp(metrics[count->metric].name, name))
			return true;
	}
	return !name;
}

/* Lines and pages came later than instructions. */
bool has_count(const struct record_functions *fns, enum metric_id metric)
{
	const struct bill_count *count = bill_count(metric);

	return fns->has_lines || (count && !count->rule);
}

/* What the task did between the markers, and what it left to RCU. */
bool operation_is_headline(const struct operation *o)
{
	return o->region == REGION_OP && o->class == CLASS_TASK;
}

bool operation_is_deferred(const struct operation *o)
{
	return o->region == REGION_DRAIN && o->class == CLASS_RCU;
}

/**
 * functions_of() - what a column executed in one class of an operation
 * @col: column
 * @o: operation
 *
 * Return: functions, NULL where the column has none.
 */
const struct record_functions *functions_of(const struct column *col,
					    const struct operation *o)
{
	return record_find_functions(col->recs[0], o->scenario, o->op,
				     o->region, o->class);
}

/* What there is instead: operations of the scenario, or else scenarios. */
static void say_known(const struct comparison *cmp, const char *scenario,
		      const char *op)
{
	const struct record *rec = cmp->cols[0].recs[0];
	const struct record_note *skip;
	struct names names = { 0 };
	bool known = false;
	const char *last = "";

	skip = find_note(rec->skips, rec->nr_skips, scenario, op ? op : "");
	if (skip)
		warnx("%s: %s was skipped: %s", rec->path, scenario,
		      skip->reason);
	for (size_t i = 0; i < rec->nr_functions; i++)
		known |= !strcmp(rec->functions[i].scenario, scenario);

	names.v = xcalloc(rec->nr_functions, sizeof(*names.v));
	for (size_t i = 0; i < rec->nr_functions; i++) {
		const struct record_functions *fns = &rec->functions[i];
		const char *name = known ? fns->op : fns->scenario;

		if ((known && strcmp(fns->scenario, scenario)) ||
		    !strcmp(name, last))
			continue;
		names.v[names.nr++] = last = name;
	}
	if (known)
		say_no_such("operation with functions", op ? op : "", names,
			    NULL);
	else
		say_no_such("scenario with functions", scenario, names,
			    "'vmadiff show RECORD' names those that were measured");
}

/** bill_classes() - what --class takes, besides drain:CLASS */
struct names bill_classes(void)
{
	struct names names =
		names_of(&class_names[0], NR_CLASSES, sizeof(class_names[0]));

	names.v[names.nr++] = "deferred";
	return names;
}

/* "task", "deferred", "drain:irq" to region and class. */
static bool parse_class(const struct comparison *cmp, const char *text,
			struct operation *o)
{
	const char *class = text ? text : class_names[CLASS_TASK];

	o->region = REGION_OP;
	if (!strcmp(class, "deferred"))
		class = "drain:rcu";
	if (!strncmp(class, "drain:", strlen("drain:"))) {
		o->region = REGION_DRAIN;
		class += strlen("drain:");
	}
	o->class = class_by_name(class);
	if (o->class == NR_CLASSES)
		return false;

	/* RCU's work is in the drain, if none landed in the operation. */
	if (text && class_by_name(text) == CLASS_RCU) {
		for (size_t c = 0; c < cmp->nr_cols; c++)
			if (functions_of(&cmp->cols[c], o))
				return true;
		o->region = REGION_DRAIN;
	}
	return true;
}

/* A record knows why it has no functions of a scenario. */
static bool say_absent(const struct comparison *cmp, const char *scenario,
		       const char *op)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];
		const struct record_note *note;
		const char *what = "failed";

		note = find_note(rec->failures, rec->nr_failures, scenario,
				 op ? op : "");
		if (!note) {
			note = find_note(rec->skips, rec->nr_skips, scenario,
					 op ? op : "");
			what = "was skipped";
		}
		if (!note)
			continue;
		warnx("%s: %s %s: %.*s", base_name(rec->path), scenario, what,
		      CUT(note->reason, 200));
		return true;
	}
	return false;
}

/* Has a column what is to be compared of the task's functions? It is said if not. */
static bool check_column(const struct comparison *cmp, size_t c,
			 const struct bill_request *asked,
			 const struct operation *task)
{
	const struct column *col = &cmp->cols[c];
	const char *path = col->recs[0]->path;
	const struct record_functions *fns = functions_of(col, task);
	const struct record_functions *base = functions_of(&cmp->cols[0], task);

	if (!fns && say_absent(cmp, asked->scenario, asked->op))
		return false;
	if (!fns)
		warnx("%s: holds no functions of %s %s", path, task->scenario,
		      task->op);
	else if (strcmp(fns->version, base->version))
		warnx("NOT-COMPARABLE: %s has version %.*s in %s, %.*s in %s",
		      task->scenario, CUT(base->version, 20), cmp->cols[0].name,
		      CUT(fns->version, 20), col->name);
	else if (!has_count(fns, task->metric))
		warnx("%s: its functions have no %s, which vmabench did not count then: measure again",
		      path, metrics[task->metric].name);
	else
		return true;
	return false;
}

/**
 * find_operation() - what the command line asks the bill of
 * @cmp: comparison, built
 * @asked: by which words
 * @found: filled
 *
 * Return: %STATUS_OK; another after saying what is wrong.
 */
enum status find_operation(const struct comparison *cmp,
			   const struct bill_request *asked,
			   struct operation *found)
{
	const struct record *first = cmp->cols[0].recs[0];
	struct operation task = { asked->scenario, asked->op, REGION_OP,
				  CLASS_TASK, METRIC_INSNS };

	if (!parse_count(asked->metric, &task)) {
		say_no_such("count of functions", asked->metric,
			    bill_count_names(), NULL);
		return STATUS_USAGE;
	}

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];

		if (rec->nr_functions)
			continue;
		warnx("%s: holds no functions; \"vmabench exact\" writes them",
		      rec->path);
		return STATUS_DATA;
	}

	if (!task.op)
		task.op = record_first_op(first, asked->scenario, NULL);
	if (!task.op || !functions_of(&cmp->cols[0], &task)) {
		if (say_absent(cmp, asked->scenario, asked->op))
			return STATUS_DATA;
		say_known(cmp, asked->scenario, asked->op);
		return STATUS_USAGE;
	}
	*found = task;
	if (!parse_class(cmp, asked->class, found)) {
		say_no_such("class", asked->class, bill_classes(), NULL);
		return STATUS_USAGE;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (!check_column(cmp, c, asked, &task))
			return STATUS_DATA;
	if (cmp->nr_differ) {
		for (size_t i = 0; i < cmp->nr_differ; i++)
			warnx("NOT-COMPARABLE: %s", cmp->differ[i]);
		return STATUS_DATA;
	}
	return STATUS_OK;
}

/* The row that has the total; NULL where there is none of a class. */
static const struct record_row *total_row(const struct record *rec,
					  const struct operation *o)
{
	enum metric_id metric = o->metric;
	struct record_row key = { .scenario = o->scenario,
				  .op = o->op,
				  .pass = pass_names[PASS_INSNS] };

	if (operation_is_deferred(o) && metric == METRIC_INSNS)
		metric = METRIC_INSNS_DEFERRED;
	else if (!operation_is_headline(o))
		return NULL;
	key.metric = metrics[metric].name;
	return record_find_row(rec, &key);
}

/* From the row where there is one, so that adding up is a finding. */
static int64_t total_of(const struct record *rec,
			const struct record_functions *fns,
			const struct operation *o)
{
	const struct record_row *row = total_row(rec, o);

	return row && row->whole ? row->total
				 : function_count(&fns->sum, o->metric);
}

/* A class that has no line executed nothing; the task's path always has one. */
static int fill_input(const struct column *col, const struct operation *o,
		      struct bill_input *in)
{
	const struct operation task = { o->scenario, o->op, REGION_OP,
					CLASS_TASK, o->metric };
	const struct record_functions *fns = functions_of(col, &task);
	const struct record *rec = col->recs[0];

	if (!fns || !has_count(fns, o->metric))
		return -ENODATA;
	*in = (struct bill_input){
		.metric = o->metric,
		.symbols = rec->symbols,
		.nr_symbols = rec->nr_symbols,
		.rec = rec,
		.ops = fns->ops,
	};
	fns = functions_of(col, o);
	if (!fns)
		return 0;
	in->functions = fns->functions;
	in->nr_functions = fns->nr_functions;
	in->ops = fns->ops;
	in->total = total_of(rec, fns, o);
	return 0;
}

/**
 * make_bill() - the bill of one operation between two columns
 * @cmp: comparison, built
 * @base: column
 * @new: column
 * @o: operation
 * @bill: filled; to be given to bill_free()
 *
 * Return: 0, -ENODATA when one of them has no functions of the operation, or does not
 * know what they are charged with.
 */
int make_bill(const struct comparison *cmp, size_t base, size_t new,
	      const struct operation *o, struct bill *bill)
{
	struct bill_input inputs[BILL_SIDES];
	int err = fill_input(&cmp->cols[base], o, &inputs[BILL_BASE]);

	if (!err)
		err = fill_input(&cmp->cols[new], o, &inputs[BILL_NEW]);
	if (!err)
		bill_build(bill, &inputs[BILL_BASE], &inputs[BILL_NEW]);
	return err;
}

/**
 * bill_note() - why a function is on one side only, in a few words
 * @line: line of a bill
 * @base: name of the base; NULL where there is no room for names
 * @new: name of the other one; likewise
 *
 * Return: text in a buffer as of fmt_text(); "" when it is on both.
 */
const char *bill_note(const struct bill_line *line, const char *base,
		      const char *new)
{
	const char *where = line->missing == BILL_NEW ? new : base;
	const char *suffix;

	switch (line->mark) {
	case BILL_IDLE:
		return line->missing == BILL_NEW ? "gone" : "new";
	case BILL_ABSENT:
		return where ? fmt_text("not in %s's image", where)
			     : "not in image";
	case BILL_VARIANT:
		suffix = line->variant + plain_length(line->variant);
		if (!*suffix)
			suffix = "plain";
		return where ? fmt_text("as %s in %s", suffix, where)
			     : fmt_text("as %s", suffix);
	case BILL_RENAMED:
		return fmt_text("was %s", line->variant);
	case BILL_UNTOLD:
		return where ? fmt_text("not in %s", where) : "not there";
	default:
		return "";
	}
}
