// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenario by scenario: claim, address space, counts, time, function bill. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bill/bill.h"
#include "compare/compare.h"
#include "html.h"
#include "letter/letter.h"
#include "record/format.h"
#include "record/record.h"
#include "render/render.h"
#include "tables/tables.h"

#define BILL_ROWS 15

static int name_cmp(const void *a, const void *b)
{
	const struct record_row *x = *(const struct record_row *const *)a;
	const struct record_row *y = *(const struct record_row *const *)b;
	int d = strcmp(x->scenario, y->scenario);

	if (x->extended != y->extended)
		return x->extended - y->extended;
	return d ? d : strcmp(x->op, y->op);
}

/* A row of each operation, the primary set first, scenarios side by side. */
static const struct record_row **collect_ops(const struct comparison *cmp,
					     size_t *nr)
{
	const struct record_row **list =
		xcalloc(cmp->nr_lines + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		list[n++] = cmp->lines[i].key;
	qsort(list, n, sizeof(*list), name_cmp);
	*nr = 0;
	for (size_t i = 0; i < n; i++)
		if (!*nr || name_cmp(&list[*nr - 1], &list[i]))
			list[(*nr)++] = list[i];
	return list;
}

/*
 * What "vmabench list" says below the name, to be given to free(): the claim, and
 * where it depends on that, which kernels of mainline merge it.
 */
static char *listed(const struct page *p, const char *scenario, size_t nth)
{
	size_t len = strlen(scenario);

	for (const char *s = p->claims; s && *s; s = strchr(s, '\n')) {
		s += *s == '\n';
		if (strncmp(s, scenario, len) || s[len] != ' ')
			continue;
		for (size_t i = 0; i <= nth; i++) {
			s = strchr(s, '\n');
			if (!s || s[1] != ' ')
				return NULL;
			s += 1 + strspn(s + 1, " ");
		}
		return xasprintf("%.*s", (int)strcspn(s, "\n"), s);
	}
	return NULL;
}

/* The worst that any of its rows is. */
static enum tally worst_of(const struct comparison *cmp, const char *scenario)
{
	enum tally worst = TALLY_SAME;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		enum tally t;

		if (strcmp(cmp->lines[i].key->scenario, scenario))
			continue;
		t = line_tally(&cmp->lines[i]);
		/* What cannot be told tells less than what can. */
		if (t != TALLY_UNKNOWN && (t < worst || worst == TALLY_UNKNOWN))
			worst = t;
		else if (t == TALLY_UNKNOWN && worst == TALLY_SAME)
			worst = t;
	}
	return worst;
}

static void put_counts(const struct page *p, const struct record_row *op)
{
	const struct comparison *cmp = p->cmp;
	bool pair = cmp->nr_cols > 1;

	fputs("<div class=scroll tabindex=0 role=group aria-label=Table><table><caption>",
	      p->f);
	html_textf(p, "%s: values of one operation", op->op);
	fputs("</caption><thead><tr><th scope=col>metric</th>", p->f);
	html_head_cells(p);
	if (pair)
		fputs("<th scope=col class=n>change</th><th scope=col>verdict</th>",
		      p->f);
	fputs("<th scope=col>unit</th></tr></thead><tbody>\n", p->f);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->scenario, op->scenario) ||
		    strcmp(line->key->op, op->op))
			continue;
		fputs("<tr><th scope=row>", p->f);
		html_text(p, metric_title(line->key->metric));
		fputs("</th>", p->f);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			html_number(p, line->values[c],
				    fmt_value(line->values[c]));
		if (pair) {
			char range[64];

			story_range(line, range);
			fputs("<td class=n>", p->f);
			html_text(p, line->diff == 0 ? "=" : range);
			fputs("</td>", p->f);
			html_verdict(p, line);
		}
		fputs("<td class=\"soft long\">", p->f);
		html_text(p, line->key->unit);
		fputs("</td></tr>\n", p->f);
	}
	fputs("</tbody></table></div>\n", p->f);
}

static void put_operation(const struct page *p, const struct record_row *op)
{
	const struct operation o = { op->scenario, op->op, REGION_OP, CLASS_TASK };

	fputs("<h4>", p->f);
	html_textf(p, "%s %s", op->scenario, op->op);
	fputs("</h4>\n", p->f);
	html_space(p, op->scenario, op->op);
	html_distribution(p, op->scenario, op->op);
	put_counts(p, op);
	if (p->last)
		html_bill(p, p->cmp->bill_base, p->last, &o, BILL_ROWS);
}

static void put_scenario(const struct page *p, const struct record_row **ops,
			 size_t nr)
{
	enum tally worst = worst_of(p->cmp, ops[0]->scenario);
	const struct line *headline = headline_line(p->cmp);
	bool open = p->last && !ops[0]->extended && worst != TALLY_SAME &&
		    !p->cmp->nr_differ && nr && headline &&
		    !strcmp(ops[0]->scenario, headline->key->scenario);
	char *claim = listed(p, ops[0]->scenario, 0);
	char *merges = listed(p, ops[0]->scenario, 1);

	fprintf(p->f, "<details class=scenario id=\"s-%s\"%s><summary><h3>",
		ops[0]->scenario, open ? " open" : "");
	html_text(p, ops[0]->scenario);
	fputs("</h3>", p->f);
	if (p->last)
		fprintf(p->f, " <span class=\"tag %s\">%s</span>",
			worst == TALLY_WORSE || worst == TALLY_SHAPE ? "bad"
			: worst == TALLY_BETTER			     ? "good"
			: worst == TALLY_UNKNOWN		     ? "doubt"
								     : "soft",
			tally_name(worst));
	if (claim) {
		fputs(" <span class=soft>", p->f);
		html_text(p, claim);
		fputs("</span>", p->f);
	}
	fputs("</summary>\n", p->f);
	fprintf(p->f, "<p class=soft>%s set, version <code>",
		ops[0]->extended ? "Extended" : "Primary");
	html_text(p, ops[0]->version);
	fputs("</code> of its source.</p>\n", p->f);
	if (merges) {
		fputs("<p class=soft>Adjacent mappings: ", p->f);
		html_text(p, merges);
		fputs(".</p>\n", p->f);
	}
	for (size_t i = 0; i < nr; i++)
		put_operation(p, ops[i]);
	fputs("</details>\n", p->f);
	free(merges);
	free(claim);
}

/**
 * html_scenarios() - a section of each scenario
 * @p: page
 */
void html_scenarios(const struct page *p)
{
	const struct record_row **ops;
	size_t nr, end;

	ops = collect_ops(p->cmp, &nr);
	fputs("<section id=scenarios aria-labelledby=h-scenarios><h2 id=h-scenarios>Scenarios</h2>\n"
	      "<p>What each claims, what became of the address space, and what it cost. "
	      "Where VMAs or errors are not what a scenario declares for its kernel, the notes below say so.</p>\n",
	      p->f);
	for (size_t i = 0; i < nr; i = end) {
		for (end = i + 1; end < nr; end++)
			if (strcmp(ops[i]->scenario, ops[end]->scenario))
				break;
		put_scenario(p, &ops[i], end - i);
	}
	fputs("</section>\n", p->f);
	free(ops);
}

/* A row that nobody misses: equal, and no headline. */
static bool is_left_out(const struct line *line)
{
	return !metric_is_headline(line->key->metric_id) &&
	       (line->verdict == EXACT_SAME || line->verdict == MISSING);
}

/**
 * html_rows() - one table of everything that is not equal, and of headlines
 * @p: page
 */
void html_rows(const struct page *p)
{
	const struct comparison *cmp = p->cmp;
	size_t left_out = 0;

	fputs("<section id=rows aria-labelledby=h-rows><h2 id=h-rows>All rows</h2>\n"
	      "<div class=scroll tabindex=0 role=group aria-label=Table><table class=\"sort filter\"><caption>Values of one operation; "
	      "verdicts are of the last column against the first</caption>\n"
	      "<thead><tr><th scope=col>operation</th><th scope=col>metric</th>",
	      p->f);
	html_head_cells(p);
	if (p->last)
		fputs("<th scope=col class=n>change</th><th scope=col>verdict</th>",
		      p->f);
	fputs("<th scope=col>set</th></tr></thead><tbody>\n", p->f);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (p->last && is_left_out(line)) {
			left_out++;
			continue;
		}
		fputs("<tr><th scope=row>", p->f);
		html_textf(p, "%s %s", line->key->scenario, line->key->op);
		fputs("</th><td>", p->f);
		html_text(p, line->key->metric);
		fputs("</td>", p->f);
		for (size_t c = 0; c < cmp->nr_cols; c++)
			html_number(p, line->values[c],
				    fmt_value(line->values[c]));
		if (p->last) {
			html_number(p,
				    isnan(line->ratio) ? line->diff
						       : line->ratio - 1,
				    isnan(line->ratio)
					    ? fmt_diff(line->diff)
					    : fmt_percent(line->ratio));
			html_verdict(p, line);
		}
		fprintf(p->f, "<td>%s</td></tr>\n",
			line->key->extended ? "extended" : "primary");
	}
	fputs("</tbody></table></div>\n", p->f);
	if (left_out)
		fprintf(p->f,
			"<p class=soft>Left out: %zu rows of other metrics that are equal or missing; "
			"summary.json and the scenarios above have them.</p>\n",
			left_out);
	fputs("</section>\n", p->f);
}
