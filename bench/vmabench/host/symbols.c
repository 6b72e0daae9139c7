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

#include "exact.h"

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

	memset(s, 0, sizeof(*s));
	status = output_of((const char *[]){ program, vmlinux, NULL }, &s->text);
	if (status < 0)
		fprintf(stderr,
			"vmabench: cannot run %s, which reads the symbols of a kernel: %s; make builds it, and it belongs beside vmabench\n",
			program, strerror(-status));
	else if (status) /* It has said why, if it could be loaded. */
		fprintf(stderr,
			"vmabench: %s could not read the symbols of %s%s\n",
			program, vmlinux,
			status == 127 ? ": is libelf installed? (Debian: libelf1)"
				      : "");
	else if (take_apart(s))
		err = 0;
	else
		fprintf(stderr,
			"vmabench: %s is of another version: it did not print build id, code and symbols of %s\n",
			program, vmlinux);
	free(program);
	return err;
}
