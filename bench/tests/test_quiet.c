// SPDX-License-Identifier: GPL-2.0-or-later
/* What quiet.sh has left changed, by states and processes that are made up in a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "system/system.h"

#define STATE(boot, by, owner)                                 \
	"boot\t" boot "\ncpu\t3\nby\t" by "\n" owner           \
	"undo\taslr\t/proc/sys/kernel/randomize_va_space\t2\n" \
	"undo\tirqs\t/proc/irq/1/smp_affinity_list\t0-3\n"     \
	"undo\tirqs\t/proc/irq/2/smp_affinity_list\t0-3\n"
#define OWNER "owner\t77 1234\n"

/* The start is field 22; a name may have anything in it. */
#define PROCESS(state, start) \
	"77 (a) b) " state    \
	" 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 " start " 20\n"

static char root[64], path[128];

static void put(const char *name, const char *text)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, name);
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* What is left, with @state, while process 77 is as @process says. */
static void expect(const char *names, const char *state, const char *process)
{
	char *left;

	put("/state", state);
	put("/proc/77/stat", process);
	left = quiet_left(root, path);
	if (names)
		assert_string_equal(left, names);
	else
		assert_null(left);
	free(left);
}

static void nothing_changed(void **state)
{
	assert_null(quiet_left(root, "/nowhere/state"));
	expect(NULL, "", "");
}

static void somebody_restores_it(void **state)
{
	expect(NULL, STATE("this", "run", OWNER), PROCESS("S", "1234"));
}

static void nobody_is_left(void **state)
{
	expect("aslr, irqs", STATE("this", "run", OWNER), "");
	expect("aslr, irqs", STATE("this", "run", OWNER), PROCESS("Z", "1234"));
	/* Another process by the same number. */
	expect("aslr, irqs", STATE("this", "run", OWNER), PROCESS("S", "1235"));
	/* It could not be restored. */
	expect("aslr, irqs", STATE("this", "run", "owner\t-\n"), "");
	expect("aslr, irqs", STATE("this", "run", "owner\t../77 1234\n"),
	       PROCESS("S", "1234"));
}

static void it_is_to_stay(void **state)
{
	expect(NULL, STATE("this", "on", ""), "");
}

static void of_an_earlier_boot(void **state)
{
	expect(NULL, STATE("other", "run", OWNER), "");
}

static int make_root(void **state)
{
	static const char *const dirs[] = { "/proc", "/proc/77", "/proc/sys",
					    "/proc/sys/kernel",
					    "/proc/sys/kernel/random" };

	strcpy(root, "/tmp/vmabench-quiet-XXXXXX");
	if (!mkdtemp(root))
		return -1;
	snprintf(path, sizeof(path), "%s/state", root);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		char full[256];

		snprintf(full, sizeof(full), "%s%s", root, dirs[i]);
		if (mkdir(full, 0755))
			return -1;
	}
	put("/proc/sys/kernel/random/boot_id", "this\n");
	return 0;
}

static int remove_root(void **state)
{
	static const char *const all[] = { "/state",
					   "/proc/77/stat",
					   "/proc/77",
					   "/proc/sys/kernel/random/boot_id",
					   "/proc/sys/kernel/random",
					   "/proc/sys/kernel",
					   "/proc/sys",
					   "/proc",
					   "" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char full[256];

		snprintf(full, sizeof(full), "%s%s", root, all[i]);
		if (remove(full))
			return -1;
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_changed),
		cmocka_unit_test(somebody_restores_it),
		cmocka_unit_test(nobody_is_left),
		cmocka_unit_test(it_is_to_stay),
		cmocka_unit_test(of_an_earlier_boot),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
