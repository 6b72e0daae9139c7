/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What may pass: a policy, an A/A run, a history, a bisection. */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "compare/compare.h"
#include "render/render.h"

/* policy.c: what a gate lets through; the format is in vmadiff.1 */

/* What becomes of a row of which nothing can be said. */
enum handling {
	HANDLE_PASS,
	HANDLE_FAIL,
	HANDLE_STRICT, /* fails where the gate is strict */
};

/* A limit that is not set is not there. */
struct limit {
	bool set;
	double value;
};

enum limit_kind {
	MAX_INCREASE, /* in the unit of the row */
	MAX_DECREASE,
	MAX_INCREASE_PERCENT,
	MAX_DECREASE_PERCENT,
	NR_LIMITS,
};

/**
 * struct rule - what some rows have to keep to
 * @name: of its section
 * @line: of its section
 * @globs: rows that it is about, "SCENARIO/OP/METRIC"
 * @nr_globs: length of @globs
 * @globs_line: line that they are on
 * @sets: and of which sets, a bit each by enum scenario_set
 * @limits: by enum limit_kind; without any, the verdict decides
 * @shape_changed: another number of VMAs, another outcome
 * @inconclusive: no interval is within the limits, and none beyond
 * @unstable: a boot that was not steady
 * @missing: no such row in NEW
 * @added: no such row in BASE
 */
struct rule {
	char *name;
	size_t line;
	char **globs;
	size_t nr_globs;
	size_t globs_line;
	unsigned int sets;
	struct limit limits[NR_LIMITS];
	enum handling shape_changed;
	enum handling inconclusive;
	enum handling unstable;
	enum handling missing;
	enum handling added;
};

/**
 * struct policy - a policy file
 * @path: as it was given
 * @tier: that records have to be of, %NR_TIERS for any
 * @rules: in the order of the file; the first that matches a row judges it
 * @nr_rules: length of @rules, at least 1
 */
struct policy {
	const char *path;
	enum tier tier;
	struct rule *rules;
	size_t nr_rules;
};

enum status policy_read(const char *path, struct policy *policy);
bool rule_matches(const struct rule *rule, const char *glob, const char *name,
		  const struct line *line);
char *rule_sets(const struct rule *rule);
bool rule_has_limits(const struct rule *rule);
void policy_free(struct policy *policy);

/**
 * struct gate_options - how a gate says what it found
 * @strict: what cannot be told does not pass
 * @junit: file for JUnit XML, or NULL
 * @ktap: file for KTAP, or NULL
 */
struct gate_options {
	bool strict;
	const char *junit;
	const char *ktap;
};

/* gate.c */
enum status run_policy(const struct comparison *cmp, const struct policy *policy,
		       const struct gate_options *opt, const struct output *out);

/* aa.c */
enum status print_aa_report(const struct comparison *cmp, const char *dir);

/* luck.c */
enum status print_luck_report(const struct comparison *cmp, const char *path,
			      const struct output *out);

/* between.c */
int between(char *const *paths, const char *row);

/* history.c */
enum status run_history(const char *scenario, const char *metric, const char *dir,
			const char *output, const struct output *out);

#endif
