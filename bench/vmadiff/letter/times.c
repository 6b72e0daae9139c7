// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the native tier timed, in words: ns of the body of a call, with their interval,
 * beside the change of its instructions.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* The column that is held against the first. */
static const struct column *last_timed(const struct comparison *times)
{
	return &times->cols[times->nr_cols - 1];
}

/* "42.5 % fewer instructions", to be given to free(); NULL where none were counted. */
static char *insns_change(const struct comparison *cmp,
			  const struct record_row *of)
{
	const struct comparison *times = cmp->times;
	const struct column *from = find_stage(cmp, times->cols[0].name);
	const struct column *to = find_stage(cmp, last_timed(times)->name);
	const struct line *line =
		find_line(cmp, of->scenario, of->op, METRIC_INSNS);
	double ratio;

	if (!line || !from || !to)
		return NULL;
	ratio = line->values[to - cmp->cols] / line->values[from - cmp->cols];
	if (isnan(ratio) || isinf(ratio))
		return NULL;
	if (ratio == 1)
		return xasprintf("as many instructions");
	return xasprintf("%s %% %s instructions", fmt_points(ratio) + 1,
			 ratio > 1 ? "more" : "fewer");
}

/* "hook against deferred, ": where not all of the stages that are compared were timed. */
static char *stages_text(const struct comparison *cmp)
{
	const char *base = cmp->times->cols[0].name;
	const char *last = last_timed(cmp->times)->name;

	if (!strcmp(base, cmp->cols[0].name) &&
	    !strcmp(last, story_last_name(cmp)))
		return xasprintf("%s", "");
	return xasprintf("%s against %s, ", last, base);
}

/* Is the direction of a change said, and not only its interval? */
static bool is_told(const struct line *line)
{
	enum tally tally = line_tally(line);

	return (tally == TALLY_WORSE || tally == TALLY_BETTER) &&
	       line->has_est && line->est.ci95.known;
}

/* A shift whose direction is told in words. */
static const char *size_text(const struct line *line, double shift)
{
	return ns_text(line, shift) + 1;
}

/* "236.0 ns [229.3, 243.7] less of 437.5 ns", to be given to free(). */
static char *told_text(const struct line *line)
{
	const struct stats_estimate *est = &line->est;
	bool less = est->shift < 0;
	double near = less ? est->ci95.upper : est->ci95.lower;
	double far = less ? est->ci95.lower : est->ci95.upper;

	return xasprintf(less ? "%s ns [%s, %s] less of %s ns"
			      : "slower, by %s ns [%s, %s] on %s ns",
			 size_text(line, est->shift), size_text(line, near),
			 size_text(line, far), fmt_value(line->values[0]));
}

/* "-0.4 ns, 90 % interval [-2.9, +1.6], of 424.9 ns", to be given to free(). */
static char *interval_text(const struct line *line)
{
	const char *interval = ns_interval_text(line);

	if (!line->has_est)
		return xasprintf("%s > %s ns", fmt_value(line->values[0]),
				 fmt_value(line->values[line->col]));
	return xasprintf("%s ns%s%s of %s ns", ns_text(line, line->est.shift),
			 *interval == '-'      ? ", without an interval,"
			 : line_is_small(line) ? ", 90 % interval "
					       : " ",
			 *interval == '-' ? "" : interval,
			 fmt_value(line->values[0]));
}

/**
 * time_sentence() - the time of one operation, in words
 * @cmp: comparison with times that may be compared
 * @line: a line of these, of a time
 *
 * Return: "secretmem_append mmap: 42.5 % fewer instructions; 236.0 ns [229.3, 243.7]
 * less of 437.5 ns in the kernel, native, 60 boots of 32 layouts a side", to be given
 * to free().
 */
static char *time_sentence(const struct comparison *cmp, const struct line *line)
{
	char *insns = insns_change(cmp, line->key);
	char *sample = sample_text(cmp->times, line);
	char *change = is_told(line) ? told_text(line) : interval_text(line);
	char *stages = stages_text(cmp);
	char *text;

	text = xasprintf("%s %s: %s%s%s%s%s%s in the kernel, native, %s",
			 line->key->scenario, line->key->op, insns ? insns : "",
			 insns ? "; " : "", stages,
			 is_told(line) ? "" : verdict_name(line->verdict),
			 is_told(line) ? "" : ", ", change, sample);
	free(stages);
	free(change);
	free(sample);
	free(insns);
	return text;
}

/* "437.5 ns in deferred", or "not timed in noretry" with the reason in brackets. */
static void add_side(char **text, const char *sep, const struct column *col,
		     const struct record_row *key, double value, bool why)
{
	char *reason;

	if (!isnan(value)) {
		join_text(text, sep, "%s ns in %s", fmt_value(value), col->name);
		return;
	}
	join_text(text, sep, "not timed in %s", col->name);
	if (!why)
		return;
	reason = plain_words(absence_reason(col, key));
	join_text(text, " ", "(%s)", reason);
	free(reason);
}

/**
 * sides_text() - that a side has no time of an operation
 * @cmp: comparison with times that may be compared
 * @of: row of the operation
 * @why: with the reasons, which are words of records
 *
 * Return: "native tier: 437.5 ns in deferred, not timed in noretry (no free memory)", to be
 * given to free(); NULL where both have one.
 */
static char *sides_text(const struct comparison *cmp,
			const struct record_row *of, bool why)
{
	const struct comparison *times = cmp->times;
	const struct column *base = &times->cols[0], *last = last_timed(times);
	const struct line *line = time_line(times, of, times->nr_cols - 1);
	const struct record_row none = {
		.scenario = of->scenario,
		.op = of->op,
		.metric = metrics[METRIC_LATENCY].name,
		.pass = pass_names[PASS_TIME],
	};
	const struct record_row *key = line ? line->key : &none;
	double from = line ? line->values[0] : NAN;
	double to = line ? line->values[line->col] : NAN;
	char *text = NULL;

	if (!isnan(from) && !isnan(to))
		return NULL;
	join_text(&text, "", "native tier: ");
	add_side(&text, "", base, key, from, why);
	add_side(&text, ", ", last, key, to, why);
	return text;
}

/* "secretmem_append mmap: 42.5 % fewer instructions; native tier: 437.5 ns in ..." */
static char *untimed_sentence(const struct comparison *cmp,
			      const struct record_row *of, bool why)
{
	char *sides = sides_text(cmp, of, why), *insns, *text;

	if (!sides)
		return NULL;
	insns = insns_change(cmp, of);
	text = xasprintf("%s %s: %s%s%s", of->scenario, of->op,
			 insns ? insns : "", insns ? "; " : "", sides);
	free(insns);
	free(sides);
	return text;
}

/**
 * story_time() - the sentence after the first: how much time that is
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free(); NULL where nothing was timed that may be
 * compared.
 */
char *story_time(const struct comparison *cmp)
{
	const struct comparison *times = times_beside(cmp);
	const struct line *headline = headline_line(cmp), *line;
	char *sentence, *text;

	if (!times || cmp->nr_differ || !headline)
		return NULL;
	sentence = untimed_sentence(cmp, headline->key, false);
	if (!sentence) {
		line = time_line(times, headline->key, times->nr_cols - 1);
		if (isnan(line->diff))
			return NULL;
		sentence = time_sentence(cmp, line);
	}
	text = xasprintf("%s.", sentence);
	free(sentence);
	return text;
}

/* "; of 16 others 5 faster, 1 slower, 8 EQUIVALENT", to be given to free(). */
static char *others_text(const struct comparison *times, const struct line *but)
{
	size_t nr = 0, faster = 0, slower = 0, same = 0, shape = 0;
	char *text = NULL, *said;

	for (size_t i = 0; i < times->nr_lines; i++) {
		const struct line *line = &times->lines[i];
		enum tally tally = line_tally(line);

		if (line->key->metric_id != METRIC_LATENCY || line == but ||
		    isnan(line->diff))
			continue;
		nr++;
		faster += tally == TALLY_BETTER;
		slower += tally == TALLY_WORSE;
		same += tally == TALLY_EQUIVALENT;
		shape += tally == TALLY_SHAPE;
	}
	if (!nr)
		return xasprintf("%s", "");
	if (faster)
		join_text(&text, ", ", "%zu faster", faster);
	if (slower)
		join_text(&text, ", ", "%zu slower", slower);
	if (same)
		join_text(&text, ", ", "%zu %s", same, name_of_small(times));
	if (shape)
		join_text(&text, ", ", "%zu SHAPE-CHANGED", shape);
	if (nr > faster + slower + same + shape)
		join_text(&text, ", ", "%zu cannot be told",
			  nr - faster - slower - same - shape);
	said = xasprintf("; of %zu others %s", nr, text);
	free(text);
	return said;
}

/* The time of the headline, after its counts; NULL where it has none on both sides. */
static char *headline_time(const struct line *line)
{
	char *change, *text;

	if (!line || isnan(line->diff))
		return NULL;
	change = is_told(line) ? told_text(line) : interval_text(line);
	text = xasprintf("timed, %s%s%s in the kernel (%zu + %zu layouts)",
			 is_told(line) ? "" : verdict_name(line->verdict),
			 is_told(line) ? "" : ", ", change,
			 line->boots[STATS_BASE], line->boots[STATS_NEW]);
	free(change);
	return text;
}

/**
 * story_time_brief() - how much time that is, where a sentence about the headline goes on
 * @cmp: comparison, built
 * @others: how many others are faster or slower is said, too
 *
 * Return: a sentence, to be given to free(); NULL where nothing was timed that may be
 * compared.
 */
char *story_time_brief(const struct comparison *cmp, bool others)
{
	const struct comparison *times = times_beside(cmp);
	const struct line *headline = headline_line(cmp), *line;
	char *stages, *time, *more, *text;

	if (!times || cmp->nr_differ || !headline)
		return NULL;
	line = time_line(times, headline->key, times->nr_cols - 1);
	time = headline_time(line);
	if (!time)
		time = sides_text(cmp, headline->key, false);
	if (!time)
		return NULL;
	stages = stages_text(cmp);
	more = others ? others_text(times, line) : NULL;
	text = xasprintf("%s%s%s.", stages, time, more ? more : "");
	free(stages);
	free(more);
	free(time);
	return text;
}

static bool is_headline(const struct comparison *cmp, const struct record_row *of)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_headlines; i++)
		if (!strcmp(series->headlines[i].scenario, of->scenario) &&
		    !strcmp(series->headlines[i].op, of->op))
			return true;
	return false;
}

static bool is_time(const struct line *line)
{
	return line->key->metric_id == METRIC_LATENCY && !isnan(line->diff);
}

/* What the series is about, and what changed, has a sentence of its own. */
static bool has_sentence(const struct comparison *cmp, const struct line *line)
{
	enum tally tally = line_tally(line);

	return tally == TALLY_WORSE || tally == TALLY_BETTER ||
	       tally == TALLY_SHAPE || is_headline(cmp, line->key);
}

/* All others of sets that are judged that have a verdict, in one item. */
static void print_verdict(const struct comparison *cmp, enum verdict verdict,
			  FILE *f)
{
	const struct comparison *times = cmp->times;
	char *text = NULL;

	for (size_t i = 0; i < times->nr_lines; i++) {
		const struct line *line = &times->lines[i];
		char *change;

		if (!is_time(line) || line->verdict != verdict ||
		    has_sentence(cmp, line) || !line_is_drawn(times, line))
			continue;
		change = interval_text(line);
		join_text(&text, "; ", "%s %s %s", line->key->scenario,
			  line->key->op, change);
		free(change);
	}
	if (text)
		letter_item(xasprintf("%s: %s", verdict_name(verdict), text), f);
	free(text);
}

/* What the series is about is said, be it that there is no time of it. */
static void print_untimed(const struct comparison *cmp, FILE *f)
{
	const struct line *headline = headline_line(cmp);
	size_t nr;
	const struct record_row **ops = timed_operations(cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		bool about = is_headline(cmp, ops[i]) ||
			     (headline &&
			      !strcmp(headline->key->scenario, ops[i]->scenario) &&
			      !strcmp(headline->key->op, ops[i]->op));
		char *text = about ? untimed_sentence(cmp, ops[i], true) : NULL;

		if (text)
			letter_item(text, f);
	}
	free(ops);
}

static void print_sentences(const struct comparison *cmp, FILE *f)
{
	const struct comparison *times = cmp->times;

	print_untimed(cmp, f);
	for (size_t i = 0; i < times->nr_lines; i++) {
		const struct line *line = &times->lines[i];

		if (is_time(line) && has_sentence(cmp, line))
			letter_item(time_sentence(cmp, line), f);
	}
	for (enum verdict v = 0; v < NR_VERDICTS; v++)
		print_verdict(cmp, v, f);
}

/**
 * print_letter_times() - what was timed: sentences, and a table in the style
 * @cmp: comparison, built
 * @style: as in print_letter_table()
 * @f: where to
 *
 * Prints nothing where nothing was timed that may be compared: there are no ns then.
 */
void print_letter_times(const struct comparison *cmp, const char *style, FILE *f)
{
	const struct comparison *times = times_beside(cmp);
	const struct line **lines;
	char *worse;
	size_t nr;

	if (!times || cmp->nr_differ)
		return;
	print_wrapped(f, LETTER_WIDTH, 0,
		      "Times are of the body of a call, inside of a kernel that runs natively as a program (User Mode Linux): "
		      "without the way into the kernel, so that percent of them are not percent of a system call. "
		      "Where the linker puts functions moves them by more than most patches do: "
		      "each kernel was linked in many random layouts, and a layout is the unit.");
	worse = story_worse(times);
	print_wrapped(f, LETTER_WIDTH, 0, worse);
	free(worse);
	fputc('\n', f);
	print_sentences(cmp, f);
	fputc('\n', f);
	lines = letter_rows(times, &nr);
	if (nr) {
		print_letter_table(times, style, lines, nr, f);
		fputc('\n', f);
	}
	free(lines);
}
