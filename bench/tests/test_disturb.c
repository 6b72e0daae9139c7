// SPDX-License-Identifier: GPL-2.0-or-later
/* What is seen of a CPU that is disturbed, in made-up files of /proc and /sys. */
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
#include "system/cgroup.c"
#include "vmabench/run/disturb.c"

#define MAX_LOOKS 9

static uint64_t now_ns;

uint64_t monotonic_ns(void)
{
	return now_ns;
}

static char root[] = "/tmp/test_disturb.XXXXXX";

#define CPU "/sys/devices/system/cpu/cpu12/"

static void run(const char *fmt, const char *name)
{
	char command[300];

	snprintf(command, sizeof(command), fmt, root, name);
	assert_int_equal(system(command), 0);
}

/* In place, as the files of the kernel change: they stay open. */
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

static void put_steal(unsigned int ticks)
{
	char text[300];

	snprintf(text, sizeof(text),
		 "cpu  9 9 9 9 9 9 9 999 0 0\n"
		 "cpu1 1 2 3 4 5 6 7 111 0 0\n"
		 "cpu12 1 2 3 4 5 6 7 %u 0 0\n"
		 "intr 5\n",
		 ticks);
	put("/proc/stat", text);
}

static int make_machine(void **state)
{
	(void)state;
	strcpy(root, "/tmp/test_disturb.XXXXXX");
	assert_non_null(mkdtemp(root));
	run("mkdir -p %s/proc/self %1$s%s/cpufreq %1$s%2$s/thermal_throttle",
	    CPU);
	put_steal(50);
	put(CPU "cpufreq/scaling_cur_freq", "2000000\n");
	put(CPU "thermal_throttle/core_throttle_count", "3\n");
	now_ns = 0;
	return 0;
}

static int remove_machine(void **state)
{
	(void)state;
	run("rm -r %s%s", "");
	return 0;
}

static void assert_seen(const struct disturb *d, const char *key, const char *want)
{
	json_t *line = json_object(), *field;
	char *text;

	disturb_add(d, line);
	field = json_object_get(line, key);
	text = json_dumps(field, JSON_COMPACT | JSON_ENCODE_ANY);
	assert_string_equal(text, want);
	free(text);
	json_decref(line);
}

static void sees_nothing_where_nothing_happens(void **state)
{
	struct disturb d;

	(void)state;
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	disturb_look_now(&d, 5);
	assert_seen(&d, "steal", "[]");
	assert_seen(&d, "throttles", "[]");
	assert_seen(&d, "frequency", "[[0,2000000]]");
	assert_seen(&d, "unavailable", "{}");
	disturb_close(&d);
}

static void sees_what_has_changed(void **state)
{
	struct disturb d;

	(void)state;
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	put_steal(52);
	disturb_look_now(&d, 5);
	put(CPU "thermal_throttle/core_throttle_count", "7\n");
	disturb_look_now(&d, 6);
	put(CPU "cpufreq/scaling_cur_freq", "1500000\n");
	put_steal(53);
	disturb_look_now(&d, 8);
	assert_seen(&d, "steal", "[[5,20],[8,10]]"); /* ms */
	assert_seen(&d, "throttles", "[[6,4]]");
	assert_seen(&d, "frequency", "[[0,2000000],[8,1500000]]");
	assert_int_equal(d.moved[SENSOR_STEAL], 30);
	disturb_close(&d);
}

static void a_clock_that_is_derived_may_waver(void **state)
{
	struct disturb d;

	(void)state;
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	put(CPU "cpufreq/scaling_cur_freq", "2039999\n");
	disturb_look_now(&d, 1);
	assert_seen(&d, "frequency", "[[0,2000000]]");
	/* But not wander off. */
	put(CPU "cpufreq/scaling_cur_freq", "2060000\n");
	disturb_look_now(&d, 2);
	assert_seen(&d, "frequency", "[[0,2000000],[2,2060000]]");
	disturb_close(&d);
}

static void steal_time_that_goes_back_is_none(void **state)
{
	struct disturb d;

	(void)state;
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	put_steal(40);
	disturb_look_now(&d, 1);
	put_steal(41);
	disturb_look_now(&d, 2);
	assert_seen(&d, "steal", "[[2,10]]");
	disturb_close(&d);
}

static void looks_no_more_often_than_the_kernel_counts(void **state)
{
	struct disturb d;

	(void)state;
	now_ns = 1000;
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	disturb_look(&d, 0);
	put_steal(51);
	now_ns += LOOK_NS - 1;
	disturb_look(&d, 1);
	assert_seen(&d, "steal", "[]");
	now_ns++;
	disturb_look(&d, 2);
	assert_seen(&d, "steal", "[[2,10]]");
	disturb_close(&d);
}

static void unavailable_has_a_reason(void **state)
{
	struct disturb d;

	(void)state;
	run("rm -r %s%scpufreq", CPU);
	put(CPU "thermal_throttle/core_throttle_count", "soon\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	disturb_look_now(&d, 1);
	assert_seen(&d, "steal", "[]");
	assert_seen(&d, "frequency", "null");
	assert_seen(&d, "throttles", "null");
	assert_string_equal(d.reason[SENSOR_FREQUENCY],
			    CPU "cpufreq/scaling_cur_freq: "
				"No such file or directory");
	assert_string_equal(d.reason[SENSOR_THROTTLES],
			    CPU "thermal_throttle/core_throttle_count "
				"has no value of CPU 12");
	disturb_close(&d);

	/* Another CPU is not in /proc/stat: not 0, and not that of cpu12. */
	assert_int_equal(disturb_open(&d, root, 2, MAX_LOOKS), 0);
	assert_seen(&d, "steal", "null");
	disturb_close(&d);
}

/* The group has none, the one above it has: in version 2. */
static void sees_that_a_quota_stops_it(void **state)
{
	struct disturb d;

	(void)state;
	run("mkdir -p %s%s/a/b", "/sys/fs/cgroup");
	put("/proc/self/cgroup", "3:cpuset:/\n0::/a/b\n");
	put("/sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	put("/sys/fs/cgroup/a/b/cpu.stat", "throttled_usec 7000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	disturb_look_now(&d, 1);
	assert_int_equal(d.quota.percent, 0);
	assert_seen(&d, "quota", "[]");
	disturb_close(&d);

	put("/sys/fs/cgroup/a/cpu.max", "50000 100000\n");
	put("/sys/fs/cgroup/a/cpu.stat",
	    "usage_usec 1\nnr_throttled 1\nthrottled_usec 7000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	assert_int_equal(d.quota.percent, 50);
	disturb_look_now(&d, 1);
	put("/sys/fs/cgroup/a/cpu.stat",
	    "usage_usec 1\nnr_throttled 2\nthrottled_usec 59900\n");
	disturb_look_now(&d, 2);
	assert_seen(&d, "quota", "[[2,52]]");
	assert_int_equal(d.moved[SENSOR_QUOTA], 52);
	disturb_close(&d);
}

/* Groups of containers in containers are far down, and have long names. */
static void finds_the_quota_above_a_long_name(void **state)
{
	static char line[7000] = "0::/far";
	struct disturb d;

	(void)state;
	for (size_t at = strlen(line); at < sizeof(line) - 10; at += 8)
		strcpy(line + at, "/further");
	strcat(line, "\n");
	run("mkdir -p %s%s", "/sys/fs/cgroup/far");
	put("/proc/self/cgroup", line);
	put("/sys/fs/cgroup/far/cpu.max", "30000 100000\n");
	put("/sys/fs/cgroup/far/cpu.stat", "throttled_usec 7000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	assert_int_equal(d.quota.percent, 30);
	assert_seen(&d, "quota", "[]");
	disturb_close(&d);
}

/* A container's group is the root of what it sees, whatever it is called. */
static void finds_the_quota_of_version_1(void **state)
{
	struct disturb d;

	(void)state;
	run("mkdir -p %s%s", "/sys/fs/cgroup/cpu,cpuacct");
	put("/proc/self/cgroup", "4:cpu,cpuacct:/docker/f00\n2:cpuset:/\n");
	put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
	put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	assert_int_equal(d.quota.percent, 0);
	disturb_close(&d);

	put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "20000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	assert_int_equal(d.quota.percent, 20);
	/* Without the file that tells, it is not known. */
	assert_seen(&d, "quota", "null");
	assert_string_equal(d.reason[SENSOR_QUOTA],
			    "cpu.stat of the cgroup: No such file or directory");
	disturb_close(&d);

	put("/sys/fs/cgroup/cpu,cpuacct/cpu.stat", "throttled_time 5000000\n");
	assert_int_equal(disturb_open(&d, root, 12, MAX_LOOKS), 0);
	put("/sys/fs/cgroup/cpu,cpuacct/cpu.stat", "throttled_time 8000000\n");
	disturb_look_now(&d, 3);
	assert_seen(&d, "quota", "[[3,3]]");
	disturb_close(&d);
}

static void counts_what_the_memory_limit_has_killed(void **state)
{
	(void)state;
	assert_int_equal(cgroup_oom_kills(root), -1);
	run("mkdir -p %s%s/memory/a", "/sys/fs/cgroup");
	put("/proc/self/cgroup", "3:memory:/a\n0::/\n");
	put("/sys/fs/cgroup/memory/a/memory.oom_control",
	    "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
	assert_int_equal(cgroup_oom_kills(root), 2);
	put("/sys/fs/cgroup/memory.events", "low 0\noom 4\noom_kill 3\n");
	assert_int_equal(cgroup_oom_kills(root), 3);
}

static void closes_what_was_never_opened(void **state)
{
	struct disturb d = { 0 };

	(void)state;
	disturb_close(&d);
}

#define ON_MACHINE(test) \
	cmocka_unit_test_setup_teardown(test, make_machine, remove_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_MACHINE(sees_nothing_where_nothing_happens),
		ON_MACHINE(sees_what_has_changed),
		ON_MACHINE(a_clock_that_is_derived_may_waver),
		ON_MACHINE(steal_time_that_goes_back_is_none),
		ON_MACHINE(looks_no_more_often_than_the_kernel_counts),
		ON_MACHINE(unavailable_has_a_reason),
		ON_MACHINE(sees_that_a_quota_stops_it),
		ON_MACHINE(finds_the_quota_above_a_long_name),
		ON_MACHINE(finds_the_quota_of_version_1),
		ON_MACHINE(counts_what_the_memory_limit_has_killed),
		cmocka_unit_test(closes_what_was_never_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
