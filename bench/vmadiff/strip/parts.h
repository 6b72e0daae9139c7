/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of this room have of each other. */
#ifndef PARTS_H
#define PARTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/base.h"
#include "record/record.h"

/* What is taken out. */
enum taken {
	TAKEN_FIELD,
	TAKEN_VALUE,
	TAKEN_NAME,
	TAKEN_OPTION,
	TAKEN_USER,
	TAKEN_HOME,
	TAKEN_PATH,
	TAKEN_HOST,
	TAKEN_LINK,
	TAKEN_IPV4,
	TAKEN_IPV6,
	TAKEN_MAC,
	TAKEN_STORAGE,
	TAKEN_SERIAL,
	TAKEN_POINTER,
	TAKEN_WORD,
	TAKEN_LINE,
	TAKEN_FILE,
	NR_TAKEN,
};

/**
 * struct strip - what has been taken out so far
 * @counts: by kind, how often
 * @show: nothing is written, and what would be taken out is printed
 * @again: what is gone through was gone through before: it is not counted
 * @path: file that is gone through
 * @line: line of it, 0 where it has none
 * @rec: record that it is, whose names are known; or NULL
 * @aliases: object, what stands for a value that tells two records apart
 * @stays: object, texts of a person that were shown already
 * @stages: object, stages that are called after what is published of them
 * @imported: digest of the first file of another tool that a record was made of, or empty
 */
struct strip {
	size_t counts[NR_TAKEN];
	bool show;
	bool again;
	const char *path;
	size_t line;
	const struct record *rec;
	json_t *aliases;
	json_t *stays;
	json_t *stages;
	char imported[2 * SHA256_SIZE + 1];
};

/* Who wrote a text. */
enum author {
	BY_SUITE,  /* of the words of its programs, and of the kernel */
	BY_CPU,	   /* likewise, with names of models: "E5-2680" */
	BY_PERSON, /* for whoever reads the report */
};

/* taken.c */
void take_out(struct strip *st, enum taken kind, const char *what, size_t len);
void show_stays(struct strip *st, const char *text);
char *alias_of(struct strip *st, const char *what, const char *value);
void print_taken(const struct strip *st);

/* words.c */
bool is_known_word(const char *s, size_t len);
bool is_number_word(const char *s, size_t len);
size_t compound_length(const char *s);
bool is_known_compound(const struct strip *st, const char *s, size_t len,
		       enum author author);
bool suite_knows(const char *what, const char *name, size_t len);
bool suite_has(const char *what, const char *name);
bool is_source_file(const char *s, size_t len);

/* patterns.c */
size_t match_address(const char *s, enum taken *kind);
bool is_hex(const char *s, size_t least, size_t most);
size_t uuid_length(const char *s);
bool is_public_link(const char *s, size_t len);

/* text.c */
char *strip_text(struct strip *st, const char *s, enum author author);

/* cmdline.c */
char *strip_cmdline(struct strip *st, const char *line);

/* release.c */
char *strip_release(struct strip *st, const char *release);

/* names.c */
char *scenario_name(struct strip *st, const char *name);
char *operation_name(struct strip *st, const char *name);
char *metric_name(struct strip *st, const char *name);
char *parameter_name(struct strip *st, const char *name);
char *variant_name(struct strip *st, const char *name);
void keep_stage(struct strip *st, const char *name, const char *text);
char *stage_name(struct strip *st, const char *name);
char *session_name(struct strip *st, const char *name);
char *folder_name(struct strip *st, const char *name);
char *record_name(struct strip *st, const char *name);

/* values.c */
char *strip_state(struct strip *st, const char *s, const char *words);
char *strip_config(struct strip *st, const char *options, const char *known);
bool is_config_value(const char *s, size_t len);
char *strip_match(struct strip *st, const char *s, enum author author);
char *strip_row_version(struct strip *st, const char *version);
bool is_listed_word(const char *words, const char *s, size_t len);

/* lines.c */
int strip_line(struct strip *st, json_t *line);
void strip_document(struct strip *st, const char *name, json_t *document);

#endif
