// SPDX-License-Identifier: GPL-2.0-or-later
/* What an operation costs in both tiers: counted in the exact one, timed in the native one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/* What is counted, in the order of the columns; and what goes first where it is narrow. */
static const struct {
	enum metric_id metric;
	const char *head;
	int drop;
	bool percent; /* with its change beside it */
} counts[] = {
	{ METRIC_INSNS, "insns", 0, true },
	{ METRIC_MAPLE_STORES, "stores", 3, false },
	{ METRIC_VMAS, "VMAs", 2, false },
};

/* From 100 on, a digit less of what is said to differ by ns. */
static int ns_digits(const struct line *line)
{
	return line->values[0] < 100 ? 2 : line->values[0] < 1000 ? 1 : 0;
}

/**
 * ns_text() - a shift of a time in ns, with as many digits as its line deserves
 * @line: line with an estimate
 * @shift: that of the estimate, or an end of one of its intervals
 *
 * Return: "-115.2", in a buffer as of fmt_text(); what is rounded to nothing is "+0.0".
 */
const char *ns_text(const struct line *line, double shift)
{
	int digits = ns_digits(line);
	double unit = pow(10, -digits);

	return fmt_text("%+.*f", digits,
			rint(shift_ns(line, shift) / unit) * unit + 0.0);
}

/**
 * ns_interval_text() - the interval that goes with a verdict, in ns
 * @line: line of a time
 *
 * Return: "[-118.0, -112.4]", or "-" where there is none, in a buffer as of fmt_text().
 */
const char *ns_interval_text(const struct line *line)
{
	const struct stats_interval *ci = line_interval(line);

	if (!line->has_est || !ci->known)
		return "-";
	return fmt_text("[%s, %s]", ns_text(line, ci->lower),
			ns_text(line, ci->upper));
}

/**
 * sample_text() - how many layouts a row is of, and in how many boots
 * @times: comparison of boots
 * @line: one of its lines, of a time
 *
 * Return: "60 boots of 32 layouts a side", to be given to free(); of sides that are not
 * alike "60 and 58 boots of 32 and 31 layouts".
 */
char *sample_text(const struct comparison *times, const struct line *line)
{
	size_t boots[] = { count_records(&times->cols[0], line->key),
			   count_records(&times->cols[line->col], line->key) };
	const size_t *layouts = line->boots;
	char *text = NULL;

	if (boots[0] == boots[1] && layouts[0] == layouts[1])
		return xasprintf("%s of %s a side", fmt_count(boots[0], "boot"),
				 fmt_count(layouts[0], "layout"));
	if (boots[0] == boots[1])
		join_text(&text, "", "%s a side", fmt_count(boots[0], "boot"));
	else
		join_text(&text, "", "%zu and %s", boots[0],
			  fmt_count(boots[1], "boot"));
	if (layouts[0] == layouts[1])
		join_text(&text, " of ", "%s a side",
			  fmt_count(layouts[0], "layout"));
	else
		join_text(&text, " of ", "%zu and %s", layouts[0],
			  fmt_count(layouts[1], "layout"));
	return text;
}

/* "3 > 2" of two columns, "3 > failed" where one has none, "3" where both have it. */
static void add_two(struct grid *g, const struct column *from,
		    const struct column *to, const struct record_row *key,
		    double base, double value)
{
	enum absence no_base = column_absence(from, key);
	enum absence no_value = column_absence(to, key);
	const char *a = value_text(base, no_base),
		   *b = value_text(value, no_value);
	enum tint tint = isnan(value)  ? absence_tint(no_value)
			 : isnan(base) ? absence_tint(no_base)
				       : TINT_NONE;
	bool none = isnan(base) && isnan(value);

	grid_number(g, tint, value,
		    base == value || (none && no_base == no_value)
			    ? b
			    : fmt_text("%s > %s", a, b));
}

/* The row of a line; where there is none, one that no record has. */
static struct record_row key_of(const struct record_row *of,
				const struct line *line, enum metric_id metric)
{
	return line ? *line->key
		    : (struct record_row){ .scenario = of->scenario,
					   .op = of->op,
					   .metric = metrics[metric].name,
					   .pass = "" };
}

/* Of many stages each has its own value. */
static const struct column *first_of(const struct comparison *times, size_t c)
{
	return &times->cols[times->nr_cols > 2 ? c : 0];
}

/* @narrow: the value alone that it has now, of which the change in % is beside it */
static void add_count(struct grid *g, const struct comparison *cmp,
		      const struct record_row *of, size_t c, size_t count,
		      bool narrow)
{
	const struct comparison *times = cmp->times;
	const struct column *from = find_stage(cmp, first_of(times, c)->name);
	const struct column *to = find_stage(cmp, times->cols[c].name);
	const struct column *base = find_stage(cmp, times->cols[0].name);
	const struct line *line =
		find_line(cmp, of->scenario, of->op, counts[count].metric);
	const struct record_row key = key_of(of, line, counts[count].metric);
	bool known = line && base && to;

	/* Of many commits, one that moved nothing has no column. */
	if (from && to && narrow && counts[count].percent)
		add_two(g, to, to, &key,
			line ? line->values[to - cmp->cols] : NAN,
			line ? line->values[to - cmp->cols] : NAN);
	else if (from && to)
		add_two(g, from, to, &key,
			line ? line->values[from - cmp->cols] : NAN,
			line ? line->values[to - cmp->cols] : NAN);
	else
		grid_cell(g, TINT_NONE, "-");
	if (counts[count].percent)
		grid_cell(g, TINT_NONE, "%s",
			  !c	  ? ""
			  : known ? fmt_percent(line->values[to - cmp->cols] /
						line->values[base - cmp->cols])
				  : "-");
}

static void add_change(struct grid *g, const struct line *line)
{
	enum tint tint = line ? tally_tint(line_tally(line)) : TINT_NONE;
	bool known = line && line->has_est;

	grid_number(g, tint, known ? shift_ns(line, line->est.shift) : NAN,
		    known ? ns_text(line, line->est.shift) : "-");
	grid_cell(g, TINT_NONE, "%s%s", line && line_is_small(line) ? "=" : "",
		  line ? ns_interval_text(line) : "-");
	grid_cell(g, tint, "%s%s", line ? verdict_name(line->verdict) : "-",
		  line && line_is_marked(line) ? " u" : "");
}

static void add_time(struct grid *g, const struct comparison *times,
		     const struct record_row *of, size_t c)
{
	const struct column *from = first_of(times, c), *to = &times->cols[c];
	const struct line *line = time_line(times, of, c ? c : 1);
	const struct record_row key = key_of(of, line, METRIC_LATENCY);

	add_two(g, from, to, &key, line ? line->values[from - times->cols] : NAN,
		line ? line->values[c] : NAN);
	if (c) {
		add_change(g, line);
		return;
	}
	for (int i = 0; i < 3; i++)
		grid_cell(g, TINT_NONE, "%s", "");
}

/* Which layouts a row is of, where that is not the same in all rows. */
static void add_layouts(struct grid *g, const struct comparison *times,
			const struct record_row *of, size_t c)
{
	const struct line *line = c ? time_line(times, of, c) : NULL;

	if (line)
		grid_cell(g, TINT_NONE, "%zu+%zu", line->boots[STATS_BASE],
			  line->boots[STATS_NEW]);
	else
		grid_cell(g, TINT_NONE, "%s", c ? "-" : "");
}

static bool any_misses_layouts(const struct comparison *times)
{
	for (size_t c = 1; c < times->nr_cols; c++)
		for (size_t i = 0; i < times->nr_lines; i++)
			if (times->lines[i].key->metric_id == METRIC_LATENCY &&
			    line_misses_boots(times, &times->against[c][i]))
				return true;
	return false;
}

/* Did the time of an operation change in any stage, or what it does? */
static bool is_notable(const struct comparison *times, const struct record_row *of)
{
	for (size_t c = 1; c < times->nr_cols; c++) {
		const struct line *line = time_line(times, of, c);
		enum tally tally = line ? line_tally(line) : TALLY_MISSING;

		if (tally == TALLY_WORSE || tally == TALLY_BETTER ||
		    tally == TALLY_SHAPE)
			return true;
	}
	return false;
}

static bool is_shown(const struct comparison *cmp, const struct record_row *of,
		     bool all)
{
	return all || row_is_drawn(cmp, of) || is_notable(cmp->times, of);
}

/*
 * @grouped: the operation is above its stages, the scenario above its operations, and of
 * what has its change in % there is one value: what is narrow
 */
static struct grid *beside_grid(const struct comparison *cmp, bool all,
				bool grouped)
{
	const struct comparison *times = cmp->times;
	bool layouts = any_misses_layouts(times), many = times->nr_cols > 2;
	const char *scenario = "";
	size_t nr;
	const struct record_row **ops = timed_operations(cmp, &nr);
	struct grid *g = grid_new();

	grid_column(g, many ? "operation, stage" : "operation", true, 0);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		grid_column(g, counts[i].head, false, counts[i].drop);
		if (counts[i].percent)
			grid_column(g, "%", false, 0);
	}
	if (layouts)
		grid_column(g, "layouts", false, 1);
	grid_column(g, "ns", false, 0);
	grid_column(g, "change", false, 0);
	grid_column(g, "[95 %] in ns", true, 0);
	grid_column(g, "verdict", true, 0);
	for (size_t i = 0; i < nr; i++) {
		if (!is_shown(cmp, ops[i], all))
			continue;
		if (many)
			grid_span(g, fmt_text("%s %s", ops[i]->scenario,
					      ops[i]->op));
		else if (grouped && strcmp(scenario, ops[i]->scenario))
			grid_span(g, ops[i]->scenario);
		scenario = ops[i]->scenario;
		for (size_t c = !many; c < times->nr_cols; c++) {
			if (many)
				grid_cell(g, TINT_NONE, "  %s",
					  times->cols[c].name);
			else if (grouped)
				grid_cell(g, TINT_NONE, "  %s", ops[i]->op);
			else
				grid_cell(g, TINT_NONE, "%s %s", scenario,
					  ops[i]->op);
			for (size_t k = 0; k < ARRAY_SIZE(counts); k++)
				add_count(g, cmp, ops[i], c, k, grouped);
			if (layouts)
				add_layouts(g, times, ops[i], c);
			add_time(g, times, ops[i], c);
		}
	}
	free(ops);
	return g;
}

static size_t count_left_out(const struct comparison *cmp)
{
	size_t nr, n = 0;
	const struct record_row **ops = timed_operations(cmp, &nr);

	for (size_t i = 0; i < nr; i++)
		n += !is_shown(cmp, ops[i], false);
	free(ops);
	return n;
}

static bool any_line(const struct comparison *times,
		     bool (*is)(const struct line *line))
{
	for (size_t c = 1; c < times->nr_cols; c++)
		for (size_t i = 0; i < times->nr_lines; i++)
			if (times->against[c][i].key->metric_id == METRIC_LATENCY &&
			    is(&times->against[c][i]))
				return true;
	return false;
}

/**
 * samples_text() - how many layouts and boots there are of each stage
 * @times: comparison of boots
 *
 * Return: "base: 60 boots of 32 layouts, new: ...", to be given to free().
 */
char *samples_text(const struct comparison *times)
{
	char *text = NULL;

	for (size_t c = 0; c < times->nr_cols; c++)
		join_text(&text, ", ", "%s: %s of %s", times->cols[c].name,
			  fmt_count(times->cols[c].nr_recs, "boot"),
			  fmt_count(times->cols[c].nr_boots, counted_as(times)));
	return text;
}

/**
 * beside_legend() - what the table of print_beside() is of
 * @cmp: comparison with times that may be compared
 *
 * Return: sentences, to be given to free().
 */
char *beside_legend(const struct comparison *cmp)
{
	const struct comparison *times = cmp->times;
	const char *base = times->cols[0].name, *unit = counted_as(times);
	char *samples = samples_text(times), *text = NULL;

	if (times->nr_cols == 2)
		join_text(&text, "",
			  "a > b: %s and %s, one number where both have it. ",
			  base, times->cols[1].name);
	join_text(&text, "",
		  "insns, stores, VMAs: counted in QEMU; %%: the change of insns against %s. "
		  "ns: inside of the kernel, natively on one machine, the body of one call without the way into the kernel, median over %ss; "
		  "its change against %s, in ns of it, is %s. %s.",
		  base, unit, base, name_of_change(times), samples);
	if (any_line(times, line_is_small))
		join_text(&text, " ", "%s",
			  "=: the 90 % interval, of which EQUIVALENT and TRIVIAL are.");
	if (any_line(times, line_is_marked))
		join_text(&text, " ",
			  "u: batches shift or wander in more than a tenth of the %ss; the verdict holds of both parts.",
			  unit);
	free(samples);
	return text;
}

/**
 * beside_table() - the table that print_beside() prints, for a page
 * @cmp: comparison with times that may be compared
 *
 * Return: a grid of all operations.
 */
struct grid *beside_table(const struct comparison *cmp)
{
	return beside_grid(cmp, true, false);
}

static void print_table(const struct comparison *cmp, const struct output *out,
			bool all)
{
	struct grid *g = beside_grid(cmp, all, false);
	size_t left_out = all ? 0 : count_left_out(cmp);
	bool narrow = !grid_fits(g, out);
	char *legend;

	if (narrow) {
		grid_free(g);
		g = beside_grid(cmp, all, true);
	}
	grid_print(g, out);
	if (out->markup == MARKDOWN)
		fputc('\n', out->f);
	legend = beside_legend(cmp);
	if (narrow && cmp->times->nr_cols == 2)
		join_text(&legend, " ", "insns are those of %s.",
			  cmp->times->cols[1].name);
	if (left_out)
		join_text(&legend, " ", "Not shown: %s, in report.md.",
			  fmt_count(left_out, "operation"));
	print_wrapped(out->f, out->width, 0, legend);
	free(legend);
}

/* Whose numbers are no comparison, and why. */
static void print_apart(const struct comparison *times, const struct output *out)
{
	fprintf(out->f, "%s: these had to match and do not\n",
		tinted(out, TINT_BAD, verdict_name(NOT_COMPARABLE)));
	for (size_t i = 0; i < times->nr_differ; i++)
		print_wrapped(out->f, out->width, 4, times->differ[i]);
}

/**
 * print_beside() - what was counted and what was timed, side by side
 * @cmp: comparison, built
 * @out: text or Markdown
 * @all: all operations; otherwise sets that are judged, and whose time changed
 *
 * And what of it was not timed. Prints nothing where nobody tried.
 */
void print_beside(const struct comparison *cmp, const struct output *out, bool all)
{
	if (!cmp->times && !cmp->untimed)
		return;
	print_section(out,
		      "Counted in QEMU, and timed in the kernel (native tier)");
	if (cmp->times && cmp->times->nr_differ)
		print_apart(cmp->times, out);
	else if (cmp->times)
		print_table(cmp, out, all);
	if (cmp->untimed) {
		char *plain = plain_text(cmp->untimed);
		char *said = out->markup == MARKDOWN ? markdown_text(plain)
						     : xasprintf("%s", plain);
		char *text = xasprintf("%s: %s",
				       cmp->times ? "incomplete"
						  : "time was not measured",
				       said);

		fputs(cmp->times && out->markup == MARKDOWN ? "\n" : "", out->f);
		print_wrapped(out->f, out->width, 0, text);
		free(text);
		free(said);
		free(plain);
	}
	if (cmp->times)
		print_notes(cmp->times, out);
}
