// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

static char dir[] = "/tmp/test_util.XXXXXX";
static char file[64];

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/f", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(dir); /* fails if a temporary file was left */
}

static void assert_content(const char *want)
{
	char buf[64] = "";
	FILE *f = fopen(file, "r");

	assert_non_null(f);
	assert_int_equal(fread(buf, 1, sizeof(buf) - 1, f), strlen(want));
	assert_string_equal(buf, want);
	fclose(f);
}

static void replaces_a_file(void **state)
{
	struct stat st;

	(void)state;
	assert_int_equal(write_file_atomic(file, "old", 3, MODE_DERIVED), 0);
	assert_content("old");
	assert_int_equal(write_file_atomic(file, "newer", 5, MODE_RECORD), 0);
	assert_content("newer");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0444);
}

/* A file size limit stands in for a full disk: both end a write early. */
static void leaves_the_old_file_on_error(void **state)
{
	struct rlimit old, tiny;
	char big[4096] = "";
	int err;

	(void)state;
	assert_int_equal(write_file_atomic(file, "old", 3, MODE_DERIVED), 0);

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	tiny = old;
	tiny.rlim_cur = 1024;
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &tiny);
	err = write_file_atomic(file, big, sizeof(big), MODE_DERIVED);
	setrlimit(RLIMIT_FSIZE, &old);

	assert_int_equal(err, -EFBIG);
	assert_content("old");
}

static void says_that_there_is_no_directory(void **state)
{
	(void)state;
	assert_int_equal(write_file_atomic("/nonexistent/f", "x", 1, MODE_DERIVED),
			 -ENOENT);
}

/* What write_file_atomic() would say in the end is known before. */
static void knows_what_can_be_written(void **state)
{
	char *deep = xasprintf("%s/no/such/folder/yet", dir);
	char *slash = xasprintf("%s/none/", dir), *below, *longest;

	(void)state;
	assert_int_equal(may_write_file(deep), 0);
	assert_int_equal(may_write_file(slash), -EISDIR);
	assert_int_equal(may_write_file(dir), -EISDIR);
	assert_int_equal(may_write_file("/dev/null"), -ENOTSUP);
	assert_int_equal(may_write_file("/proc/nothing/f"), -ENOENT);
	/* Too long with what is put after it meanwhile. */
	longest = xasprintf("%s/%0*d", dir, NAME_MAX, 0);
	assert_int_equal(may_write_file(longest), -ENAMETOOLONG);

	assert_int_equal(write_file_atomic(file, "old", 3, MODE_RECORD), 0);
	assert_int_equal(may_write_file(file), 0);
	assert_content("old");
	below = xasprintf("%s/g", file);
	assert_int_equal(may_write_file(below), -ENOTDIR);
	free(deep);
	free(slash);
	free(below);
	free(longest);
}

static void xgrow_keeps_what_is_there(void **state)
{
	int *a = NULL;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		a = xgrow(a, n, sizeof(*a));
		assert_int_equal(a[n], 0);
		a[n] = n + 1;
	}
	for (int n = 0; n < 1000; n++)
		assert_int_equal(a[n], n + 1);
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(replaces_a_file),
		cmocka_unit_test(leaves_the_old_file_on_error),
		cmocka_unit_test(says_that_there_is_no_directory),
		cmocka_unit_test(knows_what_can_be_written),
		cmocka_unit_test(xgrow_keeps_what_is_there),
	};

	return cmocka_run_group_tests_name("util", tests, make_dir, remove_dir);
}
