// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of records, field by field. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "fields.h"
#include "parts.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* A function, or "[user]". */
static bool is_function(const char *s)
{
	size_t len = strlen(s);

	if (len > 2 && *s == '[' && s[len - 1] == ']') {
		for (size_t at = 1, n; at < len - 1; at += n + 1) {
			n = strcspn(s + at, " ]");
			if (n < 2 || !is_known_word(s + at, n))
				return false;
		}
		return true;
	}
	return len && len <= RECORD_FUNCTION_MAX &&
	       !s[strspn(s, LOWER UPPER DIGITS "_.$")];
}

/* Functions with semicolons between them. */
static bool is_chain(const char *s)
{
	char *copy = xasprintf("%s", s), *rest = copy, *name;
	bool right = true;

	while ((name = strsep(&rest, ";")))
		right &= is_function(name);
	free(copy);
	return right;
}

/* A cache of the slab, or "[page tables]". */
static bool is_slab(const char *s)
{
	return is_function(s) ||
	       (*s && *s != '[' && !s[strspn(s, LOWER UPPER DIGITS "_.:-")]);
}

/* A hash, as git describes a commit, or a release. */
static bool is_version(const char *s)
{
	size_t hex = strspn(s, DIGITS "abcdef");

	return ((hex >= 7 && hex <= 12) || hex == 40) &&
	       (!s[hex] || !strcmp(s + hex, "-dirty"));
}

/* May it be as it is? Of kinds whose values are as they are, or not there. */
static bool fits(enum kind kind, const char *s)
{
	switch (kind) {
	case SYMBOLS:
		return !s[strspn(s, LOWER UPPER DIGITS "_.$ ")];
	case HASH:
		return is_hex(s, 7, 64);
	case UUID:
		return uuid_length(s) == strlen(s);
	case LINK:
		return is_public_link(s, strlen(s));
	case VERSION:
		return is_version(s);
	case COMMIT:
		return is_hex(s, 7, 40);
	default:
		return false;
	}
}

/* A word that readers know by what it is made of. */
static char *strip_label(struct strip *st, const char *s)
{
	bool again = st->again;
	char *text, *alias;

	/* Of a whole word no parts are counted. */
	st->again = true;
	text = strip_text(st, s, BY_SUITE);
	st->again = again;
	if (!strcmp(text, s))
		return text;
	free(text);
	alias = alias_of(st, "unknown-", s);
	if (strcmp(alias, s) != 0)
		take_out(st, TAKEN_NAME, s, strlen(s));
	return alias;
}

static char *strip_choice(struct strip *st, const char *s, const char *words)
{
	char *alias;

	if (is_listed_word(words, s, strlen(s)))
		return xasprintf("%s", s);
	alias = alias_of(st, "unknown", s);
	if (strcmp(alias, s) != 0)
		take_out(st, TAKEN_NAME, s, strlen(s));
	return alias;
}

/* "imported" is what import says of a host that nobody has named. */
static char *strip_host(struct strip *st, const char *s)
{
	char *alias;

	if (is_hex(s, 16, 16) || !strcmp(s, "imported"))
		return xasprintf("%s", s);
	alias = alias_of(st, "(host ", s);
	join_text(&alias, "", ")");
	if (strcmp(alias, s) != 0)
		take_out(st, TAKEN_VALUE, s, strlen(s));
	return alias;
}

/* What is left of a text, to be freed; NULL where nothing is. */
static char *strip_string(struct strip *st, const struct field *field,
			  const char *s)
{
	char *text;

	if (fits(field->kind, s))
		return xasprintf("%s", s);
	switch (field->kind) {
	case SCENARIO:
		return scenario_name(st, s);
	case OPERATION:
		return operation_name(st, s);
	case METRIC:
		return metric_name(st, s);
	case STAGE:
		return stage_name(st, s);
	case ONE_OF:
		return strip_choice(st, s, field->words);
	case ROW_VERSION:
		return strip_row_version(st, s);
	case STATE:
		return strip_state(st, s, field->words);
	case BY_US:
	case VERSION:
		return strip_text(st, s, BY_SUITE);
	case CONFIG:
		return strip_config(st, s, field->words);
	case BY_USER:
	case COMMIT:
		text = strip_text(st, s, BY_PERSON);
		show_stays(st, text);
		return text;
	case LABEL:
		return strip_label(st, s);
	case MATCH:
		return strip_match(st, s, BY_SUITE);
	case MODEL:
		return strip_match(st, s, BY_CPU);
	case HOST:
		return strip_host(st, s);
	case RELEASE:
		return strip_release(st, s);
	case CMDLINE:
		return strip_cmdline(st, s);
	default:
		take_out(st, field->kind == LINK ? TAKEN_LINK : TAKEN_VALUE, s,
			 strlen(s));
		return NULL;
	}
}

static bool is_numbers(const json_t *v)
{
	json_t *child;
	size_t i;

	if (!json_is_array(v))
		return json_is_number(v) || json_is_boolean(v);
	json_array_foreach(v, i, child)
		if (!is_numbers(child))
			return false;
	return true;
}

/* Arrays, each a name and then numbers; of code a name and a hash. */
static bool is_named(const json_t *list, enum kind kind)
{
	bool (*is_right)(const char *s) = kind == SLABS	   ? is_slab
					  : kind == CHAINS ? is_chain
							   : is_function;
	json_t *of, *v;
	size_t i, k;

	json_array_foreach(list, i, of) {
		const char *name = json_string_value(json_array_get(of, 0));

		if (!name || !is_right(name))
			return false;
		json_array_foreach(of, k, v) {
			const char *hash = json_string_value(v);

			if (k && (kind == CODE ? !hash || !is_hex(hash, 7, 64)
					       : !json_is_number(v)))
				return false;
		}
	}
	return json_is_array(list);
}

static bool strip_object(struct strip *st, json_t *obj,
			 const struct field *fields);

static bool strip_list(struct strip *st, json_t *list, const struct field *fields)
{
	bool changed = false;
	json_t *child;

	for (size_t i = json_array_size(list); i--;) {
		child = json_array_get(list, i);
		if (json_is_object(child)) {
			changed |= strip_object(st, child, fields);
			continue;
		}
		take_out(st, TAKEN_VALUE, "", 0);
		json_array_remove(list, i);
		changed = true;
	}
	return changed;
}

/* Sets a key to what is left of its text. Returns whether that is something else. */
static bool put_string(json_t *obj, const char *key, const char *was, char *text)
{
	bool changed = !text || strcmp(text, was) != 0;

	if (!text)
		json_object_del(obj, key);
	else if (changed)
		json_object_set_new(obj, key, json_string(text));
	free(text);
	return changed;
}

/*
 * Keys of "env" must match: what is taken out leaves something that does, or does not.
 * @left gets what is left of one.
 */
static void strip_env_key(struct strip *st, json_t *left, const char *key,
			  json_t *v)
{
	const struct field *field = field_of_env(key);
	const char *s = json_string_value(v);
	char *name, *value;

	if (field && s) {
		value = strip_string(st, field, s);
		json_object_set_new(left, key, json_string(value));
		free(value);
		return;
	}
	value = alias_of(st, "(value ", s ? s : "");
	join_text(&value, "", ")");
	name = field ? xasprintf("%s", key) : alias_of(st, "key_", key);
	if (!s || strcmp(name, key) || strcmp(value, s))
		take_out(st, TAKEN_FIELD, key, strlen(key));
	json_object_set_new(left, name, json_string(value));
	free(name);
	free(value);
}

/* Gives an object what is left of it. Returns whether that is something else. */
static bool put_members(json_t *obj, json_t *left)
{
	bool changed = !json_equal(left, obj);

	if (changed) {
		json_object_clear(obj);
		json_object_update(obj, left);
	}
	json_decref(left);
	return changed;
}

static bool strip_env(struct strip *st, json_t *obj)
{
	json_t *left = json_object(), *v;
	const char *key;

	json_object_foreach(obj, key, v)
		strip_env_key(st, left, key, v);
	return put_members(obj, left);
}

static void drop(struct strip *st, json_t *obj, const char *key)
{
	take_out(st, TAKEN_FIELD, key, strlen(key));
	json_object_del(obj, key);
}

/* Objects of texts by key. */
static bool strip_keys(struct strip *st, json_t *obj, enum kind kind)
{
	bool changed = false;
	const char *key;
	void *next;
	json_t *v;

	json_object_foreach_safe(obj, next, key, v)
	{
		const char *s = json_string_value(v);
		const struct field *field;
		char *text = NULL;

		field = kind == INFO ? field_of_info(key) : NULL;
		if (s && field)
			text = strip_string(st, field, s);
		else if (s && kind == REASONS && is_disturbance(key))
			text = strip_text(st, s, BY_SUITE);
		if (text) {
			changed |= put_string(obj, key, s, text);
		} else {
			drop(st, obj, key);
			changed = true;
		}
	}
	return changed;
}

/* How an operation ended: "success", or an error. */
static char *result_name(struct strip *st, const char *name)
{
	if (is_known_word(name, strlen(name)))
		return xasprintf("%s", name);
	take_out(st, TAKEN_FIELD, name, strlen(name));
	return NULL;
}

/* What a key of an object may be called, and its value be; both to be freed. */
static bool strip_member(struct strip *st, enum kind kind, const char *key,
			 json_t *v, char **name, json_t **value)
{
	static const struct field when = { "retry", ONE_OF, NULL,
					   "early late none unknown" };
	const char *s = json_string_value(v);
	char *text;

	if (kind == STAGES_WHEN ? !s : !json_is_number(v)) {
		take_out(st, TAKEN_VALUE, key, strlen(key));
		return false;
	}
	*name = kind == STAGES_WHEN ? stage_name(st, key)
		: kind == PARAMS    ? parameter_name(st, key)
		: kind == TOTALS    ? metric_name(st, key)
				    : result_name(st, key);
	if (!*name)
		return false;
	if (!s) {
		*value = json_incref(v);
		return true;
	}
	text = strip_string(st, &when, s);
	*value = json_string(text);
	free(text);
	return true;
}

/* Objects whose keys are names. In their order, as copies have all else. */
static bool strip_members(struct strip *st, json_t *obj, enum kind kind)
{
	json_t *left = json_object(), *v, *value;
	const char *key;
	char *name;

	json_object_foreach(obj, key, v) {
		if (!strip_member(st, kind, key, v, &name, &value))
			continue;
		json_object_set_new(left, name, value);
		free(name);
	}
	return put_members(obj, left);
}

static bool strip_variants(struct strip *st, json_t *list)
{
	bool changed = false;

	for (size_t i = json_array_size(list); i--;) {
		const char *s = json_string_value(json_array_get(list, i));
		char *name = s ? variant_name(st, s) : NULL;
		bool same = name && !strcmp(name, s);

		if (!name)
			json_array_remove(list, i);
		else if (!same)
			json_array_set_new(list, i, json_string(name));
		changed |= !same;
		free(name);
	}
	return changed;
}

/* Is it of a kind whose values stay as they are, or go? */
static bool is_right(json_t *v, enum kind kind)
{
	return kind == NUMBERS ? is_numbers(v)
	       : kind == FUNCTIONS || kind == CHAINS || kind == SLABS ||
			       kind == CODE
		       ? is_named(v, kind)
		       : false;
}

static bool strip_field(struct strip *st, json_t *obj, json_t *v,
			const struct field *field)
{
	const char *s = json_string_value(v);
	bool is_object = json_is_object(v), is_array = json_is_array(v);

	if (json_is_null(v) || is_right(v, field->kind))
		return false;
	if (s && field->kind >= SYMBOLS && field->kind <= HOST)
		return put_string(obj, field->key, s, strip_string(st, field, s));
	if (is_object && field->kind == OBJECT)
		return strip_object(st, v, field->of);
	if (is_object && field->kind >= STAGES_WHEN && field->kind <= RESULTS)
		return strip_members(st, v, field->kind);
	if (is_object && field->kind == ENV)
		return strip_env(st, v);
	if (is_object && (field->kind == REASONS || field->kind == INFO))
		return strip_keys(st, v, field->kind);
	if (is_array && field->kind == LIST)
		return strip_list(st, v, field->of);
	if (is_array && field->kind == VARIANTS)
		return strip_variants(st, v);
	take_out(st, TAKEN_VALUE, field->key, strlen(field->key));
	json_object_del(obj, field->key);
	return true;
}

/* Returns whether something was taken out. */
static bool strip_object(struct strip *st, json_t *obj, const struct field *fields)
{
	bool changed = false;
	const char *key;
	void *next;
	json_t *v;

	json_object_foreach_safe(obj, next, key, v)
	{
		const struct field *field = field_of(fields, key);

		if (field) {
			changed |= strip_field(st, obj, v, field);
		} else {
			drop(st, obj, key);
			changed = true;
		}
	}
	return changed;
}

/**
 * strip_line() - a line of a record, with what may be published alone
 * @st: counts
 * @line: the line, changed
 *
 * Return: 1 if something was taken out of it, 0 if it may be published as it is, -1 if
 * not at all.
 */
int strip_line(struct strip *st, json_t *line)
{
	const char *type = json_string_value(json_object_get(line, "type"));
	const struct field *fields = type ? fields_of_line(type) : NULL;

	if (fields)
		return strip_object(st, line, fields->of);
	take_out(st, TAKEN_LINE, type ? type : "", type ? strlen(type) : 0);
	return -1;
}

/**
 * strip_document() - a file of JSON, with what may be published alone
 * @st: counts
 * @name: of the file
 * @document: its value, changed
 */
void strip_document(struct strip *st, const char *name, json_t *document)
{
	const struct field *fields = fields_of_document(name);

	if (fields && json_is_object(document))
		strip_object(st, document, fields->of);
}
