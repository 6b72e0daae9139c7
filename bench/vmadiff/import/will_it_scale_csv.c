// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What will-it-scale's runtest.py prints, the form that people publish: a line for
 * each number of tasks, with the operations per second of that many processes, and
 * of that many threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "readers.h"
#include "render/render.h"

#define HEADER "tasks,processes,processes_idle,threads,threads_idle,linear"
/* Where runtest.py lets the curves begin; nothing was measured for it. */
#define ORIGIN "0,0,100,0,100,0"
/* runtest.py did not find an "average:" in the output. */
#define NO_AVERAGE (-1)

/**
 * struct sweep - a file, line by line
 * @imp: file, and where to
 * @name: of the test case
 * @tasks: of the line before
 * @linear: what one task did, processes or threads, whichever did more
 */
struct sweep {
	struct imported *imp;
	char *name;
	long long tasks;
	long long linear;
};

enum field {
	FIELD_TASKS,
	FIELD_PROCESSES,
	FIELD_THREADS,
	FIELD_LINEAR,
	NR_FIELDS,
};

/* %d of Python: no blank, no plus, no zero in front of others. */
static const char *read_integer(const char *s, long long *v)
{
	char *end, again[32];
	int len;

	*v = strtoll(s, &end, 10);
	len = snprintf(again, sizeof(again), "%lld", *v);
	return len == end - s && !strncmp(s, again, len) ? end : NULL;
}

/* %0.2f of a percentage; below 0 where the kernel's count of idle time went back. */
static const char *skip_percent(const char *s)
{
	size_t whole, part;

	s += *s == '-';
	whole = strspn(s, "0123456789");
	if (!whole || s[whole] != '.')
		return NULL;
	part = strspn(s + whole + 1, "0123456789");
	return part == 2 ? s + whole + 1 + part : NULL;
}

/* All of a line: one field after the other, and nothing behind the last. */
static bool read_fields(const char *s, long long v[NR_FIELDS])
{
	static const int kinds[] = { FIELD_TASKS, FIELD_PROCESSES,
				     -1,	  FIELD_THREADS,
				     -1,	  FIELD_LINEAR };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (i && *s++ != ',')
			return false;
		s = kinds[i] < 0 ? skip_percent(s)
				 : read_integer(s, &v[kinds[i]]);
		if (!s)
			return false;
	}
	return !*s;
}

static enum status add_throughput(struct sweep *sweep, const char *callers,
				  long long tasks, long long throughput)
{
	const struct import_metric metric = {
		.name = "throughput",
		.unit = "ops/s",
		.pass = PASS_TIME,
		.better = BETTER_HIGHER,
		.param = callers,
		.at = (long)tasks,
	};
	char *name = xasprintf("%s_%s_%lld", sweep->name, callers, tasks);
	enum status status = STATUS_OK;

	if (throughput == NO_AVERAGE)
		import_note(sweep->imp, "failure", name,
			    "it printed no average: runtest.py has -1");
	else
		status = import_value(sweep->imp, sweep->imp->file->line, name,
				      &metric, (double)throughput);
	free(name);
	return status;
}

static enum status read_sweep_line(struct sweep *sweep, const char *line)
{
	struct text_file *file = sweep->imp->file;
	long long v[NR_FIELDS];
	enum status status;

	if (!read_fields(line, v))
		return refuse_line(file->path, file->line, "\"%.*s\" is not %s",
				   CUT(line, 60), HEADER);
	if (v[FIELD_TASKS] <= sweep->tasks)
		return refuse_line(file->path, file->line,
				   "%lld tasks after %lld: one run of runtest.py a file",
				   v[FIELD_TASKS], sweep->tasks);
	if (!sweep->tasks && v[FIELD_TASKS] != 1)
		return refuse_line(file->path, file->line,
				   "the first line is not of one task");
	if (!sweep->tasks)
		sweep->linear = v[FIELD_PROCESSES] > v[FIELD_THREADS]
					? v[FIELD_PROCESSES]
					: v[FIELD_THREADS];
	/* A check of having read the whole line, as its last number is the longest. */
	if (v[FIELD_TASKS] > INT32_MAX ||
	    (double)v[FIELD_LINEAR] !=
		    (double)sweep->linear * (double)v[FIELD_TASKS])
		return refuse_line(file->path, file->line,
				   "linear is %lld, that of one task %lld, and here are %lld",
				   v[FIELD_LINEAR], sweep->linear,
				   v[FIELD_TASKS]);
	sweep->tasks = v[FIELD_TASKS];
	status = add_throughput(sweep, "processes", sweep->tasks,
				v[FIELD_PROCESSES]);
	return status ? status
		      : add_throughput(sweep, "threads", sweep->tasks,
				       v[FIELD_THREADS]);
}

/**
 * is_will_it_scale_csv() - is this the first line of it?
 * @line: line
 */
bool is_will_it_scale_csv(const char *line)
{
	return !strcmp(line, HEADER);
}

/**
 * import_will_it_scale_csv() - a row a number of tasks, its average the only batch
 * @imp: file, of which the first line is read, and where to
 */
enum status import_will_it_scale_csv(struct imported *imp)
{
	struct sweep sweep = { .imp = imp, .name = import_name(imp) };
	enum status status = sweep.name ? STATUS_OK : STATUS_USAGE;
	char *line;

	if (!status &&
	    (!(line = next_text_line(imp->file)) || strcmp(line, ORIGIN)))
		status = refuse_line(imp->file->path, imp->file->line,
				     "no line \"%s\" after the first", ORIGIN);
	while (!status && (line = next_text_line(imp->file)))
		status = read_sweep_line(&sweep, line);
	if (!status)
		import_info(imp, "batches_are", "averages of a run");
	free(sweep.name);
	return status;
}
