/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a field of a record may hold. */
#ifndef FIELDS_H
#define FIELDS_H

enum kind {
	NUMBERS, /* or booleans, or arrays of them */
	COUNTS,	 /* an object of them */
	NAMED,	 /* an array of arrays: names and numbers */
	NAMES,	 /* an array of names */
	NAME,
	SYMBOLS, /* names in one text */
	HASH,	 /* hexadecimal digits */
	VERSION, /* of a scenario or a program: a hash, with what made it */
	UUID,
	BY_US,	 /* a text of the suite */
	BY_USER, /* a text for readers */
	LINK,
	RELEASE,
	CMDLINE,
	CONFIG, /* names of options */
	COMMIT,
	LABEL,	 /* a word of the suite, which readers have rules for */
	MATCH,	 /* a text of the suite that has to match */
	WORDS,	 /* an object of names */
	REASONS, /* an object of texts of the suite */
	ENV,
	INFO,
	OBJECT,
	LIST, /* an array of objects */
};

/**
 * struct field - one that may be published
 * @key: its name; NULL ends a table
 * @kind: what it may hold
 * @of: of an object, or of a list of them, what they have
 */
struct field {
	const char *key;
	enum kind kind;
	const struct field *of;
};

/* fields.c */
const struct field *fields_of_line(const char *type);
const struct field *fields_of_document(const char *name);
const struct field *field_of(const struct field *fields, const char *key);
const struct field *field_of_env(const char *key);
const struct field *field_of_info(const char *key);

#endif
