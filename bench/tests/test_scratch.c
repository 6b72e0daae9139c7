// SPDX-License-Identifier: GPL-2.0-or-later
/* Folders of programs that were killed are removed by the next one, and no others are. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

static char place[64];

static void put(const char *dir, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	free(path);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The folder of a process that was killed; to be freed. */
static char *leave(void)
{
	char name[256] = "", c;
	int fds[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		char *dir = take_scratch(place);

		put(dir, "file", "text");
		if (write(fds[1], dir, strlen(dir)) < 0)
			_exit(1);
		close(fds[0]);
		close(fds[1]);
		for (;;)
			pause();
	}
	close(fds[1]);
	for (size_t len = 0; (n = read(fds[0], &c, 1)) == 1;)
		name[len++] = c;
	close(fds[0]);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return xasprintf("%s", name);
}

static void dead_and_living(void **state)
{
	char *dead = leave(), *living, *next;

	assert_true(is_there(dead));
	living = take_scratch(place);
	assert_false(is_there(dead));
	next = take_scratch(place);
	assert_true(is_there(living));
	remove_tree(living);
	remove_tree(next);
	assert_false(is_there(living));
	free(dead);
	free(living);
	free(next);
}

/* What is moved, copied or made by hand has not its own name in it. */
static void not_certain(void **state)
{
	static const char *const names[] = { "vmabench-moved", "vmabench-mine",
					     "vmabench-other" };
	char *dead = leave(), *paths[3], *next;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		paths[i] = xasprintf("%s/%s", place, names[i]);
	assert_int_equal(rename(dead, paths[0]), 0);
	mkdir(paths[1], 0700);
	mkdir(paths[2], 0700);
	put(paths[2], ".vmabench-run", "boot machine vmabench-other\n");
	next = take_scratch(place);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_true(is_there(paths[i]));
		remove_tree(paths[i]);
		free(paths[i]);
	}
	remove_tree(next);
	free(next);
	free(dead);
}

static void what_links_lead_to(void **state)
{
	char *dead = leave(), *kept = xasprintf("%s/kept", place);
	char *link = xasprintf("%s/link", dead), *next;

	mkdir(kept, 0700);
	put(kept, "file", "mine");
	assert_int_equal(symlink(kept, link), 0);
	next = take_scratch(place);
	assert_false(is_there(dead));
	assert_true(is_there(kept));
	remove_tree(kept);
	remove_tree(next);
	free(next);
	free(link);
	free(kept);
	free(dead);
}

static int make_place(void **state)
{
	strcpy(place, "/tmp/vmabench-scratch-XXXXXX");
	return mkdtemp(place) ? 0 : -1;
}

static int remove_place(void **state)
{
	return rmdir(place);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dead_and_living),
		cmocka_unit_test(not_certain),
		cmocka_unit_test(what_links_lead_to),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
