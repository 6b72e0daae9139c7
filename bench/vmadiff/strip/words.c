// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words that a text of the suite is made of: those of its sources, which the build
 * collects from between their quotes, and those of words.txt, which the kernel, QEMU
 * and compilers say. A name of a host or a user is none of them, whatever it looks like.
 * And what the suite has: its scenarios, and the stages of kernel-patches; and of names.txt
 * what is known in one field alone.
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
	".global all_names\nall_names:\n"
	".incbin \"" NAMES "\"\n"
	".byte 0\n"
	".popsection\n");
extern const char all_words[], all_names[];

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

struct list {
	const char *text;
	struct word *words;
	size_t nr;
};

static struct list words = { all_words, NULL, 0 };
static struct list names = { all_names, NULL, 0 };

static bool is_listed(struct list *list, const char *s, size_t len)
{
	struct word key = { s, len };

	if (!list->words)
		list->words =
			xcalloc(strlen(list->text) + 1, sizeof(*list->words));
	for (const char *at = list->nr ? "" : list->text; *at;) {
		size_t n = strcspn(at, "\n");

		list->words[list->nr++] = (struct word){ at, n };
		at += n + (at[n] == '\n');
	}
	return bsearch(&key, list->words, list->nr, sizeof(key), word_cmp);
}

/**
 * suite_knows() - does the suite know something of this name?
 * @what: "scenario" or "stage", which the suite has itself; "model" of a CPU or "release"
 *	of a kernel
 * @name: the name, which need not end
 * @len: bytes of it
 */
bool suite_knows(const char *what, const char *name, size_t len)
{
	char *line = xasprintf("%s %.*s", what, (int)len, name);
	bool found = is_listed(&names, line, strlen(line));

	free(line);
	return found;
}

/** suite_has() - likewise of a whole name */
bool suite_has(const char *what, const char *name)
{
	return suite_knows(what, name, strlen(name));
}

/* Letters that stand alone in what the suite says: all of them would spell any name. */
#define LETTERS "aAIMRkmnsux_"

/**
 * is_known_word() - is it a word of the suite, or of the kernel?
 * @s: word, which need not end
 * @len: bytes of it
 */
bool is_known_word(const char *s, size_t len)
{
	if (len == 1)
		return *s && strchr(LETTERS, *s);
	return is_listed(&words, s, len) || is_of_error(s, len);
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
	return false;
}

/* A letter that one number may have: of a version, or of a size. */
#define MARKS "vubrpnKMGTsx"

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

/* "WX" of "7995WX": what ends the number of a model. */
static bool is_suffix(const char *s, size_t letters, size_t len)
{
	return letters == 2 && len == 2 && isupper((unsigned char)s[0]) &&
	       isupper((unsigned char)s[1]);
}

/* Is it a number, or one of a version or a size; with @models, of a model of a CPU? */
static bool is_numbered(const char *s, size_t len, bool models)
{
	size_t n = span(s, len, isdigit), runs = 0, alone = 0, digits;

	if (n == len)
		return len <= (models ? MIXED_DIGITS_MAX : DIGITS_MAX);
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
		    (letters && ++runs > MIXED_LETTERS_MAX))
			return false;
		if (letters == 1 && !models && (alone++ || !strchr(MARKS, s[at])))
			return false;
		if (letters > 1 && !is_affix(s + at, letters) &&
		    !(models && at && is_suffix(s + at, letters, len - at)))
			return false;
	}
	return span(s, len, isalpha) < len;
}

/**
 * is_number_word() - is it a number, or one of a version or a size?
 * @s: word, which need not end
 * @len: bytes of it
 */
bool is_number_word(const char *s, size_t len)
{
	return is_numbered(s, len, false);
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

/* Functions of the kernel are published in numbers already, and so are scenarios. */
static bool is_of_record(const struct record *rec, const char *s, size_t len)
{
	char *word;
	bool found = false;

	word = xasprintf("%.*s", (int)len, s);
	found = suite_has("scenario", word) || suite_has("stage", word);
	for (size_t i = 0; rec && i < rec->nr_symbols && !found; i++)
		found = !strcmp(rec->symbols[i], word);
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

#define MODEL_WORD_MAX 16

/* A word of makers of CPUs, which some write in capitals. */
static bool is_model_word(const char *s, size_t len)
{
	char word[MODEL_WORD_MAX];

	if (is_known_word(s, len) || suite_knows("model", s, len))
		return true;
	if (len < 3 || len > sizeof(word))
		return false;
	word[0] = *s;
	for (size_t i = 1; i < len; i++) {
		if (!isupper((unsigned char)s[i]))
			return false;
		word[i] = (char)tolower((unsigned char)s[i]);
	}
	return is_known_word(word, len) || suite_knows("model", word, len);
}

/* Digits of a generation: "Graviton3", "JH7110". */
#define GENERATION_MAX 4
/* "16-Core", as processors have them. */
#define CORES_MAX 3

/* "16-Core", "8-Cores", "32-Thread": is it a number of them? */
static bool is_of_cores(const char *s, size_t len)
{
	static const char *const whats[] = { "Core",  "Cores",	"core",
					     "cores", "Thread", "Threads" };
	size_t n = span(s, len, isdigit);

	if (!n || n > CORES_MAX || n == len || s[n] != '-')
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(whats); i++)
		if (strlen(whats[i]) == len - n - 1 &&
		    !strncmp(whats[i], s + n + 1, len - n - 1))
			return true;
	return false;
}

/* "POWER9", "Neoverse-N1", "Loongson-3A6000": is it a model of a CPU? */
static bool is_model(const char *s, size_t len)
{
	size_t word = span(s, len, isalpha), rest = len - word;

	if (is_model_word(s, len) || is_of_cores(s, len))
		return true;
	if (word < 2 || !rest || !is_model_word(s, word))
		return false;
	if (s[word] == '-')
		return is_numbered(s + word + 1, rest - 1, true);
	return rest <= GENERATION_MAX && span(s + word, rest, isdigit) == rest;
}

/**
 * is_known_compound() - may a word be published, wherever it stands?
 * @st: whose record has names
 * @s: what compound_length() found
 * @len: bytes of it
 * @author: who wrote it
 *
 * What is tied by dots or hyphens is the name of a host as soon as it is not known as a
 * whole, but for versions, and files of sources whose name is a known word.
 */
bool is_known_compound(const struct strip *st, const char *s, size_t len,
		       enum author author)
{
	bool numbers = true, any = false, cpu = author == BY_CPU;
	size_t n;

	if (is_known_word(s, len) || is_of_record(st->rec, s, len) ||
	    (cpu && (len == 1 || is_model(s, len))))
		return true;
	for (size_t at = 0; at < len && numbers; at += n + 1) {
		for (n = 0; at + n < len && !strchr(".-", s[at + n]);)
			n++;
		any |= is_numbered(s + at, n, cpu);
		numbers = is_numbered(s + at, n, cpu) || is_affix(s + at, n) ||
			  (cpu && n == 1);
	}
	if (numbers && any)
		return true;
	for (n = len; n && s[n - 1] != '.';)
		n--;
	return n > 1 && is_source_file(s, len) &&
	       is_known_compound(st, s, n - 1, author);
}
