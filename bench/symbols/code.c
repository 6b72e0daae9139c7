// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A hash of a function that is the same wherever the function, and what it refers to, was
 * linked: where an instruction has an address of the image, the name of what is there
 * stands for it. Strings and other data without a name are all one, for the linker sorts
 * and merges them.
 */
#include <stdlib.h>
#include <string.h>

#include "code.h"
#include "insn.h"

/**
 * struct text - bytes that are to be hashed
 * @v: bytes
 * @len: how many
 * @room: for how many there is room
 */
struct text {
	uint8_t *v;
	size_t len, room;
};

static void add(struct text *t, const void *bytes, size_t len)
{
	uint8_t *v;

	if (!len)
		return;
	if (!t->v || t->len + len > t->room) {
		t->room = 2 * (t->len + len) + 256;
		v = realloc(t->v, t->room);
		if (!v)
			abort();
		t->v = v;
	}
	memcpy(t->v + t->len, bytes, len);
	t->len += len;
}

static const struct span *span_of(const struct places *places, uint64_t addr)
{
	for (size_t i = 0; i < places->nr_spans; i++)
		if (addr - places->spans[i].addr < places->spans[i].size)
			return &places->spans[i];
	return NULL;
}

/* The last symbol that does not begin behind it, if it reaches as far. */
static const struct symbol *symbol_of(const struct places *places, uint64_t addr)
{
	size_t low = 0, high = places->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (places->symbols[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return NULL;
	return addr - places->symbols[low - 1].addr <
			       (places->symbols[low - 1].size
					? places->symbols[low - 1].size
					: 1)
		       ? &places->symbols[low - 1]
		       : NULL;
}

/* The four bytes at @at of a function: are they, as they are, no address of the image? */
static bool add_reference(struct text *t, const struct places *places,
			  const struct symbol *function, uint64_t end,
			  const uint8_t *bytes, bool relative)
{
	const struct symbol *symbol;
	uint64_t target, offset;
	int32_t value;

	memcpy(&value, bytes, sizeof(value));
	target = (relative ? end : 0) + (uint64_t)(int64_t)value;
	if (target - function->addr < function->size && relative)
		return false;
	symbol = symbol_of(places, target);
	if (!symbol && !span_of(places, target))
		return false;
	/* A small number is one, unless it is relative: per-CPU data begins at 0. */
	if (!relative && value >= 0)
		return false;
	if (symbol) {
		offset = target - symbol->addr;
		add(t, symbol->name, strlen(symbol->name) + 1);
		add(t, &offset, sizeof(offset));
	} else {
		add(t, "", 1);
	}
	return true;
}

static void add_insn(struct text *t, const struct places *places,
		     const struct symbol *function, size_t at,
		     const uint8_t *bytes, const struct insn *insn)
{
	size_t from = 0;

	for (size_t i = 0; i < insn->nr_refs; i++) {
		const struct insn_ref *ref = &insn->refs[i];

		add(t, bytes + from, ref->at - from);
		from = ref->at;
		if (add_reference(t, places, function,
				  function->addr + at + insn->len,
				  bytes + ref->at, ref->relative))
			from += 4;
	}
	add(t, bytes + from, insn->len - from);
}

/**
 * code_hash() - what a function does
 * @places: of the image
 * @function: of it
 * @bytes: its code, function->size of them
 * @digest: filled
 *
 * From an instruction on that is not known the bytes count as they are: it then differs
 * more often than it has to.
 */
void code_hash(const struct places *places, const struct symbol *function,
	       const uint8_t *bytes, uint8_t digest[SHA256_SIZE])
{
	struct text t = { 0 };
	struct insn insn;
	size_t at = 0;

	while (at < function->size &&
	       insn_read(bytes + at, function->size - at, &insn)) {
		add_insn(&t, places, function, at, bytes + at, &insn);
		at += insn.len;
	}
	add(&t, bytes + at, function->size - at);
	sha256(t.v ? t.v : (const uint8_t *)"", t.len, digest);
	free(t.v);
}
