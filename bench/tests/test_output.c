// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are written whole or not at all, and replace nothing of others. */
#include <errno.h>
#include <fcntl.h>
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
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

static char dir[] = "/tmp/test_output.XXXXXX";
static char file[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(file, sizeof(file), "%s/f", dir);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(dir); /* fails if a temporary file was left */
}

/* Each test begins with an empty folder, and leaves nothing but what it names. */
static int remove_file(void **state)
{
	(void)state;
	return unlink(file) && errno != ENOENT;
}

static void assert_content_of(const char *path, const char *want)
{
	char buf[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_int_equal(fread(buf, 1, sizeof(buf) - 1, f), strlen(want));
	assert_string_equal(buf, want);
	fclose(f);
}

static void assert_content(const char *want)
{
	assert_content_of(file, want);
}

static void assert_mode(mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
}

static void replaces_what_is_derived(void **state)
{
	(void)state;
	assert_int_equal(write_file_atomic(file, "old", 3, MODE_DERIVED), 0);
	assert_content("old");
	assert_int_equal(write_file_atomic(file, "newer", 5, MODE_DERIVED), 0);
	assert_content("newer");
	assert_mode(0644);
}

static void replaces_no_record(void **state)
{
	(void)state;
	assert_int_equal(write_file_atomic(file, "mine", 4, MODE_RECORD), 0);
	assert_mode(0444);
	assert_int_equal(write_file_atomic(file, "record", 6, MODE_RECORD),
			 -EEXIST);
	assert_int_equal(write_file_atomic(file, "derived", 7, MODE_DERIVED),
			 -EEXIST);
	assert_content("mine");
}

/* A record is in the place of nothing, whether or not that may be written. */
static void puts_no_record_over_a_file(void **state)
{
	(void)state;
	assert_int_equal(write_file_atomic(file, "mine", 4, MODE_DERIVED), 0);
	assert_int_equal(write_file_atomic(file, "record", 6, MODE_RECORD),
			 -EEXIST);
	assert_content("mine");
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

static int opened(const char *path)
{
	struct new_file f;
	int err = new_file_open(&f, path);

	if (!err)
		new_file_drop(&f);
	return err;
}

/* Before there is anything to write, and without a trace. */
static void knows_what_can_be_written(void **state)
{
	char *deep = xasprintf("%s/no/such/folder/yet", dir);
	char *slash = xasprintf("%s/none/", dir), *below, *longest;
	char *link = xasprintf("%s/link", dir);

	(void)state;
	assert_int_equal(opened(deep), 0);
	assert_int_equal(opened(slash), -EISDIR);
	assert_int_equal(opened(dir), -EISDIR);
	assert_int_equal(opened(""), -EISDIR);
	assert_int_equal(opened("/dev/null"), -ENOTSUP);
	assert_int_equal(symlink("nowhere", link), 0);
	assert_int_equal(opened(link), -ENOTSUP);
	assert_int_equal(unlink(link), 0);
	/* No folder can be made there. */
	assert_int_equal(opened("/proc/nothing/f"), -ENOENT);
	longest = xasprintf("%s/%0*d", dir, NAME_MAX + 1, 0);
	assert_int_equal(opened(longest), -ENAMETOOLONG);

	assert_int_equal(write_file_atomic(file, "old", 3, MODE_DERIVED), 0);
	assert_int_equal(opened(file), -EEXIST);
	assert_content("old");
	below = xasprintf("%s/g", file);
	assert_int_equal(opened(below), -ENOTDIR);
	free(deep);
	free(slash);
	free(below);
	free(longest);
	free(link);
}

/* The first one that has something to write has the name. */
static void gives_a_name_to_one_of_two(void **state)
{
	struct new_file a, b;

	(void)state;
	assert_int_equal(new_file_open(&a, file), 0);
	assert_int_equal(new_file_open(&b, file), 0);
	assert_int_equal(access(file, F_OK), -1);
	assert_int_equal(new_file_keep(&b, "first", 5, MODE_RECORD), 0);
	assert_int_equal(new_file_keep(&a, "second", 6, MODE_RECORD), -EEXIST);
	assert_content("first");
	assert_mode(0444);
}

/* As on a filesystem that has no files without a name. */
static void does_so_with_a_temporary_name(void **state)
{
	struct new_file f = { .path = xasprintf("%s", file),
			      .tmp = xasprintf("%s.XXXXXX", file),
			      .had = strlen(dir) };
	struct new_file second = { .path = xasprintf("%s", file),
				   .tmp = xasprintf("%s.XXXXXX", file),
				   .had = strlen(dir) };

	(void)state;
	f.fd = mkostemp(f.tmp, O_CLOEXEC);
	second.fd = mkostemp(second.tmp, O_CLOEXEC);
	assert_true(f.fd >= 0 && second.fd >= 0);
	assert_int_equal(new_file_keep(&f, "first", 5, MODE_RECORD), 0);
	assert_int_equal(new_file_keep(&second, "second", 6, MODE_RECORD),
			 -EEXIST);
	assert_content("first");
}

static void keeps_the_folders_of_what_is_kept(void **state)
{
	char *deep = xasprintf("%s/some/folder/f", dir);
	char *folder = xasprintf("%s/some/folder", dir);
	struct new_file f, other;

	(void)state;
	assert_int_equal(new_file_open(&f, deep), 0);
	assert_int_equal(new_file_open(&other, deep), 0);
	assert_int_equal(new_file_keep(&f, "x", 1, MODE_RECORD), 0);
	new_file_drop(&other);
	assert_content_of(deep, "x");
	assert_int_equal(unlink(deep), 0);
	assert_int_equal(rmdir(folder), 0);
	*strrchr(folder, '/') = '\0';
	assert_int_equal(rmdir(folder), 0);
	free(deep);
	free(folder);
}

static void makes_a_folder_of_its_own(void **state)
{
	char *paths[3], *below, *want;

	(void)state;
	for (int i = 0; i < 3; i++) {
		paths[i] = xasprintf("%s/sessions/now", dir);
		assert_int_equal(make_own_dir(&paths[i]), 0);
		want = xasprintf("%s/sessions/now%.*s", dir, i, "++");
		assert_string_equal(paths[i], want);
		free(want);
	}
	/* What is in the way is not taken for a folder that another has. */
	assert_int_equal(write_file_atomic(file, "x", 1, MODE_DERIVED), 0);
	below = xasprintf("%s/now", file);
	assert_int_equal(make_own_dir(&below), -ENOTDIR);
	free(below);
	below = xasprintf("/proc/nothing/now");
	assert_int_equal(make_own_dir(&below), -ENOENT);
	free(below);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rmdir(paths[i]), 0);
		free(paths[i]);
	}
	below = xasprintf("%s/sessions", dir);
	assert_int_equal(rmdir(below), 0);
	free(below);
}

/* What a program that prints @size bytes to /dev/full exits with. */
static int exit_of_printing(int size)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!freopen("/dev/full", "w", stdout) ||
		    !freopen("/dev/null", "w", stderr))
			_exit(6);
		require_stdout(7);
		printf("%*s", size, "");
		exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void requires_what_is_printed(void **state)
{
	(void)state;
	assert_int_equal(exit_of_printing(0), 0);
	assert_int_equal(exit_of_printing(1), 7);
	assert_int_equal(exit_of_printing(100000), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(replaces_what_is_derived, remove_file),
		cmocka_unit_test_teardown(replaces_no_record, remove_file),
		cmocka_unit_test_teardown(puts_no_record_over_a_file, remove_file),
		cmocka_unit_test_teardown(leaves_the_old_file_on_error,
					  remove_file),
		cmocka_unit_test(says_that_there_is_no_directory),
		cmocka_unit_test_teardown(knows_what_can_be_written, remove_file),
		cmocka_unit_test_teardown(gives_a_name_to_one_of_two, remove_file),
		cmocka_unit_test_teardown(does_so_with_a_temporary_name,
					  remove_file),
		cmocka_unit_test(keeps_the_folders_of_what_is_kept),
		cmocka_unit_test_teardown(makes_a_folder_of_its_own, remove_file),
		cmocka_unit_test(requires_what_is_printed),
	};

	return cmocka_run_group_tests_name("output", tests, make_folder,
					   remove_folder);
}
