// SPDX-License-Identifier: GPL-2.0-or-later
/* Scenarios that do not do what they declare: what was seen is in the record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "instruments/instrument.h"
#include "layout.h"
#include "run/pass.h"
#include "run/run.h"

#define OPS 8

/* What the operations do is set by each test. */
static unsigned int nr_calls;

/* An instrument of this program's own, with a metric that no other one knows. */
#define TOO_MANY 100
static struct metric yields[TOO_MANY + 1] = {
	{ "calls", "calls", BETTER_LOWER, READ_EACH },
};

static int open_calls(void *handle, unsigned int m, int cpu, char *reason,
		      size_t size)
{
	(void)handle, (void)m, (void)cpu, (void)reason, (void)size;
	return 0;
}

static int read_calls(void *handle, unsigned int m, uint64_t *value)
{
	(void)handle, (void)m;
	*value = nr_calls;
	return 0;
}

static void close_calls(void *handle)
{
	(void)handle;
}

INSTRUMENT(calls) = {
	.name = "calls",
	.pass = PASS_COUNTS,
	.handle_bytes = 1,
	.metrics = yields,
	.open = open_calls,
	.read = read_calls,
	.close = close_calls,
};
static int (*result_of)(unsigned int i);
static unsigned int step = 1;  /* pages from one mapping to the next */
static unsigned int gap = 100; /* and one more after so many mappings */

static char *at(const struct scenario_run *run, unsigned int i)
{
	return run->window + (step * i + i / gap) * run->unit_bytes;
}

static long map(const struct scenario_run *run, unsigned int i)
{
	long ret = result_of ? result_of(i) : 0;

	nr_calls++;
	return ret ? ret
		   : raw_mmap(at(run, i), run->unit_bytes, PROT_READ,
			      backing_anon.flags | MAP_FIXED_NOREPLACE, -1, 0);
}

static long unmap(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(at(run, i), run->unit_bytes);
}

SCENARIO(fake) = {
	SCENARIO_ID(fake),
	.claim = "adjacent mappings merge where the kernel retries",
	.backing = &backing_none,
	.ops = {
		{ .name = "mmap", .run = map,
		  .after = OUTCOME("merged", 1, 0),
		  .with = { [RETRY_NONE] = OUTCOME("fragmented", 0, 1) } },
		{ .name = "munmap", .run = unmap,
		  .after = OUTCOME("shrunk", 0, 0),
		  .with = { [RETRY_NONE] = OUTCOME("removed", 0, 0) } },
	},
};

SCENARIO(refused) = {
	SCENARIO_ID(refused),
	.claim = "every mapping is refused",
	.backing = &backing_none,
	.ops = {
		{ .name = "mmap", .run = map, .expect_errno = EINVAL,
		  .after = OUTCOME("failed:EINVAL", 0, 0) },
	},
};

static const char *impossible_here;

static int set_up(struct scenario_run *run)
{
	if (!impossible_here)
		return 0;
	snprintf(run->reason, sizeof(run->reason), "%s", impossible_here);
	return BACKING_IMPOSSIBLE;
}

/* Touched are so many pages of what is mapped. */
static unsigned int touched;

static int map_and_touch(const struct scenario_run *run)
{
	long ret = raw_mmap(run->window, OPS * run->unit_bytes,
			    PROT_READ | PROT_WRITE,
			    backing_anon.flags | MAP_FIXED_NOREPLACE, -1, 0);

	madvise(run->window, OPS * run->unit_bytes, MADV_NOHUGEPAGE);
	for (unsigned int i = 0; i < touched; i++)
		run->window[i * run->unit_bytes] = 1;
	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

static long advise(const struct scenario_run *run, unsigned int i)
{
	return raw_madvise(run->window + i * run->unit_bytes, run->unit_bytes,
			   i == OPS - 1 ? MADV_NORMAL : MADV_DONTNEED);
}

SCENARIO(populated) = {
	SCENARIO_ID(populated),
	.claim = "pages that are there, and gone but for one",
	.set = SET_MM,
	.backing = &backing_anon,
	.setup = set_up,
	.prepare = map_and_touch,
	.before = SHAPE(1, 0),
	.populated = true,
	.pages = SHAPE(0, 1),
	.ops = { OP("madvise", advise, OUTCOME("none", 1, 0),
		    .pages = SHAPE(1, 0)), },
};

SCENARIO(lost) = {
	SCENARIO_ID(lost),
	.claim = "pages that are there, and still there",
	.backing = &backing_anon,
	.prepare = map_and_touch,
	.before = SHAPE(1, 0),
	.populated = true,
	.pages = SHAPE(0, 1),
	.ops = { OP("madvise", advise, OUTCOME("none", 1, 0),
		    .pages = SHAPE(0, 1)), },
};

/* Lines of a run; in their order, by type and operation. */
static json_t *run_in(const struct pass *pass, const struct scenario *s,
		      enum retry retry)
{
	const struct run_config config = {
		.pass = pass,
		.nr_ops = OPS,
		.nr_batches = 2,
		.nr_warmup = 1,
		.dir = ".",
		.retry = retry,
		.cpu = -1,
	};
	json_t *lines = json_array();
	char *text = NULL, *rest, *line;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	nr_calls = 0;
	assert_non_null(f);
	assert_int_equal(run_scenario(s, &config, f), 0);
	fclose(f);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			json_array_append_new(lines, json_loads(line, 0, NULL));
	free(text);
	return lines;
}

static json_t *run(const struct scenario *s, enum retry retry)
{
	return run_in(&pass_counts, s, retry);
}

static const json_t *find(const json_t *lines, const char *type, const char *op)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *its =
			json_string_value(json_object_get(line, "type"));
		const char *of = json_string_value(json_object_get(line, "op"));

		if (!strcmp(its, type) && of && !strcmp(of, op))
			return line;
	}
	return NULL;
}

/* @expected: as JSON, or NULL where the shape is as declared */
static void assert_shape(const json_t *lines, const char *op, int before,
			 int after, const char *outcome, const char *expected)
{
	const json_t *shape = find(lines, "shape", op);
	json_t *want = expected ? json_loads(expected, 0, NULL) : NULL;
	json_t *got = json_object_get(shape, "expected");

	assert_non_null(shape);
	assert_null(find(lines, "failure", op));
	assert_int_equal(json_integer_value(json_object_get(shape, "vmas_before")),
			 before);
	assert_int_equal(json_integer_value(json_object_get(shape, "vmas_after")),
			 after);
	assert_string_equal(json_string_value(json_object_get(shape, "outcome")),
			    outcome);
	assert_int_equal(!want, !got);
	if (want && !json_equal(want, got))
		fail_msg("expected %s", json_dumps(got, JSON_COMPACT));
	json_decref(want);
}

static int64_t results(const json_t *lines, const char *op, const char *result)
{
	const json_t *all = json_object_get(find(lines, "shape", op), "results");

	return json_integer_value(json_object_get(all, result));
}

static int reset(void **state)
{
	(void)state;
	result_of = NULL;
	step = 1;
	gap = 100;
	return 0;
}

static void as_declared(void **state)
{
	json_t *lines = run(&scenario_fake, RETRY_EARLY);

	(void)state;
	assert_shape(lines, "mmap", 0, 1, "merged", NULL);
	assert_shape(lines, "munmap", 1, 0, "shrunk", NULL);
	json_decref(lines);
}

/* The names are of what was seen: the same on two kernels is called the same. */
static void as_on_another_kernel(void **state)
{
	json_t *lines = run(&scenario_fake, RETRY_NONE);

	(void)state;
	assert_shape(lines, "mmap", 0, 1, "merged",
		     "{\"outcome\":\"fragmented\",\"vmas_before\":0,\"vmas_after\":8,\"result\":\"success\"}");
	assert_shape(lines, "munmap", 1, 0, "shrunk", NULL);
	assert_int_equal(results(lines, "mmap", "success"), OPS);
	json_decref(lines);

	step = 2;
	lines = run(&scenario_fake, RETRY_LATE);
	assert_shape(lines, "mmap", 0, 8, "fragmented",
		     "{\"outcome\":\"merged\",\"vmas_before\":0,\"vmas_after\":1,\"result\":\"success\"}");
	assert_shape(lines, "munmap", 8, 0, "removed", NULL);
	json_decref(lines);

	/* Where it is not known how the kernel retries, either will do. */
	lines = run(&scenario_fake, RETRY_UNKNOWN);
	assert_shape(lines, "mmap", 0, 8, "fragmented", NULL);
	json_decref(lines);
}

static int every_second(unsigned int i)
{
	return i % 2 ? -ENOMEM : 0;
}

static int never(unsigned int i)
{
	(void)i;
	return -ENOMEM;
}

static void with_other_results(void **state)
{
	json_t *lines;

	(void)state;
	result_of = every_second;
	lines = run(&scenario_fake, RETRY_EARLY);
	assert_shape(lines, "mmap", 0, 4, "mixed-results",
		     "{\"outcome\":\"merged\",\"vmas_before\":0,\"vmas_after\":1,\"result\":\"success\"}");
	assert_int_equal(results(lines, "mmap", "success"), 4);
	assert_int_equal(results(lines, "mmap", "ENOMEM"), 4);
	json_decref(lines);

	/* munmap() of what was never mapped: harmless. */
	result_of = never;
	lines = run(&scenario_fake, RETRY_EARLY);
	assert_shape(lines, "mmap", 0, 0, "failed:ENOMEM",
		     "{\"outcome\":\"merged\",\"vmas_before\":0,\"vmas_after\":1,\"result\":\"success\"}");
	assert_shape(lines, "munmap", 0, 0, "shrunk", NULL);
	json_decref(lines);

	result_of = NULL;
	lines = run(&scenario_refused, RETRY_EARLY);
	assert_shape(lines, "mmap", 0, 1, "succeeded",
		     "{\"outcome\":\"failed:EINVAL\",\"vmas_before\":0,\"vmas_after\":0,\"result\":\"EINVAL\"}");
	json_decref(lines);
}

static void with_vmas_of_no_kernel(void **state)
{
	json_t *lines;

	(void)state;
	gap = 2;
	lines = run(&scenario_fake, RETRY_EARLY);
	assert_shape(lines, "mmap", 0, 4, "unexpected",
		     "{\"outcome\":\"merged\",\"vmas_before\":0,\"vmas_after\":1,\"result\":\"success\"}");
	assert_shape(lines, "munmap", 4, 0, "shrunk", NULL);
	json_decref(lines);
	lines = run(&scenario_fake, RETRY_UNKNOWN);
	assert_shape(lines, "mmap", 0, 4, "unexpected",
		     "{\"outcome\":\"merged\",\"vmas_before\":0,\"vmas_after\":1,\"result\":\"success\"}");
	json_decref(lines);
}

/* All operations of the warm-up and of the first batch, none of the second. */
static int then_never(unsigned int i)
{
	(void)i;
	return nr_calls >= 2 * OPS ? -ENOMEM : 0;
}

static int some_then_others(unsigned int i)
{
	return i ? nr_calls >= 2 * OPS ? -ENOMEM : -EAGAIN : 0;
}

static void batches_that_disagree(void **state)
{
	const json_t *failure;
	json_t *lines;

	(void)state;
	result_of = then_never;
	lines = run(&scenario_fake, RETRY_EARLY);
	failure = find(lines, "failure", "mmap");
	assert_non_null(failure);
	assert_string_equal(json_string_value(json_object_get(failure, "reason")),
			    "0 to 0 VMAs in batch 1, 0 to 1 in the one before");
	assert_null(find(lines, "row", "mmap"));
	json_decref(lines);

	result_of = some_then_others;
	lines = run(&scenario_fake, RETRY_EARLY);
	failure = find(lines, "failure", "mmap");
	assert_non_null(failure);
	assert_null(find(lines, "row", "mmap"));
	json_decref(lines);
}

static void of_an_unknown_metric(void **state)
{
	json_t *lines = run(&scenario_fake, RETRY_EARLY), *line, *row = NULL;
	size_t i;

	(void)state;
	json_array_foreach(lines, i, line) {
		const char *metric =
			json_string_value(json_object_get(line, "metric"));

		if (!row && metric && !strcmp(metric, "calls"))
			row = line;
	}
	assert_non_null(row);
	assert_string_equal(json_string_value(json_object_get(row, "op")),
			    "mmap");
	assert_string_equal(json_string_value(json_object_get(row, "unit")),
			    "calls");
	assert_int_equal(json_integer_value(json_array_get(json_object_get(row,
									   "batches"),
							   1)),
			 OPS);
	json_decref(lines);
}

static void of_too_many_metrics(void **state)
{
	json_t *lines, *line;

	(void)state;
	for (unsigned int m = 1; m < TOO_MANY; m++)
		yields[m] = yields[0];
	lines = run(&scenario_fake, RETRY_EARLY);
	yields[1].name = NULL;
	assert_int_equal(json_array_size(lines), 1);
	line = json_array_get(lines, 0);
	assert_string_equal(json_string_value(json_object_get(line, "type")),
			    "failure");
	assert_non_null(strstr(json_string_value(json_object_get(line, "reason")),
			       "too many metrics"));
	json_decref(lines);
}

static void assert_reason(json_t *lines, const char *type, const char *reason)
{
	const json_t *line = json_array_get(lines, json_array_size(lines) - 1);

	assert_string_equal(json_string_value(json_object_get(line, "type")),
			    type);
	assert_string_equal(json_string_value(json_object_get(line, "reason")),
			    reason);
	json_decref(lines);
}

/* Numbers of a range that has lost its pages are numbers of something else. */
static void of_pages_that_are_there(void **state)
{
	json_t *lines;

	(void)state;
	touched = OPS;
	lines = run(&scenario_populated, RETRY_EARLY);
	assert_shape(lines, "madvise", 1, 1, "none", NULL);
	assert_string_equal(json_string_value(json_object_get(find(lines, "row",
								   "madvise"),
							      "set")),
			    "mm");
	json_decref(lines);

	touched = OPS - 2;
	assert_reason(run(&scenario_populated, RETRY_EARLY), "failure",
		      "6 pages are in the page tables, expected 8");

	touched = OPS;
	assert_reason(run(&scenario_lost, RETRY_EARLY), "failure",
		      "1 pages are in the page tables, expected 8");
}

/* What the kernel does not have is said once, and is no failure. */
static void impossible_by_setup(void **state)
{
	json_t *lines;

	(void)state;
	impossible_here = "no such call";
	assert_reason(run_in(&pass_insns, &scenario_populated, RETRY_EARLY),
		      "skip", "no such call");
	lines = run(&scenario_populated, RETRY_EARLY);
	assert_null(find(lines, "row", "madvise"));
	json_decref(lines);
	impossible_here = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(as_declared, reset),
		cmocka_unit_test_setup(as_on_another_kernel, reset),
		cmocka_unit_test_setup(with_other_results, reset),
		cmocka_unit_test_setup(with_vmas_of_no_kernel, reset),
		cmocka_unit_test_setup(batches_that_disagree, reset),
		cmocka_unit_test_setup(of_pages_that_are_there, reset),
		cmocka_unit_test_setup(impossible_by_setup, reset),
		cmocka_unit_test_setup(of_an_unknown_metric, reset),
		cmocka_unit_test_setup(of_too_many_metrics, reset),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	/* libtracefs mounts where it can: not on this machine. */
	if (!unshare(CLONE_NEWNS))
		mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
