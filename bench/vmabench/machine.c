// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The machine of the exact tier: QEMU and its arguments, the boot that ends in a
 * snapshot, and the runs that start from it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exact.h"
#include "guest_io.h"
#include "qemu.h"

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

/* The signal that asked us to stop, or 0. */
volatile sig_atomic_t interrupted;

/** machine_env - what has to be the same for two records to be compared */
json_t *machine_env(const struct exact *x)
{
	char memory[16];

	snprintf(memory, sizeof(memory), " -m %d", GUEST_MEMORY_MIB);
	return json_pack("{s:s, s:s+, s:s, s:s++}", "qemu", x->qemu_version,
			 "qemu_args", machine_args, memory, "cpu", "max",
			 "kernel_args", kernel_args, *x->append ? " " : "",
			 x->append);
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
int boot(const struct exact *x)
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

/** job_error - what went wrong with a run, from its wait status, or NULL */
const char *job_error(int status)
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

/** run_jobs - run all of them, x->jobs at a time; 0 or -errno */
int run_jobs(const struct exact *x, struct job *jobs, size_t nr)
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
