// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines that many records have in common are parsed once, and nothing that is read tells.
 * Counted is what is parsed, not how long it takes.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"
#include "cmocka_names.h"
#include "record/parse.h"

#define FILES 200
#define ROWS 30
/* As many as records_read() may have; the lines of each are its own. */
#define THREADS 8

#define HEADER                                                                         \
	"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,"   \
	"\"minor\":2},\"tier\":\"metal\",\"stage\":\"stock\",\"kernel\":{\"release\":" \
	"\"6.12\"},\"env\":{}}\n"
#define ROW(scenario, arrays)                                                             \
	"{\"type\":\"row\",\"scenario\":\"" scenario                                      \
	"\",\"version\":\"1\",\"op\":"                                                    \
	"\"mmap\",\"metric\":\"latency\",\"unit\":\"ns/op\",\"pass\":\"time\","           \
	"\"better\":\"lower\",\"exact\":false,\"params\":{\"pages\":7},\"ops\":2," arrays \
	"}\n"
#define TRAILER(lines) "{\"type\":\"trailer\",\"lines\":" #lines "}\n"

static atomic_size_t parsed;

json_t *__real_json_loadb(const char *buf, size_t len, size_t flags,
			  json_error_t *error);
json_t *__wrap_json_loadb(const char *buf, size_t len, size_t flags,
			  json_error_t *error);

json_t *__wrap_json_loadb(const char *buf, size_t len, size_t flags,
			  json_error_t *error)
{
	parsed++;
	return __real_json_loadb(buf, len, flags, error);
}

static void write_text(char *path, const char *text)
{
	int fd;

	strcpy(path, "/tmp/test_known.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static char *boot_text(size_t boot)
{
	char *text = xasprintf("%s", HEADER);

	for (size_t i = 0; i < ROWS; i++)
		join_text(&text, "",
			  ROW("storm_%zu", "\"batches\":[%zu,%zu,%zu]"), i,
			  boot + 1, boot + 1, boot + 1);
	join_text(&text, "", "%s", TRAILER(31));
	return text;
}

static void parses_once(void **state)
{
	struct record_file files[FILES];
	char paths[FILES][32];
	size_t all = FILES * (ROWS + 2);

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		char *text = boot_text(i);

		write_text(paths[i], text);
		files[i].path = paths[i];
		free(text);
	}
	parsed = 0;
	records_read(files, FILES);
	/* Headers, each; the others by each thread, and some twice that share a place. */
	if (parsed > FILES + 2 * THREADS * (ROWS + 1))
		fail_msg("%zu lines are parsed of %zu", (size_t)parsed, all);
	for (size_t i = 0; i < FILES; i++) {
		const struct record *rec = files[i].rec;

		unlink(paths[i]);
		assert_string_equal(files[i].msg, "");
		assert_int_equal(rec->nr_rows, ROWS);
		for (size_t r = 0; r < ROWS; r++) {
			assert_true(rec->rows[r].value == (i + 1) / 2.0);
			assert_int_equal(rec->rows[r].nr_batches, 3);
			assert_int_equal(record_param(&rec->rows[r], "pages"), 7);
		}
		/* What others have does not go with it. */
		record_free(files[i].rec);
	}
}

/* What is wrong with a line is said, though all else of it is known. */
static void refuses_the_same(void **state)
{
	static const char *const texts[] = {
		HEADER ROW("nop", "\"batches\":[1,2]") TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,-2]") TRAILER(2),
		HEADER ROW("nop", "\"batches\":[]") TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,2],\"per_op\":[1,1,1,1]")
			TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,2],\"per_op\":[1,1,1]")
			TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,2],\"hist\":[[1,4]]")
			TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,2],\"hist\":[[2,4],[1,4]]")
			TRAILER(2),
		HEADER ROW("nop", "\"batches\":[1,2]")
			ROW("nop", "\"batches\":[1,2]") TRAILER(3),
		HEADER ROW("nop", "\"batches\":[1,2]") TRAILER(3),
		HEADER ROW("Nop", "\"batches\":[1,2]") TRAILER(2),
		ROW("nop", "\"batches\":[1,2]"),
	};
	struct known_lines *known = known_lines_new();
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(texts); i++) {
		struct record *a, *b;
		char path[32], msg_a[256], msg_b[256];
		int err;

		write_text(path, texts[i % ARRAY_SIZE(texts)]);
		err = record_read(path, &a, msg_a, sizeof(msg_a));
		assert_int_equal(record_read_known(path, known, &b, msg_b,
						   sizeof(msg_b)),
				 err);
		assert_string_equal(msg_a, msg_b);
		refused += err == -EINVAL;
		if (!err)
			assert_true(a->rows[0].digest == b->rows[0].digest &&
				    a->rows[0].value == b->rows[0].value);
		unlink(path);
		record_free(a);
		record_free(b);
	}
	assert_int_equal(refused, 2 * 8);
	known_lines_free(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_once),
		cmocka_unit_test(refuses_the_same),
	};

	return cmocka_run_group_tests_name("known", tests, NULL, NULL);
}
