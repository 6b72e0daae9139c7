// SPDX-License-Identifier: GPL-2.0-or-later
/* A guest may send anything: what is wrong costs one scenario its numbers. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"
#include "host/exact.h"
#include "instruments/instrument.h"
#include "record/write.h"
#include "run/run.h"
#include "two_scenarios.h"

/* clang-format off */
#define LINE(...) #__VA_ARGS__
#define FAKE "\"scenario\":\"fake\",\"version\":\"test\""
#define REGIONS(kinds, ops, warmup, batches) \
	"{\"type\":\"regions\"," FAKE ",\"kinds\":" kinds ",\"ops\":" ops \
	",\"warmup\":" warmup ",\"batches\":" batches "}"
#define LAYOUT(layout, order, above) \
	"{\"type\":\"layout-regions\"," FAKE ",\"kinds\":[\"mmap\",\"munmap\"]," \
	"\"layout\":" layout ",\"order\":" order ",\"above\":" above "}"
#define PLACE "{\"depth\":1,\"slot\":2,\"entries\":3,\"behind\":false}"
#define SHAPE(scenario, op, ops) \
	"{\"type\":\"shape\",\"scenario\":\"" scenario "\",\"version\":\"test\",\"op\":" op \
	",\"outcome\":\"merged\",\"vmas_before\":1,\"vmas_after\":1,\"ops\":" ops "}"
#define ROW(batches) \
	"{\"type\":\"row\"," FAKE ",\"set\":\"primary\",\"op\":\"mmap\"," \
	"\"metric\":\"vmas\",\"unit\":\"vmas\",\"pass\":\"counts\",\"better\":\"neither\"," \
	"\"exact\":true,\"ops\":1,\"batches\":" batches "}"

static const char *const good[] = {
	REGIONS("[\"mmap\",\"munmap\"]", "64", "1", "2"),
	LAYOUT(PLACE, "[0,1,0]", "[[],[],[]]"),
	LAYOUT(PLACE, "[]", "[]"),
	SHAPE("fake", "\"mmap\"", "1"),
	ROW("[1, 2]"),
	LINE({"type":"exit","status":0}),
	LINE({"type":"stop","away_insns":1,"stop_insns":2}),
	LINE({"type":"guest","kernel":{"release":"6.12","build_id":null}}),
	LINE({"type":"guest-error","reason":"no command"}),
	LINE({"type":"warning","name":"noisy","text":"a neighbour"}),
	"{\"type\":\"skip\"," FAKE ",\"op\":null,\"reason\":\"no DAX device\"}",
};

static const struct {
	const char *line, *why;
} bad[] = {
	{ "null", "no object" },
	{ "[]", "no object" },
	{ "{", "no object" },
	{ "{}", "\"type\"" },
	{ LINE({"type":7}), "\"type\"" },
	{ LINE({"type":"header"}), "\"type\"" },
	{ LINE({"type":"stacks"}), "\"type\"" },
	{ LINE({"type":"exit"}), "\"status\"" },
	{ LINE({"type":"exit","status":"0"}), "\"status\"" },
	{ LINE({"type":"stop","away_insns":1}), "\"stop_insns\"" },
	{ LINE({"type":"calibration","insns":1}), "a count" },
	{ LINE({"type":"guest","kernel":{}}), "\"kernel\"" },
	{ LINE({"type":"guest","kernel":{"release":"6\u001b[31m"}}), "no text" },
	{ LINE({"type":"guest-error"}), "\"reason\"" },
	{ LINE({"type":"guest-error","reason":"\u202e"}), "\"reason\"" },
	{ REGIONS("[\"mmap\",\"munmap\"]", "0", "1", "2"), "\"ops\"" },
	{ REGIONS("[\"mmap\",\"munmap\"]", "-1", "1", "2"), "\"ops\"" },
	{ REGIONS("[\"mmap\",\"munmap\"]", "64", "1", "9223372036854775807"), "\"batches\"" },
	{ REGIONS("[\"mmap\",\"munmap\"]", "64", "1.5", "2"), "\"warmup\"" },
	{ REGIONS("[]", "64", "1", "2"), "\"kinds\"" },
	{ REGIONS("[\"munmap\"]", "64", "1", "2"), "\"kinds\"" },
	{ REGIONS("[7]", "64", "1", "2"), "\"kinds\"" },
	{ REGIONS("[\"mmap\",\"munmap\",\"x\"]", "64", "1", "2"), "\"kinds\"" },
	{ LAYOUT(PLACE, "[2]", "[[]]"), "\"order\"" },
	{ LAYOUT(PLACE, "[-1]", "[[]]"), "\"order\"" },
	{ LAYOUT(PLACE, "[0]", "[]"), "\"above\"" },
	{ LAYOUT("7", "[]", "[]"), "\"layout\"" },
	{ SHAPE("nosuch", "\"mmap\"", "1"), "\"scenario\"" },
	{ SHAPE("other", "\"mmap\"", "1"), "\"scenario\"" },
	{ SHAPE("fake", "null", "1"), "\"op\"" },
	{ SHAPE("fake", "\"\\u001b[31m\"", "1"), "control character" },
	{ SHAPE("fake", "\"../../pwned\"", "1"), "a name" },
	{ SHAPE("fake", "\"mmap\"", "0"), "\"ops\"" },
	{ ROW("[]"), "\"batches\"" },
	{ ROW("[1e999]"), "" },
	{ LINE({"type":"row","scenario":"fake","version":"0ld"}), "\"version\"" },
};
/* clang-format on */

static void lines_are_told_apart(void **state)
{
	char why[160];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		json_t *line = json_loads(good[i], JSON_DECODE_ANY, NULL);

		if (guest_line_is_wrong(line, &scenario_fake, why, sizeof(why)))
			fail_msg("%s: %s", good[i], why);
		json_decref(line);
	}
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		json_t *line = json_loads(bad[i].line, JSON_DECODE_ANY, NULL);

		*why = '\0';
		if (!guest_line_is_wrong(line, &scenario_fake, why, sizeof(why)) ||
		    !strstr(why, bad[i].why))
			fail_msg("%s: '%s'", bad[i].line, why);
		json_decref(line);
	}
}

static void reports_name_the_line(void **state)
{
	char base[] = "/tmp/test_guest.XXXXXX", why[256];
	char *path;
	FILE *f;
	int fd = mkstemp(base);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_false(guest_report_is_wrong(base, NULL, why, sizeof(why)));
	path = path_of(base, ".records");
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n%s\n", good[0], bad[0].line);
	fclose(f);
	assert_true(guest_report_is_wrong(base, &scenario_fake, why, sizeof(why)));
	assert_string_equal(why,
			    "line 2 of what the guest sent is wrong: it is no object of JSON");
	/* More than a record may hold, and nothing on the disk. */
	assert_int_equal(truncate(path, 1l << 40), 0);
	assert_true(guest_report_is_wrong(base, NULL, why, sizeof(why)));
	assert_non_null(strstr(why, "more than a record may hold"));
	unlink(path);
	unlink(base);
	free(path);
}

static size_t count(const json_t *lines, const char *type, const char *scenario)
{
	size_t i, nr = 0;
	json_t *line;

	json_array_foreach(lines, i, line) {
		const char *name =
			json_string_value(json_object_get(line, "scenario"));

		nr += !strcmp(line_type(line), type) && name &&
		      !strcmp(name, scenario);
	}
	return nr;
}

/* The whole record would be refused: a row is there twice. */
static void one_scenario_fails_alone(void **state)
{
	json_t *head = record_head(TIER_EXACT, "base"), *lines = json_array();
	char why[160];

	(void)state;
	json_object_update_new(head, json_pack("{s:{s:s}, s:{}}", "kernel",
					       "release", "6.12", "env"));
	json_array_append_new(lines, json_loads(ROW("[1]"), 0, NULL));
	json_array_append_new(lines, json_loads(ROW("[1]"), 0, NULL));
	json_array_append_new(lines, json_loads(SHAPE("other", "\"mmap\"", "1"),
						0, NULL));
	json_array_append_new(lines, json_pack("{s:s, s:s}", "type", "symbols",
					       "names", "a\033b"));
	assert_true(record_refuses(head, lines, why, sizeof(why)));
	assert_int_equal(leave_out_refused(head, lines, "base"), 0);
	assert_false(record_refuses(head, lines, why, sizeof(why)));
	assert_int_equal(json_array_size(lines), 2);
	assert_int_equal(count(lines, "failure", "fake"), 1);
	assert_int_equal(count(lines, "row", "fake"), 0);
	assert_int_equal(count(lines, "shape", "other"), 1);

	json_object_set_new(head, "kernel", json_string("none"));
	assert_int_equal(leave_out_refused(head, lines, "base"), 3);
	json_decref(lines);
	json_decref(head);
}

/* What QEMU or a kernel said is a reason that a reader takes. */
static void reasons_are_plain(void **state)
{
	static const char *const reasons[] = { "\033[31mred\n", "\xff\xfe",
					       "cut \xe4\xb8", "" };
	json_t *head = record_head(TIER_EXACT, "base"), *lines = json_array();
	char why[160];

	(void)state;
	json_object_update_new(head, json_pack("{s:{s:s}, s:{}}", "kernel",
					       "release", "6.12", "env"));
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		add_failure(lines, &scenario_fake, NULL, reasons[i]);
	assert_false(record_refuses(head, lines, why, sizeof(why)));
	assert_string_equal(json_string_value(json_object_get(json_array_get(lines,
									     2),
							      "reason")),
			    "cut ");
	json_decref(lines);
	json_decref(head);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_told_apart),
		cmocka_unit_test(reports_name_the_line),
		cmocka_unit_test(one_scenario_fails_alone),
		cmocka_unit_test(reasons_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
