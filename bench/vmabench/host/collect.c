// SPDX-License-Identifier: GPL-2.0-or-later
/* From the files that runs leave behind to lines of a record. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"
#include "guest_io.h"
#include "run/pass.h"

static bool same_files(const char *a, const char *b, const char *suffix)
{
	size_t len_a, len_b;
	char *text_a = read_whole(a, suffix, &len_a);
	char *text_b = read_whole(b, suffix, &len_b);
	bool same = text_a && text_b && len_a == len_b &&
		    !memcmp(text_a, text_b, len_a);

	free(text_a);
	free(text_b);
	return same;
}

/* The line of a run that says what its regions were about, or NULL. */
static json_t *regions_line(const struct job *job)
{
	json_t *lines = read_lines(job->base, ".records");
	json_t *found = json_incref(line_of_type(lines, "regions"));

	json_decref(lines);
	return found;
}

static int read_insns(const struct job *job, struct regions *r)
{
	char *path = path_of(job->base, ".insns");
	int err = regions_read(path, r);

	free(path);
	return err;
}

static bool is_integer(const json_t *j, const char *key, uint64_t value)
{
	return json_integer_value(json_object_get(j, key)) == (json_int_t)value;
}

/* Lines of one run: rows, shapes, skips and failures, as the guest sent them. */
static void collect(const struct job *job, json_t *lines)
{
	json_t *report = read_lines(job->base, ".records"), *line;
	char reason[256] = "the plugin's output is not whole";
	bool ended = false;
	size_t i;

	json_array_foreach(report, i, line) {
		const char *type = line_type(line);

		if (!strcmp(type, "regions")) {
			struct regions r;

			if (read_insns(job, &r) ||
			    regions_rows(line, &r, lines, reason, sizeof(reason)))
				add_failure(lines, job->scenario, NULL, reason);
			regions_free(&r);
		} else if (!strcmp(type, "exit")) {
			ended = is_integer(line, "status", 0);
		} else if (*type && strcmp(type, "stop")) {
			json_array_append(lines, line);
		}
	}
	json_decref(report);
	if (!ended)
		add_failure(lines, job->scenario, NULL,
			    "the scenario's process did not end well");
}

/* Lines of a run over layouts; false with @reason if they are not whole. */
static bool read_layouts(const struct exact *x, const struct job *job,
			 json_t *lines, char *reason, size_t size)
{
	json_t *report = read_lines(job->base, ".records");
	json_t *end = line_of_type(report, "exit");
	const char *why =
		json_string_value(json_object_get(line_of_type(report, "failure"),
						  "reason"));
	struct regions r;
	bool read = false;

	if (read_insns(job, &r))
		snprintf(reason, size, "the plugin's output is not whole");
	else if (!end || !is_integer(end, "status", 0))
		snprintf(reason, size, "over layouts, %s",
			 why ? why : "the scenario's process did not end well");
	else
		read = !layout_lines(report, &r, x->image.symbols.table, lines,
				     reason, size);
	regions_free(&r);
	json_decref(report);
	return read;
}

/* Over layouts: two runs, the second one the other way round, have the same lines. */
static void conclude_layouts(const struct exact *x, const struct job *job,
			     json_t *lines)
{
	json_t *of[REPEATS] = { json_array(), json_array() };
	char reason[512], where[256];
	bool read = true;

	for (unsigned int r = 0; read && r < nr_repeats(x); r++)
		read = read_layouts(x, &job[r], of[r], reason, sizeof(reason));
	if (read && !x->once &&
	    layouts_differ(of[0], of[1], where, sizeof(where))) {
		snprintf(reason, sizeof(reason),
			 "NONDETERMINISTIC: two runs over layouts, the second one from the last layout to the first, differ in: %s",
			 where);
		read = false;
	}
	if (read) {
		json_t *report = read_lines(job->base, ".records");

		json_array_extend(lines, of[0]);
		layout_summaries(report, lines);
		json_decref(report);
	} else {
		add_failure(lines, job->scenario, NULL, reason);
	}
	for (int r = 0; r < REPEATS; r++)
		json_decref(of[r]);
}

/* In what two runs of the same thing differ; false if they do not. */
static bool runs_differ(const struct job *a, const struct job *b, char *where,
			size_t size)
{
	struct regions x = { 0 }, y = { 0 };
	bool differ = true;
	json_t *line;

	if (!same_files(a->base, b->base, ".records")) {
		snprintf(where, size, "what the guest reported");
		return true;
	}
	if (!a->pass->plugin || same_files(a->base, b->base, ".insns"))
		return false;
	line = regions_line(a);
	if (!line || read_insns(a, &x) || read_insns(b, &y))
		snprintf(where, size, "the plugin's output is not whole");
	else
		differ = regions_differ(line, &x, &y, where, size);
	regions_free(&y);
	regions_free(&x);
	json_decref(line);
	return differ;
}

/* Did a guest send what it has no reason to send? That is in @lines, then. */
static bool reports_are_wrong(const struct exact *x, const struct job *job,
			      json_t *lines)
{
	char why[256];

	for (unsigned int r = 0; r < nr_repeats(x); r++)
		if (guest_report_is_wrong(job[r].base, job->scenario, why,
					  sizeof(why))) {
			add_failure(lines, job->scenario, NULL, why);
			return true;
		}
	return false;
}

/* Chains of callers of one scenario, from a run of its own. */
int add_stacks(const struct exact *x, json_t *lines)
{
	struct job job = { .pass = &pass_insns, .stacks = true };
	json_t *line;
	char *path;
	int err;

	job.scenario = find_scenario(x->stacks);
	job.base = path_of(x->image.scratch, "/stacks");
	err = run_jobs(x, &job, 1);
	if (!err &&
	    !reports_are_wrong(&(struct exact){ .once = true }, &job, lines)) {
		path = path_of(job.base, ".stacks");
		line = regions_line(&job);
		if (job_error(job.status) || !line ||
		    stacks_lines(line, path, lines))
			add_failure(lines, job.scenario, NULL,
				    "no chains of callers came out");
		json_decref(line);
		free(path);
	}
	free(job.base);
	return err;
}

/* Where the clock has jumped further than the guest waits, runs may differ. */
static bool clock_held(const json_t *line)
{
	return json_integer_value(json_object_get(line, "away_insns")) <
	       (json_int_t)GUEST_STOP_INSNS;
}

/* Does the plugin say of one region what the guest knows of it? NULL if it does. */
static const char *find_wrong_count(const json_t *line, const struct regions *r,
				    const struct region *v)
{
	static const struct {
		const char *key;
		enum share_count count;
		const char *wrong;
	} known[] = {
		{ "insns", COUNT_INSNS,
		  "the plugin does not count what was executed" },
		{ "loads", COUNT_LOADS,
		  "the plugin does not count what was loaded" },
		{ "stores", COUNT_STORES,
		  "the plugin does not count what was stored" },
		{ "lines_read", COUNT_LINES_READ,
		  "the plugin does not count the cache lines that were read" },
		{ "lines_written", COUNT_LINES_WRITTEN,
		  "the plugin does not count the cache lines that were written" },
		{ "lines_code", COUNT_LINES_CODE,
		  "the plugin does not count the cache lines that were executed" },
		{ "pages", COUNT_PAGES,
		  "the plugin does not count the pages that were touched" },
	};
	const uint64_t *counts;

	if (v->nr != 1 || r->shares[v->first].class != CLASS_USER)
		return "the plugin saw more than the program run, or nothing";
	counts = r->shares[v->first].counts;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (!is_integer(line, known[i].key, counts[known[i].count]))
			return known[i].wrong;
	return NULL;
}

/* What the plugin has counted otherwise than the guest knows it, or NULL. */
static const char *find_miscount(const json_t *report, const struct regions *r)
{
	const char *wrong = NULL;
	size_t i, nr = 0;
	json_t *line;

	json_array_foreach(report, i, line) {
		if (!strcmp(line_type(line), "calibration") && ++nr <= r->nr &&
		    !wrong)
			wrong = find_wrong_count(line, r, &r->v[nr - 1]);
		if (!strcmp(line_type(line), "stop") && !clock_held(line))
			wrong = "QEMU's clock ran on while the machine was stopped";
	}
	return wrong || (nr && nr == r->nr)
		       ? wrong
		       : "the plugin saw other regions than the guest";
}

/*
 * The plugin against code of known length: an instrument that is off by one is
 * not used. And the clock of the snapshot.
 */
int calibrate(const struct exact *x)
{
	struct job job = { .pass = &pass_insns };
	struct regions r = { 0 };
	json_t *report = NULL;
	const char *wrong;
	char why[256];
	int err;

	job.base = path_of(x->image.scratch, "/calibration");
	err = run_jobs(x, &job, 1);
	if (!err && !job_error(job.status))
		err = read_insns(&job, &r);
	if (!err)
		report = read_lines(job.base, ".records");
	wrong = report ? job_error(job.status) : "the guest did not run";
	if (!wrong && guest_report_is_wrong(job.base, NULL, why, sizeof(why)))
		wrong = why;
	if (!wrong)
		wrong = find_miscount(report, &r);
	if (wrong && !interrupted && !ran_out_of_room(x->image.scratch)) {
		char *said = what_qemu_said(job.base);

		complain("vmabench: %s: calibration failed: %s%s%s\n",
			 x->image.stage, wrong, said ? "; QEMU said: " : "",
			 said ? said : "");
		free(said);
	}
	json_decref(report);
	free(job.base);
	regions_free(&r);
	return wrong ? -EIO : 0;
}

/* All that is known of one scenario in one pass, from its repeats. */
void conclude(const struct exact *x, struct job *job, json_t *lines)
{
	char text[512];

	for (unsigned int r = 0; r < nr_repeats(x); r++) {
		size_t len;
		char *console = read_whole(job[r].base, ".console", &len);
		const char *error = job_error(job[r].status);
		const char *sign = job->scenario->warns ? NULL
							: complaint(console);
		char *said = error && !sign ? what_qemu_said(job[r].base) : NULL;

		if (error || sign) {
			snprintf(text, sizeof(text), "%s %s, pass %s: %s",
				 x->image.stage, job->scenario->name,
				 pass_names[job->pass->id],
				 error ? error : "the kernel complained");
			print_tail(text, console, len);
			snprintf(text, sizeof(text), "%s%s%.*s",
				 error ? error : "",
				 error && (sign || said) ? ": " : "",
				 sign ? (int)strcspn(sign, "\r\n")
				      : text_fit(said, 200),
				 sign	? sign
				 : said ? said
					: "");
			add_failure(lines, job->scenario, NULL, text);
		}
		free(said);
		free(console);
		if (error || sign)
			return;
	}
	if (reports_are_wrong(x, job, lines))
		return;
	if (job->layouts) {
		conclude_layouts(x, job, lines);
		return;
	}
	for (unsigned int r = 1; r < nr_repeats(x); r++) {
		char where[256];

		if (runs_differ(&job[0], &job[r], where, sizeof(where))) {
			snprintf(text, sizeof(text),
				 "NONDETERMINISTIC: two runs, pass %s, first differ in: %s",
				 pass_names[job->pass->id], where);
			add_failure(lines, job->scenario, NULL, text);
			return;
		}
	}
	collect(job, lines);
}
