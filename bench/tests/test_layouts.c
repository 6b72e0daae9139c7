// SPDX-License-Identifier: GPL-2.0-or-later
/* Layouts of the maple tree: how they are made, and what is read of their runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "host/exact.h"
#include "instruments/instrument.h"
#include "nothing.h"
#include "run/filler.h"
#include "run/layout.h"

SCENARIO(fake) = {
	SCENARIO_ID(fake),
	.claim = "nothing",
	.backing = &backing_none,
	.ops = { { .name = "mmap", .run = nothing } },
};

#define UNIT 4096ul
#define WINDOW 0x1000000000ul
#define WINDOW_UNITS 4
#define AREA 512 /* units on either side of the window's start */

/**
 * struct paper - a tree on paper: three leaves that are never split
 * @mapped: is there a VMA?
 * @odd: of the kind that does not merge with the other one
 * @offset: of its VMA in a slab
 * @nr: of VMAs that were made
 */
struct paper {
	bool mapped[2 * AREA];
	bool odd[2 * AREA];
	unsigned int offset[2 * AREA];
	unsigned int nr;
};

/* A VMA has 152 bytes and a slab 26 of them, as with userfaultfd. */
static unsigned int next_offset(struct paper *p)
{
	return p->nr++ % 26 * 152;
}

static size_t unit_of(unsigned long at)
{
	return (at - (WINDOW - AREA * UNIT)) / UNIT;
}

/* Nothing is mapped in the window, and what touches another VMA does not merge with it. */
static int map_paper(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct paper *p = context;
	size_t unit = unit_of(at);

	assert_int_equal(bytes, UNIT);
	if (unit >= 2 * AREA)
		return 0; /* far away */
	assert_false(unit >= AREA && unit < AREA + WINDOW_UNITS);
	assert_false(p->mapped[unit]);
	assert_false(unit != AREA + WINDOW_UNITS && p->mapped[unit - 1] &&
		     p->odd[unit - 1] == odd);
	assert_false(unit != AREA - 1 && p->mapped[unit + 1] &&
		     p->odd[unit + 1] == odd);
	p->mapped[unit] = true;
	p->odd[unit] = odd;
	p->offset[unit] = next_offset(p);
	return 0;
}

static int renew_paper(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct paper *p = context;
	size_t unit = unit_of(at);

	assert_int_equal(bytes, UNIT);
	assert_true(p->mapped[unit]);
	assert_int_equal(p->odd[unit], odd);
	p->offset[unit] = next_offset(p);
	return 0;
}

static int unmap_paper(void *context, unsigned long at, size_t bytes)
{
	struct paper *p = context;

	if (unit_of(at) < 2 * AREA)
		memset(p->mapped + unit_of(at), 0, bytes / UNIT);
	return 0;
}

/* Each VMA is an entry, and each gap; the leaves end behind a VMA, as they do. */
static int ask_paper(void *context, unsigned long at, struct vmabench_tree *tree)
{
	static const size_t ends[] = { 0, AREA - 51, AREA + 56, 2 * AREA };
	const struct paper *p = context;
	size_t unit = unit_of(at), leaf = 0;
	struct vmabench_tree_level *l = &tree->level[0];

	while (unit >= ends[leaf + 1])
		leaf++;
	memset(tree, 0, sizeof(*tree));
	tree->api = VMABENCH_TREE_API;
	tree->depth = 2;
	tree->mapped = p->mapped[unit];
	tree->vma.offset = p->offset[unit];
	tree->start = at / UNIT * UNIT;
	l->min = WINDOW - (AREA - ends[leaf]) * UNIT;
	l->max = l->min + (ends[leaf + 1] - ends[leaf]) * UNIT - 1;
	for (size_t i = ends[leaf]; i < ends[leaf + 1]; i++) {
		bool next = i == ends[leaf] || p->mapped[i] || p->mapped[i - 1];

		l->entries += next;
		if (i == unit)
			l->slot = l->entries - 1;
	}
	return 0;
}

static struct neighbours around(struct paper *p)
{
	memset(p, 0, sizeof(*p));
	p->mapped[AREA] = true; /* the window's VMA */
	return (struct neighbours){
		.window = WINDOW,
		.edge = { WINDOW, WINDOW + WINDOW_UNITS * UNIT },
		.unit_bytes = UNIT,
		.ask = ask_paper,
		.map = map_paper,
		.renew = renew_paper,
		.unmap = unmap_paper,
		.context = p,
	};
}

/* What operations look at beside the window begins with a cache line. */
static void nearest_are_aligned(const struct paper *p)
{
	size_t below = AREA - 1, above = AREA + WINDOW_UNITS;

	while (!p->mapped[below])
		below--;
	while (!p->mapped[above])
		above++;
	assert_int_equal(p->offset[below] % LINE_BYTES, 0);
	assert_int_equal(p->offset[above] % LINE_BYTES, 0);
}

/*
 * All that a leaf can have with no node split for it. It begins with a gap, behind which
 * is the window, or the VMA in front of it; and it ends with a gap and a VMA.
 */
static void test_it_makes_the_layout_that_is_wanted(void **state)
{
	static struct paper p;
	struct layout is, want = { .depth = 2 };

	for (want.entries = LEAF_MIN; want.entries <= LEAF_SLOTS; want.entries++)
		for (unsigned int i = 2; i < 2 * (want.entries - 2); i++) {
			struct neighbours n = around(&p);

			want.slot = i / 2;
			want.behind = i % 2;
			if (want.behind && want.slot < 2)
				continue;
			assert_true(make_layout(&n, &want));
			assert_int_equal(find_layout(&n, &is), 0);
			assert_true(same_layout(&is, &want));
			nearest_are_aligned(&p);
		}
}

/* VMAs that are freed at once: the next one is where the last one was, if that is gone. */
#define SLAB_VMAS 26

struct places {
	struct paper paper; /* first: the functions above take it for one */
	bool used[SLAB_VMAS], held[SLAB_VMAS];
	unsigned int last_freed, nr_held;
	unsigned int at[2 * AREA]; /* place of each unit's VMA */
};

static unsigned int take_place(struct places *s)
{
	unsigned int place = s->last_freed;

	for (unsigned int i = 0; i < SLAB_VMAS && s->used[place]; i++)
		place = i;
	assert_false(s->used[place]);
	s->used[place] = true;
	return place;
}

static void free_place(struct places *s, unsigned int place)
{
	s->used[place] = false;
	s->last_freed = place;
}

/* Those of no further interest are in other slabs. */
static int map_held(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct places *s = context;

	if (unit_of(at) >= 2 * AREA) {
		s->held[take_place(s)] = true;
		s->nr_held++;
	}
	return map_paper(context, at, bytes, odd);
}

/* The first time, it comes from one of the other slabs, and does not begin with a line. */
static int renew_at_once(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct places *s = context;
	size_t unit = unit_of(at);
	unsigned int place = take_place(s);

	if (s->at[unit])
		free_place(s, s->at[unit] - 1);
	s->at[unit] = place + 1;
	renew_paper(context, at, bytes, odd);
	s->paper.offset[unit] = place * 152;
	return 0;
}

static int unmap_held(void *context, unsigned long at, size_t bytes)
{
	struct places *s = context;

	for (unsigned int i = 0; i < SLAB_VMAS && unit_of(at) >= 2 * AREA; i++)
		if (s->held[i]) {
			s->held[i] = false;
			free_place(s, i);
		}
	return unmap_paper(context, at, bytes);
}

static void test_it_holds_objects_that_are_freed_at_once(void **state)
{
	static const struct layout want = { .depth = 2, .slot = 4, .entries = 10 };
	static struct places s;
	struct neighbours n = around(&s.paper);

	s.used[0] = true; /* the one place in turns of eight that would do */
	s.used[8] = true;
	s.last_freed = 1;
	n.map = map_held;
	n.renew = renew_at_once;
	n.unmap = unmap_held;
	assert_true(make_layout(&n, &want));
	nearest_are_aligned(&s.paper);
	assert_true(s.nr_held > 0);
}

/* No allocator is asked for ever. */
static int renew_in_vain(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct paper *p = context;

	p->offset[unit_of(at)] = 8;
	return 0;
}

static void test_it_gives_up_where_no_vma_begins_with_a_line(void **state)
{
	static struct paper p;
	struct neighbours n = around(&p);

	n.renew = renew_in_vain;
	assert_false(make_layout(&n, &(struct layout){ .depth = 2,
						       .slot = 4,
						       .entries = 10 }));
}

static void test_it_refuses_what_the_tree_does_not_allow(void **state)
{
	static const struct layout impossible[] = {
		{ .depth = 3, .slot = 4, .entries = 10 },
		{ .depth = 2, .slot = 9, .entries = 10 },
		{ .depth = 2, .slot = 0, .entries = 10, .behind = true },
	};
	static struct paper p;

	for (int i = 0; i < 3; i++) {
		struct neighbours n = around(&p);

		assert_false(make_layout(&n, &impossible[i]));
	}
}

static void test_no_target_comes_twice(void **state)
{
	const struct layout *t;
	unsigned int nr = layout_targets(&t);
	bool corner = false;

	assert_true(nr >= 64);
	for (unsigned int i = 0; i < nr; i++) {
		corner |= t[i].entries == LEAF_SLOTS && t[i].behind;
		for (unsigned int j = 0; j < i; j++)
			assert_false(same_layout(&t[i], &t[j]));
	}
	assert_true(corner);
}

/**
 * struct sides - a tree of three leaves, the second one with the window in a gap
 * @entries: on either side of the window
 * @has_some: a VMA was mapped there
 */
struct sides {
	int entries[2];
	bool has_some[2];
};

/* The first VMA is an entry and parts a gap in two; the others touch the one before. */
static int map_side(void *context, unsigned long at, size_t bytes, bool odd)
{
	struct sides *s = context;
	enum side side = at < WINDOW ? BELOW : ABOVE;

	s->entries[side] += s->has_some[side] ? 1 : 2;
	s->has_some[side] = true;
	return 0;
}

static int ask_side(void *context, unsigned long at, struct vmabench_tree *tree)
{
	const struct sides *s = context;
	struct vmabench_tree_level *l = &tree->level[0];
	const unsigned long near = 256 * UNIT;

	memset(tree, 0, sizeof(*tree));
	tree->depth = 2;
	if (at < WINDOW - near) {
		*l = (struct vmabench_tree_level){
			.max = WINDOW - near - 1,
			.entries = (unsigned int)s->entries[BELOW] - 3,
		};
	} else if (at < WINDOW + near) {
		*l = (struct vmabench_tree_level){
			.min = WINDOW - near,
			.max = WINDOW + near - 1,
			.slot = 3,
			.entries = 6,
		};
	} else {
		*l = (struct vmabench_tree_level){
			.min = WINDOW + near,
			.max = ~0ul,
			.entries = (unsigned int)s->entries[ABOVE] - 2,
		};
	}
	return 0;
}

static void test_sides_are_levelled_whatever_is_there(void **state)
{
	int nr = 0;

	for (int foreign = 8; foreign < 14; foreign++) {
		struct sides s = { .entries = { foreign, foreign + 1 } };
		struct neighbours n = {
			.window = WINDOW,
			.unit_bytes = UNIT,
			.ask = ask_side,
			.map = map_side,
			.context = &s,
		};

		assert_int_equal(level_sides(&n), 0);
		assert_int_equal(s.entries[BELOW], s.entries[ABOVE]);
		assert_true(!nr || s.entries[BELOW] == nr);
		nr = s.entries[BELOW];
		assert_true(nr > 14);
	}
}

/* Objects of 64 bytes in slabs of 4096, at places of 64 bytes. */
static void see(struct slab *slab, int number, int place)
{
	const struct vmabench_tree_object object = {
		.slab = (unsigned long)number,
		.offset = (unsigned int)place * 64,
		.bytes = 4096,
	};

	see_object(slab, &object);
}

static void see_all(struct slab *slab, int number, int step)
{
	for (int i = 0; i < 64; i += step)
		see(slab, number, i);
}

static void test_a_new_slab_is_known_behind_one_that_came_whole(void **state)
{
	struct slab slab = { 0 };

	see(&slab, 1, 62);
	see(&slab, 1, 63);
	see(&slab, 2, 0);
	assert_false(is_known(&slab));
	see_all(&slab, 3, 1);
	assert_false(is_known(&slab));
	see(&slab, 4, 0);
	assert_true(is_known(&slab));
	see(&slab, 4, 1);
	assert_true(is_known(&slab));
	/* One is missing, and what comes behind it is not known. */
	see(&slab, 4, 3);
	assert_false(is_known(&slab));
	see_all(&slab, 5, 1);
	see(&slab, 6, 0);
	assert_true(is_known(&slab));
	forget_order(&slab);
	assert_false(is_known(&slab));
}

static void test_slabs_that_others_have_used_are_not_new(void **state)
{
	struct slab slab = { 0 };

	see_all(&slab, 1, 1);
	/* Every other one is free; or the last ones; or all come the other way round. */
	see_all(&slab, 2, 2);
	see(&slab, 3, 0);
	assert_false(is_known(&slab));
	for (int i = 0; i < 32; i++)
		see(&slab, 3, i);
	see(&slab, 4, 0);
	assert_false(is_known(&slab));
	for (int i = 63; i >= 0; i--)
		see(&slab, 5, i);
	see(&slab, 6, 0);
	assert_false(is_known(&slab));
	/* Some come once more. */
	for (int i = 0; i < 40; i++)
		see(&slab, 7, i);
	for (int i = 20; i < 64; i++)
		see(&slab, 7, i);
	see(&slab, 8, 0);
	assert_false(is_known(&slab));
}

/* Some were missing before it was known how large one is; or others may have had some. */
static void test_a_slab_is_not_whole_whose_beginning_was_not_seen(void **state)
{
	struct slab slab = { 0 };

	for (int i = 0; i < 62; i += 2)
		see(&slab, 1, i);
	see(&slab, 1, 61);
	see(&slab, 1, 62);
	see(&slab, 1, 63);
	see(&slab, 2, 0);
	assert_false(is_known(&slab));

	for (int i = 1; i < 32; i++)
		see(&slab, 2, i);
	forget_order(&slab);
	for (int i = 32; i < 64; i++)
		see(&slab, 2, i);
	see(&slab, 3, 0);
	assert_false(is_known(&slab));
}

static void test_what_comes_next_is_of_the_same_slab(void **state)
{
	struct slab slab = { 0 }, none = { 0 };

	see_all(&slab, 1, 1);
	for (int i = 0; i < 51; i++)
		see(&slab, 2, i);
	assert_true(is_known(&slab));
	see(&slab, 2, 51);
	see(&slab, 2, 52);
	assert_false(is_known(&slab));
	assert_true(is_known(&none));
}

/* clang-format off */
#define TABLE \
	"ffffffff81000000 t mas_store_prealloc\n" \
	"ffffffff81000100 t mas_wr_bnode.isra.0\n" \
	"ffffffff81000200 t mas_split\n"
#define LINE(slot, order) \
	"{\"type\": \"layout-regions\", \"scenario\": \"fake\", \"version\": \"v\", " \
	"\"layout\": {\"depth\": 2, \"slot\": " #slot ", \"entries\": 9, \"behind\": true}, " \
	"\"kinds\": [\"mmap\", \"munmap\"], \"order\": " order "}"
#define OP(n) "region\t" #n "\t1\t0\t0\n"
#define SHARE(class, name, insns, calls) \
	#class "\t" name "\t" #insns "\t" #calls "\t3\t2\t4\t5\t6\t7\n"
/* clang-format on */

static const char two_ops[] = OP(0) SHARE(task, "mas_store_prealloc", 100, 2)
	SHARE(irq, "tick", 9, 1) OP(1) SHARE(task, "mas_wr_bnode.isra.0", 50, 1)
		SHARE(task, "mas_split", 60, 1) "end\t2\n";

static int read_run(const char *report, const char *insns, json_t *lines,
		    char *reason)
{
	char path[] = "/tmp/test_layouts.XXXXXX";
	int fd = mkstemp(path), err;
	json_t *said = json_loads(report, 0, NULL);
	struct regions r;

	assert_non_null(said);
	assert_int_equal(write(fd, insns, strlen(insns)), strlen(insns));
	close(fd);
	err = regions_read(path, &r);
	unlink(path);
	assert_int_equal(err, 0);
	err = layout_lines(said, &r, TABLE, lines, reason, 256);
	if (!err)
		layout_summaries(said, lines);
	regions_free(&r);
	json_decref(said);
	return err;
}

static json_int_t total(const json_t *line, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(line, "totals"),
						  key));
}

static void test_regions_become_lines(void **state)
{
	json_t *lines = json_array(), *line;
	char reason[256];

	assert_int_equal(read_run("[" LINE(3, "[0, 1]") "]", two_ops, lines,
				  reason),
			 0);
	assert_int_equal(json_array_size(lines), 4);
	line = json_array_get(lines, 0);
	assert_int_equal(total(line, "insns"), 100);
	assert_int_equal(total(line, "maple_stores"), 2);
	assert_int_equal(total(line, "node_splits"), 0);
	assert_int_equal(total(line, "lines_read"), 4);
	line = json_array_get(lines, 1);
	assert_string_equal(json_string_value(json_object_get(line, "op")),
			    "munmap");
	assert_int_equal(total(line, "insns"), 110);
	/* Of functions that call each other, one is counted. */
	assert_int_equal(total(line, "node_splits"), 1);
	assert_null(json_object_get(json_object_get(line, "totals"), "pages"));
	json_decref(lines);
}

static void test_what_is_left_out_is_counted(void **state)
{
	json_t *lines = json_array(), *line;
	char reason[256];

	assert_int_equal(read_run("[" LINE(3, "[0, 0]") "," LINE(4, "[]") "]",
				  two_ops, lines, reason),
			 0);
	assert_int_equal(json_array_size(lines), 3);
	line = json_array_get(lines, 1);
	assert_int_equal(json_integer_value(json_object_get(line, "measured")),
			 1);
	assert_int_equal(json_array_size(json_object_get(line, "left_out")), 1);
	line = json_array_get(lines, 2);
	assert_int_equal(json_integer_value(json_object_get(line, "measured")),
			 0);
	assert_int_equal(json_array_size(json_object_get(line, "left_out")), 2);
	json_decref(lines);
}

static void test_other_regions_than_the_guest_told_of_are_refused(void **state)
{
	static const char *const reports[] = {
		"[" LINE(3, "[0]") "]",
		"[" LINE(3, "[0, 1, 0]") "]",
		"[" LINE(3, "[0, 2]") "]",
		"[]",
	};

	for (int i = 0; i < 4; i++) {
		json_t *lines = json_array();
		char reason[256];

		assert_true(read_run(reports[i], two_ops, lines, reason) < 0);
		assert_non_null(strstr(reason, "over layouts, region "));
		json_decref(lines);
	}
}

static void test_runs_that_differ_are_told_by_their_layout(void **state)
{
	json_t *a = json_array(), *b = json_array();
	char reason[256], where[256];
	json_t *line;

	assert_int_equal(read_run("[" LINE(3, "[0]") "," LINE(4, "[1]") "]",
				  two_ops, a, reason),
			 0);
	/* The other way round, it is the same. */
	json_array_append(b, json_array_get(a, 1));
	json_array_append(b, json_array_get(a, 0));
	json_array_append(b, json_array_get(a, 2));
	json_array_append(b, json_array_get(a, 3));
	assert_false(layouts_differ(a, b, where, sizeof(where)));

	line = json_deep_copy(json_array_get(a, 0));
	json_object_set_new(json_object_get(line, "totals"), "insns",
			    json_integer(101));
	json_array_set_new(b, 1, line);
	assert_true(layouts_differ(a, b, where, sizeof(where)));
	assert_string_equal(where,
			    "mmap at depth 2, slot 3 of 9, behind another VMA: insns 100 or 101");
	json_array_remove(b, 1);
	assert_true(layouts_differ(b, a, where, sizeof(where)));
	assert_string_equal(where,
			    "mmap at depth 2, slot 3 of 9, behind another VMA, which only one of them has");
	json_decref(a);
	json_decref(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_makes_the_layout_that_is_wanted),
		cmocka_unit_test(test_it_holds_objects_that_are_freed_at_once),
		cmocka_unit_test(test_it_gives_up_where_no_vma_begins_with_a_line),
		cmocka_unit_test(test_it_refuses_what_the_tree_does_not_allow),
		cmocka_unit_test(test_no_target_comes_twice),
		cmocka_unit_test(test_sides_are_levelled_whatever_is_there),
		cmocka_unit_test(test_a_new_slab_is_known_behind_one_that_came_whole),
		cmocka_unit_test(test_slabs_that_others_have_used_are_not_new),
		cmocka_unit_test(test_a_slab_is_not_whole_whose_beginning_was_not_seen),
		cmocka_unit_test(test_what_comes_next_is_of_the_same_slab),
		cmocka_unit_test(test_regions_become_lines),
		cmocka_unit_test(test_what_is_left_out_is_counted),
		cmocka_unit_test(test_other_regions_than_the_guest_told_of_are_refused),
		cmocka_unit_test(test_runs_that_differ_are_told_by_their_layout),
	};

	return cmocka_run_group_tests_name("layouts", tests, NULL, NULL);
}
