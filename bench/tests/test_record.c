// SPDX-License-Identifier: GPL-2.0-or-later
/* The reader of records: what is right is read, what is wrong is refused by line. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"
#include "cmocka_names.h"
#include "record/record.h"

/* clang-format off */
#define HEADER_WITH(schema, more) \
	"{\"type\":\"header\",\"schema\":" schema ",\"tier\":\"exact\"," \
	"\"stage\":\"stock\",\"kernel\":{\"release\":\"6.12\"}," \
	"\"env\":{\"cpu\":\"max\"}" more "}\n"
#define HEADER HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":0}", "")

/* Of the native tier, with an object "boot". */
#define BOOT_WITH(minor, boot) \
	"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,\"minor\":" \
	minor "},\"tier\":\"native\",\"stage\":\"stock\",\"kernel\":{\"release\":\"6.12\"}," \
	"\"env\":{\"cpu\":\"max\"},\"boot\":{" boot "}}\n"

#define ROW_OF(metric, unit, pass, exact, rest) \
	"{\"type\":\"row\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"metric\":\"" metric "\"," unit "\"pass\":\"" pass "\",\"better\":\"lower\"," \
	"\"exact\":" exact "," rest "}\n"
#define UNIT "\"unit\":\"insns/op\","
#define ROW(rest) ROW_OF("insns", UNIT, "insns", "true", rest)
#define TIME(rest) ROW_OF("latency", "\"unit\":\"ns/op\",", "time", "false", rest)
#define GOOD_ROW ROW("\"ops\":2,\"batches\":[10,14]")
#define FUNCTIONS_OF(region, class, ops, list) \
	"{\"type\":\"functions\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"region\":\"" region "\",\"class\":\"" class "\",\"ops\":" ops "," \
	"\"functions\":" list "}\n"
#define FUNCTIONS(list) FUNCTIONS_OF("op", "task", "4", list)
#define GOOD_FUNCTIONS FUNCTIONS("[[\"b.isra.0\",4,4,0,0],[\"a\",20,4,1,2]]")
#define LINES(metric, batches) \
	ROW_OF(metric, "\"unit\":\"lines/op\",", "insns", "true", "\"ops\":2," batches)
#define GOOD_LINES \
	LINES("lines_read", "\"batches\":[3,4]") LINES("lines_written", "\"batches\":[1,2]") \
	LINES("lines_code", "\"batches\":[5,6]") LINES("pages", "\"batches\":[2,2]")
#define FUNCTIONS_WITH_LINES(r, w, x, pages) \
	FUNCTIONS("[[\"a\",20,4,1,2," r "," w "," x "," pages "],[\"b\",4,4,0,0,0,1,2,0]]")
#define OBJECTS_OF(region, ops, rest) \
	"{\"type\":\"objects\",\"scenario\":\"s\",\"version\":\"1\"," \
	"\"op\":\"mmap\",\"region\":\"" region "\",\"class\":\"task\"," \
	"\"ops\":" ops "," rest "}\n"
#define OBJECTS(list) OBJECTS_OF("op", "4", "\"objects\":" list)
#define SYMBOLS(names) "{\"type\":\"symbols\",\"names\":\"" names "\"}\n"
#define CODE(list) "{\"type\":\"code\",\"functions\":" list "}\n"
#define STACKS(list) \
	"{\"type\":\"stacks\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"ops\":2,\"folded\":" list "}\n"
#define LAYOUT_AT(at, ops, totals) \
	"{\"type\":\"layout\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"layout\":" at ",\"ops\":" ops ",\"totals\":" totals "}\n"
#define LAYOUT(at) LAYOUT_AT("{" at "}", "8", "{\"insns\":16}")
#define LAYOUTS(measured, left_out) \
	"{\"type\":\"layouts\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"measured\":" measured ",\"left_out\":" left_out "}\n"
#define AT(depth, slot, entries) \
	"\"depth\":" depth ",\"slot\":" slot ",\"entries\":" entries ",\"behind\":false"
#define PARAMS(params) ROW("\"params\":" params ",\"ops\":1,\"batches\":[1]")
#define SET(set) ROW("\"set\":" set ",\"ops\":1,\"batches\":[1]")
#define SHAPE_OF(outcome, more) \
	"{\"type\":\"shape\",\"scenario\":\"s\",\"op\":\"mmap\",\"vmas_before\":1," \
	"\"vmas_after\":200,\"outcome\":\"" outcome "\",\"ops\":199" more "}\n"
#define FINDING(name, more) \
	"{\"type\":\"finding\",\"scenario\":\"s\",\"name\":\"" name "\"" more "}\n"
#define WARNING(name, more) "{\"type\":\"warning\",\"name\":\"" name "\"" more "}\n"
#define DISTURBANCES(rest) \
	"{\"type\":\"disturbances\",\"scenario\":\"s\",\"version\":\"1\"," \
	"\"op\":\"mmap\"," rest "}\n"
#define A64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256 A64 A64 A64 A64
#define TRAILER(n) "{\"type\":\"trailer\",\"lines\":" #n "}\n"
/* clang-format on */

/* One record per test, in a file of its own. */
struct fixture {
	char path[64];
	struct record *rec;
	char msg[512];
	int err;
};

static void read_bytes(struct fixture *f, const void *buf, size_t len)
{
	int fd;

	strcpy(f->path, "/tmp/test_record.XXXXXX");
	fd = mkstemp(f->path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, buf, len), (ssize_t)len);
	close(fd);
	f->err = record_read(f->path, &f->rec, f->msg, sizeof(f->msg));
	unlink(f->path);
}

static void read_text(struct fixture *f, const char *text)
{
	read_bytes(f, text, strlen(text));
}

static void assert_refused(const struct fixture *f, int line, const char *what)
{
	char where[80];

	snprintf(where, sizeof(where), "%s:%d: ", f->path, line);
	if (f->err != -EINVAL || strncmp(f->msg, where, strlen(where)) ||
	    !strstr(f->msg, what))
		fail_msg("wanted \"%s\" at line %d, got %d \"%s\"", what, line,
			 f->err, f->err ? f->msg : "");
	assert_null(f->rec);
}

static void reads_a_record(void **state)
{
	const struct record_shape *shape;
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER TIME("\"ops\":10,\"batches\":[100,50,60],\"hist\":[[4,2],[9,28]]")
			  GOOD_ROW
		  "{\"type\":\"shape\",\"scenario\":\"s\",\"op\":\"mmap\",\"vmas_before\":1,"
		  "\"vmas_after\":3,\"outcome\":\"split\",\"ops\":2}\n"
		  "{\"type\":\"skip\",\"scenario\":\"t\",\"op\":null,\"reason\":\"no DAX\"}\n"
		  "{\"type\":\"failure\",\"scenario\":\"u\",\"op\":\"mmap\",\"reason\":\"x\"}\n" TRAILER(
			  6));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->tier, TIER_EXACT);
	assert_string_equal(f.rec->stage, "stock");
	assert_string_equal(f.rec->release, "6.12");

	/* Sorted: insns before latency. */
	assert_int_equal(f.rec->nr_rows, 2);
	assert_string_equal(f.rec->rows[0].metric, "insns");
	assert_true(f.rec->rows[0].value == 6); /* 24 / (2 x 2) */
	assert_string_equal(f.rec->rows[1].metric, "latency");
	assert_true(f.rec->rows[1].value == 6); /* median of 10 5 6 */
	assert_int_equal(f.rec->rows[1].nr_batches, 3);
	assert_int_equal(f.rec->rows[1].nr_hist, 2);
	assert_true(f.rec->rows[1].hist[1].count == 28);

	assert_ptr_equal(record_find_row(f.rec, &f.rec->rows[1]),
			 &f.rec->rows[1]);
	shape = record_find_shape(f.rec, "s", "mmap");
	assert_non_null(shape);
	assert_string_equal(shape->outcome, "split");
	assert_null(record_find_shape(f.rec, "s", "munmap"));
	assert_null(f.rec->skips[0].op);
	assert_string_equal(f.rec->failures[0].op, "mmap");
	record_free(f.rec);
}

/* Which functions are where, and in which other kernels they are there, too. */
static void reads_layouts(void **state)
{
	static const struct {
		const char *text;
		int64_t layout;
		const char *set;
	} boots[] = {
		{ HEADER TRAILER(1), -1, NULL },
		{ BOOT_WITH("8", "") TRAILER(1), -1, NULL },
		{ BOOT_WITH("7", "\"layout\":7") TRAILER(1), 7, NULL },
		{ BOOT_WITH("8", "\"layout\":0,\"layout_set\":\"0123456789abcdef\"")
			  TRAILER(1),
		  0, "0123456789abcdef" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(boots); i++) {
		struct fixture f;

		read_text(&f, boots[i].text);
		if (f.err)
			fail_msg("%s", f.msg);
		assert_int_equal(f.rec->layout, boots[i].layout);
		if (boots[i].set)
			assert_string_equal(f.rec->layout_set, boots[i].set);
		else
			assert_null(f.rec->layout_set);
		record_free(f.rec);
	}
}

/* It says how far the samples of a bin are from its value. */
static void reads_the_step_of_the_clock(void **state)
{
	static const struct {
		const char *header;
		double step, spread[2];
	} steps[] = {
		{ "", 0, { 0, 0 } },
		{ ",\"clock_step_ns\":10", 10, { 10, 16 } },
		{ ",\"clock_step_ns\":0.357", 0.357, { 0.5, 16 } },
	};
	static const char *const wrong[] = { "0",      "-1",   "1e10",
					     "\"10\"", "null", "[10]" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		char *text =
			xasprintf(HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":6}",
					      "%s")
					  TIME("\"ops\":1,\"batches\":[9],\"hist\":[[40.5,2],[10000,1]]")
						  TRAILER(2),
				  steps[i].header);
		struct fixture f;

		read_text(&f, text);
		if (f.err)
			fail_msg("%s", f.msg);
		assert_true(f.rec->clock_step_ns == steps[i].step);
		assert_true(f.rec->rows[0].hist[0].value == 40.5);
		for (int b = 0; b < 2; b++)
			assert_true(f.rec->rows[0].hist[b].spread ==
				    steps[i].spread[b]);
		record_free(f.rec);
		free(text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *text =
			xasprintf(HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":6}",
					      ",\"clock_step_ns\":%s")
					  GOOD_ROW TRAILER(2),
				  wrong[i]);
		struct fixture f;

		read_text(&f, text);
		assert_refused(&f, 1, "\"clock_step_ns\" is not a number");
		free(text);
	}
}

static void reads_what_a_later_minor_adds(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":99}",
			      ",\"later\":[1]")
			  ROW("\"ops\":1,\"batches\":[1],\"later\":{\"a\":1}") "{\"type\":\"later\",\"x\":[1]}\n" TRAILER(
				  3));
	if (f.err)
		fail_msg("%s", f.msg);
	record_free(f.rec);
}

static void reads_functions(void **state)
{
	const struct record_functions *fns;
	const struct record_stacks *stacks;
	struct fixture f;

	(void)state;
	/* Before the row that they split up, and in any order. */
	read_text(&f,
		  HEADER FUNCTIONS_OF("op", "user", "4", "[[\"[user]\",8,0,0,0]]")
			  GOOD_FUNCTIONS GOOD_ROW SYMBOLS("b a a")
				  STACKS("[[\"b;a\",2],[\"[unknown]\",1]]")
					  TRAILER(6));
	if (f.err)
		fail_msg("%s", f.msg);
	fns = record_find_functions(f.rec, "s", "mmap", REGION_OP, CLASS_TASK);
	assert_non_null(fns);
	assert_int_equal(fns->ops, 4);
	assert_int_equal(fns->sum.insns, 24);
	assert_false(fns->has_lines);
	assert_int_equal(fns->nr_functions, 2);
	assert_string_equal(fns->functions[0].name, "a");
	assert_int_equal(fns->functions[0].stores, 2);
	assert_null(record_find_functions(f.rec, "s", "mmap", REGION_DRAIN,
					  CLASS_RCU));

	assert_int_equal(f.rec->nr_symbols, 3);
	assert_string_equal(f.rec->symbols[0], "a");
	assert_string_equal(f.rec->symbols[2], "b");

	stacks = record_find_stacks(f.rec, "s", "mmap");
	assert_non_null(stacks);
	assert_int_equal(stacks->nr_stacks, 2);
	assert_string_equal(stacks->stacks[1].frames, "b;a");
	assert_null(record_find_stacks(f.rec, "s", "munmap"));
	record_free(f.rec);
}

static void reads_code(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER GOOD_ROW CODE("[[\"b.isra.0\",\"0f\"],[\"a\",\"12ab\"]]")
			  TRAILER(3));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_code, 2);
	assert_string_equal(record_find_code(f.rec, "a"), "12ab");
	assert_string_equal(record_find_code(f.rec, "b.isra.0"), "0f");
	assert_null(record_find_code(f.rec, "b"));
	record_free(f.rec);

	read_text(&f, HEADER GOOD_ROW TRAILER(2));
	assert_null(record_find_code(f.rec, "a"));
	record_free(f.rec);
}

static void reads_lines_of_functions(void **state)
{
	const struct record_functions *fns;
	struct fixture f;

	(void)state;
	read_text(&f, HEADER GOOD_ROW GOOD_LINES FUNCTIONS_WITH_LINES("7", "2",
								      "9", "4")
			      TRAILER(7));
	if (f.err)
		fail_msg("%s", f.msg);
	fns = record_find_functions(f.rec, "s", "mmap", REGION_OP, CLASS_TASK);
	assert_true(fns->has_lines);
	assert_int_equal(fns->functions[0].lines_read, 7);
	assert_int_equal(fns->functions[0].lines_written, 2);
	assert_int_equal(fns->functions[0].lines_code, 9);
	assert_int_equal(fns->functions[0].pages, 4);
	assert_int_equal(fns->sum.lines_written, 3);
	assert_int_equal(fns->sum.lines_code, 11);
	record_free(f.rec);
}

static void reads_objects(void **state)
{
	const struct record_objects *objs;
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER GOOD_ROW GOOD_LINES
			  OBJECTS("[[\"vm_area_struct\",4,3],[\"[page tables]\",3,0]]")
				  TRAILER(7));
	if (f.err)
		fail_msg("%s", f.msg);
	objs = record_find_objects(f.rec, "s", "mmap");
	assert_non_null(objs);
	assert_null(objs->reason);
	assert_int_equal(objs->ops, 4);
	assert_int_equal(objs->nr_objects, 2);
	assert_string_equal(objs->objects[0].name, "[page tables]");
	assert_string_equal(objs->objects[1].name, "vm_area_struct");
	assert_int_equal(objs->objects[1].lines_written, 3);
	assert_int_equal(objs->sum.lines_read, 7);
	assert_null(record_find_objects(f.rec, "s", "munmap"));
	record_free(f.rec);

	read_text(&f, HEADER OBJECTS_OF("op", "4", "\"reason\":\"why\"")
			      TRAILER(2));
	assert_int_equal(f.err, 0);
	objs = record_find_objects(f.rec, "s", "mmap");
	assert_string_equal(objs->reason, "why");
	record_free(f.rec);
}

static void reads_sweeps_and_sets(void **state)
{
	const struct record_shape *shape;
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER ROW_OF("insns", UNIT, "insns", "true",
				"\"set\":\"extended\",\"params\":{\"threads\":4,\"population\":0},"
				"\"ops\":2,\"batches\":[10,14]")
			  ROW_OF("left_vmas", "\"unit\":\"VMAs/op\",", "counts",
				 "true",
				 "\"set\":\"primary\",\"ops\":2,\"batches\":[-3,-1]")
				  TIME("\"params\":null,\"ops\":1,\"batches\":[1]")
					  ROW_OF("zzz", UNIT, "counts", "true",
						 "\"set\":\"mm\",\"ops\":1,\"batches\":[1]")
						  SHAPE_OF("fragmented",
							   ",\"adjacent\":200")
							  TRAILER(6));
	if (f.err)
		fail_msg("%s", f.msg);

	/* insns, latency, left_vmas */
	assert_int_equal(f.rec->rows[0].set, SET_EXTENDED);
	assert_int_equal(record_param(&f.rec->rows[0], "threads"), 4);
	assert_int_equal(record_param(&f.rec->rows[0], "population"), 0);
	assert_int_equal(record_param(&f.rec->rows[0], "processes"), -1);
	assert_int_equal(f.rec->rows[1].set, SET_PRIMARY);
	assert_int_equal(record_param(&f.rec->rows[1], "threads"), -1);
	assert_int_equal(f.rec->rows[2].set, SET_PRIMARY);
	assert_int_equal(f.rec->rows[3].set, SET_MM);
	assert_true(f.rec->rows[2].value == -1); /* -4 / (2 x 2) */

	shape = record_find_shape(f.rec, "s", "mmap");
	assert_non_null(shape);
	assert_int_equal(shape->adjacent, 200);
	assert_int_equal(shape->vmas_after, 200);
	record_free(f.rec);
}

/* clang-format off */
#define EXPECTED \
	"\"expected\":{\"outcome\":\"merged\",\"vmas_before\":1," \
	"\"vmas_after\":1,\"result\":\"success\"}"
#define HEADER_OF_COMMIT \
	HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":4}", \
		    ",\"info\":{\"commit\":\"abc\"}")
/* clang-format on */

static void reads_undeclared_shapes(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER SHAPE_OF("unexpected",
				  "," EXPECTED ",\"results\":{\"success\":199}")
			  SHAPE_OF("mixed-results",
				   "," EXPECTED
				   ",\"results\":{\"success\":198,\"ENOMEM\":1}")
				  SHAPE_OF("merged", "") TRAILER(4));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_shapes, 3);
	assert_int_equal(f.rec->nr_failures, 0);
	assert_int_equal(f.rec->nr_undeclared, 2);
	assert_string_equal(f.rec->undeclared[0].scenario, "s");
	assert_string_equal(f.rec->undeclared[0].op, "mmap");
	assert_string_equal(f.rec->undeclared[0].reason,
			    "unexpected, 1 to 200 VMAs; declared: merged, 1 to 1");
	assert_string_equal(f.rec->undeclared[1].reason,
			    "mixed-results (198 success, 1 ENOMEM), 1 to 200 VMAs; declared: merged, 1 to 1");
	record_free(f.rec);

	/* Nobody declares what a commit of a user's tree does. */
	read_text(&f, HEADER_OF_COMMIT SHAPE_OF("unexpected", "," EXPECTED)
			      TRAILER(2));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_shapes, 1);
	assert_int_equal(f.rec->nr_undeclared, 0);
	record_free(f.rec);
}

static void reads_findings(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f, HEADER FINDING("commit-accounting-leak",
				     ",\"op\":\"mmap\",\"text\":\"32 MiB stay\"")
			      FINDING("a_b-1", ",\"op\":null,\"text\":\"t\"")
				      TRAILER(3));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_findings, 2);
	assert_string_equal(f.rec->findings[0].name, "commit-accounting-leak");
	assert_string_equal(f.rec->findings[0].scenario, "s");
	assert_string_equal(f.rec->findings[0].op, "mmap");
	assert_string_equal(f.rec->findings[0].reason, "32 MiB stay");
	assert_null(f.rec->findings[1].op);
	record_free(f.rec);
}

static void reads_warnings(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f, HEADER WARNING("no-invariant-tsc", ",\"text\":\"slow\"")
			      TRAILER(2));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_warnings, 1);
	assert_string_equal(f.rec->warnings[0].name, "no-invariant-tsc");
	assert_string_equal(f.rec->warnings[0].reason, "slow");
	record_free(f.rec);
}

/* A batch is disturbed once, whatever came together. */
static void counts_disturbed_batches(void **state)
{
	struct record_disturbances sum = RECORD_UNDISTURBED;
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER DISTURBANCES("\"of\":10,\"switches\":[[0,2],[7,1],[9,1]],"
				      "\"steal\":[[7,20]],\"throttles\":null,"
				      "\"quota\":[[2,50],[7,10]],"
				      "\"frequency\":[[0,2000000],[0,2200000],[5,2000000]],"
				      "\"unavailable\":{\"throttles\":\"no file\"}")
			  DISTURBANCES("\"of\":4,\"switches\":[],\"steal\":[]")
				  TRAILER(3));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_disturbances, 2);
	assert_int_equal(f.rec->disturbances[0].disturbed, 5); /* 0 2 5 7 9 */
	assert_int_equal(f.rec->disturbances[1].disturbed, 0);
	record_add_disturbances(&sum, f.rec);
	assert_int_equal(sum.nr_batches, 14);
	assert_int_equal(sum.disturbed, 5);
	assert_int_equal(sum.by[CAUSE_QUOTA], 2);
	/* In batch 7 it was the quota that stopped the task. */
	assert_int_equal(sum.by[CAUSE_SWITCH], 2);
	assert_int_equal(sum.by[CAUSE_STEAL], 1);
	assert_int_equal(sum.by[CAUSE_FREQUENCY], 2);
	/* Unavailable is not zero. */
	assert_int_equal(sum.by[CAUSE_THROTTLE], -1);
	record_free(f.rec);
}

/* The value of a row is of the batches that nothing of the host is in. */
static void leaves_shared_batches_out(void **state)
{
	static const struct {
		const char *disturbed;
		double value;
		bool left_out;
	} cases[] = {
		{ "\"shared\":[]", 3, false },
		{ "\"shared\":[[0,50],[11,12]]", 3, false },
		{ "\"shared\":[[10,50],[11,12]]", 2.5, false }, /* 10 are left */
		{ "\"shared\":[[3,20],[10,50],[11,12]]", 3, true },
		{ "\"host_faults\":[]", 3, false },
		{ "\"host_faults\":[[10,1],[11,200]]", 2.5, false },
		{ "\"shared\":[[10,50]],\"host_faults\":[[11,2]]", 2.5, false },
		{ "\"shared\":[[10,50]],\"host_faults\":[[3,1],[11,2]]", 3, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text =
			xasprintf("%s{\"type\":\"disturbances\","
				  "\"scenario\":\"s\",\"version\":\"1\","
				  "\"op\":\"mmap\",\"of\":12,%s}\n%s",
				  HEADER, cases[i].disturbed,
				  TIME("\"ops\":1,\"batches\":[1,1,2,2,2,3,3,4,4,5,9,9]")
					  TRAILER(3));
		struct fixture f;

		read_text(&f, text);
		free(text);
		if (f.err)
			fail_msg("%s", f.msg);
		assert_true(f.rec->rows[0].value == cases[i].value);
		assert_int_equal(f.rec->rows[0].shared, cases[i].left_out);
		assert_int_equal(f.rec->rows[0].nr_batches, 12);
		record_free(f.rec);
	}
}

/* What a call takes more than its body, in pairs of batches, some of them disturbed. */
static void reads_differences(void **state)
{
	struct fixture f;

	read_text(&f,
		  HEADER ROW_OF("entry_exit", "\"unit\":\"ns/op\",", "body",
				"false",
				"\"ops\":10,\"batches\":[-900,500,510,520,530,540,550,560,570,580]")
			  TIME("\"ops\":10,\"batches\":[1,2,3,4,5,6,7,8,9,10]")
				  TRAILER(3));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->rows[1].metric_id, METRIC_LATENCY);
	assert_true(isnan(f.rec->rows[1].low) && isnan(f.rec->rows[1].high));
	assert_int_equal(f.rec->rows[0].metric_id, METRIC_ENTRY);
	assert_int_equal(f.rec->rows[0].pass_id, PASS_BODY);
	assert_true(f.rec->rows[0].value == 53.5);
	assert_true(f.rec->rows[0].low == -90 && f.rec->rows[0].high == 58);
	record_free(f.rec);

	read_text(&f, HEADER ROW_OF("latency_body", "\"unit\":\"ns/op\",",
				    "body", "false",
				    "\"ops\":10,\"batches\":[-1]") TRAILER(2));
	assert_refused(&f, 2, "a negative value of latency_body");
}

static void says_what_cannot_be_opened(void **state)
{
	struct record *rec;
	char msg[256];

	(void)state;
	assert_int_equal(record_read("/nonexistent/r.jsonl", &rec, msg,
				     sizeof(msg)),
			 -ENOENT);
	assert_non_null(strstr(msg, "/nonexistent/r.jsonl: No such file"));
	assert_int_equal(record_read("/", &rec, msg, sizeof(msg)), -EISDIR);
}

/* clang-format off */
static const struct bad {
	int line;
	const char *what;
	const char *text;
} bad[] = {
	/* the file */
	{ 1, "the file is empty", "" },
	{ 1, "no header", GOOD_ROW TRAILER(1) },
	{ 2, "a second \"header\"", HEADER HEADER TRAILER(2) },
	{ 2, "no trailer", HEADER GOOD_ROW },
	{ 1, "no trailer", HEADER },
	{ 2, "not JSON", HEADER "{\"type\":\"row\",\"scen" },
	{ 2, "not JSON", HEADER "\n" TRAILER(2) },
	{ 2, "not JSON", HEADER "{} {}\n" TRAILER(2) },
	{ 2, "not JSON", HEADER "{\"type\":\"skip\",\"type\":\"skip\"}\n" TRAILER(2) },
	{ 2, "not an object", HEADER "[1]\n" TRAILER(2) },
	{ 2, "\"type\" is missing", HEADER "{}\n" TRAILER(2) },
	{ 2, "unknown type \"foo\"", HEADER "{\"type\":\"foo\"}\n" TRAILER(2) },
	{ 3, "trailer counts 1 lines, the file has 2", HEADER GOOD_ROW TRAILER(1) },
	{ 3, "trailer counts 9 lines", HEADER GOOD_ROW TRAILER(9) },
	{ 3, "after the trailer", HEADER TRAILER(1) GOOD_ROW },
	{ 3, "in the file twice", HEADER GOOD_ROW GOOD_ROW TRAILER(3) },
	{ 2, "\"lines\" is 9007199254740992", HEADER TRAILER(9007199254740992) },

	/* the header */
	{ 1, "major 2 is unknown",
	  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":2}", "") TRAILER(1) },
	{ 1, "\"major\" is missing", HEADER_WITH("{\"name\":\"vmabench-record\"}", "") TRAILER(1) },
	{ 1, "is not \"vmabench-record\"",
	  HEADER_WITH("{\"name\":\"other\",\"major\":1}", "") TRAILER(1) },
	{ 1, "\"name\" is missing", HEADER_WITH("3", "") TRAILER(1) },
	{ 1, "\"release\" is longer than 255 bytes",
	  "{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1},"
	  "\"tier\":\"exact\",\"kernel\":{\"release\":\"" A256 "\"},\"env\":{}}\n" TRAILER(1) },
	{ 1, "\"stage\" is \"../x\"",
	  "{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1},"
	  "\"tier\":\"exact\",\"stage\":\"../x\",\"kernel\":{\"release\":\"6.12\"},\"env\":{}}\n" TRAILER(1) },
	{ 1, "\"info\": \"a\" is not a string",
	  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1}", ",\"info\":{\"a\":1}") TRAILER(1) },

	/* the layout of a boot */
	{ 1, "\"layout\" is -7, less than 0", BOOT_WITH("7", "\"layout\":-7") TRAILER(1) },
	{ 1, "\"layout\" is missing or not an integer",
	  BOOT_WITH("7", "\"layout\":\"x\"") TRAILER(1) },
	{ 1, "\"layout\" is missing or not an integer",
	  BOOT_WITH("7", "\"layout\":null") TRAILER(1) },
	{ 1, "\"layout\" is missing or not an integer",
	  BOOT_WITH("7", "\"layout\":1.5") TRAILER(1) },
	{ 1, "\"layout\" is 9007199254740992",
	  BOOT_WITH("7", "\"layout\":9007199254740992") TRAILER(1) },
	{ 1, "\"layout_set\" without \"layout\"",
	  BOOT_WITH("8", "\"layout_set\":\"0123456789abcdef\"") TRAILER(1) },
	{ 1, "\"layout_set\" is missing", BOOT_WITH("8", "\"layout\":1") TRAILER(1) },
	{ 1, "\"layout_set\" is missing",
	  BOOT_WITH("7", "\"layout\":1,\"layout_set\":null") TRAILER(1) },
	{ 1, "\"layout_set\" is \"0123456789abcde\", not [0-9a-f]{16}",
	  BOOT_WITH("8", "\"layout\":1,\"layout_set\":\"0123456789abcde\"") TRAILER(1) },
	{ 1, "\"layout_set\" is \"0123456789abcdeF\"",
	  BOOT_WITH("8", "\"layout\":1,\"layout_set\":\"0123456789abcdeF\"") TRAILER(1) },

	/* names and strings */
	{ 2, "\"metric\" is \"a/b\"", HEADER
	  ROW_OF("a/b", UNIT, "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"metric\" is \"../x\"", HEADER
	  ROW_OF("../x", UNIT, "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"metric\" is \"Insns\"", HEADER
	  ROW_OF("Insns", UNIT, "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"metric\" is empty", HEADER
	  ROW_OF("", UNIT, "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "a name is [a-z0-9_]{1,64}", HEADER
	  ROW_OF("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", UNIT,
		 "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"scenario\" is \"/etc/passwd\"", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"/etc/passwd\",\"reason\":\"r\"}\n" TRAILER(2) },
	{ 2, "\"op\" is \"a/b\"", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"op\":\"a/b\",\"reason\":\"r\"}\n" TRAILER(2) },
	{ 2, "control character in a string", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\\u0007\",\"reason\":\"r\"}\n" TRAILER(2) },
	{ 2, "\"unit\" is longer than 255 bytes", HEADER
	  ROW_OF("insns", "\"unit\":\"" A256 "\",", "insns", "true", "\"ops\":1,\"batches\":[1]")
	  TRAILER(2) },
	{ 2, "\"unit\" is missing", HEADER
	  ROW_OF("insns", "", "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"unit\" is empty", HEADER
	  ROW_OF("insns", "\"unit\":\"\",", "insns", "true", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"exact\" is missing", HEADER
	  ROW_OF("insns", UNIT, "insns", "1", "\"ops\":1,\"batches\":[1]") TRAILER(2) },
	{ 2, "control character in a string", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"\\u001b[2J\"}\n" TRAILER(2) },
	{ 2, "control character in a string", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"\\u009b2J\"}\n" TRAILER(2) },
	{ 2, "control character in a string", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"x\":[{\"y\":\"\\n\"}],\"reason\":\"r\"}\n" TRAILER(2) },
	{ 2, "control character in a key", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"r\",\"\\u0007\":1}\n" TRAILER(2) },
	{ 2, "hidden character in a string", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"ab\\u202egpj.exe\"}\n" TRAILER(2) },
	{ 2, "hidden character in a key", HEADER
	  "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"r\",\"a\\u200b\":1}\n" TRAILER(2) },
	{ 2, "\"reason\" is missing", HEADER
	  "{\"type\":\"failure\",\"scenario\":\"s\"}\n" TRAILER(2) },
	{ 2, "\"vmas_after\" is -1", HEADER
	  "{\"type\":\"shape\",\"scenario\":\"s\",\"op\":\"mmap\",\"vmas_before\":1,"
	  "\"vmas_after\":-1,\"outcome\":\"split\",\"ops\":2}\n" TRAILER(2) },

	/* numbers */
	{ 2, "\"ops\" is 0", HEADER ROW("\"ops\":0,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"ops\" is -3", HEADER ROW("\"ops\":-3,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"ops\" is 2147483648, more than", HEADER
	  ROW("\"ops\":2147483648,\"batches\":[1]") TRAILER(2) },
	{ 2, "too big integer", HEADER ROW("\"ops\":9e18,\"x\":9223372036854775808,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"ops\" is missing or not an integer",
	  HEADER ROW("\"ops\":1.5,\"batches\":[1]") TRAILER(2) },
	{ 2, "not JSON", HEADER ROW("\"ops\":1,\"batches\":[NaN]") TRAILER(2) },
	{ 2, "not JSON", HEADER ROW("\"ops\":1,\"batches\":[Infinity]") TRAILER(2) },
	{ 2, "real number overflow", HEADER ROW("\"ops\":1,\"batches\":[1e999]") TRAILER(2) },
	{ 2, "too big integer", HEADER
	  ROW("\"ops\":1,\"batches\":[99999999999999999999]") TRAILER(2) },
	{ 2, "\"batches\" overflow", HEADER
	  ROW("\"ops\":1,\"batches\":[1.7e308,1.7e308]") TRAILER(2) },
	{ 2, "duplicate object key", HEADER
	  ROW("\"ops\":1,\"batches\":[1],\"batches\":[2]") TRAILER(2) },
	{ 2, "duplicate object key", HEADER
	  ROW("\"ops\":1,\"batches\":[1],\"b\\u0061tches\":[2]") TRAILER(2) },
	{ 2, "duplicate object key", HEADER
	  ROW("\"ops\":1,\"batches\":[1],\"hist\":[[1,1]],\"hist\":[]") TRAILER(2) },
	{ 2, "duplicate object key", HEADER
	  ROW("\"ops\":1,\"batches\":[1],\"x\":{\"y\":1,\"y\":1}") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER ROW("\"ops\":1") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER
	  ROW("\"ops\":1,\"x\":{\"batches\":[1]}") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER
	  ROW("\"ops\":1,\"x\":\"\\\"batches\\\":[1]\"") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER ROW("\"ops\":1,\"batches\":[]") TRAILER(2) },
	{ 2, "not a number", HEADER ROW("\"ops\":1,\"batches\":[\"1\"]") TRAILER(2) },
	{ 2, "not a number", HEADER ROW("\"ops\":1,\"batches\":[null]") TRAILER(2) },
	{ 2, "a negative value of latency", HEADER TIME("\"ops\":1,\"batches\":[-1]") TRAILER(2) },
	{ 2, "a negative value of insns", HEADER ROW("\"ops\":1,\"batches\":[-1]") TRAILER(2) },
	{ 2, "a negative value of vmas_left", HEADER
	  ROW_OF("vmas_left", UNIT, "counts", "true", "\"ops\":1,\"batches\":[-1]") TRAILER(2) },
	{ 2, "real number overflow", HEADER
	  ROW_OF("left_vmas", UNIT, "counts", "true", "\"ops\":1,\"batches\":[-1e999]") TRAILER(2) },
	{ 2, "\"per_op\" holds 1 values", HEADER
	  ROW("\"ops\":2,\"batches\":[1],\"per_op\":[1]") TRAILER(2) },
	{ 2, "\"hist\" is not ascending", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,1],[2,1]]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,0]]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,1.0]]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,9007199254740992]]") TRAILER(2) },
	{ 2, "\"hist\" is not an array", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":{}") TRAILER(2) },
	{ 2, "not a number", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[1,2]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,1,1]]") TRAILER(2) },
	{ 2, "a negative value of latency", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[-2,1]]") TRAILER(2) },

	/* sweeps, sets, shapes, findings */
	{ 2, "\"params\" is not an object", HEADER PARAMS("[1]") TRAILER(2) },
	{ 2, "\"params\" is \"Threads\"", HEADER PARAMS("{\"Threads\":1}") TRAILER(2) },
	{ 2, "\"params\" is \"\"", HEADER PARAMS("{\"\":1}") TRAILER(2) },
	{ 2, "\"params\" holds a count that is not", HEADER PARAMS("{\"a\":-1}") TRAILER(2) },
	{ 2, "\"params\" holds a count that is not", HEADER PARAMS("{\"a\":1.5}") TRAILER(2) },
	{ 2, "\"params\" holds a count that is not", HEADER PARAMS("{\"a\":\"1\"}") TRAILER(2) },
	{ 2, "\"params\" holds a count that is not", HEADER
	  PARAMS("{\"a\":9007199254740992}") TRAILER(2) },
	{ 2, "\"params\" holds 9, more than 8", HEADER
	  PARAMS("{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1}")
	  TRAILER(2) },
	{ 2, "not JSON", HEADER PARAMS("{\"a\":1,\"a\":1}") TRAILER(2) },
	{ 2, "\"set\" is \"other\": primary, extended or mm", HEADER SET("\"other\"") TRAILER(2) },
	{ 2, "\"set\" is missing or not a string", HEADER SET("1") TRAILER(2) },
	{ 2, "\"params\" is not an object", HEADER
	  SHAPE_OF("split", ",\"params\":1") TRAILER(2) },
	{ 2, "\"outcome\" is \"a b\": an outcome is [A-Za-z0-9:-]{1,64}", HEADER
	  SHAPE_OF("a b", "") TRAILER(2) },
	{ 2, "\"adjacent\" is 0", HEADER SHAPE_OF("split", ",\"adjacent\":0") TRAILER(2) },
	{ 2, "\"adjacent\" is missing or not an integer", HEADER
	  SHAPE_OF("split", ",\"adjacent\":1.5") TRAILER(2) },
	{ 2, "\"name\" is \"a b\": a finding is [a-z0-9_-]{1,64}", HEADER
	  FINDING("a b", ",\"text\":\"t\"") TRAILER(2) },
	{ 2, "\"text\" is missing", HEADER FINDING("a", "") TRAILER(2) },
	{ 2, "\"text\" is empty", HEADER FINDING("a", ",\"text\":\"\"") TRAILER(2) },
	{ 2, "\"op\" is \"a/b\"", HEADER
	  FINDING("a", ",\"op\":\"a/b\",\"text\":\"t\"") TRAILER(2) },
	{ 2, "control character in a string", HEADER
	  FINDING("a", ",\"text\":\"\\u001b[2J\"") TRAILER(2) },

	/* shapes that are not declared */
	{ 2, "\"outcome\" is missing", HEADER
	  SHAPE_OF("a", ",\"expected\":{}") TRAILER(2) },
	{ 2, "\"outcome\" is missing", HEADER
	  SHAPE_OF("a", ",\"expected\":7") TRAILER(2) },
	{ 2, "\"result\" is \"a b\"", HEADER
	  SHAPE_OF("a", ",\"expected\":{\"outcome\":\"b\",\"result\":\"a b\"}") TRAILER(2) },
	{ 2, "\"vmas_after\" is -1", HEADER
	  SHAPE_OF("a", ",\"expected\":{\"outcome\":\"b\",\"result\":\"c\","
			"\"vmas_before\":1,\"vmas_after\":-1}") TRAILER(2) },
	{ 2, "\"results\" is \"a b\"", HEADER
	  SHAPE_OF("a", ",\"results\":{\"a b\":1}") TRAILER(2) },
	{ 2, "\"results\" holds a count that is not", HEADER
	  SHAPE_OF("a", ",\"results\":{\"a\":-1}") TRAILER(2) },

	/* warnings, disturbed batches */
	{ 2, "\"name\" is \"a b\"", HEADER WARNING("a b", ",\"text\":\"t\"") TRAILER(2) },
	{ 2, "\"text\" is missing", HEADER WARNING("a", "") TRAILER(2) },
	{ 2, "\"of\" is missing or not an integer", HEADER
	  DISTURBANCES("\"switches\":[]") TRAILER(2) },
	{ 2, "\"of\" is 0, less than 1", HEADER DISTURBANCES("\"of\":0") TRAILER(2) },
	{ 2, "\"of\" is 1048577, more than 1048576", HEADER
	  DISTURBANCES("\"of\":1048577") TRAILER(2) },
	{ 2, "\"switches\" is neither an array nor null", HEADER
	  DISTURBANCES("\"of\":4,\"switches\":1") TRAILER(2) },
	{ 2, "\"steal\" holds something that is not [batch, count]", HEADER
	  DISTURBANCES("\"of\":4,\"steal\":[[1]]") TRAILER(2) },
	{ 2, "\"throttles\" holds a count that is not", HEADER
	  DISTURBANCES("\"of\":4,\"throttles\":[[1,-1]]") TRAILER(2) },
	{ 2, "\"switches\" names batch 4", HEADER
	  DISTURBANCES("\"of\":4,\"switches\":[[4,1]]") TRAILER(2) },
	{ 2, "\"switches\" names batch 2", HEADER
	  DISTURBANCES("\"of\":4,\"switches\":[[2,1],[2,1]]") TRAILER(2) },
	{ 2, "\"frequency\" names batch 1", HEADER
	  DISTURBANCES("\"of\":4,\"frequency\":[[0,1],[1,1],[1,1]]") TRAILER(2) },
	{ 3, "\"shared\" comes after a row of s mmap", HEADER
	  TIME("\"ops\":1,\"batches\":[1]")
	  DISTURBANCES("\"of\":1,\"shared\":[]") TRAILER(3) },
	{ 3, "\"host_faults\" comes after a row of s mmap", HEADER
	  TIME("\"ops\":1,\"batches\":[1]")
	  DISTURBANCES("\"of\":1,\"host_faults\":[]") TRAILER(3) },
	{ 2, "\"unavailable\": \"a\" is not a string", HEADER
	  DISTURBANCES("\"of\":4,\"unavailable\":{\"a\":1}") TRAILER(2) },

	{ 2, "\"vmas_before\" is 9007199254740992", HEADER
	  "{\"type\":\"shape\",\"scenario\":\"s\",\"op\":\"mmap\","
	  "\"vmas_before\":9007199254740992,\"vmas_after\":1,\"outcome\":\"split\",\"ops\":2}\n"
	  TRAILER(2) },

	/* functions */
	{ 3, "whose row insns is not exact", HEADER
	  ROW_OF("insns", UNIT, "insns", "false", "\"ops\":2,\"batches\":[10,14]")
	  FUNCTIONS("[[\"a\",24,0,0,0]]") TRAILER(3) },
	{ 3, "add up to 23 instructions, its row insns to 24",
	  HEADER GOOD_ROW FUNCTIONS("[[\"a\",23,0,0,0]]") TRAILER(3) },
	{ 3, "are of 2 operations, its row insns of 4",
	  HEADER GOOD_ROW FUNCTIONS_OF("op", "task", "2", "[[\"a\",24,0,0,0]]") TRAILER(3) },
	{ 2, "without its row insns", HEADER GOOD_FUNCTIONS TRAILER(2) },
	{ 3, "without its row insns_deferred", HEADER GOOD_ROW
	  FUNCTIONS_OF("drain", "rcu", "4", "[]") TRAILER(3) },
	{ 3, "add up to 9 instructions, its row insns_deferred to 8", HEADER
	  ROW_OF("insns_deferred", UNIT, "insns", "true", "\"ops\":2,\"batches\":[3,5]")
	  FUNCTIONS_OF("drain", "rcu", "4", "[[\"a\",9,0,0,0]]") TRAILER(3) },
	{ 4, "are in the file twice", HEADER GOOD_ROW GOOD_FUNCTIONS GOOD_FUNCTIONS TRAILER(4) },
	{ 2, "holds a twice", HEADER FUNCTIONS("[[\"a\",1,0,0,0],[\"a\",1,0,0,0]]") TRAILER(2) },
	{ 2, "is not [name, hash in hex]", HEADER CODE("[[\"a\"]]") TRAILER(2) },
	{ 2, "is not [name, hash in hex]", HEADER CODE("[[\"a\",1]]") TRAILER(2) },
	{ 2, "is not [name, hash in hex]", HEADER CODE("[[\"a\",\"\"]]") TRAILER(2) },
	{ 2, "is not [name, hash in hex]", HEADER CODE("[[\"a\",\"0g\"]]") TRAILER(2) },
	{ 2, "is not [name, hash in hex]", HEADER CODE("[[\"a\",\"" A256 "\"]]") TRAILER(2) },
	{ 2, "the function \"a b\"", HEADER CODE("[[\"a b\",\"0a\"]]") TRAILER(2) },
	{ 2, "holds a twice", HEADER CODE("[[\"a\",\"0a\"],[\"a\",\"0a\"]]") TRAILER(2) },
	{ 2, "\"functions\" is missing", HEADER CODE("{}") TRAILER(2) },
	{ 3, "a second \"code\"", HEADER CODE("[]") CODE("[]") TRAILER(3) },
	{ 2, "\"region\" is \"boot\"", HEADER FUNCTIONS_OF("boot", "task", "4", "[]") TRAILER(2) },
	{ 2, "\"class\" is \"nmi\"", HEADER FUNCTIONS_OF("op", "nmi", "4", "[]") TRAILER(2) },
	{ 2, "\"ops\" is 0", HEADER FUNCTIONS_OF("op", "task", "0", "[]") TRAILER(2) },
	{ 2, "\"ops\" is 2147483648", HEADER
	  FUNCTIONS_OF("op", "task", "2147483648", "[]") TRAILER(2) },
	{ 2, "\"functions\" is missing", HEADER FUNCTIONS("{}") TRAILER(2) },
	{ 2, "is not [name, insns", HEADER FUNCTIONS("[[\"a\",1,0,0]]") TRAILER(2) },
	{ 2, "is not [name, insns", HEADER FUNCTIONS("[[1,1,0,0,0]]") TRAILER(2) },
	{ 2, "is not [name, insns", HEADER FUNCTIONS("[\"a\"]") TRAILER(2) },
	{ 2, "the function \"a b\"", HEADER FUNCTIONS("[[\"a b\",1,0,0,0]]") TRAILER(2) },
	{ 2, "the function \"[kernel]\"", HEADER FUNCTIONS("[[\"[kernel]\",1,0,0,0]]") TRAILER(2) },
	{ 2, "the function \"\"", HEADER FUNCTIONS("[[\"\",1,0,0,0]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER FUNCTIONS("[[\"a\",-1,0,0,0]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER FUNCTIONS("[[\"a\",1.5,0,0,0]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER FUNCTIONS("[[\"a\",1,0,0,null]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER FUNCTIONS("[[\"a\",9007199254740992,0,0,0]]") TRAILER(2) },
	{ 2, "add up to 2^53", HEADER
	  FUNCTIONS("[[\"a\",9007199254740991,0,0,0],[\"b\",1,0,0,0]]") TRAILER(2) },
	{ 7, "add up to 6 lines, its row lines_read to 7", HEADER GOOD_ROW GOOD_LINES
	  FUNCTIONS_WITH_LINES("6", "2", "9", "4") TRAILER(7) },
	{ 7, "add up to 4 lines, its row lines_written to 3", HEADER GOOD_ROW GOOD_LINES
	  FUNCTIONS_WITH_LINES("7", "3", "9", "4") TRAILER(7) },
	{ 7, "add up to 10 lines, its row lines_code to 11", HEADER GOOD_ROW GOOD_LINES
	  FUNCTIONS_WITH_LINES("7", "2", "8", "4") TRAILER(7) },
	{ 7, "add up to 5 pages, its row pages to 4", HEADER GOOD_ROW GOOD_LINES
	  FUNCTIONS_WITH_LINES("7", "2", "9", "5") TRAILER(7) },
	{ 3, "without its row lines_read", HEADER GOOD_ROW
	  FUNCTIONS_WITH_LINES("7", "2", "9", "4") TRAILER(3) },
	{ 2, "of some functions and not of others", HEADER
	  FUNCTIONS("[[\"a\",1,0,0,0],[\"b\",1,0,0,0,1,1,1,1]]") TRAILER(2) },
	{ 2, "of some functions and not of others", HEADER
	  FUNCTIONS("[[\"a\",1,0,0,0,1,1,1,1],[\"b\",1,0,0,0]]") TRAILER(2) },
	{ 2, "is not [name, insns", HEADER FUNCTIONS("[[\"a\",1,0,0,0,1]]") TRAILER(2) },
	{ 2, "is not [name, insns", HEADER FUNCTIONS("[[\"a\",1,0,0,0,1,1,1,1,1]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER FUNCTIONS("[[\"a\",1,0,0,0,1,1,1,-1]]") TRAILER(2) },
	{ 2, "add up to 2^53", HEADER
	  FUNCTIONS("[[\"a\",1,0,0,0,1,1,9007199254740991,1],[\"b\",1,0,0,0,1,1,1,1]]") TRAILER(2) },
	{ 7, "objects of s mmap add up to 8 lines, its row lines_read to 7", HEADER
	  GOOD_ROW GOOD_LINES OBJECTS("[[\"a\",8,3]]") TRAILER(7) },
	{ 7, "objects of s mmap add up to 2 lines, its row lines_written to 3", HEADER
	  GOOD_ROW GOOD_LINES OBJECTS("[[\"a\",7,2]]") TRAILER(7) },
	{ 7, "are of 2 operations, its row lines_read of 4", HEADER GOOD_ROW GOOD_LINES
	  OBJECTS_OF("op", "2", "\"objects\":[[\"a\",7,3]]") TRAILER(7) },
	{ 2, "without its row lines_read", HEADER OBJECTS("[]") TRAILER(2) },
	{ 3, "are in the file twice", HEADER OBJECTS_OF("op", "4", "\"reason\":\"x\"")
	  OBJECTS_OF("op", "4", "\"reason\":\"x\"") TRAILER(3) },
	{ 2, "\"region\" is \"up\"", HEADER OBJECTS_OF("up", "4", "\"objects\":[]") TRAILER(2) },
	{ 2, "\"reason\" is missing", HEADER OBJECTS_OF("op", "4", "\"x\":1") TRAILER(2) },
	{ 2, "\"objects\" is not an array", HEADER OBJECTS("{}") TRAILER(2) },
	{ 2, "is not [name, lines_read, lines_written]", HEADER OBJECTS("[[\"a\",1]]") TRAILER(2) },
	{ 2, "is not [name, lines_read, lines_written]", HEADER OBJECTS("[[1,1,1]]") TRAILER(2) },
	{ 2, "\"objects\" holds a twice", HEADER OBJECTS("[[\"a\",1,1],[\"a\",1,1]]") TRAILER(2) },
	{ 2, "\"[heap]\", which is no object", HEADER OBJECTS("[[\"[heap]\",1,1]]") TRAILER(2) },
	{ 2, "none of a slab cache", HEADER OBJECTS("[[\"a b\",1,1]]") TRAILER(2) },
	{ 2, "none of a slab cache", HEADER OBJECTS("[[\"\u00e9\",1,1]]") TRAILER(2) },
	{ 2, "\"\", which is no object", HEADER OBJECTS("[[\"\",1,1]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER OBJECTS("[[\"a\",1,-1]]") TRAILER(2) },
	{ 2, "add up to 2^53", HEADER
	  OBJECTS("[[\"a\",0,9007199254740991],[\"b\",0,1]]") TRAILER(2) },
	{ 2, "\"names\" is empty", HEADER SYMBOLS("") TRAILER(2) },
	{ 2, "the function \"\"", HEADER SYMBOLS("a  b") TRAILER(2) },
	{ 2, "the function \"\"", HEADER SYMBOLS("a ") TRAILER(2) },
	{ 2, "the function \"b/c\"", HEADER SYMBOLS("a b/c") TRAILER(2) },
	{ 3, "a second \"symbols\"", HEADER SYMBOLS("a") SYMBOLS("b") TRAILER(3) },
	{ 2, "is not [frames, insns]", HEADER STACKS("[[\"a\"]]") TRAILER(2) },
	{ 2, "the function \"\"", HEADER STACKS("[[\"a;;b\",1]]") TRAILER(2) },
	{ 2, "the function \"b c\"", HEADER STACKS("[[\"a;b c\",1]]") TRAILER(2) },
	{ 2, "a count that is not", HEADER STACKS("[[\"a\",-1]]") TRAILER(2) },
	{ 2, "holds a twice", HEADER STACKS("[[\"a\",1],[\"a\",1]]") TRAILER(2) },
	{ 3, "stacks of s mmap are in the file twice",
	  HEADER STACKS("[]") STACKS("[]") TRAILER(3) },

	/* layouts of the tree */
	{ 2, "\"layout\" is missing", HEADER LAYOUT_AT("[]", "8", "{\"insns\":1}") TRAILER(2) },
	{ 2, "\"depth\" is 0", HEADER LAYOUT(AT("0", "1", "2")) TRAILER(2) },
	{ 2, "\"depth\" is 32", HEADER LAYOUT(AT("32", "1", "2")) TRAILER(2) },
	{ 2, "\"entries\" is 0", HEADER LAYOUT(AT("2", "0", "0")) TRAILER(2) },
	{ 2, "\"entries\" is 32", HEADER LAYOUT(AT("2", "0", "32")) TRAILER(2) },
	{ 2, "\"slot\" is -1", HEADER LAYOUT(AT("2", "-1", "12")) TRAILER(2) },
	{ 2, "\"slot\" is 12, more than 11", HEADER LAYOUT(AT("2", "12", "12")) TRAILER(2) },
	{ 2, "\"behind\" is missing", HEADER
	  LAYOUT("\"depth\":2,\"slot\":1,\"entries\":2") TRAILER(2) },
	{ 2, "\"behind\" is missing or neither", HEADER
	  LAYOUT("\"depth\":2,\"slot\":1,\"entries\":2,\"behind\":0") TRAILER(2) },
	{ 2, "\"ops\" is 0", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "0", "{\"insns\":1}") TRAILER(2) },
	{ 2, "\"totals\" is missing, empty", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "8", "{}") TRAILER(2) },
	{ 2, "\"totals\" is missing, empty", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "8", "[1]") TRAILER(2) },
	{ 2, "\"totals\" holds a count that is not", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "8", "{\"insns\":-1}") TRAILER(2) },
	{ 2, "\"totals\" holds a count that is not", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "8", "{\"insns\":null}") TRAILER(2) },
	{ 2, "\"totals\" holds \"cost\", which is no metric", HEADER
	  LAYOUT_AT("{" AT("2", "1", "2") "}", "8", "{\"cost\":1}") TRAILER(2) },
	{ 4, "depth 2, slot 1 of 2 of s mmap is in the file twice", HEADER
	  LAYOUT(AT("2", "1", "2")) LAYOUT(AT("3", "1", "2")) LAYOUT(AT("2", "1", "2"))
	  TRAILER(4) },
	{ 2, "\"measured\" is missing", HEADER LAYOUTS("null", "[]") TRAILER(2) },
	{ 2, "\"left_out\" is missing or not an array", HEADER LAYOUTS("0", "{}") TRAILER(2) },
	{ 2, "\"left_out\" is missing or not an object", HEADER LAYOUTS("0", "[1]") TRAILER(2) },
	{ 2, "\"depth\" is 0", HEADER LAYOUTS("0", "[{" AT("0", "1", "2") "}]") TRAILER(2) },
	{ 3, "\"measured\" is 2, and the record has 1 layouts of s mmap", HEADER
	  LAYOUT(AT("2", "1", "2")) LAYOUTS("2", "[]") TRAILER(3) },
	{ 3, "layouts of s mmap are counted twice", HEADER
	  LAYOUTS("0", "[]") LAYOUTS("0", "[]") TRAILER(3) },
	{ 2, "a layout of s mmap is of another version than its rows", HEADER
	  LAYOUT(AT("2", "1", "2"))
	  "{\"type\":\"row\",\"scenario\":\"s\",\"version\":\"2\",\"op\":\"mmap\","
	  "\"metric\":\"insns\"," UNIT "\"pass\":\"insns\",\"better\":\"lower\","
	  "\"exact\":true,\"ops\":1,\"batches\":[1]}\n" TRAILER(3) },
};
/* clang-format on */

/* In order, whatever the file's, and what was not counted is not 0. */
static void reads_layouts_of_the_tree(void **state)
{
	const struct record_tree *tree;
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER LAYOUT(AT("3", "1", "2"))
			  LAYOUT_AT("{\"depth\":2,\"slot\":5,\"entries\":12,\"behind\":true}",
				    "4", "{\"insns\":40,\"maple_stores\":0}")
				  GOOD_ROW LAYOUT(AT("2", "5", "12"))
					  LAYOUTS("3", "[{" AT("2", "0", "12") "}]")
						  TRAILER(6));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_trees, 3);
	assert_false(f.rec->trees[0].at.behind);
	tree = &f.rec->trees[1];
	assert_int_equal(tree->at.depth, 2);
	assert_int_equal(tree->at.slot, 5);
	assert_int_equal(tree->at.entries, 12);
	assert_true(tree->at.behind);
	assert_int_equal(tree->ops, 4);
	assert_int_equal(tree->totals[METRIC_INSNS], 40);
	assert_int_equal(tree->totals[METRIC_MAPLE_STORES], 0);
	assert_int_equal(tree->totals[METRIC_NODE_SPLITS], -1);
	assert_int_equal(f.rec->trees[2].at.depth, 3);
	assert_int_equal(f.rec->nr_tree_counts, 1);
	assert_int_equal(f.rec->tree_counts[0].measured, 3);
	assert_int_equal(f.rec->tree_counts[0].left_out, 1);
	record_free(f.rec);
}

/* What a later minor counts is not known, and no reason to refuse the rest. */
static void ignores_later_totals(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":99}",
			      "") LAYOUT_AT("{" AT("2", "1", "2") "}", "8",
					    "{\"insns\":16,\"misses\":3}")
			  TRAILER(2));
	if (f.err)
		fail_msg("%s", f.msg);
	assert_int_equal(f.rec->nr_trees, 1);
	record_free(f.rec);
}

static void refuses_by_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct fixture f;

		read_text(&f, bad[i].text);
		assert_refused(&f, bad[i].line, bad[i].what);
	}
}

/* Arrays that were read before do not shift it. */
static void says_where_in_the_line(void **state)
{
	static const char row[] =
		ROW("\"ops\":1,\"batches\":[1,2,3],\"per_op\":[1,2,3],,");
	struct fixture f;
	char where[32];

	(void)state;
	read_text(&f,
		  HEADER ROW("\"ops\":1,\"batches\":[1,2,3],\"per_op\":[1,2,3],,")
			  TRAILER(2));
	snprintf(where, sizeof(where), "(byte %zu)",
		 (size_t)(strstr(row, ",,") + 2 - row));
	assert_refused(&f, 2, where);
}

/* A message goes to a terminal: what it quotes must not reach it raw. */
static void messages_are_printable(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f, HEADER "\033[2J\n" TRAILER(2));
	assert_refused(&f, 2, "not JSON");
	for (const char *c = f.msg; *c; c++)
		assert_uint_in_range(*c, ' ', '~');
}

static void refuses_deep_nesting(void **state)
{
	const size_t depth = 100000, header = strlen(HEADER);
	char *text = malloc(header + depth + 1);
	struct fixture f;

	(void)state;
	assert_non_null(text);
	memcpy(text, HEADER, header);
	memset(text + header, '[', depth);
	read_bytes(&f, text, header + depth);
	assert_refused(&f, 2, "maximum parsing depth");
	free(text);
}

static void refuses_a_long_line(void **state)
{
	const size_t header = strlen(HEADER), len = header + RECORD_LINE_MAX + 1;
	char *text = malloc(len);
	struct fixture f;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	memcpy(text, HEADER, header);
	read_bytes(&f, text, len);
	assert_refused(&f, 2, "longer than 16 MiB");
	free(text);
}

static void refuses_long_names(void **state)
{
	char name[RECORD_FUNCTION_MAX + 2], text[2048];
	struct fixture f;

	(void)state;
	for (int over = 0; over < 2; over++) {
		memset(name, 'a', sizeof(name));
		name[RECORD_FUNCTION_MAX + over] = '\0';
		snprintf(text, sizeof(text), HEADER SYMBOLS("%s") TRAILER(2),
			 name);
		read_text(&f, text);
		if (over)
			assert_refused(&f, 2, "a name is [A-Za-z0-9_.$]{1,255}");
		else
			assert_int_equal(f.err, 0);
		record_free(f.rec);
	}
}

static void refuses_deep_stacks(void **state)
{
	char frames[2 * RECORD_DEPTH_MAX + 2], text[2048];
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(frames) - 1; i++)
		frames[i] = i % 2 ? ';' : 'a';
	frames[sizeof(frames) - 1] = '\0';
	snprintf(text, sizeof(text), HEADER STACKS("[[\"%s\",1]]") TRAILER(2),
		 frames);
	read_text(&f, text);
	assert_refused(&f, 2, "more than 256 frames");
}

/* One byte of a bill changed at a time: read, or refused by line; no more. */
static void survives_mutations(void **state)
{
	static const char text[] = HEADER GOOD_ROW GOOD_FUNCTIONS
		SYMBOLS("a b.isra.0") STACKS("[[\"a;b\",2]]")
			TIME("\"set\":\"extended\",\"params\":{\"threads\":2},"
			     "\"ops\":1,\"batches\":[1]")
				SHAPE_OF("failed:EINVAL", ",\"adjacent\":200")
					FINDING("a-b", ",\"text\":\"t\"")
						TRAILER(8);
	static const char bytes[] = "\"[{,0-;";
	char copy[sizeof(text)];
	struct fixture f;

	(void)state;
	for (size_t i = strlen(HEADER); i < sizeof(text) - 1; i++) {
		memcpy(copy, text, sizeof(text));
		copy[i] = bytes[i % (sizeof(bytes) - 1)];
		read_text(&f, copy);
		if (f.err)
			assert_int_equal(f.err, -EINVAL);
		record_free(f.rec);
	}
}

/* Text that is made of parts and repeated ones. */
struct text {
	char *buf;
	size_t len;
	size_t room;
};

static void append(struct text *t, const char *part, size_t times)
{
	size_t len = strlen(part);

	if (!t->buf || t->room - t->len < times * len) {
		t->room = 2 * (t->len + times * len);
		t->buf = xreallocarray(t->buf, t->room, 1);
	}
	for (; times; times--, t->len += len)
		memcpy(t->buf + t->len, part, len);
}

static void assert_text_refused(struct text *t, int line, const char *what)
{
	struct fixture f;

	read_bytes(&f, t->buf, t->len);
	assert_refused(&f, line, what);
	free(t->buf);
	*t = (struct text){ 0 };
}

#define HOARD "{\"type\":\"skip\",\"scenario\":\"s\",\"reason\":\"r\",\"x\":"

/* Values take more memory than their text: up to a hundred times as much. */
static void refuses_what_takes_much_memory(void **state)
{
	struct text t = { 0 };

	(void)state;
	append(&t, HEADER HOARD "[1", 1);
	append(&t, ",{}", 300000);
	append(&t, "]}\n", 1);
	assert_text_refused(&t, 2, "more than 64 MiB of memory");

	/* Neither here, as the arrays are of no use before the line is read. */
	append(&t, HEADER "{\"b\\u0061tches\":[1", 1);
	append(&t, ",1", 1100000);
	append(&t, "]}\n", 1);
	assert_text_refused(&t, 2, "more than 64 MiB of memory");

	/* Each line is right, but all of them are kept. */
	append(&t, HEADER, 1);
	for (int i = 0; i < 5; i++) {
		append(&t, HOARD "\"", 1);
		append(&t, ",", 900000);
		append(&t, "\"}\n", 1);
	}
	assert_text_refused(&t, 6, "more than 256 MiB of memory");
}

static void refuses_too_many_batches(void **state)
{
	struct text t = { 0 };
	struct fixture f;

	(void)state;
	for (int over = 0; over < 2; over++) {
		append(&t, HEADER, 1);
		append(&t,
		       "{\"type\":\"row\",\"scenario\":\"s\",\"version\":\"1\","
		       "\"op\":\"mmap\",\"metric\":\"latency\",\"unit\":\"ns/op\","
		       "\"pass\":\"time\",\"better\":\"lower\",\"exact\":false,"
		       "\"ops\":1,\"batches\":[7",
		       1);
		append(&t, ",7", RECORD_BATCHES_MAX - 1 + over);
		append(&t, "]}\n" TRAILER(2), 1);
		if (over) {
			assert_text_refused(&t, 2, "\"batches\" holds 1048577");
			continue;
		}
		read_bytes(&f, t.buf, t.len);
		assert_int_equal(f.err, 0);
		assert_int_equal(f.rec->rows[0].nr_batches, RECORD_BATCHES_MAX);
		assert_true(f.rec->rows[0].value == 7);
		record_free(f.rec);
		free(t.buf);
		t = (struct text){ 0 };
	}
}

#ifndef __SANITIZE_ADDRESS__
#define ADDRESS_SPACE ((rlim_t)192 << 20)

/* In a process that has no more memory: it is refused with @err. */
static void read_with_little_memory(const char *path, int err)
{
	struct rlimit limit = { ADDRESS_SPACE, ADDRESS_SPACE };
	struct record *rec;
	char msg[256];
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		setrlimit(RLIMIT_AS, &limit);
		_exit(record_read(path, &rec, msg, sizeof(msg)) != err);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void memory_is_bounded(void **state)
{
	static const char *const worst[] = {
		"{\"batches\":[1,",
		"1,",
		"{\"per_op\":[1,",
		"1,",
		"{\"hist\":[",
		"[1,1],",
		"[",
		"{},",
		"[",
		"[],",
		"{\"batches\":[",
		"1.5,",
		"[",
		"[",
		"\"",
		"\\u0041",
	};
	char path[] = "/tmp/test_record.XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	read_with_little_memory("/dev/zero", -ENOTSUP);

	/* A line of a gigabyte, without the gigabyte. */
	assert_int_equal(ftruncate(fd, 1L << 30), 0);
	read_with_little_memory(path, -EINVAL);

	for (size_t i = 0; i < ARRAY_SIZE(worst); i += 2) {
		struct text t = { 0 };

		append(&t, worst[i], 1);
		append(&t, worst[i + 1],
		       (RECORD_LINE_MAX - t.len) / strlen(worst[i + 1]));
		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, t.buf, t.len, 0), (ssize_t)t.len);
		free(t.buf);
		read_with_little_memory(path, -EINVAL);
	}
	close(fd);
	unlink(path);
}
#endif

/*
 * The same text twice: with its arrays read here, and with keys that have an
 * escape in them, which leaves the arrays to the JSON library.
 */
static void read_both_ways(const char *text)
{
	const char *key = strstr(text, "\"batches\"");
	char escaped[4096];
	struct fixture fast, slow;

	snprintf(escaped, sizeof(escaped), "%.*s\"b\\u0061tches\"%s",
		 (int)(key - text), text, key + strlen("\"batches\""));
	read_text(&fast, text);
	read_text(&slow, escaped);

	if (fast.err != slow.err)
		fail_msg("%d or %d of %s", fast.err, slow.err, text);
	/* Columns differ, and what is quoted of the line. */
	if (fast.err &&
	    strncmp(fast.msg + strlen(fast.path), slow.msg + strlen(slow.path),
		    strcspn(fast.msg + strlen(fast.path), "'(")))
		fail_msg("\"%s\" or \"%s\"", fast.msg, slow.msg);
	if (!fast.err) {
		const struct record_row *a = fast.rec->rows, *b = slow.rec->rows;

		assert_true(record_same_row(a, b));
		assert_int_equal(a->whole, b->whole);
		assert_int_equal(a->total, b->total);
		assert_int_equal(a->nr_batches, b->nr_batches);
	}
	record_free(fast.rec);
	record_free(slow.rec);
}

static void reads_numbers_both_ways(const char *numbers)
{
	char text[2048];

	snprintf(text, sizeof(text),
		 HEADER ROW_OF("left_vmas", "\"unit\":\"VMAs/op\",", "counts",
			       "true", "\"ops\":1,\"batches\":[%s]") TRAILER(2),
		 numbers);
	read_both_ways(text);
}

static void numbers_are_those_of_json(void **state)
{
	/* clang-format off */
	static const char *const numbers[] = {
		"0", "-0", "7", "-7", "12345", "1234567", "12345678", "123456789012345678",
		"-123456789012345678", "1234567890123456789", "9223372036854775807",
		"-9223372036854775808", "9223372036854775808", "99999999999999999999",
		"0.1", "-0.0", "0.3", "123.456", "1e5", "1E5", "1e+5", "1e-5", "1e22", "1e23",
		"1.5e300", "1e308", "1e309", "-1e309", "1e-400", "5e-324", "2.2250738585072011e-308",
		"9007199254740993.0", "9007199254740992.5", "0.000000000000000000000000001",
		"123456789012345678.9", "12345678901234567890.5", "1.7976931348623157e308",
		"8.5e-7", "4503599627370497.5", "1e99999999999", "1e-99999999999", "0e99999999999",
		"1,2", "1, 2", " 1 , 2 ", "\t1\t,\t2\t", "\r1", "1,2,3,4,5,6,7,8,9,10",
		"1,22,333,4444,55555,666666,7777777,88888888,999999999,1", "0,0,0", "10,0,10",
		/* and what is no number */
		"", " ", ",", "1,", ",1", "1,,2", "1 2", "01", "00", "-01", "1,02", "-", "+1", ".5",
		"1.", "1.e5", "1e", "1e+", "0x10", "1_0", "1a", "a", "NaN", "Infinity", "-Infinity",
		"nan", "null", "true", "\"1\"", "[1]", "{}", "1,null", "1]", "1],[2", "1}", "1:2",
		"1,2]x", "1;2", "1'", "1\\n", "12345678901", "1e1.5", "--1", "1-1", "\v1", "\f1",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		reads_numbers_both_ways(numbers[i]);
}

/* Numbers of any length, with and without a point and an exponent. */
static size_t random_number(char *s, size_t room)
{
	unsigned int whole = (unsigned int)lrand48() % 12;
	unsigned int rest = (unsigned int)lrand48() % 12;
	int len = snprintf(s, room, "%s", lrand48() % 4 ? "" : "-");

	len += snprintf(s + len, room - len, "%lu", (unsigned long)lrand48());
	len -= (int)whole < len - 1 ? (int)whole : len - 2;
	s[len] = '\0';
	if (len && s[len - 1] == '-')
		len += snprintf(s + len, room - len, "0");
	if (lrand48() % 2) {
		len += snprintf(s + len, room - len, ".%0*lu", (int)rest + 1,
				(unsigned long)lrand48());
		if (lrand48() % 3 == 0)
			len += snprintf(s + len, room - len, "%lu",
					(unsigned long)lrand48());
	}
	if (lrand48() % 3 == 0)
		len += snprintf(s + len, room - len, "e%ld",
				lrand48() % (lrand48() % 4 ? 40 : 700) - 20);
	return (size_t)len;
}

static void random_numbers_are_those_of_json(void **state)
{
	char numbers[1024];

	(void)state;
	srand48(1);
	for (int i = 0; i < 3000; i++) {
		size_t len = 0, nr = 1 + (size_t)lrand48() % 8;

		while (nr--) {
			len += random_number(numbers + len,
					     sizeof(numbers) - len);
			if (nr)
				numbers[len++] = ',';
		}
		numbers[len] = '\0';
		reads_numbers_both_ways(numbers);
	}
}

/* Lines that are longer than what is read at once, and end anywhere in it. */
static void reads_long_lines(void **state)
{
	struct text t = { 0 };
	struct fixture f;
	char row[256], number[24];

	(void)state;
	append(&t, HEADER, 1);
	for (int i = 0; i < 20; i++) {
		int nr = 1 + i * i * 997 % 60000;

		snprintf(row, sizeof(row),
			 "{\"type\":\"row\",\"scenario\":\"s%02d\","
			 "\"version\":\"1\",\"op\":\"mmap\",\"metric\":\"insns\","
			 "\"unit\":\"insns/op\",\"pass\":\"insns\",\"better\":\"lower\","
			 "\"exact\":true,\"ops\":1,\"batches\":[%d",
			 i, nr);
		append(&t, row, 1);
		for (int n = 1; n < nr; n++) {
			snprintf(number, sizeof(number), ",%d",
				 n * 7919 % 1000003);
			append(&t, number, 1);
		}
		append(&t, "]}\n", 1);
	}
	append(&t, TRAILER(21), 1);
	read_bytes(&f, t.buf, t.len);
	free(t.buf);
	if (f.err)
		fail_msg("%s", f.msg);
	for (int i = 0; i < 20; i++) {
		const struct record_row *r = &f.rec->rows[i];
		int nr = 1 + i * i * 997 % 60000;
		int64_t total = nr;

		for (int n = 1; n < nr; n++)
			total += n * 7919 % 1000003;
		assert_int_equal(r->nr_batches, nr);
		assert_true(r->whole);
		assert_int_equal(r->total, total);
	}
	record_free(f.rec);
}

/* Exact rows of two records, read and compared. */
static bool are_same(const char *a, const char *b)
{
	struct fixture x, y;
	bool same;

	read_text(&x, a);
	read_text(&y, b);
	assert_int_equal(x.err | y.err, 0);
	same = record_same_row(x.rec->rows, y.rec->rows);
	assert_int_equal(record_same_row(y.rec->rows, x.rec->rows), same);
	record_free(x.rec);
	record_free(y.rec);
	return same;
}

#define LEFT(ops, batches)                                 \
	HEADER ROW_OF("left_vmas", UNIT, "counts", "true", \
		      "\"ops\":" ops ",\"batches\":" batches) TRAILER(2)

static void tells_whether_rows_are_the_same(void **state)
{
	(void)state;
	assert_true(are_same(LEFT("2", "[1,2,3]"), LEFT("2", "[1, 2.0, 3e0]")));
	assert_false(are_same(LEFT("2", "[1,2,3]"), LEFT("2", "[1,3,2]")));
	assert_false(are_same(LEFT("2", "[1,2,3]"), LEFT("1", "[1,2,3]")));
	assert_false(are_same(LEFT("2", "[1,2,3]"), LEFT("2", "[1,2,3,2]")));
	/* Numbers that differ in few bits, all of them on top. */
	assert_false(are_same(LEFT("2", "[-1,0,0,0,1]"),
			      LEFT("2", "[1,0,0,0,-1]")));
	assert_false(are_same(LEFT("2", "[1,0,0,0,2,0,0,0,4]"),
			      LEFT("2", "[4,0,0,0,2,0,0,0,1]")));
	assert_false(are_same(LEFT("2", "[0,0,0,0,0]"), LEFT("2", "[0,0,0,0,1]")));
	/* A measurement is never the same twice. */
	assert_false(are_same(HEADER TIME("\"ops\":1,\"batches\":[1]") TRAILER(2),
			      HEADER TIME("\"ops\":1,\"batches\":[1]")
				      TRAILER(2)));
	assert_false(record_same_row(NULL, NULL));
}

static void adds_up_what_is_whole(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f, LEFT("2", "[-3,9007199254740991]"));
	assert_true(f.rec->rows->whole);
	assert_int_equal(f.rec->rows->total, 9007199254740988);
	record_free(f.rec);
	read_text(&f, LEFT("2", "[9007199254740991,1]"));
	assert_false(f.rec->rows->whole);
	record_free(f.rec);
	read_text(&f, LEFT("2", "[1,0.5]"));
	assert_false(f.rec->rows->whole);
	record_free(f.rec);
}

/* Medians of 20 are 100; then they are 150. */
static void tells_whether_batches_are_steady(void **state)
{
#define STEADY "101,99,100,102,98,100,101,99,100,100,"
#define SHIFTED "151,149,150,152,148,150,151,149,150,150,"
#define MANY(x) x x x x x
	struct fixture f;

	(void)state;
	read_text(&f, HEADER TIME("\"ops\":10,\"batches\":[" MANY(STEADY)
					  MANY(STEADY) "100]") TRAILER(2));
	assert_null(f.rec->rows[0].unsteady);
	assert_true(f.rec->rows[0].value == 10);
	assert_true(!f.rec->rows[0].step);
	assert_true(f.rec->rows[0].before == 10 && f.rec->rows[0].after == 10);
	record_free(f.rec);

	read_text(&f, HEADER TIME("\"ops\":10,\"batches\":[" MANY(STEADY)
					  MANY(SHIFTED) "150]") TRAILER(2));
	assert_string_equal(f.rec->rows[0].unsteady, "level shifts");
	assert_true(fabs(f.rec->rows[0].step - 1.0 / 3) < 0.002);
	assert_true(fabs(f.rec->rows[0].before - 10) < 0.02);
	assert_true(fabs(f.rec->rows[0].after - 15) < 0.02);
	record_free(f.rec);

	/* Too few to tell; and a count is what it is. */
	read_text(&f, HEADER TIME("\"ops\":10,\"batches\":[1,1,1,9,9,9]")
			      ROW("\"ops\":10,\"batches\":[" MANY(STEADY)
					  MANY(SHIFTED) "150]") TRAILER(3));
	assert_null(f.rec->rows[0].unsteady);
	assert_null(f.rec->rows[1].unsteady);
	record_free(f.rec);
}

static void reads_many_files(void **state)
{
	struct record_file files[40];
	char names[ARRAY_SIZE(files)][64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		FILE *f;
		int fd;

		strcpy(names[i], "/tmp/test_record.XXXXXX");
		fd = mkstemp(names[i]);
		assert_true(fd >= 0);
		f = fdopen(fd, "w");
		assert_non_null(f);
		fprintf(f, HEADER ROW("\"ops\":1,\"batches\":[%zu]") "%s", i,
			i % 7 ? TRAILER(2) : "");
		fclose(f);
		files[i].path = names[i];
	}
	records_read(files, ARRAY_SIZE(files));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		unlink(names[i]);
		assert_int_equal(files[i].err, i % 7 ? 0 : -EINVAL);
		if (i % 7) {
			assert_true(files[i].rec->rows[0].value == (double)i);
			assert_string_equal(files[i].msg, "");
		} else {
			assert_null(files[i].rec);
			assert_non_null(strstr(files[i].msg, ":2: no trailer"));
		}
		record_free(files[i].rec);
	}
	records_read(files, 0);
}

static void refuses_a_nul_byte(void **state)
{
	static const char text[] = HEADER "{\"type\":\"skip\0\"}\n" TRAILER(2);
	struct fixture f;

	(void)state;
	read_bytes(&f, text, sizeof(text) - 1);
	assert_refused(&f, 2, "not JSON");
}

/* Wherever a record is cut, it is refused: only the last newline may go. */
static void refuses_every_cut(void **state)
{
	static const char text[] = HEADER GOOD_ROW TRAILER(2);
	size_t len = sizeof(text) - 1;
	struct fixture f;

	(void)state;
	for (size_t cut = 0; cut < len - 1; cut++) {
		read_bytes(&f, text, cut);
		assert_int_equal(f.err, -EINVAL);
		assert_null(f.rec);
	}
	read_bytes(&f, text, len - 1);
	assert_int_equal(f.err, 0);
	record_free(f.rec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_record),
		cmocka_unit_test(reads_layouts),
		cmocka_unit_test(reads_the_step_of_the_clock),
		cmocka_unit_test(reads_what_a_later_minor_adds),
		cmocka_unit_test(reads_functions),
		cmocka_unit_test(reads_lines_of_functions),
		cmocka_unit_test(reads_objects),
		cmocka_unit_test(reads_code),
		cmocka_unit_test(reads_layouts_of_the_tree),
		cmocka_unit_test(ignores_later_totals),
		cmocka_unit_test(reads_sweeps_and_sets),
		cmocka_unit_test(reads_findings),
		cmocka_unit_test(reads_undeclared_shapes),
		cmocka_unit_test(reads_warnings),
		cmocka_unit_test(counts_disturbed_batches),
		cmocka_unit_test(leaves_shared_batches_out),
		cmocka_unit_test(reads_differences),
		cmocka_unit_test(says_what_cannot_be_opened),
		cmocka_unit_test(refuses_by_line),
		cmocka_unit_test(says_where_in_the_line),
		cmocka_unit_test(messages_are_printable),
		cmocka_unit_test(refuses_deep_nesting),
		cmocka_unit_test(refuses_a_long_line),
		cmocka_unit_test(refuses_long_names),
		cmocka_unit_test(refuses_deep_stacks),
		cmocka_unit_test(survives_mutations),
		cmocka_unit_test(refuses_a_nul_byte),
		cmocka_unit_test(refuses_every_cut),
		cmocka_unit_test(refuses_what_takes_much_memory),
		cmocka_unit_test(refuses_too_many_batches),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(memory_is_bounded),
#endif
		cmocka_unit_test(numbers_are_those_of_json),
		cmocka_unit_test(random_numbers_are_those_of_json),
		cmocka_unit_test(reads_long_lines),
		cmocka_unit_test(tells_whether_rows_are_the_same),
		cmocka_unit_test(adds_up_what_is_whole),
		cmocka_unit_test(tells_whether_batches_are_steady),
		cmocka_unit_test(reads_many_files),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
