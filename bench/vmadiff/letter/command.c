// SPDX-License-Identifier: GPL-2.0-or-later
/* The one line that measures it again, for a letter, a page and reproduce.sh. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"
#include "render/render.h"

/* What a stage of a tree is: an id and a subject, or a patch of a mailbox. */
static const char *commit_text(const struct column *col)
{
	return header_text(col->recs[0], "info", "commit");
}

/* The id that a commit of a tree begins with, or NULL. */
static char *commit_id(const struct column *col)
{
	const char *commit = commit_text(col);
	size_t len = commit ? strspn(commit, "0123456789abcdef") : 0;

	return len >= 7 && len <= 40 ? xasprintf("%.*s", (int)len, commit) : NULL;
}

/* Is it one that tree-series.sh made of a mailbox or a folder of patches? */
static bool is_patch(const struct column *col)
{
	return commit_text(col) &&
	       !strncmp(commit_text(col), "patch ", strlen("patch "));
}

/*
 * Are there but the ends of a range? Their names have the places, s00_base and
 * s07_last, and nothing between them failed.
 */
static bool ends_only(const struct comparison *cmp)
{
	const char *name = cmp->cols[cmp->nr_cols - 1].name;

	return cmp->nr_cols == 2 && !cmp->nr_refused && name[0] == 's' &&
	       strtol(name + 1, NULL, 10) > 1;
}

/* Which commits of a tree, where the stages are of one; else NULL. */
static char *commits_text(const struct comparison *cmp)
{
	const struct column *last = &cmp->cols[cmp->nr_cols - 1];
	char *from = commit_id(&cmp->cols[0]), *to = commit_id(last);
	char *text = NULL;

	if (from && is_patch(last))
		text = xasprintf("SERIES=\"$SERIES\" BASE=%s", from);
	else if (from && to && cmp->nr_cols > 1)
		text = xasprintf("RANGE=%s..%s", from, to);
	else if (from)
		text = xasprintf("RANGE=%s^..%s", from, from);
	free(from);
	free(to);
	return text;
}

/* Are there two stages at least that were timed in turn? */
static bool is_native(const struct comparison *cmp)
{
	return cmp->nr_cols > 1 && cmp->cols[0].recs[0]->tier == TIER_NATIVE;
}

/**
 * set_argument() - " SET=mm", for a command that measures the same again
 * @cmp: comparison, built
 *
 * Return: the text, to be given to free(); "" of the primary set, which is measured
 * unless something else is said.
 */
char *set_argument(const struct comparison *cmp)
{
	enum scenario_set set = comparison_set(cmp);

	return set == SET_PRIMARY ? xasprintf("%s", "")
				  : xasprintf(" SET=%s", set_names[set]);
}

/* The stages by name; one alone has to be measured by itself. */
static char *stages_command(const struct comparison *cmp, const char *seeds)
{
	char *set = set_argument(cmp);
	const char *tier = is_native(cmp) ? " TIER=native" : "";
	char *stages = NULL, *command;

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *stage = cmp->cols[c].recs[0]->stage;

		join_text(&stages, " ", "%s", stage ? stage : "?");
	}
	if (cmp->nr_cols > 1)
		command = xasprintf("make series STAGES='%s'%s%s%s", stages,
				    tier, seeds, set);
	else
		command = xasprintf("make && scripts/kernel.sh build %s && scripts/exact.sh %s results/%s.jsonl --set %s",
				    stages, stages, stages,
				    set_names[comparison_set(cmp)]);
	free(set);
	free(stages);
	return command;
}

/**
 * story_command() - the one line that measures it again
 * @cmp: comparison
 *
 * Return: a shell command of names that the reader of records has checked, to be
 * given to free(). $TREE and $SERIES are the reader's own.
 */
char *story_command(const struct comparison *cmp)
{
	char *numbers = seeds_text(cmp, false);
	char *seeds = numbers ? xasprintf(" SEEDS='%s'", numbers)
			      : xasprintf("%s", "");
	char *commits = commits_text(cmp->whole), *command;
	char *set = set_argument(cmp);

	if (is_timed(cmp->cols[0].recs[0]) && !is_native(cmp))
		command = xasprintf("make bench%s, once a boot of each kernel",
				    set);
	else if (commits)
		command = xasprintf("make series TREE=\"$TREE\" %s%s%s%s",
				    commits,
				    ends_only(cmp->whole) ? " FIRST_AND_LAST=1"
							  : "",
				    seeds, set);
	else
		command = stages_command(cmp, seeds);
	free(commits);
	free(numbers);
	free(seeds);
	free(set);
	return command;
}
