// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of the machine, as far as it moves what mmap() and munmap() take: settings,
 * limits, what the kernel was booted with and built with, and who listens. It is
 * recorded, and vmadiff names what differs between two records.
 *
 * A value that cannot be had says why in its place: "not there" is a file that the
 * kernel, the privileges or a container do not have.
 */
#include <dirent.h>
#include <linux/audit.h>
#include <linux/mempolicy.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/base.h"
#include "system/system.h"

#define CPUS "/sys/devices/system/cpu/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define TRACING "/sys/kernel/tracing/"

/* A value of info has so much room. */
#define VALUE_BYTES 800

/* Which CPU is measured: CPUs may have settings of their own. */
static int state_cpu;

static char *of_cpu(const char *file)
{
	char *path = xasprintf(CPUS "cpu%d/%s", state_cpu, file);
	char *line = read_line(path);

	free(path);
	return line;
}

static char *of_status(const char *key)
{
	return read_value("/proc/self/status", key);
}

/*
 * Without a limit of the stack, mmap() begins elsewhere, and on other machines than
 * x86 goes up, as in the legacy layout. Of locked memory the hard limit counts: the
 * soft one is raised to it.
 */
static char *of_limit(const char *which)
{
	bool stack = !strcmp(which, "stack");
	struct rlimit limit;
	rlim_t bytes;

	if (getrlimit(stack ? RLIMIT_STACK : RLIMIT_MEMLOCK, &limit))
		return NULL;
	bytes = stack ? limit.rlim_cur : limit.rlim_max;
	if (bytes == RLIM_INFINITY)
		return strdup("unlimited");
	return xasprintf("%llu KiB", (unsigned long long)bytes / 1024);
}

/* setarch -R and -L set bits that mmap() looks at. */
static char *of_personality(const char *unused)
{
	return xasprintf("%#x", (unsigned int)personality(0xffffffff));
}

/* VMAs are charged to the memory cgroup, unless that is the root one. */
static char *of_memcg(const char *unused)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char *line = NULL, *path = NULL;
	size_t size = 0;
	bool root;

	while (f && getline(&line, &size, f) > 0) {
		char *at = strstr(line, ":memory:");

		if (!at && (path || strncmp(line, "0::", 3)))
			continue;
		free(path);
		line[strcspn(line, "\n")] = '\0';
		path = strdup(at ? at + 8 : line + 3);
		if (at)
			break;
	}
	free(line);
	if (f)
		fclose(f);
	if (!path)
		return NULL;
	/* A namespace makes a root of any; the real one has no type. */
	root = !strcmp(path, "/") && access("/sys/fs/cgroup/cgroup.type", F_OK);
	free(path);
	return strdup(root ? "root" : "not the root");
}

/* Larger than the holes between what is there; without access it costs nothing. */
#define LARGE_BYTES ((size_t)1 << 36)

/* Where the kernel does put mappings, whichever of the settings it goes by. */
static char *of_layout(const char *unused)
{
	char *at[2], *layout = NULL;

	for (int i = 0; i < 2; i++)
		at[i] = mmap(NULL, LARGE_BYTES, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at[0] != MAP_FAILED && at[1] != MAP_FAILED)
		layout = strdup(at[1] < at[0] ? "top down" : "bottom up");
	for (int i = 0; i < 2; i++)
		if (at[i] != MAP_FAILED)
			munmap(at[i], LARGE_BYTES);
	return layout;
}

/* "none" is that none can be seen. */
static char *of_quota(const char *unused)
{
	struct cgroup_quota quota;

	cgroup_find_quota("", &quota);
	cgroup_free_quota(&quota);
	return quota.percent ? xasprintf("%u %% of a CPU", quota.percent)
			     : strdup("none");
}

/* A class above others is not taken the CPU from by them. */
static char *of_scheduler(const char *unused)
{
	static const char *const names[] = { "other",	 "fifo", "rr",
					     "batch",	 "iso",	 "idle",
					     "deadline", "ext" };
	int policy = sched_getscheduler(0) & ~SCHED_RESET_ON_FORK;
	struct sched_param param = { 0 };

	if (policy < 0 || policy >= (int)ARRAY_SIZE(names) ||
	    sched_getparam(0, &param))
		return NULL;
	return xasprintf("%s, priority %d, nice %d", names[policy],
			 param.sched_priority, getpriority(PRIO_PROCESS, 0));
}

/* numactl's, which processes inherit; mappings may have their own. */
static char *of_mempolicy(const char *unused)
{
	static const char *const names[] = { "default", "preferred", "bind",
					     "interleave", "local" };
	int mode;

	if (syscall(SYS_get_mempolicy, &mode, NULL, 0, NULL, 0))
		return NULL;
	mode &= ~MPOL_MODE_FLAGS;
	return mode >= 0 && mode < (int)ARRAY_SIZE(names)
		       ? strdup(names[mode])
		       : xasprintf("%d", mode);
}

/* "0" is off, "1" on, "2" locked: on costs every system call something. */
static char *of_audit(const char *unused)
{
	struct nlmsghdr ask = { .nlmsg_len = sizeof(ask),
				.nlmsg_type = AUDIT_GET,
				.nlmsg_flags = NLM_F_REQUEST };
	struct {
		struct nlmsghdr head;
		struct audit_status status;
		char more[256];
	} reply;
	struct timeval patience = { .tv_usec = 200000 };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (send(fd, &ask, sizeof(ask), 0) == sizeof(ask))
		n = recv(fd, &reply, sizeof(reply), 0);
	close(fd);
	if (n < (ssize_t)(sizeof(reply.head) + 2 * sizeof(uint32_t)) ||
	    reply.head.nlmsg_type != AUDIT_GET)
		return NULL;
	return xasprintf("%u", reply.status.enabled);
}

/* How many processes have perf events open; of the others root alone can tell. */
static char *of_perf(const char *unused)
{
	DIR *proc = opendir("/proc");
	unsigned int nr = 0;
	struct dirent *p, *e;

	if (!proc || geteuid()) {
		if (proc)
			closedir(proc);
		return strdup("unknown without root");
	}
	while ((p = readdir(proc))) {
		char at[64], *path;
		bool found = false;
		DIR *fds;

		if (p->d_name[0] < '1' || p->d_name[0] > '9')
			continue;
		path = xasprintf("/proc/%s/fd", p->d_name);
		fds = opendir(path);
		free(path);
		while (fds && !found && (e = readdir(fds))) {
			ssize_t n = readlinkat(dirfd(fds), e->d_name, at,
					       sizeof(at) - 1);

			at[n < 0 ? 0 : n] = '\0';
			found = !strcmp(at, "anon_inode:[perf_event]");
		}
		if (fds)
			closedir(fds);
		nr += found;
	}
	closedir(proc);
	return xasprintf("%u", nr);
}

/* Adds a word to a value. What does not fit is told to be missing. */
static void add_word(char *value, const char *word)
{
	size_t len = strlen(value);

	if (len + strlen(word) + 6 < VALUE_BYTES)
		sprintf(value + len, "%s%s", len ? " " : "", word);
	else if (len < 4 || strcmp(value + len - 4, " ..."))
		strcat(value, " ...");
}

/* Is it one of @words, with blanks between them? */
static bool has_word(const char *words, const char *word, size_t len)
{
	for (; *words; words += strspn(words, " ")) {
		size_t n = strcspn(words, " ");

		if (n == len && !strncmp(words, word, n))
			return true;
		words += n;
	}
	return false;
}

/* Of the command line, which has much that is another on every machine. */
static char *of_command_line(const char *unused)
{
	static const char names[] =
		"init_on_alloc init_on_free mitigations preempt cgroup.memory "
		"cgroup_disable numa_balancing slab_nomerge slab_merge "
		"slub_nomerge slab_debug slub_debug debug_pagealloc "
		"page_poison page_owner page_table_check kasan "
		"kfence.sample_interval kmemleak audit lsm lockdown security "
		"ftrace trace_event isolcpus nohz_full rcu_nocbs rcu_nocb_poll "
		"transparent_hugepage nokaslr nopti pti spectre_v2 retbleed "
		"tsc idle vdso vsyscall";
	char *line = read_line("/proc/cmdline"), value[VALUE_BYTES] = "";

	if (!line)
		return NULL;
	for (char *save = NULL, *w = strtok_r(line, " ", &save); w;
	     w = strtok_r(NULL, " ", &save)) {
		if (has_word(names, w, strcspn(w, "=")))
			add_word(value, w);
	}
	free(line);
	return strdup(value);
}

/* Of the kernel that runs, as it was configured; NULL where nobody says. To be freed. */
static char *read_config(size_t *len)
{
	static const char *const unpack[] = { "zcat", "/proc/config.gz", NULL };
	struct utsname u;
	char *text, *path;

	if (!access(unpack[1], R_OK)) {
		if (!output_of(unpack, true, &text, len) && *len)
			return text;
		free(text);
	}
	if (uname(&u))
		return NULL;
	path = xasprintf("/boot/config-%s", u.release);
	text = read_stream(fopen(path, "re"), len);
	free(path);
	if (text && *len)
		return text;
	free(text);
	return NULL;
}

/* What checks, counts or charges at every mapping. */
static const char config_names[] =
	"KASAN KCSAN KMSAN KCOV UBSAN LOCKDEP PROVE_LOCKING LOCK_STAT "
	"DEBUG_VM DEBUG_VM_RB DEBUG_VM_MAPLE_TREE DEBUG_MAPLE_TREE "
	"DEBUG_LIST DEBUG_ATOMIC_SLEEP DEBUG_PREEMPT DEBUG_PAGEALLOC "
	"DEBUG_KMEMLEAK PAGE_TABLE_CHECK PAGE_OWNER SLUB_DEBUG_ON "
	"SLUB_STATS SLAB_FREELIST_HARDENED SLAB_FREELIST_RANDOM "
	"RANDOM_KMALLOC_CACHES INIT_ON_ALLOC_DEFAULT_ON "
	"INIT_ON_FREE_DEFAULT_ON MEMCG PER_VMA_LOCK PREEMPT_NONE "
	"PREEMPT_VOLUNTARY PREEMPT PREEMPT_LAZY PREEMPT_RT "
	"PREEMPT_DYNAMIC CFI_CLANG CFI TRIM_UNUSED_KSYMS RSEQ_DEBUG "
	"MEM_ALLOC_PROFILING";

static char *of_config(const char *unused)
{
	char value[VALUE_BYTES] = "", *rest = NULL;
	size_t size;
	char *text = read_config(&size);

	if (!text)
		return NULL;
	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		size_t len = strcspn(line, "=");

		if (strncmp(line, "CONFIG_", 7) || strcmp(line + len, "=y"))
			continue;
		line[len] = '\0';
		if (has_word(config_names, line + 7, len - 7))
			add_word(value, line + 7);
	}
	free(text);
	return strdup(value);
}

/**
 * struct state - something that two records may differ in
 * @key: in info
 * @read: value, to be freed, or NULL if it cannot be had
 * @arg: for @read
 */
static const struct state {
	const char *key;
	char *(*read)(const char *arg);
	const char *arg;
} states[] = {
	/* The CPUs. */
	{ "governor", of_cpu, "cpufreq/scaling_governor" },
	{ "cpufreq_driver", of_cpu, "cpufreq/scaling_driver" },
	{ "min_khz", of_cpu, "cpufreq/scaling_min_freq" },
	{ "max_khz", of_cpu, "cpufreq/scaling_max_freq" },
	{ "no_turbo", read_line, CPUS "intel_pstate/no_turbo" },
	{ "boost", read_line, CPUS "cpufreq/boost" },
	{ "smt", read_line, CPUS "smt/control" },
	{ "cpus_online", read_line, CPUS "online" },
	{ "cpus_isolated", read_line, CPUS "isolated" },
	{ "nohz_full", read_line, CPUS "nohz_full" },
	{ "clocksource", read_line,
	  "/sys/devices/system/clocksource/clocksource0/current_clocksource" },
	{ "preempt", read_line, "/sys/kernel/debug/sched/preempt" },
	{ "numa_balancing", read_line, "/proc/sys/kernel/numa_balancing" },
	{ "mempolicy", of_mempolicy, NULL },
	{ "mems_allowed", of_status, "Mems_allowed_list" },
	{ "scheduler", of_scheduler, NULL },
	{ "cpu_quota", of_quota, NULL },
	/* Where mappings go, and what is charged for them. */
	{ "aslr", read_line, "/proc/sys/kernel/randomize_va_space" },
	{ "legacy_va_layout", read_line, "/proc/sys/vm/legacy_va_layout" },
	{ "stack_limit", of_limit, "stack" },
	{ "personality", of_personality, NULL },
	{ "mmap_layout", of_layout, NULL },
	{ "max_map_count", read_line, "/proc/sys/vm/max_map_count" },
	{ "memlock_limit", of_limit, "memlock" },
	{ "overcommit_memory", read_line, "/proc/sys/vm/overcommit_memory" },
	{ "overcommit_ratio", read_line, "/proc/sys/vm/overcommit_ratio" },
	{ "overcommit_kbytes", read_line, "/proc/sys/vm/overcommit_kbytes" },
	{ "memcg", of_memcg, NULL },
	/* What memory is made of. */
	{ "thp", read_line, THP "enabled" },
	{ "thp_of_process", of_status, "THP_enabled" },
	{ "thp_shmem", read_line, THP "shmem_enabled" },
	{ "ksm", read_line, "/sys/kernel/mm/ksm/run" },
	{ "slab_sanity_checks", read_line,
	  "/sys/kernel/slab/vm_area_struct/sanity_checks" },
	{ "slab_poison", read_line, "/sys/kernel/slab/vm_area_struct/poison" },
	{ "slab_red_zone", read_line, "/sys/kernel/slab/vm_area_struct/red_zone" },
	{ "slab_store_user", read_line,
	  "/sys/kernel/slab/vm_area_struct/store_user" },
	/* Who is asked at each call, and who listens. */
	{ "lsm", read_line, "/sys/kernel/security/lsm" },
	{ "lsm_label", read_line, "/proc/self/attr/current" },
	{ "lockdown", read_line, "/sys/kernel/security/lockdown" },
	{ "selinux_enforce", read_line, "/sys/fs/selinux/enforce" },
	{ "seccomp", of_status, "Seccomp" },
	{ "seccomp_filters", of_status, "Seccomp_filters" },
	{ "audit", of_audit, NULL },
	{ "ftrace_enabled", read_line, "/proc/sys/kernel/ftrace_enabled" },
	{ "tracer", read_line, TRACING "current_tracer" },
	{ "trace_events", read_line, TRACING "events/enable" },
	{ "kprobe_events", read_line, TRACING "kprobe_events" },
	{ "uprobe_events", read_line, TRACING "uprobe_events" },
	{ "perf_users", of_perf, NULL },
	{ "perf_event_paranoid", read_line,
	  "/proc/sys/kernel/perf_event_paranoid" },
	{ "nmi_watchdog", read_line, "/proc/sys/kernel/nmi_watchdog" },
	/* What the kernel was booted with, and built with. */
	{ "boot_options", of_command_line, NULL },
	{ "config_options", of_config, NULL },
	{ "loadavg", read_line, "/proc/loadavg" },
};

static void add_mitigations(json_t *info)
{
	static const char mitigations[] = CPUS "vulnerabilities";
	DIR *d = opendir(mitigations);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path, *key, *line;

		if (e->d_name[0] == '.')
			continue;
		path = xasprintf("%s/%s", mitigations, e->d_name);
		key = xasprintf("vulnerability_%s", e->d_name);
		line = read_line(path);
		if (line)
			json_object_set_new(info, key, json_string(line));
		free(line);
		free(key);
		free(path);
	}
	if (d)
		closedir(d);
}

/**
 * metal_info - the state of the machine, recorded only
 * @cpu: that is measured
 */
json_t *metal_info(int cpu)
{
	json_t *info = json_object();

	state_cpu = cpu;
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		char *value = states[i].read(states[i].arg);

		/* Not UTF-8 is no text either. */
		if (!value ||
		    json_object_set_new(info, states[i].key, json_string(value)))
			json_object_set_new(info, states[i].key,
					    json_string("not there"));
		free(value);
	}
	add_mitigations(info);
	return info;
}

/** config_sha256 - of the configuration that the kernel or the distribution offers */
json_t *config_sha256(void)
{
	size_t len;
	char hex[2 * SHA256_SIZE + 1], *text = read_config(&len);

	if (!text)
		return json_null();
	sha256_hex(text, len, hex);
	free(text);
	return json_string(hex);
}
