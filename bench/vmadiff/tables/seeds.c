// SPDX-License-Identifier: GPL-2.0-or-later
/* The same with other mappings besides: what each further seed counted. */
#include <stdlib.h>

#include "base/base.h"
#include "tables/tables.h"

/* In a report it is a block, as what print_summary() prints is always text. */
static void print_fence(const struct output *out)
{
	if (out->markup == MARKDOWN)
		fputs("```\n", out->f);
}

/**
 * print_seeds() - summary and costs of each further seed
 * @cmp: comparison, built
 * @out: text or Markdown
 */
void print_seeds(const struct comparison *cmp, const struct output *out)
{
	char *numbers = seeds_text(cmp, false), *at = numbers;

	for (size_t s = 0; s < cmp->nr_seeds; s++) {
		const struct comparison *seed = cmp->seeds[s];
		const struct selection sel = {
			.metric = metrics[cost_metric(seed->cols[0].recs[0])].name,
		};
		long number = strtol(at, &at, 10);

		print_section(out, fmt_text("Seed %ld, %s to %s", number,
					    seed->cols[0].name,
					    seed->cols[seed->nr_cols - 1].name));
		print_fence(out);
		print_summary(seed, out);
		print_fence(out);
		print_tables(seed, out, &sel, false);
	}
	free(numbers);
}
