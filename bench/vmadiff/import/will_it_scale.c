// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * will-it-scale: what a test case prints, operations of all tasks, interval by
 * interval. What runtest.py makes of many of them is in will_it_scale_csv.c.
 */
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

/**
 * struct intervals - where in the file the reader is
 * @imp: file, and where to
 * @testcase: name of the benchmark, NULL before its line
 * @measuring: after the line "measurement"
 * @warmup: intervals before it
 * @sum: operations of the intervals after it
 * @nr: how many these are
 * @ended: after the line "average"
 */
struct intervals {
	struct imported *imp;
	const char *testcase;
	bool measuring;
	size_t warmup;
	double sum;
	size_t nr;
	bool ended;
};

static bool read_counts(const char *line, unsigned long long v[3])
{
	int end = 0;

	return sscanf(line, "min:%llu max:%llu total:%llu%n", &v[0], &v[1],
		      &v[2], &end) == 3 &&
	       end && !line[end];
}

static enum status add_interval(struct intervals *in, const char *text)
{
	struct text_file *file = in->imp->file;
	unsigned long long v[3];

	if (!read_counts(text, v))
		return refuse_line(file->path, file->line,
				   "\"%.60s\" is not min:N max:N total:N", text);
	if (v[0] > v[1] || v[1] > v[2])
		return refuse_line(file->path, file->line,
				   "min, max and total are not in this order: %.60s",
				   text);
	if (!in->testcase)
		return refuse_line(file->path, file->line,
				   "an interval before \"testcase:\"");
	if (in->ended)
		return refuse_line(file->path, file->line,
				   "an interval after \"average:\"");
	if (!in->measuring) {
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
	char *end;
	double average = strtod(text, &end);

	if (end == text || *end)
		return refuse_line(file->path, file->line,
				   "\"%.60s\" is not a number", text);
	if (!in->nr)
		return refuse_line(file->path, file->line,
				   "an average without an interval after \"measurement\"");
	if (fabs(average - in->sum / in->nr) > 1)
		return refuse_line(file->path, file->line,
				   "the average is %.0f, that of the %zu intervals above %.1f",
				   average, in->nr, in->sum / in->nr);
	in->ended = true;
	return STATUS_OK;
}

/* What a line begins with, and whether that is all of it. */
static const char *after(const char *line, const char *start)
{
	size_t len = strlen(start);

	return strncmp(line, start, len) ? NULL : line + len;
}

static enum status read_line(struct intervals *in, const char *line)
{
	struct text_file *file = in->imp->file;
	const char *rest;

	if ((rest = after(line, "testcase:"))) {
		if (in->testcase)
			return refuse_line(file->path, file->line,
					   "a second testcase: one file each");
		in->testcase = rest;
		return STATUS_OK;
	}
	if (!strcmp(line, "warmup") || !*line)
		return STATUS_OK;
	if (!strcmp(line, "measurement")) {
		in->measuring = true;
		return STATUS_OK;
	}
	if ((rest = after(line, "average:")))
		return check_average(in, rest);
	if (after(line, "min:"))
		return add_interval(in, line);
	return refuse_line(file->path, file->line,
			   "\"%.60s\" is no line of will-it-scale", line);
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
	if (!in.ended)
		return refuse_line(imp->file->path, imp->file->line,
				   "no \"average:\" at the end: it was cut short");
	import_info(imp, "testcase", "%s", in.testcase);
	import_info(imp, "left_out", "%zu intervals of warm-up", in.warmup);
	fprintf(stderr, "%s: %zu intervals of warm-up are left out, %zu taken\n",
		imp->file->path, in.warmup, in.nr);
	return STATUS_OK;
}
