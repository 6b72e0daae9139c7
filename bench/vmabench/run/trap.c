// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Turning system calls of this process into signals. By seccomp, and where a kernel
 * was built without that, as those of the guests are, by syscall user dispatch (since
 * 5.11, always there on x86).
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

#if defined(__x86_64__)

/* Headers may be older. */
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_ON 1
#define SYSCALL_DISPATCH_FILTER_ALLOW 0
#define SYSCALL_DISPATCH_FILTER_BLOCK 1
#endif

static int trap_by_seccomp(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return -errno;
	return 0;
}

/*
 * The one call that a dispatched process makes by itself is the handler's return: calls
 * from here are let through. The address of one is that of the instruction after it.
 */
#define RETURN_BYTES 8
void trap_return(void);
__asm__(".pushsection .text\n"
	"trap_return:\n\t"
	"mov $15, %eax\n\t" /* rt_sigreturn */
	"syscall\n\t"
	"ud2\n"
	".popsection");

/* As the kernel has it: the library would put its own function for the return. */
struct kernel_sigaction {
	void (*handler)(int sig, siginfo_t *info, void *context);
	unsigned long flags;
	void (*restorer)(void);
	unsigned long mask;
};

#define SA_RESTORER_FLAG 0x04000000

static volatile char selector = SYSCALL_DISPATCH_FILTER_BLOCK;

static int trap_by_dispatch(trap_handler handler)
{
	struct kernel_sigaction action = {
		.handler = handler,
		.flags = SA_SIGINFO | SA_RESTORER_FLAG,
		.restorer = trap_return,
	};

	if (syscall(SYS_rt_sigaction, SIGSYS, &action, NULL, sizeof(action.mask)) ||
	    prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, trap_return,
		  RETURN_BYTES, &selector))
		return -errno;
	return 0;
}

/**
 * trap_calls - from here on, no system call of this process is made
 * @handler: of SIGSYS, gets each of them, and makes none
 *
 * Return: 0 or -errno.
 */
int trap_calls(trap_handler handler)
{
	struct sigaction action = { .sa_sigaction = handler,
				    .sa_flags = SA_SIGINFO };
	int err;

	if (sigaction(SIGSYS, &action, NULL))
		return -errno;
	err = trap_by_seccomp();
	return err == -EINVAL ? trap_by_dispatch(handler) : err;
}

/** trap_exit - end this process, all the same */
void trap_exit(void)
{
	selector = SYSCALL_DISPATCH_FILTER_ALLOW;
	_exit(0);
}

#endif
