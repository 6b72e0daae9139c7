/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the commands of vmadiff have in common. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "import/import.h"
#include "judge/judge.h"
#include "page/page.h"

/**
 * struct options - what the command line says, and what a subcommand works with
 * @cmp: the records of the subcommand, still empty; given back after it
 * @out: standard output, as wide as @width
 * @args: arguments that are not options
 * @nr_args: length of @args
 * @dir: -o
 * @metric: -m
 * @class: --class
 * @all: --all
 * @diff: --diff
 * @objects: --objects
 * @stages: --stages
 * @strict: --strict
 * @tables: --tables
 * @tails: --tails
 * @aa: --aa
 * @layouts: --layouts
 * @luck: --luck
 * @session_luck: that of the session, which is @luck unless that was given
 * @delta: --delta, as a ratio less 1; 0 where it is not given
 * @allow: --allow, each
 * @nr_allow: length of @allow
 * @seeds: --seed, each
 * @nr_seeds: length of @seeds
 * @times: --times
 * @format: --format
 * @gate: --junit, --ktap and --strict
 * @import: what import is told besides the file
 * @publish: --style, --pictures and --claims
 * @json: --json
 * @letter: --letter
 * @width: --width, 0 where it is not given
 */
struct options {
	struct comparison *cmp;
	struct output out;
	char **args;
	size_t nr_args;
	const char *dir;
	const char *metric;
	const char *class;
	bool all;
	bool diff;
	bool objects;
	bool stages;
	bool strict;
	bool tables;
	bool tails;
	const char *aa;
	const char *layouts;
	const char *luck;
	char *session_luck;
	double delta;
	const char **allow;
	size_t nr_allow;
	const char **seeds;
	size_t nr_seeds;
	const char *times;
	const char *format;
	struct gate_options gate;
	struct import_options import;
	struct publish_options publish;
	bool json;
	bool letter;
	int width;
};

/* options.c */
/**
 * struct command - a subcommand
 * @name: what is typed
 * @options: the letters of the options in all_options[] that it takes
 * @usage: its arguments
 * @doc: one line
 * @min_args: fewest arguments
 * @max_args: most arguments, 0 for any number
 * @run: does it; returns the exit status
 * @example: what one may type after the name of the program
 */
struct command {
	const char *name;
	const char *options;
	const char *usage;
	const char *doc;
	size_t min_args;
	size_t max_args;
	enum status (*run)(const struct options *opt);
	const char *example;
};

extern const char status_doc[];

enum status run_command(const struct command *cmd, int argc, char **argv);

/* sides.c: which records opt->cmp is of, and what they are called */
void say_refused(const struct options *opt);
enum status build(const struct options *opt);
enum status add_stages(const struct options *opt, size_t from, size_t end);
enum status add_record(const struct options *opt, const char *path);
enum status add_pair(const struct options *opt);
enum status add_boots(const struct options *opt);
enum status add_sides(const struct options *opt, size_t from);
enum status add_any(const struct options *opt);

/* open_session.c: all that a session of "make series" has */
bool is_folder(const char *path);
enum status open_session(const char *dir, struct options *opt);
enum status of_session(const struct options *opt,
		       enum status (*run)(const struct options *opt));
bool is_session(const char *path);
void close_session(struct options *opt);

/* run_compare.c, run_range.c, run_functions.c, run_layouts.c, run_judge.c, run_publish.c */
enum status run_compare(const struct options *opt);
enum status run_series(const struct options *opt);
enum status run_range(const struct options *opt);
enum status run_functions(const struct options *opt);
enum status run_layouts(const struct options *opt);
enum status run_stages(const struct options *opt);
enum status run_folded(const struct options *opt);
enum status run_luck(const struct options *opt);
enum status run_aa(const struct options *opt);
enum status run_between(const struct options *opt);
enum status run_gate(const struct options *opt);
enum status run_export(const struct options *opt);
enum status run_import(const struct options *opt);
enum status run_history_command(const struct options *opt);
enum status run_report(const struct options *opt);
enum status run_letter(const struct options *opt);
enum status run_patch(const struct options *opt);
enum status run_lint(const struct options *opt);
enum status run_names(const struct options *opt);
struct names picture_names(void);
enum status run_strip(const struct options *opt);
enum status run_show(const struct options *opt);
enum status run_check(const struct options *opt);
enum status run_data(const struct options *opt);

#endif
