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

#include "base/base.h"
#include "exact.h"
#include "guest/guest.h"
#include "guest_io.h"
#include "qemu.h"
#include "run/pass.h"

/*
 * A CPU of what all versions of QEMU from 7.2 on can emulate, by name: "max" is another
 * one in each of them, and what a kernel finds there patches its code.
 */
#define CPU                                                                   \
	"qemu64,abm=on,adx=on,aes=on,arat=on,avx=on,avx2=on,bmi1=on,bmi2=on," \
	"clflushopt=on,clwb=on,erms=on,f16c=on,fma=on,fsgsbase=on,la57=on,"   \
	"movbe=on,pclmulqdq=on,pdpe1gb=on,pku=on,popcnt=on,rdrand=on,"        \
	"rdtscp=on,smap=on,smep=on,sse4.1=on,sse4.2=on,ssse3=on,umip=on,"     \
	"xsave=on,xsaveopt=on,xgetbv1=on"

/*
 * What makes two runs of QEMU the same run: virtual time that is a count of
 * instructions, no host clock, no host randomness. Part of the record.
 */
static const char machine_args[] =
	"-M pc -cpu " CPU " -smp 1 -accel tcg,thread=single "
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

/** machine_env - what has to be the same for two records to be compared */
json_t *machine_env(const struct exact *x)
{
	char memory[16];

	snprintf(memory, sizeof(memory), " -m %u", guest_memory_mib());
	return json_pack("{s:s, s:s+, s:s, s:s++, s:s*}", "qemu",
			 x->image.qemu_version, "qemu_args", machine_args,
			 memory, "cpu", "qemu64", "kernel_args", kernel_args,
			 *x->append ? " " : "", x->append, "model", x->model);
}

/* @args, and where the disks are; to be freed. */
static char *kernel_command_line(const char *args)
{
	char *line = xasprintf("%s", args);

	for (unsigned int i = 0; guest_disks[i].name; i++) {
		char *longer = xasprintf("%s memmap=%uM!%uM", line,
					 guest_disks[i].mib,
					 GUEST_DISK_AT_MIB(i));

		free(line);
		line = longer;
	}
	return line;
}

/**
 * push_boot - arguments for what a guest boots
 * @args: of QEMU
 * @image: kernel, with its scratch folder
 * @kernel: its command line
 *
 * All of that is in the scratch folder, or a link there says where it is: QEMU works
 * in that folder.
 *
 * All of that is in memory once the kernel is up: only a boot needs it.
 */
void push_boot(struct arguments *args, const struct image *image,
	       const char *kernel)
{
	push_option(args, "-kernel", xasprintf(GUEST_KERNEL));
	push_option(args, "-initrd", xasprintf(GUEST_INITRD));
	push_option(args, "-append", kernel_command_line(kernel));
	for (unsigned int i = 0; guest_disks[i].name; i++)
		push_option(args, "-device",
			    xasprintf("loader,file=%s.disk,addr=%#x,force-raw=on",
				      guest_disks[i].name,
				      GUEST_DISK_AT_MIB(i) << 20));
}

/**
 * guest_arguments - what all guests have in common
 * @image: kernel, with its scratch folder
 * @machine: what it runs on
 * @base: what the paths of the files begin with that this guest leaves behind, in the
 *	scratch folder
 *
 * Return: arguments, to be given to free_arguments().
 */
struct arguments guest_arguments(const struct image *image, const char *machine,
				 const char *base)
{
	struct arguments args = { 0 };

	push(&args, xasprintf("%s", image->qemu));
	push_words(&args, machine);
	push_option(&args, "-m", xasprintf("%u", guest_memory_mib()));
	push_option(&args, "-chardev",
		    xasprintf("file,id=records,path=%s.records", base_name(base)));
	push_option(&args, "-device",
		    xasprintf("isa-debugcon,iobase=%#x,chardev=records",
			      GUEST_PORT_RECORDS));
	push_option(&args, "-serial",
		    xasprintf("file:%s.console", base_name(base)));
	push_option(&args, "-qmp", xasprintf("stdio"));
	return args;
}

/*
 * What a boot and a run have in common. The guest's memory is a file: a boot writes it,
 * a run maps it privately, so that it has a page to itself only where it writes, and
 * loads none. The snapshot beside it is what the devices and the CPU hold.
 */
static struct arguments exact_arguments(const struct exact *x, const char *base,
					bool shared)
{
	struct arguments args = guest_arguments(&x->image, machine_args, base);

	push_option(&args, "-object",
		    xasprintf("memory-backend-file,id=ram,size=%uM,mem-path=./memory,share=%s",
			      guest_memory_mib(), shared ? "on" : "off"));
	push_option(&args, "-machine", xasprintf("memory-backend=ram"));
	return args;
}

/*
 * Sends a command that moves the state of the machine, but for its memory, to or from
 * the file "snapshot". All versions of QEMU have a shell do that, which is given no name
 * but this one.
 */
static int move_state(struct qemu *q, const char *execute, const char *how)
{
	char *command =
		xasprintf("{\"execute\":\"%s\",\"arguments\":{\"uri\":\"exec:cat %s snapshot\"}}",
			  execute, how);
	int err =
		qemu_do(q,
			"{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":"
			"[{\"capability\":\"x-ignore-shared\",\"state\":true}]}}");

	if (!err)
		err = qemu_do(q, command);
	free(command);
	return err;
}

static int save_snapshot(struct qemu *q)
{
	int err = move_state(q, "migrate", ">");

	while (!err) {
		struct timespec pause = { .tv_nsec = 10000000 };
		json_t *r = qemu_command(q, "{\"execute\":\"query-migrate\"}");
		const char *status =
			json_string_value(json_object_get(r, "status"));
		bool saved = status && !strcmp(status, "completed");

		if (!r)
			err = -errno;
		else if (status && !strcmp(status, "failed"))
			err = -EIO;
		json_decref(r);
		if (saved)
			break;
		nanosleep(&pause, NULL);
	}
	return err;
}

static int load_snapshot(struct qemu *q)
{
	int err = move_state(q, "migrate-incoming", "<");

	return err ? err : qemu_wait_status(q, "inmigrate");
}

/* Boots to the point where the guest stops itself, and keeps that state. */
int boot(const struct exact *x)
{
	char *base = path_of(x->image.scratch, "/boot");
	char *kernel = xasprintf("%s %s", kernel_args, x->append);
	struct arguments args = exact_arguments(x, base, true);
	static struct qemu q; /* too large for a small stack */
	int err;

	push_boot(&args, &x->image, kernel);
	err = qemu_launch(&q, args.v, base, x->timeout_s);
	if (!err)
		err = qemu_wait_event(&q, "GUEST_PANICKED");
	if (!err)
		err = save_snapshot(&q);
	qemu_kill(&q);
	free_arguments(&args);
	free(kernel);
	free(base);
	return err;
}

/* A run over layouts is of many processes, each of which has its operations. */
#define LAYOUTS_PATIENCE 10

/* The process of a job. Returns its exit status. */
static int run_job(const struct exact *x, const struct job *job)
{
	struct arguments args = exact_arguments(x, job->base, false);
	static struct qemu q; /* too large for a small stack */
	int status = 0, err;

	push_option(&args, "-incoming", xasprintf("defer"));
	push_option(&args, "-fw_cfg",
		    xasprintf("name=" GUEST_FW_COMMAND
			      ",string=%s %s %u %u %u %u %d",
			      job->scenario ? job->scenario->name : CALIBRATION,
			      job->layouts ? job->reversed ? GUEST_LAYOUTS_REVERSED
							   : GUEST_LAYOUTS
					   : pass_names[job->pass->id],
			      x->nr_ops, x->nr_batches, x->nr_warmup, x->seed,
			      (int)x->what.retry));
	if (job->pass->plugin)
		push_option(&args, "-plugin",
			    xasprintf("./" GUEST_PLUGIN ",symbols=" GUEST_SYMBOLS
				      ",out=%s.insns,memory=%uM%s%s%s%s%s",
				      base_name(job->base), guest_memory_mib(),
				      x->model ? ",model=" : "",
				      x->model ? x->model : "",
				      job->stacks ? ",stacks=" : "",
				      job->stacks ? base_name(job->base) : "",
				      job->stacks ? ".stacks" : ""));

	err = qemu_launch(&q, args.v, job->base,
			  job->layouts ? LAYOUTS_PATIENCE * x->timeout_s
				       : x->timeout_s);
	if (!err)
		err = load_snapshot(&q);
	if (!err)
		err = qemu_finish(&q, &status);
	qemu_kill(&q);
	free_arguments(&args);
	if (err == -ETIMEDOUT)
		return 4;
	if (err)
		return 5;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return 7;
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
	case 7:
		return "QEMU was killed, as for want of memory (of the machine, or memory.max of the cgroup)";
	default:
		return "the guest ended early (panic, reset or power-off)";
	}
}

/* How far it is, for who draws a line of all stages that are measured at a time. */
static void say_progress(const struct exact *x, size_t done, size_t nr,
			 const struct job *job)
{
	FILE *f = x->progress && job->scenario && !job->stacks
			  ? fopen(x->progress, "we")
			  : NULL;

	if (!f)
		return;
	fprintf(f, "%zu %zu %s\n", done, nr, job->scenario->name);
	fclose(f);
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
			say_progress(x, done, nr, &jobs[i]);
		}
	}
	return 0;
}
