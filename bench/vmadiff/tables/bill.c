// SPDX-License-Identifier: GPL-2.0-or-later
/* The bill of one operation, for two kernels and for all stages of a series. */
#include <err.h>
#include <math.h>

#include "base/base.h"
#include "tables/tables.h"

/* Functions named per patch by "stages"; the rest is one line. */
#define STAGE_FUNCTIONS 6

/* Operations of all stages have a common multiple that fits. */
#define COMMON_OPS_MAX (1LL << 40)

/*
 * A mark is explained below the bill if a line that is printed has it. Where there was
 * no room for names of kernels in it, X is the one that has no calls of the function.
 */
static void print_legend(const struct output *out, unsigned int marks, bool named)
{
	if (marks & 1U << BILL_IDLE)
		fputs("gone, new: both images have it, one does not execute it here.\n",
		      out->f);
	if (marks & 1U << BILL_ABSENT)
		fputs(named ? "not in X's image: the image of X has no such function: its source has none, or\n"
			      "the compiler inlined it in all callers.\n"
			    : "not in image: the image of the kernel that does not call it has no such\n"
			      "function: its source has none, or the compiler inlined it in all callers.\n",
		      out->f);
	if (marks & 1U << BILL_VARIANT)
		fputs(named ? "as ... in X: X has it with that suffix, or none (.constprop.N, .isra.N, .part.N\n"
			      "and .cold are matched to the plain name).\n"
			    : "as ...: the other kernel has it with that suffix, or none (.constprop.N,\n"
			      ".isra.N, .part.N and .cold are matched to the plain name).\n",
		      out->f);
	if (marks & 1U << BILL_RENAMED)
		fputs("was ...: the first kernel has the same code under that name.\n",
		      out->f);
	if (marks & 1U << BILL_UNTOLD)
		fputs(named ? "not in X: not executed there.\n"
			    : "not there: one of the kernels does not execute it.\n",
		      out->f);
}

static enum tint tint_of(int128 diff)
{
	return diff ? diff < 0 ? TINT_GOOD : TINT_BAD : TINT_SOFT;
}

static double per_op(int64_t count, int64_t ops)
{
	return (double)count / (double)ops;
}

static double bill_ratio(const struct bill *bill)
{
	if (!bill->total[BILL_BASE])
		return NAN;
	return per_op(bill->total[BILL_NEW], bill->ops[BILL_NEW]) /
	       per_op(bill->total[BILL_BASE], bill->ops[BILL_BASE]);
}

static void add_diff(struct grid *g, const struct bill *bill, int128 diff)
{
	double v = bill_per_op(bill, diff);

	grid_number(g, tint_of(diff), v, fmt_diff(v));
}

/* Two values of one operation, what lies between them, and what is to be said. */
static void add_values(struct grid *g, const struct bill *bill,
		       const int64_t *count, int128 diff, const char *calls,
		       const char *note)
{
	for (int side = 0; side < BILL_SIDES; side++) {
		double v = per_op(count[side], bill->ops[side]);

		grid_number(g, TINT_NONE, v, fmt_value(v));
	}
	add_diff(g, bill, diff);
	if (calls)
		grid_cell(g, TINT_NONE, "%s", calls);
	grid_cell(g, TINT_SOFT, "%s", note);
}

static const char *calls_text(const struct bill *bill,
			      const struct bill_line *line)
{
	double base = per_op(line->calls[BILL_BASE], bill->ops[BILL_BASE]);
	double new = per_op(line->calls[BILL_NEW], bill->ops[BILL_NEW]);

	return base == new ? fmt_value(base)
			   : fmt_text("%s>%s", fmt_value(base), fmt_value(new));
}

/* Several functions in one line. */
struct fold {
	int64_t count[BILL_SIDES];
	int128 diff;
	size_t nr;
};

static void fold_line(struct fold *fold, const struct bill_line *line)
{
	for (int side = 0; side < BILL_SIDES; side++)
		fold->count[side] += line->count[side];
	fold->diff += line->diff;
	fold->nr++;
}

static const char *fold_name(const struct fold *fold, const char *what)
{
	return fmt_count(fold->nr, fmt_text("%s function", what));
}

static void add_fold(struct grid *g, const struct bill *bill,
		     const struct fold *fold, const char *what, const char *calls)
{
	if (!fold->nr)
		return;
	grid_cell(g, TINT_NONE, "%s", fold_name(fold, what));
	add_values(g, bill, fold->count, fold->diff, calls, "");
}

/**
 * bill_grid() - a bill as a table
 * @bill: bill
 * @base: name of one column
 * @new: name of the other
 * @view: which functions it names
 * @marks: filled: a bit of each enum bill_mark in it
 */
struct grid *bill_grid(const struct bill *bill, const char *base, const char *new,
		       const struct bill_view *view, unsigned int *marks)
{
	/* More calls that touch nothing more are no news in a bill of lines. */
	bool calls_count = !view->brief && !bill_count(bill->metric)->rule;
	const char *none = view->brief ? NULL : "", *note = "";
	struct fold others = { 0 }, equal = { 0 };
	struct grid *g = grid_new();
	size_t rows = 0;

	grid_column(g, "function", true, 0);
	grid_column(g, base, false, 0);
	grid_column(g, new, false, 0);
	grid_column(g, view->brief ? "difference" : "diff", false, 0);
	if (!view->brief)
		grid_column(g, "calls", false, 0);
	grid_column(g, "note", true, 0);

	*marks = 0;
	for (size_t i = 0; i < bill->nr_lines; i++) {
		const struct bill_line *line = &bill->lines[i];
		bool same = calls_count ? bill_line_equal(bill, line)
					: !line->diff;

		if ((same && !view->all) || (view->max && rows == view->max)) {
			fold_line(same && !view->brief ? &equal : &others, line);
			continue;
		}
		grid_cell(g, TINT_NONE, "%s", line->name);
		add_values(g, bill, line->count, line->diff,
			   view->brief ? NULL : calls_text(bill, line),
			   view->unnamed ? bill_note(line, NULL, NULL)
					 : bill_note(line, base, new));
		*marks |= 1U << line->mark;
		rows++;
	}
	add_fold(g, bill, &others, "other", none);
	add_fold(g, bill, &equal, view->all ? "other equal" : "equal", none);

	if (!view->brief)
		note = fmt_percent(bill_ratio(bill));
	else if (!bill_adds_up(bill))
		note = "does NOT add up";
	grid_cell(g, TINT_HEAD, "total");
	add_values(g, bill, bill->total, bill->diff, none, note);
	return g;
}

static const char *class_title(const struct operation *o)
{
	if (operation_is_deferred(o))
		return "left to RCU";
	if (o->region == REGION_DRAIN)
		return fmt_text("%s, in the drain", class_names[o->class]);
	return o->class == CLASS_IRQ	  ? "interrupts"
	       : o->class == CLASS_RCU	  ? "RCU callbacks"
	       : o->class == CLASS_REFILL ? "allocator refills"
	       : o->class == CLASS_USER	  ? "user space"
					  : "task in the kernel";
}

/* The classes that the bill is not about, a line each. */
static bool add_other_classes(struct grid *g, const struct comparison *cmp,
			      const struct operation *o)
{
	size_t last = cmp->nr_cols - 1;
	bool any = false;

	for (size_t i = 0; i < NR_REGIONS * NR_CLASSES; i++) {
		const struct operation other = {
			o->scenario,
			o->op,
			(enum region_kind)(i / NR_CLASSES),
			(enum insn_class)(i % NR_CLASSES),
			o->metric,
		};
		struct bill bill;

		if (other.region == o->region && other.class == o->class)
			continue;
		if ((!functions_of(&cmp->cols[cmp->bill_base], &other) &&
		     !functions_of(&cmp->cols[last], &other)) ||
		    make_bill(cmp, cmp->bill_base, last, &other, &bill))
			continue;
		grid_cell(g, TINT_NONE, "(%s)", class_title(&other));
		add_values(g, &bill, bill.total, bill.diff, "", "");
		bill_free(&bill);
		any = true;
	}
	return any;
}

static enum status say_sum(const struct bill *bill, const char *what,
			   const struct output *out)
{
	const char *noun = bill_count(bill->metric)->noun;
	const int64_t *ops = bill->ops;
	int128 unit = ops[BILL_BASE] == ops[BILL_NEW] ? ops[BILL_BASE] : 1;
	char sum_text[48], diff_text[48];
	const char *sum, *diff;

	/* With the same operations on both sides, a plain count. */
	if (bill->sum % unit || bill->diff % unit)
		unit = 1;
	sum = fmt_int128(bill->sum / unit, sum_text, sizeof(sum_text));
	diff = fmt_int128(bill->diff / unit, diff_text, sizeof(diff_text));
	if (!bill_adds_up(bill)) {
		warnx("%s: the functions' differences add up to %s %s, the totals differ by %s",
		      what, sum, noun, diff);
		return STATUS_DATA;
	}
	fprintf(out->f, "sum of differences %s == total difference %s %s / ",
		sum, diff, noun);
	if (unit == 1)
		fprintf(out->f, "(%lld x %lld) ops\n",
			(long long)ops[BILL_BASE], (long long)ops[BILL_NEW]);
	else
		fprintf(out->f, "%lld ops\n", (long long)ops[BILL_BASE]);
	return STATUS_OK;
}

/* A bill is of one seed: where there are several, how far its total goes with all. */
static void say_seeds(const struct comparison *cmp, const struct operation *o,
		      const struct output *out)
{
	const struct line *line = find_line(cmp, o->scenario, o->op, o->metric);
	char *seeds = seeds_text(cmp, true), *text;

	if (!seeds || !line || !operation_is_headline(o)) {
		free(seeds);
		return;
	}
	text = xasprintf("The bill is of the first seed; with seeds %s %s %s changes by %s %% from %s to %s.",
			 seeds, o->scenario, o->op, spread_text(line),
			 cmp->cols[0].name, cmp->cols[cmp->nr_cols - 1].name);
	print_wrapped(out->f, out->width, 0, text);
	free(text);
	free(seeds);
}

/* "lines_read, task in the kernel [lines/op]"; of instructions nothing need be said. */
static const char *count_title(const struct operation *o)
{
	const struct metric_info *info = &metrics[o->metric];

	return fmt_text("%s%s%s [%s]",
			o->metric == METRIC_INSNS ? "" : info->title,
			o->metric == METRIC_INSNS ? "" : ", ", class_title(o),
			info->unit);
}

/* @between: kernels, or "" */
static void print_bill_title(const struct operation *o, const char *between,
			     const struct output *out)
{
	char *title = xasprintf("%s %s%s: %s", o->scenario, o->op, between,
				count_title(o));

	fputs(tint_on(out, TINT_HEAD), out->f);
	print_wrapped(out->f, out->width, 0, title);
	fputs(tint_off(out, TINT_HEAD), out->f);
	free(title);
}

/* All of it, and what there is besides; filled: @others, whether there is. */
static struct grid *whole_grid(const struct comparison *cmp,
			       const struct operation *o, const struct bill *bill,
			       const struct bill_view *view,
			       unsigned int *marks, bool *others)
{
	struct grid *g = bill_grid(bill, cmp->cols[cmp->bill_base].name,
				   cmp->cols[cmp->nr_cols - 1].name, view, marks);

	*others = add_other_classes(g, cmp, o);
	return g;
}

/**
 * print_bill() - what changed from the first column to the last, by function
 * @cmp: comparison, built
 * @o: operation, class and what is counted
 * @out: where to; always plain text
 * @view: which functions are named
 *
 * Return: %STATUS_OK; %STATUS_DATA when there is no such bill or it does not
 * add up, after saying so.
 */
enum status print_bill(const struct comparison *cmp, const struct operation *o,
		       const struct output *out, const struct bill_view *view)
{
	size_t last = cmp->nr_cols - 1;
	struct bill_view narrow = *view;
	unsigned int marks;
	enum status status;
	struct grid *g;
	struct bill bill;
	bool others;

	if (make_bill(cmp, cmp->bill_base, last, o, &bill)) {
		warnx("no functions of %s %s", o->scenario, o->op);
		return STATUS_DATA;
	}
	print_bill_title(o,
			 fmt_text(", %s to %s", cmp->cols[cmp->bill_base].name,
				  cmp->cols[last].name),
			 out);
	g = whole_grid(cmp, o, &bill, view, &marks, &others);
	narrow.unnamed = !grid_fits(g, out);
	if (narrow.unnamed) {
		grid_free(g);
		g = whole_grid(cmp, o, &bill, &narrow, &marks, &others);
	}
	grid_print(g, out);
	if (others)
		fprintf(out->f, "( ): not in the total%s.\n",
			operation_is_headline(o) ? "; the headline excludes it"
						 : "");
	print_legend(out, marks, !narrow.unnamed);
	if (bill_count(o->metric)->rule)
		print_wrapped(out->f, out->width, 0, bill_count(o->metric)->rule);
	status = say_sum(&bill, fmt_text("%s %s", o->scenario, o->op), out);
	say_seeds(cmp, o, out);
	bill_free(&bill);
	return status;
}

/* A row of the table of patches; without a bill of what it was before. */
static void add_patch_row(struct grid *g, const char *total,
			  const struct bill *bill, int128 diff,
			  const char *change, const char *note)
{
	grid_cell(g, TINT_NONE, "%s", total);
	if (bill)
		add_diff(g, bill, diff);
	else
		grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", change);
	grid_cell(g, TINT_NONE, "%s", note);
}

static const char *total_text(const struct bill *bill, enum bill_side side)
{
	return fmt_value(per_op(bill->total[side], bill->ops[side]));
}

static void add_stage(struct grid *g, const char *name, const struct bill *bill)
{
	grid_cell(g, TINT_HEAD, "%s", name);
	add_patch_row(g, total_text(bill, BILL_NEW), bill, bill->diff,
		      fmt_percent(bill_ratio(bill)), "");
}

/* What is known of all patches of a series. */
struct patches {
	const struct comparison *cmp; /* a column per stage */
	const struct operation *o;
	size_t max;	    /* functions named of each */
	int64_t common;	    /* operations that sums are of */
	int128 sum;	    /* of what each patch changed */
	int128 diff;	    /* from the first stage to the last */
	unsigned int marks; /* a bit of each enum bill_mark that is shown */
	bool unnamed;	    /* notes do not name kernels */
};

/* Functions of one patch that moved, then the others in one line. */
static void add_stage_functions(struct grid *g, const struct bill *bill,
				struct patches *p, size_t c)
{
	const char *base = p->unnamed ? NULL : p->cmp->cols[c - 1].name;
	const char *new = p->unnamed ? NULL : p->cmp->cols[c].name;
	struct fold others = { 0 };

	for (size_t i = 0; i < bill->nr_lines && bill->lines[i].diff; i++) {
		const struct bill_line *line = &bill->lines[i];

		if (i >= p->max) {
			fold_line(&others, line);
			continue;
		}
		grid_cell(g, TINT_NONE, "  %s", line->name);
		add_patch_row(g, "", bill, line->diff, "",
			      bill_note(line, base, new));
		p->marks |= 1U << line->mark;
	}
	if (!others.nr)
		return;
	grid_cell(g, TINT_NONE, "  %s", fold_name(&others, "other"));
	add_patch_row(g, "", bill, others.diff, "", "");
}

/* Operations that a total of every column can be scaled to, 0 for none. */
static int64_t common_ops(const struct comparison *cmp, const struct operation *o)
{
	int64_t common = 1;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record_functions *fns;
		const struct operation task = { o->scenario, o->op, REGION_OP,
						CLASS_TASK, o->metric };

		fns = functions_of(&cmp->cols[c], &task);
		common *= fns->ops / gcd64(common, fns->ops);
		if (common > COMMON_OPS_MAX)
			return 0;
	}
	return common;
}

/* A sum of differences of @bill in instructions of @common operations. */
static int128 scale(const struct bill *bill, int128 diff, int64_t common)
{
	return diff * (common / bill->ops[BILL_BASE]) / bill->ops[BILL_NEW];
}

/* One patch, and before the first what it started from. */
static enum status add_patch(struct grid *g, struct patches *p, size_t c)
{
	const char *base = p->cmp->cols[c - 1].name;
	const char *new = p->cmp->cols[c].name;
	struct bill bill;

	if (make_bill(p->cmp, c - 1, c, p->o, &bill))
		return STATUS_DATA;
	if (!bill_adds_up(&bill)) {
		warnx("%s %s: the functions do not add up to the difference from %s to %s",
		      p->o->scenario, p->o->op, base, new);
		bill_free(&bill);
		return STATUS_DATA;
	}
	if (c == 1) {
		grid_cell(g, TINT_HEAD, "%s", base);
		add_patch_row(g, total_text(&bill, BILL_BASE), NULL, 0, "", "");
	}
	add_stage(g, new, &bill);
	add_stage_functions(g, &bill, p, c);
	p->sum += scale(&bill, bill.sum, p->common);
	bill_free(&bill);
	return STATUS_OK;
}

static enum status add_patches(struct grid *g, struct patches *p)
{
	size_t last = p->cmp->nr_cols - 1;
	struct bill bill;

	p->sum = 0;

	grid_column(g, "patch", true, 0);
	grid_column(g, bill_count(p->o->metric)->name, false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "change", false, 1);
	grid_column(g, "note", true, 0);
	for (size_t c = 1; c <= last; c++)
		if (add_patch(g, p, c))
			return STATUS_DATA;
	if (make_bill(p->cmp, 0, last, p->o, &bill))
		return STATUS_DATA;
	add_stage(g,
		  fmt_text("%s to %s", p->cmp->cols[0].name,
			   p->cmp->cols[last].name),
		  &bill);
	p->diff = scale(&bill, bill.diff, p->common);
	bill_free(&bill);
	return STATUS_OK;
}

/* All of them in a table; NULL where they cannot be, which is said. */
static struct grid *patches_grid(struct patches *p)
{
	struct grid *g = grid_new();

	if (!add_patches(g, p))
		return g;
	grid_free(g);
	return NULL;
}

static enum status say_patches(const struct patches *p, const struct output *out)
{
	const char *first = p->cmp->cols[0].name;
	const char *last = p->cmp->cols[p->cmp->nr_cols - 1].name;
	const char *noun = bill_count(p->o->metric)->noun;
	char sum_text[48], diff_text[48];
	const char *sum = fmt_int128(p->sum, sum_text, sizeof(sum_text));
	const char *diff = fmt_int128(p->diff, diff_text, sizeof(diff_text));

	if (p->sum != p->diff) {
		warnx("%s %s: the patches add up to %s %s, %s to %s is %s",
		      p->o->scenario, p->o->op, sum, noun, first, last, diff);
		return STATUS_DATA;
	}
	fprintf(out->f, "sum of the patches %s == %s to %s %s %s / %lld ops\n",
		sum, first, last, diff, noun, (long long)p->common);
	return STATUS_OK;
}

/**
 * print_stages() - what each patch of a series added or removed
 * @cmp: comparison, built; a column per stage
 * @o: operation
 * @out: where to
 * @all: name all functions that moved
 *
 * Return: %STATUS_OK; %STATUS_DATA when the patches do not add up, after
 * saying so.
 */
enum status print_stages(const struct comparison *cmp, const struct operation *o,
			 const struct output *out, bool all)
{
	struct patches p = { .cmp = cmp,
			     .o = o,
			     .max = all ? SIZE_MAX : STAGE_FUNCTIONS,
			     .common = common_ops(cmp, o) };
	struct grid *g;

	if (!p.common) {
		warnx("%s %s: the stages have no number of operations in common",
		      o->scenario, o->op);
		return STATUS_DATA;
	}
	g = patches_grid(&p);
	if (g && !grid_fits(g, out)) {
		grid_free(g);
		p.unnamed = true;
		g = patches_grid(&p);
	}
	if (!g)
		return STATUS_DATA;
	print_bill_title(o, "", out);
	grid_print(g, out);
	print_legend(out, p.marks, !p.unnamed);
	if (bill_count(o->metric)->rule)
		print_wrapped(out->f, out->width, 0, bill_count(o->metric)->rule);
	return say_patches(&p, out);
}
