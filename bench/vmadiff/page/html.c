// SPDX-License-Identifier: GPL-2.0-or-later
/* report.html: the whole page, and its first screen. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "html.h"
#include "letter/letter.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

#define CLAIMS_MAX (1024 * 1024)
#define KERNELS_NAMED 5
#define PRINTED_ROWS 24 /* of the effects: what a page of paper has room for */

static void put_digest(const struct page *p, const char *data, const char *end)
{
	uint8_t digest[SHA256_SIZE];

	sha256(data, end - data, digest);
	fputs("'sha256-", p->f);
	html_base64(p, digest, sizeof(digest));
	fputc('\'', p->f);
}

/* What is compared, to be given to free(). */
static char *page_subject(const struct page *p)
{
	char *ops = operations_text(p->cmp), *text;

	if (p->cmp->nr_cols < 2)
		text = xasprintf("%s on %s", ops, p->cmp->cols[0].name);
	else
		text = xasprintf("%s, %s to %s", ops, p->cmp->cols[0].name,
				 story_last_name(p->cmp));
	free(ops);
	return text;
}

static char *page_title(const struct page *p)
{
	char *title = series_title(p->cmp);

	return title ? title : page_subject(p);
}

/* Nothing from anywhere, no script but ours, pictures only from the page. */
static void put_head(const struct page *p)
{
	char *title = page_title(p);

	fputs("<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
	      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
	      "base-uri 'none'; form-action 'none'; img-src data:; style-src ",
	      p->f);
	put_digest(p, html_css, html_css_end);
	fputs("; script-src ", p->f);
	put_digest(p, html_js, html_js_end);
	html_put(p,
		 "\">\n<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=referrer content=no-referrer>\n"
		 "<title>%s</title>\n<style>",
		 title);
	fwrite(html_css, 1, html_css_end - html_css, p->f);
	fputs("</style>\n</head>\n", p->f);
	free(title);
}

static size_t count_tally(const struct comparison *cmp, enum tally tally)
{
	size_t n = 0;

	for (size_t i = 0; i < cmp->nr_lines; i++)
		n += line_tally(&cmp->lines[i]) == tally;
	return n;
}

/* What is of one seed, where there are several. */
void html_seeds(const struct page *p)
{
	char *note = seeds_note(p->cmp);

	if (note)
		html_put(p, "<p>%s</p>\n", note);
	free(note);
}

static void put_tiles(const struct page *p)
{
	fputs("<ul class=tiles aria-label=\"Rows by verdict\">\n", p->f);
	for (enum tally t = 0; t < NR_TALLIES; t++) {
		size_t n = count_tally(p->cmp, t);

		if ((t == TALLY_EQUIVALENT || t == TALLY_MISSING) && !n)
			continue;
		fprintf(p->f, "<li class=%s><b>%zu</b>%s</li>\n",
			n ? tally_class(t) : "none", n, tally_name(t));
	}
	fputs("</ul>\n<p class=soft>Rows are scenario &times; operation &times; metric; "
	      "the last column against the first.</p>\n",
	      p->f);
	html_seeds(p);
}

static const struct line **effect_lines(const struct comparison *cmp, size_t *nr)
{
	const struct line **list = xcalloc(cmp->nr_lines + 1, sizeof(*list));

	*nr = 0;
	for (size_t i = 0; i < cmp->nr_lines; i++)
		if (is_cost_row(cmp, &cmp->lines[i]) && cmp->lines[i].ratio > 0)
			list[(*nr)++] = &cmp->lines[i];
	qsort(list, *nr, sizeof(*list), effect_cmp);
	return list;
}

/* Where a bar is, in percent of change. */
struct scale {
	double low;  /* least, 0 or below */
	double span; /* from it to the largest */
};

/* In percent of the width. */
static double place(const struct scale *s, double percent)
{
	return (percent - s->low) / s->span * 100;
}

static struct scale effect_scale(const struct line **lines, size_t nr)
{
	double low = 0, high = 0, room;

	for (size_t i = 0; i < nr; i++) {
		low = fmin(low, percent(effect_ends(lines[i]).low));
		high = fmax(high, percent(effect_ends(lines[i]).high));
	}
	room = fmax(high - low, 0.1) * 0.03;
	return (struct scale){ low - room, high - low + 2 * room };
}

/* Lengths are parts of the width, so that the hatching of a bar is not stretched. */
static char *bar_picture(const struct line *line, const struct scale *s)
{
	double zero = place(s, 0), at = place(s, percent(line->ratio));
	double from = fmin(zero, at), to = fmax(zero, at);
	struct effect ends = effect_ends(line);
	double low = place(s, percent(ends.low));
	double high = place(s, percent(ends.high));
	char *whisker = xasprintf("%s", ""), *bar;

	if (low < high) {
		free(whisker);
		whisker =
			xasprintf("<line class=whisker x1=\"%.2f%%\" x2=\"%.2f%%\" y1=12 y2=12 />"
				  "<line class=whisker x1=\"%.2f%%\" x2=\"%.2f%%\" y1=7 y2=17 />"
				  "<line class=whisker x1=\"%.2f%%\" x2=\"%.2f%%\" y1=7 y2=17 />",
				  low, high, low, low, high, high);
	}
	bar = xasprintf("<svg aria-hidden=true focusable=false>"
			"<rect class=b-%s x=\"%.2f%%\" y=5 width=\"%.2f%%\" height=14 />"
			"<line class=zero x1=\"%.2f%%\" x2=\"%.2f%%\" y1=0 y2=24 />%s</svg>",
			tally_class(line_tally(line)), from,
			fmax(to - from, 0.2), zero, zero, whisker);
	free(whisker);
	return bar;
}

/* @printed: is the row on paper, too? */
static void add_effect(struct grid *g, const struct page *p,
		       const struct line *line, const struct scale *s,
		       bool printed)
{
	const struct line *vmas = find_line(p->cmp, line->key->scenario,
					    line->key->op, METRIC_VMAS);
	enum tint tint = tally_tint(line_tally(line));
	struct effect ends = effect_ends(line);
	struct grid_cell *cell;

	cell = grid_cell(g, TINT_NONE, "%s %s", line->key->scenario,
			 line->key->op);
	cell->link = xasprintf("#s-%s", line->key->scenario);
	cell->class = printed ? NULL : "screen";
	grid_cell(g, TINT_NONE, "%s", "")->html = bar_picture(line, s);
	cell = grid_number(g, tint, percent(line->ratio),
			   fmt_percent(line->ratio));
	if (line->spread.nr && !line_is_equal(line))
		join_text(&cell->note, ", ", "all seeds %s", spread_text(line));
	else if (ends.low < ends.high)
		join_text(&cell->note, ", ", "%s",
			  fmt_range(ends.low, ends.high));
	if (line->tree && line->tree->equal < line->tree->nr)
		join_text(&cell->note, ", ", "layouts %s",
			  fmt_range(line->tree->ratio.low,
				    line->tree->ratio.high));
	grid_cell(g, TINT_NONE, "%s \u2192 %s", fmt_value(line->values[0]),
		  fmt_value(line->values[p->last]));
	if (vmas && vmas->diff != 0 && !isnan(vmas->diff))
		grid_cell(g, vmas->diff > 0 ? TINT_BAD : tint,
			  "%s \u2192 %s VMAs", fmt_value(vmas->values[0]),
			  fmt_value(vmas->values[p->last]));
	else if (line->verdict == EXACT_CHANGED)
		grid_cell(g, TINT_SOFT, "same VMAs");
	else
		grid_cell(g, tint, "%s",
			  line->verdict == EXACT_SAME
				  ? "equal to the digit"
				  : verdict_name(line->verdict));
}

/* Return: how many of the rows are on paper, too. */
static size_t add_effects(struct grid *g, const struct page *p,
			  const struct line **lines, size_t nr)
{
	struct scale s = effect_scale(lines, nr);
	size_t printed = 0;

	for (size_t i = 0; i < nr; i++) {
		bool print = !line_is_equal(lines[i]) && printed < PRINTED_ROWS;

		add_effect(g, p, lines[i], &s, print);
		printed += print;
	}
	return printed;
}

/* The one picture that matters; a table, so that it can be read and heard. */
static void put_effects(const struct page *p)
{
	bool metal = is_timed(p->cmp->cols[0].recs[0]);
	size_t nr, printed;
	const struct line **lines = effect_lines(p->cmp, &nr);
	struct grid *g;

	if (!nr || p->cmp->nr_differ) {
		free(lines);
		return;
	}
	g = grid_new();
	grid_column(g, "operation", true, 0);
	grid_column(g, metal ? "faster | slower" : "fewer | more", true, 0)->class =
		"bar plain";
	grid_column(g, "change", false, 0);
	grid_column(g, metal ? "ns" : "instructions", false, 0)->class =
		"wide plain";
	grid_column(g, "VMAs, verdict", true, 0);
	printed = add_effects(g, p, lines, nr);
	grid_caption(g, printed ? "effects sort" : "effects sort screen",
		     "%s to %s: %s%s%s%s Blue is better; orange and hatched is worse, or has " OTHER_SHAPE
		     ", which is no gain.",
		     p->cmp->cols[0].name, story_last_name(p->cmp),
		     metal ? "time of one operation (" NAME_OF_MEDIAN
			     "); its change is "
			   : "change of the kernel instructions of one operation; left of the line is fewer. ",
		     metal ? name_of_change(p->cmp) : "",
		     metal ? ", with its 95\u00a0% interval where there is one; left of the line is faster."
			   : "Counts, not times; exact, so there is no interval.",
		     has_tree_section(p)
			     ? " Beside \"layouts\" is how far the change goes over layouts of the maple tree."
			     : "");
	html_table(p, g);
	if (printed < nr)
		fprintf(p->f,
			"<p class=print>Not printed: %s, equal to the digit%s.</p>\n",
			fmt_count(nr - printed, "row"),
			printed < PRINTED_ROWS ? "" : " or of the least change");
	free(lines);
}

static void put_differ(const struct page *p)
{
	if (!p->cmp->nr_differ)
		return;
	fputs("<p class=bad><b>NOT-COMPARABLE</b>: these had to match and do not; no number below is "
	      "a comparison.</p>\n<ul>\n",
	      p->f);
	for (size_t i = 0; i < p->cmp->nr_differ; i++)
		html_put(p, "<li class=long>%s</li>\n", p->cmp->differ[i]);
	fputs("</ul>\n", p->f);
}

/* Nothing may differ where the code is the same. */
static void put_contradictions(const struct page *p)
{
	for (size_t c = 1; c < p->whole->nr_cols; c++) {
		char *text = contradiction_text(p->whole, c, ROWS_NAMED);

		if (!text)
			continue;
		html_put(p, "<p><b class=bad>CONTRADICTION</b>: %s</p>\n", text);
		free(text);
	}
}

/* What has no column on this page, since it has no record or changed nothing. */
static void put_absent(const struct page *p)
{
	size_t identical;

	for (size_t i = 0; i < p->whole->nr_refused; i++) {
		const struct refused *no = &p->whole->refused[i];

		if (no->stage_failed)
			html_put(p, "<p><b class=bad>%s</b>: %s</p>\n",
				 no->name, no->reason);
	}
	for (size_t c = 0; c < p->cmp->nr_cols; c++) {
		char *lacking = lacking_text(p->cmp, c);

		if (lacking)
			html_put(p, "<p>Not counted in %s: %s.</p>\n",
				 p->cmp->cols[c].name, lacking);
		free(lacking);
	}
	if (count_unmoved(p->whole, &identical))
		fprintf(p->f,
			"<p>%s; those in between have no column here, but in <code>stages.md</code>.</p>\n",
			unmoved_text(p->whole));
}

static bool same_text(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

static bool has_finding(const struct record *rec, const struct record_note *note)
{
	for (size_t i = 0; i < rec->nr_findings; i++) {
		const struct record_note *other = &rec->findings[i];

		if (same_text(other->name, note->name) &&
		    same_text(other->scenario, note->scenario) &&
		    same_text(other->op, note->op) &&
		    same_text(other->reason, note->reason))
			return true;
	}
	return false;
}

/* "deferred, hook", or "s01_first to s39_last (39 kernels)", to be given to free(). */
static char *kernels_with(const struct page *p, const struct record_note *note)
{
	const char *first = NULL, *last = NULL;
	char *names = NULL;
	size_t nr = 0;

	for (size_t c = 0; c < p->whole->nr_cols; c++) {
		if (!has_finding(p->whole->cols[c].recs[0], note))
			continue;
		last = p->whole->cols[c].name;
		first = first ? first : last;
		join_text(&names, ", ", "%s", last);
		nr++;
	}
	if (nr <= KERNELS_NAMED)
		return names;
	free(names);
	return xasprintf("%s to %s (%zu kernels)", first, last, nr);
}

static bool is_found_before(const struct page *p, size_t c,
			    const struct record_note *note)
{
	for (size_t i = 0; i < c; i++)
		if (has_finding(p->whole->cols[i].recs[0], note))
			return true;
	return false;
}

/* Each finding once, however many kernels have it. */
static void put_findings(const struct page *p)
{
	bool any = false;

	for (size_t c = 0; c < p->whole->nr_cols; c++) {
		const struct record *rec = p->whole->cols[c].recs[0];

		for (size_t i = 0; i < rec->nr_findings; i++) {
			const struct record_note *finding = &rec->findings[i];
			char *kernels;

			if (is_found_before(p, c, finding))
				continue;
			kernels = kernels_with(p, finding);
			fputs(any ? ""
				  : "<h3>Findings about a kernel</h3>\n<ul>\n",
			      p->f);
			any = true;
			html_put(p,
				 "<li><b class=bad>%s</b>, %s: %s%s%s: %s</li>\n",
				 finding->name, kernels, finding->scenario,
				 finding->op ? " " : "",
				 finding->op ? finding->op : "", finding->reason);
			free(kernels);
		}
	}
	fputs(any ? "</ul>\n" : "", p->f);
}

static void put_first_screen(const struct page *p)
{
	char *result = story_result(p->cmp);
	char *worse = p->last ? story_worse(p->cmp) : NULL;
	char *time = p->last ? story_time(p->cmp) : NULL;
	char *title = page_title(p), *subject = page_subject(p);
	size_t nr;
	struct series_of *list = collect_series(p->cmp, &nr);

	html_put(p, "<header><h1>%s</h1>\n", title);
	for (size_t i = 0; i < nr; i++)
		if (list[i].link)
			join_text(&subject, i ? ", " : ": ", "%s", list[i].link);
	if (nr)
		html_put(p, "<p class=soft>%s</p>\n", subject);
	free(list);
	html_put(p, "<p class=lead>%s</p>\n", result);
	if (time)
		html_put(p, "<p class=lead>%s</p>\n", time);
	if (worse)
		html_put(p, "<p class=lead>%s</p>\n", worse);
	fputs("</header>\n", p->f);
	free(subject);
	free(title);
	free(result);
	free(time);
	free(worse);
}

/* Of one record there are none. */
static const char *first_section(const struct page *p)
{
	return p->last ? "Verdicts" : "What was measured";
}

static void put_nav(const struct page *p)
{
	html_put(p,
		 "<nav aria-label=Sections><ul>"
		 "<li><a href=\"#verdicts\">%s</a></li>",
		 first_section(p));
	if (has_tree_section(p))
		fputs("<li><a href=\"#tree\">Tree layouts</a></li>", p->f);
	if (has_times_section(p))
		fputs("<li><a href=\"#times\">Times</a></li>", p->f);
	if (has_patches(p))
		fputs("<li><a href=\"#patches\">Patch by patch</a></li>", p->f);
	if (p->opt->pictures)
		fputs("<li><a href=\"#pictures\">Pictures</a></li>", p->f);
	fputs("<li><a href=\"#scenarios\">Scenarios</a></li>"
	      "<li><a href=\"#rows\">All rows</a></li>"
	      "<li><a href=\"#method\">Method</a></li>"
	      "<li><a href=\"#environment\">Environment</a></li>"
	      "<li><a href=\"#missing\">Skipped</a></li>"
	      "<li><a href=\"#reproduce\">Reproduce</a></li></ul></nav>\n",
	      p->f);
}

static void put_body(const struct page *p)
{
	/* What is worse is hatched, in bars and address spaces. */
	fputs("<body>\n<svg class=defs aria-hidden=true width=0 height=0><defs><pattern id=hatch patternUnits=userSpaceOnUse "
	      "width=6 height=6 patternTransform=\"rotate(45)\"><rect class=hatched width=6 height=6 />"
	      "<rect class=lines width=2 height=6 /></pattern></defs></svg>\n<a class=skip href=\"#verdicts\">Skip to the content</a>\n",
	      p->f);
	put_first_screen(p);
	put_nav(p);
	fputs("<main>\n", p->f);
	html_section(p, "verdicts", first_section(p));
	put_differ(p);
	put_contradictions(p);
	fputs("<div class=brief>\n", p->f);
	put_absent(p);
	fputs("</div>\n", p->f);
	if (p->last) {
		html_tree_tiles(p);
		put_tiles(p);
		put_effects(p);
	} else {
		fputs("<p>Values of one kernel are in <a href=\"#rows\">all rows</a>.</p>\n",
		      p->f);
	}
	fputs("<div class=brief>\n", p->f);
	put_findings(p);
	fputs("</div>\n</section>\n", p->f);
	html_trees(p);
	html_times(p);
	if (has_patches(p))
		html_stages(p);
	html_pictures(p);
	html_scenarios(p);
	html_rows(p);
	html_method(p);
	fputs("</main>\n<footer><p>Made by vmadiff from the records beside this file; "
	      "nothing was measured again.</p>\n<p class=print>This is the summary that report.html prints. "
	      "The page itself has the counts and functions of each scenario, all rows, the environment, what was skipped, and what to know before believing it.</p></footer>\n<script>",
	      p->f);
	fwrite(html_js, 1, html_js_end - html_js, p->f);
	fputs("</script>\n</body>\n</html>\n", p->f);
}

/**
 * print_html() - report.html
 * @cmp: comparison, built; one column will do
 * @opt: what is shown besides
 * @f: where to
 *
 * Return: 0 or -EIO.
 */
int print_html(const struct comparison *cmp, const struct publish_options *opt,
	       FILE *f)
{
	struct page p = { .cmp = cmp->shown, .whole = cmp, .opt = opt, .f = f };
	size_t len;

	p.last = p.cmp->nr_cols - 1;
	if (opt->claims)
		p.claims = read_small_file(opt->claims, CLAIMS_MAX, &len);
	put_head(&p);
	put_body(&p);
	free(p.claims);
	return ferror(f) ? -EIO : 0;
}
