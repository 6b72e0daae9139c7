// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which of the plugins QEMU takes. Its plugin interface has versions, and the only one
 * who knows which of them a QEMU has is that QEMU: each is offered to it, the newest
 * first, with no guest, so that it is known before a kernel is built.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "qemu.h"

/* The Makefile builds these: see bench/plugin/qemu-plugin.h. */
static const int plugin_apis[] = { 7, 3, 2, 1 };

/* What the plugin says when QEMU has loaded it. */
#define GREETING "vmabench-insns: API "

/* Waits for @pid, but no longer than until @end_ns. Returns its wait status. */
static int wait_for(pid_t pid, uint64_t end_ns)
{
	struct timespec pause = { .tv_nsec = 5000000 };
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (interrupted || monotonic_ns() >= end_ns)
			qemu_kill_group(pid);
		nanosleep(&pause, NULL);
	}
	return status;
}

/* For one that has ended without a word. */
static char *silence(int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return xasprintf("(nothing, until it was killed)");
	if (WIFSIGNALED(status))
		return xasprintf("(nothing: signal %d ended it)",
				 WTERMSIG(status));
	return xasprintf("(nothing: exit status %d)", WEXITSTATUS(status));
}

/*
 * Offers @plugin to QEMU, which has time until @end_ns. Returns NULL if it was taken,
 * or else, to be freed, what QEMU said to that.
 */
static char *offer(const struct exact *x, const char *plugin, uint64_t end_ns)
{
	struct arguments args = { 0 };
	char *path = path_of(x->image.scratch, "/answer");
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), status, err;
	FILE *said = fopen(path, "w+e");
	char *answer, *end;
	size_t size;
	pid_t pid;

	free(path);
	if (!said)
		return xasprintf("no file for the answer: %s", strerror(errno));
	push(&args, xasprintf("%s", x->image.qemu));
	push_words(&args, "-machine none -accel tcg -display none -nodefaults "
			  "-no-user-config -S");
	push_option(&args, "-plugin", xasprintf("./" GUEST_PLUGIN ",probe=on"));
	err = link_to_scratch(x->image.scratch, GUEST_PLUGIN, plugin);
	pid = err ? err
		  : qemu_fork(args.v, x->image.scratch, null, fileno(said),
			      fileno(said));
	free_arguments(&args);
	close(null);
	if (pid < 0) {
		fclose(said);
		return xasprintf("%s: %s", plugin, strerror(-pid));
	}
	status = wait_for(pid, end_ns);
	rewind(said);
	answer = read_stream(said, &size);
	if (!answer)
		return xasprintf("out of memory");
	if (strstr(answer, GREETING)) {
		free(answer);
		return NULL;
	}
	/* In a line, the last of them: others are warnings. */
	end = answer + strlen(answer);
	while (end > answer && end[-1] == '\n')
		*--end = '\0';
	end = strrchr(answer, '\n');
	end = *answer ? xasprintf("%s", end ? end + 1 : answer) : silence(status);
	free(answer);
	return end;
}

/**
 * plugin_choose - find the plugin that QEMU takes
 * @x: its plugin is tried alone, if there is one; else it is chosen here. Its scratch
 *	folder must be there.
 *
 * Of those beside this program. What QEMU said to each is on stderr if it takes none.
 *
 * Return: the plugin's path, to be freed, or NULL.
 */
char *plugin_choose(const struct exact *x)
{
	char *answers = NULL, *found = NULL, *last = NULL;
	size_t size, nr = sizeof(plugin_apis) / sizeof(*plugin_apis);
	/* For all of them: one that hangs does so with each. */
	uint64_t end_ns = monotonic_ns() + x->timeout_s * 1000000000ull;
	FILE *f = open_memstream(&answers, &size);

	if (!f)
		return NULL;
	for (size_t i = 0; i < (x->plugin ? 1 : nr) && !found && !interrupted &&
			   monotonic_ns() < end_ns;
	     i++) {
		char name[32], *path, *answer;

		sprintf(name, "vmabench-insns-%d.so", plugin_apis[i]);
		path = x->plugin ? xasprintf("%s", x->plugin) : beside(name);
		answer = offer(x, path, end_ns);

		if (!answer)
			found = path;
		else if (!last || strcmp(answer, last))
			fprintf(f, "  %s\n", answer);
		if (answer)
			free(path);
		free(last);
		last = answer;
	}
	free(last);
	fclose(f);
	if (!found && !interrupted)
		fprintf(stderr,
			"vmabench: %s (%s) takes no plugin that counts instructions. It said:\n%s",
			x->image.qemu, x->image.qemu_version, answers);
	free(answers);
	return found;
}
