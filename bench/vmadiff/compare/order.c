// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Did the boots of one kernel run before those of the other? Then whatever drifts looks
 * like a change, and no test of their numbers can tell.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/base.h"
#include "compare/compare.h"

static const char *time_of(const struct record *rec)
{
	return json_string_value(json_object_get(rec->info, "time"));
}

/* Of ISO 8601, in UTC or with its distance to it, as other tools print it. */
static bool parse_time(const char *text, time_t *at)
{
	struct tm tm = { 0 };
	char sign = 0;
	int hours = 0, minutes = 0, nr, end = 0;

	nr = sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n%c%2d:%2d", &tm.tm_year,
		    &tm.tm_mon, &tm.tm_mday, &tm.tm_hour, &tm.tm_min,
		    &tm.tm_sec, &end, &sign, &hours, &minutes);
	if (!(nr == 7 && !strcmp(text + end, "Z")) &&
	    !(nr == 9 && strchr("+-", sign) && strlen(text + end) == 6))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	*at = timegm(&tm) -
	      (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

static const json_t *number_of(const struct record *rec, const char *key)
{
	return json_object_get(json_object_get(rec->header, "boot"), key);
}

/**
 * compare_when() - which of two boots ran first, as far as one key says
 * @key: "time", or a number that boots of a session have
 * @a: record of one
 * @b: record of the other
 * @order: result: below 0, 0 or above 0
 *
 * Return: whether it says anything.
 */
static bool compare_when(const char *key, const struct record *a,
			 const struct record *b, int *order)
{
	const json_t *x = number_of(a, key), *y = number_of(b, key);

	if (!strcmp(key, "time")) {
		time_t t, u;

		if (!time_of(a) || !time_of(b))
			return false;
		if (parse_time(time_of(a), &t) && parse_time(time_of(b), &u))
			*order = (t > u) - (t < u);
		else /* all from the year on: the order of text is that of time */
			*order = strcmp(time_of(a), time_of(b));
		return true;
	}
	if (!json_is_integer(x) || !json_is_integer(y))
		return false;
	*order = (json_integer_value(x) > json_integer_value(y)) -
		 (json_integer_value(x) < json_integer_value(y));
	return true;
}

/* The pairs of boots that are compared with each other, by which ran first. */
struct pairs {
	size_t base_first;
	size_t new_first;
	size_t same;
};

/* A boot is when it was first measured; a layout is booted again and again. */
static bool count_pair(const struct comparison *cmp, const struct boot *a,
		       const struct boot *b, const char *key, struct pairs *pairs)
{
	size_t nr_a = draws_layouts(cmp) ? a->nr_recs : 1;
	size_t nr_b = draws_layouts(cmp) ? b->nr_recs : 1;
	int order;

	for (size_t i = 0; i < nr_a; i++) {
		for (size_t j = 0; j < nr_b; j++) {
			if (!compare_when(key, a->recs[i], b->recs[j], &order))
				return false;
			pairs->base_first += order < 0;
			pairs->new_first += order > 0;
			pairs->same += !order;
		}
	}
	return true;
}

static bool count_pairs(const struct comparison *cmp, const struct column *col,
			const char *key, struct pairs *pairs)
{
	const struct column *base = &cmp->cols[0];

	*pairs = (struct pairs){ 0 };
	for (size_t i = 0; i < base->nr_boots; i++) {
		for (size_t j = 0; j < col->nr_boots; j++) {
			const struct boot *a = &base->boots[i];
			const struct boot *b = &col->boots[j];

			if (block_of(a, col->blocking) ==
				    block_of(b, col->blocking) &&
			    !count_pair(cmp, a, b, key, pairs))
				return false;
		}
	}
	return pairs->base_first + pairs->new_first;
}

/*
 * Of a drift, the part shows in the estimate by which pairs in which one kernel ran first
 * are more than the others. From three quarters of it on nothing is told: a single boot
 * in between makes no plan of what is none.
 */
#define PAIRS_IN_ORDER (7.0 / 8)

static void set_order(struct column *col, const struct pairs *pairs)
{
	bool base = pairs->base_first > pairs->new_first;

	col->pairs_in_order = base ? pairs->base_first : pairs->new_first;
	col->pairs = pairs->base_first + pairs->new_first + pairs->same;
	col->order = ORDER_MIXED;
	if ((double)col->pairs_in_order >= PAIRS_IN_ORDER * (double)col->pairs)
		col->order = base ? ORDER_BASE_FIRST : ORDER_NEW_FIRST;
}

/**
 * find_order() - do the boots of a column run by turns with those of the first?
 * @cmp: comparison, with its boots found
 * @col: column with its blocking; @order and @confounded are set
 *
 * Of blocks that have boots of both, and of all of them: where one block has BASE
 * first and another one NEW, a drift cancels. The time of a record says it, else
 * its place in the plan.
 */
void find_order(struct comparison *cmp, struct column *col)
{
	static const char *const keys[] = { "time", "order", "index" };
	const struct column *base = &cmp->cols[0];
	struct pairs pairs;
	char *text;

	col->order = ORDER_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (col->order == ORDER_UNKNOWN &&
		    count_pairs(cmp, col, keys[i], &pairs))
			set_order(col, &pairs);
	/* Of one boot each, nobody expects anything. */
	if (col->order < ORDER_BASE_FIRST || !is_timed(base->recs[0]) ||
	    base->nr_boots + col->nr_boots <= 2)
		return;
	col->confounded = !key_is_allowed(cmp, "order");
	if (col->confounded)
		return;
	text = order_text(cmp, col);
	*xappend(cmp->allowed, cmp->nr_allowed) = xasprintf("order: %s", text);
	free(text);
}

/**
 * order_text() - which boots came first
 * @cmp: comparison
 * @col: column whose boots are before or after those of the first, nearly all
 *
 * Return: text, to be given to free().
 */
char *order_text(const struct comparison *cmp, const struct column *col)
{
	const struct column *base = &cmp->cols[0];
	bool before = col->order == ORDER_BASE_FIRST;

	const char *first = before ? base->name : col->name;
	const char *last = before ? col->name : base->name;

	if (col->pairs_in_order == col->pairs)
		return xasprintf("all boots of %s were before those of %s",
				 first, last);
	return xasprintf("boots of %s were before those of %s in %zu of %zu pairs",
			 first, last, col->pairs_in_order, col->pairs);
}

/* Is a boot among the first of a column? */
static bool has_boot(const struct column *col, size_t nr, const struct boot *boot)
{
	for (size_t i = 0; i < nr; i++)
		if (record_same_boot(col->boots[i].recs[0], boot->recs[0]))
			return true;
	return false;
}

/**
 * count_shared_boots() - boots that are on both sides
 * @a: one of them
 * @b: the other
 *
 * Runs of one boot that stand for boots are one, too.
 */
size_t count_shared_boots(const struct column *a, const struct column *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nr_boots; i++)
		n += has_boot(b, b->nr_boots, &a->boots[i]) &&
		     !has_boot(a, i, &a->boots[i]);
	return n;
}
