// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the answer: which mappings no longer merge, or do now. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"
#include "tables/tables.h"

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
	char *text;

	for (size_t i = 0; i < nr; i++) {
		add_mention(&names, lost[i]->key->scenario);
		/* Some do with another seed alone. */
		if (!such && lost[i]->diff > 0)
			such = lost[i];
	}
	text = counted_text(nr, &names, b, 2,
			    alike ? "mapping"
				  : "mapping leaves more VMAs than before",
			    alike ? "mappings"
				  : "mappings leave more VMAs than before");
	if (alike)
		join_text(&text, " ", "no longer merge%s: %s",
			  nr == 1 ? "s" : "", vmas_text(lost[0]));
	else if (such)
		join_text(&text, ", ", "such as %s", vmas_text(such));
	else if (nr)
		join_text(&text, " ", "with another seed");
	free(lost);
	return text;
}

/* Those that leave fewer VMAs than before, and end as they did. */
static char *won_text(const struct comparison *cmp, const struct brevity *b)
{
	struct mentions names = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (line->key->metric_id != METRIC_VMAS || !(line->diff < 0) ||
		    worst_diff(line) > 0 || result_changed(cmp, line))
			continue;
		add_mention(&names, line->key->scenario);
		n++;
	}
	return counted_text(n, &names, b, 0,
			    "mapping leaves fewer VMAs than before",
			    "mappings leave fewer VMAs than before");
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
