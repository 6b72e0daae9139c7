// SPDX-License-Identifier: GPL-2.0-or-later
/* What is no file is not waited for, and nothing is done to it. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "record/record.h"
#include "base/base.h"

static char dir[] = "/tmp/test_input.XXXXXX";

/* In the folder of this test; the string is good until the next call. */
static const char *at(const char *name)
{
	static char path[sizeof(dir) + 32];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int make_things(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	FILE *f;
	int s;

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	f = fopen(at("file"), "w");
	assert_non_null(f);
	assert_true(fputs("{\"a\": 1}\n", f) != EOF);
	assert_int_equal(fclose(f), 0);
	strcpy(un.sun_path, at("socket"));
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	if (s < 0 || bind(s, (struct sockaddr *)&un, sizeof(un)) || close(s))
		return -1;
	return mkdir(at("folder"), 0755) || mkfifo(at("fifo"), 0644) ||
	       symlink("fifo", at("link")) ||
	       symlink("/dev/zero", at("zero")) || symlink("file", at("good"));
}

static int remove_things(void **state)
{
	static const char *const things[] = { "file", "socket", "fifo",
					      "link", "zero",	"good" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(things); i++)
		unlink(at(things[i]));
	rmdir(at("folder"));
	return rmdir(dir);
}

static const struct {
	const char *name;
	int err;
} refused[] = {
	{ "folder", -EISDIR }, { "fifo", -ENOTSUP },   { "link", -ENOTSUP },
	{ "zero", -ENOTSUP },  { "socket", -ENOTSUP }, { "nothing", -ENOENT },
};

static void what_is_no_file_is_refused(void **state)
{
	(void)state;
	alarm(60); /* for whoever waits for a FIFO */
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_int_equal(open_input(at(refused[i].name)), refused[i].err);
	assert_null(fopen_input(at("fifo")));
	assert_int_equal(errno, ENOTSUP);
	assert_non_null(strstr(input_error(-ENOTSUP), "FIFO"));
	assert_non_null(strstr(input_error(EISDIR), "folder"));
	alarm(0);
}

static void files_are_read(void **state)
{
	char text[16] = "";
	FILE *f = fopen_input(at("good"));

	(void)state;
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	assert_string_equal(text, "{\"a\": 1}\n");
	fclose(f);
}

/* The pipe that a shell makes of "COMMAND | vmadiff import TOOL /dev/stdin". */
static void own_pipes_are_read(void **state)
{
	char name[32], text[8] = "";
	int fds[2], fd;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(name, sizeof(name), "/dev/fd/%d", fds[0]);
	fd = open_input(name);
	assert_true(fd >= 0);
	alarm(60);
	if (!fork()) {
		usleep(20000); /* it is waited for */
		_exit(write(fds[1], "late", 4) != 4);
	}
	close(fds[1]);
	assert_int_equal(read(fd, text, sizeof(text)), 4);
	assert_string_equal(text, "late");
	alarm(0);
	close(fd);
	close(fds[0]);
}

static void readers_refuse_them(void **state)
{
	(void)state;
	alarm(60);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		struct text_file file;
		struct record *rec;
		char msg[256], *why;

		assert_int_equal(record_read(at(refused[i].name), &rec, msg,
					     sizeof(msg)),
				 refused[i].err);
		assert_null(rec);
		assert_non_null(strstr(msg, input_error(refused[i].err)));
		assert_null(read_json_file(at(refused[i].name), &why));
		assert_string_equal(why, input_error(refused[i].err));
		free(why);
		assert_int_equal(read_text_file(at(refused[i].name), 100, &file),
				 STATUS_DATA);
		free_text_file(&file);
	}
	alarm(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(files_are_read),
		cmocka_unit_test(own_pipes_are_read),
		cmocka_unit_test(readers_refuse_them),
	};

	return cmocka_run_group_tests(tests, make_things, remove_things);
}
