// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * perf stat -x,: a line an event, or with -I a line an event and interval. A line
 * is one of the shapes below from its first to its last character, or the file is
 * refused: nothing is taken for a count because it stands where one could.
 */
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

#define LINE_LEN_MAX 4096
#define UNIT_MAX 32

/* What perf writes with -o, and with --append once more before each further run. */
#define NEW_RUN "# started on "

/*
 * perf prints a count with %.0f or %.2f (before 5.0 the clocks with %.6f), a
 * percentage with %.2f and a timestamp with nine decimals. A locale with decimal
 * commas makes two fields of each of them, and then none of the shapes is left.
 */
#define NUMBER "[0-9]+(\\.[0-9]+)?"
#define STAMP "( *[0-9]+\\.[0-9]{9},| *summary,)?"
/* Three decimals are thousands, of a locale or of somebody's hand. */
#define COUNT "([0-9]+(\\.[0-9]{2}|\\.[0-9]{6})?|<not counted>|<not supported>)"
#define WORDS "[^,]*[^,0-9.][^,]*"
#define UNIT "(" WORDS ")?"
/* An event of a PMU has commas between its terms. */
#define EVENT "([^,<0-9/][^,/]*|[^,<0-9/][^,/]*/[^/]*/[^,/]*)"
#define CGROUP "(,([^,]*[^,%])?)?"
#define NOISE "(," NUMBER "%)?"
#define COUNTED ",[0-9]+,(100\\.00|[0-9]{1,2}\\.[0-9]{2})"
/* A metric that perf derived with its unit, or two fields of nothing, or a group. */
#define DERIVED "(,*(,(" NUMBER ")?," WORDS "|,,))?"

enum shape {
	SHAPE_EVENT,
	SHAPE_METRIC, /* a further metric of the event above */
	SHAPE_GROUP,  /* metrics of an event that has no line */
	SHAPE_COMMAS, /* of a refused line: a percentage that is two fields */
	NR_SHAPES,
};

/* clang-format off */
static const char *const shapes[NR_SHAPES] = {
	[SHAPE_EVENT]	= "^" STAMP COUNT "," UNIT "," EVENT CGROUP NOISE COUNTED
			  DERIVED "$",
	[SHAPE_METRIC]	= "^" STAMP ",,,+(" NUMBER ")?," WORDS "$",
	[SHAPE_GROUP]	= "^" STAMP NOISE COUNTED DERIVED "$",
	[SHAPE_COMMAS]	= ",[0-9]+,[0-9]+,[0-9]{2}(,|$)",
};
/* clang-format on */

/* Parts of SHAPE_EVENT, by the brackets before them. */
enum part {
	PART_STAMP = 1,
	PART_COUNT = 2,
	PART_UNIT = 4,
	PART_EVENT = 5,
	PART_CGROUP = 7,
	PART_NOISE = 8,
	PART_PERCENT = 10,
	NR_PARTS,
};

/* Events of a fixed amount of work of which fewer are better. */
static const char *const lower_better[] = {
	"cycles",
	"cpu-cycles",
	"ref-cycles",
	"instructions",
	"branch-misses",
	"branch-load-misses",
	"cache-misses",
	"stalled-cycles-frontend",
	"stalled-cycles-backend",
	"L1-dcache-load-misses",
	"L1-icache-load-misses",
	"LLC-load-misses",
	"LLC-store-misses",
	"dTLB-load-misses",
	"dTLB-store-misses",
	"iTLB-load-misses",
	"node-load-misses",
	"page-faults",
	"faults",
	"minor-faults",
	"major-faults",
	"context-switches",
	"cs",
	"cpu-migrations",
	"migrations",
	"task-clock",
	"cpu-clock",
	"duration_time",
	"user_time",
	"system_time",
};

/**
 * struct perf_event - what a file has told of an event so far
 * @name: as perf prints it
 * @period: run or interval that had it last
 * @percent: lowest part of the time that it was counted
 */
struct perf_event {
	char *name;
	size_t period;
	double percent;
};

/**
 * struct perf_file - where in the file the reader is
 * @imp: file, and where to
 * @scenario: what ran
 * @regs: shapes, compiled
 * @events: seen so far
 * @nr_events: length of @events
 * @period: run, or with -I interval, from 1
 * @stamped: 1 of a file of intervals, 0 of runs, -1 before the first line
 * @stamp: of this interval
 * @cgroup: the only one, NULL before the first line
 * @repeated: 1 where a line is the mean of several runs, -1 before the first
 * @summaries: lines of --summary
 */
struct perf_file {
	struct imported *imp;
	char *scenario;
	regex_t regs[NR_SHAPES];
	struct perf_event *events;
	size_t nr_events;
	size_t period;
	int stamped;
	double stamp;
	char *cgroup;
	int repeated;
	size_t summaries;
};

/* A part of a line, empty where it is not there; to be given to free(). */
static char *part(const char *text, const regmatch_t *at)
{
	if (at->rm_so < 0)
		return xasprintf("%s", "");
	return xasprintf("%.*s", (int)(at->rm_eo - at->rm_so), text + at->rm_so);
}

static bool is_listed(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(lower_better); i++)
		if (strlen(lower_better[i]) == len &&
		    !strncmp(name, lower_better[i], len))
			return true;
	return false;
}

/*
 * cycles, cycles:u, cycles [cpu_core], cpu_core/cycles/u: PMUs of processors have
 * the same events. With further terms, or of another PMU, it is another event.
 */
static enum better direction(const char *event)
{
	const char *name = event, *after;
	size_t len = strcspn(event, ":/ ");

	if (event[len] == '/') {
		if (strncmp(event, "cpu", 3) && strncmp(event, "armv", 4))
			return BETTER_NEITHER;
		name = event + len + 1;
		len = strcspn(name, "/,=");
		if (name[len] != '/')
			return BETTER_NEITHER;
	}
	after = name + len;
	if (*after == ':' || *after == '/')
		after += 1 + strspn(after + 1, "ukhIGHpPSDWebR");
	if (!strncmp(after, " [", 2) && after[strcspn(after, "]")])
		after += strlen(after);
	return !*after && is_listed(name, len) ? BETTER_LOWER : BETTER_NEITHER;
}

/* Perf before 5.0 does not say that the clocks are in msec. */
static const char *unit_of(const char *event, const char *unit)
{
	size_t len = strcspn(event, ":");

	if (*unit)
		return unit;
	if (len == strlen("task-clock") && (!strncmp(event, "task-clock", len) ||
					    !strncmp(event, "cpu-clock", len)))
		return "msec";
	return "events";
}

static struct perf_event *find_event(struct perf_file *perf, const char *name)
{
	struct perf_event *event;

	for (size_t i = 0; i < perf->nr_events; i++)
		if (!strcmp(perf->events[i].name, name))
			return &perf->events[i];
	event = xappend(perf->events, perf->nr_events);
	*event = (struct perf_event){ xasprintf("%s", name), 0, 100 };
	return event;
}

static enum status refuse(const struct perf_file *perf, const char *what)
{
	return refuse_line(perf->imp->file->path, perf->imp->file->line, "%s",
			   what);
}

/* Another timestamp is another interval; time goes on until the next run. */
static enum status read_stamp(struct perf_file *perf, const char *stamp)
{
	double at = strtod(stamp, NULL);

	if (perf->stamped >= 0 && perf->stamped != (*stamp != '\0'))
		return refuse(perf,
			      "lines with and without a timestamp: run perf without --no-csv-summary, one file for -I and one for the rest");
	perf->stamped = *stamp != '\0';
	if (!*stamp || at == perf->stamp)
		return STATUS_OK;
	if (at < perf->stamp)
		return refuse(perf,
			      "a timestamp before that of the line above: another run, without a line \"" NEW_RUN
			      "\" (perf stat -o --append writes it)");
	perf->stamp = at;
	perf->period++;
	return STATUS_OK;
}

/* What is the same in all lines of a file. */
static enum status read_constants(struct perf_file *perf, const char *cgroup,
				  bool repeated)
{
	if (!perf->cgroup)
		perf->cgroup = xasprintf("%s", cgroup);
	if (strcmp(perf->cgroup, cgroup))
		return refuse_line(perf->imp->file->path, perf->imp->file->line,
				   "counts of cgroup \"%.*s\" and of \"%.*s\": count one at a time, a file each",
				   CUT(perf->cgroup, 60), CUT(cgroup, 60));
	if (perf->repeated >= 0 && perf->repeated != repeated)
		return refuse(perf, "lines of -r among lines of single runs");
	perf->repeated = repeated;
	return STATUS_OK;
}

static enum status read_count(struct perf_file *perf, const char *name,
			      const char *unit, const char *count,
			      const char *percent)
{
	struct perf_event *event = find_event(perf, name);
	struct imported *imp = perf->imp;
	const struct import_metric metric = {
		.name = name,
		.unit = unit_of(name, unit),
		.pass = strcmp(unit_of(name, unit), "msec") && strcmp(unit, "ns")
				? PASS_COUNTS
				: PASS_TIME,
		/* Fewer in an interval may be less work. */
		.better = perf->stamped ? BETTER_NEITHER : direction(name),
	};

	if (event->period == perf->period)
		return refuse_line(imp->file->path, imp->file->line,
				   "%.*s a second time in one %s: it was asked for twice, or a run begins without a line \"" NEW_RUN
				   "\" (perf stat -o --append writes it)",
				   CUT(name, 60),
				   perf->stamped ? "interval" : "run");
	event->period = perf->period;
	if (*count == '<') {
		import_note(imp, "skip", perf->scenario,
			    fmt_text("%.*s: %.*s", CUT(name, 80), CUT(count, 80)));
		return STATUS_OK;
	}
	if (strlen(unit) > UNIT_MAX)
		return refuse_line(imp->file->path, imp->file->line,
				   "the unit is longer than %d characters",
				   UNIT_MAX);
	event->percent = fmin(event->percent, strtod(percent, NULL));
	return import_value(imp, imp->file->line, perf->scenario, &metric,
			    strtod(count, NULL));
}

static enum status read_event(struct perf_file *perf, const char *text,
			      const regmatch_t at[NR_PARTS])
{
	char *parts[NR_PARTS] = { NULL };
	enum status status = STATUS_OK;

	for (size_t i = 1; i < NR_PARTS; i++)
		parts[i] = part(text, &at[i]);
	if (strstr(parts[PART_STAMP], "summary")) {
		perf->summaries++;
		goto out;
	}
	status = read_stamp(perf, parts[PART_STAMP]);
	if (!status)
		status = read_constants(perf, parts[PART_CGROUP],
					*parts[PART_NOISE]);
	if (!status)
		status = read_count(perf, parts[PART_EVENT], parts[PART_UNIT],
				    parts[PART_COUNT], parts[PART_PERCENT]);
out:
	for (size_t i = 1; i < NR_PARTS; i++)
		free(parts[i]);
	return status;
}

static bool has_shape(const struct perf_file *perf, enum shape shape,
		      const char *text)
{
	return !regexec(&perf->regs[shape], text, 0, NULL, 0);
}

static enum status read_line(struct perf_file *perf, const char *text)
{
	struct text_file *file = perf->imp->file;
	regmatch_t at[NR_PARTS];

	if (strlen(text) > LINE_LEN_MAX)
		return refuse(perf, "no line of perf stat -x, is as long");
	if (!*text)
		return STATUS_OK;
	if (!strncmp(text, NEW_RUN, strlen(NEW_RUN))) {
		perf->period++;
		perf->stamp = 0;
		return STATUS_OK;
	}
	if (!regexec(&perf->regs[SHAPE_EVENT], text, NR_PARTS, at, 0))
		return read_event(perf, text, at);
	/* Those are made of counts that have lines of their own. */
	if (has_shape(perf, SHAPE_METRIC, text) ||
	    has_shape(perf, SHAPE_GROUP, text))
		return STATUS_OK;
	if (has_shape(perf, SHAPE_COMMAS, text))
		return refuse_line(file->path, file->line,
				   "\"%.*s\" has decimal commas: run perf with LC_ALL=C",
				   CUT(text, 60));
	return refuse_line(file->path, file->line,
			   "\"%.*s\" is not count,unit,event,time,percent,... of perf stat -x, (run it without -j, -A, --per-core, --metric-only and the like)",
			   CUT(text, 60));
}

/* An event that shared its counter is an estimate: of what part of the time? */
static void say_percentages(const struct perf_file *perf)
{
	char *list = NULL;

	for (size_t i = 0; i < perf->nr_events; i++)
		if (perf->events[i].percent < 100)
			join_text(&list, "; ",
				  "%s counted during %.2f %% of the time, scaled by perf",
				  perf->events[i].name, perf->events[i].percent);
	if (list)
		import_say(perf->imp, "scaled_by_perf", "%s", list);
	free(list);
}

static void say_all(const struct perf_file *perf)
{
	static const char *const batches[] = { "runs", "means of runs",
					       "intervals",
					       "means of intervals" };

	import_info(perf->imp, "batches_are", "%s",
		    batches[2 * (perf->stamped > 0) + (perf->repeated > 0)]);
	if (perf->cgroup && *perf->cgroup)
		import_say(perf->imp, "cgroup", "%s", perf->cgroup);
	if (perf->summaries)
		import_say(perf->imp, "left_out", "%zu lines of --summary",
			   perf->summaries);
	say_percentages(perf);
}

/**
 * import_perf() - a batch is one run, or with -I one interval
 * @imp: file, and where to
 */
enum status import_perf(struct imported *imp)
{
	struct perf_file perf = {
		.imp = imp,
		.scenario = import_name(imp),
		.period = 1,
		.stamped = -1,
		.repeated = -1,
	};
	enum status status = perf.scenario ? STATUS_OK : STATUS_USAGE;
	char *line;

	for (size_t i = 0; i < NR_SHAPES; i++)
		if (regcomp(&perf.regs[i], shapes[i], REG_EXTENDED))
			abort();
	while (!status && (line = next_text_line(imp->file)))
		status = read_line(&perf, line);
	if (!status)
		say_all(&perf);
	for (size_t i = 0; i < NR_SHAPES; i++)
		regfree(&perf.regs[i]);
	for (size_t i = 0; i < perf.nr_events; i++)
		free(perf.events[i].name);
	free(perf.events);
	free(perf.cgroup);
	free(perf.scenario);
	return status;
}
