// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Twice as many boots are about twice the work to print in each format, whatever their
 * records say besides numbers. Counted is what is looked up, compared and sorted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cmocka_names.h"
#include "comparison.h"
#include "export/export.h"
#include "work.h"

int __real_strcmp(const char *a, const char *b);
int __wrap_strcmp(const char *a, const char *b);

int __wrap_strcmp(const char *a, const char *b)
{
	work++;
	return __real_strcmp(a, b);
}

/* Each boot has found, and skipped, something of its own. */
static void add_one(struct comparison *cmp, unsigned int arm, unsigned int boot)
{
	unsigned int at = 2 * boot + arm;
	char *lines =
		xasprintf("[{\"type\": \"header\", \"tier\": \"metal\", "
			  "\"boot\": {\"boot_id\": \"%u\", \"seed\": 1, \"block\": %u, \"order\": %u, \"index\": %u}}, "
			  "{\"metric\": \"latency\", \"unit\": \"ns/op\", \"pass\": \"time\", "
			  "\"exact\": false, \"batches\": [%u]}, "
			  "{\"type\": \"skip\", \"scenario\": \"other\", \"reason\": \"of boot %u\"}, "
			  "{\"type\": \"finding\", \"scenario\": \"s\", \"op\": \"mmap\", \"name\": \"clock\", \"text\": \"by %u ns\"}]",
			  at, boot / 6, at, boot, 1000000 + at * 7919 % 10007,
			  at, at);

	add_record(cmp, arm ? "new" : "base", lines);
	free(lines);
}

static void build(struct comparison *cmp, unsigned int boots)
{
	for (unsigned int arm = 0; arm < STATS_ARMS; arm++)
		for (unsigned int boot = 0; boot < boots; boot++)
			add_one(cmp, arm, boot);
	comparison_build(cmp);
	assert_int_equal(cmp->nr_differ, 0);
}

/* What it takes to print a comparison. */
static size_t work_of(const struct comparison *cmp, const char *format)
{
	FILE *f = fopen("/dev/null", "we");

	assert_non_null(f);
	work = 0;
	assert_int_equal(print_export(cmp, format, f), STATUS_OK);
	fclose(f);
	return work;
}

static void near_linear(void **state)
{
	struct comparison few = { 0 }, many = { 0 };
	struct names formats = export_formats();

	(void)state;
	build(&few, 100);
	build(&many, 400);
	for (size_t i = 0; i < formats.nr; i++) {
		size_t of_few = work_of(&few, formats.v[i]);
		size_t of_many = work_of(&many, formats.v[i]);

		/* Four times as many: the square would be 16, n log n is 5. */
		if (of_many > 6 * of_few)
			fail_msg("%s: %zu for 100 boots, %zu for 400",
				 formats.v[i], of_few, of_many);
	}
	free(formats.v);
	comparison_free(&few);
	comparison_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
