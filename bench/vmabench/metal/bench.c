// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The metal tier: the kernel that is running, one boot of it.
 *
 * Every scenario and pass is a fresh process (its own exec, not just a fork),
 * pinned to one CPU, in an order and with an environment size drawn from a
 * recorded seed, so that layout and order are not the same accident each time.
 */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "inside.h"
#include "metal/metal.h"
#include "record/write.h"
#include "run/calls.h"
#include "run/options.h"
#include "run/pass.h"
#include "inside.h"

#define METAL_OPS 64
#define EVENTS_SHARE \
	10 /* of the time for latencies, for events: a part in 10 */

/* How many batches of a pass there are to be, in the environment of what measures. */
#define BATCHES_ENV "VMABENCH_BATCHES"

struct bench {
	const char *results, *dir;
	const char *nonce; /* of whoever wants to know this record again, or NULL */
	struct what what;
	struct boot_plan boot;
	uint64_t random;
	struct event_plan events;
	unsigned int batches; /* of a pass, or 0: as many as it is for */
	bool kmsg;	      /* say in the kernel's log what begins */
	pid_t child;
	bool killed; /* a child, which may have left kprobes */
	char kernel_id[128];
	char lost[256]; /* why @cpu is no longer ours; empty while it is */
	char no_body[WHY_BYTES]; /* why the driver cannot be asked; empty if it can */
};

static void shuffle(struct bench *b, const struct scenario **v, size_t nr)
{
	for (size_t i = nr; i > 1; i--) {
		size_t j = splitmix64(&b->random) % i;
		const struct scenario *t = v[i - 1];

		v[i - 1] = v[j];
		v[j] = t;
	}
}

/**
 * raise_limit - take what this process can have
 * @which: limit, as RLIMIT_MEMLOCK
 *
 * There are two, a soft one, which is often low, and a hard one, up to which anybody
 * may raise it.
 *
 * Return: the limit from now on, %RLIM_INFINITY where none is known.
 */
rlim_t raise_limit(int which)
{
	struct rlimit limit;

	if (getrlimit(which, &limit))
		return RLIM_INFINITY;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(which, &limit);
	return limit.rlim_cur;
}

/* What the process that was to measure says, where its CPU is gone by then. */
static void emit_not_pinned(const struct scenario *s, int cpu, int err)
{
	char reason[256];

	why_not_pinned(cpu, err, reason, sizeof(reason));
	emit(stdout, reason_line("failure", s, NULL, reason));
}

/** metal_run - one scenario in one pass, in the process that it has to itself */
void metal_run(const char *command)
{
	struct run_config config = { .nr_ops = METAL_OPS };
	unsigned long long budget_ns;
	char name[64], pass[16], reason[256];
	const char *batches = getenv(BATCHES_ENV);
	const struct scenario *s;
	int retry, err, end = 0;

	/* The folder is all of the rest: it may have any name, of any length. */
	if (sscanf(command, "%63s %15s %d %u %llu %d%n", name, pass, &config.cpu,
		   &config.nr_batches, &budget_ns, &retry, &end) != 6 ||
	    command[end] != ' ' || !command[end + 1] || retry < 0 ||
	    retry >= NR_RETRIES)
		_exit(2);
	config.retry = (enum retry)retry;
	s = find_scenario(name);
	config.pass = find_pass(pass);
	if (!s || !config.pass)
		_exit(2);
	config.budget_ns = budget_ns;
	config.nr_warmup = config.pass->metal_warmup;
	if (batches) {
		config.nr_batches = (unsigned int)atoi(batches);
		config.nr_warmup = 1;
	}
	config.dir = command + end + 1;
	if (config.pass->enter &&
	    config.pass->enter(&config, reason, sizeof(reason))) {
		complain("vmabench: %s\n", reason);
		_exit(2);
	}
	raise_limit(RLIMIT_MEMLOCK);
	err = pin_task(0, config.cpu);
	if (err) {
		emit_not_pinned(s, config.cpu, -err);
	} else {
		clock_init();
		err = run_scenario(s, &config, stdout);
	}
	if (fflush(stdout))
		err = -errno;
	_exit(err ? 1 : 0);
}

static int spawn(struct bench *b, const struct scenario *s,
		 const struct pass *pass, uint64_t budget_ns, int *from)
{
	char *command, pad[1100];
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	command = xasprintf("%s %s %d %u %llu %d %s", s->name,
			    pass_names[pass->id], b->boot.cpu,
			    pass->metal_batches, (unsigned long long)budget_ns,
			    (int)b->what.retry, b->dir);
	memset(pad, 'x', sizeof(pad));
	pad[splitmix64(&b->random) % (sizeof(pad) - 1)] = '\0';
	b->child = fork();
	if (b->child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fds[1], STDOUT_FILENO);
		setenv("VMABENCH_PAD", pad, 1);
		execl("/proc/self/exe", "vmabench", "metal-run", command,
		      (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	free(command);
	if (b->child < 0) {
		close(fds[0]);
		return -errno;
	}
	*from = fds[0];
	return 0;
}

/* It still has to be waited for. */
static void end_child(struct bench *b)
{
	kill(b->child, SIGKILL);
	b->killed = true;
}

/* What the child writes until it ends, or is ended; returns whether it hung. */
static bool gather(struct bench *b, int from, uint64_t deadline_ns, FILE *all)
{
	while (!interrupted) {
		struct pollfd p = { .fd = from, .events = POLLIN };
		char buf[8192];
		ssize_t n;

		if (monotonic_ns() > deadline_ns) {
			end_child(b);
			return true;
		}
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = read(from, buf, sizeof(buf));
		if (n <= 0)
			return false;
		fwrite(buf, 1, (size_t)n, all);
	}
	end_child(b);
	return false;
}

/* Why there are no lines of a process that has ended so; to be freed, or NULL. */
static char *find_fault(const char *pass, int status, bool hung,
			bool out_of_memory)
{
	if (hung)
		return xasprintf("pass %s hung and was killed", pass);
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && out_of_memory)
		return xasprintf("pass %s was killed: the cgroup's memory limit (memory.max) is too low",
				 pass);
	if (WIFSIGNALED(status))
		return xasprintf("pass %s died of signal %d", pass,
				 WTERMSIG(status));
	if (WEXITSTATUS(status))
		return xasprintf("pass %s failed with status %d", pass,
				 WEXITSTATUS(status));
	return NULL;
}

/* Lines of one process; 0 or -EINTR. */
static int run_one(struct bench *b, const struct scenario *s,
		   const struct pass *pass, uint64_t budget_ns, json_t *lines)
{
	uint64_t deadline_ns = monotonic_ns() + 10 * budget_ns + 30000000000u;
	long oom_kills = cgroup_oom_kills("");
	char *text = NULL, *fault;
	size_t len = 0;
	int from, status, err = spawn(b, s, pass, budget_ns, &from);
	bool hung;
	FILE *all;

	if (err)
		return err;
	all = open_memstream(&text, &len);
	if (!all) {
		end_child(b);
		waitpid(b->child, NULL, 0);
		close(from);
		return -ENOMEM;
	}
	hung = gather(b, from, deadline_ns, all);
	waitpid(b->child, &status, 0);
	b->killed |= WIFSIGNALED(status);
	close(from);
	if (fclose(all) || interrupted) {
		free(text);
		return interrupted ? -EINTR : -ENOMEM;
	}
	fault = find_fault(pass_names[pass->id], status, hung,
			   cgroup_oom_kills("") > oom_kills);
	if (fault)
		add_failure(lines, s, NULL, fault);
	for (char *save = NULL, *l = strtok_r(text, "\n", &save); l && !fault;
	     l = strtok_r(NULL, "\n", &save))
		json_array_append_new(lines, json_loads(l, 0, NULL));
	free(fault);
	free(text);
	return 0;
}

/* Names the kernel in the results folder: "release-buildid". */
static void name_kernel(const json_t *kernel, char *name, size_t size)
{
	const char *release =
		json_string_value(json_object_get(kernel, "release"));
	const char *id = json_string_value(json_object_get(kernel, "build_id"));

	snprintf(name, size, "%.80s-%.8s", release ? release : "unknown",
		 id ? id : "noid");
	for (char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-+_",
			    *p))
			*p = '_';
}

/** cmd_where - print the folder of this host and kernel in a results folder */
static const struct argp where_argp = {
	.doc = "Print the folder of this host and kernel in the results.\v"
	       "Example:\n"
	       "  ls results/$(vmabench where)",
};

int cmd_where(int argc, char **argv)
{
	json_t *kernel;
	char name[128], *host;

	parse_command(&where_argp, argc, argv, NULL);
	kernel = kernel_info();
	host = host_id();
	name_kernel(kernel, name, sizeof(name));
	printf("%s/%s\n", host ? host : "unknown", name);
	free(host);
	json_decref(kernel);
	return 0;
}

static json_t *header(struct bench *b)
{
	char *boot_id = read_line("/proc/sys/kernel/random/boot_id");
	json_t *kernel = kernel_info(), *line;
	json_t *info = metal_info(b->boot.cpu);
	json_t *env = metal_env(b->boot.cpu);

	json_object_set_new(kernel, "config_sha256", config_sha256());
	name_kernel(kernel, b->kernel_id, sizeof(b->kernel_id));
	note_boot(info, b->boot.cpu);
	note_events(&b->events, info);
	json_object_set_new(info, "body",
			    json_string(*b->no_body ? b->no_body : "measured"));
	json_object_set_new(info, "held",
			    json_string("not measured: slabs are those of all processes"));
	json_object_set_new(info, "retry",
			    json_string(retry_names[b->what.retry]));
	line = record_head(TIER_METAL, NULL);
	if (b->what.about)
		json_object_set(line, "series", b->what.about);
	json_object_update_new(line,
			       json_pack("{s:o, s:o, s:o, s:o, s:{s:i, s:i, s:i, s:I, s:s?}}",
					 "kernel", kernel, "env", env, "info",
					 info, "suite", suite_info(), "boot",
					 "index", b->boot.index, "block",
					 b->boot.block, "order", b->boot.order,
					 "seed", (json_int_t)b->boot.seed,
					 "boot_id", boot_id));
	if (b->nonce)
		json_object_set_new(json_object_get(line, "boot"), "nonce",
				    json_string(b->nonce));
	if (bench_clock.step_ns > 0)
		json_object_set_new(line, "clock_step_ns",
				    json_real(bench_clock.step_ns));
	free(boot_id);
	return line;
}

/* A session of its own in the results; to be freed, or NULL, and then that was said. */
static char *make_session(const struct bench *b)
{
	char date[32], *host = host_id(), *session;
	time_t now = time(NULL);
	int err;

	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", gmtime(&now));
	session = xasprintf("%s/%s/%s/%s", b->results, host, b->kernel_id, date);
	free(host);
	err = make_own_dir(&session);
	if (!err)
		return session;
	complain("vmabench: nothing is measured: making the folder %s: %s\n",
		 session, strerror(-err));
	free(session);
	return NULL;
}

/* What was asked for, or a place in the results. Exit status. */
static int open_output(const struct bench *b, struct new_file *file)
{
	char *session, *path;
	bool opened;

	if (b->boot.output)
		return open_record(file, b->boot.output) ? 0 : 1;
	session = make_session(b);
	if (!session)
		return 1;
	path = xasprintf("%s/boot-00.jsonl", session);
	opened = open_record(file, path);
	if (opened)
		/* If nothing comes of it, the session goes as well. */
		file->had = strlen(session) - 1;
	else
		rmdir(session);
	free(path);
	free(session);
	return opened ? 0 : 1;
}

/* More than the rows, batches and notes of a scenario have ever taken. */
#define SCENARIO_BYTES (4u << 20)

/* The soft limit of files is raised to the hard one. */
static bool has_room(size_t nr_scenarios)
{
	rlim_t bytes = raise_limit(RLIMIT_FSIZE);

	if (bytes == RLIM_INFINITY || bytes / SCENARIO_BYTES >= nr_scenarios)
		return true;
	complain("vmabench: nothing is measured: files are limited to %llu KiB, and a record of %zu scenario%s may take %zu: raise the limit (ulimit -f)\n",
		 (unsigned long long)bytes / 1024, nr_scenarios,
		 nr_scenarios == 1 ? "" : "s",
		 nr_scenarios * (SCENARIO_BYTES / 1024));
	return false;
}

/* The module: without it nothing is said but this. */
static void find_driver(struct bench *b)
{
	int fd = open_driver(b->no_body, sizeof(b->no_body));

	if (fd >= 0)
		close(fd);
}

static void progress(size_t done, size_t all, const char *name, double left_s)
{
	const char *quiet = getenv("QUIET");

	if (quiet && *quiet && strcmp(quiet, "0"))
		return;
	erase_line();
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "[%zu/%zu] %s, %.0f s left", done, all, name,
			left_s);
	else if (done % 4 == 0)
		complain("[%zu/%zu] %s\n", done, all, name);
}

/*
 * CPUs go offline, and cpusets change. What was not measured by then has failed,
 * for one reason that is said once.
 */
static bool has_lost_cpu(struct bench *b)
{
	int err = *b->lost ? 0 : pin_trial(b->boot.cpu);

	if (err) {
		why_not_pinned(b->boot.cpu, -err, b->lost, sizeof(b->lost));
		complain("vmabench: the rest is not measured: %s\n", b->lost);
	}
	return *b->lost;
}

/* Events that do not fit together: each group in a process of its own. */
static int run_groups(struct bench *b, const struct scenario *s,
		      uint64_t budget_ns, json_t *lines)
{
	int err = 0;

	for (unsigned int g = 0; g < b->events.nr_groups && !err; g++) {
		setenv(EVENTS_ENV, b->events.groups[g], 1);
		err = run_one(b, s, &pass_pmu,
			      budget_ns / EVENTS_SHARE / b->events.nr_groups,
			      lines);
	}
	unsetenv(EVENTS_ENV);
	return err;
}

/*
 * To the kernel's log, in its own order: a complaint of the kernel stands behind the
 * scenario that ran by then. It is opened each time, for a writer who goes on is limited
 * to a few lines in some seconds. 0 or -errno.
 */
static int announce(const char *what, const char *name)
{
	char *line = xasprintf("vmabench: %s %s\n", what, name);
	int fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	/* In one piece: each write() is a message of its own. */
	int err = fd >= 0 && write(fd, line, strlen(line)) > 0 ? 0 : -errno;

	if (fd >= 0)
		close(fd);
	free(line);
	return err;
}

/* In all passes; 0 or -EINTR. */
static int measure_one(struct bench *b, const struct scenario *s,
		       struct warnings *warnings, uint64_t budget_ns,
		       json_t *lines)
{
	int err;

	if (has_lost_cpu(b)) {
		add_failure(lines, s, NULL, b->lost);
		return 0;
	}
	warn_begin_scenario(warnings);
	err = run_one(b, s, &pass_time, budget_ns, lines);
	warn_end_scenario(warnings);
	if (!err)
		err = run_one(b, s, &pass_counts, budget_ns, lines);
	if (!err)
		err = run_groups(b, s, budget_ns, lines);
	if (!err && !*b->no_body)
		err = run_one(b, s, &pass_body, budget_ns, lines);
	if (!err || err == -EINTR)
		return err;
	/* What could not be started has failed; the others have not. */
	add_failure(lines, s, NULL, strerror(-err));
	return 0;
}

/* Those that are chosen, in an order drawn from the seed; to be freed. */
static const struct scenario **draw_order(struct bench *b, size_t *nr)
{
	const struct scenario **order =
		xcalloc((size_t)(__stop_scenarios - __start_scenarios),
			sizeof(*order));

	*nr = 0;
	for_each_scenario(s)
	{
		if (is_chosen(&b->what.chosen, s))
			order[(*nr)++] = s;
	}
	b->random = b->boot.seed;
	shuffle(b, order, *nr);
	return order;
}

/* Lines of a record; 0 or -EINTR. */
static int measure_all(struct bench *b, const struct scenario **order,
		       size_t nr, json_t *lines)
{
	struct warnings warnings;
	/* The counting pass and starting processes take about a tenth. */
	uint64_t budget_ns = b->boot.seconds * 900000000ull / nr;
	int err = 0;

	warn_of_machine(&warnings, lines, b->boot.cpu);
	for (size_t i = 0; i < nr && !err; i++) {
		progress(i, nr, order[i]->name,
			 (double)(nr - i) * (double)b->boot.seconds / (double)nr);
		if (b->kmsg)
			announce("scenario", order[i]->name);
		err = measure_one(b, order[i], &warnings, budget_ns, lines);
	}
	erase_line();
	if (err == -EINTR)
		return err;
	warn_of_disturbances(&warnings);
	join_shapes(lines);
	return 0;
}

/* Exit status: 0, 1 the tool failed, 3 a scenario did, 128 + signal. */
static int measure(struct bench *b)
{
	json_t *lines = json_array(), *head = header(b);
	struct new_file file = { .fd = -1 };
	size_t nr;
	const struct scenario **order = draw_order(b, &nr);
	struct guard guard = { 0 };
	char *path = NULL;
	int status = has_room(nr) ? open_output(b, &file) : 1;

	if (status)
		goto out;
	path = xasprintf("%s", file.path);
	begin_guard(&guard);
	if (measure_all(b, order, nr, lines)) {
		status = 128 + interrupted;
		goto out;
	}
	status = save_record(&file, head, lines);
	if (status)
		goto out;
	puts(path);
	status = count_failures(lines) + count_undeclared(lines, NULL) ? 3 : 0;
out:
	end_guard(&guard, b->killed);
	new_file_drop(&file);
	json_decref(head);
	json_decref(lines);
	free(order);
	free(path);
	return status;
}

enum {
	OPT_DIR = 256,
	OPT_RESULTS,
	OPT_EVENTS,
	OPT_MULTIPLEX,
	OPT_BATCHES,
	OPT_KMSG,
	OPT_NONCE
};

static const struct argp_option options[] = {
	{ "results", OPT_RESULTS, "DIR", 0,
	  "Results folder, where no output is named (default results)", 0 },
	{ "dir", OPT_DIR, "DIR", 0,
	  "Folder for regular files (default: the current one)", 0 },
	{ "events", OPT_EVENTS, "LIST", 0,
	  "Events to count per operation, separated by commas (default: the usual ones of the PMU)",
	  0 },
	{ "multiplex", OPT_MULTIPLEX, NULL, 0,
	  "Take estimates where others use the PMU, and mark them", 0 },
	{ "batches", OPT_BATCHES, "N", 0,
	  "So many batches of each pass, after one: whether a kernel does all of it, not how fast (default: what the time is enough for)",
	  0 },
	{ "kmsg", OPT_KMSG, NULL, 0,
	  "Say in the kernel's log which scenario begins, for what the kernel complains of meanwhile",
	  0 },
	{ "nonce", OPT_NONCE, "HEX", 0,
	  "Write this into the record, by which whoever asked for it knows it again",
	  0 },
	{ 0 }
};

static const struct argp_child children[] = { { &what_argp, 0, NULL, 0 },
					      { &boot_argp, 0, NULL, 0 },
					      { 0 } };

static const struct field fields[] = {
	{ FIELD(OPT_RESULTS, struct bench, results) },
	{ FIELD(OPT_EVENTS, struct bench, events.asked) },
	{ FIELD(OPT_DIR, struct bench, dir) },
	{ FIELD(OPT_KMSG, struct bench, kmsg) },
	{ NUMBER(OPT_BATCHES, struct bench, batches, "batches", 1, 1000) },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct bench *b = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &b->what;
		state->child_inputs[1] = &b->boot;
		return 0;
	case OPT_NONCE:
		if (!*arg || strlen(arg) > 64 ||
		    strspn(arg, "0123456789abcdef") != strlen(arg))
			usage_error(state,
				    "--nonce: '%s' is not 1 to 64 digits of 0-9a-f",
				    arg);
		b->nonce = arg;
		return 0;
	case OPT_MULTIPLEX:
		b->events.multiplex = true;
		setenv(MULTIPLEX_ENV, "1", 1);
		return 0;
	default:
		return set_field(fields, key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[SCENARIO...]",
	.doc = "Measure the kernel that is running: latency, counts, VMAs.\v"
	       "It prints the path of the record. What is not permitted is skipped, "
	       "with the reason.\n"
	       "\n"
	       "Example:\n"
	       "  vmabench bench --seconds=30 secretmem_append anon_append",
	.children = children,
};

int cmd_bench(int argc, char **argv)
{
	struct bench b = {
		.results = "results",
		.dir = ".",
		.what.retry = NR_RETRIES,
		.boot = { .seconds = 60, .cpu = -1, .seed = (uint64_t)time(NULL) },
	};
	int status, err;

	parse_command(&argp, argc, argv, &b);
	if (b.what.retry == NR_RETRIES)
		b.what.retry = retry_of_this_kernel();
	if (b.boot.cpu < 0)
		b.boot.cpu = choose_cpu("vmabench bench");
	/* Its processes are started by it, and VMAs are counted in it. */
	if (access("/proc/self/exe", X_OK)) {
		complain("vmabench bench: /proc is not there: mount it (mount -t proc proc /proc)\n");
		free(b.what.chosen.names);
		return 1;
	}
	catch_signals();
	clock_init();
	if (b.batches) {
		char number[16];

		snprintf(number, sizeof(number), "%u", b.batches);
		setenv(BATCHES_ENV, number, 1);
	}
	err = b.kmsg ? announce("version", VMABENCH_VERSION) : 0;
	if (err)
		complain("vmabench bench: --kmsg: writing to /dev/kmsg: %s; go without, or run as root\n",
			 strerror(-err));
	status = err || b.boot.cpu < 0 ? 1 : plan_events(&b.events, b.boot.cpu);
	find_driver(&b);
	if (!status)
		status = measure(&b);
	free_events(&b.events);
	free(b.what.chosen.names);
	return status;
}
