// SPDX-License-Identifier: GPL-2.0-or-later
/* What may pass. */
#include <stdlib.h>

#include "commands.h"

enum status run_aa(const struct options *opt)
{
	comparison_add_boots(opt->cmp, "a", NULL, opt->args[0]);
	comparison_add_boots(opt->cmp, "b", NULL, opt->args[1]);
	say_refused(opt);
	if (opt->cmp->nr_refused)
		return STATUS_DATA;
	/* Runs of one boot stand for boots, for want of these. */
	comparison_allow(opt->cmp, "boot_id");
	comparison_build(opt->cmp);
	return print_aa_report(opt->cmp, opt->dir);
}

enum status run_between(const struct options *opt)
{
	/* git bisect run takes it, whether or not it could be printed. */
	exit(between(opt->args, opt->args[3]));
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
