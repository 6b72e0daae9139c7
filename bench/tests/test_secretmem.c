// SPDX-License-Identifier: GPL-2.0-or-later
/* Why there is no memfd_secret(), on machines that are made up in a folder. */
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

static char root[64];

static void write_text(const char *path, const char *text)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *p = full + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(full, 0755);
		*p = '/';
	}
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void remove_text(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), "%s%s", root, path);
	assert_int_equal(remove(full), 0);
}

#define SWITCH "/sys/module/secretmem/parameters/enable"

static void expect(const char *release, const char *text)
{
	char reason[256];

	why_secretmem_is_missing(root, release, reason, sizeof(reason));
	if (!strstr(reason, text))
		fail_msg("'%s' is not in '%s'", text, reason);
}

static void too_old(void **state)
{
	(void)state;
	expect("5.10.0-30-amd64", "Linux 5.10.0-30-amd64 has no secretmem");
}

static void not_known(void **state)
{
	(void)state;
	expect("6.12.1", "without /sys/module it is not known");
}

static void not_built(void **state)
{
	(void)state;
	write_text("/sys/module/kernel/parameters/panic", "0\n");
	expect("6.12.1", "built without secretmem: it takes CONFIG_SECRETMEM");
}

static void off_by_default(void **state)
{
	(void)state;
	write_text("/proc/cmdline", "root=/dev/vda quiet\n");
	write_text(SWITCH, "N\n");
	expect("6.1.0-37-amd64",
	       "off, the default before Linux 6.5: boot with secretmem.enable=1");
	expect("6.12.1", "secretmem is off: boot with secretmem.enable=1");
	/* As for others than root, who may not read it. */
	write_text(SWITCH, "");
	expect("6.1.0-37-amd64", "off, the default before Linux 6.5");
	expect("6.12.1", "secretmem is on, but");
}

static void off_by_command_line(void **state)
{
	static const char *const off[] = { "0", "n", "N", "off" };
	char line[128];

	(void)state;
	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++) {
		snprintf(line, sizeof(line),
			 "secretmem.enable=1 ro secretmem.enable=%s\n", off[i]);
		write_text("/proc/cmdline", line);
		snprintf(line, sizeof(line),
			 "switched off by 'secretmem.enable=%s'", off[i]);
		expect("6.12.1", line);
		expect("6.1.1", line);
	}
	write_text("/proc/cmdline", "secretmem.enable=on\n");
	expect("6.1.1", "secretmem is on, but");
	write_text("/proc/cmdline", "secretmem.enable\n");
	expect("6.1.1", "secretmem is on, but");
}

static void on_and_not_there(void **state)
{
	(void)state;
	write_text(SWITCH, "Y\n");
	expect("6.12.1", "direct map (arm64: boot with rodata=full)");
}

static int make_root(void **state)
{
	(void)state;
	strcpy(root, "/tmp/vmabench-secretmem-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	remove_text(SWITCH);
	remove_text("/sys/module/secretmem/parameters");
	remove_text("/sys/module/secretmem");
	remove_text("/sys/module/kernel/parameters/panic");
	remove_text("/sys/module/kernel/parameters");
	remove_text("/sys/module/kernel");
	remove_text("/sys/module");
	remove_text("/sys");
	remove_text("/proc/cmdline");
	remove_text("/proc");
	return rmdir(root);
}

int main(void)
{
	/* Each adds to the machine of the one before. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_old),
		cmocka_unit_test(not_known),
		cmocka_unit_test(not_built),
		cmocka_unit_test(off_by_default),
		cmocka_unit_test(off_by_command_line),
		cmocka_unit_test(on_and_not_there),
	};

	return cmocka_run_group_tests(tests, make_root, remove_root);
}
