/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instructions of x86-64, as far as it takes to find what they refer to. */
#ifndef INSN_H
#define INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As many as one instruction may have: mov $imm32, disp32. */
#define INSN_REFS_MAX 2

/**
 * struct insn_ref - four bytes of an instruction that may be an address
 * @at: where they are, from its start
 * @relative: to the end of the instruction; else sign-extended
 */
struct insn_ref {
	size_t at;
	bool relative;
};

/**
 * struct insn - one instruction
 * @len: its bytes
 * @refs: what may be addresses
 * @nr_refs: how many
 */
struct insn {
	size_t len;
	struct insn_ref refs[INSN_REFS_MAX];
	size_t nr_refs;
};

bool insn_read(const uint8_t *code, size_t len, struct insn *insn);

#endif
