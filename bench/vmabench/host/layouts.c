// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the regions of a run over layouts to lines of a record.
 *
 * The guest says in a "layout-regions" line of each layout which kinds of operations
 * its regions were, in their order.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"
#include "marker.h"

/*
 * Functions that make other nodes of those that are there: a node is split, or evened
 * out with its sibling, or a range in two leaves is stored. Those of a row call each
 * other, or are called so in other kernels: the first one that there is, is counted.
 */
static const char *const splitting[][4] = {
	{ "mas_wr_bnode", "mas_commit_b_node", "mas_wr_split", "mas_split" },
	{ "mas_wr_spanning_store", "mas_spanning_rebalance" },
	{ "mas_wr_rebalance" },
};

#define NR_SPLITTING (sizeof(splitting) / sizeof(*splitting))
#define STORES "mas_store_prealloc"

/**
 * struct counted - functions whose calls are counted
 * @stores: the kernel has mas_store_prealloc()
 * @splits: it has some of these, which are
 * @names: for each row of the table, or NULL
 */
struct counted {
	bool stores, splits;
	const char *names[NR_SPLITTING];
};

/** struct totals - what operations of one kind took at a layout, and the nodes above it */
struct totals {
	const json_t *above;
	uint64_t ops, stores, splits;
	uint64_t counts[NR_COUNTS];
};

/* Is it @name, or what the compiler has made of that: mas_split.isra.0? */
static bool is_function(const char *function, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(function, name, len) && strchr(".\n", function[len]);
}

/* strchr() finds the end of the string, too: a table ends there. */
static bool has_function(const char *table, const char *name)
{
	for (const char *at = table, *end; (end = strchr(at, '\n')); at = end + 1)
		if (end - at > SYMBOL_NAME_AT &&
		    is_function(at + SYMBOL_NAME_AT, name))
			return true;
	return false;
}

static struct counted find_counted(const char *table)
{
	struct counted c = { .stores = has_function(table, STORES) };

	for (size_t i = 0; i < NR_SPLITTING; i++) {
		for (size_t j = 0; j < 4 && splitting[i][j] && !c.names[i]; j++)
			if (has_function(table, splitting[i][j]))
				c.names[i] = splitting[i][j];
		c.splits |= !!c.names[i];
	}
	return c;
}

static void add_region(struct totals *t, const struct regions *r,
		       const struct region *v, const struct counted *c)
{
	t->ops++;
	for (int i = 0; i < NR_COUNTS; i++)
		t->counts[i] += v->counts[CLASS_TASK][i];
	for (size_t i = v->first; i < v->first + v->nr; i++) {
		const struct share *s = &r->shares[i];

		if (s->class != CLASS_TASK)
			continue;
		if (is_function(s->function, STORES))
			t->stores += s->counts[COUNT_CALLS];
		for (size_t j = 0; j < NR_SPLITTING; j++)
			if (c->names[j] && is_function(s->function, c->names[j]))
				t->splits += s->counts[COUNT_CALLS];
	}
}

static void set_total(json_t *totals, const char *key, uint64_t n)
{
	json_object_set_new(totals, key, json_integer((json_int_t)n));
}

static json_t *layout_line(const json_t *from, size_t kind,
			   const struct totals *t, const struct counted *c)
{
	json_t *totals = json_object();
	json_t *layout = json_copy(json_object_get(from, "layout"));

	json_object_set(layout, "above", (json_t *)t->above);

	set_total(totals, "insns", t->counts[COUNT_INSNS]);
	if (c->stores)
		set_total(totals, "maple_stores", t->stores);
	if (c->splits)
		set_total(totals, "node_splits", t->splits);
	set_total(totals, "lines_read", t->counts[COUNT_LINES_READ]);
	set_total(totals, "lines_written", t->counts[COUNT_LINES_WRITTEN]);
	set_total(totals, "lines_code", t->counts[COUNT_LINES_CODE]);
	return json_pack("{s:s, s:O, s:O, s:O, s:o, s:I, s:o}", "type",
			 "layout", "scenario", json_object_get(from, "scenario"),
			 "version", json_object_get(from, "version"), "op",
			 json_array_get(json_object_get(from, "kinds"), kind),
			 "layout", layout, "ops", (json_int_t)t->ops, "totals",
			 totals);
}

/* One layout, whose regions begin with *@next. 0 or -EBADMSG. */
static int add_layout(const json_t *from, const struct regions *r, size_t *next,
		      const struct counted *c, json_t *lines)
{
	size_t i, nr_kinds = json_array_size(json_object_get(from, "kinds"));
	struct totals totals[SCENARIO_MAX_OPS] = { 0 };
	json_t *kind;

	if (nr_kinds > SCENARIO_MAX_OPS)
		return -EBADMSG;
	json_array_foreach(json_object_get(from, "order"), i, kind) {
		size_t k = (size_t)json_integer_value(kind);
		const struct region *v = &r->v[*next];

		if (k >= nr_kinds || *next == r->nr || v->id != MARKER_OP ||
		    v->switches)
			return -EBADMSG;
		totals[k].above =
			json_array_get(json_object_get(from, "above"), i);
		add_region(&totals[k], r, v, c);
		++*next;
	}
	for (size_t k = 0; k < nr_kinds; k++)
		if (totals[k].ops)
			json_array_append_new(lines, layout_line(from, k,
								 &totals[k], c));
	return 0;
}

/**
 * layout_lines - lines of a run over layouts
 * @report: what the guest sent
 * @r: all regions of that run
 * @table: the kernel's functions, in lines "ADDRESS t NAME"
 * @lines: array that gets a line for each layout and kind of operation, and what else
 *	the guest has to say
 * @reason: why there are none
 * @size: of @reason
 *
 * Return: 0, or -EBADMSG with @reason.
 */
int layout_lines(const json_t *report, const struct regions *r,
		 const char *table, json_t *lines, char *reason, size_t size)
{
	struct counted c = find_counted(table);
	size_t i, next = 0;
	json_t *line;
	int err = 0;

	json_array_foreach(report, i, line) {
		const char *type = line_type(line);

		if (!strcmp(type, "layout-regions"))
			err = add_layout(line, r, &next, &c, lines);
		else if (*type && strcmp(type, "exit"))
			json_array_append(lines, line);
		if (err)
			break;
	}
	if (!err && next == r->nr)
		return 0;
	snprintf(reason, size,
		 "over layouts, region %zu of %zu is none that the guest has told of",
		 next, r->nr);
	return -EBADMSG;
}

/* What became of one kind of operation: how many layouts, and which are not among them. */
static json_t *summary_line(const json_t *report, size_t kind)
{
	json_t *from, *line = NULL, *left_out = json_array();
	json_int_t nr = 0;
	size_t i, j;

	json_array_foreach(report, i, from) {
		json_t *k, *name = json_array_get(json_object_get(from, "kinds"),
						  kind);
		bool reached = false;

		if (strcmp(line_type(from), "layout-regions") || !name)
			continue;
		json_array_foreach(json_object_get(from, "order"), j, k)
			reached |= json_integer_value(k) == (json_int_t)kind;
		nr += reached;
		if (!reached)
			json_array_append(left_out,
					  json_object_get(from, "layout"));
		if (!line)
			line = json_pack("{s:s, s:O, s:O, s:O}", "type",
					 "layouts", "scenario",
					 json_object_get(from, "scenario"),
					 "version",
					 json_object_get(from, "version"), "op",
					 name);
	}
	json_object_set_new(line, "measured", json_integer(nr));
	json_object_set(line, "left_out", left_out);
	json_decref(left_out);
	return line;
}

/**
 * layout_summaries - how many layouts there are, and which ones the tree does not allow
 * @report: what the guest sent
 * @lines: array that gets a line for each kind of operation
 */
void layout_summaries(const json_t *report, json_t *lines)
{
	json_t *line;

	for (size_t k = 0; (line = summary_line(report, k)); k++)
		json_array_append_new(lines, line);
}

/* What two lines of the same layout begin with. */
static char *line_key(const json_t *line)
{
	const json_t *layout = json_object_get(line, "layout");
	json_t *key = json_pack("[O?, O?, O?]", json_object_get(line, "type"),
				json_object_get(line, "op"), layout);
	char *text = json_dumps(key, JSON_COMPACT | JSON_SORT_KEYS);

	json_decref(key);
	return text;
}

static json_t *by_key(const json_t *lines)
{
	json_t *all = json_object(), *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		char *key = line_key(line);

		json_object_set(all, key, line);
		free(key);
	}
	return all;
}

static void name_line(const json_t *line, char *text, size_t size)
{
	const json_t *l = json_object_get(line, "layout");
	const char *op = json_string_value(json_object_get(line, "op"));

	if (!l)
		snprintf(text, size, "what the guest reported");
	else
		snprintf(text, size,
			 "%s at depth %" JSON_INTEGER_FORMAT
			 ", slot %" JSON_INTEGER_FORMAT
			 " of %" JSON_INTEGER_FORMAT "%s",
			 op ? op : "an operation",
			 json_integer_value(json_object_get(l, "depth")),
			 json_integer_value(json_object_get(l, "slot")),
			 json_integer_value(json_object_get(l, "entries")),
			 json_is_true(json_object_get(l, "behind"))
				 ? ", behind another VMA"
				 : "");
}

/* In what two lines of a layout differ, in words. */
static void tell_totals(const json_t *a, const json_t *b, char *text, size_t size)
{
	const json_t *of_b = json_object_get(b, "totals"), *v;
	json_t *of_a = json_object_get(a, "totals");
	const char *key;

	snprintf(text, size, "other nodes above, or not the same totals");
	json_object_foreach(of_a, key, v) {
		const json_t *w = json_object_get(of_b, key);

		if (json_equal(v, w))
			continue;
		snprintf(text, size,
			 "%s %" JSON_INTEGER_FORMAT " or %" JSON_INTEGER_FORMAT,
			 key, json_integer_value(v), json_integer_value(w));
		return;
	}
}

/* The first line of @a that @b has otherwise; false if there is none. */
static bool find_difference(const json_t *a, json_t *b, char *where, size_t size)
{
	json_t *line;
	size_t i;

	json_array_foreach(a, i, line) {
		char *key = line_key(line), name[160];
		const json_t *other = json_object_get(b, key);

		free(key);
		if (json_equal(line, other))
			continue;
		name_line(line, name, sizeof(name));
		if (!other)
			snprintf(where, size, "%s, which only one of them has",
				 name);
		else {
			char totals[80];

			tell_totals(line, other, totals, sizeof(totals));
			snprintf(where, size, "%s: %s", name, totals);
		}
		return true;
	}
	return false;
}

/**
 * layouts_differ - first layout in which two runs differ
 * @a: lines of one run
 * @b: of the other one, which may have had them in another order
 * @where: gets it in words
 * @size: of @where
 *
 * Return: true if they differ, with @where.
 */
bool layouts_differ(const json_t *a, const json_t *b, char *where, size_t size)
{
	json_t *of_a = by_key(a), *of_b = by_key(b);
	bool differ = find_difference(a, of_b, where, size) ||
		      find_difference(b, of_a, where, size);

	json_decref(of_b);
	json_decref(of_a);
	return differ;
}
