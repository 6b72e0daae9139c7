// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf stat -x,: a line an event, or with -I a line an event and interval. Which
 * of the two a line is, is told by its second field: a unit, or a count.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

/* Fields that are looked at; there may be more. */
#define MAX_FIELDS 12
#define UNIT_MAX 32

/* Events of a fixed amount of work of which fewer are better. */
static const char *const lower_better[] = {
	"cycles",	   "cpu-cycles",       "instructions",
	"branch-misses",   "cache-misses",     "page-faults",
	"minor-faults",	   "major-faults",     "context-switches",
	"cpu-migrations",  "task-clock",       "cpu-clock",
	"duration_time",   "user_time",	       "system_time",
	"LLC-load-misses", "dTLB-load-misses", "iTLB-load-misses",
};

/**
 * struct perf_line - what matters of a line
 * @value: count, or why there is none
 * @unit: of it, empty for a number of events
 * @event: name
 * @running: part of the time that it was counted, in percent; NULL if not stated
 * @interval: of -I
 */
struct perf_line {
	const char *value;
	const char *unit;
	const char *event;
	const char *running;
	bool interval;
};

/* Is this all of a number? */
static bool read_number(const char *s, double *v)
{
	char *end;

	errno = 0;
	*v = strtod(s, &end);
	while (*end == ' ')
		end++;
	return end != s && !*end && !errno && isfinite(*v);
}

static bool is_value(const char *s)
{
	double unused;

	return *s == '<' || read_number(s, &unused);
}

static size_t split(char *line, char *fields[MAX_FIELDS])
{
	size_t nr = 0;
	char *field;

	while (nr < MAX_FIELDS && (field = strsep(&line, ",")))
		fields[nr++] = field;
	return nr;
}

static bool ends_in_percent(const char *s)
{
	size_t len = strlen(s);

	return len && s[len - 1] == '%';
}

/*
 * value,unit,event,[deviation%,]time,running%[,metric,its unit], and all of it
 * after a timestamp.
 */
static bool find_fields(char *fields[MAX_FIELDS], size_t nr,
			struct perf_line *line)
{
	double unused;
	size_t at = 0;

	if (nr > 1 && read_number(fields[0], &unused) && is_value(fields[1]))
		at = 1;
	if (nr < at + 3 || !is_value(fields[at]) || !*fields[at + 2] ||
	    is_value(fields[at + 2]))
		return false;
	line->interval = at;
	line->value = fields[at];
	line->unit = fields[at + 1];
	line->event = fields[at + 2];
	line->running = NULL;
	at += 3;
	if (at < nr && ends_in_percent(fields[at]))
		at++;
	if (at + 1 < nr)
		line->running = fields[at + 1];
	return true;
}

static enum better direction(const struct perf_line *line)
{
	size_t len = strcspn(line->event, ":");

	for (size_t i = 0; !line->interval && i < ARRAY_SIZE(lower_better); i++)
		if (strlen(lower_better[i]) == len &&
		    !strncmp(line->event, lower_better[i], len))
			return BETTER_LOWER;
	return BETTER_NEITHER;
}

static enum status add_event(struct imported *imp, const char *scenario,
			     const struct perf_line *line)
{
	bool time = !strcmp(line->unit, "msec") || !strcmp(line->unit, "ns");
	struct import_metric metric = {
		.name = line->event,
		.unit = *line->unit ? line->unit : "events",
		.pass = time ? PASS_TIME : PASS_COUNTS,
		.better = direction(line),
	};
	struct text_file *file = imp->file;
	double running;
	double value;

	if (strlen(line->unit) > UNIT_MAX)
		return refuse_line(file->path, file->line,
				   "the unit is longer than %d characters",
				   UNIT_MAX);
	if (*line->value == '<') {
		import_note(imp, "skip", scenario,
			    fmt_text("%.80s: %.80s", line->event, line->value));
		return STATUS_OK;
	}
	if (!read_number(line->value, &value))
		return refuse_line(file->path, file->line,
				   "\"%.60s\" is not a number", line->value);
	if (line->running && read_number(line->running, &running) && running < 100)
		import_info(imp, line->event,
			    "counted during %s %% of the time, scaled by perf",
			    line->running);
	return import_value(imp, file->line, scenario, &metric, value);
}

static enum status read_line(struct imported *imp, const char *scenario,
			     char *text, int *interval)
{
	struct text_file *file = imp->file;
	char *fields[MAX_FIELDS], *copy = xasprintf("%s", text);
	struct perf_line line = { 0 };
	enum status status;

	if (!find_fields(fields, split(copy, fields), &line))
		status = refuse_line(file->path, file->line,
				     "\"%.60s\" is not value,unit,event,... of perf stat -x, (run it without -A, --per-core and the like)",
				     text);
	else if (*interval >= 0 && *interval != line.interval)
		status = refuse_line(file->path, file->line,
				     "a line with a timestamp among lines without");
	else
		status = add_event(imp, scenario, &line);
	if (!status)
		*interval = line.interval;
	free(copy);
	return status;
}

/* The file does not say what ran: its own name has to, up to a dot. */
static char *benchmark_name(const struct imported *imp)
{
	const char *base = base_name(imp->file->path);

	if (imp->opt->scenario)
		return xasprintf("%s", imp->opt->scenario);
	return xasprintf("%.*s", (int)strcspn(base, "."), base);
}

/**
 * import_perf() - a batch is one run, or with -I one interval
 * @imp: file, and where to
 */
enum status import_perf(struct imported *imp)
{
	char *scenario = benchmark_name(imp), *line;
	enum status status = STATUS_OK;
	int interval = -1;

	while (!status && (line = next_text_line(imp->file))) {
		line += strspn(line, " \t");
		if (*line && *line != '#')
			status = read_line(imp, scenario, line, &interval);
	}
	if (!status)
		import_info(imp, "batches_are", "%s",
			    interval > 0 ? "intervals" : "runs");
	free(scenario);
	return status;
}
