// SPDX-License-Identifier: GPL-2.0-or-later
/* What is freed and not given back, of a kernel that is a few files and two functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <jansson.h>

#define SCENARIO_VERSION "test"

#include "layout.h"
#include "run/pass.h"
#include "run/session.h"

#define OPS 8

/* Of the caches, in which each operation frees an object more than in the one before. */
static const struct {
	const char *name;
	int bytes;
} caches[] = {
	{ "vm_area_struct", 160 },
	{ "vma_lock", 40 },
	{ "maple_node", 256 },
};

#define NR_CACHES 3

/**
 * struct kernel - what there is
 * @slabs: the folder that says so
 * @missing: a cache, or a file of each, that is not there; NULL for none
 * @aliases: of each cache
 * @in_batches: how many objects of each cache a grace period does not give back
 * @grows_by: objects that others allocate while everything settles
 * @in_use: objects of each cache
 * @waiting: for a grace period
 * @batched: until their batch is full, or old
 * @undisturbed: the task is a real-time one
 */
static struct kernel {
	char slabs[32];
	const char *missing;
	int aliases, in_batches, grows_by;
	int in_use, waiting[NR_CACHES], batched[NR_CACHES];
	bool undisturbed;
} kernel;

static void put(const char *cache, const char *file, int value)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/%s", kernel.slabs, cache, file);
	if (kernel.missing &&
	    (!strcmp(kernel.missing, cache) || !strcmp(kernel.missing, file))) {
		remove(path);
		return;
	}
	f = fopen(path, "we");
	assert_non_null(f);
	fprintf(f, "%d N0=%d\n", value, value);
	fclose(f);
}

static void tell(void)
{
	for (int c = 0; c < NR_CACHES; c++)
		put(caches[c].name, "objects",
		    kernel.in_use + kernel.waiting[c] + kernel.batched[c]);
}

/* Those of libc are not called: this is when RCU gets the CPU. */
int sched_setscheduler(pid_t pid, int policy, const struct sched_param *param)
{
	(void)pid;
	(void)param;
	kernel.undisturbed = policy == SCHED_FIFO;
	for (int c = 0; c < NR_CACHES && !kernel.undisturbed; c++) {
		if (kernel.waiting[c])
			kernel.batched[c] = kernel.in_batches;
		kernel.waiting[c] = 0;
	}
	tell();
	return 0;
}

int nanosleep(const struct timespec *requested, struct timespec *left)
{
	(void)left;
	if (requested->tv_sec) {
		memset(kernel.batched, 0, sizeof(kernel.batched));
		kernel.in_use += kernel.grows_by;
		tell();
	}
	return 0;
}

static long free_some(const struct scenario_run *run, unsigned int i)
{
	(void)run;
	(void)i;
	for (int c = 0; c < NR_CACHES && kernel.undisturbed; c++)
		kernel.waiting[c] += c + 1;
	tell();
	return 0;
}

static long free_none(const struct scenario_run *run, unsigned int i)
{
	(void)run;
	(void)i;
	return 0;
}

SCENARIO(frees) = {
	SCENARIO_ID(frees),
	.claim = "objects are in flight",
	.backing = &backing_none,
	.ops = { { .name = "free", .run = free_some },
		 { .name = "nothing", .run = free_none } },
};

static int begin_kernel(void **state)
{
	(void)state;
	kernel = (struct kernel){ .slabs = "/tmp/vmabench-slabs-XXXXXX",
				  .in_use = 1000 };
	return mkdtemp(kernel.slabs) ? setenv(SLABS_ENV, kernel.slabs, 1) : -1;
}

static int end_kernel(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", kernel.slabs);
	return system(command);
}

/* Lines of the record. */
static json_t *measure(bool guest)
{
	const struct run_config config = {
		.pass = &pass_counts,
		.nr_ops = OPS,
		.nr_batches = 1,
		.dir = ".",
		.cpu = -1,
		.guest = guest,
	};
	json_t *lines = json_array();
	char path[64], *text = NULL, *save = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	for (int c = 0; c < NR_CACHES; c++) {
		snprintf(path, sizeof(path), "%s/%s", kernel.slabs,
			 caches[c].name);
		if (kernel.missing && !strcmp(kernel.missing, caches[c].name))
			continue;
		assert_return_code(mkdir(path, 0755), 0);
		put(caches[c].name, "shrink", 0);
		put(caches[c].name, "aliases", kernel.aliases);
		put(caches[c].name, "slab_size", caches[c].bytes);
	}
	tell();
	assert_non_null(f);
	assert_int_equal(run_scenario(&scenario_frees, &config, f), 0);
	fclose(f);
	assert_null(strstr(text, "\"failure\""));
	for (char *at = strtok_r(text, "\n", &save); at;
	     at = strtok_r(NULL, "\n", &save))
		json_array_append_new(lines, json_loads(at, 0, NULL));
	free(text);
	return lines;
}

static const char *text_of(const json_t *line, const char *key)
{
	const char *text = json_string_value(json_object_get(line, key));

	return text ? text : "";
}

static const json_t *row_of(const json_t *lines, const char *op,
			    const char *metric)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		if (!strcmp(text_of(line, "metric"), metric) &&
		    !strcmp(text_of(line, "op"), op))
			return line;
	}
	return NULL;
}

/* Of a batch. */
static void assert_row(const json_t *lines, const char *op, const char *metric,
		       const char *unit, int value)
{
	const json_t *row = row_of(lines, op, metric);
	const json_t *batches = json_object_get(row, "batches");

	assert_non_null(row);
	assert_string_equal(text_of(row, "unit"), unit);
	assert_string_equal(text_of(row, "better"), "lower");
	assert_string_equal(text_of(row, "pass"), "counts");
	assert_true(json_is_true(json_object_get(row, "exact")));
	assert_int_equal(json_integer_value(json_object_get(row, "ops")), OPS);
	assert_int_equal(json_array_size(batches), 1);
	assert_int_equal(json_integer_value(json_array_get(batches, 0)), value);
}

/* There is no row of them, and each says why. */
static void assert_unavailable(const json_t *lines, const char *why)
{
	static const char *const names[] = { "held_objects", "held_bytes",
					     "held_after_bytes" };
	size_t found = 0, i;
	char start[64];
	json_t *line;

	for (size_t n = 0; n < 3; n++) {
		assert_null(row_of(lines, "free", names[n]));
		snprintf(start, sizeof(start), "%s unavailable: ", names[n]);
		json_array_foreach(lines, i, line) {
			const char *reason = text_of(line, "reason");

			found += !strncmp(reason, start, strlen(start)) &&
				 strstr(reason, why);
		}
	}
	assert_int_equal(found, 3);
}

static void peak_is_all_that_was_freed(void **state)
{
	json_t *lines;

	(void)state;
	lines = measure(true);
	assert_row(lines, "free", "held_objects", "objects/op",
		   OPS * (1 + 2 + 3));
	assert_row(lines, "free", "held_bytes", "bytes/op",
		   OPS * (160 + 2 * 40 + 3 * 256));
	assert_row(lines, "free", "held_after_bytes", "bytes/op", 0);
	assert_row(lines, "nothing", "held_objects", "objects/op", 0);
	assert_row(lines, "nothing", "held_bytes", "bytes/op", 0);
	assert_row(lines, "nothing", "held_after_bytes", "bytes/op", 0);
	json_decref(lines);
}

static void a_batch_outlasts_the_drain(void **state)
{
	json_t *lines;

	(void)state;
	kernel.in_batches = 5;
	lines = measure(true);
	assert_row(lines, "free", "held_objects", "objects/op",
		   OPS * (1 + 2 + 3));
	assert_row(lines, "free", "held_after_bytes", "bytes/op",
		   5 * (160 + 40 + 256));
	assert_row(lines, "nothing", "held_after_bytes", "bytes/op", 0);
	json_decref(lines);
}

static void locks_may_be_in_vmas(void **state)
{
	json_t *lines;

	(void)state;
	kernel.missing = "vma_lock";
	lines = measure(true);
	assert_row(lines, "free", "held_objects", "objects/op", OPS * (1 + 3));
	assert_row(lines, "free", "held_bytes", "bytes/op",
		   OPS * (160 + 3 * 256));
	json_decref(lines);
}

static void unavailable_is_not_zero(void **state)
{
	static const char *const missing[] = { "vm_area_struct", "maple_node",
					       "objects",	 "shrink",
					       "aliases",	 "slab_size" };

	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++) {
		json_t *lines;

		kernel.missing = missing[i];
		lines = measure(true);
		assert_unavailable(lines, "it takes CONFIG_SLUB_DEBUG");
		json_decref(lines);
		end_kernel(state);
		begin_kernel(state);
	}
}

static void merged_caches_say_nothing(void **state)
{
	json_t *lines;

	(void)state;
	kernel.aliases = 3;
	lines = measure(true);
	assert_unavailable(lines, "slab_nomerge");
	json_decref(lines);
}

static void others_may_not_allocate(void **state)
{
	json_t *lines;

	(void)state;
	kernel.grows_by = 1000;
	lines = measure(true);
	assert_unavailable(lines, "were allocated");
	json_decref(lines);
}

/* On metal the slab is everybody's. */
static void guests_only(void **state)
{
	json_t *lines;

	(void)state;
	lines = measure(false);
	assert_null(row_of(lines, "free", "held_objects"));
	json_decref(lines);
}

#define with_kernel(test) \
	cmocka_unit_test_setup_teardown(test, begin_kernel, end_kernel)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_kernel(peak_is_all_that_was_freed),
		with_kernel(a_batch_outlasts_the_drain),
		with_kernel(locks_may_be_in_vmas),
		with_kernel(unavailable_is_not_zero),
		with_kernel(merged_caches_say_nothing),
		with_kernel(others_may_not_allocate),
		with_kernel(guests_only),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
