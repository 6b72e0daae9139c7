// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words that a text of the suite is made of: those of its sources, which the build
 * collects from between their quotes, and those of words.txt, which the kernel, QEMU
 * and compilers say. A name of a host or a user is none of them, whatever it looks like.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define ERRNO_END 134

/* A word a line, in the order of strcmp(). */
__asm__(".pushsection .rodata\n"
	".global all_words\nall_words:\n"
	".incbin \"" WORDS "\"\n"
	".byte 0\n"
	".popsection\n");
extern const char all_words[];

/* What this library says of an error, which reasons end with. */
static bool is_of_error(const char *s, size_t len)
{
	for (int e = 1; e < ERRNO_END; e++) {
		const char *name = strerrorname_np(e);
		const char *text = strerrordesc_np(e);

		if (name && strlen(name) == len && !strncmp(name, s, len))
			return true;
		while (text && *text) {
			size_t n = strcspn(text, " /()");

			if (n == len && !strncmp(text, s, len))
				return true;
			text += n + strspn(text + n, " /()");
		}
	}
	return false;
}

struct word {
	const char *s;
	size_t len;
};

static int word_cmp(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	int d = memcmp(x->s, y->s, x->len < y->len ? x->len : y->len);

	return d ? d : (x->len > y->len) - (x->len < y->len);
}

static struct word *words;
static size_t nr_words;

static void find_words(void)
{
	const char *at = all_words;

	words = xcalloc(strlen(all_words) + 1, sizeof(*words));
	while (*at) {
		size_t len = strcspn(at, "\n");

		words[nr_words++] = (struct word){ at, len };
		at += len + (at[len] == '\n');
	}
}

/**
 * is_known_word() - is it a word of the suite, or of the kernel?
 * @s: word, which need not end
 * @len: bytes of it
 */
bool is_known_word(const char *s, size_t len)
{
	struct word key = { s, len };

	if (!words)
		find_words();
	return (len == 1 && isascii(*s)) ||
	       bsearch(&key, words, nr_words, sizeof(*words), word_cmp) ||
	       is_of_error(s, len);
}

/* What stands beside digits in versions, sizes and models. */
static bool is_affix(const char *s, size_t len)
{
	static const char *const affixes[] = {
		"KB",	 "KiB",	   "MiB",  "GiB",    "kB",  "MHz",  "GHz",
		"kHz",	 "ms",	   "ns",   "us",     "th",  "rd",   "nd",
		"st",	 "rc",	   "fc",   "el",     "deb", "bpo",  "dfsg",
		"git",	 "ubuntu", "ttyS", "ttyAMA", "hvc", "tty",  "cpu",
		"qemu",	 "amd",	   "arm",  "ppc",    "lp",  "amzn", "mga",
		"local", "debian",
	};

	for (size_t i = 0; i < ARRAY_SIZE(affixes); i++)
		if (strlen(affixes[i]) == len && !strncmp(affixes[i], s, len))
			return true;
	return len == 1;
}

static size_t span(const char *s, size_t len, int (*is)(int c))
{
	size_t n = 0;

	while (n < len && is((unsigned char)s[n]))
		n++;
	return n;
}

/*
 * A serial number is longer, or has more letters among its digits, than what is counted
 * or numbered.
 */
#define DIGITS_MAX 10
#define MIXED_MAX 10
#define MIXED_LETTERS_MAX 2
#define MIXED_DIGITS_MAX 6

/**
 * is_number_word() - is it a number, or one of a version, a size or a model?
 * @s: word, which need not end
 * @len: bytes of it
 */
bool is_number_word(const char *s, size_t len)
{
	size_t n = span(s, len, isdigit), runs = 0, digits;

	if (n == len)
		return len <= DIGITS_MAX;
	if (len > 2 && !strncmp(s, "0x", 2))
		return len <= 10 && span(s + 2, len - 2, isxdigit) == len - 2;
	/* A commit, as git describes it. */
	if (len > 7 && len <= 41 && *s == 'g' &&
	    span(s + 1, len - 1, isxdigit) == len - 1)
		return true;
	if (len > MIXED_MAX)
		return false;
	for (size_t at = 0, letters; at < len; at += letters + digits) {
		letters = span(s + at, len - at, isalpha);
		digits = span(s + at + letters, len - at - letters, isdigit);
		if (!letters && !digits)
			return false;
		if (digits > MIXED_DIGITS_MAX ||
		    (letters &&
		     (++runs > MIXED_LETTERS_MAX || !is_affix(s + at, letters))))
			return false;
	}
	return span(s, len, isalpha) < len;
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || !isascii(c);
}

/**
 * compound_length() - how long is the word here, with what dots and hyphens tie to it?
 * @s: text
 *
 * Return: bytes; 0 where no word begins.
 */
size_t compound_length(const char *s)
{
	size_t len = 0;

	while (is_word_char(s[len]) || (len && (s[len] == '.' || s[len] == '-') &&
					is_word_char(s[len + 1])))
		len++;
	return len;
}

/* Names of what was measured are published in numbers already. */
static bool is_of_record(const struct record *rec, const char *s, size_t len)
{
	char *word;
	bool found = false;

	if (!rec)
		return false;
	word = xasprintf("%.*s", (int)len, s);
	for (size_t i = 0; i < rec->nr_symbols && !found; i++)
		found = !strcmp(rec->symbols[i], word);
	for (size_t i = 0; i < rec->nr_rows && !found; i++)
		found = !strcmp(rec->rows[i].scenario, word) ||
			!strcmp(rec->rows[i].op, word) ||
			!strcmp(rec->rows[i].metric, word);
	free(word);
	return found;
}

/** is_source_file() - does it end as the name of a source file of a kernel does? */
bool is_source_file(const char *s, size_t len)
{
	static const char *const ends[] = { ".c", ".h", ".S", ".o", ".ko", ".rs" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t n = strlen(ends[i]);

		if (len > n && !strncmp(s + len - n, ends[i], n))
			return true;
	}
	return false;
}

/**
 * is_known_compound() - may a word be published, wherever it stands?
 * @st: whose record has names
 * @s: what compound_length() found
 * @len: bytes of it
 *
 * What is tied by dots or hyphens is the name of a host as soon as it is not known as a
 * whole, but for versions, and files of sources whose name is a known word.
 */
bool is_known_compound(const struct strip *st, const char *s, size_t len)
{
	bool numbers = true, any = false;
	size_t n;

	if (is_known_word(s, len) || is_of_record(st->rec, s, len))
		return true;
	for (size_t at = 0; at < len && numbers; at += n + 1) {
		for (n = 0; at + n < len && !strchr(".-", s[at + n]);)
			n++;
		any |= is_number_word(s + at, n);
		numbers = is_number_word(s + at, n) || is_affix(s + at, n);
	}
	if (numbers && any)
		return true;
	for (n = len; n && s[n - 1] != '.';)
		n--;
	return n > 1 && is_source_file(s, len) && is_known_compound(st, s, n - 1);
}
