// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Recording what a scenario does. Its own functions are run once, in a process whose
 * system calls are not made: each becomes a signal (trap.c), and the handler notes it
 * down and says that it went well. So a scenario is written once, and there is no list
 * beside it that could say something else.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/base.h"
#include "run/calls.h"
#include "session.h"
#include "trap.h"

/* Of a scenario that leaves the number to the runner: as many as append has. */
#define NATIVE_OPS 199

/* Descriptors that nobody has: the driver makes the files. */
#define FIRST_FILE 0x3fff0000

/* No scenario prepares more than 8 mappings for an operation. */
#define MAX_CALLS 65536

/**
 * struct tape - what the process of a recording shares with the one that asked
 * @err: why nothing can be recorded, -errno
 * @nr: calls so far
 * @reason: why it is no use; empty if it is
 * @head: as it goes to the driver
 * @calls: what was noted down
 */
struct tape {
	int err;
	size_t nr;
	char reason[256];
	struct native_scenario head;
	struct native_call calls[MAX_CALLS];
};

#if defined(__x86_64__)

static struct tape *tape;
static const struct scenario_run *recorded;

static void spoil(const char *what, long nr)
{
	if (!*tape->reason)
		snprintf(tape->reason, sizeof(tape->reason), what, nr);
}

/* One that is about the window. */
static void note_call(const struct native_call *call)
{
	size_t bytes = window_bytes(recorded);

	if (call->at > bytes || call->len > bytes - call->at)
		return spoil("a call is not about its window", 0);
	if (tape->nr == MAX_CALLS)
		return spoil("makes more than %ld calls", MAX_CALLS);
	tape->calls[tape->nr++] = *call;
}

/* Which of the scenario's files a descriptor is, from 1 on; 0 if it is none. */
static uint32_t file_of(greg_t fd)
{
	uint32_t n = 0;

	while (n < tape->head.nr_files && tape->head.files[n].fd != (int)fd)
		n++;
	return n < tape->head.nr_files ? n + 1 : 0;
}

static long note_mmap(const greg_t *regs)
{
	uint32_t file = file_of(regs[REG_R8]);

	if (!file && !(regs[REG_R10] & MAP_ANONYMOUS))
		spoil("maps a file of its own", 0);
	else if (!(regs[REG_R10] & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		spoil("leaves the address to the kernel", 0);
	else
		note_call(&(struct native_call){
			.nr = NATIVE_MMAP,
			.file = file,
			.at = (uintptr_t)(regs[REG_RDI] -
					  (uintptr_t)recorded->window),
			.len = (uint64_t)regs[REG_RSI],
			.prot = (uint64_t)regs[REG_RDX],
			.flags = (uint64_t)regs[REG_R10],
			.offset = (uint64_t)regs[REG_R9],
		});
	return regs[REG_RDI];
}

static long note_munmap(const greg_t *regs)
{
	note_call(&(struct native_call){
		.nr = NATIVE_MUNMAP,
		.at = (uintptr_t)(regs[REG_RDI] - (uintptr_t)recorded->window),
		.len = (uint64_t)regs[REG_RSI],
	});
	return 0;
}

/* Of mprotect() and madvise(): about a range, with a number. */
static long note_range(enum native_nr nr, const greg_t *regs)
{
	note_call(&(struct native_call){
		.nr = nr,
		.at = (uintptr_t)(regs[REG_RDI] - (uintptr_t)recorded->window),
		.len = (uint64_t)regs[REG_RSI],
		.prot = (uint64_t)regs[REG_RDX],
	});
	return 0;
}

/* Returns where the mapping is then. */
static long note_mremap(const greg_t *regs)
{
	bool moves = regs[REG_R10] & MREMAP_FIXED;
	struct native_call call = {
		.nr = NATIVE_MREMAP,
		.at = (uintptr_t)(regs[REG_RDI] - (uintptr_t)recorded->window),
		.len = (uint64_t)regs[REG_RSI],
		.new_len = (uint64_t)regs[REG_RDX],
		.flags = (uint64_t)regs[REG_R10],
	};

	if (moves)
		call.new_at =
			(uintptr_t)(regs[REG_R8] - (uintptr_t)recorded->window);
	else if (call.flags & MREMAP_MAYMOVE)
		spoil("leaves the address to the kernel", 0);
	note_call(&call);
	return moves ? regs[REG_R8] : regs[REG_RDI];
}

/* What comes while a scenario runs. Returns what the call returns. */
static long note(long nr, const greg_t *regs)
{
	switch (nr) {
	case SYS_mmap:
		return note_mmap(regs);
	case SYS_munmap:
		return note_munmap(regs);
	case SYS_mprotect:
		return note_range(NATIVE_MPROTECT, regs);
	case SYS_madvise:
		return note_range(NATIVE_MADVISE, regs);
	case SYS_mremap:
		return note_mremap(regs);
	}
	spoil("makes system call %ld, which the driver does not know", nr);
	return -ENOSYS;
}

/* Opens the device of the hook module: a file that has no hook yet. */
static long open_file(const char *path)
{
	struct native_scenario *head = &tape->head;

	if (strcmp(path, VMABENCH_HOOK_PATH))
		spoil("opens something else than the hook module", 0);
	else if (head->nr_files == NATIVE_FILES)
		spoil("opens more than %ld files", NATIVE_FILES);
	else
		head->files[head->nr_files] = (struct native_file){
			.backing = NATIVE_HOOK,
			.fd = FIRST_FILE + (int)head->nr_files,
		};
	return FIRST_FILE + (int)head->nr_files++;
}

static long control_file(uint32_t file, unsigned long request, void *arg)
{
	if (file && request == VMABENCH_HOOK_QUERY)
		((struct vmabench_hook_info *)arg)->api = VMABENCH_HOOK_API;
	else if (file && request == VMABENCH_HOOK_SELECT)
		memcpy(&tape->head.files[file - 1].hook, arg,
		       sizeof(struct vmabench_hook_select));
	else
		spoil("asks a file for something that the driver does not know",
		      0);
	return 0;
}

/* What comes while its files are opened. */
static long note_opening(long nr, const greg_t *regs)
{
	switch (nr) {
	case SYS_open:
		return open_file((const char *)regs[REG_RDI]);
	case SYS_openat:
		return open_file((const char *)regs[REG_RSI]);
	case SYS_ioctl:
		return control_file(file_of(regs[REG_RDI]),
				    (unsigned long)regs[REG_RSI],
				    (void *)regs[REG_RDX]);
	}
	spoil("makes system call %ld to open its file", nr);
	return -ENOSYS;
}

static bool opening;

static void on_call(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
	long nr = info->si_syscall;

	regs[REG_RAX] = opening ? note_opening(nr, regs) : note(nr, regs);
}

/* Calls that are made by @how, where there is any. */
static uint32_t run_prepare(const struct scenario_run *run,
			    int (*how)(const struct scenario_run *run))
{
	size_t before = tape->nr;

	if (how && how(run))
		spoil("cannot be prepared without being run", 0);
	return (uint32_t)(tape->nr - before);
}

/* Where nothing is mapped, an operation may be nothing: what the driver itself costs. */
static void run_op(const struct scenario_op *op, const struct scenario_run *run,
		   unsigned int i)
{
	size_t before = tape->nr;

	op->run(run, i);
	if (tape->nr == before && !tape->head.nr_files &&
	    !run->scenario->backing->flags)
		note_call(&(struct native_call){ .nr = NATIVE_NOTHING });
	if (tape->nr - before != 1)
		spoil("an operation is not one call", 0);
}

static void run_kinds(const struct scenario_run *run)
{
	struct native_scenario *head = &tape->head;
	const struct scenario *s = run->scenario;

	head->nr_prepare = run_prepare(run, s->prepare);
	for (; s->ops[head->nr_kinds].name; head->nr_kinds++) {
		const struct scenario_op *op = &s->ops[head->nr_kinds];

		head->nr_kind_prepare[head->nr_kinds] =
			run_prepare(run, op->prepare);
		for (unsigned int i = 0; i < run->nr_ops; i++)
			run_op(op, run, i);
	}
}

/* The hook module's: the driver is told what the scenario tells the module. */
static void open_files(struct scenario_run *run)
{
	const struct backing *b = run->scenario->backing;

	run->fd = tape->head.nr_files ? tape->head.files[0].fd : -1;
	if (!b->needs_module || run->fd >= 0)
		return;
	opening = true;
	run->fd = b->open(run, 1);
	opening = false;
	if (run->fd == BACKING_IMPOSSIBLE)
		spoil("cannot open its files without a kernel", 0);
}

/* In the process of the recording. */
static void __attribute__((noreturn)) record(struct scenario_run *run)
{
	int err = open_window(run);

	/* Who touches a mapping, which is not there, dies of it. */
	signal(SIGSEGV, SIG_DFL);
	recorded = run;
	tape->head.window_bytes = window_bytes(run);
	tape->err = err ? err : trap_calls(on_call);
	if (!tape->err) {
		open_files(run);
		run_kinds(run);
	}
	trap_exit();
}

static int record_in_child(struct scenario_run *run,
			   const struct native_scenario *head)
{
	int status;
	pid_t pid;

	tape = mmap(NULL, sizeof(*tape), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tape == MAP_FAILED)
		return -errno;
	tape->head = *head;
	pid = fork();
	if (pid == 0)
		record(run);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	if (!WIFEXITED(status))
		spoil("died of signal %ld without its mappings",
		      WTERMSIG(status));
	return tape->err;
}

static void copy_tape(struct recorded *rec)
{
	memcpy(rec->reason, tape->reason, sizeof(rec->reason));
	rec->head = tape->head;
	rec->nr = tape->nr;
	rec->calls = xcalloc(rec->nr + 1, sizeof(*rec->calls));
	memcpy(rec->calls, tape->calls, rec->nr * sizeof(*rec->calls));
	munmap(tape, sizeof(*tape));
}

#else

static int record_in_child(struct scenario_run *run,
			   const struct native_scenario *head)
{
	return -EOPNOTSUPP;
}

static void copy_tape(struct recorded *rec)
{
}

#endif

static int record_run(struct scenario_run *run, struct native_scenario *head,
		      struct recorded *rec)
{
	int err;

	snprintf(head->name, sizeof(head->name), "%s", run->scenario->name);
	err = record_in_child(run, head);
	if (!err)
		copy_tape(rec);
	return err;
}

/**
 * record_open_calls - find out what a scenario does in a batch, with the file that it has
 * @given: it, with its file open, and its window free
 * @rec: gets what it does, for a driver in this address space, or why none can do that
 *
 * Return: 0 or -errno.
 */
int record_open_calls(const struct scenario_run *given, struct recorded *rec)
{
	struct native_scenario head = {
		.nr_ops = given->nr_ops,
		.nr_files = given->fd >= 0,
		.files[0] = { .backing = NATIVE_GIVEN, .fd = given->fd },
	};
	struct scenario_run run = *given;

	*rec = (struct recorded){ .scenario = given->scenario };
	return record_run(&run, &head, rec);
}

/**
 * record_calls - find out what a scenario does in a batch
 * @s: scenario
 * @rec: gets it, or why a driver cannot do that
 *
 * Return: 0 or -errno.
 */
int record_calls(const struct scenario *s, struct recorded *rec)
{
	unsigned int nr_ops = s->nr_ops ? s->nr_ops : NATIVE_OPS;
	struct native_scenario head = {
		.nr_ops = nr_ops,
		.nr_others = s->population,
	};
	const char *obstacle = find_obstacle(s, head.files, &head.nr_files);
	struct scenario_run run = {
		.scenario = s,
		.nr_ops = nr_ops,
		.unit_bytes = (size_t)sysconf(_SC_PAGESIZE),
	};

	*rec = (struct recorded){ .scenario = s };
	if (obstacle) {
		snprintf(rec->reason, sizeof(rec->reason), "%s", obstacle);
		return 0;
	}
	run.window_units = (size_t)vmas_of(s->window, nr_ops);
	if (!run.window_units)
		run.window_units = 2 * (size_t)nr_ops + 2;
	head.files[0].fd = FIRST_FILE;
	head.files[0].bytes =
		(uint64_t)vmas_of(s->units, nr_ops) * run.unit_bytes;
	return record_run(&run, &head, rec);
}
