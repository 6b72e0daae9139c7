// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running one scenario, in one pass: by a task of this process, or by the tasks of
 * a storm, which do the same between barriers.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "record/write.h"
#include "run/pass.h"
#include "session.h"

const struct pass *find_pass(const char *name)
{
	static const struct pass *const passes[] = {
		&pass_insns, &pass_counts, &pass_time, &pass_pmu, &pass_body,
	};

	for (size_t i = 0; i < sizeof(passes) / sizeof(*passes); i++)
		if (passes[i]->id == pass_by_name(name))
			return passes[i];
	return NULL;
}

/** quiesce - wait until RCU has done what was left to it */
void quiesce(const struct run_config *config)
{
	struct timespec t = { .tv_nsec = 1000000 };

	if (config->guest) {
		spin(GUEST_QUIET_INSNS);
		return;
	}
	for (int i = 0; i < 2; i++)
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	nanosleep(&t, NULL);
}

/** set_reason - set the reason of a run to what printf() makes of it; 1 */
int set_reason(struct scenario_run *run, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(run->reason, sizeof(run->reason), fmt, ap);
	va_end(ap);
	return 1;
}

/** fail_with - set run.reason to what has failed with -errno; 1 */
int fail_with(struct task *t, const char *what, int err)
{
	return set_reason(&t->run, "%s: %s", what, strerror(-err));
}

/** prepare_with - call a function of the scenario, if it has that one */
int prepare_with(struct task *t, int (*how)(const struct scenario_run *run))
{
	int err = how ? how(&t->run) : 0;

	return err ? fail_with(t, "prepare", err) : 0;
}

/* All operations of one kind; @look: also at what they did to the window. */
static int run_kind(struct task *t, unsigned int k, bool look)
{
	const struct scenario_op *op = &t->run.scenario->ops[k];
	const struct run_config *config = t->s->config;
	int err;

	t->failed_op = op->name;
	if (!look)
		return config->pass->run(t, k);
	err = prepare_with(t, op->prepare);
	if (!err)
		err = see_vmas(t, &t->seen[k].before);
	if (!err && !k)
		err = see_pages(t, t->run.scenario->pages);
	if (err)
		return err;
	/* After the first kind, the drain of the one before does it. */
	if (config->pass->quiesce && !t->run.scenario->storm &&
	    (!k || op->prepare))
		quiesce(config);
	err = config->pass->run(t, k);
	if (!err && !meet(t))
		err = -ECANCELED;
	if (!err)
		err = see_vmas(t, &t->seen[k].after);
	if (!err)
		err = see_pages(t, op->pages);
	return !err && !meet(t) ? -ECANCELED : err;
}

static int run_kinds(struct task *t, bool look)
{
	int err = 0;

	t->start = clock_start();
	for (unsigned int k = 0; k < t->s->nr_kinds && !err; k++)
		err = run_kind(t, k, look);
	t->end = clock_stop();
	return err;
}

/* @last: what the batch before did, to be held against this one; or NULL */
static int check_kinds(struct task *t, const struct seen *last, bool look)
{
	int err = 0;

	for (unsigned int k = 0; k < t->s->nr_kinds && !err; k++) {
		t->failed_op = t->run.scenario->ops[k].name;
		err = see_results(t, k, &t->seen[k]);
		if (!err && t->run.scenario->storm)
			err = is_declared(t, k, look);
		else if (!err && last)
			err = agrees_with_last(t, k, &last[k]);
	}
	if (err)
		return err;
	t->failed_op = NULL;
	return has_left_cpu(t->cpu, t->run.reason, sizeof(t->run.reason));
}

/* Between two barriers, by the first task for all of them. */
static void decide(struct task *t, bool record)
{
	const struct session *s = t->s;

	if (t == &s->crew->tasks[0])
		s->crew->more = !record || t->batch < s->min_batches ||
				(t->batch < s->max_batches &&
				 monotonic_ns() < t->end_ns);
}

/* What is left in a storm's window was not looked at between the batches. */
static int empty_window(struct task *t, bool look)
{
	unsigned int k = t->s->nr_kinds - 1;
	int err = 0;

	if (!look) {
		err = see_vmas(t, &t->seen[k].after);
		if (!err)
			err = is_declared(t, k, true);
	}
	if (munmap(t->run.window, window_bytes(&t->run)) && !err)
		err = fail_with(t, "emptying the window", -errno);
	return err;
}

static int run_batch(struct task *t, bool record)
{
	bool look = !record || !t->run.scenario->storm;
	struct seen last[SCENARIO_MAX_OPS];
	int err;

	memcpy(last, t->seen, sizeof(last));
	t->failed_op = NULL;
	if (t->run.scenario->backing->anywhere)
		t->vmas_elsewhere = count_all_vmas();
	err = prepare_with(t, t->run.scenario->prepare);
	if (!err && !meet(t))
		err = -ECANCELED;
	if (!err)
		err = run_kinds(t, look);
	if (!err)
		err = check_kinds(t, record && t->batch ? last : NULL, look);
	if (err)
		return err;
	if (record && t->s->config->pass->keep)
		t->s->config->pass->keep(t);
	t->batch += record;
	decide(t, record);
	if (!meet(t))
		return -ECANCELED;
	return empty_window(t, look);
}

/* From here on, batches are recorded. */
static int begin(struct task *t)
{
	int err = 0;

	t->end_ns = monotonic_ns() + t->s->budget_ns;
	if (t->run.scenario->storm)
		return 0;
	quiesce(t->s->config);
	if (t->s->config->pass->begin)
		err = t->s->config->pass->begin(t);
	return err;
}

static int run_batches(struct task *t)
{
	const struct session *s = t->s;
	int err = 0;

	for (unsigned int b = 0; s->crew->more && !err; b++) {
		if (b == s->nr_warmup)
			err = begin(t);
		if (!err)
			err = run_batch(t, b >= s->nr_warmup);
		if (!err && s->config->pass->between && !t->run.scenario->storm)
			err = s->config->pass->between(t);
	}
	if (!err && s->config->pass->end && !t->run.scenario->storm)
		err = s->config->pass->end(t);
	return err;
}

#define SMALLEST_PAGE 4096

static void touch_byte(volatile char *at)
{
	char byte = *at;

	*at = byte;
}

/* Memory is there for a task only once it has written to it. */
static void touch(struct task *t)
{
	for (size_t i = 0; i < t->bytes; i += SMALLEST_PAGE)
		touch_byte(t->memory + i);
	if (t->bytes)
		touch_byte(t->memory + t->bytes - 1);
}

static int set_up(struct task *t)
{
	const struct scenario *sc = t->run.scenario;
	int err = sc->setup ? sc->setup(&t->run) : 0;

	if (err == BACKING_IMPOSSIBLE)
		return TASK_IMPOSSIBLE;
	return err ? fail_with(t, "setup", err) : 0;
}

/** run_task - all batches of a task; t->err and run.reason say how it went */
void run_task(struct task *t)
{
	const struct pass *pass = t->s->config->pass;
	const struct scenario *sc = t->run.scenario;

	touch(t);
	t->err = pass->open ? pass->open(t, !sc->storm) : 0;
	if (!t->err)
		t->err = set_up(t);
	if (!t->err)
		t->err = run_batches(t);
	if (t->err)
		atomic_store(&t->s->crew->broken, true);
	munmap(t->run.window, window_bytes(&t->run));
	if (sc->teardown)
		sc->teardown(&t->run);
	if (pass->close)
		pass->close(t);
}

/** finish_session - write what came of it: failures, or else rows; 0 or -errno */
int finish_session(struct session *s)
{
	char reason[300];
	int err = 0;

	for (unsigned int i = 0; i < s->nr_tasks; i++) {
		const struct task *t = &s->crew->tasks[i];

		if (t->err < 0 && t->err != -ECANCELED)
			err = t->err;
		if (t->err <= 0)
			continue;
		if (t->err == TASK_IMPOSSIBLE)
			return say_impossible(s, t->run.reason);
		if (s->run.scenario->storm)
			snprintf(reason, sizeof(reason), "task %u: %s", i,
				 t->run.reason);
		else
			snprintf(reason, sizeof(reason), "%s", t->run.reason);
		return emit_failure(s, t->failed_op, reason);
	}
	if (!err)
		err = s->config->pass->emit(s);
	for (unsigned int k = 0; k < s->nr_kinds && !err; k++)
		if (!s->run.scenario->storm)
			err = emit_shape(s, k);
	return err;
}

static int run_alone(struct session *s)
{
	size_t bytes = crew_bytes(s);
	int err;

	/* Not mapped, however much it is: a VMA would be one more in the tree. */
	mallopt(M_MMAP_MAX, 0);
	s->crew = aligned_alloc(_Alignof(struct crew),
				(bytes / _Alignof(struct crew) + 1) *
					_Alignof(struct crew));
	if (!s->crew)
		return -ENOMEM;
	memset(s->crew, 0, bytes);
	place_crew(s);
	run_task(&s->crew->tasks[0]);
	err = finish_session(s);
	free(s->crew);
	return err;
}

/**
 * say_impossible - say that a scenario cannot be run, once, in its first pass
 * @s: session
 * @reason: why
 *
 * A metric that is not available is said in the pass that it belongs to.
 */
int say_impossible(struct session *s, const char *reason)
{
	return s->config->pass->first || s->run.scenario->untimed
		       ? emit_skip(s, NULL, reason)
		       : 0;
}

/*
 * How many batches there are to be. Those of a storm are longer: there are many
 * operations in a few of them.
 */
#define STORM_WARMUP_SHARE 5

static void plan_batches(struct session *s)
{
	const struct run_config *config = s->config;

	s->nr_warmup = config->nr_warmup;
	s->budget_ns = config->budget_ns;
	s->min_batches = config->nr_batches ? config->nr_batches : 1;
	s->max_batches = config->nr_batches ? config->nr_batches : MAX_BATCHES;
	if (!s->run.scenario->storm)
		return;
	s->nr_warmup = config->nr_warmup / STORM_WARMUP_SHARE + 1;
	if (config->pass->storm_batches) {
		s->max_batches = config->pass->storm_batches;
		s->budget_ns = config->pass->storm_ns;
	}
}

static int run_opened(struct session *s)
{
	const struct scenario *sc = s->run.scenario;
	int err;

	if (make_crowd(&s->run, s->config->seed, s->config->guest))
		return say_impossible(s, s->run.reason);
	s->run.fd = sc->backing->open(&s->run,
				      (size_t)vmas_of(sc->units, s->run.nr_ops));
	if (s->run.fd == BACKING_IMPOSSIBLE)
		return say_impossible(s, s->run.reason);
	err = open_window(&s->run);
	if (!err && !list_counters(s))
		err = emit_failure(s, NULL,
				   "its instruments have too many metrics: raise PASS_MAX_METRICS");
	else if (!err)
		err = sc->storm ? run_storm(s) : run_alone(s);
	if (sc->backing->close)
		sc->backing->close(&s->run);
	if (s->run.fd >= 0)
		close(s->run.fd);
	return err;
}

/**
 * run_scenario - run a scenario in one pass and write what came of it
 * @sc: scenario
 * @config: how
 * @out: gets lines of a record: rows and shapes, or a skip, or a failure
 *
 * Return: 0 if the lines say what happened, else -errno.
 */
int run_scenario(const struct scenario *sc, const struct run_config *config,
		 FILE *out)
{
	unsigned int nr_ops = sc->nr_ops ? sc->nr_ops : config->nr_ops;
	struct session s = {
		.run = {
			.scenario = sc,
			.nr_ops = nr_ops,
			.unit_bytes = (size_t)sysconf(_SC_PAGESIZE),
			.dir = config->dir,
			.guest = config->guest,
			.fd = -1,
		},
		.config = config,
		.out = out,
		.nr_tasks = 1,
	};

	s.run.window_units = (size_t)vmas_of(sc->window, nr_ops);
	if (!s.run.window_units)
		s.run.window_units = 2 * (size_t)nr_ops + 2;
	if (config->pass->not_of_many && (sc->program || sc->storm))
		return emit_skip(&s, NULL, config->pass->not_of_many);
	if (sc->program)
		return run_program(&s);
	if (sc->untimed && !config->pass->untimed)
		return 0;
	while (s.nr_kinds < SCENARIO_MAX_OPS && sc->ops[s.nr_kinds].name)
		s.nr_kinds++;
	plan_batches(&s);
	if (sc->warns && !config->guest)
		return say_impossible(&s,
				      "makes the kernel warn, which taints it: in guests only");
	return run_opened(&s);
}
