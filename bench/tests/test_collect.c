// SPDX-License-Identifier: GPL-2.0-or-later
/* From the files that two runs of a guest leave behind to lines of a record. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "base/base.h"
#include "guest_io.h"
#include "host/exact.h"
#include "instruments/instrument.h"
#include "nothing.h"
#include "run/pass.h"

SCENARIO(fake) = {
	SCENARIO_ID(fake),
	.claim = "nothing",
	.backing = &backing_none,
	.ops = { { .name = "mmap", .run = nothing } },
};

SCENARIO(warns) = {
	SCENARIO_ID(warns),
	.claim = "the kernel is to complain",
	.backing = &backing_none,
	.warns = true,
	.ops = { { .name = "mmap", .run = nothing } },
};

/* clang-format off */
#define LINE(...) #__VA_ARGS__ "\n"
#define REGIONS_OF(scenario) LINE({"type": "regions", "scenario": scenario, \
	"version": "test", "kinds": ["mmap"], "ops": 1, "warmup": 0, "batches": 1})
#define REGIONS REGIONS_OF("fake")
#define SHAPE_OF(scenario) LINE({"type": "shape", "scenario": scenario, \
	"version": "test", "op": "mmap", "outcome": "merged", "vmas_before": 1, \
	"vmas_after": 1, "ops": 1})
#define SHAPE SHAPE_OF("fake")
#define FAILURE LINE({"type": "failure", "scenario": "fake", "version": "test", \
	"op": null, "reason": "mmap: ENOMEM"})
#define EXIT(status) LINE({"type": "stop", "away_insns": 1, "stop_insns": 2}) \
	LINE({"type": "exit", "status": status})
static const char good_records[] = REGIONS SHAPE EXIT(0);
static const char warns_records[] =
	REGIONS_OF("warns") SHAPE_OF("warns") EXIT(0);
static const char good_insns[] = "region\t0\t1\t0\t0\ntask\tdo_mmap\t10\t1\t2\t3\t0\t0\t0\t0\n"
				 "region\t1\t2\t0\t0\nend\t2\n";
static const char other_insns[] = "region\t0\t1\t0\t0\ntask\tdo_mmap\t11\t1\t2\t3\t0\t0\t0\t0\n"
				  "region\t1\t2\t0\t0\nend\t2\n";
#define STATUS(s) ((s) << 8) /* as wait() has it */
/* clang-format on */

/**
 * struct files - what a run leaves behind; NULL is for no such file
 * @records: what the guest reported
 * @insns: what the plugin wrote
 * @console: what the kernel said
 * @said: what QEMU said
 * @stacks: chains of callers
 * @status: of the process
 */
struct files {
	const char *records;
	const char *insns;
	const char *console;
	const char *said;
	const char *stacks;
	int status;
};

#define GOOD                                                  \
	{                                                     \
		.records = good_records, .insns = good_insns, \
		.console = "Linux version\n"                  \
	}

static char dir[] = "/tmp/test_collect.XXXXXX";

static void write_file(const char *base, const char *suffix, const char *text)
{
	char *path = path_of(base, suffix);
	FILE *f;

	remove(path);
	if (text) {
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	free(path);
}

static void write_files(const char *base, const struct files *files)
{
	write_file(base, ".records", files->records);
	write_file(base, ".insns", files->insns);
	write_file(base, ".console", files->console);
	write_file(base, ".stderr", files->said);
	write_file(base, ".stacks", files->stacks);
}

/* In the place of QEMU. */
static struct files to_run;
static int run_err;

int run_jobs(const struct exact *x, struct job *jobs, size_t nr)
{
	(void)x;
	for (size_t i = 0; i < nr; i++) {
		write_files(jobs[i].base, &to_run);
		jobs[i].status = to_run.status;
	}
	return run_err;
}

const char *job_error(int status)
{
	return status ? "the guest hung" : NULL;
}

/* What users are told on stderr is kept out of what tests print. */
static int quiet_stderr(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int before = dup(STDERR_FILENO);

	assert_true(null >= 0 && before >= 0);
	dup2(null, STDERR_FILENO);
	close(null);
	return before;
}

static void restore_stderr(int before)
{
	dup2(before, STDERR_FILENO);
	close(before);
}

/**
 * struct conclude_case - two runs, and what is in the record
 * @name: what is different
 * @runs: what they leave behind
 * @failure: what the record says of it, NULL for none
 * @rows: rows that there are in spite of it
 * @pass: of both
 * @scenario: of both; NULL is for one that does not warn
 */
static const struct conclude_case {
	const char *name;
	struct files runs[REPEATS];
	const char *failure;
	size_t rows;
	const struct pass *pass;
	const struct scenario *scenario;
} cases[] = {
	{ "both went well", { GOOD, GOOD }, NULL, 10, &pass_insns, NULL },
	{ "the first one hung",
	  { { .records = good_records,
	      .insns = good_insns,
	      .console = "Linux\n",
	      .status = STATUS(4) },
	    GOOD },
	  "the guest hung",
	  0,
	  &pass_insns,
	  NULL },
	{ "the second one hung, and QEMU has said something",
	  { GOOD,
	    { .said = "qemu: warning: x\nqemu: no memory\n", .status = STATUS(4) } },
	  "the guest hung: qemu: no memory",
	  0,
	  &pass_insns,
	  NULL },
	{ "the kernel complained, and went on",
	  { { .records = good_records,
	      .insns = good_insns,
	      .console = "[ 0.1] WARNING: CPU: 0\r\nx\n" },
	    GOOD },
	  "WARNING: CPU: 0",
	  0,
	  &pass_insns,
	  NULL },
	{ "the kernel complained, and died",
	  { { .console = "x\nBUG: unable to handle\nOops\n",
	      .said = "qemu: no memory\n",
	      .status = STATUS(6) },
	    GOOD },
	  "the guest hung: BUG: unable to handle",
	  0,
	  &pass_insns,
	  NULL },
	{ "it was to complain",
	  { { .records = warns_records,
	      .insns = good_insns,
	      .console = "WARNING: CPU: 0\n" },
	    { .records = warns_records, .insns = good_insns } },
	  NULL,
	  10,
	  &pass_insns,
	  &scenario_warns },
	{ "the guests report something else",
	  { GOOD, { .records = REGIONS EXIT(0), .insns = good_insns } },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: what the guest reported",
	  0,
	  &pass_insns,
	  NULL },
	{ "only one reports anything",
	  { GOOD, { .insns = good_insns } },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: what the guest reported",
	  0,
	  &pass_insns,
	  NULL },
	{ "other instructions",
	  { GOOD, { .records = good_records, .insns = other_insns } },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: mmap operation 0 of batch 0 (of which 0 warm up): 10 or 11 instructions",
	  0,
	  &pass_insns,
	  NULL },
	{ "instructions that are not of this pass",
	  { { .records = SHAPE EXIT(0), .insns = good_insns },
	    { .records = SHAPE EXIT(0), .insns = other_insns } },
	  NULL,
	  0,
	  &pass_counts,
	  NULL },
	{ "the plugin's first output is cut",
	  { { .records = good_records, .insns = "region\t0\t1\t0\t0\n" }, GOOD },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: the plugin's output is not whole",
	  0,
	  &pass_insns,
	  NULL },
	{ "the plugin's second output is cut",
	  { GOOD, { .records = good_records, .insns = "region\t0\t1\t0\t0\n" } },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: the plugin's output is not whole",
	  0,
	  &pass_insns,
	  NULL },
	{ "both are cut alike",
	  { { .records = good_records, .insns = "region\t0\t1\t0\t0\n" },
	    { .records = good_records, .insns = "region\t0\t1\t0\t0\n" } },
	  "the plugin's output is not whole",
	  0,
	  &pass_insns,
	  NULL },
	{ "both have no output of the plugin",
	  { { .records = good_records }, { .records = good_records } },
	  "NONDETERMINISTIC: two runs, pass insns, first differ in: the plugin's output is not whole",
	  0,
	  &pass_insns,
	  NULL },
	{ "both have a region less than there were operations",
	  { { .records = good_records, .insns = "end\t0\n" },
	    { .records = good_records, .insns = "end\t0\n" } },
	  "0 regions measured, 2 expected",
	  0,
	  &pass_insns,
	  NULL },
	{ "both end with an error",
	  { { .records = REGIONS EXIT(1), .insns = good_insns },
	    { .records = REGIONS EXIT(1), .insns = good_insns } },
	  "the scenario's process did not end well",
	  10,
	  &pass_insns,
	  NULL },
	{ "both end without a word",
	  { { .records = REGIONS, .insns = good_insns },
	    { .records = REGIONS, .insns = good_insns } },
	  "the scenario's process did not end well",
	  10,
	  &pass_insns,
	  NULL },
	{ "both are cut within a line",
	  { { .records = REGIONS "{\"type\": \"sha", .insns = good_insns },
	    { .records = REGIONS "{\"type\": \"sha", .insns = good_insns } },
	  "line 2 of what the guest sent is wrong: it is no object of JSON",
	  0,
	  &pass_insns,
	  NULL },
	{ "both are of another scenario, too",
	  { { .records = REGIONS SHAPE_OF("warns") EXIT(0), .insns = good_insns },
	    { .records = REGIONS SHAPE_OF("warns") EXIT(0), .insns = good_insns } },
	  "line 2 of what the guest sent is wrong: its \"scenario\" is none that was run",
	  0,
	  &pass_insns,
	  NULL },
};

static size_t count(const json_t *lines, const char *type, const json_t **last)
{
	const json_t *line;
	size_t i, nr = 0;

	json_array_foreach(lines, i, line) {
		if (strcmp(json_string_value(json_object_get(line, "type")), type))
			continue;
		*last = line;
		nr++;
	}
	return nr;
}

static void concluding(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct conclude_case *c = &cases[i];
		const struct exact x = { .image.stage = "base" };
		struct job jobs[REPEATS] = { 0 };
		json_t *lines = json_array();
		const json_t *line = NULL;
		const char *reason = NULL;
		int before;

		for (int r = 0; r < REPEATS; r++) {
			jobs[r].scenario = c->scenario ? c->scenario
						       : &scenario_fake;
			jobs[r].pass = c->pass;
			jobs[r].status = c->runs[r].status;
			jobs[r].base = xasprintf("%s/run-%d", dir, r);
			write_files(jobs[r].base, &c->runs[r]);
		}
		before = quiet_stderr();
		conclude(&x, jobs, lines);
		restore_stderr(before);
		if (count(lines, "failure", &line) > 1)
			fail_msg("%s: more than one failure", c->name);
		if (line)
			reason = json_string_value(json_object_get(line,
								   "reason"));
		if (strcmp(reason ? reason : "", c->failure ? c->failure : ""))
			fail_msg("%s: \"%s\"", c->name, reason);
		if (count(lines, "row", &line) != c->rows)
			fail_msg("%s: %zu rows", c->name,
				 count(lines, "row", &line));
		/* What only one run reports is in no record. */
		assert_true(!c->failure || !count(lines, "shape", &line) ||
			    !strstr(c->failure, "NONDETERMINISTIC"));
		for (int r = 0; r < REPEATS; r++)
			free(jobs[r].base);
		json_decref(lines);
	}
}

static void once(void **state)
{
	const struct exact x = { .image.stage = "base", .once = true };
	const struct files good = GOOD;
	struct job job = { .scenario = &scenario_fake, .pass = &pass_insns };
	json_t *lines = json_array();
	const json_t *line = NULL;

	(void)state;
	job.base = xasprintf("%s/run-once", dir);
	write_files(job.base, &good);
	/* A second one would be looked for where there is none. */
	conclude(&x, &job, lines);
	assert_int_equal(count(lines, "failure", &line), 0);
	assert_int_equal(count(lines, "row", &line), 10);
	free(job.base);
	json_decref(lines);
}

/* clang-format off */
#define CALIBRATION_WITH(insns, loads, stores, r, w, x, p) \
	"{\"type\": \"calibration\", \"insns\": " #insns ", \"loads\": " #loads \
	", \"stores\": " #stores ", \"lines_read\": " #r ", \"lines_written\": " #w \
	", \"lines_code\": " #x ", \"pages\": " #p "}\n"
#define CALIBRATION(insns, loads, stores) \
	CALIBRATION_WITH(insns, loads, stores, 0, 0, 0, 0)
#define AWAY(insns) \
	"{\"type\": \"stop\", \"away_insns\": " #insns ", \"stop_insns\": 2}\n"
#define USER_WITH(n, insns, loads, stores, r, w, x, p) \
	"region\t" #n "\t4\t0\t0\nuser\t[user]\t" #insns "\t0\t" #loads "\t" #stores \
	"\t" #r "\t" #w "\t" #x "\t" #p "\n"
#define USER(n, insns, loads, stores) \
	USER_WITH(n, insns, loads, stores, 0, 0, 0, 0)
/* A walk over five lines on four pages, and what the plugin says of it. */
#define WALK(r, w, x, p) \
	{ .records = CALIBRATION_WITH(22, 5, 5, 5, 3, 1, 4) AWAY(1), \
	  .insns = USER_WITH(0, 22, 5, 5, r, w, x, p) "end\t1\n" }
/* clang-format on */

static const struct {
	const char *name;
	struct files run;
	int err;
} calibrations[] = {
	{ "as many as were executed",
	  { .records = CALIBRATION(4, 1, 1) CALIBRATION(8, 2, 2) AWAY(1),
	    .insns = USER(0, 4, 1, 1) USER(1, 8, 2, 2) "end\t2\n" },
	  0 },
	{ "an instruction more",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 5, 1, 1) "end\t1\n" },
	  -EIO },
	{ "a load less",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 0, 1) "end\t1\n" },
	  -EIO },
	{ "a store more, in the second",
	  { .records = CALIBRATION(4, 1, 1) CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 1, 1) USER(1, 4, 1, 2) "end\t2\n" },
	  -EIO },
	{ "an interrupt landed in it",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 1,
			  1) "irq\ttick\t1\t1\t1\t1\t0\t0\t0\t0\nend\t1\n" },
	  -EIO },
	{ "instructions of the kernel",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = "region\t0\t4\t0\t0\ntask\tx\t4\t0\t1\t1\t0\t0\t0\t0\nend\t1\n" },
	  -EIO },
	{ "as many lines as were touched", WALK(5, 3, 1, 4), 0 },
	{ "a line more that is read", WALK(6, 3, 1, 4), -EIO },
	{ "one less that is written", WALK(5, 2, 1, 4), -EIO },
	{ "one more that is executed", WALK(5, 3, 2, 4), -EIO },
	{ "a page less", WALK(5, 3, 1, 3), -EIO },
	{ "a region more",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 1, 1) USER(1, 4, 1, 1) "end\t2\n" },
	  -EIO },
	{ "a region less",
	  { .records = CALIBRATION(4, 1, 1) CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 1, 1) "end\t1\n" },
	  -EIO },
	{ "nothing at all", { .records = AWAY(1), .insns = "end\t0\n" }, -EIO },
	{ "no output of the plugin",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1) },
	  -EIO },
	{ "no report of the guest", { .insns = USER(0, 4, 1, 1) "end\t1\n" }, -EIO },
	{ "the clock ran on",
	  { .records = CALIBRATION(4, 1, 1) AWAY(12000000),
	    .insns = USER(0, 4, 1, 1) "end\t1\n" },
	  -EIO },
	{ "the guest hung",
	  { .records = CALIBRATION(4, 1, 1) AWAY(1),
	    .insns = USER(0, 4, 1, 1) "end\t1\n",
	    .status = STATUS(4) },
	  -EIO },
};

static void calibrating(void **state)
{
	const struct exact x = { .image.stage = "base", .image.scratch = dir };
	int before, err;

	(void)state;
	assert_int_equal(GUEST_STOP_INSNS, 12000000);
	for (size_t i = 0; i < ARRAY_SIZE(calibrations); i++) {
		to_run = calibrations[i].run;
		before = quiet_stderr();
		err = calibrate(&x);
		restore_stderr(before);
		if (err != calibrations[i].err)
			fail_msg("%s: %d", calibrations[i].name, err);
	}
}

static void callers(void **state)
{
	static const struct files good = {
		.records = good_records,
		.stacks = "0\t5\ta;b\n",
	};
	static const struct files bad[] = {
		{ .records = good_records },
		{ .stacks = "0\t5\ta;b\n" },
		{ .records = good_records, .stacks = "0\t5\n" },
		{ .records = good_records,
		  .stacks = "0\t5\ta;b\n",
		  .status = STATUS(4) },
	};
	const struct exact x = { .image.stage = "base",
				 .image.scratch = dir,
				 .stacks = "fake" };
	const json_t *line = NULL;
	json_t *lines = json_array();

	(void)state;
	to_run = good;
	assert_int_equal(add_stacks(&x, lines), 0);
	assert_int_equal(json_array_size(lines), 1);
	assert_int_equal(count(lines, "stacks", &line), 1);
	json_decref(lines);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		lines = json_array();
		to_run = bad[i];
		assert_int_equal(add_stacks(&x, lines), 0);
		assert_int_equal(json_array_size(lines), 1);
		assert_int_equal(count(lines, "failure", &line), 1);
		json_decref(lines);
	}

	lines = json_array();
	run_err = -EINTR;
	assert_int_equal(add_stacks(&x, lines), -EINTR);
	run_err = 0;
	assert_int_equal(json_array_size(lines), 0);
	json_decref(lines);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	end_scratch(dir, false);
	return 0;
}

/* Why a run over layouts has failed, the guest says, if it can. */
static void over_layouts(void **state)
{
	static const struct {
		const char *records, *reason;
	} failed[] = {
		{ EXIT(1),
		  "over layouts, the scenario's process did not end well" },
		{ FAILURE EXIT(1), "over layouts, mmap: ENOMEM" },
		{ FAILURE, "over layouts, mmap: ENOMEM" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(failed); i++) {
		const struct files files = { .records = failed[i].records,
					     .insns = "end\t0\n" };
		const struct exact x = { .image.stage = "base" };
		struct job jobs[REPEATS] = { 0 };
		json_t *lines = json_array();

		for (int r = 0; r < REPEATS; r++) {
			jobs[r].scenario = &scenario_fake;
			jobs[r].pass = &pass_insns;
			jobs[r].layouts = true;
			jobs[r].base = xasprintf("%s/run-%d", dir, r);
			write_files(jobs[r].base, &files);
		}
		conclude(&x, jobs, lines);
		assert_int_equal(json_array_size(lines), 1);
		assert_string_equal(json_string_value(json_object_get(json_array_get(lines,
										     0),
								      "reason")),
				    failed[i].reason);
		for (int r = 0; r < REPEATS; r++)
			free(jobs[r].base);
		json_decref(lines);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(concluding),	cmocka_unit_test(once),
		cmocka_unit_test(over_layouts), cmocka_unit_test(calibrating),
		cmocka_unit_test(callers),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
