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
 * @reason: bytes of a reason why there is no record, or no time
 * @fault: bytes of one why a scenario of a record failed
 * @terse: of what it names in any case, it leaves out so many
 * @cut: what is too long all the same is cut
 *
 * What a sentence counts, it counts in any case.
 */
struct brevity {
	size_t named;
	size_t reason;
	size_t fault;
	size_t terse;
	bool cut;
};

/**
 * struct mentions - names, each once
 * @list: the names, which mentions_text() frees
 * @nr: length of @list
 */
struct mentions {
	char **list;
	size_t nr;
};

/* answer.c */
const struct comparison *timed_part(const struct comparison *cmp);
const char *timed_as(const struct comparison *cmp);

/* answer_words.c */
void add_mention(struct mentions *names, const char *name);
void add_part(char **text, char *part);
char *mentions_text(struct mentions *names, const struct brevity *b,
		    size_t least);
char *counted_text(size_t nr, struct mentions *names, const struct brevity *b,
		   size_t least, const char *one, const char *many);
const char *count_text(size_t nr, const char *one, const char *many);
char *short_reason(const char *reason, const struct brevity *b, size_t least);
const char *operation_text(const struct line *line);
enum metric_id cost_of(const struct comparison *cmp);
size_t count_rows(const struct comparison *cmp, enum metric_id metric);

/*
 * Each returns a sentence without its full stop, to be given to free(); NULL where
 * there is nothing to say.
 */
/* answer_gain.c, answer_cost.c, answer_merging.c, answer_equal.c */
char *gain_text(const struct comparison *cmp, const struct brevity *b);
char *cost_text(const struct comparison *cmp, const struct brevity *b);
char *merging_text(const struct comparison *cmp, const struct brevity *b);
char *equal_text(const struct comparison *cmp, const struct brevity *b);

/* answer_stages.c */
char *patches_text(const struct comparison *cmp, const struct brevity *b);

/* answer_failed.c */
char *verdict_rows(const struct comparison *cmp, enum verdict verdict,
		   const struct brevity *b);
char *faults_text(const struct comparison *cmp, const struct brevity *b,
		  bool of_patch);
char *failed_text(const struct comparison *cmp, const struct brevity *b);

/* answer_unknown.c */
char *unknown_text(const struct comparison *cmp, const struct brevity *b);

#endif
