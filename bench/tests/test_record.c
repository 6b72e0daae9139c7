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
#include <unistd.h>
#include <cmocka.h>

#include "record.h"
#include "util.h"

/* clang-format off */
#define HEADER_WITH(schema, more) \
	"{\"type\":\"header\",\"schema\":" schema ",\"tier\":\"exact\"," \
	"\"stage\":\"stock\",\"kernel\":{\"release\":\"6.12\"}," \
	"\"env\":{\"cpu\":\"max\"}" more "}\n"
#define HEADER HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":0}", "")

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
#define SYMBOLS(names) "{\"type\":\"symbols\",\"names\":\"" names "\"}\n"
#define STACKS(list) \
	"{\"type\":\"stacks\",\"scenario\":\"s\",\"version\":\"1\",\"op\":\"mmap\"," \
	"\"ops\":2,\"folded\":" list "}\n"
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
	assert_string_equal(f.rec->tier, "exact");
	assert_string_equal(f.rec->stage, "stock");
	assert_string_equal(f.rec->release, "6.12");

	/* Sorted: insns before latency. */
	assert_int_equal(f.rec->nr_rows, 2);
	assert_string_equal(f.rec->rows[0].metric, "insns");
	assert_true(f.rec->rows[0].value == 6); /* 24 / (2 x 2) */
	assert_string_equal(f.rec->rows[1].metric, "latency");
	assert_true(f.rec->rows[1].value == 6);	       /* median of 10 5 6 */
	assert_true(f.rec->rows[1].batches[0] == 100); /* in file order */
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

static void reads_what_a_later_minor_adds(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f,
		  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1,\"minor\":9}",
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
	fns = record_find_functions(f.rec, "s", "mmap", "op", "task");
	assert_non_null(fns);
	assert_int_equal(fns->ops, 4);
	assert_int_equal(fns->insns, 24);
	assert_int_equal(fns->nr_functions, 2);
	assert_string_equal(fns->functions[0].name, "a");
	assert_int_equal(fns->functions[0].stores, 2);
	assert_null(record_find_functions(f.rec, "s", "mmap", "drain", "rcu"));

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

	/* the header */
	{ 1, "major 2 is unknown",
	  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":2}", "") TRAILER(1) },
	{ 1, "\"major\" is missing", HEADER_WITH("{\"name\":\"vmabench-record\"}", "") TRAILER(1) },
	{ 1, "is not \"vmabench-record\"",
	  HEADER_WITH("{\"name\":\"other\",\"major\":1}", "") TRAILER(1) },
	{ 1, "\"name\" is missing", HEADER_WITH("3", "") TRAILER(1) },
	{ 1, "\"info\": \"a\" is not a string",
	  HEADER_WITH("{\"name\":\"vmabench-record\",\"major\":1}", ",\"info\":{\"a\":1}") TRAILER(1) },

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
	{ 2, "\"reason\" is missing", HEADER
	  "{\"type\":\"failure\",\"scenario\":\"s\"}\n" TRAILER(2) },
	{ 2, "\"vmas_after\" is -1", HEADER
	  "{\"type\":\"shape\",\"scenario\":\"s\",\"op\":\"mmap\",\"vmas_before\":1,"
	  "\"vmas_after\":-1,\"outcome\":\"split\",\"ops\":2}\n" TRAILER(2) },

	/* numbers */
	{ 2, "\"ops\" is 0", HEADER ROW("\"ops\":0,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"ops\" is -3", HEADER ROW("\"ops\":-3,\"batches\":[1]") TRAILER(2) },
	{ 2, "\"ops\" is missing or not an integer",
	  HEADER ROW("\"ops\":1.5,\"batches\":[1]") TRAILER(2) },
	{ 2, "not JSON", HEADER ROW("\"ops\":1,\"batches\":[NaN]") TRAILER(2) },
	{ 2, "not JSON", HEADER ROW("\"ops\":1,\"batches\":[Infinity]") TRAILER(2) },
	{ 2, "real number overflow", HEADER ROW("\"ops\":1,\"batches\":[1e999]") TRAILER(2) },
	{ 2, "too big integer", HEADER
	  ROW("\"ops\":1,\"batches\":[99999999999999999999]") TRAILER(2) },
	{ 2, "\"batches\" overflow", HEADER
	  ROW("\"ops\":1,\"batches\":[1.7e308,1.7e308]") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER ROW("\"ops\":1") TRAILER(2) },
	{ 2, "\"batches\" is missing, empty", HEADER ROW("\"ops\":1,\"batches\":[]") TRAILER(2) },
	{ 2, "not a number", HEADER ROW("\"ops\":1,\"batches\":[\"1\"]") TRAILER(2) },
	{ 2, "not a number", HEADER ROW("\"ops\":1,\"batches\":[null]") TRAILER(2) },
	{ 2, "negative time", HEADER TIME("\"ops\":1,\"batches\":[-1]") TRAILER(2) },
	{ 2, "\"per_op\" holds 1 values", HEADER
	  ROW("\"ops\":2,\"batches\":[1],\"per_op\":[1]") TRAILER(2) },
	{ 2, "\"hist\" is not ascending", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,1],[2,1]]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,0]]") TRAILER(2) },
	{ 2, "not [value, count]", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[2,1,1]]") TRAILER(2) },
	{ 2, "negative time", HEADER
	  TIME("\"ops\":1,\"batches\":[1],\"hist\":[[-2,1]]") TRAILER(2) },

	/* functions */
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
};
/* clang-format on */

static void refuses_by_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct fixture f;

		read_text(&f, bad[i].text);
		assert_refused(&f, bad[i].line, bad[i].what);
	}
}

/* A message goes to a terminal: what it quotes must not reach it raw. */
static void messages_are_printable(void **state)
{
	struct fixture f;

	(void)state;
	read_text(&f, HEADER "\033[2J\n" TRAILER(2));
	assert_refused(&f, 2, "not JSON");
	for (const char *c = f.msg; *c; c++)
		assert_in_range(*c, ' ', '~');
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
	static const char text[] =
		HEADER GOOD_ROW GOOD_FUNCTIONS SYMBOLS("a b.isra.0")
			STACKS("[[\"a;b\",2]]") TRAILER(5);
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
		cmocka_unit_test(reads_what_a_later_minor_adds),
		cmocka_unit_test(reads_functions),
		cmocka_unit_test(says_what_cannot_be_opened),
		cmocka_unit_test(refuses_by_line),
		cmocka_unit_test(messages_are_printable),
		cmocka_unit_test(refuses_deep_nesting),
		cmocka_unit_test(refuses_a_long_line),
		cmocka_unit_test(refuses_long_names),
		cmocka_unit_test(refuses_deep_stacks),
		cmocka_unit_test(survives_mutations),
		cmocka_unit_test(refuses_a_nul_byte),
		cmocka_unit_test(refuses_every_cut),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
