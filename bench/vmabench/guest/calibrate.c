// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calibration of the instruction counter: code whose length is known, run in a
 * guest between markers. The host compares what the plugin counted.
 */

#include "inside.h"
#include "marker.h"
#include "record/write.h"

/*
 * In each region the loop is @n times: load, store, decrement, jump; one more
 * instruction sets the counter up. The program's own move of @n into a register
 * is inside the region, too, if the compiler so chooses: it is kept out by
 * passing @n in the register that the loop uses.
 */
#if defined(__x86_64__)
#define LOOP(n)                                            \
	do {                                               \
		unsigned long count = (n), cell = 0;       \
                                                           \
		__asm__ volatile("" : "+r"(count));        \
		marker(MARKER_CALIBRATE);                  \
		__asm__ volatile("1:\n\t"                  \
				 "mov %1, %%rax\n\t"       \
				 "mov %%rax, %1\n\t"       \
				 "dec %0\n\t"              \
				 "jnz 1b"                  \
				 : "+r"(count), "+m"(cell) \
				 :                         \
				 : "rax", "cc");           \
		marker(MARKER_END);                        \
	} while (0)
#else
#define LOOP(n) (void)(n)
#endif

static const unsigned int loops[] = { 1, 1000, 2000 };

/**
 * calibrate_guest - run the known loops and say what they must have cost
 * @out: gets a line for each
 *
 * Return: 0 or -errno.
 */
int calibrate_guest(FILE *out)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(loops) / sizeof(*loops); i++)
		LOOP(loops[i]);
	for (size_t i = 0; i < sizeof(loops) / sizeof(*loops) && !err; i++)
		err = emit(out, json_pack("{s:s, s:I, s:I, s:I}", "type",
					  "calibration", "insns",
					  (json_int_t)loops[i] * 4, "loads",
					  (json_int_t)loops[i], "stores",
					  (json_int_t)loops[i]));
	return err;
}
