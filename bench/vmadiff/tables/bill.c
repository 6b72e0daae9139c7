// SPDX-License-Identifier: GPL-2.0-or-later
/* The bill of one operation, for two kernels and for all stages of a series. */
#include <err.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"
#include "compare/compare.h"
#include "record/record.h"
#include "render/render.h"
#include "tables/tables.h"

/* Functions named per patch by "stages"; the rest is one line. */
#define STAGE_FUNCTIONS 6

/* Operations of all stages have a common multiple that fits. */
#define COMMON_OPS_MAX (1LL << 40)

/* A mark is explained below the bill if a line that is printed has it. */
static void print_legend(const struct output *out, unsigned int marks)
{
	if (marks & 1U << BILL_IDLE)
		fputs("gone, new: both images have it, one does not execute it here.\n",
		      out->f);
	if (marks & 1U << BILL_ABSENT)
		fputs("inlined in X?: the image of X has no such function: it was inlined there, or\n"
		      "is not in its source.\n",
		      out->f);
	if (marks & 1U << BILL_VARIANT)
		fputs("as ... in X: X has it with that suffix, or none (.constprop.N, .isra.N, .part.N\n"
		      "and .cold are matched to the plain name).\n",
		      out->f);
	if (marks & 1U << BILL_UNTOLD)
		fputs("not in X: not executed there.\n", out->f);
}

static enum tint tint_of(int128 diff)
{
	return diff ? diff < 0 ? TINT_GOOD : TINT_BAD : TINT_NONE;
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

/* Two values of one operation and what lies between them. */
static void add_values(struct grid *g, const struct bill *bill,
		       const int64_t *insns, int128 diff)
{
	for (int side = 0; side < BILL_SIDES; side++)
		grid_cell(g, TINT_NONE, "%s",
			  fmt_value(per_op(insns[side], bill->ops[side])));
	grid_cell(g, tint_of(diff), "%s", fmt_diff(bill_per_op(bill, diff)));
}

static void add_bill_line(struct grid *g, const struct bill *bill,
			  const struct bill_line *line, const char *base,
			  const char *new)
{
	double calls[BILL_SIDES];

	for (int side = 0; side < BILL_SIDES; side++)
		calls[side] = per_op(line->calls[side], bill->ops[side]);
	grid_cell(g, TINT_NONE, "%s", line->name);
	add_values(g, bill, line->insns, line->diff);
	if (calls[BILL_BASE] == calls[BILL_NEW])
		grid_cell(g, TINT_NONE, "%s", fmt_value(calls[BILL_BASE]));
	else
		grid_cell(g, TINT_NONE, "%s>%s", fmt_value(calls[BILL_BASE]),
			  fmt_value(calls[BILL_NEW]));
	grid_cell(g, TINT_NONE, "%s", bill_note(line, base, new));
}

/* Several functions in one line; none, no line. */
static void add_folded_lines(struct grid *g, const struct bill *bill,
			     const char *what, const struct bill_line *lines,
			     size_t nr, bool equal)
{
	int64_t insns[BILL_SIDES] = { 0 };
	size_t n = 0;
	int128 diff = 0;

	for (size_t i = 0; i < nr; i++) {
		if (bill_line_equal(bill, &lines[i]) != equal)
			continue;
		for (int side = 0; side < BILL_SIDES; side++)
			insns[side] += lines[i].insns[side];
		diff += lines[i].diff;
		n++;
	}
	if (!n)
		return;
	grid_cell(g, TINT_NONE, "%zu %s function%s", n, what, n == 1 ? "" : "s");
	add_values(g, bill, insns, diff);
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", "");
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
		};
		struct bill bill;

		if (other.region == o->region && other.class == o->class)
			continue;
		if ((!functions_of(&cmp->cols[cmp->bill_base], &other) &&
		     !functions_of(&cmp->cols[last], &other)) ||
		    make_bill(cmp, cmp->bill_base, last, &other, &bill))
			continue;
		grid_cell(g, TINT_NONE, "(%s)", class_title(&other));
		add_values(g, &bill, bill.total, bill.diff);
		grid_cell(g, TINT_NONE, "%s", "");
		grid_cell(g, TINT_NONE, "%s", "");
		bill_free(&bill);
		any = true;
	}
	return any;
}

static enum status say_sum(const struct bill *bill, const char *what,
			   const struct output *out)
{
	const int64_t *ops = bill->ops;
	int128 unit = ops[BILL_BASE] == ops[BILL_NEW] ? ops[BILL_BASE] : 1;
	char sum_text[48], diff_text[48];
	const char *sum, *diff;

	/* With the same operations on both sides, plain instructions. */
	if (bill->sum % unit || bill->diff % unit)
		unit = 1;
	sum = fmt_int128(bill->sum / unit, sum_text, sizeof(sum_text));
	diff = fmt_int128(bill->diff / unit, diff_text, sizeof(diff_text));
	if (!bill_adds_up(bill)) {
		warnx("%s: the functions' differences add up to %s instructions, the totals differ by %s",
		      what, sum, diff);
		return STATUS_DATA;
	}
	fprintf(out->f,
		"sum of differences %s == total difference %s instructions / ",
		sum, diff);
	if (unit == 1)
		fprintf(out->f, "(%lld x %lld) ops\n",
			(long long)ops[BILL_BASE], (long long)ops[BILL_NEW]);
	else
		fprintf(out->f, "%lld ops\n", (long long)ops[BILL_BASE]);
	return STATUS_OK;
}

/**
 * print_bill() - what changed from the first column to the last, by function
 * @cmp: comparison, built
 * @o: operation and class
 * @out: where to; always plain text
 * @max_rows: functions named at most, 0 for all of them
 * @all: name the functions that are equal as well
 *
 * Return: %STATUS_OK; %STATUS_DATA when there is no such bill or it does not
 * add up, after saying so.
 */
enum status print_bill(const struct comparison *cmp, const struct operation *o,
		       const struct output *out, size_t max_rows, bool all)
{
	size_t last = cmp->nr_cols - 1, rows = 0, i;
	const char *base = cmp->cols[cmp->bill_base].name;
	const char *new = cmp->cols[last].name;
	const char *equal = all ? "other equal" : "equal";
	unsigned int marks = 0;
	enum status status;
	struct grid *g;
	struct bill bill;
	bool others;

	if (make_bill(cmp, cmp->bill_base, last, o, &bill)) {
		warnx("no functions of %s %s", o->scenario, o->op);
		return STATUS_DATA;
	}
	fprintf(out->f, "%s%s %s%s, %s to %s: %s [insns/op]\n",
		tint_on(out, TINT_HEAD), o->scenario, o->op,
		tint_off(out, TINT_HEAD), base, new, class_title(o));

	g = grid_new();
	grid_column(g, "function", true, 0);
	grid_column(g, base, false, 0);
	grid_column(g, new, false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "calls", false, 0);
	grid_column(g, "note", true, 0);
	for (i = 0; i < bill.nr_lines && (!max_rows || rows < max_rows); i++) {
		if (!all && bill_line_equal(&bill, &bill.lines[i]))
			continue;
		add_bill_line(g, &bill, &bill.lines[i], base, new);
		marks |= 1U << bill.lines[i].mark;
		rows++;
	}
	add_folded_lines(g, &bill, "other", bill.lines + i, bill.nr_lines - i,
			 false);
	if (!all)
		add_folded_lines(g, &bill, equal, bill.lines, bill.nr_lines,
				 true);
	else
		add_folded_lines(g, &bill, equal, bill.lines + i,
				 bill.nr_lines - i, true);

	grid_cell(g, TINT_HEAD, "total");
	add_values(g, &bill, bill.total, bill.diff);
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", fmt_percent(bill_ratio(&bill)));
	others = add_other_classes(g, cmp, o);
	grid_print(g, out);
	grid_free(g);

	if (others)
		fprintf(out->f, "( ): not in the total%s.\n",
			operation_is_headline(o) ? "; the headline excludes it"
						 : "");
	print_legend(out, marks);
	status = say_sum(&bill, fmt_text("%s %s", o->scenario, o->op), out);
	bill_free(&bill);
	return status;
}

/* Functions of one patch that moved, then the others in one line. */
static void add_stage_functions(struct grid *g, const struct bill *bill,
				size_t max, const char *base, const char *new,
				unsigned int *marks)
{
	size_t n = 0, others = 0;
	int128 rest = 0;

	for (size_t i = 0; i < bill->nr_lines && bill->lines[i].diff; i++) {
		const struct bill_line *line = &bill->lines[i];

		if (n == max) {
			rest += line->diff;
			others++;
			continue;
		}
		grid_cell(g, TINT_NONE, "  %s", line->name);
		grid_cell(g, TINT_NONE, "%s", "");
		grid_cell(g, tint_of(line->diff), "%s",
			  fmt_diff(bill_per_op(bill, line->diff)));
		grid_cell(g, TINT_NONE, "%s", "");
		grid_cell(g, TINT_NONE, "%s", bill_note(line, base, new));
		*marks |= 1U << line->mark;
		n++;
	}
	if (!others)
		return;
	grid_cell(g, TINT_NONE, "  %zu other function%s", others,
		  others == 1 ? "" : "s");
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", fmt_diff(bill_per_op(bill, rest)));
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "%s", "");
}

static void add_stage(struct grid *g, const char *name, const struct bill *bill)
{
	grid_cell(g, TINT_HEAD, "%s", name);
	grid_cell(g, TINT_NONE, "%s",
		  fmt_value(per_op(bill->total[BILL_NEW], bill->ops[BILL_NEW])));
	grid_cell(g, tint_of(bill->diff), "%s",
		  fmt_diff(bill_per_op(bill, bill->diff)));
	grid_cell(g, TINT_NONE, "%s", fmt_percent(bill_ratio(bill)));
	grid_cell(g, TINT_NONE, "%s", "");
}

/* Operations that a total of every column can be scaled to, 0 for none. */
static int64_t common_ops(const struct comparison *cmp, const struct operation *o)
{
	int64_t common = 1;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record_functions *fns;
		const struct operation task = { o->scenario, o->op, REGION_OP,
						CLASS_TASK };

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
	const char *first = cmp->cols[0].name;
	const char *last = cmp->cols[cmp->nr_cols - 1].name;
	int64_t common = common_ops(cmp, o);
	enum status status = STATUS_DATA;
	char sum_text[48], diff_text[48];
	const char *sum_s, *diff_s;
	unsigned int marks = 0;
	struct grid *g = NULL;
	int128 sum = 0, diff;
	struct bill bill;

	if (!common) {
		warnx("%s %s: the stages have no number of operations in common",
		      o->scenario, o->op);
		return STATUS_DATA;
	}
	g = grid_new();
	grid_column(g, "patch", true, 0);
	grid_column(g, "insns", false, 0);
	grid_column(g, "diff", false, 0);
	grid_column(g, "change", false, 1);
	grid_column(g, "note", true, 0);

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		const char *base = cmp->cols[c - 1].name;
		const char *new = cmp->cols[c].name;

		if (make_bill(cmp, c - 1, c, o, &bill))
			goto out;
		if (!bill_adds_up(&bill)) {
			warnx("%s %s: the functions do not add up to the difference from %s to %s",
			      o->scenario, o->op, base, new);
			bill_free(&bill);
			goto out;
		}
		if (c == 1) {
			grid_cell(g, TINT_HEAD, "%s", first);
			grid_cell(g, TINT_NONE, "%s",
				  fmt_value(per_op(bill.total[BILL_BASE],
						   bill.ops[BILL_BASE])));
			grid_cell(g, TINT_NONE, "%s", "");
			grid_cell(g, TINT_NONE, "%s", "");
			grid_cell(g, TINT_NONE, "%s", "");
		}
		add_stage(g, new, &bill);
		add_stage_functions(g, &bill, all ? SIZE_MAX : STAGE_FUNCTIONS,
				    base, new, &marks);
		sum += scale(&bill, bill.sum, common);
		bill_free(&bill);
	}
	if (make_bill(cmp, 0, cmp->nr_cols - 1, o, &bill))
		goto out;
	add_stage(g, fmt_text("%s to %s", first, last), &bill);
	diff = scale(&bill, bill.diff, common);
	bill_free(&bill);

	fprintf(out->f, "%s%s %s%s: %s [insns/op]\n", tint_on(out, TINT_HEAD),
		o->scenario, o->op, tint_off(out, TINT_HEAD), class_title(o));
	grid_print(g, out);
	print_legend(out, marks);
	sum_s = fmt_int128(sum, sum_text, sizeof(sum_text));
	diff_s = fmt_int128(diff, diff_text, sizeof(diff_text));
	if (sum == diff) {
		fprintf(out->f,
			"sum of the patches %s == %s to %s %s instructions / %lld ops\n",
			sum_s, first, last, diff_s, (long long)common);
		status = STATUS_OK;
	} else {
		warnx("%s %s: the patches add up to %s instructions, %s to %s is %s",
		      o->scenario, o->op, sum_s, first, last, diff_s);
	}
out:
	grid_free(g);
	return status;
}
