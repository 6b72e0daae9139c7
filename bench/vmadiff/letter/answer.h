/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sentences of the answer, which have to fit a screen. */
#ifndef ANSWER_H
#define ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/compare.h"

/**
 * struct brevity - how much a sentence may say
 * @named: names that it lists before it counts the rest
 * @reason: bytes of a reason that a record gives
 * @cut: what is too long all the same is cut
 *
 * What a sentence counts, it counts in any case.
 */
struct brevity {
	size_t named;
	size_t reason;
	bool cut;
};

/**
 * struct mentions - names, each once
 * @list: the names, which belong to whoever added them
 * @nr: length of @list
 */
struct mentions {
	const char **list;
	size_t nr;
};

/* answer.c */
void add_mention(struct mentions *names, const char *name);
void add_part(char **text, char *part);
char *mentions_text(struct mentions *names, const struct brevity *b,
		    size_t least);
const char *count_text(size_t nr, const char *one, const char *many);
char *short_reason(const char *reason, const struct brevity *b, size_t least);
const struct comparison *timed_part(const struct comparison *cmp);

/*
 * Each returns a sentence without its full stop, to be given to free(); NULL where
 * there is nothing to say.
 */
/* answer_change.c */
char *gain_text(const struct comparison *cmp, const struct brevity *b);
char *cost_text(const struct comparison *cmp, const struct brevity *b);
char *merging_text(const struct comparison *cmp, const struct brevity *b);
char *equal_text(const struct comparison *cmp, const struct brevity *b);

/* answer_stages.c */
char *patches_text(const struct comparison *cmp, const struct brevity *b);

/* answer_doubt.c */
char *failed_text(const struct comparison *cmp, const struct brevity *b);
char *unknown_text(const struct comparison *cmp, const struct brevity *b);

#endif
