// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A scenario over layouts of the maple tree, in the guest: each layout in a process
 * of its own, so that none depends on those before it.
 *
 * Before each operation the layout is made anew, and asked of the kernel: so all
 * operations of a layout begin at it, whatever the one before has made of the tree.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filler.h"
#include "layout.h"
#include "marker.h"
#include "record/write.h"
#include "session.h"

/**
 * struct attempt - a layout that is being measured
 * @run: the scenario in its window, with one operation at a time
 * @n: what is around the window
 * @tree: the module's device
 * @filler: has slabs filled
 * @nr_kinds: of operations
 * @order: the kinds of the regions, in their order
 * @above: of each of these, the nodes above the leaf
 */
struct attempt {
	struct scenario_run run;
	struct neighbours n;
	int tree;
	struct filler filler;
	unsigned int nr_kinds;
	json_t *order, *above;
};

static __attribute__((noinline)) long
run_marked(long (*op)(const struct scenario_run *run, unsigned int i),
	   const struct scenario_run *run)
{
	long ret;

	marker(MARKER_OP);
	ret = op(run, 0);
	marker(MARKER_END);
	return ret;
}

/* Pairs [slot, entries] of the nodes above the window's leaf, its parent first. */
static json_t *nodes_above(struct attempt *a)
{
	json_t *above = json_array();
	struct vmabench_tree tree;

	if (!ask_tree(&a->tree, a->n.window, &tree))
		for (unsigned int i = 1; i < tree.depth; i++)
			json_array_append_new(above,
					      json_pack("[i, i]",
							(int)tree.level[i].slot,
							(int)tree.level[i].entries));
	return above;
}

/* One whose layout is not to be had is run all the same, for the next one. */
static int run_op(struct attempt *a, unsigned int k, const struct layout *want)
{
	const struct scenario_op *op = &a->run.scenario->ops[k];
	bool made = want && make_layout(&a->n, want);
	uint64_t tick_ns = 0;
	long ret;

	if (made) {
		json_t *above = nodes_above(a);
		int err = fill_slabs(&a->filler);

		if (err)
			return err;
		stay_clear_of_tick(&tick_ns);
		drain_lru_batches();
		json_array_append_new(a->order, json_integer(k));
		json_array_append_new(a->above, above);
	}
	ret = made ? run_marked(op->run, &a->run) : op->run(&a->run, 0);
	if ((ret < 0 ? (int)-ret : 0) == op->expect_errno)
		return 0;
	set_reason(&a->run, "%s: %s", op->name,
		   result_name(ret < 0 ? (int)-ret : 0));
	return -EPROTO;
}

/* One operation of each kind, at a layout, or just so. */
static int run_ops(struct attempt *a, const struct layout *want)
{
	const struct scenario *s = a->run.scenario;
	int err = s->prepare ? s->prepare(&a->run) : 0;

	for (unsigned int k = 0; k < a->nr_kinds && !err; k++) {
		if (s->ops[k].prepare)
			err = s->ops[k].prepare(&a->run);
		if (!err)
			err = run_op(a, k, want);
	}
	if (munmap(a->run.window, window_bytes(&a->run)) && !err)
		err = -errno;
	return err;
}

/* What the first one takes for being the first is over before it is measured. */
static int measure_layout(struct attempt *a, const struct layout *want)
{
	int err = run_ops(a, NULL);

	settle_batch();
	if (!err)
		err = fill_slabs(&a->filler);
	return err ? err : run_ops(a, want);
}

static json_t *layout_line(const struct attempt *a, const struct layout *l)
{
	const struct scenario *s = a->run.scenario;
	json_t *kinds = json_array();

	for (unsigned int k = 0; k < a->nr_kinds; k++)
		json_array_append_new(kinds, json_string(s->ops[k].name));
	return json_pack("{s:s, s:s, s:s, s:{s:i, s:i, s:i, s:b}, s:o, s:O, s:O}",
			 "type", "layout-regions", "scenario", s->name,
			 "version", s->version, "layout", "depth",
			 (int)l->depth, "slot", (int)l->slot, "entries",
			 (int)l->entries, "behind", l->behind, "kinds", kinds,
			 "order", a->order, "above", a->above);
}

static int open_attempt(struct attempt *a, const struct scenario *s)
{
	int err;

	*a = (struct attempt){
		.run = {
			.scenario = s,
			.nr_ops = 1,
			.unit_bytes = (size_t)sysconf(_SC_PAGESIZE),
			.fd = -1,
			.window_units = (size_t)vmas_of(s->window, 1),
		},
		.order = json_array(),
		.above = json_array(),
	};
	if (!a->run.window_units)
		a->run.window_units = 4;
	a->tree = open(VMABENCH_TREE_PATH, O_RDONLY | O_CLOEXEC);
	if (a->tree < 0)
		return -errno;
	a->run.fd = s->backing->open(&a->run, (size_t)vmas_of(s->units, 1));
	if (a->run.fd == BACKING_IMPOSSIBLE)
		return -ENODEV;
	err = open_window(&a->run);
	if (err)
		return err;
	while (a->nr_kinds < SCENARIO_MAX_OPS && s->ops[a->nr_kinds].name)
		a->nr_kinds++;
	a->n = (struct neighbours){
		.window = (unsigned long)a->run.window,
		.unit_bytes = a->run.unit_bytes,
		.ask = ask_tree,
		.map = map_neighbour,
		.renew = renew_neighbour,
		.unmap = unmap_neighbours,
		.context = &a->tree,
	};
	a->n.edge[BELOW] = a->n.window;
	a->n.edge[ABOVE] = a->n.window + window_bytes(&a->run);
	return level_sides(&a->n);
}

/* The process of a layout; its exit status. */
static int be_process(struct attempt *a, const struct layout *want, FILE *out)
{
	int err = measure_layout(a, want);

	if (!err)
		return emit(out, layout_line(a, want)) ? 1 : 0;
	emit(out, reason_line("failure", a->run.scenario, NULL,
			      *a->run.reason ? a->run.reason : strerror(-err)));
	return 1;
}

static int run_layout(struct attempt *a, const struct layout *want,
		      void (*write_out)(const char *text, size_t len))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		char *text = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&text, &len);

		if (!out)
			_exit(1);
		status = be_process(a, want, out);
		if (fclose(out) == 0)
			write_out(text, len);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/* What the backing lacks, other passes say. */
static void say_unavailable(const struct scenario *s, int err, FILE *out)
{
	char reason[128];

	snprintf(reason, sizeof(reason),
		 "layouts unavailable: " VMABENCH_TREE_PATH ": %s",
		 strerror(-err));
	if (err != -ENODEV)
		emit(out, reason_line("skip", s, NULL, reason));
}

/**
 * measure_layouts - measure a scenario over layouts
 * @s: scenario
 * @reversed: the last layout first
 * @write_out: takes what a process has to say
 *
 * Return: 0 or -errno.
 */
int measure_layouts(const struct scenario *s, bool reversed,
		    void (*write_out)(const char *text, size_t len))
{
	const struct layout *targets;
	unsigned int nr = layout_targets(&targets);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct attempt a;
	int err = out ? open_attempt(&a, s) : -ENOMEM;
	bool possible = !err;

	if (out && err)
		say_unavailable(s, err, out);
	if (out && fclose(out) == 0)
		write_out(text, len);
	free(text);
	if (possible)
		err = begin_filler(&a.filler);
	/* Of one file, whose objects are where they are for all of them. */
	for (unsigned int i = 0; i < nr && possible && !err; i++)
		err = run_layout(&a, &targets[reversed ? nr - 1 - i : i],
				 write_out);
	return possible ? err : 0;
}
