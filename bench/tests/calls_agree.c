// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: calls_agree RECORD
 *
 * Two instruments that know nothing of each other counted the same operations:
 * the TCG plugin the entries of functions, and perf counters the tracepoints
 * and kprobes in them, in another run. They have to agree on every operation of
 * every scenario. TAP; needs a record of the exact tier.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "record/record.h"

struct agreement {
	const char *metrics[2];	  /* their sum ... */
	const char *functions[4]; /* ... is the entries of all of these */
};

static const struct agreement agreements[] = {
	{ { "maple_stores" }, { "mas_store_prealloc" } },
	{ { "maple_null_stores", "maple_detach_stores" }, { "mas_store_gfp" } },
	{ { "vma_allocs" }, { "vm_area_alloc", "vm_area_dup" } },
	{ { "slab_allocs" },
	  { "kmem_cache_alloc_noprof", "kmem_cache_alloc_lru_noprof",
	    "kmem_cache_alloc_node_noprof" } },
};

/* Sum of the metrics over all operations; false if one is not there. */
static bool events(const struct record *r, const char *scenario, const char *op,
		   const char *const names[2], double *sum)
{
	*sum = 0;
	for (size_t m = 0; m < 2 && names[m]; m++) {
		const struct record_row *row = NULL;

		for (size_t i = 0; i < r->nr_rows && !row; i++)
			if (!strcmp(r->rows[i].scenario, scenario) &&
			    !strcmp(r->rows[i].op, op) &&
			    !strcmp(r->rows[i].metric, names[m]))
				row = &r->rows[i];
		if (!row || !row->whole)
			return false;
		*sum += (double)row->total;
	}
	return true;
}

static int64_t entries(const struct record_functions *f,
		       const char *const names[4])
{
	int64_t sum = 0;

	for (size_t n = 0; n < 4 && names[n]; n++)
		for (size_t i = 0; i < f->nr_functions; i++)
			if (!strcmp(f->functions[i].name, names[n]))
				sum += f->functions[i].calls;
	return sum;
}

int main(int argc, char **argv)
{
	unsigned int nr = 0, failed = 0;
	struct record *r = NULL;
	char err[256];

	if (argc != 2) {
		fputs("usage: calls_agree RECORD\n", stderr);
		return 2;
	}
	if (record_read(argv[1], &r, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return 1;
	}
	for (size_t i = 0; i < r->nr_functions; i++) {
		const struct record_functions *f = &r->functions[i];

		if (f->region != REGION_OP || f->class != CLASS_TASK)
			continue;
		for (size_t a = 0; a < ARRAY_SIZE(agreements); a++) {
			int64_t calls = entries(f, agreements[a].functions);
			double sum;
			bool ok;

			ok = events(r, f->scenario, f->op,
				    agreements[a].metrics, &sum) &&
			     sum == (double)calls;
			failed += !ok;
			printf("%sok %u - %s %s: %s is entries of %s",
			       ok ? "" : "not ", ++nr, f->scenario, f->op,
			       agreements[a].metrics[0],
			       agreements[a].functions[0]);
			printf(" (%g, %" PRId64 ")\n", sum, calls);
		}
	}
	printf("1..%u\n", nr);
	record_free(r);
	return failed || !nr;
}
