// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policies of a gate, fed by libFuzzer: make fuzz. A rule that is taken names rows, has
 * limits that are numbers, and can be asked whether it is of a row.
 */
#include <math.h>

#include "fuzz.h"
#include "judge/judge.h"

static void check_rule(const struct rule *rule)
{
	char *sets = rule_sets(rule);

	check(*rule->name && rule->line, "a rule has a name and a line");
	check(rule->sets, "a rule is of a set");
	check(rule->nr_globs, "a rule names rows");
	for (size_t i = 0; i < rule->nr_globs; i++)
		check(*rule->globs[i], "what it names is something");
	for (size_t i = 0; i < NR_LIMITS; i++)
		check(!rule->limits[i].set || (isfinite(rule->limits[i].value) &&
					       rule->limits[i].value >= 0),
		      "a limit is a number");
	free(sets);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file;
	struct policy policy;
	FILE *errors = stderr;
	char *said = NULL;
	size_t len = 0;
	enum status status;

	fill_file(&file, data, size);
	stderr = open_memstream(&said, &len);
	if (!stderr)
		abort();
	status = policy_read(file.path, &policy);
	fclose(stderr);
	stderr = errors;

	check_plain(said);
	check(!status == !len, "what is refused is told, and nothing else");
	if (!status) {
		check(policy.nr_rules, "a policy has rules");
		for (size_t i = 0; i < policy.nr_rules; i++)
			check_rule(&policy.rules[i]);
	}
	policy_free(&policy);
	free(said);
	return 0;
}
