// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what changed, what it costs, and what is equal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

static const char *operation_text(const struct line *line)
{
	return fmt_text("%s %s", line->key->scenario, line->key->op);
}

static bool is_better(const struct line *line)
{
	return line && line_tally(line) == TALLY_BETTER;
}

static enum metric_id cost_of(const struct comparison *cmp)
{
	return cost_metric(cmp->cols[0].recs[0]);
}

/* "3161 instead of 5494.8 instructions (-42.5%)" */
static char *insns_text(const struct line *line)
{
	char range[64];

	story_range(line, range);
	return xasprintf("%s instead of %s instructions (%s)",
			 fmt_value(line->values[line->col]),
			 fmt_value(line->values[0]), range);
}

/* "1 instead of 2 maple-tree stores" */
static char *stores_text(const struct line *line)
{
	return xasprintf("%s instead of %s maple-tree store%s",
			 fmt_value(line->values[line->col]),
			 fmt_value(line->values[0]),
			 line->values[0] == 1 ? "" : "s");
}

/* "324.7 ns [318.6, 338.4] less of 667.0 ns", or without a direction, if none is told */
static char *ns_change_text(const struct line *line)
{
	const struct stats_estimate *est = &line->est;
	enum tally tally = line_tally(line);
	bool less = est->shift < 0;

	if (!line->has_est || !est->ci95.known)
		return xasprintf("%s instead of %s ns (%s)",
				 fmt_value(line->values[line->col]),
				 fmt_value(line->values[0]),
				 verdict_name(line->verdict));
	if (tally != TALLY_WORSE && tally != TALLY_BETTER)
		return xasprintf("%s ns %s on %s ns (%s)",
				 ns_text(line, est->shift),
				 ns_interval_text(line),
				 fmt_value(line->values[0]),
				 verdict_name(line->verdict));
	return xasprintf("%s ns [%s, %s] %s %s ns", ns_text(line, est->shift) + 1,
			 ns_text(line, less ? est->ci95.upper : est->ci95.lower) +
				 1,
			 ns_text(line, less ? est->ci95.lower : est->ci95.upper) +
				 1,
			 less ? "less of" : "more than",
			 fmt_value(line->values[0]));
}

/* What became of one operation, where any of it is better; else NULL. */
static char *better_text(const struct comparison *cmp, const char *scenario,
			 const char *op)
{
	const struct comparison *times = timed_part(cmp);
	const struct line *insns = find_line(cmp, scenario, op, METRIC_INSNS);
	const struct line *stores =
		find_line(cmp, scenario, op, METRIC_MAPLE_STORES);
	const struct line *ns =
		times ? find_line(times, scenario, op, METRIC_LATENCY) : NULL;
	const struct line *touched =
		find_line(cmp, scenario, op, METRIC_LINES_READ);
	char *lines = is_better(touched) ? lines_read_text(touched) : NULL;
	char *parts[3], *text;
	size_t nr = 0;

	if (!is_better(insns) && !is_better(stores) && !is_better(ns)) {
		text = lines ? xasprintf("%s %s %s", scenario, op, lines) : NULL;
		free(lines);
		return text;
	}
	if (insns && !isnan(insns->diff) && (times != cmp || is_better(insns)))
		parts[nr++] = insns_text(insns);
	if (is_better(stores))
		parts[nr++] = stores_text(stores);
	if (ns && !isnan(ns->diff))
		parts[nr++] = ns_change_text(ns);
	text = xasprintf("%s %s takes ", scenario, op);
	for (size_t i = 0; i < nr; i++) {
		join_text(&text,
			  !i	       ? ""
			  : i + 1 < nr ? ", "
			  : nr > 2     ? ", and "
				       : " and ",
			  "%s", parts[i]);
		free(parts[i]);
	}
	if (lines)
		join_text(&text, ", and ", "%s", lines);
	free(lines);
	return text;
}

/* Lines of a metric that are better, the largest change first, to be given to free(). */
static int better_cmp(const void *a, const void *b)
{
	const struct line *x = *(const struct line *const *)a;
	const struct line *y = *(const struct line *const *)b;

	if (x->ratio != y->ratio && !isnan(x->ratio) && !isnan(y->ratio))
		return fabs(log(x->ratio)) > fabs(log(y->ratio)) ? -1 : 1;
	return x < y ? -1 : x > y;
}

static const struct line **find_better(const struct comparison *cmp,
				       enum metric_id metric, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->metric_id == metric &&
		    is_better(&cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	qsort(list, *nr, sizeof(*list), better_cmp);
	return list;
}

/* Rows of a metric that both ends have. */
static size_t count_rows(const struct comparison *cmp, enum metric_id metric)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == metric &&
		     !isnan(cmp->lines[i].diff);
	return n;
}

/* "3 rows of other metrics got better", where no cost did. */
static char *other_better(const struct comparison *cmp)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += is_better(&cmp->lines[i]) &&
		     cmp->lines[i].key->metric_id != cost_of(cmp);
	return n ? xasprintf("%s got better",
			     count_text(n, "row of another metric",
					"rows of other metrics"))
		 : NULL;
}

/* Operations that have a part of a sentence. */
struct said {
	struct record_operation *ops;
	size_t nr;
};

static bool is_said(const struct said *said, const struct line *line)
{
	for (size_t i = 0; i < said->nr; i++)
		if (!strcmp(said->ops[i].scenario, line->key->scenario) &&
		    !strcmp(said->ops[i].op, line->key->op))
			return true;
	return false;
}

static char *say_better(const struct comparison *cmp, const char *scenario,
			const char *op, struct said *said)
{
	char *text = better_text(cmp, scenario, op);

	if (text)
		*xappend(said->ops, said->nr) = (struct record_operation){
			.scenario = scenario,
			.op = op,
		};
	return text;
}

/* Those that the series is about; else the one that changed most. */
static char *headlines_text(const struct comparison *cmp, struct said *said)
{
	const struct record_series *series = comparison_series(cmp);
	const struct line *most = headline_line(cmp);
	bool measured = false, untold = false;
	char *text = NULL;

	for (size_t i = 0; i < series->nr_headlines; i++) {
		const struct record_operation *of = &series->headlines[i];
		const struct line *line =
			find_line(cmp, of->scenario, of->op, cost_of(cmp));

		measured |= line != NULL;
		untold |= line && (line_tally(line) == TALLY_UNKNOWN ||
				   line_tally(line) == TALLY_MISSING);
		add_part(&text, say_better(cmp, of->scenario, of->op, said));
	}
	if (text)
		return text;
	if (measured)
		return xasprintf(untold ? "it cannot be told whether an operation that the series is about got better"
					: "no operation that the series is about got better");
	return most ? say_better(cmp, most->key->scenario, most->key->op, said)
		    : NULL;
}

/* "9 operations take fewer instructions, up to -49.9% (a mmap)"; @said not among them */
static char *others_better(const struct comparison *cmp, const struct said *said)
{
	bool timed = is_timed(cmp->cols[0].recs[0]);
	size_t nr, n = 0;
	const struct line **list = find_better(cmp, cost_of(cmp), &nr);
	const struct line *most = NULL;
	char *text = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (is_said(said, list[i]))
			continue;
		most = most ? most : list[i];
		n++;
	}
	if (n)
		text = xasprintf("%zu %soperation%s %s, up to %s (%s)", n,
				 said->nr ? "more " : "", n == 1 ? "" : "s",
				 timed	  ? n == 1 ? "is faster" : "are faster"
				 : n == 1 ? "takes fewer instructions"
					  : "take fewer instructions",
				 fmt_percent(most->ratio), operation_text(most));
	free(list);
	return text;
}

/* Operations that touch less data; @said not among them. */
static char *others_touch_less(const struct comparison *cmp,
			       const struct said *said, const struct brevity *b)
{
	size_t nr, n = 0;
	const struct line **list = find_better(cmp, METRIC_LINES_READ, &nr);
	const struct line *most = NULL;
	char *text = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (is_said(said, list[i]))
			continue;
		most = most ? most : list[i];
		n++;
	}
	if (n)
		text = xasprintf("%zu %s fewer cache lines of data%s", n,
				 n == 1 ? "reads" : "read",
				 b->named ? fmt_text(", up to %s (%s)",
						     fmt_percent(most->ratio),
						     operation_text(most))
					  : "");
	free(list);
	return text;
}

/* "3 of 17 times are shorter" */
static char *times_better(const struct comparison *times)
{
	size_t nr;

	free(find_better(times, METRIC_LATENCY, &nr));
	return nr ? xasprintf("%zu of %s %s shorter", nr,
			      fmt_count(count_rows(times, METRIC_LATENCY), "time"),
			      nr == 1 ? "is" : "are")
		  : NULL;
}

/**
 * gain_text() - what got better: first what the series is about
 * @cmp: comparison, built
 * @b: how much of it
 */
char *gain_text(const struct comparison *cmp, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	struct said said = { 0 };
	char *text;

	if (cmp->nr_differ)
		return NULL;
	text = headlines_text(cmp, &said);
	add_part(&text, others_better(cmp, &said));
	add_part(&text, others_touch_less(cmp, &said, b));
	if (times && times != cmp)
		add_part(&text, times_better(times));
	if (!said.nr)
		add_part(&text, other_better(cmp));
	free(said.ops);
	return text ? text
		    : xasprintf("nothing that was measured and can be told got better");
}

/* "1 of 20 operations takes more instructions (a mmap +0.1%)" */
static char *dearer_text(const struct comparison *cmp, const struct brevity *b)
{
	bool timed = is_timed(cmp->cols[0].recs[0]);
	enum metric_id metric = timed ? METRIC_LATENCY : cost_of(cmp);
	struct mentions names = { 0 };
	size_t nr, shape = 0;
	const struct line **list = story_dearer(cmp, metrics[metric].name, &nr);
	char *named, *text;

	for (size_t i = 0; i < nr; i++) {
		bool other = line_tally(list[i]) == TALLY_SHAPE;
		char *by = dearer_by(list[i]);

		add_mention(&names,
			    fmt_text("%s %s%s%s", operation_text(list[i]), by,
				     timed && other ? ", " : "",
				     timed && other ? verdict_name(SHAPE_CHANGED)
						    : ""));
		shape += !timed && other;
		free(by);
	}
	named = mentions_text(&names, b, 1);
	text = xasprintf("%zu of %zu %s %s%s%s", nr, count_rows(cmp, metric),
			 timed ? "times" : "operations",
			 timed	   ? nr == 1 ? "is longer" : "are longer"
			 : nr == 1 ? "takes more instructions"
				   : "take more instructions",
			 shape ? fmt_text(", %zu of them %s", shape,
					  verdict_name(SHAPE_CHANGED))
			       : "",
			 named);
	if (!nr) {
		free(text);
		text = NULL;
	}
	free(named);
	free(list);
	return text;
}

/* Rows that got worse, and are of no cost: those of lost merges are told apart. */
static char *other_worse(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	char *named, *text;
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (!is_other_worse(cmp, line))
			continue;
		add_mention(&names, metric_head(line->key->metric));
		n++;
	}
	named = mentions_text(&names, b, 0);
	text = n ? xasprintf("%s%s got worse",
			     count_text(n, "row of another metric",
					"rows of other metrics"),
			     named)
		 : NULL;
	free(named);
	return text;
}

static char *other_ends(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr;
	const struct line **ends = story_other_ends(cmp, &nr);
	char *named, *text;

	for (size_t i = 0; i < nr; i++)
		add_mention(&names, ends[i]->key->scenario);
	named = mentions_text(&names, b, 0);
	text = nr ? xasprintf("%s with another result%s",
			      count_text(nr, "operation ends", "operations end"),
			      named)
		  : NULL;
	free(named);
	free(ends);
	return text;
}

/**
 * cost_text() - what got worse, how many, and which most
 * @cmp: comparison, built
 * @b: how much of it
 */
char *cost_text(const struct comparison *cmp, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	char *text = NULL;

	if (cmp->nr_differ)
		return NULL;
	add_part(&text, other_ends(cmp, b));
	add_part(&text, dearer_text(cmp, b));
	if (times && times != cmp)
		add_part(&text, dearer_text(times, b));
	add_part(&text, more_lines(cmp, b->named));
	add_part(&text, other_worse(cmp, b));
	add_part(&text, worse_tails(times ? times : cmp));
	if (!text)
		return xasprintf("nothing that was measured and can be told got worse");
	return text;
}

static const char *vmas_text(const struct line *line)
{
	return fmt_text("%s VMAs instead of %s",
			fmt_value(line->values[line->col]),
			fmt_value(line->values[0]));
}

static char *lost_text(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr;
	const struct line **lost = story_lost_merges(cmp, &nr);
	bool alike = merged_alike(cmp, lost, nr);
	const struct line *such = NULL;
	char *named, *text = NULL;

	for (size_t i = 0; i < nr; i++) {
		add_mention(&names, lost[i]->key->scenario);
		/* Some do with another seed alone. */
		if (!such && lost[i]->diff > 0)
			such = lost[i];
	}
	named = mentions_text(&names, b, 2);
	if (alike)
		text = xasprintf("%s%s no longer merge%s: %s",
				 fmt_count(nr, "mapping"), named,
				 nr == 1 ? "s" : "", vmas_text(lost[0]));
	else if (nr)
		text = xasprintf("%s more VMAs than before%s%s%s",
				 count_text(nr, "mapping leaves",
					    "mappings leave"),
				 named,
				 such ? ", such as " : " with another seed",
				 such ? vmas_text(such) : "");
	free(named);
	free(lost);
	return text;
}

/* Those that leave fewer VMAs than before, and end as they did. */
static char *won_text(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	char *named, *text;
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->key->metric_id != METRIC_VMAS || !(line->diff < 0) ||
		    worst_diff(line) > 0 || result_changed(cmp, line))
			continue;
		add_mention(&names, line->key->scenario);
		n++;
	}
	named = mentions_text(&names, b, 0);
	text = n ? xasprintf("%s fewer VMAs than before%s",
			     count_text(n, "mapping leaves", "mappings leave"),
			     named)
		 : NULL;
	free(named);
	return text;
}

/**
 * merging_text() - what no longer merges, or does now
 * @cmp: comparison, built
 * @b: how much of it
 */
char *merging_text(const struct comparison *cmp, const struct brevity *b)
{
	char *text = NULL;

	if (cmp->nr_differ || !count_rows(cmp, METRIC_VMAS))
		return NULL;
	add_part(&text, lost_text(cmp, b));
	add_part(&text, won_text(cmp, b));
	return text ? text
		    : xasprintf("every operation leaves as many VMAs as before");
}

/* Counts that both ends have, by what is said of them. */
static void count_tallies(const struct comparison *cmp, size_t nr[NR_TALLIES])
{
	memset(nr, 0, NR_TALLIES * sizeof(*nr));
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->exact)
			nr[line_tally(&cmp->lines[i])]++;
}

static char *counts_text(const struct comparison *cmp, const struct brevity *b)
{
	size_t nr[NR_TALLIES], changed, all;
	char *text;

	count_tallies(cmp, nr);
	changed = nr[TALLY_SHAPE] + nr[TALLY_WORSE] + nr[TALLY_BETTER] +
		  nr[TALLY_OTHER];
	all = changed + nr[TALLY_SAME] + nr[TALLY_EQUIVALENT];
	if (!all)
		return NULL;
	if (!changed)
		return xasprintf("all %s are equal to the digit",
				 fmt_count(all, "count"));
	if (!b->named)
		return xasprintf("%zu of %s %s equal to the digit, %zu changed",
				 nr[TALLY_SAME], fmt_count(all, "count"),
				 nr[TALLY_SAME] == 1 ? "is" : "are", changed);
	text = xasprintf("%zu of %s %s equal to the digit, %zu better, %zu worse",
			 nr[TALLY_SAME], fmt_count(all, "count"),
			 nr[TALLY_SAME] == 1 ? "is" : "are", nr[TALLY_BETTER],
			 nr[TALLY_WORSE]);
	if (nr[TALLY_OTHER])
		join_text(&text, ", ", "%zu neither", nr[TALLY_OTHER]);
	if (nr[TALLY_SHAPE])
		join_text(&text, ", ", "%zu %s", nr[TALLY_SHAPE],
			  verdict_name(SHAPE_CHANGED));
	return text;
}

/**
 * name_of_small() - what is said of times that do not differ by what matters
 * @cmp: comparison of what is timed
 */
const char *name_of_small(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].verdict == TRIVIAL)
			return "EQUIVALENT or TRIVIAL";
	return verdict_name(EQUIVALENT);
}

/* "4 of 18 times are EQUIVALENT" */
static char *times_text(const struct comparison *times)
{
	size_t small = 0;

	for (size_t i = 0; i < times->nr_lines; i++)
		small += times->lines[i].key->metric_id == METRIC_LATENCY &&
			 line_tally(&times->lines[i]) == TALLY_EQUIVALENT;
	return small ? xasprintf("%zu of %s %s %s", small,
				 fmt_count(count_rows(times, METRIC_LATENCY),
					   "time"),
				 small == 1 ? "is" : "are", name_of_small(times))
		     : NULL;
}

/**
 * equal_text() - how much is exactly equal, and how much is not
 * @cmp: comparison, built
 * @b: how much of it
 */
char *equal_text(const struct comparison *cmp, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	char *text = NULL;

	if (cmp->nr_differ)
		return NULL;
	add_part(&text, counts_text(cmp, b));
	if (times)
		add_part(&text, times_text(times));
	return text;
}
