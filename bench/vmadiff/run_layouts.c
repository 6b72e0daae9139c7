// SPDX-License-Identifier: GPL-2.0-or-later
/* What operations cost at each layout of the maple tree. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "tables/tables.h"

/* An operation of which layouts are to be printed. */
struct wanted {
	const char *scenario; /* NULL of any */
	const char *op;	      /* likewise */
	enum metric_id metric;
};

static bool is_wanted(const struct tree_op *op, const struct wanted *w)
{
	return (!w->scenario || !strcmp(op->scenario, w->scenario)) &&
	       (!w->op || !strcmp(op->op, w->op)) &&
	       find_tree_change(op, w->metric);
}

/* Without --all the one that the series is about, else the first that is wanted. */
static const struct tree_op *first_of(const struct comparison *cmp,
				      const struct wanted *w)
{
	const struct trees *trees = &cmp->trees[cmp->nr_cols - 1];
	const struct line *headline = headline_line(cmp);
	const struct tree_op *first = NULL;

	for (size_t i = 0; i < trees->nr; i++) {
		const struct tree_op *op = &trees->list[i];

		if (!is_wanted(op, w))
			continue;
		if (headline && !strcmp(op->scenario, headline->key->scenario) &&
		    !strcmp(op->op, headline->key->op))
			return op;
		first = first ? first : op;
	}
	return first;
}

static void say_none(const struct comparison *cmp, const struct wanted *w)
{
	const struct trees *trees = &cmp->trees[cmp->nr_cols - 1];
	bool both = false;
	char *names = NULL;

	if (cmp->nr_differ) {
		warnx("%s and %s are not comparable: %s", cmp->cols[0].name,
		      cmp->cols[cmp->nr_cols - 1].name, cmp->differ[0]);
		return;
	}
	for (size_t i = 0; i < trees->nr; i++) {
		both |= trees->list[i].only_base && trees->list[i].only_new;
		if (trees->list[i].nr_pairs)
			join_text(&names, ", ", "%s %s",
				  trees->list[i].scenario, trees->list[i].op);
	}
	if (names)
		warnx("%s%s%s: no layout of the maple tree that both records count %s at; there are layouts of %s",
		      w->scenario ? w->scenario : "records", w->op ? " " : "",
		      w->op ? w->op : "", metrics[w->metric].name, names);
	else if (both)
		warnx("both records are of layouts of the maple tree, and none is the same: slots or entries of the nodes above the leaves are others");
	else
		warnx("the records have no layout of the maple tree in common: make series measures over layouts unless LAYOUTS=0 is set");
	free(names);
}

static enum status print_wanted(const struct options *opt,
				const struct comparison *cmp, size_t from)
{
	struct wanted w = {
		.scenario = opt->nr_args > from ? opt->args[from] : NULL,
		.op = opt->nr_args > from + 1 ? opt->args[from + 1] : NULL,
		.metric = opt->metric ? metric_by_name(opt->metric) : METRIC_INSNS,
	};
	const struct tree_op *first;

	if (w.metric == NR_METRICS) {
		say_no_such("metric", opt->metric, metric_names(), NULL);
		return STATUS_USAGE;
	}
	first = first_of(cmp, &w);
	if (!first) {
		say_none(cmp, &w);
		return STATUS_DATA;
	}
	print_trees(cmp, &(struct tree_selection){ opt->metric, opt->all },
		    &opt->out);
	for (size_t i = 0; i < cmp->trees[cmp->nr_cols - 1].nr; i++) {
		const struct tree_op *op = &cmp->trees[cmp->nr_cols - 1].list[i];

		if (op == first || (opt->all && is_wanted(op, &w)))
			print_tree_layouts(cmp, op, w.metric, &opt->out);
	}
	return STATUS_OK;
}

enum status run_layouts(const struct options *opt)
{
	struct options session = *opt;
	enum status status;

	if (is_folder(opt->args[0])) {
		status = open_session(opt->args[0], &session);
		if (!status)
			status = add_stages(&session, 0, session.nr_args);
		if (!status)
			status = print_wanted(opt, opt->cmp->shown, 1);
		close_session(&session);
		return status;
	}
	if (opt->nr_args < 2) {
		warnx("%s: is no folder; SESSION, or BASE.jsonl NEW.jsonl is wanted",
		      opt->args[0]);
		return STATUS_USAGE;
	}
	status = add_pair(opt);
	return status ? status : print_wanted(opt, opt->cmp, 2);
}
