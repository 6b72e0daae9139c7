// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the regions that the plugin has numbered to lines of a record.
 *
 * The guest says in a "regions" line what they were about: for each batch, the
 * warm-up ones first, and for each kind of operation, one region an operation
 * and one more for the drain that follows.
 */
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"
#include "marker.h"

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The same pointer for the same name. */
static const char *intern(void **names, const char *name)
{
	char *copy = xasprintf("%s", name);
	void *node = tsearch(copy, names, compare_names);
	const char *known;

	if (!node)
		return NULL;
	known = *(const char **)node;
	if (known != copy)
		free(copy);
	return known;
}

static int add_region(struct regions *r, const char *line)
{
	struct region new = { .first = r->nr_shares,
			      .first_object = r->nr_objects };
	uint64_t n;

	if (sscanf(line, "region\t%" SCNu64 "\t%d\t%" SCNu64 "\t%" SCNu64, &n,
		   &new.id, &new.irqs, &new.switches) != 4 ||
	    n != r->nr)
		return -EBADMSG;
	r->v = xgrow(r->v, r->nr, sizeof(*r->v));
	r->v[r->nr++] = new;
	return 0;
}

/* @nr counts, and nothing else, up to the end of the line. */
static bool read_counts(const char *text, uint64_t *counts, int nr)
{
	char *end;

	for (int i = 0; i < nr; i++) {
		if (*text != '\t' || text[1] < '0' || text[1] > '9')
			return false;
		counts[i] = strtoull(text + 1, &end, 10);
		text = end;
	}
	return *text == '\n';
}

static void add_counts(uint64_t *sum, const uint64_t *counts)
{
	for (int i = 0; i < NR_COUNTS; i++)
		sum[i] += counts[i];
}

static int add_share(struct regions *r, const char *line)
{
	char class[8], name[256];
	struct share new;
	int at = 0;

	if (!r->nr || sscanf(line, "%7s\t%255[^\t\n]%n", class, name, &at) != 2 ||
	    !read_counts(line + at, new.counts, NR_COUNTS))
		return -EBADMSG;
	new.class = class_by_name(class);
	if (new.class == NR_CLASSES)
		return -EBADMSG;
	new.function = intern(&r->names, name);
	if (!new.function)
		return -ENOMEM;
	r->shares = xgrow(r->shares, r->nr_shares, sizeof(*r->shares));
	r->shares[r->nr_shares++] = new;
	r->v[r->nr - 1].nr++;
	add_counts(r->v[r->nr - 1].counts[new.class], new.counts);
	return 0;
}

static int add_object(struct regions *r, const char *line)
{
	struct object_share new;
	uint64_t counts[2];
	char name[256];
	int at = 0;

	if (!r->nr || sscanf(line, "object\t%255[^\t\n]%n", name, &at) != 1 ||
	    !read_counts(line + at, counts, 2))
		return -EBADMSG;
	new = (struct object_share){ .name = intern(&r->names, name),
				     .lines_read = counts[0],
				     .lines_written = counts[1] };
	if (!new.name)
		return -ENOMEM;
	r->objects = xgrow(r->objects, r->nr_objects, sizeof(*r->objects));
	r->objects[r->nr_objects++] = new;
	r->v[r->nr - 1].nr_objects++;
	return 0;
}

static int add_model(struct regions *r, const char *line)
{
	if (!r->nr || !read_counts(line + strlen("model"),
				   r->v[r->nr - 1].misses, NR_MODEL_CACHES))
		return -EBADMSG;
	r->has_model = true;
	return 0;
}

/* Why there are none: all that is said after the tab. */
static int add_no_objects(struct regions *r, const char *line)
{
	char reason[256];

	if (r->nr_objects || sscanf(line, "no-objects\t%255[^\n]", reason) != 1)
		return -EBADMSG;
	r->no_objects = intern(&r->names, reason);
	return r->no_objects ? 0 : -ENOMEM;
}

/**
 * regions_read - read the plugin's output
 * @path: file
 * @r: gets the regions; regions_free() them, also after an error
 *
 * Return: 0 or -errno; -EBADMSG if it is not whole.
 */
int regions_read(const char *path, struct regions *r)
{
	FILE *f = fopen(path, "re");
	bool ended = false;
	size_t size = 0;
	char *line = NULL;
	int err = 0;

	memset(r, 0, sizeof(*r));
	if (!f)
		return -errno;
	while (!err && !ended && getline(&line, &size, f) > 0) {
		uint64_t n;

		if (sscanf(line, "end\t%" SCNu64, &n) == 1) {
			ended = true;
			err = n == r->nr ? 0 : -EBADMSG;
		} else if (!strncmp(line, "region\t", 7)) {
			err = add_region(r, line);
		} else if (!strncmp(line, "object\t", 7)) {
			err = add_object(r, line);
		} else if (!strncmp(line, "model\t", 6)) {
			err = add_model(r, line);
		} else if (!strncmp(line, "no-objects\t", 11)) {
			err = add_no_objects(r, line);
		} else {
			err = add_share(r, line);
		}
	}
	free(line);
	fclose(f);
	return err ? err : ended ? 0 : -EBADMSG;
}

/** regions_free - forget the regions */
void regions_free(struct regions *r)
{
	free(r->v);
	free(r->shares);
	free(r->objects);
	tdestroy(r->names, free);
	memset(r, 0, sizeof(*r));
}

/* What a "regions" line says. */
struct plan {
	const json_t *scenario, *version, *kinds;
	size_t nr_kinds, ops, warmup, batches;
};

static struct plan read_plan(const json_t *line)
{
	struct plan p = {
		.scenario = json_object_get(line, "scenario"),
		.version = json_object_get(line, "version"),
		.kinds = json_object_get(line, "kinds"),
		.ops = (size_t)json_integer_value(json_object_get(line, "ops")),
		.warmup = (size_t)json_integer_value(json_object_get(line,
								     "warmup")),
		.batches = (size_t)json_integer_value(json_object_get(line,
								      "batches")),
	};

	p.nr_kinds = json_array_size(p.kinds);
	return p;
}

static const char *kind_name(const struct plan *p, size_t kind)
{
	return json_string_value(json_array_get(p->kinds, kind));
}

/* Region of operation @op of kind @kind in recorded batch @batch; @op == ops is
 * the drain.
 */
static const struct region *region_at(const struct plan *p,
				      const struct regions *r, size_t batch,
				      size_t kind, size_t op)
{
	return &r->v[((p->warmup + batch) * p->nr_kinds + kind) * (p->ops + 1) + op];
}

static json_t *about(const char *type, const struct plan *p, size_t kind)
{
	return json_pack("{s:s, s:O, s:O, s:s}", "type", type, "scenario",
			 p->scenario, "version", p->version, "op",
			 kind_name(p, kind));
}

static json_t *new_row(const struct plan *p, size_t kind, enum metric_id metric)
{
	const struct scenario *sc = find_scenario(json_string_value(p->scenario));
	json_t *row = metric_line(sc, kind_name(p, kind), metric, PASS_INSNS,
				  true, (unsigned int)p->ops);

	json_object_set_new(row, "batches", json_array());
	return row;
}

static void append(json_t *row, const char *array, uint64_t value)
{
	json_array_append_new(json_object_get(row, array),
			      json_integer((json_int_t)value));
}

/* Rows that are about the task's own way through the kernel. */
static const struct {
	enum metric_id metric;
	enum share_count count;
} task_rows[] = {
	{ METRIC_INSNS, COUNT_INSNS },
	{ METRIC_MEM_LOADS, COUNT_LOADS },
	{ METRIC_MEM_STORES, COUNT_STORES },
	{ METRIC_LINES_READ, COUNT_LINES_READ },
	{ METRIC_LINES_WRITTEN, COUNT_LINES_WRITTEN },
	{ METRIC_LINES_CODE, COUNT_LINES_CODE },
	{ METRIC_PAGES, COUNT_PAGES },
};

static void add_task_row(const struct plan *p, const struct regions *r,
			 size_t kind, size_t which, json_t *lines)
{
	json_t *row = new_row(p, kind, task_rows[which].metric);
	bool is_headline = task_rows[which].metric == METRIC_INSNS;

	if (is_headline)
		json_object_set_new(row, "per_op", json_array());
	for (size_t b = 0; b < p->batches; b++) {
		uint64_t total = 0;

		for (size_t i = 0; i < p->ops; i++) {
			const struct region *v = region_at(p, r, b, kind, i);
			uint64_t n =
				v->counts[CLASS_TASK][task_rows[which].count];

			if (is_headline)
				append(row, "per_op", n);
			total += n;
		}
		append(row, "batches", total);
	}
	json_array_append_new(lines, row);
}

/* Misses in the model of caches, where it was asked for. */
static void add_model_rows(const struct plan *p, const struct regions *r,
			   size_t kind, json_t *lines)
{
	static const enum metric_id metric[NR_MODEL_CACHES] = {
		[MODEL_L1I] = METRIC_MODEL_L1I,
		[MODEL_L1D] = METRIC_MODEL_L1D,
		[MODEL_L2] = METRIC_MODEL_L2,
		[MODEL_DTLB] = METRIC_MODEL_DTLB,
	};

	for (size_t c = 0; r->has_model && c < NR_MODEL_CACHES; c++) {
		json_t *row = new_row(p, kind, metric[c]);

		for (size_t b = 0; b < p->batches; b++) {
			uint64_t total = 0;

			for (size_t i = 0; i < p->ops; i++)
				total += region_at(p, r, b, kind, i)->misses[c];
			append(row, "batches", total);
		}
		json_array_append_new(lines, row);
	}
}

/* What runs beside the task, and after it. */
static void add_other_rows(const struct plan *p, const struct regions *r,
			   size_t kind, json_t *lines)
{
	json_t *irq = new_row(p, kind, METRIC_INSNS_IRQ);
	json_t *user = new_row(p, kind, METRIC_INSNS_USER);
	json_t *deferred = new_row(p, kind, METRIC_INSNS_DEFERRED);

	for (size_t b = 0; b < p->batches; b++) {
		uint64_t in_irq = 0, in_user = 0;

		for (size_t i = 0; i < p->ops; i++) {
			const struct region *v = region_at(p, r, b, kind, i);

			in_irq += v->counts[CLASS_IRQ][COUNT_INSNS] +
				  v->counts[CLASS_RCU][COUNT_INSNS];
			in_user += v->counts[CLASS_USER][COUNT_INSNS];
		}
		append(irq, "batches", in_irq);
		append(user, "batches", in_user);
		append(deferred, "batches",
		       region_at(p, r, b, kind, p->ops)
			       ->counts[CLASS_RCU][COUNT_INSNS]);
	}
	json_array_append_new(lines, irq);
	json_array_append_new(lines, user);
	json_array_append_new(lines, deferred);
}

/*
 * Refills have no row: how many fall into a batch is left over from what ran before
 * it, so that a number would differ where no code does. Bills have them.
 */
static void add_rows(const struct plan *p, const struct regions *r, size_t kind,
		     json_t *lines)
{
	for (size_t i = 0; i < ARRAY_SIZE(task_rows); i++)
		add_task_row(p, r, kind, i, lines);
	add_other_rows(p, r, kind, lines);
	add_model_rows(p, r, kind, lines);
}

static json_t *function_json(const struct share *s)
{
	json_t *function = json_pack("[s]", s->function);

	for (int i = 0; i < NR_COUNTS; i++)
		json_array_append_new(function,
				      json_integer((json_int_t)s->counts[i]));
	return function;
}

static int by_name(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return strcmp(x->function, y->function);
}

/* The bill of one kind of operation and class: all recorded batches. */
static void add_functions(const struct plan *p, const struct regions *r,
			  size_t kind, bool drain, enum insn_class class,
			  json_t *lines)
{
	json_t *line, *functions = json_array();
	struct share *all = xcalloc(r->nr_shares + 1, sizeof(*all));
	size_t nr = 0;

	for (size_t b = 0; b < p->batches; b++)
		for (size_t i = drain ? p->ops : 0; i < p->ops + drain; i++) {
			const struct region *v = region_at(p, r, b, kind, i);

			for (size_t j = v->first; j < v->first + v->nr; j++)
				if (r->shares[j].class == class)
					all[nr++] = r->shares[j];
		}
	if (!nr) {
		free(all);
		json_decref(functions);
		return;
	}
	qsort(all, nr, sizeof(*all), by_name);
	for (size_t i = 0, next; i < nr; i = next) {
		struct share sum = all[i];

		for (next = i + 1;
		     next < nr && all[next].function == sum.function; next++)
			add_counts(sum.counts, all[next].counts);
		json_array_append_new(functions, function_json(&sum));
	}
	free(all);
	line = about("functions", p, kind);
	json_object_set_new(line, "region", json_string(drain ? "drain" : "op"));
	json_object_set_new(line, "class", json_string(class_names[class]));
	json_object_set_new(line, "ops",
			    json_integer((json_int_t)(p->ops * p->batches)));
	json_object_set_new(line, "functions", functions);
	json_array_append_new(lines, line);
}

static int by_object(const void *a, const void *b)
{
	const struct object_share *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* What the lines of all operations of a kind are part of, as an array. */
static json_t *sum_objects(const struct plan *p, const struct regions *r,
			   size_t kind)
{
	struct object_share *all = xcalloc(r->nr_objects + 1, sizeof(*all));
	json_t *objects = json_array();
	size_t nr = 0;

	for (size_t b = 0; b < p->batches; b++)
		for (size_t i = 0; i < p->ops; i++) {
			const struct region *v = region_at(p, r, b, kind, i);

			for (size_t j = 0; j < v->nr_objects; j++)
				all[nr++] = r->objects[v->first_object + j];
		}
	qsort(all, nr, sizeof(*all), by_object);
	for (size_t i = 0, next; i < nr; i = next) {
		json_int_t reads = 0, writes = 0;

		for (next = i; next < nr && all[next].name == all[i].name;
		     next++) {
			reads += (json_int_t)all[next].lines_read;
			writes += (json_int_t)all[next].lines_written;
		}
		json_array_append_new(objects, json_pack("[s, I, I]", all[i].name,
							 reads, writes));
	}
	free(all);
	return objects;
}

static void add_objects(const struct plan *p, const struct regions *r,
			size_t kind, json_t *lines)
{
	json_t *line, *objects = sum_objects(p, r, kind);

	if (!json_array_size(objects) && !r->no_objects) {
		json_decref(objects);
		return;
	}
	line = about("objects", p, kind);
	json_object_set_new(line, "region", json_string("op"));
	json_object_set_new(line, "class", json_string(class_names[CLASS_TASK]));
	json_object_set_new(line, "ops",
			    json_integer((json_int_t)(p->ops * p->batches)));
	if (r->no_objects)
		json_object_set_new(line, "reason", json_string(r->no_objects));
	else
		json_object_set(line, "objects", objects);
	json_decref(objects);
	json_array_append_new(lines, line);
}

/* From task to task, of each operation of a kind: none, unless it says so. */
static uint64_t switches_of(const struct plan *p, size_t kind)
{
	const struct scenario *sc = find_scenario(json_string_value(p->scenario));

	return sc->ops[kind].switches;
}

static int check_region(const struct plan *p, const struct regions *r, size_t b,
			size_t kind, size_t op, char *reason, size_t size)
{
	const struct region *v = region_at(p, r, b, kind, op);
	int expected = op == p->ops ? MARKER_DRAIN : MARKER_OP;

	if (v->id == expected &&
	    (op == p->ops || v->switches == switches_of(p, kind)))
		return 0;
	snprintf(reason, size, "%s operation %zu of batch %zu: %s",
		 kind_name(p, kind), op, b,
		 v->id != expected ? "not the region that was expected"
		 : switches_of(p, kind)
			 ? "not the context switches that were expected"
			 : "another task ran inside the region");
	return -EBADMSG;
}

/**
 * regions_rows - lines of the insns pass
 * @line: the guest's "regions" line
 * @r: all regions of that run
 * @lines: array that gets rows and bills
 * @reason: why there are none
 * @size: of @reason
 *
 * Return: 0, or -EBADMSG with @reason.
 */
int regions_rows(const json_t *line, const struct regions *r, json_t *lines,
		 char *reason, size_t size)
{
	struct plan p = read_plan(line);
	size_t expected = (p.warmup + p.batches) * p.nr_kinds * (p.ops + 1);

	if (r->nr != expected) {
		snprintf(reason, size, "%zu regions measured, %zu expected",
			 r->nr, expected);
		return -EBADMSG;
	}
	for (size_t b = 0; b < p.batches; b++)
		for (size_t k = 0; k < p.nr_kinds; k++)
			for (size_t i = 0; i <= p.ops; i++)
				if (check_region(&p, r, b, k, i, reason, size))
					return -EBADMSG;
	for (size_t k = 0; k < p.nr_kinds; k++) {
		add_rows(&p, r, k, lines);
		for (int c = 0; c < NR_CLASSES; c++)
			add_functions(&p, r, k, false, c, lines);
		add_functions(&p, r, k, true, CLASS_RCU, lines);
		add_objects(&p, r, k, lines);
	}
	return 0;
}

/* Of a drain, only the callbacks are reported. */
static bool counts(const struct region *v, const struct share *s)
{
	return v->id != MARKER_DRAIN || s->class == CLASS_RCU;
}

static bool same_share(const struct share *s, const struct share *t)
{
	return !strcmp(s->function, t->function) && s->class == t->class &&
	       !memcmp(s->counts, t->counts, sizeof(s->counts));
}

static bool same_objects(const struct regions *a, const struct region *x,
			 const struct regions *b, const struct region *y)
{
	if (x->id != MARKER_OP)
		return true;
	if (x->nr_objects != y->nr_objects)
		return false;
	for (size_t i = 0; i < x->nr_objects; i++) {
		const struct object_share *s = &a->objects[x->first_object + i];
		const struct object_share *t = &b->objects[y->first_object + i];

		if (strcmp(s->name, t->name) || s->lines_read != t->lines_read ||
		    s->lines_written != t->lines_written)
			return false;
	}
	return true;
}

static bool same_region(const struct regions *a, const struct region *x,
			const struct regions *b, const struct region *y)
{
	size_t i = x->first, j = y->first;

	if (x->id != y->id ||
	    (x->id == MARKER_OP &&
	     (x->irqs != y->irqs || x->switches != y->switches ||
	      memcmp(x->misses, y->misses, sizeof(x->misses)) != 0)) ||
	    !same_objects(a, x, b, y))
		return false;
	for (;;) {
		while (i < x->first + x->nr && !counts(x, &a->shares[i]))
			i++;
		while (j < y->first + y->nr && !counts(y, &b->shares[j]))
			j++;
		if (i == x->first + x->nr || j == y->first + y->nr)
			return i == x->first + x->nr && j == y->first + y->nr;
		if (!same_share(&a->shares[i++], &b->shares[j++]))
			return false;
	}
}

/* In what, in words: what a reader looks for first comes first. */
static void tell_difference(const struct region *x, const struct region *y,
			    char *text, size_t size)
{
	static const char *const where[NR_CLASSES] = {
		[CLASS_TASK] = "",
		[CLASS_IRQ] = " in interrupts",
		[CLASS_RCU] = " in callbacks",
		[CLASS_REFILL] = " in refills",
		[CLASS_USER] = " of the program",
	};

	for (int c = 0; c < NR_CLASSES; c++) {
		uint64_t m = x->counts[c][COUNT_INSNS];
		uint64_t n = y->counts[c][COUNT_INSNS];

		if (m == n || (x->id == MARKER_DRAIN && c != CLASS_RCU))
			continue;
		snprintf(text, size, "%" PRIu64 " or %" PRIu64 " instructions%s",
			 m, n, where[c]);
		return;
	}
	if (x->id != y->id)
		snprintf(text, size, "not the same kind of region");
	else if (x->id == MARKER_OP && x->irqs != y->irqs)
		snprintf(text, size, "%" PRIu64 " or %" PRIu64 " interrupts",
			 x->irqs, y->irqs);
	else if (x->id == MARKER_OP && x->switches != y->switches)
		snprintf(text, size,
			 "%" PRIu64 " or %" PRIu64 " context switches",
			 x->switches, y->switches);
	else
		snprintf(text, size,
			 "as many instructions, but other functions, calls, loads, stores or cache lines");
}

/**
 * regions_differ - first operation in which two runs differ
 * @line: the guest's "regions" line
 * @a: one run
 * @b: the other one
 * @where: gets the operation in words
 * @size: of @where
 *
 * Return: true if they differ, with @where.
 */
bool regions_differ(const json_t *line, const struct regions *a,
		    const struct regions *b, char *where, size_t size)
{
	struct plan p = read_plan(line);
	size_t per_kind = p.ops + 1;

	for (size_t i = 0; i < a->nr && i < b->nr; i++) {
		size_t batch = i / per_kind / (p.nr_kinds ? p.nr_kinds : 1);
		size_t kind = i / per_kind % (p.nr_kinds ? p.nr_kinds : 1);
		char in[128];

		if (same_region(a, &a->v[i], b, &b->v[i]))
			continue;
		tell_difference(&a->v[i], &b->v[i], in, sizeof(in));
		if (i % per_kind == p.ops)
			snprintf(where, size,
				 "drain after %s of batch %zu (of which %zu warm up): %s",
				 kind_name(&p, kind), batch, p.warmup, in);
		else
			snprintf(where, size,
				 "%s operation %zu of batch %zu (of which %zu warm up): %s",
				 kind_name(&p, kind), i % per_kind, batch,
				 p.warmup, in);
		return true;
	}
	if (a->nr == b->nr)
		return false;
	snprintf(where, size, "%zu or %zu regions", a->nr, b->nr);
	return true;
}

/* Add a line of the plugin's stacks to the sum of its kind of operation. */
static int add_chain(const struct plan *p, char *text, json_t *const *sums)
{
	unsigned long long group, insns;
	json_int_t before;
	json_t *sum;
	int at = 0;
	char *chain, *end = strchr(text, '\n');

	if (!end || sscanf(text, "%llu\t%llu%n", &group, &insns, &at) != 2 ||
	    text[at] != '\t' || text + at + 1 == end)
		return -EBADMSG;
	if (group < p->warmup * p->nr_kinds)
		return 0;
	chain = text + at + 1;
	*end = '\0';
	sum = sums[group % p->nr_kinds];
	before = json_integer_value(json_object_get(sum, chain));
	return json_object_set_new(sum, chain,
				   json_integer(before + (json_int_t)insns))
		       ? -EBADMSG
		       : 0;
}

static json_t *stacks_line(const struct plan *p, size_t kind, json_t *sum)
{
	json_t *line = about("stacks", p, kind), *folded = json_array(), *v;
	const char *chain;

	json_object_foreach(sum, chain, v)
		json_array_append_new(folded, json_pack("[s, O]", chain, v));
	json_object_set_new(line, "ops",
			    json_integer((json_int_t)(p->ops * p->batches)));
	json_object_set_new(line, "folded", folded);
	return line;
}

/**
 * stacks_lines - chains of callers
 * @line: the guest's "regions" line
 * @path: the plugin's stacks, "GROUP INSNS CHAIN"; a group is a batch of one kind
 * @lines: array that gets a line for each kind of operation
 *
 * Return: 0 or -errno; -EBADMSG if a line is not whole.
 */
int stacks_lines(const json_t *line, const char *path, json_t *lines)
{
	struct plan p = read_plan(line);
	json_t *sums[SCENARIO_MAX_OPS];
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	int err = 0;

	if (!f)
		return -errno;
	if (!p.nr_kinds || p.nr_kinds > SCENARIO_MAX_OPS) {
		fclose(f);
		return -EBADMSG;
	}
	for (size_t k = 0; k < p.nr_kinds; k++)
		sums[k] = json_object();
	while (!err && getline(&text, &size, f) > 0)
		err = add_chain(&p, text, sums);
	free(text);
	fclose(f);
	for (size_t k = 0; k < p.nr_kinds; k++) {
		if (!err)
			json_array_append_new(lines, stacks_line(&p, k, sums[k]));
		json_decref(sums[k]);
	}
	return err;
}
