// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the instructions of an operation went, function by function. */
#include <stdlib.h>
#include <string.h>

#include "bill/bill.h"
#include "compare/compare.h"
#include "html.h"
#include "render/render.h"

static double per_op(int64_t count, int64_t ops)
{
	return (double)count / (double)ops;
}

static void put_row(const struct page *p, const char *name, double from,
		    double to, double diff, const char *note)
{
	fputs("<tr><th scope=row>", p->f);
	html_text(p, name);
	fputs("</th>", p->f);
	html_number(p, from, fmt_value(from));
	html_number(p, to, fmt_value(to));
	fprintf(p->f,
		"<td class=\"n %s\" data-v=\"%.15g\">%s</td><td class=soft>",
		diff < 0   ? "good"
		: diff > 0 ? "bad"
			   : "soft",
		diff, fmt_diff(diff));
	html_text(p, note);
	fputs("</td></tr>\n", p->f);
}

static void put_bill(const struct page *p, const struct bill *bill, size_t base,
		     size_t new, const struct operation *o, size_t max)
{
	const struct column *cols = p->cmp->cols;
	const int64_t *ops = bill->ops;
	double rest[BILL_SIDES] = { 0 };
	size_t others = 0;

	fputs("<div class=scroll tabindex=0 role=group aria-label=Table><table><caption>",
	      p->f);
	html_textf(p,
		   "Function bill of %s %s, %s to %s: instructions of one operation, callees left out; the differences add up to the total",
		   o->scenario, o->op, cols[base].name, cols[new].name);
	fputs("</caption><thead><tr><th scope=col>function</th><th scope=col class=n>",
	      p->f);
	html_text(p, cols[base].name);
	fputs("</th><th scope=col class=n>", p->f);
	html_text(p, cols[new].name);
	fputs("</th><th scope=col class=n>difference</th><th scope=col>note</th></tr></thead><tbody>\n",
	      p->f);
	for (size_t i = 0; i < bill->nr_lines; i++) {
		const struct bill_line *line = &bill->lines[i];
		double from = per_op(line->insns[BILL_BASE], ops[BILL_BASE]);
		double to = per_op(line->insns[BILL_NEW], ops[BILL_NEW]);

		if (i < max && line->diff) {
			put_row(p, line->name, from, to,
				bill_per_op(bill, line->diff),
				bill_note(line, cols[base].name, cols[new].name));
			continue;
		}
		others++;
		rest[BILL_BASE] += from;
		rest[BILL_NEW] += to;
	}
	if (others)
		put_row(p, fmt_text("%zu other functions", others),
			rest[BILL_BASE], rest[BILL_NEW],
			rest[BILL_NEW] - rest[BILL_BASE], "");
	put_row(p, "total", per_op(bill->total[BILL_BASE], ops[BILL_BASE]),
		per_op(bill->total[BILL_NEW], ops[BILL_NEW]),
		bill_per_op(bill, bill->diff),
		bill_adds_up(bill) ? "" : "does NOT add up");
	fputs("</tbody></table></div>\n", p->f);
}

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
	struct bill bill;

	if (p->cmp->nr_differ || make_bill(p->cmp, base, new, o, &bill))
		return;
	if (bill.nr_lines && bill.lines[0].diff)
		put_bill(p, &bill, base, new, o, max);
	bill_free(&bill);
}
