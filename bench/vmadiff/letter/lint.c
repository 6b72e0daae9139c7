// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is a text fit to be pasted into a mail that "git am" reads? Prose has 72
 * columns; a line that starts with a blank is a table, as wide as it has to be.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "letter/letter.h"

#define PROSE_MAX 72
#define TABLE_MAX 200
#define LETTER_MAX (1024 * 1024)

/* A line as "git am --scissors" looks at it, in bytes. */
struct cut {
	int marks; /* ">8" and the like */
	int dashes; /* what perforates, marks and the blanks in between included */
	int gaps;    /* blanks among these */
	int visible; /* from the first to the last that is no blank */
};

static bool is_scissors(const char *s, size_t len)
{
	struct cut cut = { 0 };
	bool inside = false;
	size_t first = len, last = 0;

	for (size_t i = 0; i < len; i++) {
		if (isspace((unsigned char)s[i])) {
			cut.dashes += inside;
			cut.gaps += inside;
			continue;
		}
		first = first == len ? i : first;
		last = i;
		inside = true;
		if (s[i] == '-') {
			cut.dashes++;
		} else if (i + 1 < len && (!strncmp(s + i, ">8", 2) ||
					   !strncmp(s + i, "8<", 2) ||
					   !strncmp(s + i, ">%", 2) ||
					   !strncmp(s + i, "%<", 2))) {
			cut.dashes += 2;
			cut.marks += 2;
			last = ++i;
		} else {
			inside = false;
		}
	}
	cut.visible = first == len ? 0 : (int)(last - first + 1);
	return cut.marks && cut.visible >= 8 && cut.visible < cut.dashes * 3 &&
	       cut.gaps * 2 < cut.dashes;
}

static bool starts(const char *s, size_t len, const char *with)
{
	return len >= strlen(with) && !strncmp(s, with, strlen(with));
}

/* What "git am" would take for the end of the message, or a mail reader for more. */
static const char *broken_start(const char *s, size_t len)
{
	size_t i = 3;

	if (starts(s, len, "diff "))
		return "\"diff\" at the start of a line starts a patch";
	if (starts(s, len, "Index:"))
		return "\"Index:\" starts a patch";
	if (starts(s, len, "---")) {
		while (i < len && isspace((unsigned char)s[i]))
			i++;
		if (i == len || s[3] == ' ')
			return "\"---\" ends the message";
	}
	if (starts(s, len, "-- ") || (len == 2 && starts(s, len, "--")))
		return "\"--\" starts a signature";
	i = strspn(s, ">");
	if (i < len && starts(s + i, len - i, "From "))
		return "\"From \" starts the next mail of a mailbox";
	if (starts(s, len, "From:") || starts(s, len, "Subject:") ||
	    starts(s, len, "Date:"))
		return "this is a header to \"git am\"";
	if (*s == '#')
		return "\"#\" is a comment in the editor of git";
	if (*s == '>')
		return "\">\" is a quote";
	if (len == 1 && *s == '.')
		return "a single dot ends a mail";
	return NULL;
}

static const char *bad_bytes(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\t')
			return "a tab: columns move when the line is quoted";
		if (s[i] < ' ' || s[i] > '~')
			return "not ASCII";
	}
	return NULL;
}

static const char *bad_line(const char *s, size_t len)
{
	const char *why = bad_bytes(s, len);

	if (why || !len)
		return why;
	if (s[len - 1] == ' ')
		return "blanks at the end";
	if (len > (size_t)(*s == ' ' ? TABLE_MAX : PROSE_MAX))
		return *s == ' ' ? "a table wider than 200 columns"
				 : "prose wider than 72 columns";
	if (is_scissors(s, len))
		return "scissors: \"git am --scissors\" cuts here";
	return broken_start(s, len);
}

/**
 * lint_letter() - what a mail would do to a text
 * @name: what it is called in messages
 * @text: the text
 * @len: bytes of it
 * @say: where to say "NAME:LINE: what is wrong"
 *
 * Return: lines that are not fit for a mail.
 */
size_t lint_letter(const char *name, const char *text, size_t len, FILE *say)
{
	size_t bad = 0, line = 0;

	for (size_t at = 0; at < len; line++) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t width = end ? (size_t)(end - text) - at : len - at;
		const char *why = bad_line(text + at, width);

		if (!why && !end)
			why = "no newline at the end";
		if (why)
			fprintf(say, "%s:%zu: %s\n", name, line + 1, why);
		bad += !!why;
		at += width + 1;
	}
	if (!len)
		fprintf(say, "%s: is empty\n", name);
	return bad + !len;
}

/**
 * lint_files() - lint_letter() of files
 * @paths: their names
 * @nr: how many
 *
 * Return: %STATUS_OK; %STATUS_REGRESSED where one is not fit for a mail;
 * %STATUS_DATA where one cannot be read.
 */
enum status lint_files(char *const *paths, size_t nr)
{
	enum status status = STATUS_OK;
	char *text = xcalloc(LETTER_MAX + 1, 1);

	for (size_t i = 0; i < nr; i++) {
		FILE *f = fopen_input(paths[i]);
		size_t len = f ? fread(text, 1, LETTER_MAX, f) : 0;
		bool failed = !f || ferror(f) || !feof(f);
		char *name = plain_text(paths[i]);

		if (failed)
			warnx("cannot read %s: %s", name,
			      f && !ferror(f) ? "longer than 1 MiB"
					      : input_error(errno));
		else if (lint_letter(name, text, len, stdout) && !status)
			status = STATUS_REGRESSED;
		if (failed)
			status = STATUS_DATA;
		if (f)
			fclose(f);
		free(name);
	}
	free(text);
	return status;
}
