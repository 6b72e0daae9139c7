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
	struct record_stack *stacks; /* sorted by frames; insns: what is counted */
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

static void copy_functions(const struct record_functions *from,
			   enum metric_id metric, struct chains *to)
{
	to->ops = from->ops;
	to->nr = from->nr_functions;
	to->stacks = xcalloc(to->nr + 1, sizeof(*to->stacks));
	for (size_t i = 0; i < to->nr; i++)
		to->stacks[i] = (struct record_stack){
			.frames = from->functions[i].name,
			.insns = function_count(&from->functions[i], metric),
		};
	qsort(to->stacks, to->nr, sizeof(*to->stacks), stack_cmp);
}

/* Why there are no chains, but functions, which is said; else false. */
static bool is_flat(const struct comparison *cmp, const struct operation *o)
{
	const char *path = NULL;

	if (o->metric != METRIC_INSNS) {
		warnx("call chains are of instructions alone: %s is printed in one level, by function",
		      metrics[o->metric].name);
		return true;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (!record_find_stacks(cmp->cols[c].recs[0], o->scenario, o->op))
			path = cmp->cols[c].recs[0]->path;
	if (path)
		warnx("%s: holds no call chains of %s %s; one level, by function",
		      path, o->scenario, o->op);
	return path;
}

/* Stacks if all records have them: chains and functions are not compared. */
static enum status get_chains(const struct comparison *cmp,
			      const struct operation *o, struct chains *chains)
{
	bool flat = is_flat(cmp, o);
	const struct record_stacks *stacks[2] = { 0 };

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		stacks[c] = record_find_stacks(cmp->cols[c].recs[0],
					       o->scenario, o->op);
		if (flat)
			copy_functions(functions_of(&cmp->cols[c], o),
				       o->metric, &chains[c]);
		else
			copy_stacks(stacks[c], &chains[c]);
	}
	if (cmp->nr_cols < 2 || flat ||
	    !strcmp(stacks[0]->version, stacks[1]->version))
		return STATUS_OK;
	warnx("NOT-COMPARABLE: the stacks of %s are of two versions",
	      o->scenario);
	return STATUS_DATA;
}

static void print_count(int64_t count, int64_t times, FILE *f)
{
	char buf[48];

	fprintf(f, " %s", fmt_int128((int128)count * times, buf, sizeof(buf)));
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
 * @o: operation, of the class task, and what is counted
 * @f: where to
 *
 * A record without call chains is printed by function, as is what they do not count,
 * which is said on standard error.
 *
 * Return: %STATUS_OK; %STATUS_DATA after saying what cannot be compared.
 */
enum status print_folded(const struct comparison *cmp,
			 const struct operation *o, FILE *f)
{
	struct chains chains[2] = { 0 };
	enum status status = get_chains(cmp, o, chains);

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
