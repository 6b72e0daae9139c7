// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenario by scenario: claim, address space, counts, time, function bill. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "html.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define BILL_ROWS 15

static int name_cmp(const void *a, const void *b)
{
	const struct record_row *x = *(const struct record_row *const *)a;
	const struct record_row *y = *(const struct record_row *const *)b;
	int d = strcmp(x->scenario, y->scenario);

	if (set_is_judged(x->set) != set_is_judged(y->set))
		return set_is_judged(x->set) ? -1 : 1;
	return d ? d : strcmp(x->op, y->op);
}

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

static enum tally worst_of(const struct comparison *cmp, const char *scenario)
{
	enum tally worst = TALLY_SAME;

	for (size_t i = 0; i < cmp->nr_lines; i++) {
		enum tally t;

		if (strcmp(cmp->lines[i].key->scenario, scenario))
			continue;
		t = line_tally(&cmp->lines[i]);
		/* What cannot be told tells less than what can. */
		if (t < TALLY_UNKNOWN && (t < worst || worst >= TALLY_UNKNOWN))
			worst = t;
		else if (t >= TALLY_UNKNOWN && worst == TALLY_SAME)
			worst = t;
	}
	return worst;
}

/* A column for each of the comparison, and what became of the first in the last. */
static void add_value_columns(struct grid *g, const struct page *p)
{
	add_columns(g, p->cmp, 0);
	if (p->last) {
		grid_column(g, "change", false, 0);
		grid_column(g, "verdict", true, 0);
	}
}

static void put_counts(const struct page *p, const struct record_row *op)
{
	const struct comparison *cmp = p->cmp;
	struct grid *g = grid_new();

	grid_caption(g, NULL, "%s: values of one operation", op->op);
	grid_column(g, "metric", true, 0);
	add_value_columns(g, p);
	grid_column(g, "unit", true, 0)->class = "long";
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];

		if (strcmp(line->key->scenario, op->scenario) ||
		    strcmp(line->key->op, op->op) || is_of_one_side(cmp, line))
			continue;
		grid_cell(g, TINT_NONE, "%s%s", metric_title(line->key->metric),
			  line->key->exact ? "" : ", " NAME_OF_MEDIAN);
		add_values(g, cmp, line);
		if (p->last) {
			char *range = story_range(line);

			grid_cell(g, TINT_NONE, "%s",
				  line->diff == 0 ? "=" : range);
			free(range);
			add_verdict(g, cmp, line);
		}
		grid_cell(g, TINT_SOFT, "%s", line->key->unit);
	}
	html_table(p, g);
}

static void put_operation(const struct page *p, const struct record_row *op)
{
	const struct operation o = { op->scenario, op->op, REGION_OP,
				     CLASS_TASK, METRIC_INSNS };

	html_put(p, "<h4>%s %s</h4>\n", op->scenario, op->op);
	html_space(p, op->scenario, op->op);
	html_distribution(p, op->scenario, op->op);
	put_counts(p, op);
	if (!p->last)
		return;
	html_bills(p, p->cmp->bill_base, p->last, &o, BILL_ROWS);
	html_objects(p, op->scenario, op->op);
}

static void put_scenario(const struct page *p, const struct record_row **ops,
			 size_t nr)
{
	enum tally worst = worst_of(p->cmp, ops[0]->scenario);
	const struct line *headline = headline_line(p->cmp);
	bool open = p->last && set_is_judged(ops[0]->set) &&
		    worst != TALLY_SAME && !p->cmp->nr_differ && nr && headline &&
		    !strcmp(ops[0]->scenario, headline->key->scenario);
	char *claim = listed(p, ops[0]->scenario, 0);
	char *merges = listed(p, ops[0]->scenario, 1);

	html_put(p, "<details class=scenario id=\"s-%s\"%s><summary><h3>%s</h3>",
		 ops[0]->scenario, open ? " open" : "", ops[0]->scenario);
	if (p->last)
		fprintf(p->f, " <span class=\"tag %s %s\">%s</span>",
			tally_class(worst),
			worst == TALLY_WORSE || worst == TALLY_SHAPE ? "bad"
			: worst == TALLY_BETTER			     ? "good"
			: worst >= TALLY_UNKNOWN		     ? "doubt"
								     : "soft",
			tally_name(worst));
	if (claim)
		html_put(p, " <span class=soft>%s</span>", claim);
	html_put(p,
		 "</summary>\n<p class=soft>Of the %s set, version <code>%s</code> of its source.</p>\n",
		 set_names[ops[0]->set], ops[0]->version);
	if (merges)
		html_put(p, "<p class=soft>Adjacent mappings: %s.</p>\n", merges);
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
	size_t nr, end;
	const struct record_row **ops = collect_ops(p->cmp, &nr);

	html_section(p, "scenarios", "Scenarios");
	fputs("<p>What each claims, what became of the address space, and what it cost. "
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

/* A row that nobody misses: equal, and no headline; or of a metric that a column lacks. */
static bool is_left_out(const struct comparison *cmp, const struct line *line)
{
	if (is_of_one_side(cmp, line))
		return true;
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
	struct grid *g = grid_new();
	size_t left_out = 0;

	grid_caption(g, "sort filter", "Values of one operation%s%s",
		     p->last && cmp->nr_holm + cmp->nr_bh
			     ? fmt_text("; the change of a measurement is %s",
					name_of_change(cmp))
			     : "",
		     p->last ? "; verdicts are of the last column against the first"
			     : "");
	grid_column(g, "operation", true, 0);
	grid_column(g, "metric", true, 0);
	add_value_columns(g, p);
	grid_column(g, "set", true, 0);
	for (size_t i = 0; i < cmp->nr_lines; i++) {
		const struct line *line = &cmp->lines[i];
		bool units = isnan(line->ratio);
		struct grid_cell *cell;

		if (p->last && is_left_out(cmp, line)) {
			left_out++;
			continue;
		}
		grid_cell(g, TINT_NONE, "%s %s", line->key->scenario,
			  line->key->op);
		grid_cell(g, TINT_NONE, "%s", line->key->metric);
		add_values(g, cmp, line);
		if (p->last) {
			cell = grid_number(g, TINT_NONE,
					   units ? line->diff : line->ratio - 1,
					   units ? fmt_diff(line->diff)
						 : fmt_percent(line->ratio));
			if (line->spread.nr && !line_is_equal(line))
				cell->note = xasprintf("all seeds %s",
						       spread_text(line));
			add_verdict(g, cmp, line);
		}
		grid_cell(g, TINT_NONE, "%s", set_names[line->key->set]);
	}
	html_section(p, "rows", "All rows");
	html_table(p, g);
	if (left_out)
		fprintf(p->f,
			"<p class=soft>Left out: %zu rows of other metrics that are equal or missing; "
			"summary.json and the scenarios above have them.</p>\n",
			left_out);
	fputs("</section>\n", p->f);
}
