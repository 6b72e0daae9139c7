// SPDX-License-Identifier: GPL-2.0-or-later
/* A table per metric: which lines it has, and those that it leaves out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

void print_section(const struct output *out, const char *title)
{
	bool markdown = out->markup == MARKDOWN;

	fprintf(out->f, "\n%s%s\n%s", markdown ? "## " : "",
		tinted(out, TINT_HEAD, title), markdown ? "\n" : "");
}

/* A column for each of the comparison, from one on. */
void add_columns(struct grid *g, const struct comparison *cmp, size_t from)
{
	for (size_t c = from; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, false, 0);
}

/**
 * add_line_name() - the first cell of a line
 * @g: grid, at the start of a row
 * @line: line
 * @grouped: the scenario is above its operations, there is no room beside them
 * @last: line before, or NULL; becomes @line
 */
void add_line_name(struct grid *g, const struct line *line, bool grouped,
		   const struct line **last)
{
	const char *scenario = line->key->scenario, *op = line->key->op;

	if (line->quantile)
		op = fmt_text("%s %s", op, line->quantile->name);
	if (grouped && (!*last || strcmp((*last)->key->scenario, scenario)))
		grid_span(g, scenario);
	*last = line;
	if (grouped)
		grid_cell(g, TINT_NONE, "  %s", op);
	else
		grid_cell(g, TINT_NONE, "%s %s", scenario, op);
}

/* How the reason stands in the place of a number. */
enum tint absence_tint(enum absence why)
{
	return why == ABSENT_FAILED ? TINT_BAD : TINT_DOUBT;
}

/* The value of a line in a column, or why there is none, in a word. */
const char *line_value_text(const struct comparison *cmp,
			    const struct line *line, size_t c)
{
	if (!isnan(line->values[c]))
		return fmt_value(line->values[c]);
	return absence_name(column_absence(&cmp->cols[c], line->key));
}

/**
 * add_line_value() - a cell with the value in a column, or why there is none
 * @g: grid
 * @cmp: comparison
 * @line: line
 * @c: column
 */
void add_line_value(struct grid *g, const struct comparison *cmp,
		    const struct line *line, size_t c)
{
	grid_cell(g,
		  isnan(line->values[c])
			  ? absence_tint(column_absence(&cmp->cols[c], line->key))
			  : TINT_NONE,
		  "%s", line_value_text(cmp, line, c));
}

/* In a column between, the row is of something else. */
static bool is_alien(const struct comparison *cmp, const struct line *line,
		     size_t c)
{
	return c && c != line->col && cmp->against[c][line - cmp->lines].differs;
}

/* What became of the first column in the last. */
static void add_change(struct grid *g, const struct line *line, bool seeds)
{
	enum tint tint = tally_tint(line_tally(line));

	grid_cell(g, tint, "%s", fmt_diff(line->diff));
	grid_cell(g, tint, "%s", fmt_percent(line->ratio));
	if (seeds)
		grid_cell(g, tint, "%s", spread_text(line));
	grid_cell(g, tint, "%s", verdict_name(line->verdict));
}

/* Exact values, however many columns; the last against the first. */
static void print_exact(const struct comparison *cmp, const struct line **lines,
			size_t nr, const struct output *out)
{
	const struct line *last = NULL;
	struct grid *g = grid_new();
	bool pair = cmp->nr_cols > 1, noisy = false;

	grid_column(g, "operation", true, 0);
	add_columns(g, cmp, 0);
	if (pair) {
		/* What changed by how much is to be seen in any case, in %. */
		grid_column(g, "diff", false, 2);
		grid_column(g, "change", false, cmp->nr_seeds ? 3 : 0);
		if (cmp->nr_seeds)
			grid_column(g, "all seeds", false, 0);
		grid_column(g, "verdict", true, 1);
	}
	for (size_t i = 0; i < nr; i++) {
		const struct line *line = lines[i];

		add_line_name(g, line, false, &last);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			if (is_alien(cmp, line, c))
				grid_cell(g, TINT_BAD, "differs");
			else
				add_line_value(g, cmp, line, c);
		}
		if (pair)
			add_change(g, line, cmp->nr_seeds);
		noisy |= pair && line->has_est;
	}
	grid_print(g, out);
	if (noisy && out->markup == MARKDOWN)
		fputc('\n', out->f);
	if (noisy)
		print_wrapped(out->f, out->width, 0,
			      fmt_text("change: %s", name_of_change(cmp)));
}

/* @of: what the table is of instead of values, or "" */
static void print_heading(const struct record_row *key, const char *of,
			  const struct output *out)
{
	const char *better = key->better == BETTER_NEITHER
				     ? "neither direction"
				     : better_names[key->better];

	fprintf(out->f, "\n%s%s%s%s%s: %s [",
		out->markup == MARKDOWN ? "### " : "", tint_on(out, TINT_HEAD),
		key->metric, of, tint_off(out, TINT_HEAD),
		metric_title(key->metric));
	if (out->markup == MARKDOWN)
		put_markdown(key->unit, out->f);
	else
		fputs(key->unit, out->f);
	fprintf(out->f, "], %s is better%s\n%s", better,
		key->exact || *of ? "" : ", " NAME_OF_MEDIAN,
		out->markup == MARKDOWN ? "\n" : "");
}

static bool metric_is_selected(const struct selection *sel,
			       const struct record_row *key)
{
	if (sel->metric)
		return !strcmp(key->metric, sel->metric);
	/* Leftovers are no headline as long as nobody changes them. */
	return sel->all || !sel->headlines ||
	       metric_is_headline(key->metric_id) ||
	       metric_is_leftover(key->metric_id);
}

/* Is an exact value the same in all columns? */
static bool line_is_flat(const struct comparison *cmp, const struct line *line)
{
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (line->values[c] != line->values[0]) /* NAN never is */
			return false;
	return true;
}

/* Changed at some stage, or something is wrong with it. */
static bool line_is_notable(const struct comparison *cmp, const struct line *line)
{
	/* The summary says it once. */
	if (is_of_one_side(cmp, line))
		return false;
	switch (line->verdict) {
	case EXACT_SAME:
	case SHAPE_CHANGED:
		return !line_is_flat(cmp, line);
	case INCONCLUSIVE:
	case EQUIVALENT:
	case TRIVIAL:
	case UNSTABLE:
		return false;
	case NOW_FAILS: /* all metrics do: it need not be said of each */
		return metric_is_headline(line->key->metric_id);
	default:
		return true;
	}
}

/* The same of any stage, where each has a verdict of its own. */
static bool is_notable(const struct comparison *cmp, size_t i, bool across)
{
	if (!across)
		return line_is_notable(cmp, &cmp->lines[i]);
	for (size_t c = 1; c < cmp->nr_cols; c++)
		if (line_is_notable(cmp, &cmp->against[c][i]))
			return true;
	return false;
}

/* On metal it is times that are asked for: counts only where they changed. */
static bool line_is_headline(const struct comparison *cmp, const struct line *line)
{
	return set_is_judged(line->key->set) &&
	       metric_is_headline(line->key->metric_id) &&
	       !(line->key->exact && is_timed(cmp->cols[0].recs[0])) &&
	       !is_of_one_side(cmp, line);
}

/* Lines that no table shows, by verdict. */
struct left_out {
	size_t nr[NR_VERDICTS];
};

/* Of another shape, but with the same value: equal in a table of values. */
static void add_left_out(struct left_out *n, const struct line *line)
{
	n->nr[line->verdict == SHAPE_CHANGED ? EXACT_SAME : line->verdict]++;
}

/* "@before12 rows exactly equal, 3 rows INCONCLUSIVE; @hint", wrapped; or nothing. */
static void print_left_out(const struct left_out *n, const char *gap,
			   const char *before, const char *hint,
			   const struct output *out)
{
	char *rows = NULL, *text;

	for (enum verdict v = 0; v < NR_VERDICTS; v++)
		if (n->nr[v])
			join_text(&rows, ", ", "%s %s",
				  fmt_count(n->nr[v], "row"),
				  v == EXACT_SAME ? "exactly equal"
						  : verdict_name(v));
	if (!rows)
		return;
	fputs(gap, out->f);
	text = xasprintf("%s%s%s%s", before, rows, hint ? "; " : "",
			 hint ? hint : "");
	if (out->markup == MARKDOWN)
		fprintf(out->f, "%s\n", text);
	else
		print_wrapped(out->f, out->width, 0, text);
	free(text);
	free(rows);
}

/* The lines of one metric, by index, and which of them are printed. */
struct table {
	size_t first;
	size_t end;	/* behind the last */
	size_t *chosen; /* in order of output */
	size_t nr;
	struct left_out left_out;
};

/* What changed comes first, and of that the sets that are judged. */
static void choose_lines(struct table *t, const struct comparison *cmp,
			 const struct selection *sel, bool across)
{
	for (int group = 0; group < 4; group++) {
		for (size_t i = t->first; i < t->end; i++) {
			const struct line *line = &cmp->lines[i];
			bool notable = is_notable(cmp, i, across);

			if (2 * !notable + !set_is_judged(line->key->set) != group)
				continue;
			if (!sel->all && !sel->metric && !notable &&
			    !(sel->full && set_is_judged(line->key->set)) &&
			    !line_is_headline(cmp, line)) {
				add_left_out(&t->left_out, line);
				continue;
			}
			t->chosen = xgrow(t->chosen, t->nr, sizeof(*t->chosen));
			t->chosen[t->nr++] = i;
		}
	}
}

/* The two columns: with intervals, where anything in the table has one. */
static void print_lines(const struct comparison *cmp, const struct line **lines,
			size_t nr, const struct output *out,
			const struct selection *sel)
{
	for (size_t i = 0; i < nr; i++) {
		if (lines[i]->has_est && cmp->nr_cols == 2) {
			print_estimates(cmp, lines, nr, out, sel->all);
			return;
		}
	}
	print_exact(cmp, lines, nr, out);
}

static void print_table(const struct table *t, const struct comparison *cmp,
			const struct output *out, const struct selection *sel,
			bool across)
{
	const struct line **lines;

	print_heading(cmp->lines[t->first].key, "", out);
	if (across) {
		print_stages_of(cmp, t->chosen, t->nr, out);
	} else {
		lines = xcalloc(t->nr, sizeof(*lines));
		for (size_t i = 0; i < t->nr; i++)
			lines[i] = &cmp->lines[t->chosen[i]];
		print_lines(cmp, lines, t->nr, out, sel);
		free(lines);
	}
	print_left_out(&t->left_out, out->markup == MARKDOWN ? "\n" : "",
		       "and ", NULL, out);
}

/**
 * print_tables() - one table per metric, scenario and operation down, columns
 *		    across
 * @cmp: comparison, built
 * @out: text or Markdown
 * @sel: which lines; those that it leaves out are counted
 * @across: what each column changed against the first is beside its value;
 *	otherwise the last against the first is at the right
 *
 * Return: lines printed.
 */
size_t print_tables(const struct comparison *cmp, const struct output *out,
		    const struct selection *sel, bool across)
{
	struct left_out left_out = { 0 };
	size_t printed = 0, end;

	for (size_t i = 0; i < cmp->nr_lines; i = end) {
		const struct record_row *key = cmp->lines[i].key;
		struct table t = { .first = i };

		for (end = i + 1; end < cmp->nr_lines; end++)
			if (strcmp(cmp->lines[end].key->metric, key->metric))
				break;
		if (!metric_is_selected(sel, key))
			continue;
		t.end = end;
		choose_lines(&t, cmp, sel, across);
		if (t.nr)
			print_table(&t, cmp, out, sel, across);
		printed += t.nr;
		for (size_t v = 0; v < NR_VERDICTS; v++)
			left_out.nr[v] += t.left_out.nr[v];
		free(t.chosen);
	}
	print_left_out(&left_out, "\n", "Not shown, of all tables: ", sel->hint,
		       out);
	return printed;
}

static bool tail_is_selected(const struct line *tail, const struct selection *sel)
{
	if (sel->metric && strcmp(sel->metric, tail->key->metric))
		return false;
	return sel->tails || sel->all || tail->verdict == REGRESSED ||
	       tail->verdict == IMPROVED || tail->verdict == CHANGED;
}

/**
 * print_tails() - quantiles of single operations, a table per metric
 * @cmp: comparison of two columns, built
 * @out: text or Markdown
 * @sel: which lines; without @tails those that changed
 */
void print_tails(const struct comparison *cmp, const struct output *out,
		 const struct selection *sel)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];
	struct left_out left_out = { 0 };
	size_t end;

	for (size_t i = 0; i < tails->nr; i = end) {
		const struct record_row *key = tails->list[i].key;
		const struct line **lines = xcalloc(tails->nr, sizeof(*lines));
		size_t nr = 0;

		for (end = i; end < tails->nr; end++) {
			const struct line *tail = &tails->list[end];

			if (strcmp(tail->key->metric, key->metric))
				break;
			if (tail_is_selected(tail, sel))
				lines[nr++] = tail;
			else if (!sel->metric)
				add_left_out(&left_out, tail);
		}
		if (nr) {
			print_heading(key, " quantiles", out);
			print_estimates(cmp, lines, nr, out, sel->all);
		}
		free(lines);
	}
	print_left_out(&left_out, "\n",
		       "Not shown, of quantiles: ", "--tails prints them", out);
}
