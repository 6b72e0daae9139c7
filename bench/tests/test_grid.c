// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table in each markup: where its cells are, and that no text ends one; and numbers as
 * they are in them.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"
#include "render/render.h"

#define HOSTILE "|a`b` <script>*x*</script>\n[l](u) & \"q\" 'r' \\ @all ~s~"

/* Draw a table, and compare it with @want. */
static void draws(struct grid *g, struct output out, const char *want)
{
	char *text = NULL;
	size_t size;

	out.f = open_memstream(&text, &size);
	assert_non_null(out.f);
	grid_print(g, &out);
	fclose(out.f);
	assert_string_equal(text, want);
	free(text);
}

static void draws_as(struct grid *g, enum markup markup, const char *want)
{
	draws(g, (struct output){ .width = 80, .markup = markup }, want);
}

/* Names at the left, numbers at the right. */
static struct grid *small_grid(void)
{
	struct grid *g = grid_new();

	grid_column(g, "op", true, 0);
	grid_column(g, "base", false, 0);
	grid_column(g, "note", true, 0);
	grid_cell(g, TINT_NONE, "mmap");
	grid_number(g, TINT_NONE, 12345, "12345");
	grid_cell(g, TINT_NONE, "new");
	grid_cell(g, TINT_NONE, "%s %d", "munmap", 2);
	grid_number(g, TINT_NONE, -7, "-7");
	grid_cell(g, TINT_NONE, "%s", "");
	return g;
}

static void aligns(void **state)
{
	struct grid *g;

	(void)state;
	draws_as(small_grid(), TEXT,
		 "op         base  note\n"
		 "mmap      12345  new\n"
		 "munmap 2     -7\n");
	draws_as(small_grid(), MARKDOWN,
		 "| op       |  base | note |\n"
		 "| --- | ---: | --- |\n"
		 "| mmap     | 12345 | new  |\n"
		 "| munmap 2 |    -7 |      |\n");
	draws_as(small_grid(), BOXED,
		 "+----------+-------+------+\n"
		 "| op       |  base | note |\n"
		 "+==========+=======+======+\n"
		 "| mmap     | 12345 | new  |\n"
		 "+----------+-------+------+\n"
		 "| munmap 2 |    -7 |      |\n"
		 "+----------+-------+------+\n");
	/* A row without its first cell goes on with what the one before is of. */
	g = small_grid();
	grid_cell(g, TINT_NONE, "%s", "");
	grid_cell(g, TINT_NONE, "8");
	grid_cell(g, TINT_NONE, "same");
	draws_as(g, BOXED,
		 "+----------+-------+------+\n"
		 "| op       |  base | note |\n"
		 "+==========+=======+======+\n"
		 "| mmap     | 12345 | new  |\n"
		 "+----------+-------+------+\n"
		 "| munmap 2 |    -7 |      |\n"
		 "|          |     8 | same |\n"
		 "+----------+-------+------+\n");
	draws_as(small_grid(), CSV,
		 "op,base,note\r\n"
		 "mmap,12345,new\r\n"
		 "munmap 2,-7,\r\n");
	draws(small_grid(), (struct output){ .width = 80, .tight = true },
	      "op        base note\n"
	      "mmap     12345 new\n"
	      "munmap 2    -7\n");
}

static void html(void **state)
{
	struct grid *g = small_grid();
	struct grid_cell *cell;

	(void)state;
	grid_caption(g, "sort", "%s < %s", "a", "b");
	cell = grid_cell(g, TINT_NONE, "brk");
	cell->class = "differs";
	cell->link = xasprintf("#s-%s", "b\"k");
	cell = grid_number(g, TINT_BAD, NAN, "-");
	cell->note = xasprintf("1 < 2");
	grid_cell(g, TINT_SOFT, "not shown")->html = xasprintf("<svg/>");
	draws_as(g, HTML,
		 "<div class=scroll tabindex=0 role=group aria-label=Table>"
		 "<table class=\"sort\"><caption>a &lt; b</caption>\n"
		 "<thead><tr><th scope=col>op</th><th scope=col class=\"n\">base</th>"
		 "<th scope=col>note</th></tr>\n"
		 "</thead><tbody>\n"
		 "<tr><th scope=row>mmap</th><td class=\"n\" data-v=\"12345\">12345</td><td>new</td></tr>\n"
		 "<tr><th scope=row>munmap 2</th><td class=\"n\" data-v=\"-7\">-7</td><td></td></tr>\n"
		 "<tr><th scope=row class=\"differs\"><a href=\"#s-b&quot;k\">brk</a></th>"
		 "<td class=\"n bad\" data-v=NaN>-<br><span class=soft>1 &lt; 2</span></td>"
		 "<td class=\"soft\"><svg/></td></tr>\n"
		 "</tbody></table></div>\n");

	/* The second column names the rows. */
	g = grid_new();
	grid_column(g, "what", true, 0)->class = "long";
	grid_column(g, "who", true, 0)->names = true;
	grid_cell(g, TINT_DOUBT, "skip");
	grid_cell(g, TINT_NONE, "x");
	draws_as(g, HTML,
		 "<div class=scroll tabindex=0 role=group aria-label=Table>"
		 "<table><caption></caption>\n"
		 "<thead><tr><th scope=col class=\"long\">what</th><th scope=col>who</th></tr>\n"
		 "</thead><tbody>\n"
		 "<tr><td class=\"long doubt\">skip</td><th scope=row>x</th></tr>\n"
		 "</tbody></table></div>\n");
}

/* Characters are counted, not bytes, in headings as in cells. */
static void utf8(void **state)
{
	struct grid *g = grid_new();

	(void)state;
	grid_column(g, "größe", false, 0);
	grid_column(g, "●━│", true, 0);
	grid_column(g, "x", true, 0);
	grid_cell(g, TINT_NONE, "é");
	grid_cell(g, TINT_NONE, "▁▂");
	grid_cell(g, TINT_NONE, "y");
	grid_cell(g, TINT_NONE, "a cell wider than its heading");
	grid_cell(g, TINT_NONE, "a");
	grid_cell(g, TINT_NONE, "y");
	draws_as(g, TEXT,
		 "                        größe  ●━│  x\n"
		 "                            é  ▁▂   y\n"
		 "a cell wider than its heading  a    y\n");
}

static struct grid *wide_grid(void)
{
	static const char *const heads[] = { "name", "first", "second", "third" };
	static const int drops[] = { 0, 2, 0, 1 };
	struct grid *g = grid_new();

	for (size_t c = 0; c < ARRAY_SIZE(heads); c++)
		grid_column(g, heads[c], !c, drops[c]);
	for (size_t c = 0; c < ARRAY_SIZE(heads); c++)
		grid_cell(g, TINT_NONE, "%zu", c);
	return g;
}

/* The highest goes first; when nothing may go, the gaps do. */
static void drops_columns(void **state)
{
	static const struct {
		int width;
		const char *want;
	} cases[] = {
		{ 26, "name  first  second  third\n0         1       2      3\n" },
		{ 25, "name  second  third\n0          2      3\n" },
		{ 18, "name  second\n0          2\n" },
		{ 11, "name second\n0         2\n" },
		{ 1, "name second\n0         2\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		draws(wide_grid(), (struct output){ .width = cases[i].width },
		      cases[i].want);
	draws(wide_grid(), (struct output){ .width = 1, .markup = MARKDOWN },
	      "| name | first | second | third |\n"
	      "| --- | ---: | ---: | ---: |\n"
	      "| 0    |     1 |      2 |     3 |\n");
}

static void says_what_fits(void **state)
{
	struct output out = { .width = 23 };
	struct grid *g = wide_grid();

	(void)state;
	assert_true(grid_fits(g, &out)); /* one blank between columns */
	out.width = 22;
	assert_false(grid_fits(g, &out));
	out.markup = HTML;
	assert_true(grid_fits(g, &out));
	grid_free(g);
}

/* Tables below each other, each with the names. */
static void splits(void **state)
{
	struct output out = { .width = 12, .split = true };
	struct grid *g = grid_new();

	(void)state;
	grid_column(g, "name", true, 0);
	grid_column(g, "s1", false, 0);
	grid_column(g, "s2", false, 0);
	grid_column(g, "s3", false, 0);
	grid_column(g, "verdict", true, 1);
	for (int c = 0; c < 5; c++)
		grid_cell(g, TINT_NONE, "%d", c);
	draws(g, out,
	      "name  s1  s2\n"
	      "0      1   2\n"
	      "\n"
	      "name  s3\n"
	      "0      3\n");
	/* What fits is one table. */
	draws(small_grid(), (struct output){ .width = 21, .split = true },
	      "op         base  note\n"
	      "mmap      12345  new\n"
	      "munmap 2     -7\n");
}

static struct grid *span_grid(void)
{
	struct grid *g = grid_new();

	grid_column(g, "op", true, 0);
	grid_column(g, "a", false, 0);
	grid_column(g, "b", false, 0);
	grid_span(g, "a scenario with a long name");
	grid_cell(g, TINT_NONE, "  mmap");
	grid_cell(g, TINT_NONE, "1");
	grid_cell(g, TINT_NONE, "2");
	grid_cell(g, TINT_NONE, "both");
	grid_span(g, "the same in all");
	return g;
}

/* A text that has the rest of its row widens no column. */
static void spans(void **state)
{
	(void)state;
	draws_as(span_grid(), TEXT,
		 "op      a  b\n"
		 "a scenario with a long name\n"
		 "  mmap  1  2\n"
		 "both    the same in all\n");
	draws_as(span_grid(), MARKDOWN,
		 "| op     | a | b |\n"
		 "| --- | ---: | ---: |\n"
		 "| a scenario with a long name |   |   |\n"
		 "|   mmap | 1 | 2 |\n"
		 "| both   | the same in all |   |\n");
	draws_as(span_grid(), HTML,
		 "<div class=scroll tabindex=0 role=group aria-label=Table>"
		 "<table><caption></caption>\n"
		 "<thead><tr><th scope=col>op</th><th scope=col class=\"n\">a</th>"
		 "<th scope=col class=\"n\">b</th></tr>\n"
		 "</thead><tbody>\n"
		 "<tr><th scope=row colspan=3>a scenario with a long name</th></tr>\n"
		 "<tr><th scope=row>  mmap</th><td class=\"n\">1</td><td class=\"n\">2</td></tr>\n"
		 "<tr><th scope=row>both</th><td colspan=2>the same in all</td></tr>\n"
		 "</tbody></table></div>\n");
}

static struct grid *one_cell(const char *head, const char *text)
{
	struct grid *g = grid_new();

	grid_column(g, head, true, 0);
	grid_cell(g, TINT_NONE, "%s", text);
	return g;
}

static void escapes(void **state)
{
	(void)state;
	draws_as(one_cell("a|b", HOSTILE), MARKDOWN,
		 "| a\\|b                                                                                              |\n"
		 "| --- |\n"
		 "| \\|a\\`b\\` &lt;script&gt;\\*x\\*&lt;/script&gt;&lt;U+000A&gt;\\[l\\](u) &amp; \"q\" 'r' \\\\ &#64;all \\~s\\~ |\n");
	draws_as(one_cell("<b>", HOSTILE), HTML,
		 "<div class=scroll tabindex=0 role=group aria-label=Table>"
		 "<table><caption></caption>\n"
		 "<thead><tr><th scope=col>&lt;b&gt;</th></tr>\n"
		 "</thead><tbody>\n"
		 "<tr><th scope=row>|a`b` &lt;script&gt;*x*&lt;/script&gt;&lt;U+000A&gt;[l](u) &amp; "
		 "&quot;q&quot; &apos;r&apos; \\ @all ~s~</th></tr>\n"
		 "</tbody></table></div>\n");
	draws_as(one_cell("a,b", "=1+1 \"x\",\ny"), CSV,
		 "\"a,b\"\r\n\"'=1+1 \"\"x\"\",<U+000A>y\"\r\n");
}

/* What means nothing in Markdown stays readable. */
static void escapes_no_more(void **state)
{
	(void)state;
	draws_as(one_cell("95% interval", "* name: <0.0001, -1.5..+2"), MARKDOWN,
		 "| 95% interval              |\n"
		 "| --- |\n"
		 "| * name: <0.0001, -1.5..+2 |\n");
	draws_as(one_cell("x", "<a *b*"), MARKDOWN,
		 "| x           |\n"
		 "| --- |\n"
		 "| &lt;a \\*b\\* |\n");
}

/* A page shows the start of a text that goes on and on, and no half character. */
static void cuts(void **state)
{
	char text[2101], *page = NULL;
	const char *end;
	size_t size;
	FILE *f = open_memstream(&page, &size);

	(void)state;
	assert_non_null(f);
	memset(text, 'x', sizeof(text));
	memcpy(text + 1999, "é", 2);
	text[2100] = '\0';
	grid_print(one_cell("h", text),
		   &(const struct output){ .f = f, .markup = HTML });
	fclose(f);
	end = strstr(page, "x&hellip; (2100 bytes, cut here)</th>");
	assert_non_null(end);
	assert_int_equal(end + 1 - strstr(page, "xxx"), 1999);
	free(page);
}

static void colours(void **state)
{
	struct grid *g = grid_new();

	(void)state;
	grid_column(g, "op", true, 0);
	grid_column(g, "n", false, 0);
	grid_cell(g, TINT_SOFT, "mmap");
	grid_cell(g, TINT_BAD, "1");
	draws(g, (struct output){ .width = 80, .colour = true },
	      "\033[1mop\033[0m    \033[1mn\033[0m\n"
	      "mmap  \033[31m1\033[0m\n");
}

/* Without columns nothing; without rows the headings. */
static void empty(void **state)
{
	static const char *const wants[] = {
		[TEXT] = "op  n\n",
		[BOXED] = "+----+---+\n| op | n |\n+====+===+\n+----+---+\n",
		[MARKDOWN] = "| op | n |\n| --- | ---: |\n",
		[HTML] = "<div class=scroll tabindex=0 role=group aria-label=Table>"
			 "<table><caption></caption>\n"
			 "<thead><tr><th scope=col>op</th><th scope=col class=\"n\">n</th></tr>\n"
			 "</thead><tbody>\n"
			 "</tbody></table></div>\n",
		[CSV] = "op,n\r\n",
	};

	(void)state;
	for (enum markup m = 0; m < NR_MARKUPS; m++) {
		struct grid *g = grid_new();

		draws_as(grid_new(), m, "");
		grid_column(g, "op", true, 0);
		grid_column(g, "n", false, 0);
		draws_as(g, m, wants[m]);
	}
}

static void joins(void **state)
{
	char *text = NULL;

	(void)state;
	join_text(&text, ", ", "%d", 1);
	assert_string_equal(text, "1");
	join_text(&text, ", ", "%s", text);
	assert_string_equal(text, "1, 1");
	join_text(&text, "", "!");
	assert_string_equal(text, "1, 1!");
	free(text);
}

/* That of a rank test of few boots is such a fraction, and a reader rounds it up. */
static void probabilities_are_rounded_half_up(void **state)
{
	static const struct {
		double p;
		const char *text;
	} cases[] = {
		{ 1, "1" },
		{ 0.995, "1" },
		{ 0.375, "0.38" },
		{ 0.125, "0.13" },
		{ 0.12499, "0.12" },
		{ 0.0625, "0.063" },
		{ 1.0 / 128, "0.0078" },
		{ 1.0 / 32, "0.031" },
		{ 0.00015, "0.0002" },
		{ 0.00009, "<0.0001" },
		{ 0, "<0.0001" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(fmt_p(cases[i].p), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aligns),
		cmocka_unit_test(html),
		cmocka_unit_test(utf8),
		cmocka_unit_test(drops_columns),
		cmocka_unit_test(says_what_fits),
		cmocka_unit_test(splits),
		cmocka_unit_test(spans),
		cmocka_unit_test(escapes),
		cmocka_unit_test(escapes_no_more),
		cmocka_unit_test(cuts),
		cmocka_unit_test(colours),
		cmocka_unit_test(empty),
		cmocka_unit_test(joins),
		cmocka_unit_test(probabilities_are_rounded_half_up),
	};

	return cmocka_run_group_tests_name("grid", tests, NULL, NULL);
}
