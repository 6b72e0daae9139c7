// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why the kernel refuses something, from its error and from what this process is:
 * its user, its capabilities, its user namespace, its seccomp filter.
 *
 * What a container forbids looks like what a user may not do: EPERM. A seccomp
 * filter is found out by calling with arguments that the kernel refuses before it
 * asks who calls. Capabilities of another user namespace than the first one are of
 * no use for what belongs to the whole machine.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/base.h"
#include "system/system.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

/* For tests: what to put before /proc and /sys. */
static const char *why_root = "";

#define HIDDEN INT32_MAX /* a sysctl that cannot be read */

/** struct standing - what the kernel knows of this process */
struct standing {
	bool root, filtered, nested; /* in another user namespace */
	uint64_t caps;
};

static int read_sysctl(const char *path)
{
	char text[32];
	int value;

	return read_rooted(why_root, path, text, sizeof(text)) &&
			       sscanf(text, "%d", &value) == 1
		       ? value
		       : HIDDEN;
}

/* Has the file such a line? */
static bool has_line(const char *path, const char *text)
{
	FILE *f = open_rooted(why_root, path);
	char line[256];
	bool found = false;

	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		found = !strcmp(line, text);
	}
	if (f)
		fclose(f);
	return found;
}

static void read_status(struct standing *s)
{
	FILE *f = open_rooted(why_root, "/proc/self/status");
	unsigned int uid, mode;
	unsigned long long caps;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Uid: %*u %u", &uid) == 1)
			s->root = !uid;
		else if (sscanf(line, "CapEff: %llx", &caps) == 1)
			s->caps = caps;
		else if (sscanf(line, "Seccomp: %u", &mode) == 1)
			s->filtered = mode;
	}
	if (f)
		fclose(f);
}

static struct standing standing(void)
{
	unsigned long long inside, outside, nr;
	struct standing s = { .root = !geteuid() };
	FILE *f = open_rooted(why_root, "/proc/self/uid_map");

	read_status(&s);
	/* The first namespace maps all users to themselves, and is alone in that. */
	s.nested = f &&
		   (fscanf(f, "%llu %llu %llu", &inside, &outside, &nr) != 3 ||
		    inside || outside || nr != UINT32_MAX);
	if (f)
		fclose(f);
	return s;
}

static bool has_cap(const struct standing *s, int cap)
{
	return s->caps >> cap & 1;
}

/*
 * System calls that filters forbid, with arguments that make no sense. The kernel
 * answers with EINVAL or EFAULT, or as is said here.
 */
static const struct {
	const char *name;
	long nr, args[5];
	const char *proof; /* a file that only a kernel with the call has */
	int answer;
} calls[] = {
	{ "perf_event_open",
	  SYS_perf_event_open,
	  { 0, 0, -1, -1, -1 },
	  "/proc/sys/kernel/perf_event_paranoid",
	  0 },
	{ "memfd_create", SYS_memfd_create, { 0, -1 }, "/proc/self", 0 },
	{ "memfd_secret", SYS_memfd_secret, { -1 }, NULL, 0 },
	{ "io_uring_setup",
	  SYS_io_uring_setup,
	  { 0, 0 },
	  "/proc/sys/kernel/io_uring_disabled",
	  0 },
	{ "ptrace", SYS_ptrace, { -1, -1 }, "/proc/self", ESRCH },
	{ "sched_setaffinity", SYS_sched_setaffinity, { -1 }, "/proc/self", ESRCH },
};

/* Is it a seccomp filter that answers? @what begins with the name of the call. */
static bool is_filtered(const struct standing *s, const char *what)
{
	size_t i = 0;
	long fd;
	FILE *f;

	if (!s->filtered)
		return false;
	while (strncmp(what, calls[i].name, strlen(calls[i].name)))
		if (++i == sizeof(calls) / sizeof(*calls))
			return false;
	fd = syscall(calls[i].nr, calls[i].args[0], calls[i].args[1],
		     calls[i].args[2], calls[i].args[3], calls[i].args[4]);
	if (fd >= 0) { /* a filter may answer with anything */
		if (!calls[i].answer)
			close((int)fd);
		return true;
	}
	if (calls[i].answer)
		return errno != calls[i].answer;
	if (errno != ENOSYS)
		return errno != EINVAL && errno != EFAULT;
	f = calls[i].proof ? open_rooted(why_root, calls[i].proof) : NULL;
	if (f)
		fclose(f);
	return f;
}

/* Adds to what @reason has already. */
static void append(char *reason, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *reason, size_t size, const char *fmt, ...)
{
	size_t len = strlen(reason);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason + len, size - len, fmt, ap);
	va_end(ap);
}

static void add_filter(const char *call, char *reason, size_t size)
{
	append(reason, size,
	       "a seccomp filter forbids %s: give the container a profile that allows it (--security-opt seccomp=FILE)",
	       call);
}

/* A capability that is missed, and @sysctl, what would do without it, or NULL. */
static void add_cap(const struct standing *s, const char *cap,
		    const char *sysctl, char *reason, size_t size)
{
	if (s->nested)
		append(reason, size,
		       "the capabilities of a user namespace (rootless container) do not count: run outside of it");
	else if (s->root)
		append(reason, size,
		       "this root has no CAP_%s: give it to the container (--cap-add=%s)",
		       cap, cap);
	else
		append(reason, size, "run as root, with CAP_%s", cap);
	if (sysctl)
		append(reason, size, ", or set %s%s", sysctl,
		       s->nested || s->root ? " on the host" : "");
}

/**
 * why_no_perf() - why perf_event_open has failed with EACCES, EPERM or ENOSYS
 * @err: positive
 * @level: what it was to count
 * @reason: to be filled
 * @size: of @reason
 */
void why_no_perf(int err, enum why_paranoid level, char *reason, size_t size)
{
	int paranoid = read_sysctl("/proc/sys/kernel/perf_event_paranoid");
	struct standing s = standing();
	bool filtered = is_filtered(&s, "perf_event_open");
	char to[64];

	snprintf(to, sizeof(to), "kernel.perf_event_paranoid to %d", level);
	*reason = '\0';
	if (filtered)
		add_filter("perf_event_open", reason, size);
	else if (err == ENOSYS) {
		append(reason, size,
		       "this kernel has no perf events (CONFIG_PERF_EVENTS)");
		return;
	}
	/* Behind the filter, there may be the next refusal. */
	if (paranoid <= (int)level ||
	    (!s.nested &&
	     (has_cap(&s, CAP_PERFMON) || has_cap(&s, CAP_SYS_ADMIN)))) {
		if (!filtered)
			append(reason, size,
			       "perf_event_open: %s: a security module forbids it (lockdown, SELinux, AppArmor)",
			       strerror(err));
		return;
	}
	if (paranoid == HIDDEN)
		append(reason, size, "%skernel.perf_event_paranoid is hidden: ",
		       filtered ? "; and " : "");
	else
		append(reason, size, "%skernel.perf_event_paranoid is %d: ",
		       filtered ? "; and " : "", paranoid);
	add_cap(&s, "PERFMON", to, reason, size);
}

/** why_no_tracefs() - why no tracefs can be read, root having tried to mount it */
void why_no_tracefs(char *reason, size_t size)
{
	struct standing s = standing();

	*reason = '\0';
	if (!has_line("/proc/filesystems", "nodev\ttracefs")) {
		append(reason, size,
		       "this kernel has no tracefs (CONFIG_TRACING)");
		return;
	}
	append(reason, size, "no tracefs that can be read: ");
	if (s.nested)
		append(reason, size,
		       "it belongs to the machine's root, and cannot be mounted in a user namespace (rootless container): run outside of it");
	else if (s.root && !has_cap(&s, CAP_SYS_ADMIN))
		append(reason, size,
		       "this root may not mount it without CAP_SYS_ADMIN: give the container the host's (-v /sys/kernel/tracing:/sys/kernel/tracing)");
	else if (s.root)
		append(reason, size,
		       "mounting it on /sys/kernel/tracing is refused, as by a masked /sys, AppArmor or lockdown: give a container the host's (-v /sys/kernel/tracing:/sys/kernel/tracing)");
	else
		append(reason, size,
		       "run as root, who mounts it where it is not");
}

/**
 * why_no_kprobe() - why a kprobe cannot be made
 * @symbol: function that it was to be on
 * @err: positive, of writing kprobe_events
 * @reason: to be filled
 * @size: of @reason
 */
void why_no_kprobe(const char *symbol, int err, char *reason, size_t size)
{
	struct standing s = standing();

	snprintf(reason, size, "a kprobe on %s() is not possible", symbol);
	if (err == EROFS)
		append(reason, size,
		       ": tracefs is read-only: give the container one that can be written");
	else if (err != EACCES && err != EPERM)
		append(reason, size,
		       " (CONFIG_KPROBE_EVENTS; with CONFIG_DYNAMIC_FTRACE also CONFIG_KPROBE_EVENTS_ON_NOTRACE)");
	else if (s.nested)
		append(reason, size,
		       ": it takes the machine's root, not that of a user namespace: run outside of it");
	else if (s.root)
		append(reason, size,
		       ": %s: a security module forbids it (lockdown, SELinux, AppArmor)",
		       strerror(err));
	else
		append(reason, size,
		       ": run as root, who may write kprobe_events");
}

/** why_no_kallsyms() - why /proc/kallsyms has no addresses */
void why_no_kallsyms(char *reason, size_t size)
{
	int restricted = read_sysctl("/proc/sys/kernel/kptr_restrict");
	struct standing s = standing();

	snprintf(reason, size, "kallsyms cannot be read: ");
	if (restricted >= 2 && restricted != HIDDEN)
		append(reason, size, "kernel.kptr_restrict is %d: set it to 1",
		       restricted);
	else if (has_cap(&s, CAP_SYSLOG) && !s.nested)
		append(reason, size,
		       "/proc/kallsyms is masked, or a security module hides its addresses");
	else
		add_cap(&s, "SYSLOG",
			"kernel.kptr_restrict to 0 and kernel.perf_event_paranoid to 1",
			reason, size);
}

/**
 * why_no_secretmem() - why memfd_secret has failed
 * @err: positive
 * @reason: to be filled
 * @size: of @reason
 *
 * Nothing but a filter answers with EPERM. ENOSYS is the kernel's where secretmem is
 * off or not built, and newer filters' for all that they forbid.
 */
void why_no_secretmem(int err, char *reason, size_t size)
{
	static const char enable[] = "/sys/module/secretmem/parameters/enable";
	struct standing s = standing();
	struct utsname u;

	*reason = '\0';
	if (s.filtered &&
	    (err == EPERM || (err == ENOSYS && has_line(enable, "Y"))))
		add_filter("memfd_secret", reason, size);
	else if (err == ENOSYS && uname(&u) == 0)
		why_secretmem_is_missing(why_root, u.release, reason, size);
	else
		append(reason, size, "memfd_secret: %s", strerror(err));
	if (err == ENOSYS && s.filtered && !has_line(enable, "N") &&
	    !strstr(reason, "seccomp"))
		append(reason, size,
		       "; or the seccomp filter of this container hides memfd_secret");
}

/**
 * why_not_pinned() - why a task cannot be kept on a CPU
 * @cpu: number
 * @err: positive, of pin_task() or pin_trial()
 * @reason: to be filled
 * @size: of @reason
 */
void why_not_pinned(int cpu, int err, char *reason, size_t size)
{
	struct standing s = standing();
	char online[4096];

	snprintf(reason, size, "cannot run on CPU %d alone: %s: ", cpu,
		 strerror(err));
	if (is_filtered(&s, "sched_setaffinity"))
		add_filter("sched_setaffinity", reason, size);
	else if (err != EINVAL)
		append(reason, size,
		       "a security module forbids sched_setaffinity (AppArmor, SELinux)");
	else if (!read_rooted(why_root, "/sys/devices/system/cpu/online",
			      online, sizeof(online)))
		append(reason, size,
		       "it is offline, or not in the cpuset of this process");
	else if (!cpu_in_list(online, cpu))
		append(reason, size, "it is not among those online, %s", online);
	else
		append(reason, size, "it is not in the cpuset of this process");
}

/**
 * why_failed() - why something has failed, with what is known of the reason
 * @what: was tried; a system call is known by its name
 * @err: positive
 * @reason: to be filled
 * @size: of @reason
 */
void why_failed(const char *what, int err, char *reason, size_t size)
{
	struct standing s = standing();
	int disabled;

	snprintf(reason, size, "%s: %s", what, strerror(err));
	if (err != EPERM && err != EACCES && err != ENOSYS)
		return;
	if (!strncmp(what, "perf_event_open", 15)) {
		why_no_perf(err, WHY_USER, reason, size);
		return;
	}
	disabled = read_sysctl("/proc/sys/kernel/io_uring_disabled");
	if (!strncmp(what, "io_uring_setup", 14) && disabled > 0 &&
	    disabled != HIDDEN) {
		append(reason, size,
		       ": kernel.io_uring_disabled is %d: set it to 0", disabled);
	} else if (is_filtered(&s, what)) {
		append(reason, size, ": ");
		add_filter("it", reason, size);
	} else if (!strncmp(what, "/dev/", 5) && s.root && !s.nested) {
		append(reason, size,
		       ": a container has to be given the device (--device=%s)",
		       what);
	} else if (!strncmp(what, "mounting ", 9) &&
		   (s.nested || !has_cap(&s, CAP_SYS_ADMIN))) {
		append(reason, size, ": ");
		add_cap(&s, "SYS_ADMIN", NULL, reason, size);
	}
}
