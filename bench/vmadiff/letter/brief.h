/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A short letter that is being written, and its parts. */
#ifndef BRIEF_H
#define BRIEF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "letter/letter.h"

/**
 * struct room - how much a letter names
 * @names: scenarios of a kind, or kernels, before the rest is counted
 * @patches: subjects of patches, or stages in between
 * @explains: scenarios and columns are explained
 * @airy: a blank line is before the table
 * @others: how many other operations are faster or slower is said
 */
struct room {
	size_t names;
	size_t patches;
	bool explains;
	bool airy;
	bool others;
};

/**
 * struct brief - a letter
 * @cmp: what is shown of a comparison
 * @opt: what is said besides
 * @room: how much it names
 * @ops: operations of its table
 * @rows: so many of @ops are shown
 * @times_told: what cannot be told of times is said with the result
 * @f: where to
 */
struct brief {
	const struct comparison *cmp;
	const struct letter_options *opt;
	const struct room *room;
	struct letter_ops ops;
	size_t rows;
	bool times_told;
	FILE *f;
};

/* brief.c */
void say(const struct brief *b, char *text);
void join_rest(char **text, size_t nr, size_t named);

/* brief_rest.c: which rows the table has not, and what is not known */
void print_rest(const struct brief *b);

/* brief_where.c: on what it was measured, and how again */
void print_where(const struct brief *b);
void print_command(const struct brief *b);

#endif
