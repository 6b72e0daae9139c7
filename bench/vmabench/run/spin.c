// SPDX-License-Identifier: GPL-2.0-or-later
#include "run/run.h"

#define BLOCK_INSNS 500 /* one translated block */
#define SLED_INSNS (2 * BLOCK_INSNS)

/** spin - executes @insns instructions, at least 500, rounded down to that */
void spin(unsigned long insns)
{
	unsigned long n = insns / BLOCK_INSNS;

	/* NOPs are time to the guest's clock, and nothing to the host. */
#if defined(__x86_64__)
	__asm__ volatile("1: .rept %c1 - 2\n\tnop\n\t.endr\n\t"
			 "dec %0\n\tjnz 1b"
			 : "+r"(n)
			 : "i"(BLOCK_INSNS)
			 : "cc");
#else
	while (n--)
		__asm__ volatile("" : : : "memory");
#endif
}

/**
 * spin_until - executes instructions until the TSC, a count of them, reads @tsc_insns
 *
 * Whoever waits for the same count goes on at the same count: the last of them are
 * as many NOPs as are left, and what follows takes the same path.
 *
 * Return: by how much the TSC is beyond @tsc_insns then: a few instructions; many if
 * it was past already, or an interrupt came at the end.
 */
uint64_t spin_until(uint64_t tsc_insns)
{
#if defined(__x86_64__)
	uint64_t left;

	while ((int64_t)(left = tsc_insns - __builtin_ia32_rdtsc()) > SLED_INSNS)
		spin(left / 2); /* interrupts take some of it, too */
	left = tsc_insns;
	__asm__ volatile("rdtsc\n\t"
			 "shl $32, %%rdx\n\t"
			 "or %%rdx, %%rax\n\t"
			 "sub %%rax, %[left]\n\t"
			 "cmp %[sled], %[left]\n\t"
			 "ja 1f\n\t"
			 "lea 1f(%%rip), %%rax\n\t"
			 "sub %[left], %%rax\n\t"
			 "jmp *%%rax\n\t"
			 ".fill %c[sled], 1, 0x90\n"
			 "1:"
			 : [left] "+r"(left)
			 : [sled] "i"(SLED_INSNS)
			 : "rax", "rdx", "cc");
	return __builtin_ia32_rdtsc() - tsc_insns;
#else
	return 0;
#endif
}

/**
 * spin_until_multiple - executes instructions until the TSC reads a multiple of @insns
 *
 * Return: the multiple; always 0 on a machine without a TSC.
 */
uint64_t spin_until_multiple(uint64_t insns)
{
#if defined(__x86_64__)
	uint64_t until;

	/* Again if an interrupt came at the end, as it then does in any case. */
	do {
		until = (__builtin_ia32_rdtsc() / insns + 1) * insns;
	} while (spin_until(until) > SPIN_LATE_INSNS);
	return until;
#else
	return 0;
#endif
}
