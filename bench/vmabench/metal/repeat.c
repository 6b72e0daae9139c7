// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One scenario again and again, for a profiler to look at. There is no record:
 * what runs under a profiler is not a measurement.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "inside.h"
#include "metal/metal.h"
#include "run/options.h"
#include "run/pass.h"

#define REPEAT_OPS 64

struct repeat {
	const struct scenario *scenario;
	const char *dir;
	unsigned int seconds;
	int cpu;
};

/* What in @lines kept the scenario from being timed, or "". They are taken apart. */
static void find_reason(char *lines, char *reason, size_t size)
{
	bool timed = false;

	*reason = '\0';
	for (char *save = NULL, *l = strtok_r(lines, "\n", &save);
	     l && !*reason; l = strtok_r(NULL, "\n", &save)) {
		json_t *line = json_loads(l, 0, NULL);
		const char *type =
			json_string_value(json_object_get(line, "type"));
		const char *why =
			json_string_value(json_object_get(line, "reason"));

		if (type && !strcmp(type, "row"))
			timed = true;
		else if (type && why &&
			 (!strcmp(type, "skip") || !strcmp(type, "failure")))
			snprintf(reason, size, "%s", why);
		json_decref(line);
	}
	if (!*reason && !timed)
		snprintf(reason, size, "it is not timed on this kernel");
}

/*
 * One run, in a process of its own: a run ends after as many batches as a record
 * could hold, which may be long before the time is over. 0, 3 or 1.
 */
static int run_once(const struct repeat *r, uint64_t budget_ns)
{
	const struct run_config config = {
		.pass = &pass_time,
		.nr_ops = REPEAT_OPS,
		.nr_warmup = 1,
		.budget_ns = budget_ns,
		.dir = r->dir,
		.retry = retry_of_this_kernel(),
		.cpu = r->cpu,
	};
	int fd = memfd_create("lines", MFD_CLOEXEC), status;
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w+");
	char *lines = NULL, reason[512];
	size_t size = 0;
	pid_t child;

	if (!out) {
		complain("vmabench repeat: memfd_create: %s\n", strerror(errno));
		if (fd >= 0)
			close(fd);
		return 1;
	}
	/* Signals end us as they end any program, and the child with us. */
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		raise_limit(RLIMIT_MEMLOCK);
		status = pin_task(0, r->cpu) ||
			 run_scenario(r->scenario, &config, out);
		_exit(fclose(out) || status);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0) {
		complain("vmabench repeat: fork: %s\n", strerror(errno));
		/* cppcheck-suppress doubleFree ; the other was in the child */
		fclose(out);
		return 1;
	}
	rewind(out);
	if (status)
		snprintf(reason, sizeof(reason), "its process failed");
	else if (getdelim(&lines, &size, '\0', out) < 0)
		snprintf(reason, sizeof(reason),
			 "it is not timed on this kernel");
	else
		find_reason(lines, reason, sizeof(reason));
	free(lines);
	fclose(out);
	if (!*reason)
		return 0;
	complain("vmabench repeat: %s: %s\n", r->scenario->name, reason);
	return 3;
}

static const struct argp_option options[] = {
	{ "seconds", 's', "N", 0, "How long (default 10)", 0 },
	{ "cpu", 'c', "N", 0, "CPU to run on (default: the last one)", 0 },
	{ "dir", 'd', "DIR", 0,
	  "Folder for regular files (default: the current one)", 0 },
	{ 0 }
};

static const struct field fields[] = { { NUMBER('s', struct repeat, seconds,
						"seconds", 1, 86400) },
				       { FIELD('d', struct repeat, dir) },
				       { 0 } };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct repeat *r = state->input;

	switch (key) {
	case 'c':
		r->cpu = parse_cpu(arg, state);
		break;
	case ARGP_KEY_ARG:
		if (r->scenario)
			usage_error(state, "one scenario at a time ('%s')", arg);
		r->scenario = find_scenario(arg);
		if (!r->scenario)
			refuse_scenario("", arg, state);
		break;
	case ARGP_KEY_END:
		if (!r->scenario)
			usage_error(state, "which scenario?");
		break;
	default:
		return set_field(fields, key, arg, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "SCENARIO",
	.doc = "Run one scenario again and again, for a profiler.\v"
	       "It prints nothing and writes no record.\n"
	       "\n"
	       "Example:\n"
	       "  perf record -g vmabench repeat secretmem_append",
};

/** cmd_repeat - the subcommand */
int cmd_repeat(int argc, char **argv)
{
	struct repeat r = { .dir = ".", .seconds = 10, .cpu = -1 };
	uint64_t end_ns;
	int status;

	parse_command(&argp, argc, argv, &r);
	if (r.cpu < 0)
		r.cpu = choose_cpu("vmabench repeat");
	if (r.cpu < 0)
		return 1;
	clock_init();
	end_ns = monotonic_ns() + r.seconds * 1000000000ull;
	do {
		uint64_t now_ns = monotonic_ns();

		status = run_once(&r, now_ns < end_ns ? end_ns - now_ns : 1);
	} while (!status && monotonic_ns() < end_ns);
	return status;
}
