// SPDX-License-Identifier: GPL-2.0-or-later
/* Data of the waterfalls: from one total to the other, by function or by patch. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

#define WATERFALL_FUNCTIONS 14
#define WATERFALL_IMPROVED 3

/* A bar. */
struct step {
	char *name; /* of a function: one that the compiler renamed has its plain name */
	const struct bill_line *line; /* why it is on one side only, or NULL */
	int128 diff;		      /* as in the bill */
};

/* What leads from one total to the other. */
struct steps {
	struct step *list; /* largest first, none of them 0 */
	size_t nr;
	size_t less;  /* how many of them go down */
	size_t equal; /* functions that are no step */
};

static int step_cmp(const void *a, const void *b)
{
	const struct step *x = a, *y = b;
	int d = diff_cmp(x->diff, y->diff);

	return d ? d : strcmp(x->name, y->name);
}

static struct step *add_step(struct steps *s, const char *name, size_t len)
{
	s->list = xgrow(s->list, s->nr, sizeof(*s->list));
	s->list[s->nr].name = xasprintf("%.*s", (int)len, name);
	return &s->list[s->nr++];
}

/* The step of the same function under another name, or a new one. */
static struct step *plain_step(struct steps *s, const char *name)
{
	size_t len = plain_length(name);

	for (size_t i = 0; i < s->nr; i++)
		if (!strncmp(s->list[i].name, name, len) && !s->list[i].name[len])
			return &s->list[i];
	return add_step(s, name, len);
}

/*
 * Functions that differ. One that has .isra.0 on one side only would be two
 * large bars that cancel; both are one step.
 */
static void make_steps(const struct bill *bill, struct steps *s)
{
	size_t n = 0;

	*s = (struct steps){ 0 };
	for (size_t i = 0; i < bill->nr_lines; i++) {
		const struct bill_line *line = &bill->lines[i];
		struct step *step;

		if (line->mark == BILL_VARIANT)
			continue;
		step = add_step(s, line->name, strlen(line->name));
		step->line = line;
		step->diff = line->diff;
	}
	for (size_t i = 0; i < bill->nr_lines; i++)
		if (bill->lines[i].mark == BILL_VARIANT)
			plain_step(s, bill->lines[i].name)->diff +=
				bill->lines[i].diff;

	if (s->nr)
		qsort(s->list, s->nr, sizeof(*s->list), step_cmp);
	while (n < s->nr && s->list[n].diff)
		s->less += s->list[n++].diff < 0;
	s->equal = s->nr - n;
	for (size_t i = n; i < s->nr; i++)
		free(s->list[i].name);
	s->nr = n;
}

static void free_steps(struct steps *s)
{
	for (size_t i = 0; i < s->nr; i++)
		free(s->list[i].name);
	free(s->list);
}

/* Prints a step from a level. Return: the level after it. */
static double print_step(const struct comparison *cmp, const struct bill *bill,
			 const struct step *step, double from, FILE *f)
{
	const char *new = cmp->cols[cmp->nr_cols - 1].name;
	double diff = bill_per_op(bill, step->diff);
	const char *note = "";

	if (step->line)
		note = bill_note(step->line, cmp->cols[cmp->bill_base].name, new);
	fprintf(f, "%s\t%.15g\t%.15g\t%s%s%s\t%s\n", step->name, from,
		from + diff, fmt_diff(diff), *note ? " " : "", note,
		diff < 0 ? "better" : "worse");
	return from + diff;
}

static double total_per_op(const struct bill *bill, enum bill_side side)
{
	return (double)bill->total[side] / (double)bill->ops[side];
}

static void print_steps(const struct comparison *cmp, const struct bill *bill,
			const struct steps *s, FILE *f)
{
	double at = total_per_op(bill, BILL_BASE);
	struct step rest = { 0 };
	size_t named = s->nr;

	/* "1 other function" would take the room of its name. */
	if (s->nr > WATERFALL_FUNCTIONS + 1)
		named = WATERFALL_FUNCTIONS;
	for (size_t i = 0; i < named; i++)
		at = print_step(cmp, bill, &s->list[i], at, f);
	for (size_t i = named; i < s->nr; i++)
		rest.diff += s->list[i].diff;
	if (s->nr == named)
		return;
	rest.name = xasprintf("other functions (%zu)", s->nr - named);
	print_step(cmp, bill, &rest, at, f);
	free(rest.name);
}

static void print_total(const struct column *col, double v, FILE *f)
{
	fprintf(f, "%s\t0\t%.15g\t%s\ttotal\n", col->name, v, fmt_value(v));
}

static void print_scale(const struct comparison *cmp, const struct column *base,
			const struct column *new, enum metric_id metric, FILE *f)
{
	fprintf(f,
		"# spoken: 4 5\n# unit: %s per operation (task in the kernel)\n",
		metrics[metric].title);
	print_data_sample(cmp, f);
	fprintf(f,
		"# columns: start end label kind\n# kernel: %s: %s\n# kernel: %s: %s\n",
		base->name, kernel_id(base->recs[0]), new->name,
		kernel_id(new->recs[0]));
}

/* "; 606 of them in mas_wr_node_store", of the function that goes that way most. */
static void print_most(const struct bill *bill, const struct steps *s, FILE *f)
{
	for (size_t i = 0; i < s->nr; i++) {
		int128 diff = s->list[i].diff;

		if ((diff < 0) != (bill->diff < 0))
			continue;
		if (diff == bill->diff)
			fprintf(f, ", all of them in %s", s->list[i].name);
		else
			fprintf(f, "; %s %s %s %s", s->list[i].name,
				bill_count(bill->metric)->verb,
				fmt_diff(bill_per_op(bill, diff)) + 1,
				diff < 0 ? "fewer" : "more");
		return;
	}
}

static void print_title(const struct comparison *cmp, const struct operation *o,
			const struct bill *bill, const struct steps *s, FILE *f)
{
	const char *base = cmp->cols[cmp->bill_base].name;
	const char *new = cmp->cols[cmp->nr_cols - 1].name;
	const char *verb = bill_count(bill->metric)->verb;
	const char *noun = bill_count(bill->metric)->noun;
	double diff = bill_per_op(bill, bill->diff);

	if (!bill->diff)
		fprintf(f,
			"# title: %s %s as many %s as %s in %s %s, from other functions",
			new, verb, noun, base, o->scenario, o->op);
	else if (bill->total[BILL_BASE])
		fprintf(f, "# title: %s %s %s %s %s (%s %%) than %s in %s %s",
			new, verb, fmt_diff(diff) + 1,
			diff < 0 ? "fewer" : "more", noun,
			fmt_points(1 + diff / total_per_op(bill, BILL_BASE)) + 1,
			base, o->scenario, o->op);
	else
		fprintf(f, "# title: %s %s %s in %s %s where %s %s none", new,
			verb, noun, o->scenario, o->op, base, verb);
	if (bill->diff)
		print_most(bill, s, f);
	fputc('\n', f);
}

/**
 * print_waterfall_data() - data of the picture "waterfall"
 * @cmp: comparison, built; the last column against the first
 * @o: operation, and what is counted
 * @f: where to
 *
 * Return: 0; -ENODATA without functions; -EINVAL when they do not add up.
 */
int print_waterfall_data(const struct comparison *cmp,
			 const struct operation *o, FILE *f)
{
	size_t last = cmp->nr_cols - 1;
	const struct column *base = &cmp->cols[cmp->bill_base];
	const struct column *new = &cmp->cols[last];
	struct steps steps;
	struct bill bill;

	if (make_bill(cmp, cmp->bill_base, last, o, &bill))
		return -ENODATA;
	if (!bill_adds_up(&bill)) {
		bill_free(&bill);
		return -EINVAL;
	}
	make_steps(&bill, &steps);
	fprintf(f, "# picture: waterfall\n");
	print_title(cmp, o, &bill, &steps, f);
	fprintf(f,
		"# subtitle: from %s to %s, function by function: %zu %s less, %zu more, %zu as much\n",
		base->name, new->name, steps.less, bill_count(o->metric)->each,
		steps.nr - steps.less, steps.equal);
	print_scale(cmp, base, new, o->metric, f);
	print_total(base, total_per_op(&bill, BILL_BASE), f);
	print_steps(cmp, &bill, &steps, f);
	print_total(new, total_per_op(&bill, BILL_NEW), f);
	free_steps(&steps);
	bill_free(&bill);
	return 0;
}

/**
 * waterfall_name() - the picture of a bill
 * @o: operation, and what is counted
 *
 * Return: name of its files, in a buffer as of fmt_text().
 */
const char *waterfall_name(const struct operation *o)
{
	return fmt_text("waterfall-%s-%s%s%s", o->scenario, o->op,
			o->metric == METRIC_INSNS ? "" : "-",
			o->metric == METRIC_INSNS ? "" : metrics[o->metric].name);
}

/* The patch that goes one way most, 0 where none does. */
static size_t largest_patch(const struct comparison *cmp,
			    const struct line *line, int sign)
{
	double most = 0;
	size_t at = 0;

	for (size_t c = 1; c < cmp->nr_cols; c++) {
		double diff = sign * (line->values[c] - line->values[c - 1]);

		if (diff <= most)
			continue;
		most = diff;
		at = c;
	}
	return at;
}

static void print_patches_title(const struct comparison *cmp,
				const struct line *line, FILE *f)
{
	char *change = finding_text(cmp, line);
	const char *sep = "; ";

	fprintf(f, "# title: %s", change);
	free(change);
	for (int sign = -1; sign <= 1; sign += 2) {
		size_t c = largest_patch(cmp, line, sign);

		if (!c)
			continue;
		fprintf(f, "%s%s %s most (%s)", sep, cmp->cols[c].name,
			sign < 0 ? "removes" : "adds",
			fmt_diff(line->values[c] - line->values[c - 1]) + 1);
		sep = ", ";
	}
	fputc('\n', f);
}

/**
 * print_patches_data() - data of the waterfall from patch to patch
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0, -ENODATA where a stage has no count, none changed it, or there are
 * but two of them.
 */
int print_patches_data(const struct comparison *cmp, FILE *f)
{
	const struct line *line = main_line(cmp);
	size_t last = cmp->nr_cols - 1;
	double low = INFINITY, high = -INFINITY;

	if (!line || is_timed(cmp->cols[0].recs[0]) || cmp->nr_cols < 3)
		return -ENODATA;
	for (size_t c = 0; c <= last; c++) {
		if (isnan(line->values[c]))
			return -ENODATA;
		low = fmin(low, line->values[c]);
		high = fmax(high, line->values[c]);
	}
	if (low == high)
		return -ENODATA;
	fprintf(f, "# picture: waterfall-patches\n");
	print_patches_title(cmp, line, f);
	fprintf(f,
		"# subtitle: instructions from %s to %s; a bar is what a patch adds or removes\n",
		cmp->cols[0].name, cmp->cols[last].name);
	print_scale(cmp, &cmp->cols[0], &cmp->cols[last], METRIC_INSNS, f);
	print_total(&cmp->cols[0], line->values[0], f);
	for (size_t c = 1; c <= last; c++) {
		double a = line->values[c - 1], b = line->values[c];

		fprintf(f, "+ %s\t%.15g\t%.15g\t%s\t%s\n", cmp->cols[c].name, a,
			b, fmt_diff(b - a),
			b > a	? "worse"
			: b < a ? "better"
				: "equal");
	}
	print_total(&cmp->cols[last], line->values[last], f);
	return 0;
}

/* A picture needs functions on both sides, and one that differs. */
static bool can_be_drawn(const struct comparison *cmp, const struct operation *o)
{
	struct bill bill;
	bool moved;

	if (make_bill(cmp, cmp->bill_base, cmp->nr_cols - 1, o, &bill))
		return false;
	/* The largest is first. */
	moved = bill.nr_lines && bill.lines[0].diff && bill_adds_up(&bill);
	bill_free(&bill);
	return moved;
}

static bool is_chosen(const struct operation *chosen, size_t nr,
		      const struct operation *o)
{
	for (size_t i = 0; chosen && i < nr; i++)
		if (chosen[i].metric == o->metric &&
		    !strcmp(chosen[i].scenario, o->scenario) &&
		    !strcmp(chosen[i].op, o->op))
			return true;
	return false;
}

/* One more, unless it is there, or has no bill on both sides. */
static void add_waterfall(const struct comparison *cmp, struct operation **chosen,
			  size_t *nr, const char *scenario, const char *op,
			  enum metric_id metric)
{
	const struct operation o = { scenario, op, REGION_OP, CLASS_TASK, metric };

	if (is_chosen(*chosen, *nr, &o) || !can_be_drawn(cmp, &o))
		return;
	*chosen = xgrow(*chosen, *nr, sizeof(**chosen));
	(*chosen)[(*nr)++] = o;
}

/**
 * choose_waterfalls() - operations whose bill is worth a picture
 * @cmp: comparison, built
 * @nr: filled: how many
 *
 * The headlines of the series, and what it improves most; of the first headline the
 * cache lines, too.
 *
 * Return: array, to be given to free().
 */
struct operation *choose_waterfalls(const struct comparison *cmp, size_t *nr)
{
	static const enum metric_id of_headline[] = { METRIC_INSNS,
						      METRIC_LINES_READ };
	const struct record_series *series = comparison_series(cmp);
	const struct line *headline = headline_line(cmp);
	const struct line **better = NULL;
	struct operation *chosen = NULL;
	size_t n = 0;

	*nr = 0;
	if (cmp->nr_differ)
		return NULL;
	for (size_t i = 0; headline && i < ARRAY_SIZE(of_headline); i++)
		add_waterfall(cmp, &chosen, nr, headline->key->scenario,
			      headline->key->op, of_headline[i]);
	for (size_t i = 0; i < series->nr_headlines; i++)
		add_waterfall(cmp, &chosen, nr, series->headlines[i].scenario,
			      series->headlines[i].op, METRIC_INSNS);

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (cmp->lines[i].key->metric_id != METRIC_INSNS ||
		    line_tally(&cmp->lines[i]) != TALLY_BETTER)
			continue;
		better = xgrow(better, n, sizeof(*better));
		better[n++] = &cmp->lines[i];
	}
	if (n)
		qsort(better, n, sizeof(*better), effect_cmp);
	for (size_t i = 0; i < n && i < WATERFALL_IMPROVED; i++)
		add_waterfall(cmp, &chosen, nr, better[i]->key->scenario,
			      better[i]->key->op, METRIC_INSNS);
	free(better);
	return chosen;
}
