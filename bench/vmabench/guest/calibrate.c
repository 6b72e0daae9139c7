// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Calibration of the plugin: code whose length is known, and which touches a known
 * number of cache lines, run in a guest between markers. The host compares what the
 * plugin counted.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "inside.h"
#include "marker.h"
#include "record/write.h"

#define LINE_BYTES 64
#define PAGE_BYTES 4096
#define WALK_PAGES 4
#define WALK_BYTES ((size_t)WALK_PAGES * PAGE_BYTES)

#if defined(__x86_64__)
/*
 * A region of @code, which begins a line: markers have 7 bytes. The compiler puts
 * nothing in between.
 */
#define REGION(code)                                         \
	".p2align 6\n\t"                                     \
	".skip 64 - 7, 0x90\n\t"                             \
	".byte 0x0f, 0x1f, 0x80\n\t.long %c[begin]\n\t" code \
	".byte 0x0f, 0x1f, 0x80\n\t.long %c[end]\n\t"
#define MARKERS                                                                \
	[begin] "i"(MARKER_MAGIC | MARKER_CALIBRATE), [end] "i"(MARKER_MAGIC | \
								MARKER_END)

/* @count times: load, store, decrement, jump. */
static void loop(unsigned long count)
{
	unsigned long cell = 0;

	__asm__ volatile(REGION("1:\n\t"
				"mov %[cell], %%rax\n\t"
				"mov %%rax, %[cell]\n\t"
				"dec %[count]\n\t"
				"jnz 1b\n\t")
			 : [count] "+r"(count), [cell] "+m"(cell)
			 : MARKERS
			 : "rax", "cc");
}

/* @times: set out, and @n times access memory, step on, decrement, jump. */
#define WALK(access, first, n, stride, times)                                   \
	__asm__ volatile(REGION("2:\n\t"                                        \
				"mov %[from], %%rcx\n\t"                        \
				"mov %[steps], %%rdx\n\t"                       \
				"1:\n\t" access "\n\t"                          \
				"add %[by], %%rcx\n\t"                          \
				"dec %%rdx\n\t"                                 \
				"jnz 1b\n\t"                                    \
				"dec %[passes]\n\t"                             \
				"jnz 2b\n\t")                                   \
			 : [passes] "+r"(times)                                 \
			 : [from] "r"(first), [steps] "r"(n), [by] "r"(stride), \
			   MARKERS                                              \
			 : "rax", "rcx", "rdx", "cc", "memory")

static void walk_read(char *first, unsigned long n, unsigned long stride,
		      unsigned long times)
{
	WALK("mov (%%rcx), %%rax", first, n, stride, times);
}

static void walk_written(char *first, unsigned long n, unsigned long stride,
			 unsigned long times)
{
	WALK("mov %%rax, (%%rcx)", first, n, stride, times);
}

/* Lines of NOPs, and one with the two instructions that have it all done again. */
#define CODE_LINES 16
static void code(unsigned long times)
{
	__asm__ volatile(REGION("1:\n\t"
				".skip %c[bytes], 0x90\n\t"
				"dec %[passes]\n\t"
				"jnz 1b\n\t")
			 : [passes] "+r"(times)
			 : [bytes] "i"(CODE_LINES * LINE_BYTES), MARKERS
			 : "cc");
}
#else
#define CODE_LINES 0
static void loop(unsigned long count)
{
	(void)count;
}

static void walk_read(char *first, unsigned long n, unsigned long stride,
		      unsigned long times)
{
	(void)first;
	(void)(n + stride + times);
}

static void walk_written(char *first, unsigned long n, unsigned long stride,
			 unsigned long times)
{
	walk_read(first, n, stride, times);
}

static void code(unsigned long times)
{
	(void)times;
}
#endif

/* struct known - what a region must have cost */
struct known {
	unsigned long insns, loads, stores;
	unsigned long lines_read, lines_written, lines_code, pages;
};

static int emit_known(FILE *out, const struct known *k)
{
	return emit(out, json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
				   "type", "calibration", "insns",
				   (json_int_t)k->insns, "loads",
				   (json_int_t)k->loads, "stores",
				   (json_int_t)k->stores, "lines_read",
				   (json_int_t)k->lines_read, "lines_written",
				   (json_int_t)k->lines_written, "lines_code",
				   (json_int_t)k->lines_code, "pages",
				   (json_int_t)k->pages));
}

static const unsigned long loops[] = { 1, 1000, 2000 };

/**
 * struct walk - accesses of 8 bytes
 * @offset: of the first
 * @n: how many
 * @stride: from one to the next
 * @times: how often all of it is done in one region
 * @lines: how many lines they lie on
 * @pages: and how many pages
 */
static const struct walk {
	unsigned long offset, n, stride, times;
	unsigned long lines, pages;
} walks[] = {
	{ .n = 1, .stride = LINE_BYTES, .times = 1, .lines = 1, .pages = 1 },
	{ .n = 250, .stride = LINE_BYTES, .times = 1, .lines = 250, .pages = 4 },
	/* Eight to a line. */
	{ .n = 250, .stride = 8, .times = 1, .lines = 32, .pages = 1 },
	/* A second walk adds none, */
	{ .n = 250, .stride = LINE_BYTES, .times = 2, .lines = 250, .pages = 4 },
	/* nor does one through another mapping of the same memory. */
	{ .n = 2 * WALK_BYTES / LINE_BYTES,
	  .stride = LINE_BYTES,
	  .times = 1,
	  .lines = WALK_BYTES / LINE_BYTES,
	  .pages = WALK_PAGES },
	/* Each lies on two lines, the only one of the last on two pages. */
	{ .offset = 60,
	  .n = 127,
	  .stride = 2 * LINE_BYTES,
	  .times = 1,
	  .lines = 254,
	  .pages = 4 },
	{ .offset = PAGE_BYTES - 4,
	  .n = 1,
	  .stride = LINE_BYTES,
	  .times = 1,
	  .lines = 2,
	  .pages = 2 },
};

static const unsigned long codes[] = { 1, 2 };

/* Memory that is mapped twice, the second time right behind the first. */
static char *map_twice(void)
{
	char *p = mmap(NULL, 2 * WALK_BYTES, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	/* Of a length of 0, mremap() makes another mapping. */
	if (p == MAP_FAILED ||
	    mremap(p, 0, WALK_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED,
		   p + WALK_BYTES) == MAP_FAILED)
		return NULL;
	/* What is there already is not faulted in between the markers. */
	memset(p, 1, 2 * WALK_BYTES);
	return p;
}

static int emit_walk(FILE *out, const struct walk *w, bool written)
{
	struct known k = {
		.insns = w->times * (4 * w->n + 4),
		.lines_code = 1,
		.pages = w->pages,
	};

	*(written ? &k.stores : &k.loads) = w->times * w->n;
	*(written ? &k.lines_written : &k.lines_read) = w->lines;
	return emit_known(out, &k);
}

static int emit_all(FILE *out)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(loops) / sizeof(*loops) && !err; i++)
		err = emit_known(out, &(struct known){
					      .insns = 4 * loops[i],
					      .loads = loops[i],
					      .stores = loops[i],
					      .lines_read = 1,
					      .lines_written = 1,
					      .lines_code = 1,
					      .pages = 1,
				      });
	for (size_t i = 0; i < sizeof(walks) / sizeof(*walks) && !err; i++) {
		err = emit_walk(out, &walks[i], false);
		if (!err)
			err = emit_walk(out, &walks[i], true);
	}
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes) && !err; i++)
		err = emit_known(out,
				 &(struct known){
					 .insns = codes[i] *
						  (CODE_LINES * LINE_BYTES + 2),
					 .lines_code = CODE_LINES + 1,
				 });
	return err;
}

/**
 * calibrate_guest - run what is known and say what it must have cost
 * @out: gets a line for each region
 *
 * Return: 0 or -errno.
 */
int calibrate_guest(FILE *out)
{
	char *memory = map_twice();

	if (!memory)
		return -errno;
	for (size_t i = 0; i < sizeof(loops) / sizeof(*loops); i++)
		loop(loops[i]);
	for (size_t i = 0; i < sizeof(walks) / sizeof(*walks); i++) {
		const struct walk *w = &walks[i];

		walk_read(memory + w->offset, w->n, w->stride, w->times);
		walk_written(memory + w->offset, w->n, w->stride, w->times);
	}
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		code(codes[i]);
	munmap(memory, 2 * WALK_BYTES);
	return emit_all(out);
}
