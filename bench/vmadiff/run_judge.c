// SPDX-License-Identifier: GPL-2.0-or-later
/* What may pass. */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>
#include <string.h>

#include "commands.h"

/* A record of b that is a copy of one of a. */
static const struct record *find_copy(const struct column *a,
				      const struct column *b,
				      const struct record **original)
{
	const struct record *copy = NULL;
	struct index times = { 0 };

	for (size_t j = 0; j < b->nr_recs; j++) {
		char *name = record_times_name(b->recs[j]);

		if (name)
			index_add(&times, name, j);
		free(name);
	}
	for (size_t i = 0; i < a->nr_recs && !copy; i++) {
		char *name = record_times_name(a->recs[i]);
		const struct index_entry *entry =
			name ? index_find(&times, name) : NULL;

		*original = a->recs[i];
		copy = entry ? b->recs[entry->value] : NULL;
		free(name);
	}
	index_free(&times);
	return copy;
}

/* A kernel against itself: one kernel, and runs that are on one side only. */
static enum status check_aa(const struct options *opt)
{
	const struct column *a = &opt->cmp->cols[0], *b = &opt->cmp->cols[1];
	const char *of = kernel_id(a->recs[0]), *and = kernel_id(b->recs[0]);
	const struct record *copy, *original;

	if (strcmp(of, and)) {
		warnx("%s is of %s, %s of %s: that is no kernel against itself",
		      opt->args[0], of, opt->args[1], and);
		return STATUS_DATA;
	}
	copy = find_copy(a, b, &original);
	if (!copy)
		return STATUS_OK;
	warnx("%s is a copy of %s: a run belongs to one side", copy->path,
	      original->path);
	return STATUS_DATA;
}

enum status run_aa(const struct options *opt)
{
	comparison_add_boots(opt->cmp, "a", NULL, opt->args[0]);
	comparison_add_boots(opt->cmp, "b", NULL, opt->args[1]);
	say_refused(opt);
	if (opt->cmp->nr_refused || check_aa(opt))
		return STATUS_DATA;
	/* Runs of one boot stand for boots, for want of these. */
	comparison_allow(opt->cmp, "boot_id");
	comparison_build(opt->cmp);
	return print_aa_report(opt->cmp, opt->dir);
}

enum status run_luck(const struct options *opt)
{
	enum status status = add_stages(opt, 0, opt->nr_args);

	if (status)
		return status;
	if (opt->cmp->nr_refused)
		return STATUS_DATA;
	return print_luck_report(opt->cmp, opt->dir, &opt->out);
}

enum status run_between(const struct options *opt)
{
	int answer = between(opt->args, opt->args[3]);

	/* git bisect run takes it, whether or not it could be printed. */
	fflush(stdout);
	_exit(answer);
}

enum status run_gate(const struct options *opt)
{
	struct gate_options gate = opt->gate;
	struct policy policy;
	enum status status = policy_read(opt->args[0], &policy);

	gate.strict = opt->strict;
	if (!status)
		status = add_sides(opt, 1);
	if (!status)
		status = run_policy(opt->cmp, &policy, &gate, &opt->out);
	policy_free(&policy);
	return status;
}

enum status run_history_command(const struct options *opt)
{
	const char *dir = opt->nr_args > 2 ? opt->args[2] : NULL;

	return run_history(opt->args[0], opt->args[1], dir, opt->dir, &opt->out);
}
