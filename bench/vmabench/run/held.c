// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Memory in flight: objects that operations have freed, and that the kernel has not
 * given back to the slab. VMAs and maple nodes wait for a grace period; where they are
 * freed in batches, some wait until theirs is full.
 *
 * A slab says how many of its objects are out. How many of these are in use, no kernel
 * says: it is what is still out when the kernel has been left alone for so long that
 * nothing is held any more. So it does not matter which function frees an object, nor
 * what other processes have.
 *
 * Free objects that are ready for the next allocation, in the CPU's slab or in a sheaf,
 * are given back, but count as out. A slab that is shrunk takes them, so that comes
 * before each reading. It ends batches, too; so the peak is of one run of the operations,
 * and what is left after the drain of another one.
 *
 * No grace period ends while the operations run, however long they take: on a machine
 * with one CPU, the thread of RCU waits for a task of a real-time class.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "record/write.h"
#include "session.h"

static const struct cache {
	const char *name;
	bool optional; /* some kernels have the lock in the VMA */
} caches[] = {
	{ "vm_area_struct", false },
	{ "maple_node", false },
	{ "vma_lock", true },
};

#define NR_CACHES (sizeof(caches) / sizeof(*caches))

/* kfree_rcu() collects for up to 5 s. The guest is idle, and skips them. */
#define SETTLE_S 6

/* Objects that are out, by cache. */
struct out {
	long objects[NR_CACHES];
};

/* @file of what the kernel tells of a cache, to be freed. */
static char *slab_path(const struct cache *cache, const char *file)
{
	const char *root = getenv(SLABS_ENV);

	return xasprintf("%s/%s/%s", root ? root : "/sys/kernel/slab",
			 cache->name, file);
}

static bool is_missing(const struct cache *cache)
{
	char *path = slab_path(cache, "");
	bool missing = cache->optional && access(path, F_OK);

	free(path);
	return missing;
}

/* Says why nothing can be known; 1. */
static int unknown(struct holdings *h, const struct cache *cache,
		   const char *file, int err)
{
	const char *hint = "";

	if (err == -EACCES || err == -EPERM)
		hint = ": it takes root";
	else if (err == -ENOENT)
		hint = ": it takes CONFIG_SLUB_DEBUG and CONFIG_SYSFS";
	snprintf(h->reason, sizeof(h->reason), "slab/%s/%s: %s%s", cache->name,
		 file, strerror(-err), hint);
	return 1;
}

/* A number that the kernel tells of a cache; read without a stream, which allocates. */
static int read_slab(struct holdings *h, const struct cache *cache,
		     const char *file, long *value)
{
	char text[64], *path = slab_path(cache, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	ssize_t n = -1;

	if (fd >= 0)
		n = read(fd, text, sizeof(text) - 1);
	err = n < 0 ? -errno : 0;
	free(path);
	if (fd >= 0)
		close(fd);
	if (err)
		return unknown(h, cache, file, err);
	text[n] = '\0';
	*value = strtol(text, NULL, 10);
	return 0;
}

static int shrink(struct holdings *h, const struct cache *cache)
{
	char *path = slab_path(cache, "shrink");
	int err = put_file(path, "1");

	free(path);
	return err ? unknown(h, cache, "shrink", err) : 0;
}

static int read_out(struct holdings *h, struct out *out)
{
	int err = 0;

	*out = (struct out){ 0 };
	for (size_t c = 0; c < NR_CACHES && !err; c++) {
		if (is_missing(&caches[c]))
			continue;
		err = shrink(h, &caches[c]);
		if (!err)
			err = read_slab(h, &caches[c], "objects",
					&out->objects[c]);
	}
	return err;
}

/* Caches of objects of one size are one, if the kernel may merge them. */
static int check_caches(struct holdings *h)
{
	long aliases;

	for (size_t c = 0; c < NR_CACHES; c++) {
		if (is_missing(&caches[c]))
			continue;
		if (read_slab(h, &caches[c], "aliases", &aliases))
			return 1;
		if (!aliases)
			continue;
		snprintf(h->reason, sizeof(h->reason),
			 "objects of %ld other caches are in the slabs of %s: boot with slab_nomerge",
			 aliases, caches[c].name);
		return 1;
	}
	return 0;
}

/* What is out when nothing is held. */
static int settle(struct holdings *h, struct out *out)
{
	struct timespec t = { .tv_sec = SETTLE_S };

	/* Ends batches that an idle machine would not end. */
	if (read_out(h, out))
		return 1;
	nanosleep(&t, NULL);
	return read_out(h, out);
}

/* What was out at one time, and was not in use: when all is settled, it is not out. */
static void add_held(struct holdings *h, const struct out *at,
		     const struct out *settled, struct held *held)
{
	*held = (struct held){ 0 };
	for (size_t c = 0; c < NR_CACHES; c++) {
		long nr = at->objects[c] - settled->objects[c], bytes = 0;

		if (nr < 0) {
			snprintf(h->reason, sizeof(h->reason),
				 "%ld objects of %s were allocated in %d s in which nothing was to run",
				 -nr, caches[c].name, SETTLE_S);
			return;
		}
		if (nr && read_slab(h, &caches[c], "slab_size", &bytes))
			return;
		held->objects += nr;
		held->bytes += nr * bytes;
	}
}

static int be_scheduled(int policy, int priority)
{
	struct sched_param param = { .sched_priority = priority };

	return sched_setscheduler(0, policy, &param) ? -errno : 0;
}

/* What an operation leaves that ends otherwise is not what the others leave. */
static int run_as_declared(const struct scenario_run *run,
			   const struct scenario_op *op, unsigned int i,
			   struct holdings *h)
{
	long ret = op->run(run, i);
	int err = ret < 0 ? (int)-ret : 0;

	if (err == op->expect_errno)
		return 0;
	snprintf(h->reason, sizeof(h->reason), "%s %u: %s, not %s", op->name, i,
		 result_name(err), result_name(op->expect_errno));
	return 1;
}

/* All operations of one kind, while nothing else runs. */
static int run_undisturbed(struct task *t, const struct scenario_op *op,
			   struct holdings *h)
{
	int err = be_scheduled(SCHED_FIFO, 1);
	uint64_t tick_ns = 0;

	if (err) {
		snprintf(h->reason, sizeof(h->reason),
			 "the task cannot be made a real-time one: %s",
			 strerror(-err));
		return 1;
	}
	for (unsigned int i = 0; i < t->run.nr_ops && !err; i++)
		err = run_as_declared(&t->run, op, i, h);
	if (err)
		return err;
	/* To read takes less than a tick, and no grace period ends without one. */
	stay_clear_of_tick(&tick_ns);
	return 0;
}

static void hold_kind(struct task *t, unsigned int k, bool drain,
		      struct holdings *h)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	struct out at, settled;
	int err = settle(h, &settled);

	if (!err)
		err = run_undisturbed(t, op, h);
	if (!err && drain) {
		be_scheduled(SCHED_OTHER, 0);
		quiesce(t->s->config);
	}
	if (!err)
		err = read_out(h, &at);
	be_scheduled(SCHED_OTHER, 0);
	if (!err)
		err = settle(h, &settled);
	if (!err)
		add_held(h, &at, &settled, drain ? &h->drained[k] : &h->peak[k]);
}

/**
 * measure_held - what each kind of operation leaves in flight
 * @t: task; its recorded batches are over
 * @h: filled; where nothing can be known, its reason says why
 *
 * Return: 0, -errno, or 1 with run.reason set.
 */
int measure_held(struct task *t, struct holdings *h)
{
	const struct scenario *sc = t->run.scenario;
	int err = 0;

	if (check_caches(h))
		return 0;
	for (int drain = 0; drain < 2 && !err && !*h->reason; drain++) {
		err = prepare_with(t, sc->prepare);
		for (unsigned int k = 0;
		     k < t->s->nr_kinds && !err && !*h->reason; k++) {
			err = prepare_with(t, sc->ops[k].prepare);
			if (!err)
				hold_kind(t, k, drain, h);
		}
		if (munmap(t->run.window, window_bytes(&t->run)) && !err)
			err = -errno;
	}
	return err;
}

static const struct {
	enum metric_id metric;
	bool drained, bytes;
} yields[] = {
	{ METRIC_HELD_OBJECTS, false, false },
	{ METRIC_HELD_BYTES, false, true },
	{ METRIC_HELD_AFTER_BYTES, true, true },
};

static int emit_kind(struct session *s, const struct holdings *h, unsigned int k)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(yields) / sizeof(*yields) && !err; i++) {
		const struct held *held = yields[i].drained ? &h->drained[k]
							    : &h->peak[k];
		long value = yields[i].bytes ? held->bytes : held->objects;

		err = emit_batches(s,
				   metric_line(s->run.scenario,
					       s->run.scenario->ops[k].name,
					       yields[i].metric, PASS_COUNTS,
					       true, s->run.nr_ops),
				   json_pack("[I]", (json_int_t)value));
	}
	return err;
}

/**
 * emit_held - rows of it, or why there are none
 * @s: session
 * @h: what measure_held() has found
 *
 * Return: 0 or -errno.
 */
int emit_held(struct session *s, const struct holdings *h)
{
	char text[WHY_BYTES + 64];
	int err = 0;

	for (unsigned int k = 0; k < s->nr_kinds && !err && !*h->reason; k++)
		err = emit_kind(s, h, k);
	for (size_t i = 0;
	     i < sizeof(yields) / sizeof(*yields) && !err && *h->reason; i++) {
		snprintf(text, sizeof(text), "%s unavailable: %s",
			 metrics[yields[i].metric].name, h->reason);
		err = emit_skip(s, NULL, text);
	}
	return err;
}
