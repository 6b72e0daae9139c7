/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Markers: how the program under measurement tells the TCG plugin where a
 * region begins and ends.
 *
 * A marker is the seven-byte NOP 0f 1f 80 imm32 (nopl disp32(%rax)) with a
 * displacement that no compiler emits. It needs no privilege, costs one
 * instruction, and does nothing on a machine without the plugin.
 */
#ifndef VMABENCH_MARKER_H
#define VMABENCH_MARKER_H

#define MARKER_MAGIC 0x766d0000u /* "vm" in the upper half */
#define MARKER_MASK 0xffff0000u

/* What a region is about; goes in the low half of a begin marker. */
enum marker_id {
	MARKER_END = 0,
	MARKER_OP = 1,	      /* one operation of a scenario */
	MARKER_DRAIN = 2,     /* what the operations before it left to RCU */
	MARKER_CALIBRATE = 4, /* a known number of instructions */
	MARKER_LAST = MARKER_CALIBRATE,
};

#if defined(__x86_64__)
#define marker(id)                                             \
	__asm__ volatile(".byte 0x0f, 0x1f, 0x80\n\t.long %c0" \
			 :                                     \
			 : "i"(MARKER_MAGIC | (id))            \
			 : "memory")
#else
/* The exact tier is x86-64; elsewhere a marker is a compiler barrier. */
#define marker(id) __asm__ volatile("" : : "i"(id) : "memory")
#endif

#endif
