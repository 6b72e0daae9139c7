// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * In a place of its own, of a length that is always the same: the guests of the
 * exact tier run the program that has it, and what a program is like in memory
 * moves counts by some instructions in a hundred operations. A commit that
 * changes nothing else is to change no count.
 */
#include "base/base.h"

const char suite_revision[64]
	__attribute__((section(".revision"))) = SUITE_REVISION;
