// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Data of the pictures "population" and "threads": what an operation costs
 * against a parameter, a line per family of scenarios. A family is the
 * scenarios that differ in the parameter and in the end of their names alone.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "pictures/pictures.h"
#include "render/render.h"

#define P99 0.99

/* What a point of either picture holds; NAN where there is nothing. */
enum {
	COST_FIRST = 0, /* population: first and last stage */
	COST_LAST = 1,
	THROUGHPUT = 0, /* threads */
	LATENCY_P99 = 1,
	NR_VALUES = 2,
};

struct point {
	int64_t at;
	double values[NR_VALUES];
};

/* One family at all values of one parameter. */
struct sweep {
	char *family;
	const char *op; /* that stands for its scenarios */
	const char *param;
	struct point *points; /* by its value, once sorted */
	size_t nr_points;
};

struct sweeps {
	struct sweep *list;
	size_t nr;
};

static bool ends_in(const char *s, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len > n && !strncmp(s + len - n, end, n);
}

/*
 * The name without what says the parameter: _p1000, _threads_4 or _4, if that
 * is its value; all of the name otherwise.
 */
static char *family_of(const char *scenario, const char *param, int64_t value)
{
	size_t len = strlen(scenario), end = len, n = strlen(param);

	while (end && isdigit((unsigned char)scenario[end - 1]))
		end--;
	if (end == len || strtoll(scenario + end, NULL, 10) != value)
		return xasprintf("%s", scenario);
	if (end > 2 && scenario[end - 1] != '_' && scenario[end - 2] == '_')
		end--;
	if (end > 1 && scenario[end - 1] == '_')
		end--;
	if (ends_in(scenario, end, param) && end > n + 1 &&
	    scenario[end - n - 1] == '_')
		end -= n + 1;
	return xasprintf("%.*s", (int)end, scenario);
}

static struct sweep *find_sweep(struct sweeps *all, const struct record_row *row,
				const char *param, int64_t at)
{
	char *family = family_of(row->scenario, param, at);
	struct sweep *sweep;

	for (size_t i = 0; i < all->nr; i++) {
		if (strcmp(all->list[i].family, family) ||
		    strcmp(all->list[i].param, param))
			continue;
		free(family);
		return &all->list[i];
	}
	all->list = xgrow(all->list, all->nr, sizeof(*all->list));
	sweep = &all->list[all->nr++];
	sweep->family = family;
	sweep->op = row->op;
	sweep->param = param;
	return sweep;
}

static void set_point(struct sweep *sweep, int64_t at, int which, double value)
{
	struct point *point = NULL;

	for (size_t i = 0; i < sweep->nr_points; i++)
		if (sweep->points[i].at == at)
			point = &sweep->points[i];
	if (!point) {
		sweep->points = xgrow(sweep->points, sweep->nr_points,
				      sizeof(*sweep->points));
		point = &sweep->points[sweep->nr_points++];
		*point = (struct point){ .at = at, .values = { NAN, NAN } };
	}
	if (isnan(point->values[which]))
		point->values[which] = value;
}

static void add_row(struct sweeps *all, const struct record_row *row,
		    const char *param, int which, double value)
{
	int64_t at = record_param(row, param);

	if (at >= 0 && !isnan(value))
		set_point(find_sweep(all, row, param, at), at, which, value);
}

/* The scenario that a family is named after has none of the parameter. */
static void add_origin(struct sweeps *all, const struct record_row *row,
		       const char *param, int which, double value)
{
	for (size_t i = 0; i < all->nr; i++)
		if (!strcmp(all->list[i].family, row->scenario) &&
		    !strcmp(all->list[i].param, param) &&
		    record_param(row, param) < 0 && !isnan(value))
			set_point(&all->list[i], 0, which, value);
}

static int sweep_cmp(const void *a, const void *b)
{
	const struct sweep *x = a, *y = b;
	int d = strcmp(x->family, y->family);

	/* Threads before processes. */
	return d ? d : strcmp(y->param, x->param);
}

static int point_cmp(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void free_sweep(struct sweep *sweep)
{
	free(sweep->family);
	free(sweep->points);
}

/* One point is no line. */
static void drop_points(struct sweeps *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->nr; i++) {
		struct sweep *sweep = &all->list[i];

		if (sweep->nr_points > 1)
			all->list[n++] = *sweep;
		else
			free_sweep(sweep);
	}
	all->nr = n;
}

static void finish_sweeps(struct sweeps *all)
{
	drop_points(all);
	if (all->nr)
		qsort(all->list, all->nr, sizeof(*all->list), sweep_cmp);
	for (size_t i = 0; i < all->nr; i++)
		qsort(all->list[i].points, all->list[i].nr_points,
		      sizeof(*all->list[i].points), point_cmp);
}

static void free_sweeps(struct sweeps *all)
{
	for (size_t i = 0; i < all->nr; i++)
		free_sweep(&all->list[i]);
	free(all->list);
}

/* The least value of the parameter above @at that any line has; @at for none. */
static int64_t next_tick(const struct sweeps *all, int64_t at)
{
	int64_t next = at;

	for (size_t i = 0; i < all->nr; i++) {
		for (size_t j = 0; j < all->list[i].nr_points; j++) {
			int64_t here = all->list[i].points[j].at;

			if (here > at && (next == at || here < next))
				next = here;
		}
	}
	return next;
}

static void print_ticks(const struct sweeps *all, FILE *f)
{
	int64_t at = -1, next;

	fputs("# ticks:", f);
	for (; (next = next_tick(all, at)) > at; at = next)
		fprintf(f, " %lld", (long long)next);
	fputc('\n', f);
}

static bool has_value(const struct sweep *sweep, int which)
{
	for (size_t i = 0; i < sweep->nr_points; i++)
		if (!isnan(sweep->points[i].values[which]))
			return true;
	return false;
}

/* The largest of each value, for the axes; 0 where there is none. */
static void print_highest(const struct sweeps *all, FILE *f)
{
	double highest[NR_VALUES] = { 0 };

	for (size_t i = 0; i < all->nr; i++)
		for (size_t j = 0; j < all->list[i].nr_points; j++)
			for (int v = 0; v < NR_VALUES; v++)
				highest[v] =
					fmax(highest[v],
					     all->list[i].points[j].values[v]);
	fputs("# highest:", f);
	for (int v = 0; v < NR_VALUES; v++)
		fprintf(f, " %.15g", highest[v]);
	fputc('\n', f);
}

/* For each value the lines that have any, from 1; "-" where none has. */
static void print_drawn(const struct sweeps *all, FILE *f)
{
	for (int v = 0; v < NR_VALUES; v++) {
		bool any = false;

		fputs("# drawn:", f);
		for (size_t i = 0; i < all->nr; i++) {
			if (!has_value(&all->list[i], v))
				continue;
			fprintf(f, " %zu", i + 1);
			any = true;
		}
		fputs(any ? "\n" : " -\n", f);
	}
}

/* A block per line, two blank lines apart, as gnuplot's "index" wants. */
static void print_blocks(const struct sweeps *all, FILE *f)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct sweep *sweep = &all->list[i];

		fputs(i ? "\n\n" : "", f);
		for (size_t j = 0; j < sweep->nr_points; j++) {
			fprintf(f, "%lld", (long long)sweep->points[j].at);
			for (int v = 0; v < NR_VALUES; v++)
				print_data_value(sweep->points[j].values[v], f);
			fputc('\n', f);
		}
	}
}

static void print_sweeps(const struct sweeps *all, FILE *f)
{
	print_ticks(all, f);
	print_highest(all, f);
	print_drawn(all, f);
	print_blocks(all, f);
}

/* One value at the smallest and the largest parameter of a line. */
struct growth {
	const struct sweep *sweep; /* NULL if it has no two points */
	const struct point *from;
	const struct point *to;
	double ratio; /* value there by value here */
};

static struct growth growth_of(const struct sweep *sweep, int which)
{
	struct growth g = { 0 };

	for (size_t i = 0; i < sweep->nr_points; i++) {
		const struct point *point = &sweep->points[i];

		if (!(point->values[which] > 0))
			continue;
		if (!g.from)
			g.from = point;
		g.to = point;
	}
	if (g.from != g.to) {
		g.sweep = sweep;
		g.ratio = g.to->values[which] / g.from->values[which];
	}
	return g;
}

/* Of several operations that have the metric, one does. */
static bool stands_for_scenario(const struct record *rec,
				const struct record_row *row)
{
	return !strcmp(row->op, record_first_op(rec, row->scenario, row->metric));
}

static const char *common_op(const struct sweeps *all)
{
	for (size_t i = 1; i < all->nr; i++)
		if (strcmp(all->list[i].op, all->list[0].op))
			return "operation";
	return all->nr ? all->list[0].op : "operation";
}

/* The same of a column; a boot may miss what others have. */
static bool stands_in_column(const struct column *col,
			     const struct record_row *row)
{
	const char *op = NULL;

	for (size_t r = 0; !op && r < col->nr_recs; r++)
		op = record_first_op(col->recs[r], row->scenario, row->metric);
	return op && !strcmp(row->op, op);
}

/* Costs of operations in one column: @add is what becomes of each. */
static void add_costs(struct sweeps *all, const struct comparison *cmp,
		      size_t c, int which,
		      void (*add)(struct sweeps *all, const struct record_row *row,
				  const char *param, int which, double value))
{
	const struct column *col = &cmp->cols[c];

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct record_row *row = cmp->lines[i].rows[c];

		if (row && row->metric_id == cost_metric(col->recs[0]) &&
		    stands_in_column(col, row))
			add(all, row, "population", which,
			    column_cost(col, row->scenario, row->op));
	}
}

static void collect_costs(const struct comparison *cmp, struct sweeps *all)
{
	size_t last = cmp->nr_cols - 1;

	add_costs(all, cmp, 0, COST_FIRST, add_row);
	add_costs(all, cmp, last, COST_LAST, add_row);
	add_costs(all, cmp, 0, COST_FIRST, add_origin);
	add_costs(all, cmp, last, COST_LAST, add_origin);
	finish_sweeps(all);
}

static const char *percent_text(double ratio)
{
	double pc = (ratio - 1) * 100;

	if (pc == 0)
		return "the same";
	return fmt_text("%.*f %% %s", fabs(pc) < 10, fabs(pc),
			pc > 0 ? "more" : "less");
}

static void print_growth(const struct sweeps *all, FILE *f)
{
	struct growth most = { 0 };

	for (size_t i = 0; i < all->nr; i++) {
		struct growth g = growth_of(&all->list[i], COST_LAST);

		if (g.ratio > most.ratio)
			most = g;
	}
	if (!most.sweep)
		fprintf(f, "Cost of one %s among other VMAs", common_op(all));
	else
		fprintf(f, "Among %lld VMAs, %s %s costs %s%s",
			(long long)most.to->at, most.sweep->family,
			most.sweep->op, percent_text(most.ratio),
			most.from->at ? fmt_text(" than among %lld",
						 (long long)most.from->at)
				      : "");
}

/* The point at which the stages are farthest apart, NULL if none is. */
static const struct point *widest_gap(const struct sweep *sweep, double *ratio)
{
	const struct point *widest = NULL;

	for (size_t i = 0; i < sweep->nr_points; i++) {
		const double *v = sweep->points[i].values;
		double here = v[COST_LAST] / v[COST_FIRST];

		if (!(here > 0) || isinf(here) ||
		    fabs(log(here)) <= fabs(log(*ratio)))
			continue;
		*ratio = here;
		widest = &sweep->points[i];
	}
	return widest;
}

static void print_population_title(const struct sweeps *all, FILE *f)
{
	const struct sweep *sweep = NULL;
	const struct point *widest = NULL;
	double ratio = 1;

	for (size_t i = 0; i < all->nr; i++) {
		const struct point *here = widest_gap(&all->list[i], &ratio);

		if (here) {
			sweep = &all->list[i];
			widest = here;
		}
	}
	fputs("# title: ", f);
	if (widest)
		fprintf(f, "Among %lld VMAs, %s %s comes to cost %s",
			(long long)widest->at, sweep->family, sweep->op,
			percent_text(ratio));
	else
		print_growth(all, f);
	fputc('\n', f);
}

/**
 * print_population_data() - data of the picture "population"
 * @cmp: comparison, built; one column will do
 * @f: where to
 *
 * Rows: other VMAs, cost of one operation at the first and at the last stage.
 *
 * Return: 0, -ENODATA when rows do not say among how many VMAs they were
 * measured, or it is the same number in all.
 */
int print_population_data(const struct comparison *cmp, FILE *f)
{
	const struct column *last = &cmp->cols[cmp->nr_cols - 1];
	struct sweeps all = { 0 };

	collect_costs(cmp, &all);
	if (!all.nr) {
		free_sweeps(&all);
		return -ENODATA;
	}
	fputs("# picture: population\n", f);
	print_population_title(&all, f);
	if (cmp->nr_cols > 1)
		fprintf(f, "# subtitle: dashed: %s; solid: %s\n",
			cmp->cols[0].name, last->name);
	else
		fputs("# subtitle: one boot, the noise between boots is unknown\n",
		      f);
	fprintf(f, "# unit: cost of one %s [%s]\n", common_op(&all),
		cost_unit(last->recs[0]));
	print_data_columns(cmp, f);
	for (size_t i = 0; i < all.nr; i++)
		fprintf(f, "# line: %s\n", all.list[i].family);
	print_sweeps(&all, f);
	free_sweeps(&all);
	return 0;
}

static void collect_callers(const struct record *rec, struct sweeps *all)
{
	static const char *const params[] = { "threads", "processes" };

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];

		if (!row->params || !stands_for_scenario(rec, row))
			continue;
		for (size_t p = 0; p < ARRAY_SIZE(params); p++) {
			if (row->metric_id == METRIC_THROUGHPUT)
				add_row(all, row, params[p], THROUGHPUT,
					row->value);
			if (row->metric_id == METRIC_LATENCY)
				add_row(all, row, params[p], LATENCY_P99,
					hist_quantile(row->hist, row->nr_hist,
						      P99));
		}
	}
	finish_sweeps(all);
}

static struct growth first_growth(const struct sweeps *all, const char *param,
				  const char *family)
{
	struct growth g = { 0 };

	for (size_t i = 0; i < all->nr && !g.sweep; i++)
		if (!strcmp(all->list[i].param, param) &&
		    (!family || !strcmp(all->list[i].family, family)))
			g = growth_of(&all->list[i], THROUGHPUT);
	return g;
}

static bool has_several_families(const struct sweeps *all)
{
	for (size_t i = 1; i < all->nr; i++)
		if (!strcmp(all->list[i].param, all->list[0].param))
			return true;
	return false;
}

/* Two digits, but all of those before the point. */
static const char *times_text(double ratio)
{
	return fmt_text("%.*f", ratio < 0.995 ? 2 : ratio < 9.95, ratio);
}

static void print_threads_title(const struct sweeps *all, FILE *f)
{
	struct growth threads = first_growth(all, "threads", NULL), processes;
	const char *family = threads.sweep ? threads.sweep->family : NULL;
	const struct growth *first;

	processes = first_growth(all, "processes", family);
	if (!processes.sweep)
		processes = first_growth(all, "processes", NULL);
	first = threads.sweep ? &threads : &processes;
	if (!first->sweep) {
		fputs("# title: Callers at the same time\n", f);
		return;
	}

	fputs("# title: ", f);
	if (has_several_families(all))
		fprintf(f, "%s: ", first->sweep->family);
	fprintf(f, "%lld %s do %s times", (long long)first->to->at,
		first->sweep->param, times_text(first->ratio));
	if (first == &threads && processes.sweep)
		fprintf(f, ", %lld processes %s times",
			(long long)processes.to->at, times_text(processes.ratio));
	if (first->from->at == 1)
		fputs(" what one does\n", f);
	else
		fprintf(f, " what %lld do\n", (long long)first->from->at);
}

/**
 * print_threads_data() - data of the picture "threads"
 * @cmp: one record of the metal tier: the other one has no time
 * @f: where to
 *
 * Rows: callers, throughput of all together, p99 of the latency of one.
 *
 * Return: 0, -ENODATA when rows do not say how many callers there were, or it
 * is the same number in all.
 */
int print_threads_data(const struct comparison *cmp, FILE *f)
{
	const struct record *rec = cmp->cols[0].recs[0];
	struct sweeps all = { 0 };

	if (!is_timed(rec))
		return -ENODATA;
	collect_callers(rec, &all);
	if (!all.nr) {
		free_sweeps(&all);
		return -ENODATA;
	}
	fputs("# picture: threads\n", f);
	print_threads_title(&all, f);
	fputs("# subtitle: threads share an address space and its mmap_lock, processes do not; one boot\n"
	      "# panel: operations per second, all together\n"
	      "# panel: p99 of one operation [ns]\n",
	      f);
	print_data_columns(cmp, f);
	for (size_t i = 0; i < all.nr; i++)
		fprintf(f, "# line: %s %s\n# kind: %s\n", all.list[i].family,
			all.list[i].param, all.list[i].param);
	print_sweeps(&all, f);
	free_sweeps(&all);
	return 0;
}
