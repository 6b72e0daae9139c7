// SPDX-License-Identifier: GPL-2.0-or-later
/* From what the plugin writes to rows and bills of a record. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#define SCENARIO_VERSION "test"

#include "base/base.h"
#include "host/exact.h"
#include "instruments/instrument.h"
#include "nothing.h"

SCENARIO(fake) = {
	SCENARIO_ID(fake),
	.claim = "two operations",
	.backing = &backing_none,
	.set = SET_PRIMARY,
	.ops = {
		{ .name = "mmap", .run = nothing },
		{ .name = "munmap", .run = nothing },
	},
};

SCENARIO(waits) = {
	SCENARIO_ID(waits),
	.claim = "an operation that ends in another process",
	.backing = &backing_none,
	.ops = { { .name = "exit", .run = nothing, .switches = 2 } },
};

/* clang-format off */
#define REGION(n, id, irqs, switches) \
	"region\t" #n "\t" #id "\t" #irqs "\t" #switches "\n"
#define OP(n) REGION(n, 1, 0, 0)
#define DRAIN(n) REGION(n, 2, 3, 4)
/* class, function, instructions, calls, loads, stores, lines read, ... */
#define SHARE_WITH(class, name, insns, calls, loads, stores, r, w, x, pages) \
	#class "\t" name "\t" #insns "\t" #calls "\t" #loads "\t" #stores \
	"\t" #r "\t" #w "\t" #x "\t" #pages "\n"
#define SHARE(class, name, insns, calls, loads, stores) \
	SHARE_WITH(class, name, insns, calls, loads, stores, 0, 0, 0, 0)

/* One batch to warm up and two that count, of two operations each. */
#define PLAN(kinds, ops) \
	"{\"type\": \"regions\", \"scenario\": \"fake\", \"version\": \"test\", " \
	"\"kinds\": [" kinds "], \"ops\": " #ops ", \"warmup\": 1, \"batches\": 2}"
static const char plan[] = PLAN("\"mmap\"", 2);
static const char good[] =
	OP(0) SHARE(task, "do_mmap", 9000, 9000, 9000, 9000)
	OP(1) SHARE(task, "do_mmap", 9001, 9001, 9001, 9001)
	DRAIN(2) SHARE(rcu, "i_callback", 9002, 9002, 9002, 9002)

	OP(3) SHARE_WITH(task, "do_mmap", 100, 1, 20, 10, 11, 6, 14, 5)
	      SHARE_WITH(task, "alloc", 30, 2, 5, 4, 3, 2, 1, 0)
	      SHARE(user, "[user]", 7, 0, 1, 1)
	REGION(4, 1, 1, 0)
	      SHARE_WITH(task, "do_mmap", 101, 1, 21, 11, 12, 7, 15, 6)
	      SHARE_WITH(irq, "tick", 50, 1, 9, 9, 8, 7, 6, 5)
	      SHARE(rcu, "i_callback", 8, 1, 7, 7)
	      SHARE(refill, "fill", 1000, 3, 200, 300)
	DRAIN(5) SHARE(task, "idle", 500, 5, 50, 50)
		 SHARE(rcu, "i_callback", 60, 2, 6, 6)

	OP(6) SHARE_WITH(task, "do_mmap", 102, 1, 22, 12, 13, 8, 16, 7)
	OP(7) SHARE(task, "do_mmap", 103, 1, 23, 13)
	DRAIN(8) SHARE(task, "idle", 501, 5, 50, 50)
	"end\t9\n";
/* clang-format on */

/* @text with @to in the place of @from; to be freed. */
static char *edited(const char *text, const char *from, const char *to)
{
	const char *at = from ? strstr(text, from) : text;

	if (!at)
		fail_msg("there is no \"%s\"", from);
	return from ? xasprintf("%.*s%s%s", (int)(at - text), text, to,
				at + strlen(from))
		    : xasprintf("%s", text);
}

/* A file of @text, under a name that is good until the next one. */
static const char *file_of(const char *text)
{
	static char path[32];
	static int fd = -1;

	if (fd >= 0)
		close(fd);
	fd = memfd_create("plugin", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	return path;
}

static void read_good(struct regions *r, const char *from, const char *to)
{
	char *text = edited(good, from, to);

	assert_int_equal(regions_read(file_of(text), r), 0);
	free(text);
}

/**
 * struct read_case - what the plugin wrote, and whether it is whole
 * @name: what is different
 * @from: what is in "good"
 * @to: and what is there instead
 * @err: what regions_read() returns
 */
static const struct read_case {
	const char *name;
	const char *from;
	const char *to;
	int err;
} read_cases[] = {
	{ "all of it", NULL, NULL, 0 },
	{ "nothing was measured", good, "end\t0\n", 0 },
	{ "an empty file", good, "", -EBADMSG },
	{ "no end", "end\t9\n", "", -EBADMSG },
	{ "cut in the last line", "end\t9\n", "en", -EBADMSG },
	{ "cut before the number", "end\t9\n", "end\t", -EBADMSG },
	{ "more regions than there are", "end\t9", "end\t10", -EBADMSG },
	{ "fewer", "end\t9", "end\t8", -EBADMSG },
	{ "a region is missing", "region\t4\t1\t1\t0\n", "", -EBADMSG },
	{ "a region is there twice", "region\t4\t",
	  "region\t3\t1\t0\t0\nregion\t4\t", -EBADMSG },
	{ "a region has the number of another", "region\t4\t", "region\t5\t",
	  -EBADMSG },
	{ "a region without interrupts and switches", "region\t3\t1\t0\t0",
	  "region\t3\t1", -EBADMSG },
	{ "a share of no region", good,
	  "task\tdo_mmap\t1\t1\t1\t1\t1\t1\t1\t1\nend\t0\n", -EBADMSG },
	{ "a share without cache lines", "30\t2\t5\t4\t3\t2\t1\t0\n",
	  "30\t2\t5\t4\n", -EBADMSG },
	{ "a share without pages", "5\t4\t3\t2\t1\t0\n", "5\t4\t3\t2\t1\n",
	  -EBADMSG },
	{ "a share with more than pages", "5\t4\t3\t2\t1\t0\n",
	  "5\t4\t3\t2\t1\t0\t0\n", -EBADMSG },
	{ "a count below 0", "5\t4\t3\t2\t1\t0\n", "5\t4\t3\t2\t-1\t0\n",
	  -EBADMSG },
	{ "a count that is a word", "30\t2\t5\t4\t", "30\t2\tx\t4\t", -EBADMSG },
	{ "a share that is cut, as is what follows",
	  "30\t2\t5\t4\t3\t2\t1\t0\n", "30\t2", -EBADMSG },
	{ "an unknown class", "task\talloc", "tusk\talloc", -EBADMSG },
	{ "a class that is longer than any", "task\talloc", "tasktask\talloc",
	  -EBADMSG },
	{ "a line of something else", "task\talloc", "warning\ntask\talloc",
	  -EBADMSG },
	{ "an empty line", "task\talloc", "\ntask\talloc", -EBADMSG },
	{ "what follows the end is not read", "end\t9\n", "end\t9\nx\n", 0 },
};

static void reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(read_cases); i++) {
		const struct read_case *c = &read_cases[i];
		char *text = edited(good, c->from, c->to);
		struct regions r;
		int err = regions_read(file_of(text), &r);

		if (err != c->err)
			fail_msg("%s: %d instead of %d", c->name, err, c->err);
		regions_free(&r);
		free(text);
	}
}

static void what_was_read(void **state)
{
	char name[257];
	struct regions r;
	char *text;

	(void)state;
	read_good(&r, NULL, NULL);
	assert_int_equal(r.nr, 9);
	assert_int_equal(r.nr_shares, 15);
	assert_int_equal(r.v[4].id, 1);
	assert_int_equal(r.v[4].irqs, 1);
	assert_int_equal(r.v[2].switches, 4);
	assert_int_equal(r.v[3].nr, 3);
	assert_int_equal(r.v[3].counts[CLASS_TASK][COUNT_INSNS], 130);
	assert_int_equal(r.v[3].counts[CLASS_USER][COUNT_INSNS], 7);
	assert_int_equal(r.v[4].counts[CLASS_REFILL][COUNT_INSNS], 1000);
	assert_string_equal(r.shares[r.v[3].first + 1].function, "alloc");
	/* Names are kept once. */
	assert_ptr_equal(r.shares[r.v[3].first].function,
			 r.shares[r.v[4].first].function);
	regions_free(&r);
	assert_int_equal(regions_read("/no/such/file", &r), -ENOENT);
	regions_free(&r);

	/* A symbol of the kernel has at most 512 characters, of a record 255. */
	memset(name, 'x', 256);
	name[256] = '\0';
	text = edited(good, "do_mmap", name);
	assert_int_equal(regions_read(file_of(text), &r), -EBADMSG);
	regions_free(&r);
	free(text);
	name[255] = '\0';
	read_good(&r, "do_mmap", name);
	assert_string_equal(r.shares[0].function, name);
	regions_free(&r);
}

/* The first line with these values of these keys, in turn, up to NULL. */
static const json_t *find_line(const json_t *lines, const char *const *wanted)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		bool is_it = true;

		for (const char *const *w = wanted; *w && is_it; w += 2) {
			const char *value =
				json_string_value(json_object_get(line, w[0]));

			is_it = value && !strcmp(value, w[1]);
		}
		if (is_it)
			return line;
	}
	return NULL;
}

#define find(lines, ...) \
	find_line(lines, (const char *const[]){ "type", __VA_ARGS__, NULL })

static void assert_json(const json_t *line, const char *key, const char *wanted)
{
	const json_t *value = json_object_get(line, key);
	json_t *want = json_loads(wanted, JSON_DECODE_ANY, NULL);
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	if (!json_equal(value, want))
		fail_msg("\"%s\" is %s instead of %s", key, text, wanted);
	free(text);
	json_decref(want);
}

static void assert_row(const json_t *lines, const char *op, const char *metric,
		       const char *batches)
{
	const json_t *row = find(lines, "row", "op", op, "metric", metric);

	if (!row)
		fail_msg("no row %s %s", op, metric);
	assert_json(row, "batches", batches);
	assert_json(row, "exact", "true");
	assert_json(row, "pass", "\"insns\"");
	assert_json(row, "set", "\"primary\"");
}

static void rows(void **state)
{
	json_t *line = json_loads(plan, 0, NULL), *lines = json_array();
	const json_t *row;
	struct regions r;
	char reason[256];

	(void)state;
	read_good(&r, NULL, NULL);
	assert_int_equal(regions_rows(line, &r, lines, reason, sizeof(reason)),
			 0);
	assert_row(lines, "mmap", "insns", "[231, 205]");
	assert_row(lines, "mmap", "mem_loads", "[46, 45]");
	assert_row(lines, "mmap", "mem_stores", "[25, 25]");
	assert_row(lines, "mmap", "lines_read", "[26, 13]");
	assert_row(lines, "mmap", "lines_written", "[15, 8]");
	assert_row(lines, "mmap", "lines_code", "[30, 16]");
	assert_row(lines, "mmap", "pages", "[11, 7]");
	assert_row(lines, "mmap", "insns_irq", "[58, 0]");
	assert_row(lines, "mmap", "insns_user", "[7, 0]");
	assert_row(lines, "mmap", "insns_deferred", "[60, 0]");
	row = find(lines, "row", "metric", "insns");
	assert_json(row, "per_op", "[130, 101, 102, 103]");
	assert_json(row, "ops", "2");
	assert_json(row, "version", "\"test\"");
	/* How many refills there are depends on what ran before. */
	assert_int_equal(json_array_size(lines), 10 + 6);

	row = find(lines, "functions", "region", "op", "class", "task");
	assert_json(row, "functions",
		    "[[\"alloc\", 30, 2, 5, 4, 3, 2, 1, 0],"
		    " [\"do_mmap\", 406, 4, 86, 46, 36, 21, 45, 18]]");
	assert_json(row, "ops", "4");
	row = find(lines, "functions", "region", "op", "class", "irq");
	assert_json(row, "functions", "[[\"tick\", 50, 1, 9, 9, 8, 7, 6, 5]]");
	row = find(lines, "functions", "region", "op", "class", "rcu");
	assert_json(row, "functions",
		    "[[\"i_callback\", 8, 1, 7, 7, 0, 0, 0, 0]]");
	row = find(lines, "functions", "region", "op", "class", "refill");
	assert_json(row, "functions",
		    "[[\"fill\", 1000, 3, 200, 300, 0, 0, 0, 0]]");
	row = find(lines, "functions", "region", "op", "class", "user");
	assert_json(row, "functions", "[[\"[user]\", 7, 0, 1, 1, 0, 0, 0, 0]]");
	row = find(lines, "functions", "region", "drain", "class", "rcu");
	assert_json(row, "functions",
		    "[[\"i_callback\", 60, 2, 6, 6, 0, 0, 0, 0]]");
	/* What else ran while the drain waited is nobody's. */
	assert_null(find(lines, "functions", "region", "drain", "class", "task"));
	regions_free(&r);
	json_decref(line);
	json_decref(lines);
}

/* Regions of a batch come one kind of operation after the other. */
static void two_kinds(void **state)
{
	/* clang-format off */
	static const char text[] =
		OP(0) SHARE(task, "a", 900, 1, 1, 1) DRAIN(1)
		OP(2) SHARE(task, "b", 901, 1, 1, 1) DRAIN(3)
		OP(4) SHARE(task, "a", 10, 1, 1, 1) DRAIN(5) SHARE(rcu, "c", 1, 1, 0, 0)
		OP(6) SHARE(task, "b", 20, 1, 1, 1) DRAIN(7) SHARE(rcu, "c", 2, 1, 0, 0)
		OP(8) SHARE(task, "a", 11, 1, 1, 1) DRAIN(9) SHARE(rcu, "c", 3, 1, 0, 0)
		OP(10) SHARE(task, "b", 21, 1, 1, 1) DRAIN(11) SHARE(rcu, "c", 4, 1, 0, 0)
		"end\t12\n";
	/* clang-format on */
	json_t *line = json_loads(PLAN("\"mmap\", \"munmap\"", 1), 0, NULL);
	json_t *lines = json_array();
	struct regions r;
	char reason[256];

	(void)state;
	assert_int_equal(regions_read(file_of(text), &r), 0);
	assert_int_equal(regions_rows(line, &r, lines, reason, sizeof(reason)),
			 0);
	assert_row(lines, "mmap", "insns", "[10, 11]");
	assert_row(lines, "munmap", "insns", "[20, 21]");
	assert_row(lines, "mmap", "insns_deferred", "[1, 3]");
	assert_row(lines, "munmap", "insns_deferred", "[2, 4]");
	regions_free(&r);
	json_decref(line);
	json_decref(lines);
}

/* Of what lines are part of: of the operations of all batches but the first. */
static void objects(void **state)
{
	/* clang-format off */
	static const char text[] =
		OP(0) SHARE(task, "a", 9, 1, 1, 1) "object\tfilp\t99\t99\n" DRAIN(1)
		OP(2) SHARE_WITH(task, "a", 9, 1, 1, 1, 6, 3, 1, 1)
		      "object\t[page tables]\t2\t0\nobject\tmaple_node\t4\t3\n"
		DRAIN(3) "object\tmaple_node\t50\t60\n"
		OP(4) SHARE_WITH(task, "a", 9, 1, 1, 1, 1, 0, 1, 1)
		      "object\tmaple_node\t1\t0\n"
		DRAIN(5) "end\t6\n";
	static const char none[] =
		OP(0) DRAIN(1) OP(2) DRAIN(3) OP(4) DRAIN(5)
		"no-objects\tthis is why\nend\t6\n";
	/* clang-format on */
	static const struct {
		const char *from, *to;
		int err;
		bool differ;
	} cases[] = {
		{ "object\tfilp\t99", "object\tfilp\t98", 0, true },
		{ "object\tfilp\t", "object\tfile\t", 0, true },
		{ "object\tfilp\t99\t99\n", "", 0, true },
		{ "node\t50\t60", "node\t50\t61", 0, false }, /* while it drained */
		{ "filp\t99\t99\n", "filp\t99\n", -EBADMSG, false },
		{ "filp\t99\t99\n", "filp\t99\t99\t9\n", -EBADMSG, false },
		{ "filp\t99", "filp\t-1", -EBADMSG, false },
		{ "end", "no-objects\twhy?\nend", -EBADMSG, false },
		{ text, "object\tfilp\t99\t99\nend\t0\n", -EBADMSG, false },
	};
	json_t *line = json_loads(PLAN("\"mmap\"", 1), 0, NULL);
	json_t *lines = json_array();
	struct regions r, other;
	char text256[256];

	(void)state;
	assert_int_equal(regions_read(file_of(text), &r), 0);
	assert_int_equal(regions_rows(line, &r, lines, text256, sizeof(text256)),
			 0);
	assert_json(find(lines, "objects", "region", "op", "class", "task"),
		    "objects",
		    "[[\"[page tables]\", 2, 0], [\"maple_node\", 5, 3]]");
	assert_json(find(lines, "objects"), "ops", "2");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *with = edited(text, cases[i].from, cases[i].to);

		assert_int_equal(regions_read(file_of(with), &other),
				 cases[i].err);
		if (!cases[i].err)
			assert_int_equal(regions_differ(line, &r, &other,
							text256, sizeof(text256)),
					 cases[i].differ);
		regions_free(&other);
		free(with);
	}
	regions_free(&r);
	json_array_clear(lines);
	assert_int_equal(regions_read(file_of(none), &r), 0);
	assert_int_equal(regions_rows(line, &r, lines, text256, sizeof(text256)),
			 0);
	assert_json(find(lines, "objects"), "reason", "\"this is why\"");
	assert_null(json_object_get(find(lines, "objects"), "objects"));
	regions_free(&r);
	json_decref(line);
	json_decref(lines);
}

/* Misses of the model are rows, where there is one. */
static void modelled(void **state)
{
	/* clang-format off */
	static const char text[] =
		OP(0) SHARE(task, "a", 9, 1, 1, 1) "model\t9\t9\t9\t9\n" DRAIN(1)
		OP(2) SHARE(task, "a", 9, 1, 1, 1) "model\t4\t3\t2\t1\n"
		DRAIN(3) "model\t7\t7\t7\t7\n"
		OP(4) SHARE(task, "a", 9, 1, 1, 1) "model\t1\t0\t0\t5\n" DRAIN(5)
		"end\t6\n";
	/* clang-format on */
	json_t *line = json_loads(PLAN("\"mmap\"", 1), 0, NULL);
	json_t *lines = json_array();
	char *other_text = edited(text, "\t0\t0\t5", "\t0\t1\t5");
	char *short_text = edited(text, "\t0\t0\t5", "\t0\t0");
	char reason[256];
	struct regions r, other;

	(void)state;
	assert_int_equal(regions_read(file_of(text), &r), 0);
	assert_int_equal(regions_rows(line, &r, lines, reason, sizeof(reason)),
			 0);
	assert_row(lines, "mmap", "model_l1i_misses", "[4, 1]");
	assert_row(lines, "mmap", "model_l1d_misses", "[3, 0]");
	assert_row(lines, "mmap", "model_l2_misses", "[2, 0]");
	assert_row(lines, "mmap", "model_dtlb_misses", "[1, 5]");
	assert_int_equal(regions_read(file_of(other_text), &other), 0);
	assert_true(regions_differ(line, &r, &other, reason, sizeof(reason)));
	regions_free(&other);
	assert_int_equal(regions_read(file_of(short_text), &other), -EBADMSG);
	regions_free(&other);
	regions_free(&r);
	free(short_text);
	free(other_text);
	json_decref(line);
	json_decref(lines);
}

/* What the plugin saw is not what the guest says that it did. */
static void no_rows(void **state)
{
	static const struct {
		const char *from;
		const char *to;
		const char *reason;
	} cases[] = {
		{ "end\t9\n", "region\t9\t1\t0\t0\nend\t10\n",
		  "10 regions measured, 9 expected" },
		{ "region\t8\t2\t3\t4\ntask\tidle\t501\t5\t50\t50\t0\t0\t0\t0\nend\t9\n",
		  "end\t8\n", "8 regions measured, 9 expected" },
		{ good, "end\t0\n", "0 regions measured, 9 expected" },
		{ "region\t4\t1\t", "region\t4\t2\t",
		  "mmap operation 1 of batch 0: not the region that was expected" },
		{ "region\t8\t2\t", "region\t8\t1\t",
		  "mmap operation 2 of batch 1: not the region that was expected" },
		{ "region\t7\t1\t0\t0", "region\t7\t1\t0\t1",
		  "mmap operation 1 of batch 1: another task ran inside the region" },
		/* Not of what warms up. */
		{ "region\t1\t1\t0\t0", "region\t1\t1\t0\t1", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		json_t *line = json_loads(plan, 0, NULL), *lines = json_array();
		char reason[256] = "";
		struct regions r;
		int err;

		read_good(&r, cases[i].from, cases[i].to);
		err = regions_rows(line, &r, lines, reason, sizeof(reason));
		assert_int_equal(err, cases[i].reason ? -EBADMSG : 0);
		assert_string_equal(reason,
				    cases[i].reason ? cases[i].reason : "");
		assert_int_equal(json_array_size(lines) == 0, !!err);
		regions_free(&r);
		json_decref(line);
		json_decref(lines);
	}
}

/* Where an operation ends in another process, it has to go there and come back. */
static void of_another_process(void **state)
{
	static const char format[] =
		"region\t0\t1\t0\t2\nregion\t1\t2\t0\t0\n"
		"region\t2\t1\t0\t%d\ntask\tdo_exit\t9\t1\t1\t1\t0\t0\t0\t0\n"
		"region\t3\t2\t0\t5\nend\t4\n";

	(void)state;
	for (int switches = 0; switches < 4; switches++) {
		json_t *lines = json_array();
		json_t *line = json_pack("{s:s, s:s, s:s, s:[s], s:i, s:i, s:i}",
					 "type", "regions", "scenario", "waits",
					 "version", "test", "kinds", "exit",
					 "ops", 1, "warmup", 1, "batches", 1);
		char *text = xasprintf(format, switches), reason[256] = "";
		struct regions r;

		assert_int_equal(regions_read(file_of(text), &r), 0);
		assert_int_equal(regions_rows(line, &r, lines, reason,
					      sizeof(reason)),
				 switches == 2 ? 0 : -EBADMSG);
		assert_string_equal(reason,
				    switches == 2
					    ? ""
					    : "exit operation 0 of batch 0: not the context switches that were expected");
		regions_free(&r);
		free(text);
		json_decref(line);
		json_decref(lines);
	}
}

/**
 * struct repeat_case - a second run, and where it is not as the first
 * @name: what is different
 * @from: what is in "good"
 * @to: and what is there instead
 * @where: what regions_differ() says, NULL if they do not differ
 */
static const struct repeat_case {
	const char *name;
	const char *from;
	const char *to;
	const char *where;
} repeats[] = {
	{ "nothing", NULL, NULL, NULL },
	{ "an instruction", "do_mmap\t103", "do_mmap\t104",
	  "mmap operation 1 of batch 2 (of which 1 warm up): 103 or 104 instructions" },
	{ "an instruction of what warms up", "do_mmap\t9000", "do_mmap\t9009",
	  "mmap operation 0 of batch 0 (of which 1 warm up): 9000 or 9009 instructions" },
	{ "an instruction of an interrupt", "tick\t50", "tick\t51",
	  "mmap operation 1 of batch 1 (of which 1 warm up): 50 or 51 instructions in interrupts" },
	{ "an instruction of the program", "[user]\t7", "[user]\t8",
	  "mmap operation 0 of batch 1 (of which 1 warm up): 7 or 8 instructions of the program" },
	{ "a function", "task\talloc", "task\tmalloc",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "a call", "alloc\t30\t2", "alloc\t30\t3",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "a load", "30\t2\t5\t4", "30\t2\t6\t4",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "a store", "30\t2\t5\t4", "30\t2\t5\t5",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "a line that is read", "5\t4\t3\t2\t1\t0", "5\t4\t4\t2\t1\t0",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "a page", "5\t4\t3\t2\t1\t0", "5\t4\t3\t2\t1\t1",
	  "mmap operation 0 of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "an interrupt", "region\t3\t1\t0\t0", "region\t3\t1\t1\t0",
	  "mmap operation 0 of batch 1 (of which 1 warm up): 0 or 1 interrupts" },
	{ "a switch", "region\t3\t1\t0\t0", "region\t3\t1\t0\t1",
	  "mmap operation 0 of batch 1 (of which 1 warm up): 0 or 1 context switches" },
	{ "a callback", "i_callback\t60", "i_callback\t61",
	  "drain after mmap of batch 1 (of which 1 warm up): 60 or 61 instructions in callbacks" },
	{ "the function that is called back", "rcu\ti_callback\t60",
	  "rcu\tcallback\t60",
	  "drain after mmap of batch 1 (of which 1 warm up): as many instructions, but other functions, calls, loads, stores or cache lines" },
	{ "what else a drain does", "idle\t500", "idle\t999", NULL },
	{ "what interrupts a drain", "region\t5\t2\t3\t4", "region\t5\t2\t9\t9",
	  NULL },
	{ "a region more", "end\t9\n", "region\t9\t1\t0\t0\nend\t10\n",
	  "9 or 10 regions" },
	{ "a region of another kind", "region\t3\t1\t", "region\t3\t4\t",
	  "mmap operation 0 of batch 1 (of which 1 warm up): not the same kind of region" },
};

static void differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(repeats); i++) {
		const struct repeat_case *c = &repeats[i];
		json_t *line = json_loads(plan, 0, NULL);
		struct regions a, b;
		char where[256] = "";
		bool differ;

		read_good(&a, NULL, NULL);
		read_good(&b, c->from, c->to);
		differ = regions_differ(line, &a, &b, where, sizeof(where));
		if (differ != !!c->where ||
		    strcmp(where, c->where ? c->where : ""))
			fail_msg("%s: \"%s\"", c->name, where);
		regions_free(&a);
		regions_free(&b);
		json_decref(line);
	}
}

static void stacks(void **state)
{
	/* Groups 0 and 1 warm up. */
	static const char text[] = "0\t900\ta;b\n1\t900\ta;b\n"
				   "2\t10\ta;b\n2\t5\ta\n3\t20\ta;b\n"
				   "4\t11\ta;b\n5\t21\ta;c\n";
	static const char *const cut[] = {
		"2\t10\ta;b", "2\t10\t\n", "2\t10\n",	  "2\t1",
		"2\n",	      "\n",	   "2\t10\ta\nx",
	};
	json_t *line = json_loads(PLAN("\"mmap\", \"munmap\"", 1), 0, NULL);
	json_t *lines = json_array();
	const json_t *found;

	(void)state;
	assert_int_equal(stacks_lines(line, file_of(text), lines), 0);
	assert_int_equal(json_array_size(lines), 2);
	found = find(lines, "stacks", "op", "mmap");
	assert_json(found, "folded", "[[\"a;b\", 21], [\"a\", 5]]");
	assert_json(found, "ops", "2");
	found = find(lines, "stacks", "op", "munmap");
	assert_json(found, "folded", "[[\"a;b\", 20], [\"a;c\", 21]]");
	json_decref(lines);

	lines = json_array();
	assert_int_equal(stacks_lines(line, "/no/such/file", lines), -ENOENT);
	for (size_t i = 0; i < ARRAY_SIZE(cut); i++)
		assert_int_equal(stacks_lines(line, file_of(cut[i]), lines),
				 -EBADMSG);
	assert_int_equal(json_array_size(lines), 0);
	json_decref(line);

	line = json_loads(PLAN("", 1), 0, NULL);
	assert_int_equal(stacks_lines(line, file_of(text), lines), -EBADMSG);
	json_decref(lines);
	json_decref(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(what_was_read),
		cmocka_unit_test(rows),
		cmocka_unit_test(two_kinds),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(of_another_process),
		cmocka_unit_test(differences),
		cmocka_unit_test(stacks),
		cmocka_unit_test(objects),
		cmocka_unit_test(modelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
