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
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static const struct {
	const char *name;
	unsigned int nr;
} calls[] = {
	{ "perf_event_open", SYS_perf_event_open },
	{ "memfd_create", SYS_memfd_create },
	{ "memfd_secret", SYS_memfd_secret },
	{ "io_uring_setup", SYS_io_uring_setup },
	{ "unshare", SYS_unshare },
	{ "mount", SYS_mount },
};

#define NR_CALLS (sizeof(calls) / sizeof(*calls))

static int usage(void)
{
	fprintf(stderr,
		"Usage: refuse EPERM|ENOSYS CALL... -- COMMAND [ARG...]\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct sock_filter filter[2 * NR_CALLS + 2] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
	};
	struct sock_fprog program = { .len = 1, .filter = filter };
	unsigned int err;
	int i;

	if (argc < 5 || (strcmp(argv[1], "EPERM") && strcmp(argv[1], "ENOSYS")))
		return usage();
	err = strcmp(argv[1], "EPERM") ? ENOSYS : EPERM;
	for (i = 2; i < argc && strcmp(argv[i], "--"); i++) {
		size_t c = 0;

		while (c < NR_CALLS && strcmp(argv[i], calls[c].name))
			c++;
		if (c == NR_CALLS || program.len + 2u > 2 * NR_CALLS + 1)
			return usage();
		filter[program.len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						     calls[c].nr, 0, 1);
		filter[program.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						     SECCOMP_RET_ERRNO | err);
	}
	if (i + 1 >= argc)
		return usage();
	filter[program.len++] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
		perror("refuse: seccomp");
		return 1;
	}
	execvp(argv[i + 1], argv + i + 1);
	perror(argv[i + 1]);
	return 127;
}
