// SPDX-License-Identifier: GPL-2.0-or-later
/* The header's object "series": what the patches are about. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* A text of one line, where it is there. */
static int get_text(struct parser *p, json_t *obj, const char *key,
		    const char **out)
{
	*out = NULL;
	return json_object_get(obj, key) ? get_label(p, obj, key, out) : 0;
}

/**
 * read_series() - read what a record says of the series
 * @p: parser
 * @obj: the object, NULL where there is none
 *
 * Return: 0, or -EINVAL after refuse().
 */
int read_series(struct parser *p, json_t *obj)
{
	struct record_series *series = &p->rec->series;
	json_t *list = json_object_get(obj, "headline"), *v;
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
	if (list && !json_is_array(list))
		return refuse(p, "\"headline\" of \"series\" is not an array");
	json_array_foreach(list, i, v) {
		struct record_operation *o =
			xappend(series->headlines, series->nr_headlines);

		if ((err = get_name(p, v, "scenario", &o->scenario)) ||
		    (err = get_name(p, v, "op", &o->op)))
			return err;
	}
	return 0;
}
