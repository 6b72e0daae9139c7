// SPDX-License-Identifier: GPL-2.0-or-later
/* What operations cost over layouts of the maple tree, on the page. */
#include <stdlib.h>

#include "base/base.h"
#include "html.h"
#include "letter/letter.h"
#include "tables/tables.h"

/* Operations that have a tile, and those that have a table. */
#define TILES_MAX 4
#define TABLES_MAX 8

/* Is there anything that html_trees() writes? */
bool has_tree_section(const struct page *p)
{
	return p->last && !p->cmp->nr_differ && has_trees(p->cmp);
}

/* As bars have it: the side that most layouts are on, if all others are equal. */
static enum tally tree_tally(const struct tree_change *change)
{
	if (change->equal == change->nr)
		return TALLY_SAME;
	return !tree_worse(change)    ? TALLY_BETTER
	       : !tree_better(change) ? TALLY_WORSE
				      : TALLY_UNKNOWN;
}

/**
 * html_tree_tiles() - the change of each headline over layouts of the tree
 * @p: page
 */
void html_tree_tiles(const struct page *p)
{
	const struct tree_op **ops;
	size_t nr;

	if (!has_tree_section(p))
		return;
	ops = rank_tree_ops(p->cmp, &nr);
	fputs("<ul class=\"tiles trees\" aria-label=\"Instructions over layouts of the maple tree\">\n",
	      p->f);
	for (size_t i = 0; i < nr && i < TILES_MAX; i++) {
		const struct tree_change *change =
			find_tree_change(ops[i], METRIC_INSNS);

		html_put(p,
			 "<li class=%s><b>%s</b>instructions, <a href=\"#tree\">%s %s</a>, %s</li>\n",
			 tally_class(tree_tally(change)),
			 change->equal == change->nr
				 ? "equal"
				 : tree_diff_text(&change->diff),
			 ops[i]->scenario, ops[i]->op,
			 fmt_count(change->nr, "tree layout"));
	}
	fputs("</ul>\n", p->f);
	free(ops);
}

static void put_op(const struct page *p, const struct tree_op *op)
{
	const struct tree_selection sel = { 0 };
	const struct tree_change *change = find_tree_change(op, METRIC_INSNS);
	char *text = tree_text(change, TREE_RANGES);
	struct grid *g = tree_table(p->cmp, op, &sel);

	html_put(p, "<h3>%s %s</h3>\n<p>Against %s, %s takes %s.</p>\n",
		 op->scenario, op->op, p->cmp->cols[0].name,
		 story_last_name(p->cmp), text);
	grid_caption(g, NULL,
		     "%s %s at %s: the least and the largest value and difference of one operation; b/w/=: at so many it is better, worse, and equal to the digit",
		     op->scenario, op->op, fmt_count(change->nr, "layout"));
	html_table(p, g);
	free(text);
}

/**
 * html_trees() - headline operations over layouts of the maple tree
 * @p: page
 */
void html_trees(const struct page *p)
{
	const struct tree_op **ops;
	size_t nr;

	if (!has_tree_section(p))
		return;
	ops = rank_tree_ops(p->cmp, &nr);
	html_section(p, "tree", "Over layouts of the maple tree");
	fputs("<p>What an operation costs depends on where its window lies in the maple tree: on the depth of the tree, on how many "
	      "slots of the leaf are used, on the slot of the window, and on whether another VMA is directly in front of it. "
	      "Both kernels are compared at equal layouts, one by one, so that what differs is the code.</p>\n",
	      p->f);
	html_picture(p, "fill");
	/* Paper has the tiles and the picture. */
	fputs("<div class=screen>\n", p->f);
	for (size_t i = 0; i < nr && i < TABLES_MAX; i++)
		put_op(p, ops[i]);
	if (nr > TABLES_MAX)
		fprintf(p->f, "<p class=soft>And %s, in summary.json.</p>\n",
			fmt_count(nr - TABLES_MAX, "more operation"));
	fputs("</div>\n</section>\n", p->f);
	free(ops);
}
