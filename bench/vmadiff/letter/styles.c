// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of a cover letter as its readers know it: ours, that of the 0-day
 * robot, of mmtests, of Fastpath. The numbers are the same.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "letter/letter.h"
#include "styles.h"
#include "tables/tables.h"

/* Of a table: two blanks in front, which a mail and a quote leave alone. */
#define TABLE_WIDTH 78

/*
 * What each style calls and marks a direction; line_tally() alone says which it
 * is. The order is that of enum tally.
 */
/* clang-format off */
const struct tally_mark tally_marks[NR_TALLIES] = {
	[TALLY_SHAPE]	= { "change of shape",	"S ",	"()",	"(S) " },
	[TALLY_WORSE]	= { "regression",	"",	"**",	"(R) " },
	[TALLY_BETTER]	= { "improvement",	"",	"**",	"(I) " },
	[TALLY_OTHER]	= { "change",		"",	"**",	"" },
	[TALLY_EQUIVALENT] = { "change",	"",	"()",	"" },
	[TALLY_SAME]	= { "change",		"",	"()",	"" },
	[TALLY_UNKNOWN]	= { "change",		"",	"()",	"" },
	[TALLY_MISSING]	= { "change",		"",	"()",	"" },
};
/* clang-format on */

bool is_noisy(const struct table *t)
{
	for (size_t i = 0; i < t->nr; i++)
		if (t->lines[i]->has_est)
			return true;
	return false;
}

static void print_indented(const char *text, FILE *f)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		size_t end = len;

		while (end && text[end - 1] == ' ')
			end--;
		if (end)
			fprintf(f, INDENT "%.*s", (int)end, text);
		fputc('\n', f);
		text += len + !!text[len];
	}
}

static void print_in(struct grid *g, struct output out, FILE *f)
{
	char *text;
	size_t size;

	out.width -= (int)strlen(INDENT);
	out.f = open_text(&text, &size);
	grid_print(g, &out);
	fclose(out.f);
	print_indented(text, f);
	free(text);
}

void print_grid(struct grid *g, enum markup markup, bool tight, FILE *f)
{
	print_in(g,
		 (struct output){
			 .width = TABLE_WIDTH, .markup = markup, .tight = tight },
		 f);
}

/**
 * print_letter_grid() - a table of a letter, indented
 * @g: table; given back
 * @width: columns, as far as its columns may be left out
 * @f: where to
 */
void print_letter_grid(struct grid *g, int width, FILE *f)
{
	print_in(g, (struct output){ .width = width }, f);
}

/* A row of the table, of a column against the first. */
const struct line *line_against(const struct table *t, size_t i, size_t c)
{
	return c ? &t->cmp->against[c][t->lines[i] - t->cmp->lines] : t->lines[i];
}

/* What the columns are, below the table. */
void explain(const struct table *t, const char *text)
{
	fputc('\n', t->f);
	print_wrapped(t->f, 72, 0, text);
}

/* Only where the table has such a row. */
void explain_shape(const struct table *t, const char *text)
{
	for (size_t i = 0; i < t->nr; i++) {
		for (size_t c = 1; c < t->cmp->nr_cols; c++) {
			if (line_tally(line_against(t, i, c)) != TALLY_SHAPE)
				continue;
			print_wrapped(t->f, 72, 0, text);
			return;
		}
	}
}

/* Why it is not what two columns come to. */
void explain_change(const struct table *t)
{
	if (is_noisy(t))
		print_wrapped(t->f, 72, 0,
			      fmt_text("The change of a measurement is %s.",
				       name_of_change(t->cmp)));
}

/* And what is in it besides what the patch does. */
void explain_images(const struct table *t)
{
	char *note = is_noisy(t) ? layouts_note(t->cmp) : NULL;
	char *text = note ? xasprintf("Note that %s.", note) : NULL;

	if (text)
		print_wrapped(t->f, 72, 0, text);
	free(text);
	free(note);
}

bool is_cost(const struct line *line)
{
	return line->key->metric_id == METRIC_INSNS ||
	       line->key->metric_id == METRIC_LATENCY;
}

const char *row_name(const struct line *line, const char *sep)
{
	if (is_cost(line))
		return fmt_text("%s%s%s", line->key->scenario, sep,
				line->key->op);
	return fmt_text("%s%s%s%s%s", line->key->scenario, sep, line->key->op,
			sep, metric_head(line->key->metric));
}

/* In a style that has no column for it: how far changes go with all seeds. */
void explain_seeds(const struct table *t)
{
	char *all = seeds_text(t->cmp, true), *text = NULL;

	for (size_t i = 0; all && i < t->nr; i++)
		if (!line_is_equal(t->lines[i]))
			join_text(&text, "; ", "%s %s",
				  row_name(t->lines[i], " "),
				  spread_text(t->lines[i]));
	if (all)
		print_wrapped(t->f, 72, 0,
			      "The table is of the first of several seeds, each of which is another set of mappings besides.");
	if (text) {
		char *said =
			xasprintf("Least and largest change of %s with seeds %s: %s.",
				  story_last_name(t->cmp), all, text);

		print_wrapped(t->f, 72, 0, said);
		free(said);
	}
	free(text);
	free(all);
}

/* In no column of a table: what layouts of the tree say of its rows. */
void explain_trees(const struct table *t)
{
	char *text = NULL, *said;

	for (size_t i = 0; i < t->nr; i++) {
		const struct line *line = t->lines[i];
		char *what = tree_reason(t->cmp, line);

		if (!what && line->tree && line->tree->equal < line->tree->nr)
			what = tree_brief_text(line->tree);
		if (what)
			join_text(&text, "; ", "%s%s%s %s", row_name(line, " "),
				  line->verdict == EXACT_CHANGED ? "" : " ",
				  line->verdict == EXACT_CHANGED
					  ? ""
					  : verdict_name(line->verdict),
				  what);
		free(what);
	}
	if (!text)
		return;
	said = xasprintf("Change of %s at equal layouts of the maple tree: %s.",
			 story_last_name(t->cmp), text);
	print_wrapped(t->f, 72, 0, said);
	free(said);
	free(text);
}

/* In the unit of the metric, where a ratio says nothing. */
bool has_no_ratio(const struct line *line)
{
	return isnan(line->ratio) || line->values[0] == 0 ||
	       line->key->metric_id == METRIC_VMAS;
}

const char *change_of(const struct line *line)
{
	return has_no_ratio(line) ? fmt_diff(line->diff)
				  : fmt_percent(line->ratio);
}

void widen(int *width, const char *text)
{
	*width = MAX(*width, (int)strlen(text));
}

/* clang-format off */
static const struct {
	const char *name;
	void (*print)(const struct table *t);
	bool has_head;	/* says itself what is compared */
} styles[] = {
	{ "own",	print_own,	false },
	{ "lkp",	print_lkp,	true },
	{ "mmtests",	print_mmtests,	false },
	{ "fastpath",	print_fastpath,	false },
	{ "perf",	print_own,	false },
};
/* clang-format on */

/* Does a style say itself what is compared? */
bool style_has_head(const char *style)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (style && !strcmp(styles[i].name, style))
			return styles[i].has_head;
	return false;
}

/**
 * letter_style_is_known() - is there such a style? If not, say which there are
 * @style: name, or NULL for the first
 */
bool letter_style_is_known(const char *style)
{
	for (size_t i = 0; i < ARRAY_SIZE(styles); i++)
		if (!style || !strcmp(styles[i].name, style))
			return true;
	say_no_such("style", style, letter_styles(), NULL);
	return false;
}

/** letter_styles() - what --style takes */
struct names letter_styles(void)
{
	return NAMES_OF(styles);
}

/* Is it ours, and of nobody's robot? */
bool style_is_own(const char *style)
{
	return !style || !strcmp(style, styles[0].name);
}

/**
 * print_letter_table() - rows in a style
 * @cmp: comparison, built
 * @style: one that letter_style_is_known()
 * @lines: lines of @cmp->lines
 * @nr: length of @lines, not 0
 * @f: where to
 */
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f)
{
	const struct table t = { cmp, lines, nr, f };

	for (size_t i = 0; i < ARRAY_SIZE(styles); i++) {
		if (style && strcmp(styles[i].name, style))
			continue;
		/* The others are of changes. */
		if (cmp->nr_cols < 2)
			print_own(&t);
		else
			styles[i].print(&t);
		return;
	}
}
