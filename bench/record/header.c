// SPDX-License-Identifier: GPL-2.0-or-later
/* The header, and its object "series": what the patches are about. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

#define CLOCK_STEP_MAX_NS 1e9
/* From it on a layout has the set that it is of. */
#define MINOR_OF_LAYOUT_SETS 8

/* A text of one line, where it is there. */
static int get_text(struct parser *p, json_t *obj, const char *key,
		    const char **out)
{
	*out = NULL;
	return json_object_get(obj, key) ? get_label(p, obj, key, out) : 0;
}

/* An array of what is optional, "stages" and the like. */
static int get_list(struct parser *p, json_t *obj, const char *key, json_t **list)
{
	*list = json_object_get(obj, key);
	return !*list || json_is_array(*list)
		       ? 0
		       : refuse(p, "\"%s\" of \"series\" is not an array", key);
}

static int read_stages(struct parser *p, json_t *obj)
{
	struct record_series *series = &p->rec->series;
	json_t *list, *v;
	size_t i;
	int err = get_list(p, obj, "stages", &list);

	json_array_foreach(list, i, v) {
		struct record_stage *s;

		if (err)
			return err;
		s = xappend(series->stages, series->nr_stages);
		if (!(err = get_name(p, v, "stage", &s->stage)) &&
		    !(err = get_text(p, v, "text", &s->text)))
			err = get_text(p, v, "patch", &s->patch);
	}
	return err;
}

static int read_scenarios(struct parser *p, json_t *obj)
{
	struct record_series *series = &p->rec->series;
	json_t *list, *v;
	size_t i;
	int err = get_list(p, obj, "scenarios", &list);

	json_array_foreach(list, i, v) {
		struct record_explained *s;

		if (err)
			return err;
		s = xappend(series->scenarios, series->nr_scenarios);
		if (!(err = get_name(p, v, "scenario", &s->scenario)))
			err = get_text(p, v, "text", &s->text);
	}
	return err;
}

static int read_series(struct parser *p, json_t *obj)
{
	struct record_series *series = &p->rec->series;
	json_t *list, *v;
	size_t i;
	int err;

	if (!obj)
		return 0;
	if (!json_is_object(obj))
		return refuse(p, "\"series\" is not an object");
	if ((err = get_text(p, obj, "title", &series->title)) ||
	    (err = get_text(p, obj, "link", &series->link)) ||
	    (err = get_text(p, obj, "base", &series->base)))
		return err;
	if ((err = get_list(p, obj, "headline", &list)))
		return err;
	json_array_foreach(list, i, v) {
		struct record_operation *o =
			xappend(series->headlines, series->nr_headlines);

		if ((err = get_name(p, v, "scenario", &o->scenario)) ||
		    (err = get_name(p, v, "op", &o->op)))
			return err;
	}
	err = read_stages(p, obj);
	return err ? err : read_scenarios(p, obj);
}

static int read_schema(struct parser *p, json_t *schema)
{
	const char *name;
	int64_t major;
	int err = get_string(p, schema, "name", &name);

	if (err)
		return err;
	if (strcmp(name, RECORD_SCHEMA))
		return refuse(p, "schema \"%.*s\" is not \"%s\"", CUT(name, 80),
			      RECORD_SCHEMA);
	err = get_integer(p, schema, "major", 0, COUNT_MAX, &major);
	if (err)
		return err;
	if (major != RECORD_MAJOR)
		return refuse(p,
			      "schema major %lld is unknown, this program reads %d",
			      (long long)major, RECORD_MAJOR);
	return json_object_get(schema, "minor")
		       ? get_integer(p, schema, "minor", 0, COUNT_MAX, &p->minor)
		       : 0;
}

/* Optional: what was timed before it was recorded does not have it. */
static int read_clock_step(struct parser *p, json_t *line)
{
	json_t *step = json_object_get(line, "clock_step_ns");

	if (!step)
		return 0;
	p->rec->clock_step_ns = json_number_value(step);
	if (p->rec->clock_step_ns > 0 &&
	    p->rec->clock_step_ns <= CLOCK_STEP_MAX_NS)
		return 0;
	return refuse(p, "\"clock_step_ns\" is not a number above 0, up to 1e9");
}

/* Optional: where the order of functions was drawn. */
static int read_layout(struct parser *p, json_t *boot)
{
	struct record *rec = p->rec;
	bool has_set = json_object_get(boot, "layout_set");
	int err;

	rec->layout = -1;
	if (!json_object_get(boot, "layout"))
		return has_set ? refuse(p, "\"layout_set\" without \"layout\"")
			       : 0;
	err = get_integer(p, boot, "layout", 0, COUNT_MAX, &rec->layout);
	if (err)
		return err;
	if (!has_set &&
	    (rec->tier != TIER_NATIVE || p->minor < MINOR_OF_LAYOUT_SETS))
		return 0;
	err = get_string(p, boot, "layout_set", &rec->layout_set);
	if (!err && !is_layout_set(rec->layout_set))
		err = refuse(p, "\"layout_set\" is \"%.*s\", not [0-9a-f]{%d}",
			     CUT(rec->layout_set, 80), RECORD_LAYOUT_SET_DIGITS);
	return err;
}

int read_header(struct parser *p, json_t *line)
{
	struct record *rec = p->rec;
	const char *tier;
	int err;

	rec->header = line;
	rec->kernel = json_object_get(line, "kernel");
	if ((err = read_schema(p, json_object_get(line, "schema"))) ||
	    (err = get_name(p, line, "tier", &tier)))
		return err;
	rec->tier = tier_by_name(tier);
	if (rec->tier == NR_TIERS)
		return refuse(p,
			      "tier \"%s\" is none of exact, metal, kvm, tcg, native",
			      tier);

	if ((err = get_name_or_null(p, line, "stage", &rec->stage)) ||
	    (err = read_series(p, json_object_get(line, "series"))) ||
	    (err = get_label(p, rec->kernel, "release", &rec->release)) ||
	    (err = read_clock_step(p, line)) ||
	    (err = read_layout(p, json_object_get(line, "boot"))) ||
	    (err = get_strings(p, line, "env", &rec->env)))
		return err;
	return json_object_get(line, "info")
		       ? get_strings(p, line, "info", &rec->info)
		       : 0;
}
