/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of caches: set-associative, least recently used, filled by reads and writes
 * alike. It is no CPU: nothing is prefetched, speculated or shared, and where functions
 * happen to lie moves what it says. What it is good for is one kernel, watched while one
 * thing changes.
 *
 * There are L1I, L1D, L2 behind both of them, and a data TLB of 4 KiB pages. The plugin
 * fills it; vmabench reads its geometry from the command line.
 */
#ifndef VMABENCH_MODEL_H
#define VMABENCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

#define MODEL_LINE_BYTES 64
#define MODEL_PAGE_BYTES 4096

enum model_cache {
	MODEL_L1I,
	MODEL_L1D,
	MODEL_L2,
	MODEL_DTLB,
	NR_MODEL_CACHES
};

/**
 * struct modelled - a cache of the model
 * @sets: number of sets, a power of two
 * @ways: lines in a set
 * @tags: by set, the one used last first; 0 is none
 * @misses: so far
 */
struct modelled {
	size_t sets, ways;
	uint64_t *tags;
	uint64_t misses;
};

/** struct model - all of them */
struct model {
	struct modelled v[NR_MODEL_CACHES];
};

/**
 * modelled_use - use a line, or a page
 * @c: cache
 * @number: of it; below 2^64 - 1
 *
 * Return: was it there?
 */
static inline bool modelled_use(struct modelled *c, uint64_t number)
{
	uint64_t *set = &c->tags[(number & (c->sets - 1)) * c->ways];
	uint64_t tag = number + 1;
	size_t at = 0;

	while (at < c->ways - 1 && set[at] != tag)
		at++;
	if (set[at] == tag) {
		memmove(set + 1, set, at * sizeof(*set));
		set[0] = tag;
		return true;
	}
	memmove(set + 1, set, (c->ways - 1) * sizeof(*set));
	set[0] = tag;
	c->misses++;
	return false;
}

/* What the first level misses, the second one is asked for. */
static inline void model_use(struct model *m, enum model_cache first,
			     uint64_t line)
{
	if (!modelled_use(&m->v[first], line))
		modelled_use(&m->v[MODEL_L2], line);
}

/** model_data - access data at @phys, which the kernel has at @vaddr */
static inline void model_data(struct model *m, uint64_t vaddr, uint64_t phys)
{
	modelled_use(&m->v[MODEL_DTLB], vaddr / MODEL_PAGE_BYTES);
	model_use(m, MODEL_L1D, phys / MODEL_LINE_BYTES);
}

/** model_code - execute @bytes of code at @vaddr */
static inline void model_code(struct model *m, uint64_t vaddr, uint64_t bytes)
{
	uint64_t line = vaddr / MODEL_LINE_BYTES;

	for (; line <= (vaddr + bytes - 1) / MODEL_LINE_BYTES; line++)
		model_use(m, MODEL_L1I, line);
}

/* "NAME:SIZE:WAYS" at *@text, as the first or after a slash. */
static inline bool model_parse_cache(struct model *m, const char **text)
{
	static const char *const names[NR_MODEL_CACHES] = {
		[MODEL_L1I] = "l1i:",
		[MODEL_L1D] = "l1d:",
		[MODEL_L2] = "l2:",
		[MODEL_DTLB] = "dtlb:",
	};
	size_t i = 0, entries;
	struct modelled *c;

	while (i < NR_MODEL_CACHES &&
	       strncmp(*text, names[i], strlen(names[i])) != 0)
		i++;
	if (i == NR_MODEL_CACHES || m->v[i].sets)
		return false;
	c = &m->v[i];
	*text += strlen(names[i]);
	entries = read_size(text);
	if (i != MODEL_DTLB) {
		if (entries % MODEL_LINE_BYTES)
			return false;
		entries /= MODEL_LINE_BYTES;
	}
	if (*(*text)++ != ':')
		return false;
	c->ways = read_size(text);
	if (!c->ways || !entries || entries > SIZE_NUMBER_MAX || entries % c->ways)
		return false;
	c->sets = entries / c->ways;
	return !(c->sets & (c->sets - 1));
}

/**
 * model_parse - read the geometry of a model
 * @m: filled in, without memory; empty before
 * @text: "l1i:SIZE:WAYS/l1d:SIZE:WAYS/l2:SIZE:WAYS/dtlb:ENTRIES:WAYS", in any order; a
 *	size is in bytes, or in K or M of them
 *
 * Return: false if it is none: all four have to be there, and numbers of sets to be
 * powers of two.
 */
static inline bool model_parse(struct model *m, const char *text)
{
	for (int i = 0; i < NR_MODEL_CACHES; i++) {
		if (!model_parse_cache(m, &text) ||
		    *text++ != (i < NR_MODEL_CACHES - 1 ? '/' : '\0'))
			return false;
	}
	return true;
}

/** model_new - give it memory, in which nothing is cached; false if there is none */
static inline bool model_new(struct model *m)
{
	for (int i = 0; i < NR_MODEL_CACHES; i++) {
		struct modelled *c = &m->v[i];

		c->tags = calloc(c->sets * c->ways, sizeof(*c->tags));
		if (!c->tags)
			return false;
	}
	return true;
}

#endif
