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

/* "42.5 % fewer instructions", to be given to free(); NULL where none were counted. */
static char *insns_text(const struct comparison *cmp, const struct line *time)
{
	const struct comparison *times = cmp->times;
	const struct column *from = find_stage(cmp, times->cols[0].name);
	const struct column *to = find_stage(cmp, times->cols[time->col].name);
	const struct line *line =
		find_line(cmp, time->key->scenario, time->key->op, METRIC_INSNS);
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
	char *insns = insns_text(cmp, line);
	char *sample = sample_text(cmp->times, line);
	char *change = is_told(line) ? told_text(line) : interval_text(line);
	char *text;

	text = xasprintf("%s %s: %s%s%s%s%s in the kernel, native, %s",
			 line->key->scenario, line->key->op, insns ? insns : "",
			 insns ? "; " : "",
			 is_told(line) ? "" : verdict_name(line->verdict),
			 is_told(line) ? "" : ", ", change, sample);
	free(change);
	free(sample);
	free(insns);
	return text;
}

/* The time of the operation that a comparison is about, or NULL. */
static const struct line *time_headline(const struct comparison *cmp)
{
	const struct comparison *times = times_beside(cmp);
	const struct line *line;

	if (!times || cmp->nr_differ)
		return NULL;
	line = headline_line(cmp);
	line = line ? time_line(times, line->key, times->nr_cols - 1) : NULL;
	return line && !isnan(line->diff) ? line : NULL;
}

/**
 * story_time() - the sentence after the first: how much time that is
 * @cmp: comparison, built
 *
 * Return: a sentence, to be given to free(); NULL where nothing of it was timed.
 */
char *story_time(const struct comparison *cmp)
{
	const struct line *line = time_headline(cmp);
	char *sentence, *text;

	if (!line)
		return NULL;
	sentence = time_sentence(cmp, line);
	text = xasprintf("%s.", sentence);
	free(sentence);
	return text;
}

static bool is_headline(const struct comparison *cmp, const struct line *line)
{
	const struct record_series *series = comparison_series(cmp);

	for (size_t i = 0; i < series->nr_headlines; i++)
		if (!strcmp(series->headlines[i].scenario, line->key->scenario) &&
		    !strcmp(series->headlines[i].op, line->key->op))
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
	       tally == TALLY_SHAPE || is_headline(cmp, line);
}

/* All others of the primary set that have a verdict, in one item. */
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

static void print_sentences(const struct comparison *cmp, FILE *f)
{
	const struct comparison *times = cmp->times;

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
