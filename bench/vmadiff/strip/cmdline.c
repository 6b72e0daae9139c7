// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Command lines of kernels: options that change what is measured stay, if their values
 * are such as the kernel takes. The rest is of disks, networks and the machine's owner.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

/* One that ends in a dot is of all parameters of a module. */
static const char *const options[] = {
	/* Mappings, memory, slab. */
	"cgroup.memory",
	"cgroup_disable",
	"debug_pagealloc",
	"default_hugepagesz",
	"hugepages",
	"hugepagesz",
	"hugetlb_cma",
	"init_on_alloc",
	"init_on_free",
	"kasan",
	"kfence.sample_interval",
	"kmemleak",
	"mem",
	"memmap",
	"memory_hotplug.",
	"movablecore",
	"norandmaps",
	"numa",
	"numa_balancing",
	"page_alloc.shuffle",
	"page_owner",
	"page_poison",
	"page_reporting.",
	"page_table_check",
	"secretmem.enable",
	"slab_debug",
	"slab_max_order",
	"slab_merge",
	"slab_min_objects",
	"slab_nomerge",
	"slub_debug",
	"slub_max_order",
	"slub_min_objects",
	"slub_nomerge",
	"stack_guard_gap",
	"transparent_hugepage",
	"vm_debug",
	"zswap.",
	/* Mitigations, hardening, who is asked. */
	"apparmor",
	"audit",
	"enforcing",
	"gather_data_sampling",
	"ibt",
	"indirect_target_selection",
	"kpti",
	"l1tf",
	"lockdown",
	"lsm",
	"mds",
	"mitigations",
	"mmio_stale_data",
	"nokaslr",
	"nopti",
	"nospectre_v1",
	"nospectre_v2",
	"pti",
	"randomize_kstack_offset",
	"reg_file_data_sampling",
	"retbleed",
	"security",
	"selinux",
	"spec_rstack_overflow",
	"spec_store_bypass_disable",
	"spectre_bhi",
	"spectre_v2",
	"spectre_v2_user",
	"srbds",
	"tsa",
	"tsx",
	"tsx_async_abort",
	"vdso",
	"vdso32",
	"vmscape",
	"vsyscall",
	/* CPUs, clocks, scheduling. */
	"acpi_pad.",
	"amd_pstate",
	"clocksource",
	"cpufreq.",
	"cpuidle.",
	"hpet",
	"idle",
	"intel_idle.max_cstate",
	"intel_pstate",
	"irqaffinity",
	"isolcpus",
	"kthread_cpus",
	"lapic",
	"lpj",
	"maxcpus",
	"no_timer_check",
	"nohz",
	"nohz_full",
	"nolapic",
	"nolapic_timer",
	"noapic",
	"noapictimer",
	"nosmp",
	"nosmt",
	"notsc",
	"nowatchdog",
	"nmi_watchdog",
	"nr_cpus",
	"possible_cpus",
	"preempt",
	"processor.max_cstate",
	"rcu_nocb_poll",
	"rcu_nocbs",
	"rcupdate.",
	"rcutree.",
	"skew_tick",
	"skip_duration_warn",
	"smt",
	"tickless",
	"threadirqs",
	"tsc",
	"tsc_early_khz",
	"watchdog",
	"workqueue.",
	/* Who listens, and what is said. */
	"console",
	"debug",
	"earlycon",
	"earlyprintk",
	"ftrace",
	"ignore_loglevel",
	"initcall_debug",
	"kprobe_event",
	"log_buf_len",
	"loglevel",
	"nokprobes",
	"oops",
	"panic",
	"panic_on_warn",
	"printk.",
	"quiet",
	"ro",
	"rw",
	"splash",
	"trace_event",
	/* How the guest starts. */
	"init",
	"rdinit",
	"reboot",
	"acpi",
	"pci",
	"noautogroup",
	"module.sig_enforce",
};

/* What is left of those that were taken out: how many there were. */
#define MORE " ("

static bool is_listed(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		size_t n = strlen(options[i]);
		bool module = options[i][n - 1] == '.';

		if (strncmp(options[i], name, n) ||
		    (module ? len <= n : len != n))
			continue;
		return !module || is_known_word(name + n, len - n);
	}
	return false;
}

/* No number of an option is longer, but those of people and of machines are. */
#define DIGITS_MAX 8

static bool has_long_number(const char *value)
{
	for (size_t n; *value; value += n ? n : 1) {
		n = strspn(value, "0123456789");
		if (n > DIGITS_MAX)
			return true;
	}
	return false;
}

/* "y", and letters that say what is checked. */
static bool is_flag(const char *name, const char *value)
{
	if (!strncmp(name, "slub_debug=", 11) ||
	    !strncmp(name, "slab_debug=", 11))
		return !value[strspn(value, "FZPUTAO-")];
	return strlen(value) == 1 && strchr("yYnN", *value);
}

/* Words that the kernel knows, numbers, and what stands between them. */
static bool is_plain_value(struct strip *st, const char *value)
{
	bool again = st->again;
	char *text;
	bool same;

	/* Of a whole value no parts are counted. */
	st->again = true;
	text = strip_text(st, value, BY_SUITE);
	st->again = again;
	same = !strcmp(text, value) && !strpbrk(value, "\"'\\") &&
	       !has_long_number(value);
	free(text);
	return same;
}

/**
 * strip_cmdline() - a command line of a kernel, of the options that may be published
 * @st: counts the others
 * @line: as /proc/cmdline has it
 *
 * Return: text, to be given to free().
 */
char *strip_cmdline(struct strip *st, const char *line)
{
	char *copy = xasprintf("%s", line), *rest = copy, *word, *text = NULL;
	char *before = strstr(copy, MORE);
	size_t nr = 0;

	/* Of one that was stripped before, how many are out already. */
	if (before && before[strspn(before, "( 0123456789")] == 'm') {
		nr = strtoul(before + strlen(MORE), NULL, 10);
		*before = '\0';
	}
	while ((word = strsep(&rest, " "))) {
		size_t name = strcspn(word, "=");

		if (!*word || (is_listed(word, name) &&
			       (!word[name] || is_flag(word, word + name + 1) ||
				is_plain_value(st, word + name + 1)))) {
			join_text(&text, " ", "%s", word);
			continue;
		}
		take_out(st, TAKEN_OPTION, word, strlen(word));
		nr++;
	}
	if (nr)
		join_text(&text, "", MORE "%zu more)", nr);
	free(copy);
	return text ? text : xasprintf("%s", "");
}
