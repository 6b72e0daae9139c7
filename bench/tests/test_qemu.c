// SPDX-License-Identifier: GPL-2.0-or-later
/* The protocol that steers QEMU, with shells that answer in its place. */
#include <errno.h>
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
#include "host/qemu.h"

static char dir[] = "/tmp/test_qemu.XXXXXX";

#define OPENED "read -r line; echo '{\"QMP\": {}}'; echo '{\"return\": {}}'; "
#define STATUS(s) "echo '{\"return\": {\"status\": \"" s "\"}}'; "

/* Start @script and open the protocol. */
static int launch(struct qemu *q, const char *script, unsigned int timeout_s)
{
	char *const argv[] = { "/bin/sh", "-c", (char *)script, NULL };
	char *base = xasprintf("%s/run", dir);
	int err = qemu_launch(q, argv, base, timeout_s);

	free(base);
	return err;
}

static void opens(void **state)
{
	static const struct {
		const char *name;
		const char *script;
		int err;
	} scripts[] = {
		{ "it answers", OPENED "sleep 9", 0 },
		{ "it speaks of other things before",
		  "echo; echo x; " OPENED "sleep 9", 0 },
		{ "it answers in pieces",
		  "printf '{\"ret'; sleep 0.1; printf 'urn\": {}}\\n'; sleep 9",
		  0 },
		{ "it refuses", "echo '{\"error\": {}}'; sleep 9", -EPROTO },
		{ "it ends", "exit 1", -EPIPE },
		{ "it listens no more, and ends", "exec <&-; sleep 0.1; exit 1",
		  -EPIPE },
		{ "it says nothing", "sleep 9", -ETIMEDOUT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		struct qemu q;
		int err = launch(&q, scripts[i].script,
				 scripts[i].err == -ETIMEDOUT ? 0 : 9);

		qemu_kill(&q);
		if (err != scripts[i].err)
			fail_msg("%s: %d", scripts[i].name, err);
	}
}

/* QEMU that has just died is an error, not the end of this program. */
static void gone_before_a_command(void **state)
{
	struct qemu q;
	json_t *answer;
	int status;

	(void)state;
	assert_int_equal(launch(&q,
				"read -r line; exec <&-; "
				"echo '{\"return\": {}}'; exit 3",
				9),
			 0);
	answer = qemu_command(&q, "{\"execute\":\"query-status\"}");
	assert_null(answer);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(qemu_wait_exit(&q, &status), 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	qemu_kill(&q);
}

static void waits(void **state)
{
	struct qemu q;
	int status;

	(void)state;
	assert_int_equal(launch(&q,
				OPENED
				"read -r line; " STATUS("inmigrate") "read -r line; " STATUS(
					"paused") "echo '{\"event\": \"RESUME\"}'; "
						  "echo '{\"event\": \"STOP\"}'; ",
				9),
			 0);
	assert_int_equal(qemu_wait_status(&q, "inmigrate"), 0);
	assert_int_equal(qemu_wait_event(&q, "STOP"), 0);
	assert_int_equal(qemu_wait_event(&q, "STOP"), -EPIPE);
	assert_int_equal(qemu_wait_exit(&q, &status), 0);
	assert_int_equal(status, 0);
	qemu_kill(&q);
}

/* Who writes to a pipe that nobody reads dies of it, as everywhere else. */
static void pipes_of_qemu(void **state)
{
	struct qemu q;
	int status;

	(void)state;
	assert_int_equal(launch(&q, OPENED "kill -PIPE $$; sleep 0.1; exit 0", 9),
			 0);
	assert_int_equal(qemu_wait_exit(&q, &status), 0);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
	qemu_kill(&q);
}

static void on_signal(int nr)
{
	(void)nr;
}

/* Who is interrupted does not wait until the guest has ended by itself. */
static void interrupted_while_it_waits(void **state)
{
	struct sigaction handler = { .sa_handler = on_signal }, before;
	struct qemu q;
	int status;

	(void)state;
	sigaction(SIGTERM, &handler, &before);
	assert_int_equal(launch(&q, OPENED "sleep 0.3; kill $PPID; sleep 9", 9),
			 0);
	assert_int_equal(qemu_wait_exit(&q, &status), -EINTR);
	assert_int_equal(kill(q.pid, 0), 0);
	sigaction(SIGTERM, &before, NULL);
	qemu_kill(&q);
}

/*
 * QEMU gives a comma and a quote in an option a meaning: no path of a user is in one, for
 * it works where its files are, whatever that is called.
 */
static void works_in_the_folder_of_its_files(void **state)
{
	char *const argv[] = { "/bin/sh", "-c",
			       OPENED "echo \"$PWD\" >where; sleep 9", NULL };
	char *folder = xasprintf("%s/it's, a \"$(touch x)\"\nfolder", dir);
	char *base = xasprintf("%s/run", folder);
	char *where = xasprintf("%s/where", folder);
	char *line = xasprintf("%s\n", folder), *said = NULL;
	size_t len = 0;
	struct qemu q;

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(qemu_launch(&q, argv, base, 9), 0);
	for (int tries = 0; tries < 500 && len < strlen(line); tries++) {
		usleep(10000);
		free(said);
		said = read_stream(fopen(where, "r"), &len);
	}
	qemu_kill(&q);
	assert_non_null(said);
	assert_string_equal(said, line);
	free(said);
	unlink(where);
	free(where);
	where = xasprintf("%s.stderr", base);
	unlink(where);
	assert_int_equal(rmdir(folder), 0);
	free(where);
	free(line);
	free(base);
	free(folder);
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char *path = xasprintf("%s/run.stderr", dir);

	(void)state;
	unlink(path);
	free(path);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens),
		cmocka_unit_test(gone_before_a_command),
		cmocka_unit_test(waits),
		cmocka_unit_test(pipes_of_qemu),
		cmocka_unit_test(interrupted_while_it_waits),
		cmocka_unit_test(works_in_the_folder_of_its_files),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
