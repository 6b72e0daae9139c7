// SPDX-License-Identifier: GPL-2.0-or-later
/* Call chains in the formats that flame graph renderers read. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"

/* What one record says about an operation. */
struct chains {
	int64_t ops;		     /* that it is the sum of */
	struct record_stack *stacks; /* sorted by frames */
	size_t nr;
};

static int stack_cmp(const void *a, const void *b)
{
	const struct record_stack *x = a, *y = b;

	return strcmp(x->frames, y->frames);
}

/* Frames stay those of the record. */
static void copy_stacks(const struct record_stacks *from, struct chains *to)
{
	to->ops = from->ops;
	to->nr = from->nr_stacks;
	to->stacks = xcalloc(to->nr + 1, sizeof(*to->stacks));
	memcpy(to->stacks, from->stacks, to->nr * sizeof(*to->stacks));
}

static void copy_functions(const struct record_functions *from, struct chains *to)
{
	to->ops = from->ops;
	to->nr = from->nr_functions;
	to->stacks = xcalloc(to->nr + 1, sizeof(*to->stacks));
	for (size_t i = 0; i < to->nr; i++)
		to->stacks[i] = (struct record_stack){
			.frames = from->functions[i].name,
			.insns = from->functions[i].insns,
		};
	qsort(to->stacks, to->nr, sizeof(*to->stacks), stack_cmp);
}

/* Stacks if all records have them: chains and functions are not compared. */
static enum status get_chains(const struct comparison *cmp, const char *scenario,
			      const char *op, struct chains *chains)
{
	const char *flat = NULL;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (!record_find_stacks(cmp->cols[c].recs[0], scenario, op))
			flat = cmp->cols[c].recs[0]->path;
	if (flat)
		warnx("%s: holds no call chains of %s %s; one level, by function",
		      flat, scenario, op);

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct record *rec = cmp->cols[c].recs[0];

		if (flat)
			copy_functions(record_find_functions(rec, scenario, op,
							     REGION_OP,
							     CLASS_TASK),
				       &chains[c]);
		else
			copy_stacks(record_find_stacks(rec, scenario, op),
				    &chains[c]);
	}
	if (cmp->nr_cols < 2 || flat ||
	    !strcmp(record_find_stacks(cmp->cols[0].recs[0], scenario, op)->version,
		    record_find_stacks(cmp->cols[1].recs[0], scenario, op)->version))
		return STATUS_OK;
	warnx("NOT-COMPARABLE: the stacks of %s are of two versions", scenario);
	return STATUS_DATA;
}

static void print_count(int64_t insns, int64_t times, FILE *f)
{
	char buf[48];

	fprintf(f, " %s", fmt_int128((int128)insns * times, buf, sizeof(buf)));
}

static void print_difference(const struct chains *base,
			     const struct chains *new, FILE *f)
{
	int64_t common = gcd64(base->ops, new->ops);
	size_t i = 0, j = 0;

	if (base->ops != new->ops)
		warnx("%lld operations against %lld: counts are scaled to their common multiple",
		      (long long)base->ops, (long long)new->ops);
	while (i < base->nr || j < new->nr) {
		int d;

		if (i == base->nr)
			d = 1;
		else if (j == new->nr)
			d = -1;
		else
			d = stack_cmp(&base->stacks[i], &new->stacks[j]);

		fputs(d <= 0 ? base->stacks[i].frames : new->stacks[j].frames, f);
		print_count(d <= 0 ? base->stacks[i++].insns : 0,
			    new->ops / common, f);
		print_count(d >= 0 ? new->stacks[j++].insns : 0,
			    base->ops / common, f);
		fputc('\n', f);
	}
}

/**
 * print_folded() - one record as "stack count", two as "stack base new"
 * @cmp: comparison of one or two columns, checked by find_operation()
 * @scenario: name
 * @op: operation
 * @f: where to
 *
 * A record without call chains is printed by function, which is said on
 * standard error.
 *
 * Return: %STATUS_OK; %STATUS_DATA after saying what cannot be compared.
 */
enum status print_folded(const struct comparison *cmp, const char *scenario,
			 const char *op, FILE *f)
{
	struct chains chains[2] = { 0 };
	enum status status = get_chains(cmp, scenario, op, chains);

	if (!status && cmp->nr_cols == 2)
		print_difference(&chains[0], &chains[1], f);
	if (!status && cmp->nr_cols == 1) {
		for (size_t i = 0; i < chains[0].nr; i++) {
			fputs(chains[0].stacks[i].frames, f);
			print_count(chains[0].stacks[i].insns, 1, f);
			fputc('\n', f);
		}
	}
	for (size_t c = 0; c < ARRAY_SIZE(chains); c++)
		free(chains[c].stacks);
	return status;
}
