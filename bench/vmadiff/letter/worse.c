// SPDX-License-Identifier: GPL-2.0-or-later
/* The second sentence: what got worse, whatever it is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Scenarios of a kind that a sentence names. */
#define NAMED 4

/**
 * struct telling - how something is told
 * @names: scenarios of a kind that are named
 * @metrics: other metrics that are named
 * @of_table: the table that follows has all rows that are counted
 */
struct telling {
	size_t names;
	size_t metrics;
	bool of_table;
};

/* A line of each scenario that has numbers in the first column, and fails now. */
static const struct line **story_failing(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		bool known = line->verdict != NOW_FAILS;

		for (size_t k = 0; k < *nr; k++)
			known |= !strcmp(list[k]->key->scenario,
					 line->key->scenario);
		if (!known)
			list[(*nr)++] = line;
	}
	return list;
}

/* Operations whose cost is known before and after, in the table or left out of it. */
static size_t count_costs(const struct comparison *cmp, bool shown)
{
	enum metric_id cost = cost_metric(cmp->cols[0].recs[0]);
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += cmp->lines[i].key->metric_id == cost &&
		     is_cost_row(cmp, &cmp->lines[i]) == shown &&
		     !isnan(cmp->lines[i].diff);
	return n;
}

/* "7 kinds of it fail (a, b, c, d and 3 more)"; @one is what one of them does */
static char *named_part(const struct line **lines, size_t nr, size_t max,
			const char *one, const char *many)
{
	char *names = NULL, *text;

	for (size_t i = 0; i < nr && i < max; i++)
		join_text(&names, ", ", "%s", lines[i]->key->scenario);
	if (nr > max && max)
		join_text(&names, " ", "and %zu more", nr - max);
	text = xasprintf("%zu %s%s%s%s", nr, nr == 1 ? one : many,
			 names ? " (" : "", names ? names : "", names ? ")" : "");
	free(names);
	return text;
}

/**
 * merged_alike() - can one sentence say of all lost merges what became of them?
 * @cmp: comparison, built
 * @lost: what story_lost_merges() returns
 * @nr: length of @lost
 *
 * Return: true where all merged in the first column, and go from one count of VMAs to
 * another, which are the same for all.
 */
bool merged_alike(const struct comparison *cmp, const struct line **lost,
		  size_t nr)
{
	size_t last = cmp->nr_cols - 1;

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *shape =
			record_find_shape(cmp->cols[0].recs[0],
					  lost[i]->key->scenario,
					  lost[i]->key->op);

		if (!shape || strcmp(shape->outcome, "merged") ||
		    lost[i]->values[0] != lost[0]->values[0] ||
		    lost[i]->values[last] != lost[0]->values[last] ||
		    !(lost[i]->diff > 0))
			return false;
	}
	return nr;
}

static char *lost_text(const struct comparison *cmp, const struct line **lost,
		       size_t nr, size_t names)
{
	const char *counts;

	if (!merged_alike(cmp, lost, nr))
		return named_part(lost, nr, names,
				  "kind of mapping leaves more VMAs than before",
				  "kinds of mapping leave more VMAs than before");
	counts = fmt_text("%s VMAs instead of %s",
			  fmt_value(lost[0]->values[cmp->nr_cols - 1]),
			  fmt_value(lost[0]->values[0]));
	return named_part(lost, nr, names,
			  fmt_text("kind of mapping no longer merges and leaves %s",
				   counts),
			  fmt_text("kinds of mapping no longer merge and leave %s",
				   counts));
}

/* "a, b, and c"; frees the parts. */
static char *join_parts(char **parts, size_t nr)
{
	char *text = xasprintf("%s", "");

	for (size_t i = 0; i < nr; i++) {
		join_text(&text, i + 1 < nr ? ", " : ", and ", "%s", parts[i]);
		free(parts[i]);
	}
	return text;
}

/**
 * dearer_by() - by how much an operation costs more
 * @line: line of a cost
 *
 * Return: "+0.1%", "+0.3 to +0.4% in 64 of 64 tree layouts", or of a time, which no
 * sentence gives in percent, "+41.5 ns [+33.6, +52.8]", to be given to free().
 */
char *dearer_by(const struct line *line)
{
	if (line->tree)
		return tree_brief_text(line->tree);
	if (line->key->metric_id != METRIC_LATENCY)
		return xasprintf("%s", isnan(line->ratio)
					       ? fmt_diff(worst_diff(line))
					       : fmt_percent(worst_ratio(line)));
	if (!line->has_est || !line->est.ci95.known)
		return xasprintf("%s ns", fmt_diff(line->diff));
	return xasprintf("%s ns %s", ns_text(line, line->est.shift),
			 ns_interval_text(line));
}

/* "at most by +11.2% (usb_stream_read_append mmap)"; NULL of no line */
static char *most_text(const struct line *line)
{
	char *by, *text;

	if (!line)
		return NULL;
	by = dearer_by(line);
	text = xasprintf("at most by %s (%s %s)", by, line->key->scenario,
			 line->key->op);
	free(by);
	return text;
}

/* Rows that cost more, by what is said of them. */
enum dear {
	DEAR,	       /* in the table */
	DEAR_SHAPE,    /* the same, and does not do what it did before */
	DEAR_LEFT_OUT, /* of the table */
	NR_DEARS,
};

struct dearer {
	size_t nr[NR_DEARS];
	const struct line *most[NR_DEARS];
};

static struct dearer find_dearer(const struct comparison *cmp)
{
	const char *metric = metrics[cost_metric(cmp->cols[0].recs[0])].name;
	struct dearer d = { 0 };
	size_t nr;
	const struct line **list = story_dearer(cmp, metric, &nr);

	for (size_t i = 0; i < nr; i++) {
		enum dear which = !is_cost_row(cmp, list[i]) ? DEAR_LEFT_OUT
				  : line_tally(list[i]) == TALLY_SHAPE
					  ? DEAR_SHAPE
					  : DEAR;

		/* The largest change is first. */
		if (!d.nr[which]++)
			d.most[which] = list[i];
	}
	free(list);
	return d;
}

/*
 * How many of the operations in the table cost more, and which most; those that do
 * not do the same as before apart from those that do. NULL where there is none.
 */
static char *dear_text(const struct comparison *cmp, const struct telling *how)
{
	bool insns = cost_metric(cmp->cols[0].recs[0]) == METRIC_INSNS;
	const struct dearer d = find_dearer(cmp);
	const char *other = how->of_table ? OTHER_SHAPE " than before"
					  : "another outcome";
	size_t shown = d.nr[DEAR] + d.nr[DEAR_SHAPE];
	char *most[NR_DEARS], *text;

	if (!shown && !d.nr[DEAR_LEFT_OUT])
		return NULL;
	for (size_t i = 0; i < NR_DEARS; i++)
		most[i] = most_text(d.most[i]);
	text = xasprintf("%zu of %zu operations%s %s", shown,
			 count_costs(cmp, true),
			 how->of_table ? " in the table" : "",
			 !insns	      ? shown == 1 ? "is slower" : "are slower"
			 : shown == 1 ? "takes more instructions"
				      : "take more instructions");
	if (d.nr[DEAR] && d.nr[DEAR_SHAPE])
		join_text(&text, ": ",
			  "%zu with %s, %s, and %zu with the same, %s",
			  d.nr[DEAR_SHAPE], other, most[DEAR_SHAPE], d.nr[DEAR],
			  most[DEAR]);
	else if (d.nr[DEAR_SHAPE])
		join_text(&text, ", ", "with %s, %s", other, most[DEAR_SHAPE]);
	else if (shown)
		join_text(&text, ", ", "%s", most[DEAR]);
	if (d.nr[DEAR_LEFT_OUT])
		join_text(&text, "; ", "of %zu %s %zu %s, %s",
			  count_costs(cmp, false),
			  how->of_table ? "that it leaves out" : "others",
			  d.nr[DEAR_LEFT_OUT],
			  d.nr[DEAR_LEFT_OUT] == 1 ? "does" : "do",
			  most[DEAR_LEFT_OUT]);
	for (size_t i = 0; i < NR_DEARS; i++)
		free(most[i]);
	return text;
}

/**
 * is_other_worse() - did a row get worse that no sentence of its own tells?
 * @cmp: comparison, built
 * @line: one of its lines
 */
bool is_other_worse(const struct comparison *cmp, const struct line *line)
{
	return line->key->metric_id != cost_metric(cmp->cols[0].recs[0]) &&
	       line->key->metric_id != METRIC_VMAS && !is_of_lines(line) &&
	       is_dearer(line);
}

/* "5 rows of other metrics (loads from memory and 1 more)", or NULL where there is none. */
static char *other_metrics(const struct comparison *cmp, size_t max)
{
	const char *last = NULL;
	size_t rows = 0, nr = 0;
	char *names = NULL, *text;

	/* Lines are by metric. */
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const char *metric = cmp->lines[i].key->metric;

		if (!is_other_worse(cmp, &cmp->lines[i]))
			continue;
		rows++;
		if (last && !strcmp(last, metric))
			continue;
		last = metric;
		if (nr++ < max)
			join_text(&names, ", ", "%s", metric_title(metric));
	}
	if (!rows)
		return NULL;
	if (nr > max && max)
		join_text(&names, " ", "and %zu more", nr - max);
	text = xasprintf("%s of other metrics%s%s%s", fmt_count(rows, "row"),
			 names ? " (" : "", names ? names : "", names ? ")" : "");
	free(names);
	return text;
}

/**
 * worse_tails() - how many quantiles got worse
 * @cmp: comparison, built
 *
 * Return: "3 quantiles of single calls are longer", to be given to free(); NULL where
 * none is.
 */
char *worse_tails(const struct comparison *cmp)
{
	const struct lines *tails = &cmp->tails[cmp->nr_cols - 1];
	size_t nr = 0;

	for (size_t i = 0; i < tails->nr && !cmp->nr_differ; i++)
		nr += tails->list[i].verdict == REGRESSED;
	return nr ? xasprintf("%s of single calls %s longer",
			      fmt_count(nr, "quantile"), nr == 1 ? "is" : "are")
		  : NULL;
}

/* What got worse, in clauses; NULL where nothing did. */
static char *tell_worse(const struct comparison *cmp, const struct telling *how)
{
	size_t nr_lost, nr_ends, nr_failing, nr = 0;
	const struct line **lost = story_lost_merges(cmp, &nr_lost);
	const struct line **ends = story_other_ends(cmp, &nr_ends);
	const struct line **failing = story_failing(cmp, &nr_failing);
	char *parts[7], *list;

	if (nr_lost)
		parts[nr++] = lost_text(cmp, lost, nr_lost, how->names);
	if (nr_failing)
		parts[nr++] = named_part(failing, nr_failing, how->names,
					 "scenario fails now",
					 "scenarios fail now");
	if (nr_ends)
		parts[nr++] = named_part(ends, nr_ends, how->names,
					 "operation ends with another result",
					 "operations end with another result");
	parts[nr] = dear_text(cmp, how);
	nr += !!parts[nr];
	parts[nr] = more_lines(cmp, how->names);
	nr += !!parts[nr];
	/* With the table the letter has a list of them. */
	if (!nr || !how->of_table) {
		parts[nr] = other_metrics(cmp, how->metrics);
		nr += !!parts[nr];
		parts[nr] = worse_tails(cmp);
		nr += !!parts[nr];
	}
	list = join_parts(parts, nr);
	free(lost);
	free(ends);
	free(failing);
	if (nr)
		return list;
	free(list);
	return NULL;
}

/**
 * worse_clauses() - what got worse, whatever it is, without a table beside it
 * @cmp: comparison of two columns or more, built
 * @names: so many scenarios of a kind are named, the others counted
 * @metrics_named: so many metrics that are no cost are
 *
 * Return: clauses, to be given to free(); NULL where nothing did that can be told.
 */
char *worse_clauses(const struct comparison *cmp, size_t names,
		    size_t metrics_named)
{
	return cmp->nr_differ
		       ? NULL
		       : tell_worse(cmp, &(struct telling){ names, metrics_named,
							    false });
}

/**
 * story_worse() - the second sentence: what got worse, whatever it is
 * @cmp: comparison of two columns or more, built
 *
 * Return: a sentence, to be given to free().
 */
char *story_worse(const struct comparison *cmp)
{
	char *list, *text;

	if (cmp->nr_differ)
		return xasprintf("Nothing can be said of what got better or worse.");
	list = tell_worse(cmp, &(struct telling){ NAMED, 0, true });
	text = list ? xasprintf("What got worse: %s.", list)
		    : xasprintf("Nothing that was measured and can be told got worse.");
	free(list);
	return text;
}
