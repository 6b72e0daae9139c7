/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a field of a record may hold. */
#ifndef FIELDS_H
#define FIELDS_H

#include <stdbool.h>

enum kind {
	/* As they are, or gone. */
	NUMBERS,   /* or booleans, or arrays of them */
	FUNCTIONS, /* an array of arrays: names of functions, and numbers */
	CHAINS,	   /* likewise, of call chains */
	SLABS,	   /* likewise, of objects of the slab */
	CODE,	   /* an array of arrays: a name of a function, and a hash */
	SYMBOLS,   /* names of functions in one text */
	HASH,	   /* hexadecimal digits */
	UUID,
	LINK,
	/* Names, with an alias for those that the suite does not have. */
	SCENARIO,
	OPERATION,
	METRIC,
	STAGE,
	ONE_OF,	     /* of those that are listed */
	ROW_VERSION, /* of a scenario: a hash of its code */
	/* Texts. */
	STATE, /* of words that are listed, "#" for numbers, "#8" for short ones */
	VERSION, /* of a program: a hash */
	BY_US,	 /* a text of the suite */
	BY_USER, /* a text for readers */
	RELEASE,
	CMDLINE,
	CONFIG, /* names of options, with numbers */
	COMMIT,
	LABEL, /* a word of the suite, which readers have rules for */
	MATCH, /* a text of the suite that has to match */
	MODEL, /* likewise, of a processor */
	HOST,  /* a hash that has to match */
	/* What has others in it. */
	STAGES_WHEN, /* an object: stages, and when their kernels retry */
	PARAMS,	     /* objects of numbers */
	TOTALS,
	RESULTS,
	VARIANTS, /* an array of names */
	REASONS,  /* an object of texts of the suite, by field */
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
 * @words: of %ONE_OF and %STATE, what they may be, with blanks between them; NULL is any
 *	word of the suite
 */
struct field {
	const char *key;
	enum kind kind;
	const struct field *of;
	const char *words;
};

/* fields.c */
const struct field *fields_of_line(const char *type);
const struct field *fields_of_document(const char *name);
const struct field *field_of(const struct field *fields, const char *key);
const struct field *field_of_env(const char *key);
const struct field *field_of_info(const char *key);
bool is_disturbance(const char *key);

#endif
