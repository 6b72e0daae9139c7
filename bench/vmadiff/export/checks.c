// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows as tests, and what reads tests: JUnit XML and the kernel's KTAP. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"
#include "render/render.h"

/**
 * checks_add() - one more test
 * @checks: list
 * @suite: group, which must outlive the list
 * @line: what it is about
 *
 * Return: the test, with nothing but its names set; good until the next call.
 */
struct check *checks_add(struct checks *checks, const char *suite,
			 const struct line *line)
{
	struct check *check = xappend(checks->list, checks->nr);

	check->suite = suite;
	check->class = xasprintf("%s.%s", line->key->scenario, line->key->op);
	check->name = xasprintf("%s%s%s", line->key->metric,
				line->quantile ? ":" : "",
				line->quantile ? line->quantile->name : "");
	return check;
}

void checks_free(struct checks *checks)
{
	for (size_t i = 0; i < checks->nr; i++) {
		free(checks->list[i].class);
		free(checks->list[i].name);
		free(checks->list[i].why);
		free(checks->list[i].detail);
	}
	free(checks->list);
}

/**
 * line_detail() - all columns of a row, one a line
 * @cmp: comparison, built, or one record in it
 * @line: one of its lines
 *
 * Return: "name: value unit" lines, to be given to free().
 */
char *line_detail(const struct comparison *cmp, const struct line *line)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (size_t c = 0; c < nr_export_columns; c++) {
		const struct export_column *col = &export_columns[c];
		const char *unit = column_is_in_row_unit(col) ? line->key->unit
							      : NULL;
		struct cell cell;
		char *value, *plain;

		if (!column_applies(col, cmp) || col->use & USE_KEY)
			continue;
		cell = column_cell(col, cmp, line);
		if (cell.type == CELL_NONE)
			continue;
		value = cell_text(&cell);
		plain = plain_text(unit ? unit : "");
		fprintf(f, "%s: %s%s%s\n", col->name, value, *plain ? " " : "",
			plain);
		free(plain);
		free(value);
	}
	fclose(f);
	return text;
}

/**
 * interval_ends() - from where an interval goes to where, "+9.1% to +11.0%"
 * @est: estimate
 * @ci: one of its intervals, which is known
 */
const char *interval_ends(const struct stats_estimate *est,
			  const struct stats_interval *ci)
{
	if (est->scale == STATS_RATIO)
		return fmt_text("%s to %s", fmt_percent(exp(ci->lower)),
				fmt_percent(exp(ci->upper)));
	return fmt_text("%s to %s", fmt_diff(ci->lower), fmt_diff(ci->upper));
}

static char *interval_text(const struct line *line)
{
	const struct stats_interval *ci = line_interval(line);
	int percent = line_is_small(line) ? 90 : 95;

	if (!line->has_est)
		return xasprintf("%s", "");
	if (!ci->known)
		return xasprintf(", %s", fmt_percent(line->ratio));
	if (line->est.scale == STATS_RATIO)
		return xasprintf(", %s (%d %% interval %s)",
				 fmt_percent(line->ratio), percent,
				 interval_ends(&line->est, ci));
	return xasprintf(" (%d %% interval %s)", percent,
			 interval_ends(&line->est, ci));
}

/**
 * line_summary() - verdict, values and reason of a row
 * @cmp: comparison of two columns, built
 * @line: one of its lines
 *
 * Return: one line, to be given to free().
 */
char *line_summary(const struct comparison *cmp, const struct line *line)
{
	const char *reason = line_reason(cmp, line);
	char *interval = interval_text(line), *text;

	text = xasprintf("%s: %s to %s %s, %s%s%s%s",
			 verdict_name(line->verdict), fmt_value(line->values[0]),
			 fmt_value(line->values[cmp->nr_cols - 1]),
			 line->key->unit, fmt_diff(line->diff), interval,
			 reason ? "; " : "", reason ? reason : "");
	free(interval);
	return text;
}

/* The end of the suite that starts at @from. */
static size_t end_of_suite(const struct checks *checks, size_t from)
{
	size_t end = from;

	while (end < checks->nr &&
	       !strcmp(checks->list[end].suite, checks->list[from].suite))
		end++;
	return end;
}

static void count_states(const struct checks *checks, size_t from, size_t end,
			 size_t nr[NR_CHECK_STATES])
{
	memset(nr, 0, NR_CHECK_STATES * sizeof(*nr));
	for (size_t i = from; i < end; i++)
		nr[checks->list[i].state]++;
}

static void put_attribute(const char *name, const char *value, FILE *f)
{
	fprintf(f, " %s=\"", name);
	put_xml(value, f);
	fputc('"', f);
}

/*
 * A suite may say how many were skipped, all suites together may not: that is so in
 * the schema that most readers take (junit-10.xsd of Jenkins' xunit-plugin).
 */
static void put_counts(const struct checks *checks, size_t from, size_t end,
		       bool of_suite, FILE *f)
{
	size_t nr[NR_CHECK_STATES];

	count_states(checks, from, end, nr);
	fprintf(f, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"", end - from,
		nr[CHECK_FAIL], nr[CHECK_ERROR]);
	if (of_suite)
		fprintf(f, " skipped=\"%zu\"", nr[CHECK_SKIP]);
}

/* Lines of a text, one after the other; @line is cut out of it. */
static char *next_line(char **text)
{
	char *line;

	do {
		line = strsep(text, "\n");
	} while (line && !*line);
	return line;
}

static void put_case(const struct check *check, FILE *f)
{
	static const char *const elements[] = {
		[CHECK_FAIL] = "failure",
		[CHECK_ERROR] = "error",
		[CHECK_SKIP] = "skipped",
	};
	char *copy, *rest, *line;

	fputs("    <testcase", f);
	put_attribute("classname", check->class, f);
	put_attribute("name", check->name, f);
	fputs(">\n", f);
	if (check->state != CHECK_PASS) {
		fprintf(f, "      <%s", elements[check->state]);
		put_attribute("message", check->why ? check->why : "", f);
		fputs("/>\n", f);
	}
	if (check->detail) {
		rest = copy = xasprintf("%s", check->detail);
		fputs("      <system-out>", f);
		while ((line = next_line(&rest))) {
			put_xml(line, f);
			fputc('\n', f);
		}
		fputs("</system-out>\n", f);
		free(copy);
	}
	fputs("    </testcase>\n", f);
}

static void put_property(const char *name, const char *value, FILE *f)
{
	fputs("      <property", f);
	put_attribute("name", name, f);
	put_attribute("value", value, f);
	fputs("/>\n", f);
}

static void put_properties(const struct comparison *cmp, FILE *f)
{
	fputs("    <properties>\n", f);
	put_property("tier", tiers[cmp->cols[0].recs[0]->tier].name, f);
	for (size_t c = 0; c < cmp->nr_cols; c++)
		put_property(cmp->cols[c].name, kernel_id(cmp->cols[c].recs[0]),
			     f);
	for (size_t i = 0; i < cmp->nr_differ; i++)
		put_property("differing", cmp->differ[i], f);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		put_property("allowed", cmp->allowed[i], f);
	fputs("    </properties>\n", f);
}

/**
 * print_junit() - tests as JUnit XML
 * @cmp: where they are from
 * @checks: tests, by suite
 * @f: where to
 *
 * Without times: none of these tests took one that says anything.
 *
 * Return: 0 or -EIO.
 */
int print_junit(const struct comparison *cmp, const struct checks *checks,
		FILE *f)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"vmadiff\"",
	      f);
	put_counts(checks, 0, checks->nr, false, f);
	fputs(">\n", f);
	for (size_t i = 0, end; i < checks->nr; i = end) {
		end = end_of_suite(checks, i);
		fputs("  <testsuite", f);
		put_attribute("name", checks->list[i].suite, f);
		put_counts(checks, i, end, true, f);
		fputs(">\n", f);
		put_properties(cmp, f);
		for (; i < end; i++)
			put_case(&checks->list[i], f);
		fputs("  </testsuite>\n", f);
	}
	fputs("</testsuites>\n", f);
	return ferror(f) ? -EIO : 0;
}

static void put_diagnostics(const char *indent, const char *text, FILE *f)
{
	char *copy = xasprintf("%s", text ? text : ""), *rest = copy, *line;

	while ((line = next_line(&rest))) {
		char *plain = plain_text(line);

		fprintf(f, "%s# %s\n", indent, plain);
		free(plain);
	}
	free(copy);
}

/* A "#" would end the description. */
static void put_description(const char *s, FILE *f)
{
	char *plain = plain_text(s);

	for (const char *c = plain; *c; c++)
		fputc(*c == '#' ? '_' : *c, f);
	free(plain);
}

static void put_result(const struct check *check, size_t number, FILE *f)
{
	static const char *const directives[] = {
		[CHECK_PASS] = "",
		[CHECK_FAIL] = "",
		[CHECK_SKIP] = "SKIP ",
		[CHECK_ERROR] = "ERROR ",
	};
	bool bad = check->state == CHECK_FAIL || check->state == CHECK_ERROR;
	char *plain;

	put_diagnostics("  ", check->detail, f);
	fprintf(f, "  %sok %zu ", bad ? "not " : "", number);
	put_description(check->class, f);
	fputc('.', f);
	put_description(check->name, f);
	if (check->state != CHECK_PASS) {
		plain = plain_text(check->why ? check->why : "");
		fprintf(f, " # %s%s", directives[check->state], plain);
		free(plain);
	}
	fputc('\n', f);
}

/* A suite is a test with tests in it. */
static void put_suite(const struct checks *checks, size_t from, size_t end,
		      size_t number, FILE *f)
{
	size_t nr[NR_CHECK_STATES];

	count_states(checks, from, end, nr);
	fprintf(f, "  KTAP version 1\n  # Subtest: ");
	put_description(checks->list[from].suite, f);
	fprintf(f, "\n  1..%zu\n", end - from);
	for (size_t i = from; i < end; i++)
		put_result(&checks->list[i], i - from + 1, f);
	fprintf(f, "%sok %zu ", nr[CHECK_FAIL] + nr[CHECK_ERROR] ? "not " : "",
		number);
	put_description(checks->list[from].suite, f);
	if (nr[CHECK_SKIP] == end - from)
		fputs(" # SKIP nothing could be told", f);
	fputc('\n', f);
}

/**
 * print_ktap() - tests as KTAP, version 1
 * @cmp: where they are from
 * @checks: tests, by suite
 * @f: where to
 *
 * Return: 0 or -EIO.
 */
int print_ktap(const struct comparison *cmp, const struct checks *checks, FILE *f)
{
	size_t suites = 0;

	for (size_t i = 0; i < checks->nr; i = end_of_suite(checks, i))
		suites++;
	fprintf(f, "KTAP version 1\n1..%zu\n", suites);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		char *text = xasprintf("%s: %s", cmp->cols[c].name,
				       kernel_id(cmp->cols[c].recs[0]));

		put_diagnostics("", text, f);
		free(text);
	}
	for (size_t i = 0; i < cmp->nr_differ; i++)
		put_diagnostics("", cmp->differ[i], f);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		put_diagnostics("", cmp->allowed[i], f);

	suites = 0;
	for (size_t i = 0, end; i < checks->nr; i = end) {
		end = end_of_suite(checks, i);
		put_suite(checks, i, end, ++suites, f);
	}
	return ferror(f) ? -EIO : 0;
}

/* Without a policy the verdict decides. */
static enum check_state state_of(const struct comparison *cmp,
				 const struct line *line)
{
	if (cmp->nr_cols < 2)
		return CHECK_PASS;
	switch (line->verdict) {
	case REGRESSED:
	case SHAPE_CHANGED:
	case NOW_FAILS:
		return CHECK_FAIL;
	case NONDETERMINISTIC:
	case NOT_COMPARABLE:
		return CHECK_ERROR;
	case INCONCLUSIVE:
	case UNSTABLE:
	case MISSING:
		return CHECK_SKIP;
	case EXACT_CHANGED:
		return line_tally(line) == TALLY_WORSE ? CHECK_FAIL : CHECK_PASS;
	default:
		return CHECK_PASS;
	}
}

static void add_line(struct checks *checks, const struct comparison *cmp,
		     const struct line *line)
{
	struct check *check = checks_add(checks, line->key->metric, line);

	check->state = state_of(cmp, line);
	check->detail = line_detail(cmp, line);
	if (check->state != CHECK_PASS)
		check->why = line_summary(cmp, line);
}

/* A scenario without numbers is a test without an outcome, or a broken one. */
static void add_note(struct checks *checks, const struct export_note *note)
{
	const struct record_row key = {
		.scenario = note->scenario,
		.op = note->op ? note->op : "all",
		.metric = note->name ? note->name : note->column,
	};
	const struct line line = { .key = &key };
	struct check *check =
		checks_add(checks, note_kind_name(note->kind), &line);

	check->state = note->kind == NOTE_FAILURE || note->kind == NOTE_UNDECLARED
			       ? CHECK_ERROR
			       : CHECK_SKIP;
	check->why = xasprintf("%s: %s", note->column, note->text);
}

static void collect_checks(const struct comparison *cmp, struct checks *checks)
{
	const struct line **lines;
	struct export_note *notes;
	size_t nr;

	lines = collect_export_lines(cmp, &nr);
	for (size_t i = 0; i < nr; i++)
		add_line(checks, cmp, lines[i]);
	free(lines);

	notes = collect_export_notes(cmp, &nr);
	for (enum note_kind kind = 0; kind < NR_NOTE_KINDS; kind++)
		for (size_t i = 0; i < nr; i++)
			if (notes[i].kind == kind)
				add_note(checks, &notes[i]);
	free(notes);
}

/* Every row a test, as its verdict says. */
static int export_checks(const struct comparison *cmp, FILE *f,
			 int (*print)(const struct comparison *cmp,
				      const struct checks *checks, FILE *f))
{
	struct checks checks = { 0 };
	int err;

	collect_checks(cmp, &checks);
	err = print(cmp, &checks, f);
	checks_free(&checks);
	return err;
}

int export_junit(const struct comparison *cmp, FILE *f)
{
	return export_checks(cmp, f, print_junit);
}

int export_ktap(const struct comparison *cmp, FILE *f)
{
	return export_checks(cmp, f, print_ktap);
}
