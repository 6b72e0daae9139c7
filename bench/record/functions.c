// SPDX-License-Identifier: GPL-2.0-or-later
/* Functions, call chains, and the symbols of an image: whose instructions they are. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* A symbol of the kernel; @len bytes of @s, which need not end there. */
static int check_function(struct parser *p, const char *where, const char *s,
			  size_t len)
{
	size_t ok = strspn(s, LOWER UPPER DIGITS "_.$");
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
int add_count(struct parser *p, const char *where, int64_t *sum, int64_t count)
{
	*sum += count;
	return *sum < RECORD_COUNT_LIMIT
		       ? 0
		       : refuse(p, "\"%s\" add up to 2^53 or more", where);
}

/* What a function has, in the order of the record: lines came with minor 10. */
#define NR_WITHOUT_LINES 4
static const size_t counts[] = {
	offsetof(struct record_function, insns),
	offsetof(struct record_function, calls),
	offsetof(struct record_function, loads),
	offsetof(struct record_function, stores),
	offsetof(struct record_function, lines_read),
	offsetof(struct record_function, lines_written),
	offsetof(struct record_function, lines_code),
	offsetof(struct record_function, pages),
};

static int64_t *count_at(struct record_function *fn, size_t i)
{
	return (int64_t *)(void *)((char *)fn + counts[i]);
}

/* A line has lines for all of its functions, or for none. */
static int check_length(struct parser *p, struct record_functions *fns, size_t nr)
{
	bool has_lines = nr == ARRAY_SIZE(counts);

	if (!has_lines && nr != NR_WITHOUT_LINES)
		return refuse(p,
			      "\"functions\" holds something that is not [name, insns, calls, loads, stores] or [name, insns, calls, loads, stores, lines_read, lines_written, lines_code, pages]");
	if (fns->nr_functions && fns->has_lines != has_lines)
		return refuse(p,
			      "\"functions\" holds cache lines of some functions and not of others");
	fns->has_lines = has_lines;
	return 0;
}

static int read_function(struct parser *p, struct record_functions *fns,
			 json_t *v)
{
	const char *name = json_string_value(json_array_get(v, 0));
	struct record_function *fn = &fns->functions[fns->nr_functions];
	size_t nr = name ? json_array_size(v) - 1 : 0;
	int err = check_length(p, fns, nr);

	if (err || (err = check_frame(p, "functions", name, strlen(name))))
		return err;
	for (size_t i = 0; i < nr; i++)
		if ((err = read_count(p, "functions", json_array_get(v, i + 1),
				      count_at(fn, i))) ||
		    (err = add_count(p, "functions", count_at(&fns->sum, i),
				     *count_at(fn, i))))
			return err;
	fn->name = xasprintf("%s", name);
	fns->nr_functions++;
	return 0;
}

/* Of functions, stacks and symbols: each is a string, or begins with one. */
static int string_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int functions_cmp(const void *a, const void *b)
{
	const struct record_functions *x = a, *y = b;
	int d;

	if ((d = strcmp(x->scenario, y->scenario)) ||
	    (d = strcmp(x->op, y->op)) || (d = (int)x->region - (int)y->region))
		return d;
	return (int)x->class - (int)y->class;
}

/* What part of an operation a line is about. */
int get_kind(struct parser *p, json_t *line, enum region_kind *region,
	     enum insn_class *class)
{
	const char *name;
	int err = get_name(p, line, "region", &name);

	if (err)
		return err;
	*region = region_by_name(name);
	if (*region == NR_REGIONS)
		return refuse(p, "\"region\" is \"%s\": op or drain", name);
	err = get_name(p, line, "class", &name);
	if (err)
		return err;
	*class = class_by_name(name);
	if (*class == NR_CLASSES)
		return refuse(p,
			      "\"class\" is \"%s\": task, irq, rcu, refill or user",
			      name);
	return 0;
}

int read_functions(struct parser *p, json_t *line)
{
	json_t *arr = json_object_get(line, "functions"), *v;
	struct record *rec = p->rec;
	struct record_functions *fns = xappend(rec->functions, rec->nr_functions);
	const struct record_function *twice;
	size_t i;
	int err;

	fns->line = p->line;
	if ((err = get_name(p, line, "scenario", &fns->scenario)) ||
	    (err = get_label(p, line, "version", &fns->version)) ||
	    (err = get_name(p, line, "op", &fns->op)) ||
	    (err = get_kind(p, line, &fns->region, &fns->class)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &fns->ops)))
		return err;
	if (!json_is_array(arr))
		return refuse(p, "\"functions\" is missing or not an array");

	fns->functions =
		xcalloc(json_array_size(arr) + 1, sizeof(*fns->functions));
	json_array_foreach(arr, i, v) {
		err = read_function(p, fns, v);
		if (err)
			return err;
	}
	twice = sort_unique(fns->functions, fns->nr_functions,
			    sizeof(*fns->functions), string_cmp);
	if (twice)
		return refuse(p, "\"functions\" holds %s twice", twice->name);
	json_object_del(line, "functions");
	return 0;
}

int read_symbols(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	const char *names;
	size_t len;
	int err = get_string(p, line, "names", &names);

	if (err)
		return err;
	if (rec->symbols)
		return refuse(p, "a second \"symbols\"");
	rec->symbols_text = xasprintf("%s", names);

	for (char *s = rec->symbols_text;; s += len + 1) {
		bool last;

		len = strcspn(s, " ");
		err = check_function(p, "names", s, len);
		if (err)
			return err;
		*xappend(rec->symbols, rec->nr_symbols) = s;
		last = !s[len];
		s[len] = '\0';
		if (last)
			break;
	}
	qsort(rec->symbols, rec->nr_symbols, sizeof(*rec->symbols), string_cmp);
	json_object_del(line, "names");
	return 0;
}

static int read_code_of(struct parser *p, json_t *v)
{
	const char *name = json_string_value(json_array_get(v, 0));
	const char *hash = json_string_value(json_array_get(v, 1));
	struct record *rec = p->rec;
	int err;

	if (json_array_size(v) != 2 || !name || !hash || !*hash ||
	    strlen(hash) > RECORD_LABEL_MAX ||
	    hash[strspn(hash, DIGITS "abcdef")])
		return refuse(p,
			      "\"functions\" holds something that is not [name, hash in hex]");
	err = check_function(p, "functions", name, strlen(name));
	if (err)
		return err;
	rec->code[rec->nr_code++] =
		(struct record_code){ xasprintf("%s", name), hash };
	return 0;
}

int read_code(struct parser *p, json_t *line)
{
	json_t *arr = json_object_get(line, "functions"), *v;
	const struct record_code *twice;
	struct record *rec = p->rec;
	size_t i;
	int err;

	if (!json_is_array(arr))
		return refuse(p, "\"functions\" is missing or not an array");
	if (rec->code)
		return refuse(p, "a second \"code\"");
	rec->code = xcalloc(json_array_size(arr) + 1, sizeof(*rec->code));
	json_array_foreach(arr, i, v) {
		err = read_code_of(p, v);
		if (err)
			return err;
	}
	twice = sort_unique(rec->code, rec->nr_code, sizeof(*rec->code),
			    string_cmp);
	if (twice)
		return refuse(p, "\"functions\" holds %s twice", twice->name);
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
	stack->frames = xasprintf("%s", frames);
	stacks->nr_stacks++;
	return 0;
}

int stacks_cmp(const void *a, const void *b)
{
	const struct record_stacks *x = a, *y = b;
	int d = strcmp(x->scenario, y->scenario);

	return d ? d : strcmp(x->op, y->op);
}

int read_stacks(struct parser *p, json_t *line)
{
	json_t *arr = json_object_get(line, "folded"), *v;
	struct record *rec = p->rec;
	struct record_stacks *stacks = xappend(rec->stacks, rec->nr_stacks);
	const struct record_stack *twice;
	int64_t sum = 0;
	size_t i;
	int err;

	stacks->line = p->line;
	if ((err = get_name(p, line, "scenario", &stacks->scenario)) ||
	    (err = get_label(p, line, "version", &stacks->version)) ||
	    (err = get_name(p, line, "op", &stacks->op)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &stacks->ops)))
		return err;
	if (!json_is_array(arr))
		return refuse(p, "\"folded\" is missing or not an array");

	stacks->stacks =
		xcalloc(json_array_size(arr) + 1, sizeof(*stacks->stacks));
	json_array_foreach(arr, i, v) {
		err = read_stack(p, stacks, v, &sum);
		if (err)
			return err;
	}
	twice = sort_unique(stacks->stacks, stacks->nr_stacks,
			    sizeof(*stacks->stacks), string_cmp);
	if (twice)
		return refuse(p, "\"folded\" holds %.*s twice",
			      CUT(twice->frames, 80));
	json_object_del(line, "folded");
	return 0;
}

static int sort_functions(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_functions *twice =
		sort_unique(rec->functions, rec->nr_functions,
			    sizeof(*rec->functions), functions_cmp);

	if (!twice)
		return 0;
	p->line = twice[0].line > twice[1].line ? twice[0].line : twice[1].line;
	return refuse(p, "functions of %s %s %s %s are in the file twice",
		      twice->scenario, twice->op, region_names[twice->region],
		      class_names[twice->class]);
}

static int sort_stacks(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_stacks *twice =
		sort_unique(rec->stacks, rec->nr_stacks, sizeof(*rec->stacks),
			    stacks_cmp);

	if (!twice)
		return 0;
	p->line = twice[0].line > twice[1].line ? twice[0].line : twice[1].line;
	return refuse(p, "stacks of %s %s are in the file twice",
		      twice->scenario, twice->op);
}

/* A row that a line splits up: @sum is what its parts add up to. */
int check_split(struct parser *p, const struct split *s, enum metric_id metric,
		int64_t sum, const char *unit)
{
	struct record_row key = {
		.scenario = s->scenario,
		.op = s->op,
		.metric = metrics[metric].name,
		.pass = pass_names[PASS_INSNS],
	};
	const struct record_row *row = record_find_row(p->rec, &key);

	p->line = s->line;
	if (!row)
		return refuse(p, "%s of %s %s without its row %s", s->what,
			      s->scenario, s->op, key.metric);
	if (strcmp(row->version, s->version))
		return refuse(p,
			      "%s of %s %s are of another version than its rows",
			      s->what, s->scenario, s->op);
	if (row->ops * row->nr_batches != s->ops)
		return refuse(p,
			      "%s of %s %s are of %lld operations, its row %s of %.0f",
			      s->what, s->scenario, s->op, (long long)s->ops,
			      key.metric, row->ops * row->nr_batches);
	if (!row->exact)
		return refuse(p, "%s of %s %s, whose row %s is not exact",
			      s->what, s->scenario, s->op, key.metric);
	if (!row->whole || row->total != sum)
		return refuse(p,
			      "%s of %s %s add up to %lld %s, its row %s to %.15g",
			      s->what, s->scenario, s->op, (long long)sum, unit,
			      key.metric, row->value * s->ops);
	return 0;
}

/*
 * The functions of an operation are its rows, to the instruction and to the line: a
 * bill that lost some, or that is of another run, explains nothing.
 */
static int check_bill(struct parser *p, const struct record_functions *fns)
{
	const struct record_function *sum = &fns->sum;
	const struct split s = { "functions", fns->scenario, fns->version,
				 fns->op,     fns->ops,	     fns->line };
	int err;

	if (fns->region == REGION_DRAIN && fns->class == CLASS_RCU)
		return check_split(p, &s, METRIC_INSNS_DEFERRED, sum->insns,
				   "instructions");
	if (fns->region != REGION_OP || fns->class != CLASS_TASK)
		return 0;
	err = check_split(p, &s, METRIC_INSNS, sum->insns, "instructions");
	if (err || !fns->has_lines)
		return err;
	if ((err = check_split(p, &s, METRIC_LINES_READ, sum->lines_read,
			       "lines")) ||
	    (err = check_split(p, &s, METRIC_LINES_WRITTEN, sum->lines_written,
			       "lines")) ||
	    (err = check_split(p, &s, METRIC_LINES_CODE, sum->lines_code,
			       "lines")))
		return err;
	return check_split(p, &s, METRIC_PAGES, sum->pages, "pages");
}

/* Once all lines are there, the rows in order. */
int check_functions(struct parser *p)
{
	int err = sort_functions(p);

	if (!err)
		err = sort_stacks(p);
	for (size_t i = 0; !err && i < p->rec->nr_functions; i++)
		err = check_bill(p, &p->rec->functions[i]);
	return err;
}

void free_functions(struct record *rec)
{
	for (size_t i = 0; i < rec->nr_functions; i++) {
		struct record_functions *fns = &rec->functions[i];

		for (size_t j = 0; j < fns->nr_functions; j++)
			free(fns->functions[j].name);
		free(fns->functions);
	}
	for (size_t i = 0; i < rec->nr_stacks; i++) {
		struct record_stacks *stacks = &rec->stacks[i];

		for (size_t j = 0; j < stacks->nr_stacks; j++)
			free(stacks->stacks[j].frames);
		free(stacks->stacks);
	}
	for (size_t i = 0; i < rec->nr_code; i++)
		free(rec->code[i].name);
	free(rec->code);
	free(rec->functions);
	free(rec->stacks);
	free(rec->symbols);
	free(rec->symbols_text);
}
