// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scenarios as lists of calls: what the recorder notes down is what they do, and none
 * of it is done; and what a driver answers is in the same lines as that of the runner.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "layout.h"
#include "instruments/pmu.h"
#include "run/calls.h"
#include "run/run.h"

#define PAGE 4096ul

SCENARIO(append) = {
	SCENARIO_ID(append),
	.claim = "for this test",
	.backing = &backing_memfd,
	APPEND_200(APPEND_OPS),
};

SCENARIO(fill) = {
	SCENARIO_ID(fill),
	.claim = "for this test",
	.backing = &backing_anon,
	.nr_ops = 5,
	.population = 100,
	.units = SHAPE(1, 2),
	.prepare = fill_prepare,
	.before = SHAPE(1, 1),
	.ops = {
		OP("mmap", fill_mmap, OUTCOME("merged", 1, 0)),
		OP("munmap", fill_munmap, OUTCOME("split", 1, 1)),
	},
};

/* Two files of the hook module, each told something else. */
static int two[2] = { -1, -1 };

static int open_two(struct scenario_run *run, size_t nr_units)
{
	struct vmabench_hook_info info = { 0 };

	for (int i = 0; i < 2; i++) {
		struct vmabench_hook_select select = {
			.callbacks = VMABENCH_HOOK_MMAP,
			.error = i ? -EPERM : -EAGAIN,
		};

		two[i] = open(VMABENCH_HOOK_PATH, O_RDWR);
		if (two[i] < 0 || ioctl(two[i], VMABENCH_HOOK_QUERY, &info) ||
		    info.api != VMABENCH_HOOK_API ||
		    ioctl(two[i], VMABENCH_HOOK_SELECT, &select))
			return BACKING_IMPOSSIBLE;
	}
	return -1;
}

static const struct backing backing_two = {
	.name = "hook module",
	.needs_module = true,
	.open = open_two,
};

static long map_first(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED,
			two[0], 0);
}

static long map_second(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED,
			two[1], 0);
}

SCENARIO(two_hooks) = {
	SCENARIO_ID(two_hooks),
	.claim = "for this test",
	.backing = &backing_two,
	.nr_ops = 3,
	.ops = {
		OP("first", map_first, OUTCOME("failed:EAGAIN", 0, 0),
		   .expect_errno = EAGAIN),
		OP("second", map_second, OUTCOME("failed:EPERM", 0, 0),
		   .expect_errno = EPERM),
	},
};

/* Opens what the driver does not have. */
static int open_other(struct scenario_run *run, size_t nr_units)
{
	return open("/dev/null", O_RDWR);
}

static const struct backing backing_other = {
	.name = "hook module",
	.needs_module = true,
	.open = open_other,
};

SCENARIO(other_file) = {
	SCENARIO_ID(other_file),
	.claim = "for this test",
	.backing = &backing_other,
	.nr_ops = 1,
	.ops = { OP("first", map_first, OUTCOME("none", 0, 0)), },
};

static int advise(const struct scenario_run *run)
{
	return madvise(run->window, PAGE, MADV_DODUMP);
}

static long nothing(const struct scenario_run *run, unsigned int i)
{
	return 0;
}

SCENARIO(idle) = {
	SCENARIO_ID(idle),
	.claim = "for this test",
	.backing = &backing_none,
	.nr_ops = 2,
	.prepare = advise,
	.ops = { OP("idle", nothing, OUTCOME("none", 0, 0)), },
};

/* What the operations of a scenario that cannot be recorded do. */
static long (*act)(const struct scenario_run *run, unsigned int i);

static long do_act(const struct scenario_run *run, unsigned int i)
{
	return act(run, i);
}

SCENARIO(odd) = {
	SCENARIO_ID(odd),
	.claim = "for this test",
	.backing = &backing_anon,
	.nr_ops = 3,
	.ops = { OP("act", do_act, OUTCOME("none", 0, 0)), },
};

static long act_elsewhere(const struct scenario_run *run, unsigned int i)
{
	return raw_munmap(run->window - PAGE, PAGE);
}

static long act_twice(const struct scenario_run *run, unsigned int i)
{
	raw_munmap(run->window, PAGE);
	return raw_munmap(run->window, PAGE);
}

static long act_not_at_all(const struct scenario_run *run, unsigned int i)
{
	return 0;
}

static long act_otherwise(const struct scenario_run *run, unsigned int i)
{
	return syscall(SYS_msync, run->window, PAGE, 0);
}

static long act_on_memory(const struct scenario_run *run, unsigned int i)
{
	*(volatile char *)run->window = 1;
	return 0;
}

static long act_on_another_file(const struct scenario_run *run, unsigned int i)
{
	return raw_mmap(run->window, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED,
			7, 0);
}

static long act_where_the_kernel_likes(const struct scenario_run *run,
				       unsigned int i)
{
	return raw_mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
}

static void calls_of_a_file(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.nr_files, 1);
	assert_int_equal(rec.head.files[0].backing, NATIVE_MEMFD);
	assert_int_equal(rec.head.files[0].bytes, 200 * PAGE);
	assert_int_equal(rec.head.nr_ops, 199);
	assert_int_equal(rec.head.nr_prepare, 1);
	assert_int_equal(rec.head.nr_kinds, 2);
	assert_int_equal(rec.nr, 1 + 2 * 199);
	for (unsigned int i = 0; i < 200; i++) {
		const struct native_call *map = &rec.calls[i];

		assert_int_equal(map->nr, NATIVE_MMAP);
		assert_int_equal(map->file, 1);
		assert_int_equal(map->at, i * PAGE);
		assert_int_equal(map->offset, i * PAGE);
		assert_int_equal(map->len, PAGE);
		assert_int_equal(map->prot, PROT_READ | PROT_WRITE);
		assert_int_equal(map->flags, MAP_SHARED | MAP_FIXED_NOREPLACE);
	}
	for (unsigned int i = 0; i < 199; i++) {
		const struct native_call *unmap = &rec.calls[200 + i];

		assert_int_equal(unmap->nr, NATIVE_MUNMAP);
		assert_int_equal(unmap->at, (199 - i) * PAGE);
	}
	free(rec.calls);
}

static void calls_that_prepare(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_fill, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.nr_files, 0);
	assert_int_equal(rec.head.nr_others, 100);
	assert_int_equal(rec.head.nr_prepare, 6);
	assert_int_equal(rec.head.nr_kind_prepare[0], 0);
	assert_int_equal(rec.head.nr_ops, 5);
	assert_int_equal(rec.nr, 6 + 5 + 5);
	assert_int_equal(rec.calls[5].at, 10 * PAGE);
	assert_int_equal(rec.calls[6].at, PAGE);
	assert_int_equal(rec.calls[6].file, 0);
	free(rec.calls);
}

/* What the module would have been told, the driver is. */
static void calls_of_several_hooks(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_two_hooks, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.nr_files, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(rec.head.files[i].backing, NATIVE_HOOK);
		assert_int_equal(rec.head.files[i].hook.callbacks,
				 VMABENCH_HOOK_MMAP);
	}
	assert_int_equal(rec.head.files[0].hook.error, -EAGAIN);
	assert_int_equal(rec.head.files[1].hook.error, -EPERM);
	assert_int_equal(rec.nr, 6);
	assert_int_equal(rec.calls[2].file, 1);
	assert_int_equal(rec.calls[3].file, 2);
	free(rec.calls);
	assert_int_equal(record_calls(&scenario_other_file, &rec), 0);
	assert_non_null(strstr(rec.reason, "something else than the hook"));
	free(rec.calls);
}

static void no_call_at_all(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_idle, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.nr_prepare, 1);
	assert_int_equal(rec.nr, 3);
	assert_int_equal(rec.calls[0].nr, NATIVE_MADVISE);
	assert_int_equal(rec.calls[0].prot, MADV_DODUMP);
	assert_int_equal(rec.calls[1].nr, NATIVE_NOTHING);
	free(rec.calls);
}

static void calls_that_are_refused(void **state)
{
	static const struct {
		long (*act)(const struct scenario_run *run, unsigned int i);
		const char *why;
	} odd[] = {
		{ act_elsewhere, "not about its window" },
		{ act_twice, "is not one call" },
		{ act_not_at_all, "is not one call" },
		{ act_otherwise, "system call 26" },
		{ act_on_memory, "signal 11" },
		{ act_on_another_file, "a file of its own" },
		{ act_where_the_kernel_likes, "to the kernel" },
	};
	struct recorded rec;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		act = odd[i].act;
		assert_int_equal(record_calls(&scenario_odd, &rec), 0);
		if (!strstr(rec.reason, odd[i].why))
			fail_msg("'%s' instead of '%s'", rec.reason, odd[i].why);
		free(rec.calls);
	}
}

static int ready(struct scenario_run *run)
{
	(void)run;
	return 0;
}

SCENARIO(readied) = {
	SCENARIO_ID(readied),
	.claim = "for this test",
	.backing = &backing_anon,
	.setup = ready,
	.ops = { OP("act", nothing, OUTCOME("none", 0, 0)), },
};

SCENARIO(touched) = {
	SCENARIO_ID(touched),
	.claim = "for this test",
	.backing = &backing_anon,
	.populated = true,
	.ops = { OP("act", nothing, OUTCOME("none", 0, 0)), },
};

/* What is more than calls would be timed without it. */
static void more_than_calls(void **state)
{
	struct recorded rec;

	(void)state;
	assert_int_equal(record_calls(&scenario_readied, &rec), 0);
	assert_non_null(strstr(rec.reason, "readies its process first"));
	free(rec.calls);
	assert_int_equal(record_calls(&scenario_touched, &rec), 0);
	assert_non_null(strstr(rec.reason, "pages that a program has touched"));
	free(rec.calls);
}

static void nothing_is_done(void **state)
{
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	free(rec.calls);
	/* Nor is anything of it left in this process: it can map, and write. */
	assert_int_equal(count_vmas((char *)0x1000000000ul, 1024 * PAGE), 0);
}

/* Two kinds, two batches each, all operations went well. */
static struct replayed an_answer(unsigned int after)
{
	static const struct native_batch batches[] = {
		{ .ticks = 1990, .reference = 1000 },
		{ .ticks = 3980, .reference = 1500, .switches = 2 },
	};
	static uint32_t singles[199];
	struct replayed re = { .report = { .nr_batches = 2, .nr_singles = 1 } };

	for (size_t i = 0; i < 199; i++)
		singles[i] = 20;
	for (int k = 0; k < 2; k++) {
		re.kinds[k].before = 1;
		re.kinds[k].after = k ? 1 : after;
		re.batches[k] = batches;
		re.singles[k] = singles;
	}
	return re;
}

static json_t *replay(const struct replayed *re)
{
	json_t *lines = json_array();
	struct recorded rec;

	bench_clock.ns_per_tick = 0.5;
	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_int_equal(add_replayed(&rec, re, 1000, RETRY_NONE, lines), 0);
	free(rec.calls);
	return lines;
}

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

/* The @n-th line of a type. */
static json_t *nth(const json_t *lines, const char *type, size_t n)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		if (!strcmp(text_of(line, "type"), type) && !n--)
			return line;
	fail_msg("no %s line", type);
	return NULL;
}

static void an_answer_has_rows(void **state)
{
	struct replayed re = an_answer(1);
	json_t *lines = replay(&re);
	json_t *row = nth(lines, "row", 0), *batches, *hist;

	assert_string_equal(text_of(nth(lines, "shape", 0), "outcome"), "merged");
	assert_null(json_object_get(nth(lines, "shape", 0), "expected"));
	assert_string_equal(text_of(row, "metric"), "latency");
	batches = json_object_get(row, "batches");
	assert_int_equal(json_integer_value(json_array_get(batches, 0)), 995);
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 1990);
	hist = json_array_get(json_object_get(row, "hist"), 0);
	assert_int_equal(json_integer_value(json_array_get(hist, 0)), 10);
	assert_int_equal(json_integer_value(json_array_get(hist, 1)), 199);
	row = nth(lines, "row", 1);
	assert_string_equal(text_of(row, "metric"), "faults");
	batches = json_object_get(row, "batches");
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 0);
	row = nth(lines, "disturbances", 0);
	batches = json_array_get(json_object_get(row, "shared"), 0);
	assert_int_equal(json_integer_value(json_array_get(batches, 0)), 1);
	assert_int_equal(json_integer_value(json_array_get(batches, 1)), 50);
	json_decref(lines);
}

/* Of two events; the third batch of another boot had its counter taken away. */
static void what_the_host_counted(void **state)
{
	static const struct native_counts counts[] = {
		{ .nr = 2, .enabled_ns = 10, .running_ns = 10, .values = { 5, 7 } },
		{ .nr = 2, .enabled_ns = 20, .running_ns = 20, .values = { 9, 7 } },
		{ .nr = 2, .enabled_ns = 30, .running_ns = 30, .values = { 10, 8 } },
		{ .nr = 2, .enabled_ns = 50, .running_ns = 50, .values = { 13, 9 } },
		{ .nr = 2, .enabled_ns = 60, .running_ns = 60, .values = { 20, 9 } },
		{ .nr = 2, .enabled_ns = 80, .running_ns = 70, .values = { 21, 9 } },
	};
	static const struct pmu_event events[] = {
		{ .metric = "cycles_u", .unit = "cycles/op", .full = (char *)"a" },
		{ .metric = "misses_u", .unit = "events/op", .full = (char *)"b" },
	};
	struct recorded rec = { .scenario = &scenario_append,
				.head = { .nr_kinds = 1, .nr_ops = 2 } };
	struct replayed re = { .report = { .nr_counted = 2 },
			       .counts = { (const char *)counts } };
	json_t *lines = json_array(), *values;

	add_counted(&rec, &re, events, 2, lines);
	assert_int_equal(json_array_size(lines), 2);
	assert_string_equal(text_of(nth(lines, "row", 0), "metric"), "cycles_u");
	assert_string_equal(text_of(nth(lines, "row", 0), "pass"), "pmu");
	values = json_object_get(nth(lines, "row", 0), "batches");
	assert_int_equal(json_integer_value(json_array_get(values, 0)), 4);
	assert_int_equal(json_integer_value(json_array_get(values, 1)), 3);
	values = json_object_get(nth(lines, "row", 1), "batches");
	assert_int_equal(json_integer_value(json_array_get(values, 0)), 0);
	assert_int_equal(json_integer_value(json_array_get(values, 1)), 1);
	json_array_clear(lines);
	re.report.nr_counted = 3;
	add_counted(&rec, &re, events, 1, lines);
	assert_int_equal(json_array_size(lines), 1);
	assert_non_null(strstr(text_of(nth(lines, "skip", 0), "reason"),
			       "cycles_u: its counter did not run all the time"));
	json_decref(lines);
}

/* A reader takes the value of a row from the other batches. */
static void an_answer_with_faults(void **state)
{
	static const struct native_batch batches[] = {
		{ .ticks = 1990, .reference = 1000 },
		{ .ticks = 3980, .reference = 1000, .faults = 3 },
	};
	struct replayed re = an_answer(1);
	json_t *lines, *first, *second;

	re.batches[1] = batches;
	lines = replay(&re);
	first = json_object_get(nth(lines, "disturbances", 0), "host_faults");
	assert_int_equal(json_array_size(first), 0);
	second = json_object_get(nth(lines, "disturbances", 1), "host_faults");
	assert_int_equal(json_array_size(second), 1);
	second = json_array_get(second, 0);
	assert_int_equal(json_integer_value(json_array_get(second, 0)), 1);
	assert_int_equal(json_integer_value(json_array_get(second, 1)), 3);
	json_decref(lines);
}

/* A reader takes the value of a row from the batches that were not. */
static void shared_batches_come_first(void **state)
{
	struct replayed re = an_answer(1);
	json_t *lines = replay(&re), *line;
	bool said = false;
	size_t i;

	json_array_foreach(lines, i, line) {
		if (!strcmp(text_of(line, "type"), "disturbances"))
			said = true;
		if (!strcmp(text_of(line, "type"), "row"))
			assert_true(said);
	}
	assert_true(said);
	json_decref(lines);
}

/* Of a module: the file is that of the process that asks. */
static void calls_of_an_open_file(void **state)
{
	struct scenario_run run = {
		.scenario = &scenario_append,
		.nr_ops = 7,
		.unit_bytes = PAGE,
		.window_units = 16,
		.fd = STDIN_FILENO,
	};
	struct recorded rec;

	assert_int_equal(record_open_calls(&run, &rec), 0);
	assert_string_equal(rec.reason, "");
	assert_int_equal(rec.head.nr_files, 1);
	assert_int_equal(rec.head.files[0].backing, NATIVE_GIVEN);
	assert_int_equal(rec.head.files[0].fd, STDIN_FILENO);
	assert_int_equal(rec.head.window_bytes, 16 * PAGE);
	assert_int_equal(rec.head.nr_others, 0);
	assert_int_equal(rec.nr, 1 + 2 * 7);
	assert_int_equal(rec.calls[1].file, 1);
	assert_int_equal(rec.calls[1].at, PAGE);
	free(rec.calls);
}

/* As a kernel does that was built without seccomp: prctl() refuses it. */
static void refuse_seccomp(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(2);
}

static void without_seccomp_the_same(void **state)
{
	struct recorded with, without;
	pid_t pid;
	int status;

	assert_int_equal(record_calls(&scenario_fill, &with), 0);
	pid = fork();
	if (pid == 0) {
		refuse_seccomp();
		_exit(record_calls(&scenario_fill, &without) ||
		      *without.reason || without.nr != with.nr ||
		      memcmp(with.calls, without.calls,
			     with.nr * sizeof(*with.calls)));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	free(with.calls);
}

/* A plan, and an answer that is whole, and ones that are not. */
static void plans_and_answers(void **state)
{
	struct {
		struct native_hello hello;
		struct native_report report;
		struct native_kind kind;
		struct native_batch batch;
		struct native_bye bye;
	} said = {
		.hello = { .magic = NATIVE_MAGIC, .api = NATIVE_API },
		.report = { .nr_batches = 1 },
		.kind = { .before = 3 },
		.batch = { .ticks = 42, .reference = 7 },
		.bye = { .magic = NATIVE_MAGIC },
	};
	struct recorded rec = { .head = { .nr_kinds = 1, .nr_ops = 5 } };
	struct native_plan head = { .magic = NATIVE_MAGIC, .nr_scenarios = 1 };
	struct answer whole = { (char *)&said, sizeof(said) }, a = whole;
	struct native_hello hello;
	struct replayed re;
	size_t size;
	char *plan = write_plan(&head, &rec, &size);

	assert_int_equal(size, sizeof(head) + sizeof(rec.head));
	assert_memory_equal(plan, &head, sizeof(head));
	free(plan);
	assert_true(read_answer(&a, &rec, 1, &re, &hello));
	assert_int_equal(re.kinds[0].before, 3);
	assert_int_equal(re.batches[0]->ticks, 42);
	assert_int_equal(least_reference(&rec, &re, 9), 7);
	for (size_t left = 0; left < sizeof(said); left++) {
		a = (struct answer){ (char *)&said, left };
		assert_false(read_answer(&a, &rec, 1, &re, &hello));
	}
	said.hello.api++;
	a = whole;
	assert_false(read_answer(&a, &rec, 1, &re, &hello));
}

/*
 * Of two batches one was shared: too few are left. 10 % are not called that. A page that
 * the host had to find is.
 */
static void too_few_were_alone(void **state)
{
	static const struct native_batch alone[] = { { .reference = 1000 },
						     { .reference = 1100 } };
	static const struct native_batch faulty[] = {
		{ .reference = 1000 }, { .reference = 1000, .faults = 1 }
	};
	struct replayed re = an_answer(1);
	struct recorded rec;

	assert_int_equal(record_calls(&scenario_append, &rec), 0);
	assert_false(was_alone(&rec, &re, 1000));
	re.batches[0] = re.batches[1] = alone;
	assert_true(was_alone(&rec, &re, 1000));
	re.batches[1] = faulty;
	assert_false(was_alone(&rec, &re, 1000));
	free(rec.calls);
}

static void an_answer_of_another_shape(void **state)
{
	struct replayed re = an_answer(200);
	json_t *lines = replay(&re), *shape = nth(lines, "shape", 0);

	assert_string_equal(text_of(shape, "outcome"), "unexpected");
	assert_string_equal(text_of(json_object_get(shape, "expected"), "outcome"),
			    "merged");
	assert_string_equal(text_of(nth(lines, "row", 0), "metric"), "latency");
	json_decref(lines);
}

static void an_answer_that_failed(void **state)
{
	struct replayed re = { .report = { .err = ENOMEM,
					   .reason = "making its file" } };
	json_t *lines = replay(&re);

	assert_int_equal(json_array_size(lines), 1);
	assert_string_equal(text_of(nth(lines, "failure", 0), "reason"),
			    "the driver: making its file: ENOMEM");
	json_decref(lines);
	re.report.err = EOPNOTSUPP;
	lines = replay(&re);
	assert_non_null(strstr(text_of(nth(lines, "skip", 0), "reason"),
			       "does not have what its file is of"));
	json_decref(lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_a_file),
		cmocka_unit_test(calls_that_prepare),
		cmocka_unit_test(calls_of_several_hooks),
		cmocka_unit_test(no_call_at_all),
		cmocka_unit_test(calls_that_are_refused),
		cmocka_unit_test(more_than_calls),
		cmocka_unit_test(nothing_is_done),
		cmocka_unit_test(calls_of_an_open_file),
		cmocka_unit_test(without_seccomp_the_same),
		cmocka_unit_test(plans_and_answers),
		cmocka_unit_test(an_answer_has_rows),
		cmocka_unit_test(what_the_host_counted),
		cmocka_unit_test(an_answer_with_faults),
		cmocka_unit_test(shared_batches_come_first),
		cmocka_unit_test(too_few_were_alone),
		cmocka_unit_test(an_answer_of_another_shape),
		cmocka_unit_test(an_answer_that_failed),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
