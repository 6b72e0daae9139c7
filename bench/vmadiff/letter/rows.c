// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rows that a letter shows. Its sentences count these and no others, so that a
 * reader who counts as well gets the same.
 */
#include <math.h>

#include "base/base.h"
#include "letter/letter.h"

/* Of sets that are judged, where there is one; the headline in any case. */
static bool is_shown(const struct comparison *cmp, const struct line *line)
{
	const struct line *headline = headline_line(cmp);

	return line_is_drawn(cmp, line) ||
	       (headline && same_operation(line, headline));
}

/* A count that is not equal, of those that have a picture, or of lines; any lost merge. */
static bool is_count_row(const struct comparison *cmp, const struct line *line)
{
	enum metric_id id = line->key->metric_id;

	if (id == NR_METRICS || line_is_equal(line) || isnan(line->diff))
		return false;
	return ((metrics[id].picture || is_of_lines(line)) &&
		is_shown(cmp, line)) ||
	       (id == METRIC_VMAS && worst_diff(line) > 0);
}

/* What an operation costs; of the extended set, where it does not do the same. */
bool is_cost_row(const struct comparison *cmp, const struct line *line)
{
	return line->key->metric_id == cost_metric(cmp->cols[0].recs[0]) &&
	       (is_shown(cmp, line) || line_tally(line) == TALLY_SHAPE);
}

/**
 * letter_rows() - the rows of the table: costs, then counts
 * @cmp: comparison, built
 * @nr: filled: how many
 *
 * Return: lines of @cmp->lines, to be given to free().
 */
const struct line **letter_rows(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(2 * cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (is_cost_row(cmp, &cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (is_count_row(cmp, &cmp->lines[i]))
			list[(*nr)++] = &cmp->lines[i];
	return list;
}
