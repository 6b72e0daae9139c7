// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What layouts of the tree say about a row, which is of one of them or of a walk through
 * several. Where an operation costs the same at all layouts that both kernels were
 * measured at, and only functions of the same code have another cost in the row, what
 * moved it is the layout, and not the code: a row is a walk of many operations, and has
 * costs that come with their number, which no layout has. Where most layouts do
 * not go where the row does, the row does not stand for them. All of that is said of
 * layouts that both kernels have: where these are the fewer, the others may cost anything.
 */
#include "base/base.h"
#include "compare/compare.h"

static size_t count_signs(const struct tree_change *change, enum better good)
{
	enum better better = metrics[change->metric].better;

	if (better == BETTER_NEITHER)
		return 0;
	return better == good ? change->less : change->more;
}

/** tree_better() - at how many layouts of the tree is it better? */
size_t tree_better(const struct tree_change *change)
{
	return count_signs(change, BETTER_LOWER);
}

/** tree_worse() - and at how many is it worse? */
size_t tree_worse(const struct tree_change *change)
{
	return count_signs(change, BETTER_HIGHER);
}

/* Is all that was counted at layouts the same at each? */
static bool costs_the_same(const struct tree_op *op)
{
	for (size_t m = 0; m < op->nr_changes; m++)
		if (op->changes[m].equal < op->changes[m].nr)
			return false;
	return find_tree_change(op, METRIC_INSNS);
}

/* Were both kernels measured at most of the layouts that either of them was measured at? */
static bool has_most(const struct tree_op *op)
{
	const struct tree_change *insns = find_tree_change(op, METRIC_INSNS);
	size_t alone = op->only_base > op->only_new ? op->only_base
						    : op->only_new;

	return insns && insns->nr > op->nr_pairs - insns->nr + alone;
}

/* At how many layouts does it go where the row goes? */
static size_t count_alike(const struct tree_change *change, double diff)
{
	return diff < 0	  ? change->less
	       : diff > 0 ? change->more
			  : change->equal;
}

/* With another seed it leaves other VMAs, which no layout explains. */
static bool seeds_change_shape(const struct comparison *cmp,
			       const struct line *line)
{
	for (size_t s = 0; s < cmp->nr_seeds; s++) {
		const struct comparison *seed = cmp->seeds[s];
		const struct column *from = find_stage(seed, cmp->cols[0].name);
		const struct column *to =
			find_stage(seed, cmp->cols[line->col].name);
		double base = seed_value(seed, cmp->cols[0].name, line->key);
		double value =
			seed_value(seed, cmp->cols[line->col].name, line->key);

		if (from && to &&
		    pair_tally(from, to, line, base, value) == TALLY_SHAPE)
			return true;
	}
	return false;
}

/*
 * What is left behind for good is no cost of a layout, and neither is how many VMAs there
 * are.
 */
static bool is_cost_of_layout(const struct line *line)
{
	return line->key->exact && line->key->metric_id != METRIC_VMAS &&
	       !metric_is_leftover(line->key->metric_id);
}

/*
 * A row of a metric that was counted at layouts goes by that one. Any other row moves with
 * the layout where the instructions of its operation do.
 */
static bool is_layout(const struct comparison *cmp, const struct tree_op *op,
		      const struct line *line)
{
	const struct line *insns = NULL;

	if (!is_cost_of_layout(line) || !costs_the_same(op) ||
	    seeds_change_shape(cmp, line) || !lies_in_same_code(cmp, line, false))
		return false;
	if (line->tree)
		return true;
	for (size_t i = 0; i < cmp->nr_lines && !insns; i++)
		if (same_operation(&cmp->against[line->col][i], line) &&
		    cmp->against[line->col][i].key->metric_id == METRIC_INSNS)
			insns = &cmp->against[line->col][i];
	return insns && !line_is_equal(insns);
}

static void judge_line(const struct comparison *cmp, const struct tree_op *op,
		       struct line *line)
{
	bool moved = line->verdict == EXACT_CHANGED ||
		     line->verdict == SEED_DEPENDENT;

	line->tree = find_tree_change(op, line->key->metric_id);
	if ((!moved && line->verdict != EXACT_SAME) || !has_most(op))
		return;
	if (moved && is_layout(cmp, op, line))
		line->verdict = LAYOUT;
	/* Where all layouts are equal, a row has a cost that none of them has. */
	else if (line->tree && line->verdict != SEED_DEPENDENT &&
		 !(moved && line->tree->equal == line->tree->nr) &&
		 2 * count_alike(line->tree, line->diff) <= line->tree->nr)
		line->verdict = LAYOUT_DEPENDENT;
}

/**
 * judge_trees() - let layouts of the tree say what they say about rows
 * @cmp: comparison with its lines judged and build_trees() done
 */
void judge_trees(struct comparison *cmp)
{
	for (size_t c = 1; c < cmp->nr_cols; c++) {
		for (size_t i = 0; i < cmp->nr_lines; i++) {
			struct line *line = &cmp->against[c][i];
			const struct tree_op *op =
				find_tree(cmp, c, line->key->scenario,
					  line->key->op);

			if (op && op->nr_pairs)
				judge_line(cmp, op, line);
		}
	}
}

/**
 * tree_reason() - why a row has the verdict that layouts of the tree have given it
 * @cmp: comparison, built
 * @line: line of it
 *
 * Return: words, to be given to free(); NULL where they have given it none.
 */
char *tree_reason(const struct comparison *cmp, const struct line *line)
{
	const struct tree_change *change = line->tree;

	if (line->verdict == LAYOUT_DEPENDENT)
		return xasprintf("better in %zu of %zu tree layouts, worse in %zu, equal in %zu",
				 tree_better(change), change->nr,
				 tree_worse(change), change->equal);
	if (line->verdict != LAYOUT)
		return NULL;
	if (!change)
		change = find_tree_change(find_tree(cmp, line->col,
						    line->key->scenario,
						    line->key->op),
					  METRIC_INSNS);
	return xasprintf("the cost at equal layouts is the same (%zu layout%s)",
			 change->nr, change->nr == 1 ? "" : "s");
}
