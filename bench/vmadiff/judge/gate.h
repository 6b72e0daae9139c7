/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A row under a rule. */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>

#include "judge/judge.h"

/* What becomes of a row, from good to bad. */
enum ruling {
	RULED_PASS,
	RULED_LET_THROUGH, /* not by its numbers: the policy says so */
	RULED_UNSURE,	   /* passes unless the gate is strict */
	RULED_REGRESSED,
	RULED_BROKEN, /* the data is not what it has to be */
	NR_RULINGS,
};

/**
 * struct judged - a row under a rule
 * @line: row
 * @rule: first rule that names it
 * @level: of a measured row, 5 % by how many there are in the gate; 0 where it is not
 *	tested
 * @attained: the level that so many boots can reach; 0 where they reach none
 * @ci: interval of 1 - @level, which lies beyond a limit where the row fails
 * @caught: how far beyond its limit it has to be to fail in %STATS_CAUGHT of such gates
 * @ruling: what becomes of it
 * @limit: the limit that it is beyond, -1 for none
 * @unsteady: steps inside boots are comparable with the distance to the limit
 */
struct judged {
	const struct line *line;
	const struct rule *rule;
	double level;
	double attained;
	struct stats_interval ci;
	struct stats_mde caught;
	enum ruling ruling;
	int limit;
	bool unsteady;
};

/* limits.c */
void adjust_rows(const struct comparison *cmp, struct judged *list, size_t nr);
double caught_percent(const struct judged *j);
const char *caught_text(double percent);
size_t boots_left_out(const struct comparison *cmp, const struct line *line,
		      enum stats_arm arm);
bool boots_say_nothing(const struct comparison *cmp, const struct line *line);
enum ruling judge_row(const struct comparison *cmp, struct judged *j);
void join_place(char **why, const struct comparison *cmp, const struct judged *j);
double change_percent(double diff, double base);

#endif
