// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: what got worse. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

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
	named = mentions_text(&names, b, 2);
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
	char *text;
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (!is_other_worse(cmp, line))
			continue;
		add_mention(&names, metric_head(line->key->metric));
		n++;
	}
	text = counted_text(n, &names, b, 0, "row of another metric",
			    "rows of other metrics");
	if (text)
		join_text(&text, " ", "got worse");
	return text;
}

static char *other_ends(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t nr;
	const struct line **ends = story_other_ends(cmp, &nr);

	for (size_t i = 0; i < nr; i++)
		add_mention(&names, ends[i]->key->scenario);
	free(ends);
	return counted_text(nr, &names, b, 0,
			    "operation ends with another result",
			    "operations end with another result");
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
