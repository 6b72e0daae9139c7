/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing a record: its lines, as JSON, whole or not at all. */
#ifndef WRITE_H
#define WRITE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct new_file;

/* write.c */
int emit(FILE *out, json_t *line);
int print_record(FILE *out, json_t *head, const json_t *lines);
bool open_record(struct new_file *file, const char *path);
int write_record(const char *path, json_t *head, const json_t *lines);
int save_record(struct new_file *file, json_t *head, const json_t *lines);

/* check.c: what the reader would say of it */
bool record_refuses(json_t *head, const json_t *lines, char *why, size_t size);

/* passes.c: what several passes say together */
size_t count_failures(const json_t *lines);
size_t count_undeclared(const json_t *lines, const char *commit);
void join_shapes(json_t *lines);

#endif
