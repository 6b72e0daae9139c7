// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a series is about, as a file beside its patches says it: lines of a key and
 * what it says, "#" starts a comment.
 *
 *	title     make mremap() faster
 *	link      https://lore.kernel.org/...
 *	base      STAGE           that it was written against
 *	headline  SCENARIO OP     a row that it is judged by; the first is the first
 *	retry     STAGE WHEN      when the kernel of that stage retries a merge
 *	stage     STAGE TEXT      what the kernel of that stage is
 *	patch     STAGE SUBJECT   of the patch that the stage is named after
 *	scenario  SCENARIO TEXT   what the scenario does, for those who do not know it
 *
 * All are optional. It goes into the header of records, from where the comparer has
 * it: it knows no series by name.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "run/run.h"

#define LINE_BYTES 400

/* The next word of a line, which is cut there; NULL at its end. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " \t");
	size_t len = strcspn(word, " \t");

	if (!len)
		return NULL;
	*at = word + len + (word[len] != '\0');
	word[len] = '\0';
	return word;
}

static bool has_op(const struct scenario *s, const char *name)
{
	for (const struct scenario_op *op = s->ops; op->name; op++)
		if (!strcmp(op->name, name))
			return true;
	return false;
}

/* Each returns NULL, or what is wrong: what the reader of the record would refuse. */

static const char *add_text(json_t *to, const char *key, const char *text)
{
	if (json_object_get(to, key))
		return "it is there twice";
	if (!*text)
		return "it says nothing";
	if (strlen(text) > RECORD_LABEL_MAX)
		return "it is longer than 255 bytes";
	if (json_object_set_new(to, key, json_string(text)))
		return "it is no UTF-8";
	return text_hidden_kind(text) ? "a character that is not to be seen"
				      : NULL;
}

static const char *add_headline(json_t *about, char *rest)
{
	const char *name = next_word(&rest), *op = name ? next_word(&rest) : NULL;
	const struct scenario *s = name ? find_scenario(name) : NULL;

	if (!op || next_word(&rest))
		return "headline wants a scenario and an operation";
	if (!s)
		return "no such scenario; \"vmabench list\" has them";
	if (!has_op(s, op))
		return "the scenario has no such operation; \"vmabench list\" has them";
	if (!json_object_get(about, "headline"))
		json_object_set_new(about, "headline", json_array());
	json_array_append_new(json_object_get(about, "headline"),
			      json_pack("{s:s, s:s}", "scenario", name, "op", op));
	return NULL;
}

/* The object that is about @name in the array @list, which is in the file's order. */
static json_t *object_about(json_t *about, const char *list, const char *key,
			    const char *name)
{
	json_t *array = json_object_get(about, list), *object;
	size_t i;

	if (!array) {
		array = json_array();
		json_object_set_new(about, list, array);
	}
	json_array_foreach(array, i, object)
		if (!strcmp(json_string_value(json_object_get(object, key)), name))
			return object;
	object = json_pack("{s:s}", key, name);
	json_array_append_new(array, object);
	return object;
}

static const char *add_scenario(json_t *about, char *rest)
{
	const char *name = next_word(&rest);

	if (!name || !find_scenario(name))
		return "no such scenario; \"vmabench list\" has them";
	return add_text(object_about(about, "scenarios", "scenario", name),
			"text", rest + strspn(rest, " \t"));
}

/* What is said of a stage: @key "text" in the author's words, "patch" its subject. */
static const char *add_stage(json_t *about, const char *key, char *rest)
{
	const char *name = next_word(&rest);

	if (!name || strlen(name) > RECORD_NAME_MAX ||
	    name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return "it wants a stage, whose name is of a-z, 0-9 and _";
	return add_text(object_about(about, "stages", "stage", name), key,
			rest + strspn(rest, " \t"));
}

static const char *add_retry(json_t *about, char *rest)
{
	const char *stage = next_word(&rest);
	const char *when = stage ? next_word(&rest) : NULL;

	if (!when || next_word(&rest))
		return "retry wants a stage, and early, late, none or unknown";
	if (retry_by_name(when) == NR_RETRIES)
		return "a kernel retries a merge early, late, none or unknown";
	if (!json_object_get(about, "retry"))
		json_object_set_new(about, "retry", json_object());
	if (json_object_get(json_object_get(about, "retry"), stage))
		return "it is there twice";
	json_object_set_new(json_object_get(about, "retry"), stage,
			    json_string(when));
	return NULL;
}

static const char *add_line(json_t *about, char *line)
{
	static const char *const texts[] = { "title", "link", "base" };
	const char *key = next_word(&line);

	if (!key)
		return NULL;
	line += strspn(line, " \t");
	if (!strcmp(key, "headline"))
		return add_headline(about, line);
	if (!strcmp(key, "retry"))
		return add_retry(about, line);
	if (!strcmp(key, "scenario"))
		return add_scenario(about, line);
	if (!strcmp(key, "stage"))
		return add_stage(about, "text", line);
	if (!strcmp(key, "patch"))
		return add_stage(about, "patch", line);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!strcmp(key, texts[i]))
			return add_text(about, key, line);
	return "the keys are title, link, base, headline, retry, stage, patch and scenario";
}

/* In place: no comment, no blanks at the end. Returns false if that is no text. */
static bool clean(char *line)
{
	size_t len = 0;

	/* Not within a link. */
	while (line[len] && line[len] != '\n' &&
	       !(line[len] == '#' &&
		 (!len || isblank((unsigned char)line[len - 1]))))
		len++;
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	line[len] = '\0';
	for (const char *c = line; *c; c++)
		if (iscntrl((unsigned char)*c) && *c != '\t')
			return false;
	return true;
}

/**
 * about_read() - read what a series is about
 * @path: file
 *
 * Return: the object "series" of a record's header, NULL after saying what is wrong.
 */
json_t *about_read(const char *path)
{
	FILE *f = fopen_input(path);
	json_t *about = json_object();
	const char *wrong = NULL;
	char line[LINE_BYTES];

	if (!f) {
		complain("vmabench: %s: %s\n", path, input_error(errno));
		json_decref(about);
		return NULL;
	}
	for (int nr = 1; !wrong && fgets(line, sizeof(line), f); nr++) {
		if (!strchr(line, '\n') && !feof(f))
			wrong = strlen(line) + 1 < sizeof(line)
					? "a NUL byte"
					: "the line is too long";
		else if (!clean(line))
			wrong = "a control character";
		else
			wrong = add_line(about, line);
		if (wrong)
			complain("vmabench: %s:%d: %s\n", path, nr, wrong);
	}
	if (!wrong && ferror(f)) {
		wrong = strerror(errno);
		complain("vmabench: %s: %s\n", path, wrong);
	}
	fclose(f);
	if (!wrong)
		return about;
	json_decref(about);
	return NULL;
}
