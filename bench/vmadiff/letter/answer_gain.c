// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what got better. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

static bool is_better(const struct line *line)
{
	return line && line_tally(line) == TALLY_BETTER;
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

static enum tree_detail detail_of(const struct brevity *b)
{
	return b->named > 3   ? TREE_RANGES
	       : b->named > 2 ? TREE_NAMES
			      : TREE_SHORT;
}

/* What became of one operation, where any of it is better; else NULL. */
static char *better_text(const struct comparison *cmp, const char *scenario,
			 const char *op, const struct brevity *b)
{
	const struct comparison *times = timed_part(cmp);
	const struct line *insns = find_line(cmp, scenario, op, METRIC_INSNS);
	const struct line *stores =
		find_line(cmp, scenario, op, METRIC_MAPLE_STORES);
	const struct line *ns =
		times ? find_line(times, scenario, op, METRIC_LATENCY) : NULL;
	/* Its sentence has commas then. */
	bool insns_in_groups = insns && insns->tree;
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
		parts[nr++] = insns_text(cmp, insns, detail_of(b), false);
	if (is_better(stores))
		parts[nr++] = stores_text(stores);
	if (ns && !isnan(ns->diff))
		parts[nr++] = ns_change_text(ns);
	text = xasprintf("%s %s takes ", scenario, op);
	for (size_t i = 0; i < nr; i++) {
		join_text(&text,
			  !i			      ? ""
			  : i + 1 < nr		      ? ", "
			  : nr > 2 || insns_in_groups ? ", and "
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

	double rx = best_ratio(x), ry = best_ratio(y);

	if (rx != ry && !isnan(rx) && !isnan(ry))
		return fabs(log(rx)) > fabs(log(ry)) ? -1 : 1;
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
			const char *op, const struct brevity *b,
			struct said *said)
{
	char *text = better_text(cmp, scenario, op, b);

	if (text)
		*xappend(said->ops, said->nr) = (struct record_operation){
			.scenario = scenario,
			.op = op,
		};
	return text;
}

/*
 * Those that the series is about, where there is room; else the one that changed most.
 * One that has no part here is counted among the others.
 */
static char *headlines_text(const struct comparison *cmp,
			    const struct brevity *b, struct said *said)
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
		if (!text || b->terse < 2)
			add_part(&text,
				 say_better(cmp, of->scenario, of->op, b, said));
	}
	if (text)
		return text;
	if (measured)
		return xasprintf(untold ? "it cannot be told whether an operation that the series is about got better"
					: "no operation that the series is about got better");
	return most ? say_better(cmp, most->key->scenario, most->key->op, b, said)
		    : NULL;
}

/* How many rows of a metric are better that were not @said, and the @most of these. */
static size_t count_unsaid(const struct comparison *cmp, enum metric_id metric,
			   const struct said *said, const struct line **most)
{
	size_t nr, n = 0;
	const struct line **list = find_better(cmp, metric, &nr);

	*most = NULL;
	for (size_t i = 0; i < nr; i++) {
		if (is_said(said, list[i]))
			continue;
		*most = *most ? *most : list[i];
		n++;
	}
	free(list);
	return n;
}

/* "9 operations take fewer instructions, up to -49.9% (a mmap)"; @said not among them */
static char *others_better(const struct comparison *cmp,
			   const struct brevity *b, const struct said *said)
{
	bool timed = is_timed(cmp->cols[0].recs[0]);
	const struct line *most;
	size_t n = count_unsaid(cmp, cost_of(cmp), said, &most);

	if (!n)
		return NULL;
	return xasprintf("%zu %soperation%s %s, up to %s%s", n,
			 said->nr ? "more " : "", n == 1 ? "" : "s",
			 timed	  ? n == 1 ? "is faster" : "are faster"
			 : n == 1 ? "takes fewer instructions"
				  : "take fewer instructions",
			 fmt_percent(best_ratio(most)),
			 b->terse ? "" : fmt_text(" (%s)", operation_text(most)));
}

/* Operations that touch less data; @said not among them. */
static char *others_touch_less(const struct comparison *cmp,
			       const struct brevity *b, const struct said *said)
{
	const struct line *most;
	size_t n = count_unsaid(cmp, METRIC_LINES_READ, said, &most);

	if (!n)
		return NULL;
	return xasprintf("%zu %s fewer cache lines of data%s", n,
			 n == 1 ? "reads" : "read",
			 b->named ? fmt_text(", up to %s (%s)",
					     fmt_percent(most->ratio),
					     operation_text(most))
				  : "");
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
	text = headlines_text(cmp, b, &said);
	add_part(&text, others_better(cmp, b, &said));
	add_part(&text, others_touch_less(cmp, b, &said));
	if (times && times != cmp)
		add_part(&text, times_better(times));
	if (!said.nr)
		add_part(&text, other_better(cmp));
	free(said.ops);
	return text ? text
		    : xasprintf("nothing that was measured and can be told got better");
}
