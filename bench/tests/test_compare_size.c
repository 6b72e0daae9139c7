// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Twice as many boots are about twice the work, whatever is compared with what. Time would
 * tell how fast the machine is; what is counted is what every comparison of two records,
 * and every sorting, comes down to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "comparison.h"
#include "simulate.h"
#include "work.h"

/**
 * struct plan - boots of both kernels
 * @of_block: so many of each in one block
 * @shapes: what became of VMAs differs: boots of a kernel have so many shapes
 * @has_times: their records say when they ran; else their order does
 * @has_ids: and of which boot they are; else what was measured tells
 */
struct plan {
	unsigned int of_block;
	unsigned int shapes;
	bool has_times;
	bool has_ids;
};

static void add_one(struct comparison *cmp, const struct plan *plan,
		    unsigned int arm, unsigned int boot, struct sim_rng *r)
{
	unsigned int at = 2 * boot + arm;
	char *id = plan->has_ids ? xasprintf("\"boot_id\": \"%u\",", at)
				 : xasprintf("%s", "");
	char *time =
		plan->has_times
			? xasprintf("\"time\": \"2026-01-%02uT%02u:%02u:00Z\"",
				    1 + at / 1440, at / 60 % 24, at % 60)
			: xasprintf("%s", "");
	char *lines =
		xasprintf("[{\"type\": \"header\", \"tier\": \"metal\", \"info\": {%s}, "
			  "\"boot\": {%s \"seed\": 1, \"block\": %u, \"order\": %u, \"index\": %u}}, "
			  "{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", "
			  "\"exact\": false, \"batches\": [%zu, %zu, %zu]}, "
			  "{\"type\": \"shape\", \"vmas_after\": %u}]",
			  time, id, boot / plan->of_block, at, boot,
			  1000000 + sim_below(r, 10000),
			  1000000 + sim_below(r, 10000),
			  1000000 + sim_below(r, 10000), 1 + at % plan->shapes);

	add_record(cmp, arm ? "new" : "base", lines);
	free(lines);
	free(time);
	free(id);
}

/* What it takes to compare so many boots of each kernel. */
static size_t work_of(const struct plan *plan, unsigned int boots)
{
	struct comparison cmp = { 0 };
	struct sim_rng r = { 7 };
	size_t done;

	for (unsigned int arm = 0; arm < STATS_ARMS; arm++)
		for (unsigned int boot = 0; boot < boots; boot++)
			add_one(&cmp, plan, arm, boot, &r);
	work = 0;
	comparison_build(&cmp);
	assert_int_equal(cmp.nr_differ, 0);
	assert_int_equal(cmp.cols[1].nr_boots, boots);
	count_shared_boots(&cmp.cols[0], &cmp.cols[1]);
	done = work;
	comparison_free(&cmp);
	return done;
}

static void near_linear(void **state)
{
	static const struct plan plans[] = {
		{ 6, 1, true, true },	  { 1, 1, true, true },
		{ 4096, 1, true, true },  { 4096, 1, false, true },
		{ 4096, 1, true, false }, { 6, 2, true, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		size_t few = work_of(&plans[i], 150);
		size_t many = work_of(&plans[i], 600);

		/* Four times as many: the square would be 16, n log n is 5. */
		if (many > 6 * few)
			fail_msg("plan %zu: %zu for 150 boots, %zu for 600", i,
				 few, many);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
