// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Storms: a scenario that several tasks run at a time, on metal. What a task does is
 * in run.c, as it is for one that is alone; here is what they share.
 *
 * What the tasks share is what is measured. Threads share the address space and
 * with it the mmap_lock; processes do not, so the difference between the two is
 * the price of that lock. Everything else that a task can have for itself it
 * has: its file (mappings of one file meet in the i_mmap_rwsem, whoever maps
 * them), and its window, whose page tables no other window is in.
 *
 * Batches start and end at a barrier. In between, a task does not wait for the
 * others, so that kinds of operations meet. Only in the batches that warm up is
 * there a barrier after each kind as well, and the shape is looked at, which
 * takes locks itself. After every batch, results and windows are checked.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "run/pass.h"
#include "session.h"

#define TASKS_PER_CPU 4 /* more say nothing new */

/* How long a task spins at the barrier, where each has a CPU: some 100 us. */
#define BARRIER_SPINS 4000

#define PAGE_TABLE_BYTES (2ul << 20) /* that one page of a page table maps */

/**
 * struct storm_run - a storm that is going on
 * @s: session
 * @cpus: that the tasks may run on
 * @nr_cpus: how many
 * @beside: the neighbour
 */
struct storm_run {
	struct session *s;
	struct cpus cpus;
	unsigned int nr_cpus;
	struct beside beside;
};

static void *run_pinned(void *arg)
{
	struct task *t = arg;
	int err = pin_task(0, t->cpu);

	if (!err) {
		run_task(t);
		return NULL;
	}
	why_not_pinned(t->cpu, -err, t->run.reason, sizeof(t->run.reason));
	t->err = 1;
	atomic_store(&t->s->crew->broken, true);
	return NULL;
}

static int start_process(struct task *t)
{
	pid_t parent = getpid();

	t->pid = fork();
	if (t->pid < 0)
		return -errno;
	if (t->pid)
		return 0;
	/* It does not outlive us, however we end. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	run_pinned(t);
	_exit(0);
}

/* A process that is gone leaves the others alone at the barrier. */
static int wait_for_processes(struct crew *crew, unsigned int nr)
{
	int err = 0;

	while (nr) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0)
			return -errno;
		nr--;
		if (status) {
			atomic_store(&crew->broken, true);
			err = -ECHILD;
		}
	}
	return err;
}

static int run_tasks(struct session *s)
{
	bool processes = s->run.scenario->storm->processes;
	struct task *tasks = s->crew->tasks;
	unsigned int nr = 0;
	int err = 0, gone = 0;

	while (nr < s->nr_tasks && !err) {
		err = processes ? start_process(&tasks[nr])
				: -pthread_create(&tasks[nr].thread, NULL,
						  run_pinned, &tasks[nr]);
		nr += !err;
	}
	if (err)
		atomic_store(&s->crew->broken, true);
	if (processes)
		gone = wait_for_processes(s->crew, nr);
	else
		while (nr)
			pthread_join(tasks[--nr].thread, NULL);
	return err ? err : gone;
}

/* Failures first; rows only if there are none. */
static int conclude_storm(struct storm_run *st, int err)
{
	struct session *s = st->s;
	char reason[300];
	int left;

	for (unsigned int i = 0; i < s->nr_tasks; i++)
		if (s->crew->tasks[i].err > 0)
			return finish_session(s);
	if (err == -ECHILD)
		return emit_failure(s, NULL, "a task died");
	if (err)
		return err;
	if (st->beside.err) {
		snprintf(reason, sizeof(reason), "the neighbour: %s",
			 strerror(-st->beside.err));
		return emit_failure(s, NULL, reason);
	}
	left = count_vmas(s->run.window, window_bytes(&s->run));
	if (left) {
		snprintf(reason, sizeof(reason),
			 "%d VMAs in the window after the storm", left);
		return emit_failure(s, NULL, reason);
	}
	return finish_session(s);
}

/*
 * The harness has pinned us: any CPU again that the cpuset has, and that is of the
 * same kind as the one that other scenarios run on.
 */
static int find_cpus(struct storm_run *st)
{
	const struct core_pmu *kind = core_pmu_of(st->s->config->cpu);
	int err = unpin();

	if (!err)
		err = cpus_allowed(&st->cpus);
	for (int cpu = 0; !err && kind && cpu < cpus_end(&st->cpus); cpu++)
		if (!cpu_in_list(kind->cpus, cpu))
			cpus_remove(&st->cpus, cpu);
	if (!err)
		st->nr_cpus = cpus_count(&st->cpus);
	return err;
}

/*
 * Round robin. The first task is where other scenarios run, so that one task
 * can be compared with them.
 */
static int nth_cpu(const struct storm_run *st, unsigned int n)
{
	int cpu = st->s->config->cpu;

	if (!cpus_have(&st->cpus, cpu))
		cpu = -1;
	for (unsigned int i = n % st->nr_cpus + (cpu < 0); i; i--)
		do
			cpu = (cpu + 1) % cpus_end(&st->cpus);
		while (!cpus_have(&st->cpus, cpu));
	return cpu;
}

/* Returns whether this machine is too small, with run.reason set. */
static bool too_small(struct storm_run *st)
{
	const struct core_pmu *kind = core_pmu_of(st->s->config->cpu);
	struct scenario_run *run = &st->s->run, all = *run;

	if (st->s->nr_tasks > TASKS_PER_CPU * st->nr_cpus)
		return set_reason(run,
				  "%u tasks on %u CPUs%s%s are more than %d for each",
				  st->s->nr_tasks, st->nr_cpus,
				  kind ? " of " : "", kind ? kind->name : "",
				  TASKS_PER_CPU);
	if (run->scenario->storm->neighbour && st->nr_cpus < 2)
		return set_reason(run,
				  "a neighbour needs a CPU of its own, and there is one");
	/* Makes nothing, since storms have no population: it counts. */
	all.nr_ops *= st->s->nr_tasks + 1;
	if (make_crowd(&all, 0, false) == 0)
		return false;
	memcpy(run->reason, all.reason, sizeof(run->reason));
	return true;
}

static int place_windows(struct storm_run *st)
{
	struct session *s = st->s;
	struct scenario_run *run = &s->run;
	size_t own = window_bytes(run), units = run->window_units;
	size_t step = (own + 2 * PAGE_TABLE_BYTES - 1) / PAGE_TABLE_BYTES *
		      PAGE_TABLE_BYTES;
	int err;

	run->window_units = (s->nr_tasks + 1) * step / run->unit_bytes;
	err = open_window(run);
	for (unsigned int i = 0; i <= s->nr_tasks && !err; i++) {
		struct scenario_run *its = i < s->nr_tasks
						   ? &s->crew->tasks[i].run
						   : &st->beside.run;

		*its = *run;
		its->window += i * step;
		its->window_units = units;
		if (i && i < s->nr_tasks)
			its->fd = -1;
	}
	return err;
}

/* The first task has the scenario's own file, the others one each. */
static int open_files(struct session *s)
{
	const struct scenario *sc = s->run.scenario;
	size_t units = (size_t)vmas_of(sc->units, s->run.nr_ops);

	for (unsigned int i = 1; i < s->nr_tasks; i++) {
		struct scenario_run *run = &s->crew->tasks[i].run;

		run->fd = sc->backing->open(run, units);
		if (run->fd == BACKING_IMPOSSIBLE) {
			memcpy(s->run.reason, run->reason, sizeof(run->reason));
			return BACKING_IMPOSSIBLE;
		}
	}
	return 0;
}

static void close_files(struct session *s)
{
	const struct backing *backing = s->run.scenario->backing;

	for (unsigned int i = 1; i < s->nr_tasks; i++) {
		struct scenario_run *run = &s->crew->tasks[i].run;

		if (run->fd < 0)
			continue;
		if (backing->close)
			backing->close(run);
		close(run->fd);
	}
}

/* What cannot be counted says why, once, before any task runs; whether to go on. */
static bool can_count(struct session *s, int *err)
{
	const struct pass *pass = s->config->pass;

	*err = pass->open ? pass->open(&s->crew->tasks[0], true) : 0;
	if (pass->close)
		pass->close(&s->crew->tasks[0]);
	return !*err && (!s->counting.nr || s->counting.nr_available);
}

static int run_crew(struct storm_run *st)
{
	struct session *s = st->s;
	int err = place_windows(st);

	if (err)
		return err;
	for (unsigned int i = 0; i < s->nr_tasks; i++)
		s->crew->tasks[i].cpu = nth_cpu(st, i);
	st->beside.cpu = nth_cpu(st, s->nr_tasks);
	if (s->nr_tasks <= st->nr_cpus)
		s->crew->spins = BARRIER_SPINS;

	if (open_files(s)) {
		err = say_impossible(s, s->run.reason);
		goto out;
	}
	if (!can_count(s, &err))
		goto out;
	err = start_neighbour(&st->beside);
	if (!err && !st->beside.impossible)
		err = run_tasks(s);
	stop_neighbour(&st->beside);
	err = st->beside.impossible ? say_impossible(s, st->beside.run.reason)
				    : conclude_storm(st, err);
out:
	close_files(s);
	return err;
}

/**
 * run_storm - run a scenario of several tasks in one pass
 * @s: session; its file is open, its window is that of one task
 *
 * Return: 0 if the lines that were written say what happened, else -errno.
 */
int run_storm(struct session *s)
{
	const struct storm *storm = s->run.scenario->storm;
	struct storm_run st = { .s = s, .beside.neighbour = storm->neighbour };
	size_t bytes;
	int err;

	if (s->config->guest)
		return say_impossible(s,
				      "tasks that wait for one another: not in a guest, which has one CPU");
	s->nr_tasks = storm->processes ? storm->processes
		      : storm->threads ? storm->threads
				       : 1;
	err = find_cpus(&st);
	if (err)
		goto out;
	if (too_small(&st)) {
		err = say_impossible(s, s->run.reason);
		goto out;
	}
	bytes = crew_bytes(s);
	s->crew = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	err = s->crew == MAP_FAILED ? -errno : 0;
	if (!err) {
		place_crew(s);
		err = run_crew(&st);
		munmap(s->crew, bytes);
	}
out:
	cpus_free(&st.cpus);
	return err;
}
