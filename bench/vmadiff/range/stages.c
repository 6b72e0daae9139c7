// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the file stages of a session, and what they say of commits. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define HEX "0123456789abcdef"
/* As many digits of a commit's id are taken for one. */
#define ID_DIGITS_MIN 7

/* What comes after @text is not of it; in one line, and with nothing hidden in it. */
static char *part(const char *text, size_t len)
{
	char *raw = xasprintf("%.*s", (int)len, text), *line, *plain;

	line = one_line(raw);
	plain = plain_text(line);
	free(line);
	free(raw);
	return plain;
}

/* Where the commit ends and the reason begins: after the subject, which may have ": ". */
static size_t commit_length(const char *rest)
{
	const char *end = strstr(rest, "\"): ");

	if (end)
		return (size_t)(end + 2 - rest);
	end = strstr(rest, ": ");
	return end ? (size_t)(end - rest) : strlen(rest);
}

/**
 * stage_line_parse() - read a line of the file stages
 * @text: "NAME RECORD COMMIT" or "NAME BUILD-FAILED COMMIT: WHY" and the like
 * @line: filled, to be given to stage_line_free() in any case
 *
 * Return: NULL, or what is wrong.
 */
const char *stage_line_parse(const char *text, struct stage_line *line)
{
	size_t name = strcspn(text, " "), word, commit;
	const char *rest = text + name + strspn(text + name, " ");

	*line = (struct stage_line){ .name = part(text, name) };
	line->failed = failed_word(rest);
	word = line->failed ? line->failed : strcspn(rest, " ");
	line->word = part(rest, word);
	rest += word;
	rest += strspn(rest, " ");
	commit = line->failed ? commit_length(rest) : strlen(rest);
	line->commit = part(rest, commit);
	rest += commit;
	rest += strspn(rest, ": ");
	line->why = part(rest, strlen(rest));
	if (!name || name > RECORD_NAME_MAX ||
	    text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] !=
		    text[name])
		return "does not begin with the name of a stage, [a-z0-9_]{1,64}";
	return NULL;
}

void stage_line_free(struct stage_line *line)
{
	free(line->name);
	free(line->word);
	free(line->commit);
	free(line->why);
}

/**
 * commit_split() - the two parts of what a reader knows a commit by
 * @text: c0ffee0b1 ("mm: store twice"), or patch 3/7 ("mm: store twice")
 * @id: set to what is before the subject; to be given to free(), as the next
 * @subject: set to the subject, "" where there is none
 */
void commit_split(const char *text, char **id, char **subject)
{
	const char *from = strstr(text, " (\"");
	size_t len = strlen(text);

	if (!from || len < 2 || strcmp(text + len - 2, "\")")) {
		*id = xasprintf("%s", text);
		*subject = xasprintf("%s", "");
		return;
	}
	*id = xasprintf("%.*s", (int)(from - text), text);
	*subject =
		xasprintf("%.*s", (int)(text + len - 2 - (from + 3)), from + 3);
}

/* Hexadecimal digits that a text begins with, if it may be the id of a commit. */
static size_t id_length(const char *text)
{
	size_t len = strspn(text, HEX);

	return len >= ID_DIGITS_MIN && (!text[len] || text[len] == ' ') ? len : 0;
}

/**
 * commit_is() - is a record of the commit that it is to be of?
 * @wanted: commit of the line in the file stages
 * @said: what the record says that it is of
 *
 * The id decides, which either may have shortened.
 */
bool commit_is(const char *wanted, const char *said)
{
	size_t a = id_length(wanted), b = id_length(said);

	if (a && b)
		return !strncmp(wanted, said, a < b ? a : b);
	return !strcmp(wanted, said);
}
