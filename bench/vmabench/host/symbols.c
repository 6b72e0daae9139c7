// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Symbols, build id and hash of the code of a kernel image. A program of its own
 * reads them, by libelf: what it takes to link that statically is no part of most
 * distributions, and a guest has no use for it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"

/* Digits of the hash of a function, in a line "HEX NAME". */
#define CODE_DIGITS 16

/* Head and table of @s->text, if they are what they should be. */
static bool take_apart(struct symbols *s)
{
	int head = 0;

	sscanf(s->text, "build_id %128[0-9a-f]\ncode %64[0-9a-f]\n%n",
	       s->build_id, s->code, &head);
	s->table = s->text + head;
	return head && *s->table;
}

/**
 * symbols_read - read what an image says about itself
 * @vmlinux: file
 * @s: filled in; @s->text is to be freed, also after an error
 *
 * Return: 0, or -1 with the reason on stderr.
 */
int symbols_read(const char *vmlinux, struct symbols *s)
{
	char *program = beside("vmabench-symbols");
	int status, err = -1;
	size_t len;

	memset(s, 0, sizeof(*s));
	status = output_of((const char *[]){ program, vmlinux, NULL }, false,
			   &s->text, &len);
	if (status < 0)
		complain("vmabench: cannot run %s, which reads the symbols of a kernel: %s; make builds it, and it belongs beside vmabench\n",
			 program, strerror(-status));
	else if (status) /* It has said why, if it could be loaded. */
		complain("vmabench: %s could not read the symbols of %s%s\n",
			 program, vmlinux,
			 status == 127 ? ": is libelf installed? (Debian: libelf1)"
				       : "");
	else if (take_apart(s))
		err = 0;
	else
		complain("vmabench: %s is of another version: it did not print build id, code and symbols of %s\n",
			 program, vmlinux);
	free(program);
	return err;
}

/* Names of the functions that were executed, without a value yet. */
static json_t *executed_functions(const json_t *lines)
{
	json_t *names = json_object(), *line, *fn;
	size_t i, j;

	json_array_foreach((json_t *)lines, i, line) {
		const char *type =
			json_string_value(json_object_get(line, "type"));

		if (!type || strcmp(type, "functions"))
			continue;
		json_array_foreach(json_object_get(line, "functions"), j, fn)
			json_object_set_new(names,
					    json_string_value(json_array_get(fn,
									     0)),
					    json_null());
	}
	return names;
}

/* Of several functions of one name there is one hash, as there is one bill. */
static json_t *hash_of_all(const json_t *before, const char *hash)
{
	const char *first = json_string_value(before);
	char hex[2 * SHA256_SIZE + 1], *both;

	if (!first)
		return json_string(hash);
	both = xasprintf("%s %s", first, hash);
	sha256_hex(both, strlen(both), hex);
	free(both);
	return json_stringn(hex, CODE_DIGITS);
}

/* "HEX NAME" of each function of the image, of which those in @names get their hash. */
static void take_hashes(char *text, json_t *names)
{
	char *rest = NULL;

	for (char *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		json_t *before;

		if (strlen(line) < CODE_DIGITS + 2 || line[CODE_DIGITS] != ' ')
			continue;
		line[CODE_DIGITS] = '\0';
		before = json_object_get(names, line + CODE_DIGITS + 1);
		if (before)
			json_object_set_new(names, line + CODE_DIGITS + 1,
					    hash_of_all(before, line));
	}
}

/**
 * code_line - what the functions that were executed do, each as a hash
 * @dir: folder of the image
 * @lines: of the record
 *
 * Return: the line, or NULL where that is not known of such an image.
 */
json_t *code_line(const char *dir, const json_t *lines)
{
	char *program = beside("vmabench-symbols"), *text = NULL;
	char *vmlinux = xasprintf("%s/vmlinux", dir);
	json_t *names = executed_functions(lines), *list = json_array(), *hash;
	const char *name;
	size_t len;

	if (output_of((const char *[]){ program, "--functions", vmlinux, NULL },
		      false, &text, &len) == 0)
		take_hashes(text, names);
	json_object_foreach(names, name, hash)
		if (json_is_string(hash))
			json_array_append_new(list,
					      json_pack("[s, O]", name, hash));
	free(text);
	free(vmlinux);
	free(program);
	json_decref(names);
	if (!json_array_size(list)) {
		json_decref(list);
		return NULL;
	}
	return json_pack("{s:s, s:o}", "type", "code", "functions", list);
}
