// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * refuse ERRNO CALL... -- COMMAND [ARG...]
 *
 * Runs a command under a seccomp filter, as a container's, that answers these system
 * calls with this error, by name, and lets all others pass.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

#define PROCMAP_QUERY_REQUEST 0xc0686611

/* One that does many things is refused by @value of its argument @arg, if that is not 0. */
static const struct {
	const char *name;
	unsigned int nr, arg, value;
} calls[] = {
	{ "perf_event_open", SYS_perf_event_open, 0, 0 },
	{ "memfd_create", SYS_memfd_create, 0, 0 },
	{ "memfd_secret", SYS_memfd_secret, 0, 0 },
	{ "io_uring_setup", SYS_io_uring_setup, 0, 0 },
	{ "unshare", SYS_unshare, 0, 0 },
	{ "mount", SYS_mount, 0, 0 },
	{ "ptrace", SYS_ptrace, 0, 0 },
	{ "process_vm_readv", SYS_process_vm_readv, 0, 0 },
	{ "process_vm_writev", SYS_process_vm_writev, 0, 0 },
	{ "sched_getaffinity", SYS_sched_getaffinity, 0, 0 },
	{ "sched_setaffinity", SYS_sched_setaffinity, 0, 0 },
	{ "PROCMAP_QUERY", SYS_ioctl, 1, PROCMAP_QUERY_REQUEST },
	{ "ADDR_NO_RANDOMIZE", SYS_personality, 0, ADDR_NO_RANDOMIZE },
	{ "PR_SET_SECCOMP", SYS_prctl, 0, PR_SET_SECCOMP },
};

static const struct {
	const char *name;
	unsigned int nr;
} errors[] = {
	{ "EPERM", EPERM },
	{ "EINVAL", EINVAL },
	{ "ENOSYS", ENOSYS },
	{ "ENOTTY", ENOTTY },
};

#define NR_CALLS (sizeof(calls) / sizeof(*calls))
#define NR_ERRORS (sizeof(errors) / sizeof(*errors))

/* What a call takes of the filter, at most. */
#define CALL_STEPS 5

static struct sock_filter filter[CALL_STEPS * NR_CALLS + 1];
static unsigned short nr_steps;

static int usage(void)
{
	fprintf(stderr,
		"Usage: refuse EPERM|EINVAL|ENOSYS|ENOTTY CALL... -- COMMAND [ARG...]\n");
	return 2;
}

static void load(size_t at)
{
	filter[nr_steps++] =
		(struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					     (unsigned int)at);
}

static void skip_unless(unsigned int value, unsigned char steps)
{
	filter[nr_steps++] =
		(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value,
					     0, steps);
}

static void answer(unsigned int action)
{
	filter[nr_steps++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
}

int main(int argc, char **argv)
{
	struct sock_fprog program = { .filter = filter };
	unsigned int refused = 0;
	size_t e = 0, c;
	int i;

	while (argc >= 5 && e < NR_ERRORS && strcmp(argv[1], errors[e].name))
		e++;
	if (argc < 5 || e == NR_ERRORS)
		return usage();
	for (i = 2; i < argc && strcmp(argv[i], "--"); i++) {
		for (c = 0; c < NR_CALLS && strcmp(argv[i], calls[c].name);)
			c++;
		if (c == NR_CALLS || refused++ == NR_CALLS)
			return usage();
		load(offsetof(struct seccomp_data, nr));
		skip_unless(calls[c].nr, calls[c].value ? 3 : 1);
		if (calls[c].value) {
			load(offsetof(struct seccomp_data, args[0]) +
			     calls[c].arg * sizeof(__u64));
			skip_unless(calls[c].value, 1);
		}
		answer(SECCOMP_RET_ERRNO | errors[e].nr);
	}
	if (i + 1 >= argc)
		return usage();
	answer(SECCOMP_RET_ALLOW);
	program.len = nr_steps;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("refuse: seccomp");
		return 1;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
