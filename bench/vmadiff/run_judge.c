// SPDX-License-Identifier: GPL-2.0-or-later
/* What may pass. */
#include "commands.h"

enum status run_aa(const struct options *opt)
{
	struct comparison cmp = { 0 };
	enum status status = STATUS_DATA;

	comparison_add_boots(&cmp, "a", NULL, opt->args[0]);
	comparison_add_boots(&cmp, "b", NULL, opt->args[1]);
	say_refused(&cmp);
	if (!cmp.nr_refused) {
		/* Runs of one boot stand for boots, for want of these. */
		comparison_allow(&cmp, "boot_id");
		comparison_build(&cmp);
		status = print_aa_report(&cmp, opt->dir);
	}
	comparison_free(&cmp);
	return finish(status);
}

enum status run_between(const struct options *opt)
{
	return (enum status)between(opt->args, opt->args[3]);
}

enum status run_gate(const struct options *opt)
{
	struct gate_options gate = opt->gate;
	struct output out = standard_output(opt);
	struct comparison cmp = { 0 };
	struct policy policy;
	enum status status = policy_read(opt->args[0], &policy);

	gate.strict = opt->strict;
	if (!status)
		status = add_sides(&cmp, opt, 1);
	if (!status)
		status = run_policy(&cmp, &policy, &gate, &out);
	policy_free(&policy);
	comparison_free(&cmp);
	return finish(status);
}

enum status run_history_command(const struct options *opt)
{
	struct output out = standard_output(opt);
	const char *dir = opt->nr_args > 2 ? opt->args[2] : NULL;

	return finish(run_history(opt->args[0], opt->args[1], dir, opt->dir,
				  &out));
}
