// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the instructions of an operation went, function by function. */
#include "bill/bill.h"
#include "compare/compare.h"
#include "html.h"
#include "render/render.h"
#include "tables/tables.h"

/**
 * html_bill() - the bill of one operation between two columns
 * @p: page
 * @base: column
 * @new: column
 * @o: operation
 * @max: functions named; the rest is one row
 *
 * Writes nothing where a record has no functions, or none that differs.
 */
void html_bill(const struct page *p, size_t base, size_t new,
	       const struct operation *o, size_t max)
{
	const char *from = p->cmp->cols[base].name, *to = p->cmp->cols[new].name;
	const struct bill_view view = { .max = max, .brief = true };
	unsigned int marks;
	struct bill bill;
	struct grid *g;

	if (p->cmp->nr_differ || make_bill(p->cmp, base, new, o, &bill))
		return;
	if (bill.nr_lines && bill.lines[0].diff) {
		g = bill_grid(&bill, from, to, &view, &marks);
		grid_caption(g, NULL,
			     "Function bill of %s %s, %s to %s: instructions of one operation, callees left out; the differences add up to the total",
			     o->scenario, o->op, from, to);
		html_table(p, g);
	}
	bill_free(&bill);
}
