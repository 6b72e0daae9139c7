/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bill: what changed between two kernels, function by function; and stacks, folded.
 */
#ifndef BILL_H
#define BILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "compare/compare.h"

/* Of 53 bits by 31 by 31 in the worst case. */
__extension__ typedef __int128 int128;

enum bill_side {
	BILL_BASE,
	BILL_NEW,
	BILL_SIDES,
};

/**
 * enum bill_mark - why a function is on one side only
 * @BILL_EXECUTED: it is on both
 * @BILL_IDLE: the other image has it, and does not execute it here
 * @BILL_VARIANT: the other image has it under another name, such as .isra.0
 * @BILL_ABSENT: the other image has no such function: inlined, or not in its
 *	source
 * @BILL_UNTOLD: the other record does not say what its image has
 * @BILL_RENAMED: it is on both, with another name in the base
 */
enum bill_mark {
	BILL_EXECUTED,
	BILL_IDLE,
	BILL_VARIANT,
	BILL_ABSENT,
	BILL_UNTOLD,
	BILL_RENAMED,
};

/**
 * struct bill_count - what a bill can be of: what functions are charged with
 * @name: as in the functions of a record, and what --metric takes
 * @metric: whose row it adds up to; --metric takes its name as well
 * @noun: what is counted, of several
 * @verb: what a kernel does to them
 * @each: what a function does, of several
 * @rule: which function is charged, of what is not each function's own; or NULL
 */
struct bill_count {
	const char *name;
	enum metric_id metric;
	const char *noun;
	const char *verb;
	const char *each;
	const char *rule;
};

/**
 * struct bill_input - one side
 * @metric: what is counted
 * @functions: sorted by name
 * @nr_functions: length of @functions
 * @symbols: text symbols of the image, sorted; NULL if they are not known
 * @nr_symbols: length of @symbols
 * @rec: what says which code a function has, or NULL
 * @total: of all functions, from elsewhere than @functions where that can be
 * @ops: operations that it is the sum of, 1 to 2^31 - 1
 */
struct bill_input {
	enum metric_id metric;
	const struct record_function *functions;
	size_t nr_functions;
	const char *const *symbols;
	size_t nr_symbols;
	const struct record *rec;
	int64_t total;
	int64_t ops;
};

/**
 * struct bill_line - one function
 * @name: function
 * @count: what the bill is of per side, over the operations of that side
 * @calls: calls per side, likewise
 * @diff: new less base of one operation, times the operations of both sides
 * @mark: whether it is on one side only, and why
 * @missing: side that it is not executed on, unless @mark is %BILL_EXECUTED or
 *	%BILL_RENAMED
 * @variant: its name there, where @mark is %BILL_VARIANT; in the base, where it is
 *	%BILL_RENAMED
 */
struct bill_line {
	const char *name;
	int64_t count[BILL_SIDES];
	int64_t calls[BILL_SIDES];
	int128 diff;
	enum bill_mark mark;
	enum bill_side missing;
	const char *variant;
};

/**
 * struct bill - all functions of both sides
 * @metric: what is counted
 * @lines: largest difference first, in either direction, then by name
 * @nr_lines: length of @lines
 * @ops: operations per side
 * @total: of all functions per side
 * @diff: total difference of one operation, times the operations of both sides
 * @sum: sum of the differences of @lines, likewise
 */
struct bill {
	enum metric_id metric;
	struct bill_line *lines;
	size_t nr_lines;
	int64_t ops[BILL_SIDES];
	int64_t total[BILL_SIDES];
	int128 diff;
	int128 sum;
};

void bill_build(struct bill *bill, const struct bill_input *base,
		const struct bill_input *new);
void bill_free(struct bill *bill);
bool bill_adds_up(const struct bill *bill);
bool bill_line_equal(const struct bill *bill, const struct bill_line *line);
double bill_per_op(const struct bill *bill, int128 diff);
int diff_cmp(int128 x, int128 y);

int64_t function_count(const struct record_function *fn, enum metric_id metric);
size_t plain_length(const char *name);
int64_t gcd64(int64_t a, int64_t b);
const char *fmt_int128(int128 v, char *buf, size_t size);

/**
 * struct operation - what a bill is of
 * @scenario: name
 * @op: operation within the scenario
 * @region: between its markers, or what it left to RCU
 * @class: what they were executed for
 * @metric: what is counted, one of the bill_counts; 0 is %METRIC_INSNS
 */
struct operation {
	const char *scenario;
	const char *op;
	enum region_kind region;
	enum insn_class class;
	enum metric_id metric;
};

/**
 * struct bill_request - what the command line asks the bill of
 * @scenario: name
 * @op: operation, or NULL for the one that stands for the scenario
 * @class: "task", "irq", "rcu", "refill", "user", "deferred" or "drain:CLASS"; NULL for
 *	"task"
 * @metric: name of a bill_count or of its metric; NULL for instructions
 */
struct bill_request {
	const char *scenario;
	const char *op;
	const char *class;
	const char *metric;
};

/* functions.c: what a bill is made of */
bool operation_is_headline(const struct operation *o);
bool operation_is_deferred(const struct operation *o);
const struct record_functions *functions_of(const struct column *col,
					    const struct operation *o);
struct names bill_classes(void);
struct names bill_count_names(void);
const struct bill_count *bill_count(enum metric_id metric);
bool has_count(const struct record_functions *fns, enum metric_id metric);
enum status find_operation(const struct comparison *cmp,
			   const struct bill_request *asked,
			   struct operation *found);
int make_bill(const struct comparison *cmp, size_t base, size_t new,
	      const struct operation *o, struct bill *bill);
const char *bill_note(const struct bill_line *line, const char *base,
		      const char *new);

/* folded.c */
enum status print_folded(const struct comparison *cmp,
			 const struct operation *o, FILE *f);

#endif
