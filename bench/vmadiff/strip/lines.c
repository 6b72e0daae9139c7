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

static bool is_name(const char *s)
{
	size_t len = strspn(s, LOWER DIGITS "_");

	return len && !s[len] && len <= RECORD_NAME_MAX;
}

/* Of functions, chains of them, and objects of the slab. */
static bool is_symbol(const char *s)
{
	if (*s == '[' && s[strlen(s) - 1] == ']')
		return !s[strspn(s, LOWER " []")];
	return *s && !s[strspn(s, LOWER UPPER DIGITS "_.$;:[]-")];
}

/* Names of options, few digits in each, with signs and numbers between them. */
static bool is_config(const char *s)
{
	while (*s) {
		size_t len = strspn(s, UPPER DIGITS "_"), digits = 0;

		for (size_t i = 0; i < len; i++)
			digits += s[i] >= '0' && s[i] <= '9';
		if (digits > 3 && !is_number_word(s, len))
			return false;
		if (s[len] && !strchr(" +-=>.", s[len]))
			return false;
		s += len + !!s[len];
	}
	return true;
}

/* A hash, or "hyperfine-0123456789ab", what was made of a name of another tool. */
static bool is_version(const char *s)
{
	const char *dash = strrchr(s, '-');
	size_t hex = strspn(s, DIGITS "abcdef");

	if (((hex >= 7 && hex <= 12) || hex == 40) &&
	    (!s[hex] || !strcmp(s + hex, "-dirty")))
		return true;
	return dash && is_hex(dash + 1, 12, 12) &&
	       is_known_word(s, (size_t)(dash - s));
}

/* May it be as it is? Of kinds whose values are as they are, or not there. */
static bool fits(enum kind kind, const char *s)
{
	switch (kind) {
	case NAME:
		return is_name(s);
	case SYMBOLS:
		return !s[strspn(s, LOWER UPPER DIGITS "_.$ ")];
	case HASH:
		return is_hex(s, 7, 64);
	case UUID:
		return uuid_length(s) == strlen(s);
	case LINK:
		return is_public_link(s, strlen(s));
	case CONFIG:
		return is_config(s);
	case VERSION:
		return is_version(s);
	case COMMIT:
		return is_hex(s, 7, 40);
	default:
		return false;
	}
}

/* As @kind, with an alias for what differs, so that it still does. */
static char *strip_match(struct strip *st, const char *s)
{
	char *text = strip_text(st, s, BY_SUITE), *alias, *both;

	if (!strcmp(text, s))
		return text;
	alias = alias_of(st, "value ", s);
	both = xasprintf("%s (%s)", text, alias);
	free(alias);
	free(text);
	return both;
}

/* A word that readers know by what it is made of. */
static char *strip_label(struct strip *st, const char *s)
{
	char *text = strip_text(st, s, BY_SUITE);

	if (!strcmp(text, s))
		return text;
	free(text);
	return alias_of(st, "unknown-", s);
}

/* What is left of a text, to be freed; NULL where nothing is. */
static char *strip_string(struct strip *st, enum kind kind, const char *s)
{
	char *text;

	if (fits(kind, s))
		return xasprintf("%s", s);
	switch (kind) {
	case BY_US:
	case CONFIG:
	case VERSION:
		return strip_text(st, s, BY_SUITE);
	case BY_USER:
	case COMMIT:
		text = strip_text(st, s, BY_PERSON);
		show_stays(st, text);
		return text;
	case LABEL:
		return strip_label(st, s);
	case MATCH:
		return strip_match(st, s);
	case RELEASE:
		return strip_release(st, s);
	case CMDLINE:
		return strip_cmdline(st, s);
	default:
		take_out(st, kind == LINK ? TAKEN_LINK : TAKEN_VALUE, s,
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

/* Arrays of names and numbers. */
static bool is_named(const json_t *v)
{
	json_t *child;
	size_t i;

	if (json_is_string(v))
		return is_symbol(json_string_value(v));
	if (!json_is_array(v))
		return json_is_number(v);
	json_array_foreach(v, i, child)
		if (!is_named(child))
			return false;
	return true;
}

static bool is_names(const json_t *v)
{
	json_t *child;
	size_t i;

	json_array_foreach(v, i, child)
		if (!json_is_string(child) || !is_name(json_string_value(child)))
			return false;
	return json_is_array(v);
}

/* Of numbers, or of names, under names. */
static bool is_object_of(json_t *v, enum kind kind)
{
	const char *key;
	json_t *child;

	json_object_foreach(v, key, child) {
		const char *s = json_string_value(child);

		if (!is_name(key) && !is_known_word(key, strlen(key)))
			return false;
		if (kind == COUNTS ? !is_numbers(child) : !s || !is_name(s))
			return false;
	}
	return json_is_object(v);
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

/* Is it what alias_of() made of something else? */
static bool is_alias(const char *s, const char *what, const char *end)
{
	size_t len = strlen(what);

	return s && !strncmp(s, what, len) &&
	       !strcmp(s + len + strspn(s + len, DIGITS), end);
}

/* Keys of "env" must match: what is taken out leaves something that does, or does not. */
static bool strip_env_key(struct strip *st, json_t *obj, const char *key,
			  json_t *v)
{
	const struct field *field = field_of_env(key);
	const char *s = json_string_value(v);
	char *name, *value;

	if (field && s && field->kind == MATCH)
		return put_string(obj, key, s, strip_match(st, s));
	if (field ? s && (is_hex(s, 16, 16) || is_known_word(s, strlen(s)) ||
			  is_alias(s, "(host ", ")"))
		  : is_alias(key, "key_", "") && is_alias(s, "(value ", ")"))
		return false;
	take_out(st, field ? TAKEN_VALUE : TAKEN_FIELD, key, strlen(key));
	value = alias_of(st, field ? "(host " : "(value ", s ? s : "");
	join_text(&value, "", ")");
	if (field) {
		json_object_set_new(obj, key, json_string(value));
	} else {
		name = alias_of(st, "key_", key);
		json_object_set_new(obj, name, json_string(value));
		json_object_del(obj, key);
		free(name);
	}
	free(value);
	return true;
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

		if (kind == ENV) {
			changed |= strip_env_key(st, obj, key, v);
			continue;
		}
		field = kind == INFO ? field_of_info(key) : NULL;
		if (s && field)
			text = strip_string(st, field->kind, s);
		else if (s && kind == REASONS && is_known_word(key, strlen(key)))
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

/* Is it of a kind whose values stay as they are, or go? */
static bool is_right(json_t *v, enum kind kind)
{
	switch (kind) {
	case NUMBERS:
		return is_numbers(v);
	case COUNTS:
	case WORDS:
		return is_object_of(v, kind);
	case NAMED:
		return is_named(v);
	case NAMES:
		return is_names(v);
	default:
		return false;
	}
}

static bool strip_field(struct strip *st, json_t *obj, json_t *v,
			const struct field *field)
{
	const char *s = json_string_value(v);

	if (json_is_null(v) || is_right(v, field->kind))
		return false;
	if (s && field->kind > NAMES && field->kind < WORDS)
		return put_string(obj, field->key, s,
				  strip_string(st, field->kind, s));
	if (json_is_object(v) && field->kind == OBJECT)
		return strip_object(st, v, field->of);
	if (json_is_array(v) && field->kind == LIST)
		return strip_list(st, v, field->of);
	if (json_is_object(v) && field->kind >= REASONS && field->kind <= INFO)
		return strip_keys(st, v, field->kind);
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
