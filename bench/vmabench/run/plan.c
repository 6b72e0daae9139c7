// SPDX-License-Identifier: GPL-2.0-or-later
/* What a driver is told, in bytes, and what it answers: see native_plan.h. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "run/calls.h"

/**
 * write_plan - put recorded calls into a plan
 * @head: of it
 * @recorded: as many as @head says
 * @size: gets the bytes of the plan
 *
 * Return: to be freed, or NULL without memory.
 */
char *write_plan(const struct native_plan *head,
		 const struct recorded *recorded, size_t *size)
{
	char *plan = NULL;
	FILE *f = open_memstream(&plan, size);

	if (!f)
		return NULL;
	fwrite(head, sizeof(*head), 1, f);
	for (size_t i = 0; i < head->nr_scenarios; i++) {
		fwrite(&recorded[i].head, sizeof(recorded[i].head), 1, f);
		fwrite(recorded[i].calls, sizeof(*recorded[i].calls),
		       recorded[i].nr, f);
	}
	return fclose(f) ? NULL : plan;
}

static void *take_answer(struct answer *a, size_t size)
{
	char *at = a->at;

	if (size > a->left)
		return NULL;
	a->at += size;
	a->left -= size;
	return at;
}

/* One scenario's; false if it is not whole. */
static bool read_replayed(struct answer *a, const struct recorded *rec,
			  struct replayed *re)
{
	const struct native_report *report = take_answer(a, sizeof(*report));
	size_t bytes, counts, singles;

	if (!report)
		return false;
	memset(re, 0, sizeof(*re));
	re->report = *report;
	re->report.reason[NATIVE_REASON - 1] = '\0';
	if (report->err)
		return true;
	bytes = report->nr_batches * sizeof(struct native_batch);
	counts = 2 * (size_t)report->nr_counted * sizeof(struct native_counts);
	singles = (size_t)report->nr_singles * rec->head.nr_ops *
		  sizeof(uint32_t);
	for (uint32_t k = 0; k < rec->head.nr_kinds; k++) {
		const struct native_kind *kind = take_answer(a, sizeof(*kind));

		re->batches[k] = kind ? take_answer(a, bytes) : NULL;
		re->counts[k] = re->batches[k] ? take_answer(a, counts) : NULL;
		re->singles[k] = re->counts[k] ? take_answer(a, singles) : NULL;
		if (!re->singles[k])
			return false;
		re->kinds[k] = *kind;
	}
	return true;
}

/**
 * answer_bytes - how long the answer to a plan can be
 * @recorded: scenarios of the plan
 * @nr: of them
 */
size_t answer_bytes(const struct recorded *recorded, size_t nr)
{
	size_t most = sizeof(struct native_hello) + sizeof(struct native_bye);

	for (size_t i = 0; i < nr; i++) {
		const struct native_scenario *head = &recorded[i].head;
		size_t kind = sizeof(struct native_kind) +
			      head->nr_batches * sizeof(struct native_batch) +
			      2 * (size_t)head->nr_counted *
				      sizeof(struct native_counts) +
			      (size_t)head->nr_singles * head->nr_ops *
				      sizeof(uint32_t);

		most += sizeof(struct native_report) + head->nr_kinds * kind;
	}
	return most;
}

/**
 * read_answer - what a driver answers to a plan
 * @a: all of it
 * @recorded: what it was told
 * @nr: how many scenarios
 * @re: gets what became of them, and points into the answer
 * @hello: gets the kernel that the driver is in
 *
 * Return: true, or false where the answer is not whole, or of another version.
 */
bool read_answer(struct answer *a, const struct recorded *recorded, size_t nr,
		 struct replayed *re, struct native_hello *hello)
{
	const struct native_hello *said = take_answer(a, sizeof(*said));
	const struct native_bye *bye;

	if (!said || said->magic != NATIVE_MAGIC || said->api != NATIVE_API)
		return false;
	*hello = *said;
	for (size_t i = 0; i < nr; i++)
		if (!read_replayed(a, &recorded[i], &re[i]))
			return false;
	bye = take_answer(a, sizeof(*bye));
	return bye && bye->magic == NATIVE_MAGIC;
}

/**
 * least_reference - the least that the work took which is the same always
 * @rec: what a driver was told
 * @re: what it answered
 * @least: of other batches
 *
 * Return: in ticks, of all of them.
 */
uint32_t least_reference(const struct recorded *rec, const struct replayed *re,
			 uint32_t least)
{
	for (uint32_t k = 0; !re->report.err && k < rec->head.nr_kinds; k++)
		for (uint32_t b = 0; b < re->report.nr_batches; b++)
			if (re->batches[k][b].reference < least)
				least = re->batches[k][b].reference;
	return least;
}
