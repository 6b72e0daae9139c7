// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Differences are kept as integers: of an operation they would be fractions
 * over the number of operations, which the two sides need not share, so that
 * each is multiplied by both numbers.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"

/* ".isra" with or without a number at the end of @len bytes of @name? */
static size_t strip_suffix(const char *name, size_t len)
{
	static const char *const suffixes[] = { ".constprop", ".isra", ".part",
						".cold" };
	size_t end = len;

	while (end && isdigit((unsigned char)name[end - 1]))
		end--;
	end = end < len && end && name[end - 1] == '.' ? end - 1 : len;

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (end > n && !memcmp(name + end - n, suffixes[i], n))
			return end - n;
	}
	return len;
}

/**
 * plain_length() - length of a symbol as the source spells it
 * @name: symbol, perhaps with .constprop.N, .isra.N, .part.N or .cold
 */
size_t plain_length(const char *name)
{
	size_t len = strlen(name), shorter;

	while ((shorter = strip_suffix(name, len)) < len)
		len = shorter;
	return len;
}

int64_t gcd64(int64_t a, int64_t b)
{
	while (b) {
		int64_t r = a % b;

		a = b;
		b = r;
	}
	return a < 0 ? -a : a;
}

/**
 * fmt_int128() - print what printf() cannot
 * @v: number
 * @buf: filled from its end
 * @size: room in it, at least 42
 *
 * Return: where in @buf the text begins.
 */
const char *fmt_int128(int128 v, char *buf, size_t size)
{
	char *s = buf + size - 1;
	bool minus = v < 0;

	*s = '\0';
	do {
		int digit = v % 10;

		*--s = '0' + (digit < 0 ? -digit : digit);
		v /= 10;
	} while (v);
	if (minus)
		*--s = '-';
	return s;
}

/**
 * function_count() - what a function is charged with
 * @fn: function of a record
 * @metric: of a bill_count; the record has it
 */
int64_t function_count(const struct record_function *fn, enum metric_id metric)
{
	switch (metric) {
	case METRIC_MEM_LOADS:
		return fn->loads;
	case METRIC_MEM_STORES:
		return fn->stores;
	case METRIC_LINES_READ:
		return fn->lines_read;
	case METRIC_LINES_WRITTEN:
		return fn->lines_written;
	case METRIC_LINES_CODE:
		return fn->lines_code;
	case METRIC_PAGES:
		return fn->pages;
	default:
		return fn->insns;
	}
}

/* First symbol that is not before the @len bytes of @name. */
static size_t lower_bound(const struct bill_input *in, const char *name,
			  size_t len)
{
	size_t low = 0, high = in->nr_symbols;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strncmp(in->symbols[mid], name, len) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_executed(const struct bill_input *in, const char *name)
{
	for (size_t i = 0; i < in->nr_functions; i++)
		if (!strcmp(in->functions[i].name, name))
			return true;
	return false;
}

static void mark_missing(struct bill_line *line, const struct bill_input *in)
{
	size_t len = plain_length(line->name);

	line->mark = BILL_UNTOLD;
	if (!in->symbols || *line->name == '[')
		return;

	line->mark = BILL_ABSENT;
	for (size_t i = lower_bound(in, line->name, len); i < in->nr_symbols;
	     i++) {
		const char *symbol = in->symbols[i];

		if (strncmp(symbol, line->name, len))
			break;
		if (!strcmp(symbol, line->name)) {
			line->mark = BILL_IDLE;
			return;
		}
		if (plain_length(symbol) != len)
			continue;
		line->mark = BILL_VARIANT;
		if (!line->variant || is_executed(in, symbol))
			line->variant = symbol;
	}
}

/* The larger one first, in either direction: for qsort(). */
int diff_cmp(int128 x, int128 y)
{
	x = x < 0 ? -x : x;
	y = y < 0 ? -y : y;
	return (x < y) - (x > y);
}

static int line_cmp(const void *a, const void *b)
{
	const struct bill_line *x = a, *y = b;
	int d = diff_cmp(x->diff, y->diff);

	return d ? d : strcmp(x->name, y->name);
}

static void add_side(struct bill_line *line, enum bill_side side,
		     const struct record_function *fn, enum metric_id metric)
{
	line->name = fn->name;
	line->count[side] = function_count(fn, metric);
	line->calls[side] = fn->calls;
}

/* New less base of one operation, times the operations of both. */
static int128 difference(const struct bill *bill, const int64_t *count)
{
	return (int128)count[BILL_NEW] * bill->ops[BILL_BASE] -
	       (int128)count[BILL_BASE] * bill->ops[BILL_NEW];
}

/* The code of a function that no symbol of the other image has the name of. */
static const char *code_of_absent(const struct bill_line *line,
				  enum bill_side missing,
				  const struct bill_input *in)
{
	if (line->mark != BILL_ABSENT || line->missing != missing || !in->rec)
		return NULL;
	return record_find_code(in->rec, line->name);
}

/* The one function of a side that the other image has no name of, and that has this code. */
static struct bill_line *only_absent(const struct bill *bill, const char *code,
				     enum bill_side missing,
				     const struct bill_input *in)
{
	struct bill_line *found = NULL;

	for (size_t i = 0; i < bill->nr_lines; i++) {
		const char *other = code_of_absent(&bill->lines[i], missing, in);

		if (!other || strcmp(other, code) != 0)
			continue;
		if (found)
			return NULL;
		found = &bill->lines[i];
	}
	return found;
}

/* A function that was renamed is one line, not one that came and one that went. */
static void pair_renamed(struct bill *bill, const struct bill_input *base,
			 const struct bill_input *new)
{
	for (size_t i = 0; i < bill->nr_lines; i++) {
		struct bill_line *line = &bill->lines[i], *was;
		const char *code = code_of_absent(line, BILL_BASE, new);

		was = code ? only_absent(bill, code, BILL_NEW, base) : NULL;
		if (!was || only_absent(bill, code, BILL_BASE, new) != line)
			continue;
		line->count[BILL_BASE] = was->count[BILL_BASE];
		line->calls[BILL_BASE] = was->calls[BILL_BASE];
		line->diff += was->diff;
		line->mark = BILL_RENAMED;
		line->variant = was->name;
		/* In its place the last one, which is looked at once more, or was. */
		*was = bill->lines[--bill->nr_lines];
		i = (size_t)-1;
	}
}

/**
 * bill_build() - match the functions of two kernels
 * @bill: filled; to be given to bill_free()
 * @base: what is subtracted; must outlive @bill
 * @new: what it is subtracted from; likewise
 */
void bill_build(struct bill *bill, const struct bill_input *base,
		const struct bill_input *new)
{
	size_t i = 0, j = 0;

	*bill = (struct bill){
		.metric = base->metric,
		.ops = { base->ops, new->ops },
		.total = { base->total, new->total },
	};
	bill->diff = difference(bill, bill->total);
	while (i < base->nr_functions || j < new->nr_functions) {
		struct bill_line *line;
		int d;

		if (i == base->nr_functions)
			d = 1;
		else if (j == new->nr_functions)
			d = -1;
		else
			d = strcmp(base->functions[i].name,
				   new->functions[j].name);

		bill->lines =
			xgrow(bill->lines, bill->nr_lines, sizeof(*bill->lines));
		line = &bill->lines[bill->nr_lines++];
		if (d <= 0)
			add_side(line, BILL_BASE, &base->functions[i++],
				 base->metric);
		if (d >= 0)
			add_side(line, BILL_NEW, &new->functions[j++],
				 new->metric);
		if (d) {
			line->missing = d < 0 ? BILL_NEW : BILL_BASE;
			mark_missing(line, d < 0 ? new : base);
		}
		line->diff = difference(bill, line->count);
		bill->sum += line->diff;
	}
	pair_renamed(bill, base, new);
	if (bill->nr_lines)
		qsort(bill->lines, bill->nr_lines, sizeof(*bill->lines),
		      line_cmp);
}

void bill_free(struct bill *bill)
{
	free(bill->lines);
	*bill = (struct bill){ 0 };
}

/* To the last one; there is no tolerance. */
bool bill_adds_up(const struct bill *bill)
{
	return bill->sum == bill->diff;
}

/* The same count and the same calls in one operation of each side? */
bool bill_line_equal(const struct bill *bill, const struct bill_line *line)
{
	return !line->diff && !difference(bill, line->calls);
}

/* A difference of the bill as that of one operation. */
double bill_per_op(const struct bill *bill, int128 diff)
{
	return (double)diff /
	       ((double)bill->ops[BILL_BASE] * (double)bill->ops[BILL_NEW]);
}
