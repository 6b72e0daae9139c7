// SPDX-License-Identifier: GPL-2.0-or-later
/* What stays charged after a batch is the scenario's only if nobody else did it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "layout.h"
#include "run/pass.h"
#include "run/run.h"

#define OPS 8
#define OP_BYTES (256u << 10)

static void pause_ms(long ms)
{
	struct timespec t = { .tv_nsec = ms * 1000000 };

	nanosleep(&t, NULL);
}

/* Takes its time, and leaves nothing. */
static long keep_nothing(const struct scenario_run *run, unsigned int i)
{
	pause_ms(2);
	return raw_mmap(run->window + i * run->unit_bytes, run->unit_bytes,
			PROT_READ, backing_anon.flags | MAP_FIXED_NOREPLACE, -1,
			0);
}

/* Outside of the window, which is unmapped after a batch. */
static long keep_all(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(NULL, OP_BYTES, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

SCENARIO(slow) = {
	SCENARIO_ID(slow),
	.claim = "nothing stays charged",
	.backing = &backing_none,
	.op_bytes = OP_BYTES,
	.ops = { { .name = "mmap", .run = keep_nothing } },
};

SCENARIO(leaky) = {
	SCENARIO_ID(leaky),
	.claim = "everything stays charged",
	.backing = &backing_none,
	.op_bytes = OP_BYTES,
	.ops = { { .name = "mmap", .run = keep_all } },
};

/* Is it found to leak? As on metal, in all that is done after the batches. */
static bool leaks(const struct scenario *s)
{
	const struct run_config config = {
		.pass = &pass_counts,
		.nr_ops = OPS,
		.nr_batches = 2,
		.dir = ".",
		.cpu = -1,
	};
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	bool found;

	assert_non_null(f);
	assert_int_equal(run_scenario(s, &config, f), 0);
	fclose(f);
	assert_null(strstr(text, "\"failure\""));
	assert_non_null(strstr(text, "\"left_vmas\""));
	found = strstr(text, "commit-accounting-leak");
	free(text);
	return found;
}

/* A process that maps so much each ms and never touches it, as a heap that grows. */
static pid_t start_grower(size_t kib)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < 2000; i++) {
		mmap(NULL, kib << 10, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		pause_ms(1);
	}
	_exit(0);
}

static void of_another_process(void **state)
{
	/* In a batch more than is mapped; about as much; a little less. */
	static const size_t kib[] = { 4096, 512, 128, 100 };

	(void)state;
	for (size_t i = 0; i < sizeof(kib) / sizeof(*kib); i++) {
		pid_t pid = start_grower(kib[i]);

		assert_true(pid > 0);
		assert_false(leaks(&scenario_slow));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

/* Where others give back as much at the same time, it cannot be told: not all the time. */
static void of_its_own(void **state)
{
	bool found = false;

	(void)state;
	for (int i = 0; i < 50 && !found; i++)
		found = leaks(&scenario_leaky);
	assert_true(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_another_process),
		cmocka_unit_test(of_its_own),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
