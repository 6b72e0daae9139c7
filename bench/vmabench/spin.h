/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time in a guest of the exact tier is a count of instructions: it is spent by
 * executing them. (Asleep, QEMU's main loop sets the clock forward, in a race with
 * the CPU's thread, which has yet to account for what it has executed.)
 */
#ifndef VMABENCH_SPIN_H
#define VMABENCH_SPIN_H

#include <stdint.h>

void spin(unsigned long insns);
uint64_t spin_until(uint64_t tsc_insns);

#endif
