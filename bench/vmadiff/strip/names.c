// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is called by a name. One that the suite itself has stays: of a scenario, of a stage
 * of kernel-patches, of a metric, of a parameter, or one that is made of the suite's words.
 * Any other is what somebody called it, as a command that hyperfine has timed: it gets a
 * number, the same wherever it is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* Digits of a number that tells things apart: "boot-001200", and "text_4096". */
#define NUMBER_MAX 6
#define NAMED_NUMBER_MAX 4

/* "DIGITS" and nothing else, not too many. */
static bool is_number(const char *s)
{
	size_t n = strspn(s, DIGITS);

	return n && !s[n] && n <= NUMBER_MAX;
}

static bool begins(const char *s, const char *start)
{
	return !strncmp(s, start, strlen(start));
}

/* Is it made of words of the suite, which @marks are between, and one number at most? */
static bool is_of_words(const char *s, const char *marks)
{
	size_t words = 0, numbers = 0, n;

	for (;; s += n + 1) {
		n = strcspn(s, marks);
		if (n && strspn(s, DIGITS) == n && n <= NAMED_NUMBER_MAX)
			numbers++;
		else if (n > 1 && is_known_word(s, n))
			words++;
		else
			return false;
		if (!s[n])
			return words && numbers <= 1;
	}
}

/* The name itself, or what stands for it; either to be freed. */
static char *name_or_alias(struct strip *st, const char *what, const char *name,
			   bool known)
{
	char *alias;

	if (known)
		return xasprintf("%s", name);
	alias = alias_of(st, what, name);
	/* One that was given before stays what it is. */
	if (strcmp(alias, name) != 0)
		take_out(st, TAKEN_NAME, name, strlen(name));
	return alias;
}

/* Where the name of one of a sweep has its parameter: "_threads_4". */
static size_t find_parameter(const char *name)
{
	static const char *const before[] = { "_threads_", "_processes_",
					      "_population_" };
	size_t number = strlen(name);

	while (number && strchr(DIGITS, name[number - 1]))
		number--;
	for (size_t i = 0; i < ARRAY_SIZE(before); i++) {
		size_t len = strlen(before[i]);

		if (number > len && is_number(name + number) &&
		    !strncmp(name + number - len, before[i], len))
			return number - len;
	}
	return strlen(name);
}

/**
 * scenario_name() - what a scenario may be called
 * @st: counts; knows whether its record is one of another tool
 * @name: what it is called
 *
 * Return: text, to be given to free(), as all functions below.
 */
char *scenario_name(struct strip *st, const char *name)
{
	bool imported = st->rec && json_object_get(st->rec->env, "tool");
	size_t len = find_parameter(name);
	char *stem, *alias;

	if (suite_has("scenario", name))
		return xasprintf("%s", name);
	stem = xasprintf("%.*s", (int)len, name);
	alias = name_or_alias(st, imported ? "imported" : "scenario", stem,
			      false);
	join_text(&alias, "", "%s", name + len);
	free(stem);
	return alias;
}

/** operation_name() - what an operation may be called */
char *operation_name(struct strip *st, const char *name)
{
	return name_or_alias(st, "op", name, is_of_words(name, "_"));
}

/** metric_name() - what a metric may be called: there are events of any CPU */
char *metric_name(struct strip *st, const char *name)
{
	return name_or_alias(st, "metric", name,
			     metric_by_name(name) < NR_METRICS ||
				     is_of_words(name, "_"));
}

/** parameter_name() - what a scenario may be run with */
char *parameter_name(struct strip *st, const char *name)
{
	static const char *const names[] = { "population", "threads",
					     "processes" };
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		known |= !strcmp(names[i], name);
	return name_or_alias(st, "param", name, known);
}

/** variant_name() - what a change of a kernel that means nothing may be called */
char *variant_name(struct strip *st, const char *name)
{
	return name_or_alias(st, "variant", name, is_of_words(name, "_"));
}

/* "s03" of "s03_split_the_vma", as stages of a tree are called; 0 of others. */
static size_t commit_number(const char *name)
{
	size_t n = *name == 's' ? strspn(name + 1, DIGITS) : 0;

	return n >= 2 && n <= 4 && (!name[n + 1] || name[n + 1] == '_') ? n + 1
									: 0;
}

/**
 * keep_stage() - a stage that is called after a text that is published
 * @st: from now on has it among those that may be
 * @name: what it is called
 * @text: the subject of its commit, as it is published
 */
void keep_stage(struct strip *st, const char *name, const char *text)
{
	size_t number = commit_number(name), n = 0;
	char *plain;

	if (!number || !name[number])
		return;
	plain = xcalloc(1, strlen(text) + 2);
	plain[n++] = '_';
	for (; *text; text++) {
		char c = *text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text;

		if (strchr(LOWER DIGITS, c))
			plain[n++] = c;
		else if (plain[n - 1] != '_')
			plain[n++] = '_';
	}
	if (strstr(plain, name + number))
		json_object_set_new(st->stages, name, json_true());
	free(plain);
}

/** stage_name() - what a stage may be called, and its records and folders */
char *stage_name(struct strip *st, const char *name)
{
	size_t number = commit_number(name), len;
	char *start, *alias;

	if (suite_has("stage", name) || json_object_get(st->stages, name) ||
	    is_of_words(name, "_"))
		return xasprintf("%s", name);
	if (!number)
		return name_or_alias(st, "stage", name, false);
	/* "s00_base" */
	if (name[number] && is_of_words(name + number + 1, "_"))
		return xasprintf("%s", name);
	start = xasprintf("%.*s_", (int)number, name);
	alias = alias_of(st, start, name);
	len = strlen(alias);
	/* The number of a commit is enough, but for another one of that number. */
	if (len == number + 2 && alias[number + 1] == '1')
		alias[number] = '\0';
	if (strcmp(alias, name) != 0)
		take_out(st, TAKEN_NAME, name, strlen(name));
	free(start);
	return alias;
}

/* 20261130-120000, with a "+" for each session that was begun in that second. */
static bool is_time(const char *s)
{
	return strspn(s, DIGITS) == 8 && s[8] == '-' &&
	       strspn(s + 9, DIGITS) == 6 && !s[15 + strspn(s + 15, "+")];
}

/** session_name() - what the folder of a session may be called */
char *session_name(struct strip *st, const char *name)
{
	return name_or_alias(st, "session", name,
			     is_time(name) || is_of_words(name, "-_."));
}

/* A kernel, a stage, or what is in a session besides. */
static char *entry_name(struct strip *st, const char *name)
{
	if (is_of_words(name, "-_"))
		return xasprintf("%s", name);
	if (strchr(DIGITS, *name) && strchr(name, '.'))
		return strip_release(st, name);
	return stage_name(st, name);
}

/** folder_name() - what a folder in a session may be called */
char *folder_name(struct strip *st, const char *name)
{
	if (is_time(name) || is_hex(name, 16, 16) ||
	    (begins(name, "seed-") && is_number(name + strlen("seed-"))))
		return xasprintf("%s", name);
	return entry_name(st, name);
}

/** record_name() - what a record may be called */
char *record_name(struct strip *st, const char *name)
{
	static const char suffix[] = ".jsonl";
	char *stem =
		xasprintf("%.*s", (int)(strlen(name) - strlen(suffix)), name);
	char *safe;

	if (begins(stem, "boot-") && is_number(stem + strlen("boot-")))
		safe = xasprintf("%s", stem);
	else
		safe = entry_name(st, stem);
	join_text(&safe, "", "%s", suffix);
	free(stem);
	return safe;
}
