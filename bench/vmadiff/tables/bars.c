// SPDX-License-Identifier: GPL-2.0-or-later
/* Small pictures made of characters: blocks, or ASCII where there are none. */
#include <langinfo.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

#define SPARK_CELLS 12
#define BAR_CELLS 24

static const char *const blocks[] = { " ", "▁", "▂", "▃", "▄",
				      "▅", "▆", "▇", "█" };
static const char *const ascii[] = { " ", ".", ":", "-", "=", "+", "*", "%", "#" };

/* Does the locale say that the terminal knows UTF-8? */
bool locale_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/**
 * spark_text() - a distribution in a few characters
 * @row: row with a distribution
 * @low: left end, in its unit
 * @high: right end; what is beyond is in the last cell
 * @out: says whether there are blocks
 *
 * The axis is logarithmic, the height of a cell is the share of its calls, and a
 * cell that has any is not empty.
 *
 * Return: text, to be given to free().
 */
char *spark_text(const struct record_row *row, double low, double high,
		 const struct output *out)
{
	double cells[SPARK_CELLS] = { 0 }, most = 0;
	const char *const *levels = out->utf8 ? blocks : ascii;
	char text[SPARK_CELLS * 4 + 1] = "";

	for (size_t i = 0; i < row->nr_hist; i++) {
		double v = fmax(row->hist[i].value, low);
		double at = high > low ? log(v / low) / log(high / low) : 0;
		size_t cell = at >= 1 ? SPARK_CELLS - 1
				      : (size_t)(at * SPARK_CELLS);

		cells[cell] += row->hist[i].count;
	}
	for (size_t i = 0; i < SPARK_CELLS; i++)
		most = fmax(most, cells[i]);
	for (size_t i = 0; i < SPARK_CELLS; i++)
		strcat(text,
		       levels[cells[i] > 0 ? 1 + (size_t)(cells[i] / most * 7) : 0]);
	return xasprintf("%s", text);
}

/* A ratio as relative change. */
double percent(double ratio)
{
	return (ratio - 1) * 100;
}

/**
 * effect_ends() - an effect and its interval
 * @line: line that has a ratio
 *
 * Return: ratios, over all seeds where there are several; both ends are the effect
 * itself where there is no interval.
 */
struct effect effect_ends(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	if (line->spread.nr)
		return (struct effect){ line->spread.ratio[0],
					line->spread.ratio[1] };
	if (!line->has_est || !est->ci95.known || est->scale != STATS_RATIO)
		return (struct effect){ line->ratio, line->ratio };
	return (struct effect){ exp(est->ci95.lower), exp(est->ci95.upper) };
}

/**
 * spread_text() - how far a change goes over all seeds
 * @line: line
 *
 * Return: "-42.7..-15.6" in percent, "+0..+3" where there is no ratio, "=" where it is
 * equal with all of them; "-" where no seed knows. In a buffer as of fmt_text().
 */
const char *spread_text(const struct line *line)
{
	const struct spread *s = &line->spread;

	if (!s->nr)
		return "-";
	if (line_is_equal(line))
		return "=";
	if (isnan(s->ratio[0]) || line->key->metric_id == METRIC_VMAS)
		return s->diff[0] == s->diff[1]
			       ? fmt_diff(s->diff[0])
			       : fmt_text("%s..%s",
					  s->diff[0] == 0 ? "0"
							  : fmt_diff(s->diff[0]),
					  s->diff[1] == 0 ? "0"
							  : fmt_diff(s->diff[1]));
	return s->ratio[0] == s->ratio[1] ? fmt_points(s->ratio[0])
					  : fmt_range(s->ratio[0], s->ratio[1]);
}

/* Has a line a cost that a picture shows the change of? */
bool has_effect(const struct comparison *cmp, const struct line *line)
{
	return line->key->metric_id == cost_metric(cmp->cols[0].recs[0]) &&
	       line->ratio > 0 && line_is_drawn(cmp, line);
}

/* The largest gain first, then in the order of lines: for qsort(). */
int effect_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;

	if (x->ratio != y->ratio)
		return x->ratio < y->ratio ? -1 : 1;
	return x < y ? -1 : x > y;
}

static size_t bar_cell(double v, double low, double high)
{
	return high > low
		       ? (size_t)lrint((v - low) / (high - low) * (BAR_CELLS - 1))
		       : 0;
}

static void add_bar(struct grid *g, const struct line *line, double least,
		    double most, const struct output *out)
{
	size_t zero = bar_cell(0, least, most), from, to, at;
	char text[BAR_CELLS * 4 + 1] = "";
	struct effect ends = effect_ends(line);

	from = bar_cell(percent(ends.low), least, most);
	to = bar_cell(percent(ends.high), least, most);
	at = bar_cell(percent(line->ratio), least, most);
	for (size_t i = 0; i < BAR_CELLS; i++) {
		const char *u = " ", *a = " ";

		if (i == at)
			u = "●", a = "o";
		else if (i == zero)
			u = "│", a = "|";
		else if (ends.low < ends.high && i >= from && i <= to)
			u = "━", a = "=";
		strcat(text, out->utf8 ? u : a);
	}
	grid_cell(g, tally_tint(line_tally(line)), "%s", text);
	grid_cell(g, TINT_NONE, "%s", fmt_points(line->ratio));
	grid_cell(g, TINT_NONE, "%s",
		  ends.low < ends.high ? fmt_range(ends.low, ends.high) : "-");
	grid_cell(g, tally_tint(line_tally(line)), "%s%s",
		  verdict_name(line->verdict), line_is_marked(line) ? " u" : "");
}

/**
 * show_effects() - effects as bars with intervals
 * @cmp: comparison of two columns, built
 * @out: where to, as text
 */
void show_effects(const struct comparison *cmp, const struct output *out)
{
	enum metric_id metric = cost_metric(cmp->cols[0].recs[0]);
	double least = 0, most = 0;
	const struct line *last = NULL;
	struct grid *g = grid_new();
	size_t nr = 0;

	grid_column(g, "operation", true, 0);
	grid_column(g, "effect", true, 0);
	grid_column(g, "change%", false, 0);
	grid_column(g, "95% interval", false, 2);
	grid_column(g, "verdict", true, 3);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		if (cmp->lines[i].key->metric_id != metric ||
		    !(cmp->lines[i].ratio > 0))
			continue;
		least = fmin(least, percent(effect_ends(&cmp->lines[i]).low));
		most = fmax(most, percent(effect_ends(&cmp->lines[i]).high));
	}
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->key->metric_id != metric || !(line->ratio > 0))
			continue;
		add_line_name(g, line, true, &last);
		add_bar(g, line, least, most, out);
		nr++;
	}
	print_kernels(cmp, cmp->cols[1].name, out);
	print_differences(cmp, out);
	if (nr) {
		fprintf(out->f, "%s: effect from %s %% to %s %%, %s is 0\n",
			metrics[metric].title, fmt_points(1 + least / 100),
			fmt_points(1 + most / 100), out->utf8 ? "│" : "|");
		grid_print(g, out);
	} else {
		fprintf(out->f, "nothing to draw: no %s that can be compared\n",
			metrics[metric].name);
		grid_free(g);
	}
}
