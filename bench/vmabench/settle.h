/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guests of the exact tier: the state that measuring starts from. */
#ifndef VMABENCH_SETTLE_H
#define VMABENCH_SETTLE_H

/*
 * With one CPU, the kernel takes membarrier() for a no-op. In a guest, a few ticks
 * let a grace period pass and its callbacks run; that they did is seen in the
 * counting pass: all that was allocated was freed.
 */
#define GUEST_QUIET_INSNS 50000000ul /* 5 ticks */

void settle_machine(void);
void settle_batch(void);

#endif
