// SPDX-License-Identifier: GPL-2.0-or-later
/* Of a short letter: on what it was measured, and how again. */
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "base/base.h"
#include "brief.h"
#include "letter/letter.h"
#include "tables/tables.h"

#define URL_MAX 198

/* "QEMU emulator version N": N is what fits. */
static const char *qemu_version(const char *text)
{
	const char *number = strstr(text, " version ");
	const char *from = number ? number + strlen(" version ") : text;

	return fmt_text("%.*s",
			MIN((int)strcspn(from, " ("), text_fit(from, 40)), from);
}

/* A name without the marks of those who own it. */
static const char *plain_cpu(const char *cpu)
{
	char *name = xasprintf("%.*s", CUT(cpu, 60)), *mark;
	const char *text;

	while ((mark = strstr(name, "(R)")))
		memmove(mark, mark + 3, strlen(mark + 3) + 1);
	text = fmt_text("%s", name);
	free(name);
	return text;
}

/**
 * machine_text() - on what it was measured
 * @cmp: comparison
 *
 * Return: "counted in QEMU 7.2.22 (qemu64)", "timed in User Mode Linux (CPU), 32 + 32
 * layouts", to be given to free().
 */
char *machine_text(const struct comparison *cmp)
{
	const struct record *rec = cmp->cols[0].recs[0];
	const char *cpu = header_text(rec, "env", "cpu");
	const char *qemu = header_text(rec, "env", "qemu");
	const char *where = rec->tier == TIER_NATIVE ? " in User Mode Linux"
			    : qemu ? fmt_text(" in QEMU %s", qemu_version(qemu))
				   : "";
	char *seeds = seeds_text(cmp, true), *plain;
	char *raw = xasprintf("%s%s", is_timed(rec) ? "timed" : "counted", where);

	if (cpu)
		join_text(&raw, " ", "(%s)", plain_cpu(cpu));
	if (is_timed(rec) && cmp->nr_cols > 1)
		join_text(&raw, ", ", "%zu + %zu %ss", cmp->cols[0].nr_boots,
			  cmp->cols[cmp->nr_cols - 1].nr_boots, counted_as(cmp));
	if (seeds)
		join_text(&raw, ", ", "seeds %.*s", CUT(seeds, 60));
	plain = plain_words(raw);
	free(raw);
	free(seeds);
	return plain;
}

void print_where(const struct brief *b)
{
	const struct comparison *cmp = b->cmp;
	const struct record *rec = cmp->cols[0].recs[0];
	const char *revision = header_text(rec, "suite", "revision");
	const char *compiler = header_text(rec, "suite", "compiler");
	char *text = machine_text(cmp), *raw, *more;

	if (cmp->times) {
		more = machine_text(cmp->times);
		join_text(&text, "; ", "%s", more);
		free(more);
	}
	*text = (char)(*text - 'a' + 'A');
	raw = xasprintf("vmabench%s%.*s", revision ? " " : "",
			CUT(revision ? revision : "", 40));
	if (compiler)
		join_text(&raw, " ", "(%.*s)", CUT(compiler, 40));
	more = plain_words(raw);
	join_text(&text, "; ", "%s.", more);
	say(b, text);
	/* Not cut, nor with a full stop behind it. */
	print_letter_line(b->opt->url, URL_MAX, b->f);
	free(raw);
	free(more);
}

/* How far a command goes until the next blank that is not within quotes. */
static size_t word_length(const char *word)
{
	bool inside = false;
	size_t len = 0;

	for (; word[len] && (inside || word[len] != ' '); len++)
		if (word[len] == '\'' || word[len] == '"')
			inside = !inside;
	return len;
}

/* Beside its heading or below it; a shell goes on where a line ends with a backslash. */
void print_command(const struct brief *b)
{
	static const char heading[] = "To reproduce:";
	char *command = story_command(b->cmp), *word = command;
	bool beside = strlen(heading) + 1 + strlen(command) <= LETTER_WIDTH;
	size_t column = beside ? strlen(heading) : 1;

	fprintf(b->f, "%s%s", heading, beside ? "" : "\n ");
	while (*word) {
		size_t len = word_length(word);

		if (!beside && word != command &&
		    column + 1 + len + strlen(" \\") > LETTER_WIDTH) {
			fputs(" \\\n   ", b->f);
			column = 3;
		}
		fprintf(b->f, " %.*s", (int)len, word);
		column += 1 + len;
		word += len + (word[len] == ' ');
	}
	fputc('\n', b->f);
	free(command);
}
