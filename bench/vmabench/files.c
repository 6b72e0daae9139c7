// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of the exact tier's scratch folder, consoles of guests above all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "util.h"

/** path_of - name of a file: @base with @suffix; to be freed */
char *path_of(const char *base, const char *suffix)
{
	return xasprintf("%s%s", base, suffix);
}

/** read_whole - contents of a file; to be freed, NULL if it cannot be read */
char *read_whole(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *text = NULL, buf[65536];
	size_t n;
	FILE *out;

	*len = 0;
	if (!f)
		return NULL;
	out = open_memstream(&text, len);
	while (out && (n = fread(buf, 1, sizeof(buf), f)))
		fwrite(buf, 1, n, out);
	fclose(f);
	if (!out || fclose(out))
		return NULL;
	return text;
}

/* Complaint of the kernel in a console, or NULL; points into @text. */
const char *complaint(const char *text)
{
	static const char *const signs[] = {
		"WARNING:",
		"BUG:",
		"Oops",
		"Kernel panic",
		"general protection",
		"kernel BUG at",
		"INFO: rcu",
		"INFO: task",
	};
	const char *first = NULL;

	for (size_t i = 0; text && i < sizeof(signs) / sizeof(*signs); i++) {
		const char *at = strstr(text, signs[i]);

		if (at && (!first || at < first))
			first = at;
	}
	return first;
}

/* Nothing of a guest reaches the terminal as it is. */
static void print_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || (text[i] >= ' ' && text[i] < 127))
			fputc(text[i], stderr);
	fputc('\n', stderr);
}

/** print_tail - say on stderr what happened, and how a console ended */
void print_tail(const char *what, const char *text, size_t len)
{
	const char *p = text ? text + len : NULL, *sign = complaint(text);

	for (int lines = 0; p && p > text && lines <= 12; p--)
		lines += p[-1] == '\n';
	fprintf(stderr, "vmabench: %s\n", what);
	if (sign) {
		fputs("vmabench: the kernel complained: ", stderr);
		print_plain(sign, strcspn(sign, "\n"));
	}
	fputs("vmabench: end of its console:\n", stderr);
	if (p)
		print_plain(p, (size_t)(text + len - p));
}
