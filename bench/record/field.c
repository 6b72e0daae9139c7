// SPDX-License-Identifier: GPL-2.0-or-later
/* Fields of a line: present, of the right type, and within bounds. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

const struct word name_word = { "a name", LOWER DIGITS "_", "[a-z0-9_]" };
const struct word finding_word = { "a finding", LOWER DIGITS "_-", "[a-z0-9_-]" };
const struct word outcome_word = { "an outcome", LOWER UPPER DIGITS ":-",
				   "[A-Za-z0-9:-]" };

/**
 * refuse() - say what is wrong with a line
 * @p: parser
 * @fmt: printf() format; what it quotes of the file is made printable
 *
 * Return: -EINVAL.
 */
int refuse(struct parser *p, const char *fmt, ...)
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

/* The depth of recursion is bounded by jansson's parser. */
int check_strings(struct parser *p, json_t *v)
{
	const char *key, *kind = NULL;
	json_t *child;
	size_t i;
	int err;

	if (json_is_string(v))
		kind = text_hidden_kind(json_string_value(v));
	if (kind)
		return refuse(p, "%s character in a string", kind);

	json_object_foreach(v, key, child) {
		kind = text_hidden_kind(key);
		if (kind)
			return refuse(p, "%s character in a key", kind);
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

/* It stays when the line is gone. */
int get_string(struct parser *p, json_t *obj, const char *key, const char **out)
{
	const char *s = json_string_value(json_object_get(obj, key));

	if (!s)
		return refuse(p, "\"%s\" is missing or not a string", key);
	if (!*s)
		return refuse(p, "\"%s\" is empty", key);
	*out = names_keep(s);
	return 0;
}

/* A string that goes into a table: a version, a unit. */
int get_label(struct parser *p, json_t *obj, const char *key, const char **out)
{
	int err = get_string(p, obj, key, out);

	if (!err && strlen(*out) > RECORD_LABEL_MAX)
		err = refuse(p, "\"%s\" is longer than %d bytes", key,
			     RECORD_LABEL_MAX);
	return err;
}

int check_word(struct parser *p, const char *key, const char *s,
	       const struct word *word)
{
	size_t len = strspn(s, word->chars);

	if (len && !s[len] && len <= RECORD_NAME_MAX)
		return 0;
	return refuse(p, "\"%s\" is \"%.*s\": %s is %s{1,%d}", key, CUT(s, 80),
		      word->what, word->pattern, RECORD_NAME_MAX);
}

int get_word(struct parser *p, json_t *obj, const char *key,
	     const struct word *word, const char **out)
{
	int err = get_string(p, obj, key, out);

	return err ? err : check_word(p, key, *out, word);
}

int get_name(struct parser *p, json_t *obj, const char *key, const char **out)
{
	return get_word(p, obj, key, &name_word, out);
}

int get_name_or_null(struct parser *p, json_t *obj, const char *key,
		     const char **out)
{
	json_t *v = json_object_get(obj, key);

	*out = NULL;
	return !v || json_is_null(v) ? 0 : get_name(p, obj, key, out);
}

int get_integer(struct parser *p, json_t *obj, const char *key, int64_t min,
		int64_t max, int64_t *out)
{
	json_t *v = json_object_get(obj, key);

	if (!json_is_integer(v))
		return refuse(p, "\"%s\" is missing or not an integer", key);
	*out = json_integer_value(v);
	if (*out < min)
		return refuse(p, "\"%s\" is %lld, less than %lld", key,
			      (long long)*out, (long long)min);
	if (*out > max)
		return refuse(p, "\"%s\" is %lld, more than %lld", key,
			      (long long)*out, (long long)max);
	return 0;
}

/* A count that a double holds to the digit. */
int read_count(struct parser *p, const char *where, json_t *v, int64_t *out)
{
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) >= RECORD_COUNT_LIMIT)
		return refuse(p, "\"%s\" holds a count that is not 0 to 2^53 - 1",
			      where);
	*out = json_integer_value(v);
	return 0;
}

/* Optional: what the scenario was run with, where there is a sweep of it. */
int get_params(struct parser *p, json_t *line, json_t **out)
{
	json_t *params = json_object_get(line, "params"), *v;
	const char *name;
	int64_t unused;
	int err;

	if (!params || json_is_null(params))
		return 0;
	if (!json_is_object(params))
		return refuse(p, "\"params\" is not an object");
	if (json_object_size(params) > RECORD_PARAMS_MAX)
		return refuse(p, "\"params\" holds %zu, more than %d",
			      json_object_size(params), RECORD_PARAMS_MAX);
	json_object_foreach(params, name, v)
		if ((err = check_word(p, "params", name, &name_word)) ||
		    (err = read_count(p, "params", v, &unused)))
			return err;
	/* One for all lines of an operation, which follow each other. */
	if (!p->params || !json_equal(p->params, params)) {
		if (json_array_append(p->rec->lines, params))
			return -ENOMEM;
		p->params = params;
	}
	*out = p->params;
	return 0;
}

/* An object whose values are strings, or none at all. */
int get_strings(struct parser *p, json_t *obj, const char *key, json_t **out)
{
	const char *k;
	json_t *v;

	*out = json_object_get(obj, key);
	if (!json_is_object(*out))
		return refuse(p, "\"%s\" is missing or not an object", key);
	json_object_foreach(*out, k, v)
		if (!json_is_string(v))
			return refuse(p, "\"%s\": \"%.*s\" is not a string",
				      key, CUT(k, 80));
	return 0;
}
