// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Did the boots of one kernel run before those of the other? Then whatever drifts looks
 * like a change, and no test of their numbers can tell.
 */
#include <stdio.h>
#include <stdlib.h>
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
 * struct place - where a boot was in the order of all
 * @block: that it is in
 * @arm: kernel
 * @known: its record says when
 * @when: time, or a number that boots of a session have
 * @text: time as text, where that of some boot cannot be read; else NULL
 */
struct place {
	int64_t block;
	enum stats_arm arm;
	bool known;
	int64_t when;
	const char *text;
};

struct places {
	struct place *list;
	size_t nr;
};

static void find_number(const char *key, const struct record *rec,
			struct place *place)
{
	const json_t *number = number_of(rec, key);

	place->known = json_is_integer(number);
	place->when = json_integer_value(number);
}

static void add_place(struct places *places, int64_t block, enum stats_arm arm,
		      const char *key, const struct record *rec)
{
	struct place *place = xappend(places->list, places->nr);

	place->block = block;
	place->arm = arm;
	if (strcmp(key, "time")) {
		find_number(key, rec, place);
	} else {
		place->text = time_of(rec);
		place->known = place->text;
	}
}

/* A boot is when it was first measured; a layout is booted again and again. */
static void add_places(struct places *places, const struct comparison *cmp,
		       const struct column *col, enum blocking blocking,
		       enum stats_arm arm, const char *key)
{
	for (size_t i = 0; i < col->nr_boots; i++) {
		const struct boot *boot = &col->boots[i];
		size_t nr = draws_layouts(cmp) ? boot->nr_recs : 1;

		for (size_t r = 0; r < nr; r++)
			add_place(places, block_of(boot, blocking), arm, key,
				  boot->recs[r]);
	}
}

/* All are from the year on: the order of text is that of time, where one is no other. */
static void read_times(struct places *places)
{
	bool readable = true;

	for (size_t i = 0; i < places->nr; i++) {
		struct place *place = &places->list[i];
		time_t at = 0;

		if (place->text)
			readable &= parse_time(place->text, &at);
		place->when = place->text ? at : place->when;
	}
	for (size_t i = 0; readable && i < places->nr; i++)
		places->list[i].text = NULL;
}

static int when_cmp(const struct place *x, const struct place *y)
{
	if (x->known != y->known)
		return x->known - y->known;
	if (x->text && y->text)
		return strcmp(x->text, y->text);
	return (x->when > y->when) - (x->when < y->when);
}

static int place_cmp(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->block != y->block)
		return (x->block > y->block) - (x->block < y->block);
	return when_cmp(x, y);
}

/* The pairs of boots that are compared with each other, by which ran first. */
struct pairs {
	size_t base_first;
	size_t new_first;
	size_t same;
};

/* A block in the order of time. Return: false where it is of both, and not known of all. */
static bool count_block(const struct place *list, size_t nr, struct pairs *pairs)
{
	size_t before[STATS_ARMS] = { 0 }, all[STATS_ARMS] = { 0 }, end;

	for (size_t i = 0; i < nr; i++)
		all[list[i].arm]++;
	if (!all[STATS_BASE] || !all[STATS_NEW])
		return true;
	/* What is not known is sorted first. */
	if (!list[0].known)
		return false;
	for (size_t i = 0; i < nr; i = end) {
		size_t now[STATS_ARMS] = { 0 };

		for (end = i; end < nr && !when_cmp(&list[i], &list[end]); end++)
			now[list[end].arm]++;
		pairs->base_first += before[STATS_BASE] * now[STATS_NEW];
		pairs->new_first += before[STATS_NEW] * now[STATS_BASE];
		pairs->same += now[STATS_BASE] * now[STATS_NEW];
		before[STATS_BASE] += now[STATS_BASE];
		before[STATS_NEW] += now[STATS_NEW];
	}
	return true;
}

static bool count_blocks_of(const struct places *places, struct pairs *pairs)
{
	size_t end;

	for (size_t i = 0; i < places->nr; i = end) {
		for (end = i; end < places->nr &&
			      places->list[end].block == places->list[i].block;)
			end++;
		if (!count_block(&places->list[i], end - i, pairs))
			return false;
	}
	return true;
}

static bool count_pairs(const struct comparison *cmp, const struct column *col,
			const char *key, struct pairs *pairs)
{
	struct places places = { 0 };
	bool known;

	*pairs = (struct pairs){ 0 };
	add_places(&places, cmp, &cmp->cols[0], col->blocking, STATS_BASE, key);
	add_places(&places, cmp, col, col->blocking, STATS_NEW, key);
	read_times(&places);
	qsort(places.list, places.nr, sizeof(*places.list), place_cmp);
	known = count_blocks_of(&places, pairs);
	free(places.list);
	return known && pairs->base_first + pairs->new_first;
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

/**
 * count_shared_boots() - boots that are on both sides
 * @a: one of them
 * @b: the other
 *
 * Runs of one boot that stand for boots are one, too.
 */
size_t count_shared_boots(const struct column *a, const struct column *b)
{
	struct boots_seen of_a = { 0 }, of_b = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < b->nr_boots; i++)
		boots_seen_add(&of_b, b->boots[i].recs[0], i);
	for (size_t i = 0; i < a->nr_boots; i++) {
		const struct record *rec = a->boots[i].recs[0];

		n += boots_seen_find(&of_b, rec) != BOOT_NOT_SEEN &&
		     boots_seen_find(&of_a, rec) == BOOT_NOT_SEEN;
		boots_seen_add(&of_a, rec, i);
	}
	boots_seen_free(&of_a);
	boots_seen_free(&of_b);
	return n;
}
