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

/* A descriptor that nobody has: the driver makes the file. */
#define FILE_OF_SCENARIO 0x3fff0000

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

/* By the name of the backing: its functions open it for this process, not for another. */
static const struct {
	const char *backing;
	enum native_file file;
} files[] = {
	{ "nothing", NATIVE_NO_FILE },
	{ "anonymous", NATIVE_NO_FILE },
	{ "memfd", NATIVE_MEMFD },
	{ "tmpfs", NATIVE_MEMFD }, /* what memfd_create() makes is a file of one */
	{ "secretmem", NATIVE_SECRETMEM },
};

/* What a driver that has one task and makes its own files cannot do; NULL if it can. */
static const char *find_obstacle(const struct scenario *s,
				 struct native_scenario *head)
{
	if (s->program)
		return "a whole program: there is no user space";
	if (s->storm)
		return "takes several tasks, and the driver is one";
	if (s->untimed)
		return "is counted only";
	if (s->warns)
		return "makes the kernel warn";
	if (s->backing->needs_module) {
		head->file = NATIVE_HOOK;
		memcpy(&head->hook, s->backing->arg, sizeof(head->hook));
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (strcmp(files[i].backing, s->backing->name))
			continue;
		head->file = files[i].file;
		return NULL;
	}
	return "the driver cannot make its file";
}

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

static long note_mmap(const greg_t *regs)
{
	bool has_file = recorded->fd >= 0 && (int)regs[REG_R8] == recorded->fd;

	if (!has_file && !(regs[REG_R10] & MAP_ANONYMOUS))
		spoil("maps a file of its own", 0);
	else if (!(regs[REG_R10] & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		spoil("leaves the address to the kernel", 0);
	else
		note_call(&(struct native_call){
			.nr = NATIVE_MMAP,
			.has_file = has_file,
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

static void note_mprotect(const greg_t *regs)
{
	note_call(&(struct native_call){
		.nr = NATIVE_MPROTECT,
		.at = (uintptr_t)(regs[REG_RDI] - (uintptr_t)recorded->window),
		.len = (uint64_t)regs[REG_RSI],
		.prot = (uint64_t)regs[REG_RDX],
	});
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

static void on_call(int sig, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	if (info->si_syscall == SYS_mmap) {
		regs[REG_RAX] = note_mmap(regs);
	} else if (info->si_syscall == SYS_munmap) {
		regs[REG_RAX] = note_munmap(regs);
	} else if (info->si_syscall == SYS_mprotect) {
		note_mprotect(regs);
		regs[REG_RAX] = 0;
	} else if (info->si_syscall == SYS_mremap) {
		regs[REG_RAX] = note_mremap(regs);
	} else {
		spoil("makes system call %ld, which the driver does not know",
		      info->si_syscall);
		regs[REG_RAX] = -ENOSYS;
	}
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

static void run_kinds(const struct scenario_run *run)
{
	struct native_scenario *head = &tape->head;
	const struct scenario *s = run->scenario;

	head->nr_prepare = run_prepare(run, s->prepare);
	for (; s->ops[head->nr_kinds].name; head->nr_kinds++) {
		const struct scenario_op *op = &s->ops[head->nr_kinds];
		size_t before;

		head->nr_kind_prepare[head->nr_kinds] =
			run_prepare(run, op->prepare);
		before = tape->nr;
		for (unsigned int i = 0; i < run->nr_ops; i++)
			op->run(run, i);
		if (tape->nr - before != run->nr_ops)
			spoil("an operation is not one call", 0);
	}
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
	if (!tape->err)
		run_kinds(run);
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
		.file = given->fd < 0 ? NATIVE_NO_FILE : NATIVE_GIVEN,
		.fd = given->fd,
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
	const char *obstacle = find_obstacle(s, &head);
	struct scenario_run run = {
		.scenario = s,
		.nr_ops = nr_ops,
		.unit_bytes = (size_t)sysconf(_SC_PAGESIZE),
		.fd = head.file == NATIVE_NO_FILE ? -1 : FILE_OF_SCENARIO,
	};

	*rec = (struct recorded){ .scenario = s };
	if (obstacle) {
		snprintf(rec->reason, sizeof(rec->reason), "%s", obstacle);
		return 0;
	}
	run.window_units = (size_t)vmas_of(s->window, nr_ops);
	if (!run.window_units)
		run.window_units = 2 * (size_t)nr_ops + 2;
	head.file_bytes = (uint64_t)vmas_of(s->units, nr_ops) * run.unit_bytes;
	return record_run(&run, &head, rec);
}
