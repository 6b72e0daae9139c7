// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long instructions of x86-64 are, and where in them addresses may be. Opcodes are
 * those of the manuals of AMD and Intel, appendix A; what a kernel that is built
 * without AVX-512 has none of, EVEX, is not known.
 */
#include "insn.h"

/* What follows an opcode; an immediate of Z is four bytes, or two with a prefix 66. */
enum follows {
	F_NONE = 0,
	F_MODRM = 1 << 0,
	F_IMM8 = 1 << 1,
	F_IMM16 = 1 << 2,
	F_IMMZ = 1 << 3,
	F_IMMV = 1 << 4, /* as wide as the operand: eight bytes with REX.W */
	F_MOFFS = 1 << 5,
	F_REL = 1 << 6,
	F_TEST = 1 << 7, /* an immediate where ModRM.reg is 0 or 1: group 3 */
	F_BAD = 1 << 8,
};

/* Of one byte, in lines of 16. */
static unsigned int one_byte(uint8_t op)
{
	if (op < 0x40) {
		static const unsigned int arith[8] = { F_MODRM, F_MODRM,
						       F_MODRM, F_MODRM,
						       F_IMM8,	F_IMMZ,
						       F_BAD,	F_BAD };

		return arith[op & 7];
	}
	switch (op) {
	case 0x60 ... 0x62:
	case 0x82:
	case 0x9a:
	case 0xce:
	case 0xd4 ... 0xd6:
	case 0xea:
		return F_BAD;
	case 0x63:
	case 0x84 ... 0x8f:
	case 0xd0 ... 0xd3:
	case 0xd8 ... 0xdf:
	case 0xfe ... 0xff:
		return F_MODRM;
	case 0x68:
	case 0xa9:
		return F_IMMZ;
	case 0x69:
	case 0x81:
	case 0xc7:
		return F_MODRM | F_IMMZ;
	case 0x6a:
	case 0x70 ... 0x7f:
	case 0xa8:
	case 0xb0 ... 0xb7:
	case 0xcd:
	case 0xe0 ... 0xe7:
	case 0xeb:
		return F_IMM8;
	case 0x6b:
	case 0x80:
	case 0x83:
	case 0xc0 ... 0xc1:
	case 0xc6:
		return F_MODRM | F_IMM8;
	case 0xa0 ... 0xa3:
		return F_MOFFS;
	case 0xb8 ... 0xbf:
		return F_IMMV;
	case 0xc2:
	case 0xca:
		return F_IMM16;
	case 0xc8:
		return F_IMM16 | F_IMM8;
	case 0xe8 ... 0xe9:
		return F_REL;
	case 0xf6:
		return F_MODRM | F_TEST | F_IMM8;
	case 0xf7:
		return F_MODRM | F_TEST | F_IMMZ;
	default:
		return F_NONE;
	}
}

/* Of two bytes, the first of them 0f. */
static unsigned int two_bytes(uint8_t op)
{
	switch (op) {
	case 0x05 ... 0x09:
	case 0x0b:
	case 0x0e:
	case 0x30 ... 0x37:
	case 0x77:
	case 0xa0 ... 0xa2:
	case 0xa8 ... 0xaa:
	case 0xc8 ... 0xcf:
		return F_NONE;
	case 0x04:
	case 0x0a:
	case 0x0c:
		return F_BAD;
	case 0x80 ... 0x8f:
		return F_REL;
	case 0x0f:
	case 0x70 ... 0x73:
	case 0xa4:
	case 0xac:
	case 0xba:
	case 0xc2:
	case 0xc4 ... 0xc6:
		return F_MODRM | F_IMM8;
	default:
		return F_MODRM;
	}
}

/**
 * struct reader - what is left of an instruction
 * @code: its first byte
 * @at: the next byte
 * @len: bytes that there are
 */
struct reader {
	const uint8_t *code;
	size_t at;
	size_t len;
};

static int next_byte(struct reader *r)
{
	return r->at < r->len ? r->code[r->at++] : -1;
}

static void add_ref(struct insn *insn, size_t at, bool relative)
{
	if (insn->nr_refs < INSN_REFS_MAX)
		insn->refs[insn->nr_refs++] = (struct insn_ref){ at, relative };
}

/* ModRM, SIB and displacement. Return: the register in it, or -1. */
static int read_modrm(struct reader *r, struct insn *insn)
{
	int modrm = next_byte(r), mod = modrm >> 6, rm = modrm & 7, base = rm;

	if (modrm < 0)
		return -1;
	if (mod == 3)
		return modrm >> 3 & 7;
	if (rm == 4) {
		base = next_byte(r);
		if (base < 0)
			return -1;
		base &= 7;
	}
	if (mod == 1) {
		r->at++;
	} else if (mod == 2 || base == 5) {
		/* Without SIB it is of the next instruction. */
		add_ref(insn, r->at, mod == 0 && rm == 5);
		r->at += 4;
	}
	return modrm >> 3 & 7;
}

/* What stands in front of the opcode; the opcode that follows, or -1. */
static int read_prefixes(struct reader *r, bool *narrow, bool *wide)
{
	int byte;

	for (;;) {
		byte = next_byte(r);
		switch (byte) {
		case 0x66:
			*narrow = true;
			break;
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e:
		case 0x64:
		case 0x65:
		case 0x67:
		case 0xf0:
		case 0xf2:
		case 0xf3:
			break;
		case 0x40 ... 0x4f:
			*wide = byte & 8;
			return next_byte(r);
		default:
			return byte;
		}
	}
}

/* Opcode, of whichever map; what follows it. */
static unsigned int read_opcode(struct reader *r, int op)
{
	int map = 1;

	if (op == 0xc4 || op == 0xc5) { /* VEX */
		if (op == 0xc4) {
			map = next_byte(r) & 0x1f;
			next_byte(r);
		} else {
			next_byte(r);
		}
		op = next_byte(r);
	} else if (op == 0x0f) {
		op = next_byte(r);
		if (op == 0x38 || op == 0x3a) {
			map = op == 0x38 ? 2 : 3;
			op = next_byte(r);
		}
	} else {
		return op < 0 ? F_BAD : one_byte((uint8_t)op);
	}
	if (op < 0 || map < 1 || map > 3)
		return F_BAD;
	if (map == 1)
		return two_bytes((uint8_t)op);
	return map == 2 ? F_MODRM : F_MODRM | F_IMM8;
}

/**
 * insn_read() - take an instruction apart
 * @code: where it begins
 * @len: bytes from there to the end of what it is in
 * @insn: filled
 *
 * Return: whether it is known, and whole.
 */
bool insn_read(const uint8_t *code, size_t len, struct insn *insn)
{
	struct reader r = { .code = code, .len = len };
	bool narrow = false, wide = false;
	int op = read_prefixes(&r, &narrow, &wide), reg;
	unsigned int follows = read_opcode(&r, op);

	*insn = (struct insn){ 0 };
	if (follows & F_BAD)
		return false;
	if (follows & F_MODRM) {
		reg = read_modrm(&r, insn);
		if (reg < 0)
			return false;
		if (follows & F_TEST && reg > 1)
			follows &= ~(unsigned int)(F_IMM8 | F_IMMZ);
	}
	if (follows & F_IMMV && wide) {
		r.at += 8;
	} else if (follows & (F_IMMZ | F_IMMV | F_REL)) {
		if (!narrow)
			add_ref(insn, r.at, follows & F_REL);
		r.at += narrow ? 2 : 4;
	}
	if (follows & F_IMM16)
		r.at += 2;
	if (follows & F_IMM8)
		r.at++;
	if (follows & F_MOFFS)
		r.at += 8;
	insn->len = r.at;
	return r.at <= len;
}
