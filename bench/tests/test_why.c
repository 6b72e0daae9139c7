// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of refusals, to users, root and containers, in made-up files of /proc. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

/* The program is no library: its file is taken as it is. */
#include "system/why.c"

#define FIRST_NAMESPACE "         0          0 4294967295\n"
#define ALL_CAPS "000001ffffffffff"
#define DOCKER_CAPS "00000000a80425fb"

static char root[] = "/tmp/test_why.XXXXXX";
static char reason[WHY_BYTES];

static void put(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void be(unsigned int uid, const char *caps, const char *map, int seccomp)
{
	char text[200];

	snprintf(text, sizeof(text),
		 "Name:\tx\nUid:\t%u\t%u\t%u\t%u\nCapEff:\t%s\nSeccomp:\t%d\n",
		 uid, uid, uid, uid, caps, seccomp);
	put("/proc/self/status", text);
	put("/proc/self/uid_map", map);
}

static int make_machine(void **state)
{
	char command[200];

	(void)state;
	strcpy(root, "/tmp/test_why.XXXXXX");
	assert_non_null(mkdtemp(root));
	snprintf(command, sizeof(command),
		 "cd %s && mkdir -p proc/self proc/sys/kernel sys/module/secretmem/parameters sys/devices/system/cpu",
		 root);
	assert_int_equal(system(command), 0);
	put("/proc/filesystems", "nodev\tsysfs\nnodev\ttracefs\n\text4\n");
	put("/proc/sys/kernel/perf_event_paranoid", "2\n");
	put("/proc/sys/kernel/kptr_restrict", "1\n");
	why_root = root;
	return 0;
}

static int remove_machine(void **state)
{
	char command[200];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void assert_has(const char *text)
{
	if (!strstr(reason, text))
		fail_msg("'%s' does not have '%s'", reason, text);
}

static void assert_has_not(const char *text)
{
	if (strstr(reason, text))
		fail_msg("'%s' has '%s'", reason, text);
}

#define SAY(call, ...) call(__VA_ARGS__, reason, sizeof(reason))

static void a_user_is_told_to_be_root(void **state)
{
	(void)state;
	be(1000, "0000000000000000", FIRST_NAMESPACE, 0);
	SAY(why_no_perf, EACCES, WHY_KERNEL);
	assert_string_equal(reason,
			    "kernel.perf_event_paranoid is 2: run as root, with CAP_PERFMON, "
			    "or set kernel.perf_event_paranoid to 1");
	SAY(why_no_perf, EACCES, WHY_CPU);
	assert_has("paranoid to 0");
	why_no_tracefs(reason, sizeof(reason));
	assert_has("run as root");
	SAY(why_no_kprobe, "f", EACCES);
	assert_has("run as root");
	why_no_kallsyms(reason, sizeof(reason));
	assert_has("run as root, with CAP_SYSLOG, or set kernel.kptr_restrict to 0");
	SAY(why_failed, "mounting overlayfs: unshare", EPERM);
	assert_has("run as root, with CAP_SYS_ADMIN");
}

static void root_of_a_container_is_told_what_to_give_it(void **state)
{
	(void)state;
	be(0, DOCKER_CAPS, FIRST_NAMESPACE, 0);
	SAY(why_no_perf, EACCES, WHY_KERNEL);
	assert_has_not("run as root");
	assert_has("(--cap-add=PERFMON), or set kernel.perf_event_paranoid to 1 on the host");
	why_no_tracefs(reason, sizeof(reason));
	assert_has_not("run as root");
	assert_has("-v /sys/kernel/tracing:/sys/kernel/tracing");
	why_no_kallsyms(reason, sizeof(reason));
	assert_has("--cap-add=SYSLOG");
	SAY(why_no_kprobe, "f", EROFS);
	assert_has("read-only");
	SAY(why_failed, "/dev/udmabuf", EPERM);
	assert_has("--device=/dev/udmabuf");
	put("/proc/sys/kernel/kptr_restrict", "2\n");
	why_no_kallsyms(reason, sizeof(reason));
	assert_string_equal(reason,
			    "kallsyms cannot be read: kernel.kptr_restrict is 2: set it to 1");
}

/* It has all capabilities, and may do nothing with them. */
static void root_of_a_user_namespace_is_told_to_leave_it(void **state)
{
	(void)state;
	be(0, ALL_CAPS, "         0       1000          1\n", 0);
	SAY(why_no_perf, EACCES, WHY_KERNEL);
	assert_has("of a user namespace");
	assert_has("paranoid to 1 on the host");
	why_no_tracefs(reason, sizeof(reason));
	assert_has("user namespace (rootless container): run outside of it");
	SAY(why_no_kprobe, "f", EACCES);
	assert_has("user namespace");
	why_no_kallsyms(reason, sizeof(reason));
	assert_has("of a user namespace");
	SAY(why_failed, "mounting overlayfs: tmpfs", EPERM);
	assert_has("of a user namespace");
	assert_has_not("run as root");
}

static void real_root_is_told_of_security_modules(void **state)
{
	(void)state;
	be(0, ALL_CAPS, FIRST_NAMESPACE, 0);
	SAY(why_no_perf, EPERM, WHY_KERNEL);
	assert_has("a security module forbids it");
	SAY(why_no_kprobe, "f", EPERM);
	assert_has("a security module forbids it");
	SAY(why_no_kprobe, "f", ENOENT);
	assert_has("CONFIG_KPROBE_EVENTS");
	SAY(why_no_perf, ENOSYS, WHY_KERNEL);
	assert_has("CONFIG_PERF_EVENTS");
	why_no_tracefs(reason, sizeof(reason));
	assert_has("masked /sys");
	put("/proc/filesystems", "nodev\tsysfs\n");
	why_no_tracefs(reason, sizeof(reason));
	assert_string_equal(reason,
			    "this kernel has no tracefs (CONFIG_TRACING)");
}

static void a_hidden_proc_is_not_guessed_about(void **state)
{
	char path[300];

	(void)state;
	be(0, DOCKER_CAPS, FIRST_NAMESPACE, 0);
	snprintf(path, sizeof(path), "%s/proc/sys/kernel/perf_event_paranoid",
		 root);
	remove(path);
	SAY(why_no_perf, EACCES, WHY_KERNEL);
	assert_has("kernel.perf_event_paranoid is hidden");
	assert_has("--cap-add=PERFMON");
}

static void secretmem_is_off_or_forbidden(void **state)
{
	(void)state;
	be(0, DOCKER_CAPS, FIRST_NAMESPACE, 0);
	SAY(why_no_secretmem, ENOSYS);
	assert_has("CONFIG_SECRETMEM");
	assert_has_not("seccomp");
	be(0, DOCKER_CAPS, FIRST_NAMESPACE, 2);
	SAY(why_no_secretmem, ENOSYS);
	assert_has("CONFIG_SECRETMEM");
	assert_has("seccomp");
	put("/sys/module/secretmem/parameters/enable", "N\n");
	SAY(why_no_secretmem, ENOSYS);
	assert_has("secretmem.enable=1");
	assert_has_not("seccomp");
	put("/sys/module/secretmem/parameters/enable", "Y\n");
	SAY(why_no_secretmem, ENOSYS);
	assert_has("a seccomp filter forbids memfd_secret");
	SAY(why_no_secretmem, EPERM);
	assert_has("a seccomp filter forbids memfd_secret");
	SAY(why_no_secretmem, EMFILE);
	assert_string_equal(reason, "memfd_secret: Too many open files");
}

/* A filter is there, but this call comes through. */
static void a_filter_is_not_blamed_for_all(void **state)
{
	(void)state;
	be(0, DOCKER_CAPS, FIRST_NAMESPACE, 2);
	SAY(why_failed, "memfd_create with MFD_HUGETLB", EPERM);
	assert_string_equal(reason, "memfd_create with MFD_HUGETLB: "
				    "Operation not permitted");
	SAY(why_failed, "memfd_create", EMFILE);
	assert_string_equal(reason, "memfd_create: Too many open files");
	put("/proc/sys/kernel/io_uring_disabled", "2\n");
	SAY(why_failed, "io_uring_setup", EPERM);
	assert_has("kernel.io_uring_disabled is 2");
}

#define ON_MACHINE(test) \
	cmocka_unit_test_setup_teardown(test, make_machine, remove_machine)

static void a_cpu_is_not_had(void **state)
{
	(void)state;
	be(1000, "0000000000000000", FIRST_NAMESPACE, 0);
	SAY(why_not_pinned, 7, EINVAL);
	assert_has("it is offline, or not in the cpuset");
	put("/sys/devices/system/cpu/online", "0-3,8\n");
	SAY(why_not_pinned, 7, EINVAL);
	assert_has("CPU 7 alone: Invalid argument: it is not among those online, 0-3,8");
	SAY(why_not_pinned, 8, EINVAL);
	assert_has("it is not in the cpuset of this process");
	/* There is a filter, but it is not of this call. */
	be(1000, "0000000000000000", FIRST_NAMESPACE, 2);
	SAY(why_not_pinned, 8, EPERM);
	assert_has("a security module forbids sched_setaffinity");
	assert_has_not("seccomp");
	assert_has_not("root");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_MACHINE(a_user_is_told_to_be_root),
		ON_MACHINE(root_of_a_container_is_told_what_to_give_it),
		ON_MACHINE(root_of_a_user_namespace_is_told_to_leave_it),
		ON_MACHINE(real_root_is_told_of_security_modules),
		ON_MACHINE(a_hidden_proc_is_not_guessed_about),
		ON_MACHINE(secretmem_is_off_or_forbidden),
		ON_MACHINE(a_filter_is_not_blamed_for_all),
		ON_MACHINE(a_cpu_is_not_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
