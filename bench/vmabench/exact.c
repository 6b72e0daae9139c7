// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host side of the exact tier: one stage's kernel, booted once in QEMU,
 * snapshotted, and run from that snapshot once per scenario, pass and repeat.
 *
 * Every run starts from the same machine state, so that adding or removing one
 * changes no figure of another. Every run is made twice, and two that differ
 * are a failure of the scenario, not an average.
 */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exact.h"
#include "guest_io.h"
#include "qemu.h"
#include "symbols.h"
#include "util.h"
#include "vmabench.h"

#define REPEATS 2

/*
 * What makes two runs of QEMU the same run: virtual time that is a count of
 * instructions, no host clock, no host randomness. Part of the record.
 */
static const char machine_args[] =
	"-M pc -cpu max -smp 1 -accel tcg,thread=single "
	"-icount shift=0,sleep=off -seed 1 "
	"-rtc base=2025-01-01T00:00:00,clock=vm "
	"-nodefaults -no-user-config -display none -no-reboot "
	"-action panic=pause -device pvpanic "
	"-device isa-debug-exit,iobase=0xf4,iosize=4";

/*
 * lpj and tsc_early_khz save the calibration loops (virtual time runs at 1 GHz);
 * nolapic_timer another one, of 100 ms of virtual time in which every reading of
 * the TSC leaves the translated code: 24 s of a boot of 25. blimit lets RCU run
 * all callbacks of a batch at once. The vDSO is placed at random even where
 * nothing else is, and a VMA that touches the stack's or does not is a slot more
 * or less in the maple tree: without it. Short grace periods keep
 * the drains short.
 */
static const char kernel_args[] =
	"console=ttyS0 nokaslr norandmaps panic=-1 lpj=10000000 "
	"tsc_early_khz=1000000 tsc=reliable no_timer_check vdso=0 secretmem.enable=1 "
	"rcutree.blimit=10000 rcutree.jiffies_till_first_fqs=0 "
	"rcutree.jiffies_till_next_fqs=1 nolapic_timer rdinit=/init";

struct exact {
	const char *stage, *image, *plugin, *out, *qemu, *keep, *append, *stacks;
	const char **scenarios; /* NULL: all */
	size_t nr_scenarios;
	unsigned int jobs, timeout_s, seed;
	unsigned int nr_ops, nr_batches, nr_warmup;
	char *dir; /* scratch */
	char *qemu_version;
	struct symbols symbols;
};

/* One QEMU from the snapshot. */
struct job {
	const struct scenario *scenario; /* NULL: the calibration */
	enum pass pass;
	int repeat;
	bool stacks; /* chains of callers, too */
	pid_t pid;
	int status;
	char *base; /* path of its files, without suffix */
};

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

static char *path_of(const char *base, const char *suffix)
{
	char *path = NULL;

	if (asprintf(&path, "%s%s", base, suffix) < 0) {
		fputs("vmabench: out of memory\n", stderr);
		exit(1);
	}
	return path;
}

/* Splits @words at blanks and appends them to argv. */
static void push_words(char **argv, size_t *n, const char *words)
{
	char *copy = strdup(words), *save = NULL;

	for (char *w = strtok_r(copy, " ", &save); w;
	     w = strtok_r(NULL, " ", &save))
		argv[(*n)++] = strdup(w);
	free(copy);
}

static void push(char **argv, size_t *n, const char *option, char *value)
{
	argv[(*n)++] = strdup(option);
	argv[(*n)++] = value;
}

#define MAX_ARGS 96

/* The arguments of a run; @base names its files, @extra goes last. */
static char **qemu_argv(const struct exact *x, const char *base)
{
	char **argv = calloc(MAX_ARGS, sizeof(*argv));
	size_t n = 0;
	char *text;

	argv[n++] = strdup(x->qemu);
	push_words(argv, &n, machine_args);
	if (asprintf(&text, "%d", GUEST_MEMORY_MIB) >= 0)
		push(argv, &n, "-m", text);
	push(argv, &n, "-kernel", path_of(x->image, "/vmlinux"));
	push(argv, &n, "-initrd", path_of(x->dir, "/initrd"));
	if (asprintf(&text, "%s memmap=%dM!%dM %s", kernel_args, GUEST_DISK_MIB,
		     GUEST_DISK_AT_MIB, x->append) >= 0)
		push(argv, &n, "-append", text);
	if (asprintf(&text, "loader,file=%s/disk,addr=%#x,force-raw=on", x->dir,
		     GUEST_DISK_AT_MIB << 20) >= 0)
		push(argv, &n, "-device", text);
	if (asprintf(&text, "file,id=records,path=%s.records", base) >= 0)
		push(argv, &n, "-chardev", text);
	if (asprintf(&text, "isa-debugcon,iobase=%#x,chardev=records",
		     GUEST_PORT_RECORDS) >= 0)
		push(argv, &n, "-device", text);
	if (asprintf(&text, "file:%s.console", base) >= 0)
		push(argv, &n, "-serial", text);
	push(argv, &n, "-qmp", strdup("stdio"));
	return argv;
}

static void free_argv(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

static int start(struct qemu *q, char **argv, const char *base,
		 unsigned int timeout_s)
{
	char *err_path = path_of(base, ".stderr");
	int err = qemu_start(q, argv, err_path, timeout_s);
	json_t *r = NULL;

	if (!err)
		r = qemu_command(q, "{\"execute\":\"qmp_capabilities\"}");
	if (!err && !r)
		err = -errno;
	json_decref(r);
	free(err_path);
	return err;
}

static int save_snapshot(const struct exact *x, struct qemu *q)
{
	char *command;
	json_t *r;

	if (asprintf(&command,
		     "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"exec:cat > '%s/snapshot'\"}}",
		     x->dir) < 0)
		return -ENOMEM;
	r = qemu_command(q, command);
	free(command);
	while (r) {
		struct timespec pause = { .tv_nsec = 10000000 };
		const char *status;
		int err = 1;

		json_decref(r);
		r = qemu_command(q, "{\"execute\":\"query-migrate\"}");
		status = json_string_value(json_object_get(r, "status"));
		if (status && !strcmp(status, "completed"))
			err = 0;
		else if (status && !strcmp(status, "failed"))
			err = -EIO;
		if (err <= 0) {
			json_decref(r);
			return err;
		}
		nanosleep(&pause, NULL);
	}
	return -errno;
}

/* Boots to the point where the guest stops itself, and keeps that state. */
static int boot(const struct exact *x)
{
	char *base = path_of(x->dir, "/boot");
	char **argv = qemu_argv(x, base);
	struct qemu q;
	int err = start(&q, argv, base, x->timeout_s);

	if (!err)
		err = qemu_wait_event(&q, "GUEST_PANICKED");
	if (!err)
		err = save_snapshot(x, &q);
	qemu_kill(&q);
	free_argv(argv);
	free(base);
	return err;
}

/* The process of a job. Returns its exit status. */
static int run_job(const struct exact *x, const struct job *job)
{
	char **argv = qemu_argv(x, job->base);
	struct qemu q;
	size_t n = 0;
	char *text;
	json_t *r = NULL;
	int status = 0, err;

	while (argv[n])
		n++;
	if (asprintf(&text, "exec:cat '%s/snapshot'", x->dir) >= 0)
		push(argv, &n, "-incoming", text);
	if (asprintf(&text, "name=" GUEST_FW_COMMAND ",string=%s %s %u %u %u %u",
		     job->scenario ? job->scenario->name : CALIBRATION,
		     pass_names[job->pass], x->nr_ops, x->nr_batches,
		     x->nr_warmup, x->seed) >= 0)
		push(argv, &n, "-fw_cfg", text);
	if (job->pass == PASS_INSNS &&
	    asprintf(&text, "%s,symbols=%s/symbols,out=%s.insns%s%s%s",
		     x->plugin, x->dir, job->base,
		     job->stacks ? ",stacks=" : "", job->stacks ? job->base : "",
		     job->stacks ? ".stacks" : "") >= 0)
		push(argv, &n, "-plugin", text);

	err = start(&q, argv, job->base, x->timeout_s);
	if (!err)
		err = qemu_wait_status(&q, "inmigrate");
	if (!err)
		r = qemu_command(&q, "{\"execute\":\"cont\"}");
	if (!err && !r)
		err = -errno;
	json_decref(r);
	if (!err)
		err = qemu_wait_exit(&q, &status);
	if (q.pid)
		qemu_kill(&q);
	free_argv(argv);
	if (err == -ETIMEDOUT)
		return 4;
	if (err)
		return 5;
	return WIFEXITED(status) && WEXITSTATUS(status) == GUEST_EXIT_STATUS ? 0
									     : 6;
}

static const char *job_error(int status)
{
	if (!WIFEXITED(status))
		return "the run was killed";
	switch (WEXITSTATUS(status)) {
	case 0:
		return NULL;
	case 4:
		return "the guest hung";
	case 5:
		return "QEMU did not start the guest";
	default:
		return "the guest ended early (panic, reset or power-off)";
	}
}

static int run_jobs(const struct exact *x, struct job *jobs, size_t nr)
{
	size_t next = 0, running = 0, done = 0;

	while (done < nr) {
		pid_t pid;
		int status;

		while (!interrupted && next < nr && running < x->jobs) {
			struct job *job = &jobs[next++];

			job->pid = fork();
			if (job->pid == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				signal(SIGINT, SIG_IGN);
				_exit(run_job(x, job));
			}
			if (job->pid < 0)
				return -errno;
			running++;
		}
		pid = wait(&status);
		if (interrupted || (pid < 0 && errno == EINTR)) {
			for (size_t i = 0; i < next; i++)
				if (jobs[i].pid > 0)
					kill(jobs[i].pid, SIGKILL);
			while (wait(NULL) > 0)
				;
			return -EINTR;
		}
		if (pid < 0)
			return -errno;
		for (size_t i = 0; i < next; i++) {
			if (jobs[i].pid != pid)
				continue;
			jobs[i].pid = 0;
			jobs[i].status = status;
			running--;
			done++;
		}
	}
	return 0;
}

static char *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL, buf[65536];
	size_t n;
	FILE *out;

	*len = 0;
	if (!f)
		return NULL;
	out = open_memstream(&text, len);
	while (out && (n = fread(buf, 1, sizeof(buf), f)))
		fwrite(buf, 1, n, out);
	fclose(f);
	if (!out || fclose(out))
		return NULL;
	return text;
}

/* Complaint of the kernel in a console, or NULL; points into @text. */
static const char *complaint(const char *text)
{
	static const char *const signs[] = {
		"WARNING:",
		"BUG:",
		"Oops",
		"Kernel panic",
		"general protection",
		"kernel BUG at",
		"INFO: rcu",
		"INFO: task",
	};
	const char *first = NULL;

	for (size_t i = 0; text && i < sizeof(signs) / sizeof(*signs); i++) {
		const char *at = strstr(text, signs[i]);

		if (at && (!first || at < first))
			first = at;
	}
	return first;
}

/* Nothing of a guest reaches the terminal as it is. */
static void print_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || (text[i] >= ' ' && text[i] < 127))
			fputc(text[i], stderr);
	fputc('\n', stderr);
}

static void print_tail(const char *what, const char *text, size_t len)
{
	const char *p = text ? text + len : NULL, *sign = complaint(text);

	for (int lines = 0; p && p > text && lines <= 12; p--)
		lines += p[-1] == '\n';
	fprintf(stderr, "vmabench: %s\n", what);
	if (sign) {
		fputs("vmabench: the kernel complained: ", stderr);
		print_plain(sign, strcspn(sign, "\n"));
	}
	fputs("vmabench: end of its console:\n", stderr);
	if (p)
		print_plain(p, (size_t)(text + len - p));
}

static int add_failure(json_t *lines, const struct scenario *s, const char *op,
		       const char *reason)
{
	json_t *line = scenario_line("failure", s, op);

	json_object_set_new(line, "reason", json_string(reason));
	return json_array_append_new(lines, line);
}

static bool same_files(const char *a, const char *b, const char *suffix)
{
	char *path_a = path_of(a, suffix), *path_b = path_of(b, suffix);
	size_t len_a, len_b;
	char *text_a = read_whole(path_a, &len_a);
	char *text_b = read_whole(path_b, &len_b);
	bool same = text_a && text_b && len_a == len_b &&
		    !memcmp(text_a, text_b, len_a);

	free(path_a);
	free(path_b);
	free(text_a);
	free(text_b);
	return same;
}

/* The line of a run that says what its regions were about, or NULL. */
static json_t *regions_line(const struct job *job)
{
	char *path = path_of(job->base, ".records"), *line = NULL;
	FILE *f = fopen(path, "re");
	json_t *found = NULL;
	size_t size = 0;

	while (f && !found && getline(&line, &size, f) > 0) {
		json_t *j = json_loads(line, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));

		if (type && !strcmp(type, "regions"))
			found = json_incref(j);
		json_decref(j);
	}
	free(line);
	if (f)
		fclose(f);
	free(path);
	return found;
}

static int read_insns(const struct job *job, struct regions *r)
{
	char *path = path_of(job->base, ".insns");
	int err = regions_read(path, r);

	free(path);
	return err;
}

/* Lines of one run: rows, shapes, skips and failures, as the guest sent them. */
static void collect(const struct job *job, json_t *lines)
{
	char *path = path_of(job->base, ".records");
	char reason[256] = "the plugin's output is not whole";
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");
	bool ended = false;

	while (f && getline(&line, &size, f) > 0) {
		json_t *j = json_loads(line, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));

		if (type && !strcmp(type, "regions")) {
			struct regions r;

			if (read_insns(job, &r) ||
			    regions_rows(j, &r, lines, reason, sizeof(reason)))
				add_failure(lines, job->scenario, NULL, reason);
			regions_free(&r);
		} else if (type && !strcmp(type, "exit")) {
			ended = json_integer_value(json_object_get(j, "status")) ==
				0;
		} else if (type) {
			json_array_append(lines, j);
		}
		json_decref(j);
	}
	free(line);
	if (f)
		fclose(f);
	free(path);
	if (!ended)
		add_failure(lines, job->scenario, NULL,
			    "the scenario's process did not end well");
}

static bool is_integer(const json_t *j, const char *key, uint64_t value)
{
	return json_integer_value(json_object_get(j, key)) == (json_int_t)value;
}

/* In what two runs of the same thing differ; false if they do not. */
static bool runs_differ(const struct job *a, const struct job *b, char *where,
			size_t size)
{
	struct regions x, y;
	bool differ;
	json_t *line;

	if (!same_files(a->base, b->base, ".records")) {
		snprintf(where, size, "what the guest reported");
		return true;
	}
	if (a->pass != PASS_INSNS || same_files(a->base, b->base, ".insns"))
		return false;
	line = regions_line(a);
	differ = !line || read_insns(a, &x);
	if (differ) {
		snprintf(where, size, "the plugin's output is not whole");
	} else {
		differ = read_insns(b, &y) ||
			 regions_differ(line, &x, &y, where, size);
		regions_free(&y);
		regions_free(&x);
	}
	json_decref(line);
	return differ;
}

/* Chains of callers of one scenario, from a run of its own. */
static int add_stacks(const struct exact *x, json_t *lines)
{
	struct job job = { .pass = PASS_INSNS, .stacks = true };
	json_t *line;
	char *path;
	int err;

	job.scenario = find_scenario(x->stacks);
	job.base = path_of(x->dir, "/stacks");
	err = run_jobs(x, &job, 1);
	if (!err) {
		path = path_of(job.base, ".stacks");
		line = regions_line(&job);
		if (job_error(job.status) || !line ||
		    stacks_lines(line, path, lines))
			add_failure(lines, job.scenario, NULL,
				    "no chains of callers came out");
		json_decref(line);
		free(path);
	}
	free(job.base);
	return err;
}

/*
 * The plugin against code of known length. An instrument that is off by one is
 * not used.
 */
static int calibrate(const struct exact *x)
{
	struct job job = { .pass = PASS_INSNS };
	struct regions r = { 0 };
	char *path = NULL, *line = NULL;
	size_t size = 0, i = 0;
	bool right = true;
	FILE *f = NULL;
	int err;

	job.base = path_of(x->dir, "/calibration");
	err = run_jobs(x, &job, 1);
	if (!err && !job_error(job.status))
		err = read_insns(&job, &r);
	path = path_of(job.base, ".records");
	if (!err)
		f = fopen(path, "re");
	while (f && getline(&line, &size, f) > 0) {
		json_t *j = json_loads(line, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));
		const struct region *v = i < r.nr ? &r.v[i] : NULL;
		const struct share *user = v && v->nr ? &r.shares[v->first]
						      : NULL;

		if (type && !strcmp(type, "calibration") && ++i)
			right &= user && v->nr == 1 &&
				 user->class == CLASS_USER &&
				 is_integer(j, "insns", user->insns) &&
				 is_integer(j, "loads", user->loads) &&
				 is_integer(j, "stores", user->stores);
		json_decref(j);
	}
	if (!interrupted && (err || !i || i != r.nr || !right))
		fprintf(stderr, "vmabench: %s: calibration failed: %s\n",
			x->stage,
			!f ? "the guest did not run"
			   : "the plugin does not count what was executed");
	err = err || !i || i != r.nr || !right;
	if (f)
		fclose(f);
	free(line);
	free(path);
	free(job.base);
	regions_free(&r);
	return err;
}

/* All that is known of one scenario in one pass, from its repeats. */
static void conclude(const struct exact *x, struct job *job, json_t *lines)
{
	char text[512];

	for (int r = 0; r < REPEATS; r++) {
		char *path = path_of(job[r].base, ".console");
		size_t len;
		char *console = read_whole(path, &len);
		const char *error = job_error(job[r].status);
		const char *sign = complaint(console);

		free(path);
		if (error || sign) {
			snprintf(text, sizeof(text), "%s %s, pass %s: %s",
				 x->stage, job->scenario->name,
				 pass_names[job->pass],
				 error ? error : "the kernel complained");
			print_tail(text, console, len);
			snprintf(text, sizeof(text), "%s%s%.*s",
				 error ? error : "", error && sign ? ": " : "",
				 sign ? (int)strcspn(sign, "\r\n") : 0,
				 sign ? sign : "");
			add_failure(lines, job->scenario, NULL, text);
		}
		free(console);
		if (error || sign)
			return;
	}
	for (int r = 1; r < REPEATS; r++) {
		char where[256];

		if (runs_differ(&job[0], &job[r], where, sizeof(where))) {
			snprintf(text, sizeof(text),
				 "NONDETERMINISTIC: two runs, pass %s, first differ in: %s",
				 pass_names[job->pass], where);
			add_failure(lines, job->scenario, NULL, text);
			return;
		}
	}
	collect(job, lines);
}

static const char *text_of(unsigned int n, char *buf)
{
	sprintf(buf, "%u", n);
	return buf;
}

static json_t *header(const struct exact *x)
{
	char number[2][16];
	char *path = path_of(x->dir, "/boot.records");
	char *args = NULL;
	FILE *f = fopen(path, "re");
	json_t *kernel = NULL, *line;
	char *text = NULL, *cpu;
	size_t size = 0;

	while (f && !kernel && getline(&text, &size, f) > 0) {
		json_t *j = json_loads(text, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));

		if (type && !strcmp(type, "guest"))
			kernel = json_incref(json_object_get(j, "kernel"));
		else if (type && !strcmp(type, "guest-error"))
			fprintf(stderr, "vmabench: %s: guest: %s\n", x->stage,
				json_string_value(json_object_get(j, "reason")));
		json_decref(j);
	}
	free(text);
	if (f)
		fclose(f);
	free(path);
	if (!kernel)
		return NULL;
	if (asprintf(&args, "%s -m %d", machine_args, GUEST_MEMORY_MIB) < 0)
		return NULL;
	cpu = strdup("max");
	line = json_pack("{s:s, s:{s:s, s:i, s:i}, s:s, s:s, s:o, s:{s:s, s:s, s:s}, s:{s:s, s:s}, s:o, s:{s:i, s:i, s:i, s:i, s:n}}",
			 "type", "header", "schema", "name", "vmabench-record",
			 "major", 1, "minor", 1, "tier", "exact", "stage",
			 x->stage, "kernel", kernel, "env", "qemu",
			 x->qemu_version, "qemu_args", args, "cpu", cpu, "info",
			 "repeats", text_of(REPEATS, number[0]),
			 "warmup_batches", text_of(x->nr_warmup, number[1]),
			 "suite", suite_info(), "boot", "index", 0, "block", 0,
			 "order", 0, "seed", x->seed, "boot_id");
	free(args);
	free(cpu);
	return line;
}

/* Names only: to tell a function that was not called from one that was inlined. */
static json_t *symbols_line(const struct symbols *s)
{
	char *names = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&names, &len);
	json_t *line = NULL;

	for (size_t i = 0; f && i < s->nr; i++)
		fprintf(f, "%s%s", i ? " " : "", s->v[i].name);
	if (f && fclose(f) == 0)
		line = json_pack("{s:s, s:s}", "type", "symbols", "names", names);
	free(names);
	return line;
}

/* The plugin's table of symbols. */
static int write_symbols(const struct symbols *s, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return -errno;
	for (size_t i = 0; i < s->nr; i++)
		fprintf(f, "%016llx t %s\n", (unsigned long long)s->v[i].addr,
			s->v[i].name);
	return fclose(f) ? -errno : 0;
}

static int write_record(const struct exact *x, json_t *head, json_t *lines)
{
	char *text = NULL;
	size_t len = 0, i;
	FILE *f = open_memstream(&text, &len);
	json_t *line;
	int err;

	if (!f)
		return -errno;
	emit(f, head);
	emit(f, symbols_line(&x->symbols));
	json_array_foreach(lines, i, line)
		emit(f, json_incref(line));
	emit(f, json_pack("{s:s, s:i}", "type", "trailer", "lines",
			  (int)json_array_size(lines) + 2));
	if (fclose(f))
		return -errno;
	unlink(x->out);
	err = write_file_atomic(x->out, text, len, MODE_RECORD);
	free(text);
	return err;
}

static char *first_line_of(const char *program, const char *arg)
{
	char *command, *line = NULL;
	size_t size = 0;
	FILE *f;

	if (asprintf(&command, "exec %s %s 2>/dev/null", program, arg) < 0)
		return NULL;
	f = popen(command, "re");
	free(command);
	if (!f)
		return NULL;
	if (getline(&line, &size, f) > 0)
		line[strcspn(line, "\n")] = '\0';
	if (pclose(f)) {
		free(line);
		return NULL;
	}
	return line;
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static bool wanted(const struct exact *x, const struct scenario *s)
{
	for (size_t i = 0; i < x->nr_scenarios; i++)
		if (!strcmp(x->scenarios[i], s->name))
			return true;
	return !x->nr_scenarios;
}

static struct job *make_jobs(const struct exact *x, size_t *nr)
{
	static const enum pass passes[] = { PASS_INSNS, PASS_COUNTS };
	struct job *jobs;
	size_t max = 0;

	for_each_scenario(s) max += wanted(x, s) ? 2 * REPEATS : 0;
	jobs = calloc(max, sizeof(*jobs));
	*nr = 0;
	for_each_scenario(s)
	{
		if (!wanted(x, s))
			continue;
		for (size_t p = 0; p < 2; p++)
			for (int r = 0; r < REPEATS && jobs; r++) {
				struct job *job = &jobs[*nr];

				job->scenario = s;
				job->pass = passes[p];
				job->repeat = r;
				if (asprintf(&job->base, "%s/%zu", x->dir, *nr) <
				    0)
					exit(1);
				(*nr)++;
			}
	}
	return jobs;
}

static bool is_our_kernel(const struct exact *x, const json_t *head)
{
	const char *id =
		json_string_value(json_object_get(json_object_get(head, "kernel"),
						  "build_id"));

	return id && !strcmp(id, x->symbols.build_id);
}

/* Exit status: 0, 1 the tool failed, 3 the kernel did. */
static int measure(struct exact *x)
{
	json_t *lines = json_array(), *head;
	uint64_t t0 = monotonic_ns(), t1, t2;
	size_t nr = 0, failures = 0, i;
	struct job *jobs;
	char *path, text[512];
	json_t *line;
	int err;

	path = path_of(x->image, "/vmlinux");
	err = symbols_read(path, &x->symbols, text, sizeof(text));
	free(path);
	if (err) {
		fprintf(stderr, "vmabench: %s\n", text);
		return 1;
	}
	path = path_of(x->dir, "/symbols");
	err = write_symbols(&x->symbols, path);
	free(path);
	if (err) {
		fprintf(stderr, "vmabench: writing symbols: %s\n",
			strerror(-err));
		return 1;
	}
	path = path_of(x->dir, "/initrd");
	err = write_initrd(path, "/proc/self/exe");
	free(path);
	if (err) {
		fprintf(stderr, "vmabench: writing the initramfs: %s\n",
			strerror(-err));
		return 1;
	}
	path = path_of(x->dir, "/disk");
	err = write_disk(path);
	free(path);
	if (err) {
		fprintf(stderr,
			"vmabench: making the guest's disk with mke2fs: %s\n",
			strerror(-err));
		return 1;
	}

	err = boot(x);
	if (err) {
		size_t len;
		char *console, *complaints;

		if (interrupted)
			return 128 + interrupted;
		path = path_of(x->dir, "/boot.console");
		console = read_whole(path, &len);
		free(path);
		print_tail(err == -ETIMEDOUT ? "the kernel hung while booting"
					     : "the kernel did not boot",
			   console, len);
		free(console);
		path = path_of(x->dir, "/boot.stderr");
		complaints = read_whole(path, &len);
		if (complaints && len)
			fprintf(stderr, "vmabench: QEMU said: %s", complaints);
		free(path);
		free(complaints);
		return 3;
	}
	head = header(x);
	if (!head) {
		fputs("vmabench: the guest did not say which kernel it is\n",
		      stderr);
		return 3;
	}
	if (!is_our_kernel(x, head)) {
		fprintf(stderr,
			"vmabench: the guest runs another kernel than %s/vmlinux (build id)\n",
			x->image);
		json_decref(head);
		return 1;
	}
	t1 = monotonic_ns();

	if (calibrate(x)) {
		json_decref(head);
		return interrupted ? 128 + interrupted : 1;
	}
	jobs = make_jobs(x, &nr);
	err = jobs ? run_jobs(x, jobs, nr) : -ENOMEM;
	if (err) {
		if (!interrupted)
			fprintf(stderr, "vmabench: running guests: %s\n",
				strerror(-err));
		return interrupted ? 128 + interrupted : 1;
	}
	for (i = 0; i < nr; i += REPEATS)
		conclude(x, &jobs[i], lines);
	if (x->stacks && add_stacks(x, lines))
		return interrupted ? 128 + interrupted : 1;
	t2 = monotonic_ns();

	err = write_record(x, head, lines);
	if (err) {
		fprintf(stderr, "vmabench: writing %s: %s\n", x->out,
			strerror(-err));
		return 1;
	}
	json_array_foreach(lines, i, line) {
		const char *type =
			json_string_value(json_object_get(line, "type"));

		failures += !strcmp(type, "failure");
	}
	fprintf(stderr,
		"%s: booted in %.1f s, counter calibrated, %zu runs in %.1f s, %zu failures\n",
		x->stage, (double)(t1 - t0) / 1e9, nr, (double)(t2 - t1) / 1e9,
		failures);
	for (i = 0; i < nr; i++)
		free(jobs[i].base);
	free(jobs);
	json_decref(lines);
	return failures ? 3 : 0;
}

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_PLUGIN,
	OPT_QEMU,
	OPT_TIMEOUT,
	OPT_OPS,
	OPT_BATCHES,
	OPT_WARMUP,
	OPT_KEEP,
	OPT_STACKS,
	OPT_SEED,
	OPT_APPEND
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder with vmlinux", 0 },
	{ "output", 'o', "FILE", 0, "Record to write", 0 },
	{ "jobs", 'j', "N", 0, "Guests at a time (default 1)", 0 },
	{ "plugin", OPT_PLUGIN, "FILE", 0,
	  "TCG plugin (default: beside this program)", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU (default qemu-system-x86_64)", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "Patience with a boot or a run (default 120)", 0 },
	{ "ops", OPT_OPS, "N", 0, "Operations per batch (default 64)", 0 },
	{ "batches", OPT_BATCHES, "N", 0, "Batches recorded (default 2)", 0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Other mappings of the process; 1, the default, for none", 0 },
	{ "stacks", OPT_STACKS, "SCENARIO", 0,
	  "Chains of callers of one scenario, in a run of its own", 0 },
	{ "append", OPT_APPEND, "ARGS", 0, "More arguments for the kernel", 0 },
	{ "keep", OPT_KEEP, "DIR", 0,
	  "Work in DIR, and leave consoles, snapshot and plugin output there", 0 },
	{ "warmup", OPT_WARMUP, "N", 0, "Batches before them (default 1)", 0 },
	{ 0 }
};

static unsigned int number(const char *arg, unsigned int min, unsigned int max,
			   struct argp_state *state)
{
	char *end;
	unsigned long v = strtoul(arg, &end, 10);

	if (*end || end == arg || v < min || v > max)
		argp_error(state, "'%s' is not a number from %u to %u", arg,
			   min, max);
	return (unsigned int)v;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct exact *x = state->input;

	switch (key) {
	case OPT_STAGE:
		x->stage = arg;
		break;
	case OPT_IMAGE:
		x->image = arg;
		break;
	case OPT_PLUGIN:
		x->plugin = arg;
		break;
	case OPT_QEMU:
		x->qemu = arg;
		break;
	case OPT_TIMEOUT:
		x->timeout_s = number(arg, 1, 86400, state);
		break;
	case OPT_OPS:
		x->nr_ops = number(arg, 1, 10000, state);
		break;
	case OPT_BATCHES:
		x->nr_batches = number(arg, 1, 1000, state);
		break;
	case OPT_WARMUP:
		x->nr_warmup = number(arg, 0, 1000, state);
		break;
	case OPT_SEED:
		x->seed = number(arg, 1, 1000000, state);
		break;
	case OPT_STACKS:
		if (!find_scenario(arg))
			argp_error(state, "--stacks: no scenario '%s'", arg);
		x->stacks = arg;
		break;
	case OPT_APPEND:
		x->append = arg;
		break;
	case OPT_KEEP:
		x->keep = arg;
		break;
	case 'o':
		x->out = arg;
		break;
	case 'j':
		x->jobs = number(arg, 1, 1024, state);
		break;
	case ARGP_KEY_ARG:
		if (!find_scenario(arg))
			argp_error(state,
				   "no scenario '%s'; 'vmabench list' names them",
				   arg);
		x->scenarios[x->nr_scenarios++] = arg;
		break;
	case ARGP_KEY_END:
		if (!x->stage || !x->image || !x->out)
			argp_error(state,
				   "--stage, --image and --output are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	options,
	parse,
	"[SCENARIO...]",
	"Measure one kernel in QEMU: instructions and counts, exact to the digit.",
	NULL,
	NULL,
	NULL
};

int cmd_exact(int argc, char **argv)
{
	struct exact x = {
		.qemu = "qemu-system-x86_64",
		.append = "",
		.jobs = 1,
		.timeout_s = 120,
		.seed = 1,
		.nr_ops = 64,
		.nr_batches = 2,
		.nr_warmup = 1,
	};
	struct sigaction action = { .sa_handler = on_signal };
	char self[4096], dir[4096];
	char *plugin = NULL;
	ssize_t n;
	int status;

	x.scenarios = calloc((size_t)argc, sizeof(*x.scenarios));
	if (!x.scenarios)
		return 1;
	argp_parse(&argp, argc, argv, 0, NULL, &x);

	if (!x.plugin) {
		n = readlink("/proc/self/exe", self, sizeof(self) - 1);
		self[n > 0 ? n : 0] = '\0';
		if (strrchr(self, '/'))
			*strrchr(self, '/') = '\0';
		x.plugin = plugin = path_of(self, "/vmabench-insns.so");
	}
	x.qemu_version = first_line_of(x.qemu, "--version");
	if (!x.qemu_version) {
		fprintf(stderr,
			"vmabench: cannot run %s: is it installed? (Debian: qemu-system-x86)\n",
			x.qemu);
		return 1;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);

	if (x.keep) {
		mkdir(x.keep, 0777);
		x.dir = realpath(x.keep, NULL);
	} else {
		snprintf(dir, sizeof(dir), "%s/vmabench-XXXXXX",
			 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
		x.dir = mkdtemp(dir);
	}
	if (!x.dir) {
		fprintf(stderr, "vmabench: making %s: %s\n",
			x.keep ? x.keep : dir, strerror(errno));
		return 1;
	}
	status = measure(&x);
	if (!x.keep)
		nftw(x.dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	symbols_free(&x.symbols);
	free(plugin);
	free(x.qemu_version);
	free(x.scenarios);
	return status;
}
