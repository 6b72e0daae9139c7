// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whole programs, timed by hyperfine: fork, exec, all that the loader maps, and
 * the end of it. It is hyperfine that runs and times them; what it says goes
 * into the record, run by run.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "run/pass.h"
#include "session.h"

#define MIN_RUNS 3
#define MAX_RUNS 2000
#define TRIAL_RUNS 2 /* the first one reads files from the disk */

/*
 * Runs a program to its end, with nothing to read and its output thrown away.
 * Returns what waitpid() says, or -errno; 127 << 8: it cannot be executed.
 */
static int run_quietly(char *const argv[], int err_fd)
{
	pid_t parent = getpid(), pid = fork();
	int status, null;

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, SIG_DFL);
		null = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (getppid() != parent || null < 0)
			_exit(126);
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(err_fd >= 0 ? err_fd : null, STDERR_FILENO);
		execvp(argv[0], argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status;
}

/* Whether it went well; if not, @reason says how. */
static bool ended_well(int status, const char *what, char *reason, size_t size)
{
	if (status < 0)
		snprintf(reason, size, "%s: %s", what, strerror(-status));
	else if (WIFSIGNALED(status))
		snprintf(reason, size, "%s died of signal %d", what,
			 WTERMSIG(status));
	else if (WEXITSTATUS(status) == 127)
		snprintf(reason, size, "%s cannot be executed", what);
	else
		snprintf(reason, size, "%s ended with status %d", what,
			 WEXITSTATUS(status));
	return status == 0;
}

/*
 * The program's words; to be freed, without the words. Our own executable has a
 * name that is good in any process, wherever it lies and even if the file is
 * gone by now.
 */
static char **own_argv(const char *const *program)
{
	static char self[32];
	size_t nr = 0;
	char **argv;

	while (program[nr])
		nr++;
	argv = xcalloc(nr + 1, sizeof(*argv));
	for (size_t i = 0; i < nr; i++)
		argv[i] = (char *)program[i];
	if (!strcmp(argv[0], "/proc/self/exe")) {
		snprintf(self, sizeof(self), "/proc/%d/exe", (int)getpid());
		argv[0] = self;
	}
	return argv;
}

/* One line, to be taken apart at blanks again: each word in single quotes. */
static char *quoted(char *const argv[])
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (; *argv; argv++) {
		fputc('\'', f);
		for (const char *c = *argv; *c; c++)
			fputs(*c == '\'' ? "'\\''" : (char[]){ *c, '\0' }, f);
		fputs(argv[1] ? "' " : "'", f);
	}
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* What a run takes, in ns; 0 with run.reason set if one does not end well. */
static uint64_t try_program(struct session *s, char *const argv[])
{
	uint64_t ns = 0;

	for (int i = 0; i < TRIAL_RUNS; i++) {
		uint64_t start = monotonic_ns();
		int status = run_quietly(argv, -1);

		ns = monotonic_ns() - start;
		if (!ended_well(status, argv[0], s->run.reason,
				sizeof(s->run.reason)))
			return 0;
	}
	return ns ? ns : 1;
}

static unsigned int runs_within(uint64_t budget_ns, uint64_t run_ns)
{
	uint64_t runs = budget_ns / run_ns;

	return runs < MIN_RUNS	 ? MIN_RUNS
	       : runs > MAX_RUNS ? MAX_RUNS
				 : (unsigned int)runs;
}

/* What hyperfine has to say of an error: its first line. */
static void read_error(int fd, char *reason, size_t size)
{
	size_t len = strlen(reason);
	char text[200];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n <= 0)
		return;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	snprintf(reason + len, size - len, ": %s", text);
}

/*
 * Has hyperfine write to files that are in memory and have no name: whatever
 * happens, they are gone with us. It opens them by what the kernel calls them.
 */
static json_t *hyperfine(struct session *s, const char *command, unsigned int runs)
{
	int json_fd = memfd_create("hyperfine.json", 0);
	int err_fd = memfd_create("hyperfine.err", MFD_CLOEXEC);
	char path[sizeof("/proc/self/fd/") + 3 * sizeof(int)], nr[16];
	const char *const argv[] = { "hyperfine",
				     "--shell=none",
				     "--style=none",
				     "--export-json",
				     path,
				     "--runs",
				     nr,
				     command,
				     NULL };
	json_t *json = NULL;
	int status;

	if (json_fd < 0 || err_fd < 0) {
		set_reason(&s->run, "memfd_create: %s", strerror(errno));
		goto out;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", json_fd);
	snprintf(nr, sizeof(nr), "%u", runs);
	status = run_quietly((char *const *)argv, err_fd);
	if (!ended_well(status, "hyperfine", s->run.reason,
			sizeof(s->run.reason))) {
		read_error(err_fd, s->run.reason, sizeof(s->run.reason));
		goto out;
	}
	lseek(json_fd, 0, SEEK_SET);
	json = json_loadfd(json_fd, 0, NULL);
	if (!json)
		set_reason(&s->run, "hyperfine has not written JSON");
out:
	if (json_fd >= 0)
		close(json_fd);
	if (err_fd >= 0)
		close(err_fd);
	return json;
}

/* Times of all runs in ns; NULL where these are not what was asked for. */
static json_t *run_times(const json_t *json, unsigned int runs)
{
	const json_t *result =
		json_array_get(json_object_get(json, "results"), 0);
	const json_t *times = json_object_get(result, "times");
	json_t *batches;

	if (json_array_size(times) != runs)
		return NULL;
	batches = json_array();
	for (size_t i = 0; i < runs && batches; i++) {
		double seconds = json_number_value(json_array_get(times, i));

		if (seconds > 0) {
			json_array_append_new(batches,
					      json_integer((json_int_t)(seconds * 1e9 +
									0.5)));
			continue;
		}
		json_decref(batches);
		batches = NULL;
	}
	return batches;
}

static int time_program(struct session *s, char *const argv[])
{
	uint64_t run_ns = try_program(s, argv);
	json_t *json, *batches;
	unsigned int runs;
	char *command;

	if (!run_ns)
		return emit_failure(s, "run", s->run.reason);
	command = quoted(argv);
	if (!command)
		return -ENOMEM;
	runs = s->config->nr_batches ? s->config->nr_batches
				     : runs_within(s->config->budget_ns, run_ns);
	json = hyperfine(s, command, runs);
	free(command);
	if (!json)
		return emit_failure(s, "run", s->run.reason);
	if (has_left_cpu(s->config->cpu, s->run.reason, sizeof(s->run.reason))) {
		json_decref(json);
		return emit_failure(s, "run", s->run.reason);
	}
	batches = run_times(json, runs);
	json_decref(json);
	if (!batches)
		return emit_failure(s, "run",
				    "hyperfine's JSON does not hold the time of each run");
	return emit_batches(s,
			    metric_line(s->run.scenario, "run", METRIC_LATENCY,
					s->config->pass->id, false, 1),
			    batches);
}

static bool has_hyperfine(void)
{
	const char *const argv[] = { "hyperfine", "--version", NULL };

	return run_quietly((char *const *)argv, -1) == 0;
}

/**
 * run_program - time whole runs of a scenario's program
 * @s: session; nothing is open
 *
 * The scenario's setup() may say in run->reason why there is no such program.
 *
 * Return: 0 if the lines that were written say what happened, else -errno.
 */
int run_program(struct session *s)
{
	const struct scenario *sc = s->run.scenario;
	char **argv;
	int err;

	/* Nothing is counted: what a program does is for it to know. */
	if (!s->config->pass->first)
		return 0;
	if (s->config->guest)
		return emit_skip(s, NULL, "no programs in the guest");
	if (sc->setup && sc->setup(&s->run))
		return emit_skip(s, NULL, s->run.reason);
	if (!has_hyperfine())
		return emit_skip(s, NULL, "no hyperfine (Debian: hyperfine)");
	argv = own_argv(sc->program);
	err = time_program(s, argv);
	free(argv);
	return err;
}
