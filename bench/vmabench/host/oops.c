// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel says when it dies, in a line. */
#include <string.h>

#include "exact.h"

#define MAX_FRAMES 8

/* Past "[    0.123456] ", and past what the serial line has in front of it. */
static const char *text_of(const char *line)
{
	const char *end = *line == '[' ? strchr(line, ']') : NULL;

	line = end ? end + 1 : line;
	return line + strspn(line, " ");
}

/* " name+0x12/0x34", or "RIP: 0010:name+0x12/0x34"; a "?" in front is a guess. */
static size_t frame(const char *line, const char **name)
{
	size_t len;

	*name = line;
	len = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "0123456789_.");
	return len && !strncmp(line + len, "+0x", 3) ? len : 0;
}

/* How the dump came to be is the same for all of them. */
static bool is_of_dump(const char *name, size_t len)
{
	static const char *const those[] = { "dump_stack_lvl", "dump_stack",
					     "panic", "vpanic", "__warn" };

	for (size_t i = 0; i < sizeof(those) / sizeof(*those); i++)
		if (strlen(those[i]) == len && !strncmp(name, those[i], len))
			return true;
	return false;
}

static void add_trace(FILE *out, const char *console)
{
	const char *line = strstr(console, "Call Trace:"), *name;
	unsigned int nr = 0;

	for (line = line ? strchr(line, '\n') : NULL; line && nr < MAX_FRAMES;
	     line = strchr(line + 1, '\n')) {
		const char *text = text_of(line + 1);
		size_t len = frame(text, &name);

		if (len && !is_of_dump(name, len))
			fprintf(out, "%s%.*s",
				nr++ ? " < " : "; call trace: ", (int)len, name);
		/* It ends with what is neither a frame, a guess nor a bracket. */
		if (!len && !strchr("?<", *text))
			break;
	}
}

/**
 * last_words - what a kernel complained of, and from where
 * @console: all that it said, or NULL
 *
 * Return: a line of plain characters, to be freed; empty where it did not.
 */
char *last_words(const char *console)
{
	const char *sign = complaint(console);
	char *words = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&words, &len);

	if (!out)
		return NULL;
	if (sign) {
		fprintf(out, "%.*s", (int)strcspn(sign, "\r\n"), sign);
		add_trace(out, sign);
	}
	if (fclose(out))
		return NULL;
	for (char *p = words; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	return words;
}

/** write_last_words - as write_reason(), with what the console of @base says of it */
void write_last_words(const char *path, const char *what, const char *base)
{
	size_t len;
	char *console = read_whole(base, ".console", &len);
	char *words = last_words(console);

	write_reason(path, what, words ? words : "");
	free(words);
	free(console);
}
