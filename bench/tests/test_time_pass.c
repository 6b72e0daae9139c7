// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From its first batch to its last one, the time pass makes no system call that is
 * not in a list, allocates nothing and takes no page fault: it is run under ptrace,
 * and its allocations are counted.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "layout.h"
#include "run/pass.h"
#include "run/run.h"

#define OPS 8
#define BATCHES 40
#define WARMUP 2

/* No system call: says that a batch begins, and where its window is. */
#define MARK 0x766d

#define CANNOT_TRACE 77

/** struct shared - what the process that measures tells the test */
struct shared {
	unsigned int nr_batches;
	long faults[WARMUP + BATCHES];
	long allocations[WARMUP + BATCHES];
};

static struct shared *shared;
static void (*planted)(void);
static long nr_allocations;

#ifndef __SANITIZE_ADDRESS__
/* In the place of the library's, for all of the program. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t nr, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	nr_allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t nr, size_t size)
{
	nr_allocations++;
	return __libc_calloc(nr, size);
}

void *realloc(void *old, size_t size)
{
	nr_allocations++;
	return __libc_realloc(old, size);
}
#endif

static int begin_batch(const struct scenario_run *run)
{
	struct rusage usage;

	syscall(MARK, run->window, run->window_units * run->unit_bytes);
	getrusage(RUSAGE_SELF, &usage);
	shared->allocations[shared->nr_batches] = nr_allocations;
	shared->faults[shared->nr_batches++] = usage.ru_minflt + usage.ru_majflt;
	if (planted)
		planted();
	return 0;
}

SCENARIO(traced) = {
	SCENARIO_ID(traced),
	.claim = "none: it is looked at from outside",
	.backing = &backing_anon,
	.prepare = begin_batch,
	APART,
};

/* Ends with the process. */
static void measure(void) __attribute__((noreturn));
static void measure(void)
{
	const struct run_config config = {
		.pass = &pass_time,
		.nr_ops = OPS,
		.nr_batches = BATCHES,
		.nr_warmup = WARMUP,
		.dir = ".",
		.cpu = -1,
	};
	FILE *out = fopen("/dev/null", "we");

	if (!out || ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(CANNOT_TRACE);
	raise(SIGSTOP);
	_exit(run_scenario(&scenario_traced, &config, out) ? 1 : 0);
}

/*
 * The scenario's own calls and the one that empties the window; usage, VMAs, and
 * what may have disturbed a batch; the time, where the vDSO does not have it.
 */
static bool is_listed(const struct __ptrace_syscall_info *call, uint64_t window,
		      uint64_t bytes)
{
	uint64_t at = call->entry.args[0];

	switch (call->entry.nr) {
	case SYS_mmap:
	case SYS_munmap:
		return at >= window && at + call->entry.args[1] <= window + bytes;
	case MARK:
	case SYS_getrusage:
	case SYS_ioctl:
	case SYS_lseek:
	case SYS_read:
	case SYS_pread64:
	case SYS_clock_gettime:
	case SYS_getcpu:
		return true;
	default:
		return false;
	}
}

/**
 * struct found - what the test has seen from the first batch to the last one
 * @batches: of them
 * @calls: system calls
 * @unlisted: number of one that is not in the list, -1 for none
 * @faults: page faults
 * @allocations: calls of malloc() and its like
 */
struct found {
	unsigned int batches, calls;
	long unlisted, faults, allocations;
};

/* Runs the process from call to call. Returns its wait status. */
static int watch(pid_t pid, struct found *found)
{
	uint64_t window = 0, bytes = 0;
	unsigned int marks = 0;
	int status = 0;

	*found = (struct found){ .unlisted = -1 };
	waitpid(pid, &status, 0);
	if (!WIFSTOPPED(status))
		return status;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD);
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, NULL) &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		struct __ptrace_syscall_info call = { 0 };

		if (WSTOPSIG(status) != (SIGTRAP | 0x80) ||
		    ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(call), &call) <=
			    0 ||
		    call.op != PTRACE_SYSCALL_INFO_ENTRY)
			continue;
		if (call.entry.nr == MARK) {
			marks++;
			window = call.entry.args[0];
			bytes = call.entry.args[1];
		}
		if (marks <= WARMUP || marks >= WARMUP + BATCHES)
			continue;
		found->calls++;
		found->batches += call.entry.nr == MARK;
		if (!is_listed(&call, window, bytes))
			found->unlisted = (long)call.entry.nr;
	}
	return status;
}

/* With @what in each batch. */
static struct found look_at(void (*what)(void))
{
	struct found found;
	int status;
	pid_t pid;

	planted = what;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	pid = fork();
	if (pid == 0)
		measure();
	assert_true(pid > 0);
	status = watch(pid, &found);
	if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_TRACE) {
		print_message("ptrace is not permitted\n");
		skip();
	}
	assert_int_equal(status, 0);
	assert_int_equal(shared->nr_batches, WARMUP + BATCHES);
	assert_int_equal(found.batches, BATCHES - 1);
	assert_true(found.calls >= 2 * OPS * (BATCHES - 1));
	found.faults =
		shared->faults[WARMUP + BATCHES - 1] - shared->faults[WARMUP];
	found.allocations = shared->allocations[WARMUP + BATCHES - 1] -
			    shared->allocations[WARMUP];
	munmap(shared, sizeof(*shared));
	return found;
}

static void nothing_is_done_between_batches(void **state)
{
	struct found found = look_at(NULL);

	(void)state;
	if (found.unlisted >= 0)
		fail_msg("system call %ld", found.unlisted);
	assert_int_equal(found.faults, 0);
	assert_int_equal(found.allocations, 0);
}

static void allocate(void)
{
	void *volatile p = malloc(16);

	free(p);
}

static void memory_that_is_allocated_is_found(void **state)
{
	(void)state;
	assert_int_equal(look_at(allocate).allocations, BATCHES - 1);
}

static void print(void)
{
	dprintf(STDERR_FILENO, "%s", "\r");
}

static void a_line_that_is_written_is_found(void **state)
{
	(void)state;
	assert_int_equal(look_at(print).unlisted, SYS_write);
}

static void touch_another_page(void)
{
	static char untouched[WARMUP + BATCHES + 1][8192];
	volatile char *page = &untouched[shared->nr_batches][4096];

	*page = 1;
}

static void a_page_fault_is_found(void **state)
{
	(void)state;
	assert_true(look_at(touch_another_page).faults >= BATCHES - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_done_between_batches),
		cmocka_unit_test(memory_that_is_allocated_is_found),
		cmocka_unit_test(a_line_that_is_written_is_found),
		cmocka_unit_test(a_page_fault_is_found),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
