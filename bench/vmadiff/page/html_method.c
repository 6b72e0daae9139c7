// SPDX-License-Identifier: GPL-2.0-or-later
/* How it was measured, on what, what is missing, and how to do it again. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "html.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* clang-format off */
static const struct {
	enum verdict verdict;
	const char *text;
} meanings[] = {
	{ EXACT_SAME,	"a count that is equal to the digit" },
	{ EXACT_CHANGED, "a count that differs; it repeats to the digit, so there is nothing to test" },
	{ SHAPE_CHANGED, "the number of VMAs or the outcome of the operation differs" },
	{ REGRESSED,	"significant after adjusting, and not shown to be too small to matter: worse" },
	{ IMPROVED,	"likewise, better" },
	{ CHANGED,	"likewise, and neither direction is better" },
	{ TRIVIAL,	"significant, and the 90 % interval lies within what does not matter" },
	{ EQUIVALENT,	"not significant, and the 90 % interval lies within what does not matter" },
	{ INCONCLUSIVE,	"neither a difference nor its absence was shown; the report has the least effect that could have been found" },
	{ UNSTABLE,	"batches of a boot drift or shift, and the verdict depends on which of them are believed" },
	{ LAYOUT, "a row moved with the layout of the maple tree, and not with the code: the cost at equal layouts is the same; neither better nor worse" },
	{ LAYOUT_DEPENDENT, "most layouts of the maple tree do not say what the row does: worse where it is so at most of them, otherwise it cannot be told" },
	{ SEED_DEPENDENT, "not the same with all seeds: better, worse, equal or of another shape, by what else is mapped" },
	{ LUCK,		"changed by no more than changes that mean nothing move it, in functions whose code is the same: neither better nor worse" },
	{ NONDETERMINISTIC, "two runs of what has to repeat do not agree" },
	{ NOT_COMPARABLE, "machine, settings or scenario differ" },
	{ NOW_FAILS,	"measured in the first column, and failed in this one: worse" },
	{ MISSING,	"one side has no number; why is said below" },
};
/* clang-format on */

static bool verdict_is_used(const struct comparison *cmp, enum verdict v)
{
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (cmp->lines[i].verdict == v)
			return true;
	return cmp->times && verdict_is_used(cmp->times, v);
}

static void put_captured(const struct page *p, const struct comparison *cmp,
			 const char *head,
			 void (*print)(const struct comparison *cmp,
				       const struct output *out))
{
	struct output out = { .width = 80 };
	char *text;
	size_t size;

	out.f = open_text(&text, &size);
	print(cmp, &out);
	fclose(out.f);
	if (size) {
		fprintf(p->f, "<div class=screen>%s<pre tabindex=0>", head);
		put_xml_lines(text, p->f);
		fputs("</pre></div>\n", p->f);
	}
	free(text);
}

/* Of a kernel that is a program, beside the one that instructions were counted of. */
static void put_config(const struct page *p)
{
	const struct comparison *timed = p->cmp->times ? p->cmp->times : p->cmp;
	const char *differences = header_text(timed->cols[0].recs[0], "info",
					      "config_differences");

	if (differences)
		html_put(p,
			 "<p class=screen>Its configuration is not that of the kernels whose instructions are counted. Of the options that the sources of mmap() name, these differ: <code>%s</code>.</p>\n",
			 differences);
}

/* What is said of numbers with noise, whatever is counted as one. */
static void put_test(const struct page *p)
{
	html_put(p,
		 " The change is %s. Its p is of %s, and its interval is made of order statistics of the same test.",
		 name_of_change(p->cmp), name_of_test(p->cmp));
	fprintf(p->f,
		" Rows of the %s set are adjusted by Holm at 5&nbsp;%%, all others by Benjamini-Hochberg.",
		judged_sets(p->cmp));
}

static void put_method(const struct page *p)
{
	html_section(p, "method", "Method");
	if (draws_layouts(p->cmp)) {
		fputs("<p>Times of kernels that are programs of this machine. Where functions happen to be moves times "
		      "by more than most patches do, so the unit of the experiment is the layout: each kernel was linked "
		      "in many random orders of its functions, and one " NAME_OF_MEDIAN
		      " for each layout, over its boots, is compared.",
		      p->f);
		put_test(p);
		fputs("</p>\n", p->f);
	} else if (is_timed(p->cmp->cols[0].recs[0])) {
		fputs("<p>Times of the running kernel. The unit of the experiment is the boot: one " NAME_OF_MEDIAN
		      " for each boot, compared within the blocks of the plan.",
		      p->f);
		put_test(p);
		fputs(" Timing and counting are separate passes.</p>\n", p->f);
	} else {
		fputs("<p>Each kernel ran in QEMU (TCG, <code>-icount</code>) with a plugin that counts the guest's "
		      "instructions between two markers around each operation. Only the system-call path of the "
		      "task is in the headline; interrupts and RCU callbacks are reported apart. Every scenario ran at "
		      "least twice, and what two runs disagree on is thrown out, so that a count has no interval. "
		      "Counts are exact for these images, this QEMU and this seed; they are not times, and know "
		      "nothing of caches or contention.</p>\n",
		      p->f);
	}
	if (p->cmp->times)
		html_times_method(p);
	put_config(p);
	if (p->last) {
		fputs("<h3>Verdicts on this page</h3>\n<dl>\n", p->f);
		for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
			if (verdict_is_used(p->cmp, meanings[i].verdict))
				fprintf(p->f, "<dt>%s</dt><dd>%s</dd>\n",
					verdict_name(meanings[i].verdict),
					meanings[i].text);
		fputs("</dl>\n", p->f);
		put_captured(p, p->cmp,
			     "<h3>What to know before believing it</h3>\n",
			     print_caveats);
		if (p->cmp->times)
			put_captured(p, p->cmp->times,
				     "<h3>What to know before believing the times</h3>\n",
				     print_caveats);
	}
	fputs("</section>\n", p->f);
}

struct env_key {
	const char *object;
	const char *key;
};

static const char *env_value(const struct record *rec, const struct env_key *k)
{
	const char *value = header_text(rec, k->object, k->key);

	return value ? value : "-";
}

static int key_cmp(const void *a, const void *b)
{
	const struct env_key *x = a, *y = b;
	int d = strcmp(x->object, y->object);

	return d ? d : strcmp(x->key, y->key);
}

static struct env_key *collect_keys(const struct comparison *cmp, size_t *nr)
{
	static const char *const objects[] = { "kernel", "env", "info", "suite" };
	struct env_key *keys = NULL;
	size_t n = 0;

	for (size_t o = 0; o < ARRAY_SIZE(objects); o++) {
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			json_t *object, *v;
			const char *key;

			object = json_object_get(cmp->cols[c].recs[0]->header,
						 objects[o]);
			json_object_foreach(object, key, v) {
				if (!json_is_string(v))
					continue;
				keys = xgrow(keys, n, sizeof(*keys));
				keys[n++] = (struct env_key){ objects[o], key };
			}
		}
	}
	if (n)
		qsort(keys, n, sizeof(*keys), key_cmp);
	*nr = 0;
	for (size_t i = 0; i < n; i++)
		if (!*nr || key_cmp(&keys[*nr - 1], &keys[i]))
			keys[(*nr)++] = keys[i];
	return keys;
}

static bool key_differs(const struct comparison *cmp, const struct env_key *k)
{
	for (size_t c = 1; c < cmp->nr_cols; c++)
		if (strcmp(env_value(cmp->cols[0].recs[0], k),
			   env_value(cmp->cols[c].recs[0], k)))
			return true;
	return false;
}

static void add_key(struct grid *g, const struct comparison *cmp,
		    const struct env_key *k)
{
	bool differs = key_differs(cmp, k);

	grid_cell(g, TINT_NONE, "%s.%s", k->object, k->key)->class =
		differs ? "differs" : NULL;
	if (!differs) {
		grid_span(g, env_value(cmp->cols[0].recs[0], k));
		return;
	}
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_cell(g, TINT_NONE, "%s", env_value(cmp->cols[c].recs[0], k));
}

static void put_environment(const struct page *p, const struct comparison *cmp,
			    const char *id, const char *title)
{
	size_t nr;
	struct env_key *keys = collect_keys(cmp, &nr);
	struct grid *g = grid_new();

	grid_caption(g, "filter", "Kernel, machine, suite");
	grid_column(g, "key", true, 0);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		grid_column(g, cmp->cols[c].name, true, 0)->class = "long code";
	for (size_t i = 0; keys && i < nr; i++)
		add_key(g, cmp, &keys[i]);
	free(keys);
	html_section(p, id, title);
	fputs(cmp->nr_cols > 1
		      ? "<p>What the first record of each column says of its kernel and machine. "
			"Rows with <b>&ne;</b> are not the same in all columns.</p>\n"
		      : "<p>What the first record says of its kernel and machine.</p>\n",
	      p->f);
	html_table(p, g);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		html_put(p, "<p class=doubt>Allowed to differ: %s</p>\n",
			 cmp->allowed[i]);
	fputs("</section>\n", p->f);
}

static bool same_group(const struct export_note *a, const struct export_note *b)
{
	return a->kind == b->kind && !strcmp(a->column, b->column) &&
	       !strcmp(a->text, b->text);
}

/* The scenarios of a group, in one cell that is not cut. */
static char *scenario_list(const struct export_note *notes, size_t at, size_t nr)
{
	const char *sep = "";
	char *text;
	size_t size;
	FILE *f = open_text(&text, &size);

	for (size_t i = at; i < nr; i++) {
		if (!same_group(&notes[i], &notes[at]))
			continue;
		fputs(sep, f);
		put_html(notes[i].scenario, f);
		fputs(notes[i].op ? " " : "", f);
		put_html(notes[i].op ? notes[i].op : "", f);
		sep = ", ";
	}
	fclose(f);
	return text;
}

static void add_note(struct grid *g, const struct export_note *notes, size_t at,
		     size_t nr, const char *of)
{
	const struct export_note *note = &notes[at];

	for (size_t i = 0; i < at; i++)
		if (same_group(&notes[i], note))
			return;
	grid_cell(g, note->kind == NOTE_SKIP ? TINT_DOUBT : TINT_BAD, "%s",
		  note_kind_name(note->kind));
	grid_cell(g, TINT_NONE, "%s%s", note->column, of);
	grid_cell(g, TINT_NONE, "%s", "")->html = scenario_list(notes, at, nr);
	grid_cell(g, TINT_NONE, "%s", note->text);
}

/* Of a comparison that @of says; return: is there any? */
static bool add_missing(struct grid *g, const struct comparison *cmp,
			const char *of)
{
	struct export_note *notes;
	bool any = cmp->nr_refused;
	size_t nr;

	for (size_t i = 0; i < cmp->nr_refused; i++) {
		const struct refused *no = &cmp->refused[i];

		grid_cell(g, TINT_BAD, "%s",
			  no->stage_failed ? "failed" : "refused");
		grid_cell(g, TINT_NONE, "%s%s", no->name, of);
		grid_cell(g, TINT_NONE, "all");
		grid_cell(g, TINT_NONE, "%s", no->reason);
	}
	notes = collect_export_notes(cmp, &nr);
	for (size_t i = 0; i < nr; i++) {
		if (notes[i].kind == NOTE_FINDING)
			continue;
		add_note(g, notes, i, nr, of);
		any = true;
	}
	free(notes);
	return any;
}

static void put_missing(const struct page *p)
{
	struct grid *g = grid_new();
	struct grid_column *col;
	bool any;

	grid_caption(g, NULL, "What was not measured, and why");
	grid_column(g, "what", true, 0);
	grid_column(g, "kernel", true, 0);
	col = grid_column(g, "scenarios", true, 0);
	col->names = true;
	col->class = "long";
	grid_column(g, "why", true, 0)->class = "long";
	any = add_missing(g, p->whole, "");
	if (p->whole->times)
		any |= add_missing(g, p->whole->times, ", native tier");

	html_section(p, "missing", "Skipped and failed");
	fputs(any ? "<p>Unavailable is not zero: what is here has no number anywhere on this page.</p>\n"
		  : "<p>Nothing.</p>",
	      p->f);
	if (any)
		html_table(p, g);
	else
		grid_free(g);
	fputs("</section>\n", p->f);
}

static void put_reproduce(const struct page *p)
{
	char *command = paste_command(p->cmp), *script;
	const char *revision =
		header_text(p->cmp->cols[0].recs[0], "suite", "revision");
	size_t size;
	FILE *f = open_text(&script, &size);

	html_section(p, "reproduce", "How to reproduce");
	html_put(p,
		 "<p>In a clone of vmabench at revision <code>%s</code>%s:</p>\n<pre tabindex=0>",
		 revision ? revision : "unknown",
		 strstr(command, "make bench")
			 ? ", once in each boot of each kernel"
		 : strstr(command, "\"$SERIES\"")
			 ? ", with TREE and SERIES set to your clone of Linux and to the patches"
		 : strstr(command, "\"$TREE\"")
			 ? ", with TREE set to your clone of Linux"
			 : "");
	put_xml_lines(command, p->f);
	fputs("</pre>\n<div class=screen><p>The script <code>reproduce.sh</code>, which is beside this page, does that and compares "
	      "what comes out with the records beside it. This is its text, for where it is not at hand:</p>\n"
	      "<pre tabindex=0>",
	      p->f);
	print_reproduce(p->cmp, f);
	fclose(f);
	put_xml_lines(script, p->f);
	free(script);
	fputs("</pre>\n<p>And without measuring, from the records beside this page, with FOLDER set to where it is:</p>\n"
	      "<pre tabindex=0>make report SESSION=\"$FOLDER/records\"</pre></div>\n",
	      p->f);
	if (!is_timed(p->cmp->cols[0].recs[0]))
		fputs("<p>The kernels are configured by <code>guest.config</code> beside this page, on top of <code>allnoconfig</code>.</p>\n",
		      p->f);
	fputs("</section>\n", p->f);
	free(command);
}

/**
 * html_method() - the end of the page: how, on what, what not, and again
 * @p: page
 */
void html_method(const struct page *p)
{
	put_method(p);
	put_environment(p, p->cmp, "environment", "Environment");
	if (p->cmp->times)
		put_environment(p, p->cmp->times, "environment-times",
				"Environment of the times");
	put_missing(p);
	put_reproduce(p);
}
