/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slabs that an operation over layouts takes its objects from. */
#ifndef VMABENCH_RUN_FILLER_H
#define VMABENCH_RUN_FILLER_H

#include <stdbool.h>
#include <stdint.h>

#include "tree/vmabench_tree.h"

/**
 * struct slab - objects of one kind, as they came
 * @last: the last one
 * @size: of one, as far as it is known: the least from one to the next
 * @in_order: how many came side by side, from the first one of the slab on; 0 if they did
 *	not
 * @was_whole: all of the slab before it came so
 */
struct slab {
	struct vmabench_tree_object last;
	uint32_t size;
	unsigned int in_order;
	bool was_whole;
};

/** struct filler - pipes to the process that fills slabs */
struct filler {
	int to, from;
};

/* filler.c */
void see_object(struct slab *slab, const struct vmabench_tree_object *object);
void forget_order(struct slab *slab);
bool is_known(const struct slab *slab);
int begin_filler(struct filler *filler);
int fill_slabs(const struct filler *filler);

#endif
