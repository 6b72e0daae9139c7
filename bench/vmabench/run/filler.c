// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slabs that an operation over layouts takes its objects from.
 *
 * Of how many objects the allocator has at hand, and in which slabs, depends what it
 * takes to get one and to free it; and of where an object lies in its slab, how many
 * cache lines it is in. So before an operation all that is free in slabs which others
 * have used is taken: VMAs and nodes, until they come from new slabs, one behind the
 * other, and begin with a cache line.
 *
 * A process of its own has them, for the tree of the one that layouts are begun from to
 * be the same for all of them, whichever of them come first.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "filler.h"
#include "guest_io.h"
#include "layout.h"
#include "session.h"

/* More than there ever are in slabs that others have used; and then some. */
#define MAX_TAKEN 2000

/* So many may be taken then, and still are of that slab: ten nodes, above all. */
#define ROOM 12

/* What is taken is kept. */
#define MAX_VMAS "10000000"

/* Rising, in the same slab. */
static void see_next(struct slab *slab, uint32_t step)
{
	if (!slab->size || step < slab->size) {
		slab->size = step;
		slab->in_order = slab->in_order == 1;
	}
	slab->in_order += slab->in_order && step == slab->size ? 1 : 0;
	if (step != slab->size)
		slab->in_order = 0;
}

/**
 * see_object - one more of a kind came
 * @slab: what is known of those that came before it; zeros at first
 * @object: it
 */
void see_object(struct slab *slab, const struct vmabench_tree_object *object)
{
	const struct vmabench_tree_object *last = &slab->last;

	if (object->slab != last->slab) {
		slab->was_whole = slab->in_order &&
				  last->offset + 2 * slab->size > last->bytes;
		slab->in_order = !object->offset;
	} else if (object->offset > last->offset) {
		see_next(slab, object->offset - last->offset);
	} else {
		slab->in_order = 0;
	}
	slab->last = *object;
}

/** forget_order - others may have taken objects, and given some back */
void forget_order(struct slab *slab)
{
	slab->in_order = 0;
	slab->was_whole = false;
}

/**
 * is_known - is it known what comes next?
 * @slab: a kind of objects
 *
 * Return: true if the last one begins with a cache line, and is of a new slab that has
 * some more; or if there are no objects of the kind.
 */
bool is_known(const struct slab *slab)
{
	const struct vmabench_tree_object *last = &slab->last;

	return !last->bytes ||
	       (slab->was_whole && slab->in_order &&
		last->offset % LINE_BYTES == 0 &&
		last->offset + (ROOM + 1) * slab->size <= last->bytes);
}

/**
 * struct taken - what the process has taken
 * @tree: the module's device, which keeps nodes
 * @at: where its next VMA goes
 * @vmas: as they came
 * @locks: of these
 * @nodes: as they came
 * @in_vain: they do not come in order
 */
struct taken {
	int tree;
	unsigned long at;
	struct slab vmas, locks, nodes;
	bool in_vain;
};

/*
 * No slab is kept that is empty: so one whose objects come all, and in order, is a new one,
 * and there is none left that others have used.
 */
static void shrink_slabs(void)
{
	static const char *const caches[] = { "vm_area_struct", "vma_lock",
					      "maple_node" };
	/* Nothing is allocated here. */
	char path[sizeof("/sys/kernel/slab/vm_area_struct/shrink")];

	for (size_t i = 0; i < ARRAY_SIZE(caches); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink",
			 caches[i]);
		put_file(path, "1");
	}
}

static int take_vmas(struct taken *t)
{
	size_t unit = (size_t)sysconf(_SC_PAGESIZE);

	forget_order(&t->vmas);
	forget_order(&t->locks);
	for (int i = 0; i < MAX_TAKEN; i++) {
		struct vmabench_tree is;
		int err = map_neighbour(NULL, t->at, unit, false);

		if (!err)
			err = ask_tree(&t->tree, t->at, &is);
		if (err)
			return err;
		t->at += 2 * unit;
		see_object(&t->vmas, &is.vma);
		see_object(&t->locks, &is.lock);
		if (is_known(&t->vmas) && is_known(&t->locks))
			return 0;
	}
	t->in_vain = true;
	return 0;
}

static int take_nodes(struct taken *t)
{
	forget_order(&t->nodes);
	for (int i = 0; i < MAX_TAKEN; i++) {
		struct vmabench_tree_object node;

		if (ioctl(t->tree, VMABENCH_TREE_TAKE_NODE, &node))
			return -errno;
		see_object(&t->nodes, &node);
		if (is_known(&t->nodes))
			return 0;
	}
	t->in_vain = true;
	return 0;
}

/*
 * VMAs take nodes: so these come last. Where the allocator has another order, as with
 * sheaves, it is in vain to look for it again.
 */
static int take_all(struct taken *t)
{
	int err;

	spin(GUEST_QUIET_INSNS);
	shrink_slabs();
	if (t->in_vain)
		return 0;
	err = take_vmas(t);
	return err ? err : take_nodes(t);
}

/* As often as one asks for it, until there is none that could; says how it went. */
static void serve(int from, int to)
{
	struct taken t = {
		.tree = open(VMABENCH_TREE_PATH, O_RDONLY | O_CLOEXEC),
		.at = (unsigned long)WINDOW_ADDRESS,
	};
	int err = t.tree < 0 ? -errno : 0;
	char c;

	put_file("/proc/sys/vm/max_map_count", MAX_VMAS);
	while (read(from, &c, 1) == 1) {
		if (!err)
			err = take_all(&t);
		if (write(to, &err, sizeof(err)) != sizeof(err))
			break;
	}
}

/**
 * begin_filler - begin the process that takes objects
 * @filler: gets how it is asked for it
 *
 * It ends when no process has @filler any more.
 *
 * Return: 0 or -errno.
 */
int begin_filler(struct filler *filler)
{
	int down[2], up[2];
	pid_t pid;

	if (pipe2(down, O_CLOEXEC) || pipe2(up, O_CLOEXEC))
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		close(down[1]);
		close(up[0]);
		serve(down[0], up[1]);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	*filler = (struct filler){ .to = down[1], .from = up[0] };
	return 0;
}

/**
 * fill_slabs - have the allocator begin with new slabs
 * @filler: the process that does it: here, it would change the tree
 *
 * Return: 0 or -errno.
 */
int fill_slabs(const struct filler *filler)
{
	char c = 0;
	int err;

	if (write(filler->to, &c, 1) != 1 ||
	    read(filler->from, &err, sizeof(err)) != sizeof(err))
		return -EPIPE;
	return err;
}
