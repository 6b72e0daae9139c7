// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reader of records. A record comes from another machine, so nothing in it is
 * trusted: one line at a time, bounded, and the first thing that is wrong
 * refuses the file by name and line.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "util.h"

struct parser {
	struct record *rec;
	size_t line;
	size_t trailer; /* line of the trailer, 0 before it */
	int64_t minor;
	char *err;
	size_t errsz;
};

static int __attribute__((format(printf, 2, 3)))
refuse(struct parser *p, const char *fmt, ...)
{
	size_t len;
	va_list ap;

	snprintf(p->err, p->errsz, "%s:%zu: ", p->rec->path, p->line);
	len = strlen(p->err);
	va_start(ap, fmt);
	vsnprintf(p->err + len, p->errsz - len, fmt, ap);
	va_end(ap);

	/* The text may quote the file, and is going to a terminal. */
	for (char *c = p->err + len; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return -EINVAL;
}

/* C0, DEL, and C1 as UTF-8 encodes it: a terminal may act on any of them. */
static bool has_control(const char *s)
{
	for (const unsigned char *c = (const unsigned char *)s; *c; c++)
		if (*c < 0x20 || *c == 0x7f ||
		    (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0))
			return true;
	return false;
}

/* The depth of recursion is bounded by jansson's parser. */
static int check_strings(struct parser *p, json_t *v)
{
	const char *key;
	json_t *child;
	size_t i;
	int err;

	if (json_is_string(v) && has_control(json_string_value(v)))
		return refuse(p, "control character in a string");

	json_object_foreach(v, key, child) {
		if (has_control(key))
			return refuse(p, "control character in a key");
		err = check_strings(p, child);
		if (err)
			return err;
	}
	json_array_foreach(v, i, child) {
		err = check_strings(p, child);
		if (err)
			return err;
	}
	return 0;
}

static int get_string(struct parser *p, json_t *obj, const char *key,
		      const char **out)
{
	*out = json_string_value(json_object_get(obj, key));
	if (!*out)
		return refuse(p, "\"%s\" is missing or not a string", key);
	if (!**out)
		return refuse(p, "\"%s\" is empty", key);
	return 0;
}

static int get_name(struct parser *p, json_t *obj, const char *key,
		    const char **out)
{
	int err = get_string(p, obj, key, out);
	size_t len;

	if (err)
		return err;
	len = strspn(*out, "abcdefghijklmnopqrstuvwxyz0123456789_");
	if ((*out)[len] || len > RECORD_NAME_MAX)
		return refuse(p, "\"%s\" is \"%.80s\": a name is [a-z0-9_]{1,%d}",
			      key, *out, RECORD_NAME_MAX);
	return 0;
}

static int get_name_or_null(struct parser *p, json_t *obj, const char *key,
			    const char **out)
{
	json_t *v = json_object_get(obj, key);

	*out = NULL;
	return !v || json_is_null(v) ? 0 : get_name(p, obj, key, out);
}

static int get_integer(struct parser *p, json_t *obj, const char *key,
		       int64_t min, int64_t *out)
{
	json_t *v = json_object_get(obj, key);

	if (!json_is_integer(v))
		return refuse(p, "\"%s\" is missing or not an integer", key);
	*out = json_integer_value(v);
	if (*out < min)
		return refuse(p, "\"%s\" is %lld, less than %lld", key,
			      (long long)*out, (long long)min);
	return 0;
}

/* An object whose values are strings, or none at all. */
static int get_strings(struct parser *p, json_t *obj, const char *key,
		       json_t **out)
{
	const char *k;
	json_t *v;

	*out = json_object_get(obj, key);
	if (!json_is_object(*out))
		return refuse(p, "\"%s\" is missing or not an object", key);
	json_object_foreach(*out, k, v)
		if (!json_is_string(v))
			return refuse(p, "\"%s\": \"%.80s\" is not a string",
				      key, k);
	return 0;
}

static int read_header(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	json_t *schema = json_object_get(line, "schema");
	const char *name;
	int64_t major;
	int err;

	err = get_string(p, schema, "name", &name);
	if (err)
		return err;
	if (strcmp(name, RECORD_SCHEMA))
		return refuse(p, "schema \"%.80s\" is not \"%s\"", name,
			      RECORD_SCHEMA);
	err = get_integer(p, schema, "major", 0, &major);
	if (err)
		return err;
	if (major != RECORD_MAJOR)
		return refuse(p,
			      "schema major %lld is unknown, this program reads %d",
			      (long long)major, RECORD_MAJOR);
	if (json_object_get(schema, "minor")) {
		err = get_integer(p, schema, "minor", 0, &p->minor);
		if (err)
			return err;
	}

	err = get_name(p, line, "tier", &rec->tier);
	if (err)
		return err;
	if (strcmp(rec->tier, "exact") && strcmp(rec->tier, "metal"))
		return refuse(p, "tier \"%s\" is neither exact nor metal",
			      rec->tier);

	err = get_name_or_null(p, line, "stage", &rec->stage);
	if (err)
		return err;
	rec->kernel = json_object_get(line, "kernel");
	err = get_string(p, rec->kernel, "release", &rec->release);
	if (err)
		return err;
	err = get_strings(p, line, "env", &rec->env);
	if (err)
		return err;
	if (json_object_get(line, "info")) {
		err = get_strings(p, line, "info", &rec->info);
		if (err)
			return err;
	}

	rec->header = json_incref(line);
	return 0;
}

static int read_number(struct parser *p, const struct record_row *row,
		       const char *where, json_t *v, double *out)
{
	if (!json_is_number(v))
		return refuse(p, "\"%s\" holds something that is not a number",
			      where);
	*out = json_number_value(v);
	if (*out < 0 && !strcmp(row->pass, "time"))
		return refuse(p, "\"%s\" holds a negative time", where);
	return 0;
}

static int read_batches(struct parser *p, struct record_row *row)
{
	json_t *arr = json_object_get(row->json, "batches");
	size_t n = json_array_size(arr), i;
	double *sorted, sum = 0;
	json_t *v;
	int err;

	if (!n)
		return refuse(p,
			      "\"batches\" is missing, empty, or not an array");

	row->batches = calloc(n, sizeof(*row->batches));
	sorted = calloc(n, sizeof(*sorted));
	if (!row->batches || !sorted) {
		free(sorted);
		return -ENOMEM;
	}
	row->nr_batches = n;

	json_array_foreach(arr, i, v) {
		err = read_number(p, row, "batches", v, &row->batches[i]);
		if (err)
			goto out;
		sum += row->batches[i];
		sorted[i] = row->batches[i] / row->ops;
	}

	row->value = row->exact ? sum / (row->ops * n) : stats_median(sorted, n);
	err = isfinite(row->value) ? 0 : refuse(p, "\"batches\" overflow");
out:
	free(sorted);
	return err;
}

/* Nothing reads single operations yet; what is there must still be right. */
static int check_per_op(struct parser *p, const struct record_row *row)
{
	json_t *arr = json_object_get(row->json, "per_op"), *v;
	double unused;
	size_t i;
	int err;

	if (!arr || json_is_null(arr))
		return 0;
	if (json_array_size(arr) != row->ops * row->nr_batches)
		return refuse(p,
			      "\"per_op\" holds %zu values, not ops x batches = %.0f",
			      json_array_size(arr), row->ops * row->nr_batches);
	json_array_foreach(arr, i, v) {
		err = read_number(p, row, "per_op", v, &unused);
		if (err)
			return err;
	}
	return 0;
}

static int read_hist(struct parser *p, struct record_row *row)
{
	json_t *arr = json_object_get(row->json, "hist"), *bin;
	size_t i;
	int err;

	if (!arr || json_is_null(arr))
		return 0;
	if (!json_is_array(arr))
		return refuse(p, "\"hist\" is not an array");
	if (!json_array_size(arr))
		return 0;

	row->hist = calloc(json_array_size(arr), sizeof(*row->hist));
	if (!row->hist)
		return -ENOMEM;
	row->nr_hist = json_array_size(arr);

	json_array_foreach(arr, i, bin) {
		struct hist_bin *b = &row->hist[i];

		err = read_number(p, row, "hist", json_array_get(bin, 0),
				  &b->value);
		if (err)
			return err;
		if (json_array_size(bin) != 2 ||
		    !json_is_integer(json_array_get(bin, 1)) ||
		    json_integer_value(json_array_get(bin, 1)) <= 0)
			return refuse(p,
				      "\"hist\" holds something that is not [value, count]");
		b->count = json_integer_value(json_array_get(bin, 1));
		if (i && b->value <= b[-1].value)
			return refuse(p, "\"hist\" is not ascending");
	}
	return 0;
}

static int read_row(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_row *row;
	json_t *exact = json_object_get(line, "exact");
	int64_t ops;
	int err;

	/* Owned by the record from here on, whatever is wrong with it. */
	rec->rows = xgrow(rec->rows, rec->nr_rows, sizeof(*row));
	row = &rec->rows[rec->nr_rows++];
	row->json = json_incref(line);
	row->line = p->line;

	if ((err = get_name(p, line, "scenario", &row->scenario)) ||
	    (err = get_string(p, line, "version", &row->version)) ||
	    (err = get_name(p, line, "op", &row->op)) ||
	    (err = get_name(p, line, "metric", &row->metric)) ||
	    (err = get_string(p, line, "unit", &row->unit)) ||
	    (err = get_name(p, line, "pass", &row->pass)) ||
	    (err = get_name(p, line, "better", &row->better)) ||
	    (err = get_integer(p, line, "ops", 1, &ops)))
		return err;

	if (strcmp(row->better, "lower") && strcmp(row->better, "higher") &&
	    strcmp(row->better, "neither"))
		return refuse(p, "\"better\" is \"%s\": lower, higher or neither",
			      row->better);
	if (!json_is_boolean(exact))
		return refuse(p, "\"exact\" is missing or not a boolean");
	row->exact = json_is_true(exact);
	row->ops = ops;

	if ((err = read_batches(p, row)) || (err = check_per_op(p, row)) ||
	    (err = read_hist(p, row)))
		return err;

	/* Boxed numbers take ten times the room; only the strings stay. */
	json_object_del(line, "batches");
	json_object_del(line, "per_op");
	json_object_del(line, "hist");
	return 0;
}

static int read_shape(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_shape *shape;
	int err;

	rec->shapes = xgrow(rec->shapes, rec->nr_shapes, sizeof(*shape));
	shape = &rec->shapes[rec->nr_shapes++];
	shape->json = json_incref(line);

	if ((err = get_name(p, line, "scenario", &shape->scenario)) ||
	    (err = get_name(p, line, "op", &shape->op)) ||
	    (err = get_string(p, line, "outcome", &shape->outcome)) ||
	    (err = get_integer(p, line, "vmas_before", 0, &shape->vmas_before)) ||
	    (err = get_integer(p, line, "vmas_after", 0, &shape->vmas_after)) ||
	    (err = get_integer(p, line, "ops", 1, &shape->ops)))
		return err;
	return 0;
}

static int read_note(struct parser *p, json_t *line, struct record_note **notes,
		     size_t *nr)
{
	struct record_note *note;
	int err;

	*notes = xgrow(*notes, *nr, sizeof(*note));
	note = &(*notes)[(*nr)++];
	note->json = json_incref(line);

	if ((err = get_name(p, line, "scenario", &note->scenario)) ||
	    (err = get_name_or_null(p, line, "op", &note->op)) ||
	    (err = get_string(p, line, "reason", &note->reason)))
		return err;
	return 0;
}

/* A count that a double holds to the digit. */
static int read_count(struct parser *p, const char *where, json_t *v, int64_t *out)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) >= RECORD_COUNT_LIMIT)
		return refuse(p, "\"%s\" holds a count that is not 0 to 2^53 - 1",
			      where);
	*out = json_integer_value(v);
	return 0;
}

static int get_ops(struct parser *p, json_t *line, int64_t *ops)
{
	int err = get_integer(p, line, "ops", 1, ops);

	if (!err && *ops > INT32_MAX)
		err = refuse(p, "\"ops\" is %lld, more than %d",
			     (long long)*ops, INT32_MAX);
	return err;
}

/* A symbol of the kernel; @len bytes of @s, which need not end there. */
static int check_function(struct parser *p, const char *where, const char *s,
			  size_t len)
{
	size_t ok = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$");
	int shown = len < 80 ? (int)len : 80;

	if (len && len <= RECORD_FUNCTION_MAX && ok >= len)
		return 0;
	return refuse(p,
		      "\"%s\" holds the function \"%.*s\": a name is [A-Za-z0-9_.$]{1,%d}",
		      where, shown, s, RECORD_FUNCTION_MAX);
}

static int check_frame(struct parser *p, const char *where, const char *s,
		       size_t len)
{
	static const char *const special[] = { "[user]", "[unknown]" };

	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (strlen(special[i]) == len && !strncmp(s, special[i], len))
			return 0;
	return check_function(p, where, s, len);
}

/* Sum of counts that stays one. */
static int add_count(struct parser *p, const char *where, int64_t *sum,
		     int64_t count)
{
	*sum += count;
	return *sum < RECORD_COUNT_LIMIT
		       ? 0
		       : refuse(p, "\"%s\" add up to 2^53 or more", where);
}

static int read_function(struct parser *p, struct record_functions *fns,
			 json_t *v)
{
	const char *name = json_string_value(json_array_get(v, 0));
	struct record_function *fn;
	int err;

	if (json_array_size(v) != 5 || !name)
		return refuse(p,
			      "\"functions\" holds something that is not [name, insns, calls, loads, stores]");
	err = check_frame(p, "functions", name, strlen(name));
	if (err)
		return err;

	fn = &fns->functions[fns->nr_functions];
	if ((err = read_count(p, "functions", json_array_get(v, 1), &fn->insns)) ||
	    (err = read_count(p, "functions", json_array_get(v, 2), &fn->calls)) ||
	    (err = read_count(p, "functions", json_array_get(v, 3), &fn->loads)) ||
	    (err = read_count(p, "functions", json_array_get(v, 4), &fn->stores)) ||
	    (err = add_count(p, "functions", &fns->insns, fn->insns)))
		return err;
	fn->name = strdup(name);
	if (!fn->name)
		return -ENOMEM;
	fns->nr_functions++;
	return 0;
}

static int function_cmp(const void *a, const void *b)
{
	const struct record_function *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int functions_cmp(const void *a, const void *b)
{
	const struct record_functions *x = a, *y = b;
	int d;

	if ((d = strcmp(x->scenario, y->scenario)) ||
	    (d = strcmp(x->op, y->op)) || (d = strcmp(x->region, y->region)))
		return d;
	return strcmp(x->class, y->class);
}

static bool is_one_of(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(s, *list))
			return true;
	return false;
}

static int read_functions(struct parser *p, json_t *line)
{
	static const char *const regions[] = { "op", "drain", NULL };
	static const char *const classes[] = { "task", "irq", "rcu", "user",
					       NULL };
	json_t *arr = json_object_get(line, "functions"), *v;
	struct record *rec = p->rec;
	struct record_functions *fns;
	size_t i;
	int err;

	rec->functions = xgrow(rec->functions, rec->nr_functions, sizeof(*fns));
	fns = &rec->functions[rec->nr_functions++];
	fns->json = json_incref(line);
	fns->line = p->line;

	if ((err = get_name(p, line, "scenario", &fns->scenario)) ||
	    (err = get_string(p, line, "version", &fns->version)) ||
	    (err = get_name(p, line, "op", &fns->op)) ||
	    (err = get_name(p, line, "region", &fns->region)) ||
	    (err = get_name(p, line, "class", &fns->class)) ||
	    (err = get_ops(p, line, &fns->ops)))
		return err;
	if (!is_one_of(fns->region, regions))
		return refuse(p, "\"region\" is \"%s\": op or drain",
			      fns->region);
	if (!is_one_of(fns->class, classes))
		return refuse(p, "\"class\" is \"%s\": task, irq, rcu or user",
			      fns->class);
	if (!json_is_array(arr))
		return refuse(p, "\"functions\" is missing or not an array");

	fns->functions =
		calloc(json_array_size(arr) + 1, sizeof(*fns->functions));
	if (!fns->functions)
		return -ENOMEM;
	json_array_foreach(arr, i, v) {
		err = read_function(p, fns, v);
		if (err)
			return err;
	}
	qsort(fns->functions, fns->nr_functions, sizeof(*fns->functions),
	      function_cmp);
	for (i = 1; i < fns->nr_functions; i++)
		if (!function_cmp(&fns->functions[i - 1], &fns->functions[i]))
			return refuse(p, "\"functions\" holds %s twice",
				      fns->functions[i].name);
	json_object_del(line, "functions");
	return 0;
}

static int string_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int read_symbols(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	const char *names;
	size_t len;
	int err = get_string(p, line, "names", &names);

	if (err)
		return err;
	if (rec->symbols)
		return refuse(p, "a second \"symbols\"");
	rec->symbols_text = strdup(names);
	if (!rec->symbols_text)
		return -ENOMEM;

	for (char *s = rec->symbols_text;; s += len + 1) {
		bool last;

		len = strcspn(s, " ");
		err = check_function(p, "names", s, len);
		if (err)
			return err;
		rec->symbols = xgrow(rec->symbols, rec->nr_symbols,
				     sizeof(*rec->symbols));
		rec->symbols[rec->nr_symbols++] = s;
		last = !s[len];
		s[len] = '\0';
		if (last)
			break;
	}
	qsort(rec->symbols, rec->nr_symbols, sizeof(*rec->symbols), string_cmp);
	json_object_del(line, "names");
	return 0;
}

static int check_frames(struct parser *p, const char *frames)
{
	size_t depth = 0, len;
	int err;

	for (const char *s = frames;; s += len + 1) {
		len = strcspn(s, ";");
		err = check_frame(p, "folded", s, len);
		if (err)
			return err;
		if (++depth > RECORD_DEPTH_MAX)
			return refuse(p, "\"folded\" holds more than %d frames",
				      RECORD_DEPTH_MAX);
		if (!s[len])
			return 0;
	}
}

static int read_stack(struct parser *p, struct record_stacks *stacks, json_t *v,
		      int64_t *sum)
{
	const char *frames = json_string_value(json_array_get(v, 0));
	struct record_stack *stack = &stacks->stacks[stacks->nr_stacks];
	int err;

	if (json_array_size(v) != 2 || !frames)
		return refuse(p,
			      "\"folded\" holds something that is not [frames, insns]");
	if ((err = check_frames(p, frames)) ||
	    (err = read_count(p, "folded", json_array_get(v, 1), &stack->insns)) ||
	    (err = add_count(p, "folded", sum, stack->insns)))
		return err;
	stack->frames = strdup(frames);
	if (!stack->frames)
		return -ENOMEM;
	stacks->nr_stacks++;
	return 0;
}

static int stack_cmp(const void *a, const void *b)
{
	const struct record_stack *x = a, *y = b;

	return strcmp(x->frames, y->frames);
}

static int stacks_cmp(const void *a, const void *b)
{
	const struct record_stacks *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

static int read_stacks(struct parser *p, json_t *line)
{
	json_t *arr = json_object_get(line, "folded"), *v;
	struct record *rec = p->rec;
	struct record_stacks *stacks;
	int64_t sum = 0;
	size_t i;
	int err;

	rec->stacks = xgrow(rec->stacks, rec->nr_stacks, sizeof(*stacks));
	stacks = &rec->stacks[rec->nr_stacks++];
	stacks->json = json_incref(line);
	stacks->line = p->line;

	if ((err = get_name(p, line, "scenario", &stacks->scenario)) ||
	    (err = get_string(p, line, "version", &stacks->version)) ||
	    (err = get_name(p, line, "op", &stacks->op)) ||
	    (err = get_ops(p, line, &stacks->ops)))
		return err;
	if (!json_is_array(arr))
		return refuse(p, "\"folded\" is missing or not an array");

	stacks->stacks =
		calloc(json_array_size(arr) + 1, sizeof(*stacks->stacks));
	if (!stacks->stacks)
		return -ENOMEM;
	json_array_foreach(arr, i, v) {
		err = read_stack(p, stacks, v, &sum);
		if (err)
			return err;
	}
	qsort(stacks->stacks, stacks->nr_stacks, sizeof(*stacks->stacks),
	      stack_cmp);
	for (i = 1; i < stacks->nr_stacks; i++)
		if (!stack_cmp(&stacks->stacks[i - 1], &stacks->stacks[i]))
			return refuse(p, "\"folded\" holds %.80s twice",
				      stacks->stacks[i].frames);
	json_object_del(line, "folded");
	return 0;
}

static int read_trailer(struct parser *p, json_t *line)
{
	int64_t lines;
	int err = get_integer(p, line, "lines", 0, &lines);

	if (err)
		return err;
	if ((size_t)lines != p->line - 1)
		return refuse(p,
			      "trailer counts %lld lines, the file has %zu before it",
			      (long long)lines, p->line - 1);
	p->trailer = p->line;
	return 0;
}

static int read_object(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	const char *type;
	int err;

	err = check_strings(p, line);
	if (err)
		return err;
	err = get_name(p, line, "type", &type);
	if (err)
		return err;

	if (p->trailer)
		return refuse(p, "\"%s\" after the trailer", type);
	if (!strcmp(type, "header") != (p->line == 1))
		return refuse(p,
			      p->line == 1 ? "no header: the first line is a \"%s\""
					   : "a second \"%s\"",
			      type);

	if (!strcmp(type, "header"))
		return read_header(p, line);
	if (!strcmp(type, "row"))
		return read_row(p, line);
	if (!strcmp(type, "shape"))
		return read_shape(p, line);
	if (!strcmp(type, "skip"))
		return read_note(p, line, &rec->skips, &rec->nr_skips);
	if (!strcmp(type, "failure"))
		return read_note(p, line, &rec->failures, &rec->nr_failures);
	if (!strcmp(type, "functions"))
		return read_functions(p, line);
	if (!strcmp(type, "symbols"))
		return read_symbols(p, line);
	if (!strcmp(type, "stacks"))
		return read_stacks(p, line);
	if (!strcmp(type, "trailer"))
		return read_trailer(p, line);
	if (p->minor > RECORD_MINOR)
		return 0; /* what a later minor added */
	return refuse(p, "unknown type \"%s\"", type);
}

static int read_line(struct parser *p, const char *buf, size_t len)
{
	json_error_t jerr;
	json_t *line;
	int err;

	line = json_loadb(buf, len, JSON_REJECT_DUPLICATES, &jerr);
	if (!line)
		return refuse(p, "not JSON: %s (column %d)", jerr.text,
			      jerr.column);
	err = json_is_object(line) ? read_object(p, line)
				   : refuse(p, "not an object");
	json_decref(line);
	return err;
}

/*
 * getline(3) with a bound: a line of a gigabyte is refused, not swallowed.
 * Return: length without the newline, -ENODATA at the end, or an error.
 */
static ssize_t get_line(struct parser *p, FILE *f, char **buf, size_t *room)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		if (len == RECORD_LINE_MAX)
			return refuse(p, "line is longer than %d MiB",
				      RECORD_LINE_MAX >> 20);
		if (len == *room) {
			size_t more = *room ? *room * 2 : 4096;
			char *grown = realloc(*buf, more);

			if (!grown)
				return -ENOMEM;
			*buf = grown;
			*room = more;
		}
		(*buf)[len++] = c;
	}
	if (ferror(f))
		return errno ? -errno : -EIO;
	return c == EOF && !len ? -ENODATA : (ssize_t)len;
}

static int read_lines(struct parser *p, FILE *f)
{
	char *buf = NULL;
	size_t room = 0;
	ssize_t len;
	int err = 0;

	while (!err) {
		p->line++;
		len = get_line(p, f, &buf, &room);
		if (len < 0) {
			err = len;
			break;
		}
		err = read_line(p, len ? buf : "", len);
	}
	free(buf);
	if (err != -ENODATA)
		return err;

	if (p->line == 1)
		return refuse(p, "no header: the file is empty");
	if (!p->trailer) {
		p->line--;
		return refuse(p,
			      "no trailer after this line: the record was cut short");
	}
	return 0;
}

/**
 * record_row_cmp() - order of rows: scenario, op, metric, pass
 * @a: a struct record_row
 * @b: another
 */
int record_row_cmp(const void *a, const void *b)
{
	const struct record_row *x = a, *y = b;
	int d;

	if ((d = strcmp(x->scenario, y->scenario)) ||
	    (d = strcmp(x->op, y->op)) || (d = strcmp(x->metric, y->metric)))
		return d;
	return strcmp(x->pass, y->pass);
}

static int sort_rows(struct parser *p)
{
	struct record *rec = p->rec;

	if (!rec->nr_rows)
		return 0;
	qsort(rec->rows, rec->nr_rows, sizeof(*rec->rows), record_row_cmp);

	for (size_t i = 1; i < rec->nr_rows; i++) {
		const struct record_row *a = &rec->rows[i - 1], *b = a + 1;

		if (record_row_cmp(a, b))
			continue;
		p->line = a->line > b->line ? a->line : b->line;
		return refuse(p, "row %s %s %s is in the file twice",
			      a->scenario, a->op, a->metric);
	}
	return 0;
}

static int sort_functions(struct parser *p)
{
	struct record *rec = p->rec;

	if (rec->nr_functions)
		qsort(rec->functions, rec->nr_functions,
		      sizeof(*rec->functions), functions_cmp);
	for (size_t i = 1; i < rec->nr_functions; i++) {
		const struct record_functions *a = &rec->functions[i - 1];
		const struct record_functions *b = a + 1;

		if (functions_cmp(a, b))
			continue;
		p->line = a->line > b->line ? a->line : b->line;
		return refuse(p, "functions of %s %s %s %s are in the file twice",
			      a->scenario, a->op, a->region, a->class);
	}

	if (rec->nr_stacks)
		qsort(rec->stacks, rec->nr_stacks, sizeof(*rec->stacks),
		      stacks_cmp);
	for (size_t i = 1; i < rec->nr_stacks; i++) {
		const struct record_stacks *a = &rec->stacks[i - 1], *b = a + 1;

		if (stacks_cmp(a, b))
			continue;
		p->line = a->line > b->line ? a->line : b->line;
		return refuse(p, "stacks of %s %s are in the file twice",
			      a->scenario, a->op);
	}
	return 0;
}

/* The row that a functions line splits up, by name; NULL if there is none. */
static const char *metric_of(const struct record_functions *fns)
{
	if (!strcmp(fns->region, "op") && !strcmp(fns->class, "task"))
		return "insns";
	if (!strcmp(fns->region, "drain") && !strcmp(fns->class, "rcu"))
		return "insns_deferred";
	return NULL;
}

/*
 * The functions of an operation are its row, to the instruction: a bill that
 * lost some, or that is of another run, explains nothing.
 */
static int check_functions(struct parser *p, const struct record_functions *fns)
{
	struct record_row key = {
		.scenario = fns->scenario,
		.op = fns->op,
		.metric = metric_of(fns),
		.pass = "insns",
	};
	const struct record_row *row;
	int64_t total;

	if (!key.metric)
		return 0;
	p->line = fns->line;
	row = record_find_row(p->rec, &key);
	if (!row)
		return refuse(p, "functions of %s %s without its row %s",
			      fns->scenario, fns->op, key.metric);
	if (strcmp(row->version, fns->version))
		return refuse(p,
			      "functions of %s %s are of another version than its rows",
			      fns->scenario, fns->op);
	if (row->ops * row->nr_batches != fns->ops)
		return refuse(p,
			      "functions of %s %s are of %lld operations, its row %s of %.0f",
			      fns->scenario, fns->op, (long long)fns->ops,
			      key.metric, row->ops * row->nr_batches);
	if (record_row_total(row, &total) || total != fns->insns)
		return refuse(p,
			      "functions of %s %s add up to %lld instructions, its row %s to %.15g",
			      fns->scenario, fns->op, (long long)fns->insns,
			      key.metric, row->value * fns->ops);
	return 0;
}

static int check_lines(struct parser *p)
{
	int err = sort_rows(p);

	if (!err)
		err = sort_functions(p);
	for (size_t i = 0; !err && i < p->rec->nr_functions; i++)
		err = check_functions(p, &p->rec->functions[i]);
	return err;
}

/**
 * record_read() - read and validate one record
 * @path: file
 * @out: the record, to be given to record_free(); NULL on an error
 * @err: filled on an error: "FILE:LINE: what is wrong"
 * @errsz: room in @err, not 0
 *
 * Return: 0; -EINVAL when the content is refused; what open and read say.
 */
int record_read(const char *path, struct record **out, char *err, size_t errsz)
{
	struct parser p = { .err = err, .errsz = errsz };
	FILE *f = NULL;
	int ret = -ENOMEM;

	*out = NULL;
	*err = '\0';
	p.rec = calloc(1, sizeof(*p.rec));
	if (!p.rec)
		goto out;
	p.rec->path = strdup(path);
	if (!p.rec->path)
		goto out;

	f = fopen(path, "re");
	if (!f) {
		ret = -errno;
		goto out;
	}
	ret = read_lines(&p, f);
	if (!ret)
		ret = check_lines(&p);
out:
	if (f)
		fclose(f);
	if (ret) {
		if (!*err)
			snprintf(err, errsz, "%s: %s", path, strerror(-ret));
		record_free(p.rec);
		return ret;
	}
	*out = p.rec;
	return 0;
}

static void free_notes(struct record_note *notes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		json_decref(notes[i].json);
	free(notes);
}

static void free_functions(struct record *rec)
{
	for (size_t i = 0; i < rec->nr_functions; i++) {
		struct record_functions *fns = &rec->functions[i];

		for (size_t j = 0; j < fns->nr_functions; j++)
			free(fns->functions[j].name);
		free(fns->functions);
		json_decref(fns->json);
	}
	for (size_t i = 0; i < rec->nr_stacks; i++) {
		struct record_stacks *stacks = &rec->stacks[i];

		for (size_t j = 0; j < stacks->nr_stacks; j++)
			free(stacks->stacks[j].frames);
		free(stacks->stacks);
		json_decref(stacks->json);
	}
	free(rec->functions);
	free(rec->stacks);
	free(rec->symbols);
	free(rec->symbols_text);
}

/**
 * record_free() - give back what record_read() returned
 * @rec: a record or NULL
 */
void record_free(struct record *rec)
{
	if (!rec)
		return;
	for (size_t i = 0; i < rec->nr_rows; i++) {
		free(rec->rows[i].batches);
		free(rec->rows[i].hist);
		json_decref(rec->rows[i].json);
	}
	for (size_t i = 0; i < rec->nr_shapes; i++)
		json_decref(rec->shapes[i].json);
	free_functions(rec);
	free_notes(rec->skips, rec->nr_skips);
	free_notes(rec->failures, rec->nr_failures);
	free(rec->rows);
	free(rec->shapes);
	json_decref(rec->header);
	free(rec->path);
	free(rec);
}

/**
 * record_find_row() - the row of one record that matches another's
 * @rec: record to search
 * @key: row with scenario, op, metric and pass set
 *
 * Return: the row or NULL.
 */
const struct record_row *record_find_row(const struct record *rec,
					 const struct record_row *key)
{
	if (!rec->nr_rows)
		return NULL;
	return bsearch(key, rec->rows, rec->nr_rows, sizeof(*key),
		       record_row_cmp);
}

/**
 * record_find_shape() - what one operation did to the address space
 * @rec: record to search
 * @scenario: name
 * @op: operation
 *
 * Return: the shape or NULL.
 */
const struct record_shape *record_find_shape(const struct record *rec,
					     const char *scenario, const char *op)
{
	for (size_t i = 0; i < rec->nr_shapes; i++)
		if (!strcmp(rec->shapes[i].scenario, scenario) &&
		    !strcmp(rec->shapes[i].op, op))
			return &rec->shapes[i];
	return NULL;
}

/**
 * record_find_functions() - the functions of one operation
 * @rec: record to search
 * @scenario: name
 * @op: operation
 * @region: "op" or "drain"
 * @class: "task", "irq", "rcu" or "user"
 *
 * Return: the functions or NULL.
 */
const struct record_functions *
record_find_functions(const struct record *rec, const char *scenario,
		      const char *op, const char *region, const char *class)
{
	const struct record_functions key = {
		.scenario = scenario,
		.op = op,
		.region = region,
		.class = class,
	};

	if (!rec->nr_functions)
		return NULL;
	return bsearch(&key, rec->functions, rec->nr_functions, sizeof(key),
		       functions_cmp);
}

/**
 * record_find_stacks() - the call chains of one operation
 * @rec: record to search
 * @scenario: name
 * @op: operation
 *
 * Return: the stacks or NULL.
 */
const struct record_stacks *record_find_stacks(const struct record *rec,
					       const char *scenario,
					       const char *op)
{
	const struct record_stacks key = { .scenario = scenario, .op = op };

	if (!rec->nr_stacks)
		return NULL;
	return bsearch(&key, rec->stacks, rec->nr_stacks, sizeof(key),
		       stacks_cmp);
}

/**
 * record_row_total() - sum of a row's batches, as an integer
 * @row: row
 * @total: filled
 *
 * Return: 0, -ERANGE when a batch is no integer or an integer is too large
 * for a double to hold to the digit.
 */
int record_row_total(const struct record_row *row, int64_t *total)
{
	*total = 0;
	for (size_t i = 0; i < row->nr_batches; i++) {
		double v = row->batches[i];

		if (v != rint(v) || fabs(v) >= RECORD_COUNT_LIMIT)
			return -ERANGE;
		*total += (int64_t)v;
		if (*total >= RECORD_COUNT_LIMIT || *total <= -RECORD_COUNT_LIMIT)
			return -ERANGE;
	}
	return 0;
}
