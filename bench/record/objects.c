// SPDX-License-Identifier: GPL-2.0-or-later
/* Cache lines by object. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* A slab cache, whose name is what a driver likes, or one of what is no slab. */
static int check_object(struct parser *p, const char *name)
{
	static const char *const special[] = {
		"[stack]",	 "[percpu]",
		"[page tables]", "[struct page]",
		"[kernel data]", "[user]",
		"[other pages]", RECORD_OBJECT_UNKNOWN,
	};
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(special); i++)
		if (!strcmp(name, special[i]))
			return 0;
	for (const char *s = name; *s; s++)
		if (*s <= ' ' || *s > '~')
			return refuse(p,
				      "\"objects\" holds a name with a character that is none of a slab cache");
	if (*name == '[' || !len || len > RECORD_NAME_MAX)
		return refuse(p, "\"objects\" holds \"%.*s\", which is no object",
			      CUT(name, 80));
	return 0;
}

static int read_object(struct parser *p, struct record_objects *objs, json_t *v)
{
	const char *name = json_string_value(json_array_get(v, 0));
	struct record_object *o = &objs->objects[objs->nr_objects];
	int err;

	if (json_array_size(v) != 3 || !name)
		return refuse(p,
			      "\"objects\" holds something that is not [name, lines_read, lines_written]");
	if ((err = check_object(p, name)) ||
	    (err = read_count(p, "objects", json_array_get(v, 1), &o->lines_read)) ||
	    (err = read_count(p, "objects", json_array_get(v, 2),
			      &o->lines_written)) ||
	    (err = add_count(p, "objects", &objs->sum.lines_read, o->lines_read)) ||
	    (err = add_count(p, "objects", &objs->sum.lines_written,
			     o->lines_written)))
		return err;
	o->name = xasprintf("%s", name);
	objs->nr_objects++;
	return 0;
}

static int name_cmp(const void *a, const void *b)
{
	const struct record_object *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int objects_cmp(const void *a, const void *b)
{
	const struct record_objects *x = a, *y = b;
	int d;

	if ((d = strcmp(x->scenario, y->scenario)) ||
	    (d = strcmp(x->op, y->op)) || (d = (int)x->region - (int)y->region))
		return d;
	return (int)x->class - (int)y->class;
}

/* All of an array, or why there is none. */
static int read_array(struct parser *p, json_t *line, struct record_objects *objs)
{
	json_t *arr = json_object_get(line, "objects"), *v;
	const struct record_object *twice;
	size_t i;
	int err;

	if (!arr)
		return get_string(p, line, "reason", &objs->reason);
	if (!json_is_array(arr))
		return refuse(p, "\"objects\" is not an array");
	objs->objects = xcalloc(json_array_size(arr) + 1, sizeof(*objs->objects));
	json_array_foreach(arr, i, v) {
		err = read_object(p, objs, v);
		if (err)
			return err;
	}
	twice = sort_unique(objs->objects, objs->nr_objects,
			    sizeof(*objs->objects), name_cmp);
	if (twice)
		return refuse(p, "\"objects\" holds %s twice", twice->name);
	json_object_del(line, "objects");
	return 0;
}

int read_objects(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	struct record_objects *objs = xappend(rec->objects, rec->nr_objects);
	int err;

	objs->line = p->line;
	if ((err = get_name(p, line, "scenario", &objs->scenario)) ||
	    (err = get_label(p, line, "version", &objs->version)) ||
	    (err = get_name(p, line, "op", &objs->op)) ||
	    (err = get_kind(p, line, &objs->region, &objs->class)) ||
	    (err = get_integer(p, line, "ops", 1, OPS_MAX, &objs->ops)))
		return err;
	return read_array(p, line, objs);
}

/* The objects of an operation are its rows, to the line. */
static int check_sums(struct parser *p, const struct record_objects *objs)
{
	const struct split s = { "objects", objs->scenario, objs->version,
				 objs->op,  objs->ops,	    objs->line };
	int err;

	if (objs->reason || objs->region != REGION_OP || objs->class != CLASS_TASK)
		return 0;
	err = check_split(p, &s, METRIC_LINES_READ, objs->sum.lines_read,
			  "lines");
	return err ? err
		   : check_split(p, &s, METRIC_LINES_WRITTEN,
				 objs->sum.lines_written, "lines");
}

/* Once all lines are there, the rows in order. */
int check_objects(struct parser *p)
{
	struct record *rec = p->rec;
	const struct record_objects *twice =
		sort_unique(rec->objects, rec->nr_objects,
			    sizeof(*rec->objects), objects_cmp);
	int err = 0;

	if (twice) {
		p->line = twice[0].line > twice[1].line ? twice[0].line
							: twice[1].line;
		return refuse(p, "objects of %s %s %s %s are in the file twice",
			      twice->scenario, twice->op,
			      region_names[twice->region],
			      class_names[twice->class]);
	}
	for (size_t i = 0; !err && i < rec->nr_objects; i++)
		err = check_sums(p, &rec->objects[i]);
	return err;
}

void free_objects(struct record *rec)
{
	for (size_t i = 0; i < rec->nr_objects; i++) {
		struct record_objects *objs = &rec->objects[i];

		for (size_t j = 0; j < objs->nr_objects; j++)
			free(objs->objects[j].name);
		free(objs->objects);
	}
	free(rec->objects);
}
