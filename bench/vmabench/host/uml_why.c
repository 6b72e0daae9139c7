// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why a kernel that is a program did not end as it should: what this machine refuses it,
 * in a line, with what would enable it. It says that itself, on its console, but for
 * where it was killed.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/base.h"
#include "exact.h"
#include "system/system.h"
#include "uml.h"

/* The error that is named after @sign in @console; 0 where the sign is not there. */
static int error_after(const char *console, const char *sign)
{
	static const int errors[] = { EPERM, EACCES, ENOSYS, EAGAIN, ENOMEM };
	const char *at = strstr(console, sign);
	size_t len = at ? strcspn(at, "\n") : 0;

	for (size_t i = 0; at && i < ARRAY_SIZE(errors); i++) {
		const char *found = strstr(at, strerror(errors[i]));

		if (found && found < at + len)
			return errors[i];
	}
	return at ? EIO : 0;
}

static char *why_ptrace(const char *console)
{
	char reason[512];
	int err = error_after(console, "ptrace: ");

	if (!err)
		return NULL;
	why_failed("ptrace", err, reason, sizeof(reason));
	return xasprintf("%s%s", reason,
			 strstr(reason, "seccomp")
				 ? ""
				 : ": a security module forbids it (Yama, SELinux, AppArmor), or this is not Linux itself");
}

static char *why_killed(const struct uml *u)
{
	if (!WIFSIGNALED(u->status) || WTERMSIG(u->status) != SIGKILL)
		return NULL;
	if (u->oom_kills > 0)
		return xasprintf("the OOM killer has ended it: less than %u MiB are left of the memory of this cgroup (memory.max): raise that, or take less (--memory)",
				 u->memory_mib + UML_BESIDES_MIB);
	return xasprintf("it was killed, and not by vmabench: by the OOM killer, if dmesg has that");
}

/* The first that holds; @console is what the kernel said. To be freed, or NULL. */
static char *find_why(const struct uml *u, const char *console, bool *is_short)
{
	bool bus_error = strstr(console, "Kernel mode signal 7");
	char *why = why_killed(u);

	*is_short = u->oom_kills > 0 || bus_error;
	if (!why)
		why = why_ptrace(console);
	if (why)
		return why;
	if (strstr(console, "emulation for ptrace...missing"))
		return xasprintf("this machine has no PTRACE_SYSEMU, as gVisor has not: measure outside of it");
	if (error_after(console, "fork failed") == EAGAIN ||
	    strstr(console, "clone failed, errno = 11"))
		return xasprintf("no more processes are allowed: raise that (ulimit -u, pids.max of the cgroup)");
	if (strstr(console, "write: File too large"))
		return xasprintf("files are limited, and its memory is one of up to %u MiB: raise the limit (ulimit -f)",
				 u->memory_mib + UML_GAP_MIB);
	if (strstr(console, "failed - errno = -12") ||
	    strstr(console, "failed, err = -12") ||
	    error_after(console, "mmap: ") == ENOMEM)
		return xasprintf("its address space is limited: raise the limit (ulimit -v), or overcommit (vm.overcommit_memory)");
	if (bus_error)
		return xasprintf("there is no room left in %s for its %u MiB of memory: make some, or set TMPDIR to another folder",
				 u->memory_dir, u->memory_mib);
	if (strstr(console, "System is deadlocked on memory"))
		return xasprintf("its %u MiB of memory do not do for these scenarios: give it more (--memory)",
				 u->memory_mib);
	if (error_after(console, "vmlinux: ") == EACCES)
		return xasprintf("%s cannot be run: is that mounted noexec? Keep kernels elsewhere (VMABENCH_CACHE)",
				 u->vmlinux);
	return NULL;
}

/**
 * uml_why - what this machine refused a kernel
 * @u: that has ended
 * @is_short: gets whether one with less memory would have gone further
 *
 * Return: the reason, to be freed; NULL if it is not that of the machine.
 */
char *uml_why(const struct uml *u, bool *is_short)
{
	size_t len;
	char *console = read_whole(u->console, "", &len);
	char *why = find_why(u, console ? console : "", is_short);

	free(console);
	return why;
}
