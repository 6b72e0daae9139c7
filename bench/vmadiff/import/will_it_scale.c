// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * will-it-scale: what a test case prints, operations of all tasks, interval by
 * interval. What runtest.py makes of many of them is in will_it_scale_csv.c.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"

/* Of min, max and total; its interval is a sleep of one second. */
static const struct import_metric throughputs[] = {
	IMPORT_METRIC("throughput_slowest_task", "ops/s", PASS_TIME,
		      BETTER_HIGHER),
	IMPORT_METRIC("throughput_fastest_task", "ops/s", PASS_TIME,
		      BETTER_HIGHER),
	IMPORT_METRIC("throughput", "ops/s", PASS_TIME, BETTER_HIGHER),
};

/* Lines come in this order, and only intervals more than once. */
enum stage {
	STAGE_START,
	STAGE_NAMED,
	STAGE_WARMUP,
	STAGE_MEASURING,
	STAGE_ENDED
};

/**
 * struct intervals - where in the file the reader is
 * @imp: file, and where to
 * @testcase: name of the benchmark
 * @stage: what the last line was that is no interval
 * @warmup: intervals before the line "measurement"
 * @sum: operations of the intervals after it
 * @nr: how many these are
 */
struct intervals {
	struct imported *imp;
	const char *testcase;
	enum stage stage;
	size_t warmup;
	double sum;
	size_t nr;
};

static enum status refuse(const struct intervals *in, const char *what)
{
	return refuse_line(in->imp->file->path, in->imp->file->line, "%s", what);
}

/* What a line begins with, and whether that is all of it. */
static const char *after(const char *line, const char *start)
{
	size_t len = strlen(start);

	return strncmp(line, start, len) ? NULL : line + len;
}

/* %llu: digits alone, which strtoull() does not insist on. NULL for anything else. */
static const char *read_count(const char *s, unsigned long long *v)
{
	size_t len = strspn(s, "0123456789");

	errno = 0;
	*v = strtoull(s, NULL, 10);
	return len && !errno ? s + len : NULL;
}

static bool read_counts(const char *line, unsigned long long v[3])
{
	static const char *const names[] = { "min:", " max:", " total:" };

	for (size_t i = 0; line && i < ARRAY_SIZE(names); i++) {
		line = after(line, names[i]);
		if (line)
			line = read_count(line, &v[i]);
	}
	return line && !*line;
}

static enum status add_interval(struct intervals *in, const char *text)
{
	struct text_file *file = in->imp->file;
	unsigned long long v[3];

	if (!read_counts(text, v))
		return refuse_line(file->path, file->line,
				   "\"%.*s\" is not min:N max:N total:N",
				   CUT(text, 60));
	if (v[0] > v[1] || v[1] > v[2])
		return refuse_line(file->path, file->line,
				   "min, max and total are not in this order: %.*s",
				   CUT(text, 60));
	if (in->stage == STAGE_START)
		return refuse(in, "an interval before \"testcase:\"");
	if (in->stage == STAGE_ENDED)
		return refuse(in, "an interval after \"average:\"");
	if (in->stage != STAGE_MEASURING) {
		in->warmup++;
		return STATUS_OK;
	}
	in->sum += v[2];
	in->nr++;
	for (size_t i = 0; i < ARRAY_SIZE(throughputs); i++) {
		enum status status = import_value(in->imp, file->line,
						  in->testcase, &throughputs[i],
						  v[i]);

		if (status)
			return status;
	}
	return STATUS_OK;
}

/* It prints the mean of the intervals, cut off: a check of having read them all. */
static enum status check_average(struct intervals *in, const char *text)
{
	struct text_file *file = in->imp->file;
	unsigned long long average;
	const char *end = read_count(text, &average);

	if (!end || *end)
		return refuse_line(file->path, file->line,
				   "\"%.*s\" is not a number", CUT(text, 60));
	if (!in->nr)
		return refuse(in,
			      "an average without an interval after \"measurement\"");
	if (fabs(average - in->sum / in->nr) > 1)
		return refuse_line(file->path, file->line,
				   "the average is %llu, that of the %zu intervals above %.1f",
				   average, in->nr, in->sum / in->nr);
	return STATUS_OK;
}

/* The one that a line is, STAGE_START for none; @rest is what stands behind it. */
static enum stage stage_of(const char *line, const char **rest)
{
	static const char *const starts[] = {
		[STAGE_NAMED] = "testcase:",
		[STAGE_WARMUP] = "warmup",
		[STAGE_MEASURING] = "measurement",
		[STAGE_ENDED] = "average:",
	};

	for (size_t i = STAGE_NAMED; i < ARRAY_SIZE(starts); i++) {
		bool whole = i == STAGE_WARMUP || i == STAGE_MEASURING;

		*rest = after(line, starts[i]);
		if (*rest && (!whole || !**rest))
			return i;
	}
	return STAGE_START;
}

static enum status read_line(struct intervals *in, const char *line)
{
	const char *rest;
	enum stage stage = stage_of(line, &rest);
	enum status status = STATUS_OK;

	if (!*line)
		return STATUS_OK;
	if (after(line, "min:"))
		return add_interval(in, line);
	if (stage == STAGE_START)
		return refuse_line(in->imp->file->path, in->imp->file->line,
				   "\"%.*s\" is no line of will-it-scale",
				   CUT(line, 60));
	if (stage == STAGE_NAMED && in->stage != STAGE_START)
		return refuse(in, "a second testcase: one file each");
	if (stage == STAGE_ENDED)
		status = check_average(in, rest);
	if (!status && stage != in->stage + 1)
		return refuse_line(in->imp->file->path, in->imp->file->line,
				   "\"%.*s\" is not in its place", CUT(line, 60));
	if (stage == STAGE_NAMED)
		in->testcase = rest;
	in->stage = stage;
	return status;
}

/**
 * import_will_it_scale() - a batch is one interval after the warm-up
 * @imp: file, and where to
 */
enum status import_will_it_scale(struct imported *imp)
{
	struct intervals in = { .imp = imp };
	enum status status = STATUS_OK;
	char *line;

	while (!status && (line = next_text_line(imp->file))) {
		if (imp->file->line == 1 && is_will_it_scale_csv(line))
			return import_will_it_scale_csv(imp);
		status = read_line(&in, line);
	}
	if (status)
		return status;
	if (!in.nr)
		return refuse_line(imp->file->path, 0,
				   "no interval after \"measurement\"");
	if (in.stage != STAGE_ENDED)
		return refuse_line(imp->file->path, imp->file->line,
				   "no \"average:\" at the end: it was cut short");
	import_info(imp, "testcase", "%s", in.testcase);
	import_info(imp, "left_out", "%zu intervals of warm-up", in.warmup);
	complain("%s: %zu intervals of warm-up are left out, %zu taken\n",
		 imp->file->path, in.warmup, in.nr);
	return STATUS_OK;
}
