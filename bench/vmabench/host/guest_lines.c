// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest sends: the kernel under test, or whatever has become of it, can send
 * anything. Each line is looked at before it is used, and one that is wrong costs the
 * scenario that it is of its numbers, and no other one.
 *
 * Lines that are of a record are judged by its reader. Those that tell the host what to
 * make of the plugin's numbers are judged here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "exact.h"
#include "record/record.h"
#include "record/write.h"

/* What --ops, --batches and --warmup may be, and more. */
#define OPS_LIMIT 100000

/* Each returns NULL, or what is wrong. */
typedef const char *(*check_fn)(const json_t *line, const struct scenario *s);

static const json_t *get(const json_t *line, const char *key)
{
	return json_object_get(line, key);
}

static bool is_count(const json_t *v, json_int_t max)
{
	return json_is_integer(v) && json_integer_value(v) >= 0 &&
	       json_integer_value(v) <= max;
}

/* Operations of a scenario, each by its name and in its place. */
static bool are_kinds(const json_t *kinds, const struct scenario *s)
{
	size_t i, nr = json_array_size(kinds);
	json_t *kind;

	if (!nr || nr > SCENARIO_MAX_OPS)
		return false;
	json_array_foreach(kinds, i, kind) {
		const char *name = json_string_value(kind);

		if (!name || !s->ops[i].name || strcmp(name, s->ops[i].name))
			return false;
	}
	return true;
}

static const char *check_regions(const json_t *line, const struct scenario *s)
{
	if (!are_kinds(get(line, "kinds"), s))
		return "\"kinds\" are not the operations of the scenario";
	if (!is_count(get(line, "ops"), OPS_LIMIT) ||
	    !is_count(get(line, "warmup"), OPS_LIMIT) ||
	    !is_count(get(line, "batches"), OPS_LIMIT) ||
	    !json_integer_value(get(line, "ops")) ||
	    !json_integer_value(get(line, "batches")))
		return "\"ops\", \"warmup\" or \"batches\" is no number of them";
	return NULL;
}

static bool is_layout(const json_t *l)
{
	return is_count(get(l, "depth"), INT32_MAX) &&
	       is_count(get(l, "slot"), INT32_MAX) &&
	       is_count(get(l, "entries"), INT32_MAX) &&
	       json_is_boolean(get(l, "behind"));
}

static const char *check_layout(const json_t *line, const struct scenario *s)
{
	const json_t *order = get(line, "order");
	size_t i, nr = json_array_size(get(line, "kinds"));
	json_t *kind;

	if (!are_kinds(get(line, "kinds"), s))
		return "\"kinds\" are not the operations of the scenario";
	if (!is_layout(get(line, "layout")))
		return "\"layout\" is none of the maple tree";
	if (!json_is_array(order) || !json_is_array(get(line, "above")) ||
	    json_array_size(get(line, "above")) != json_array_size(order))
		return "\"order\" or \"above\" is no array, or they are not of one length";
	json_array_foreach(order, i, kind)
		if (!is_count(kind, (json_int_t)nr - 1))
			return "\"order\" names an operation that is not there";
	return NULL;
}

static const char *check_exit(const json_t *line, const struct scenario *s)
{
	return json_is_integer(get(line, "status"))
		       ? NULL
		       : "\"status\" is missing or not an integer";
}

static const char *check_stop(const json_t *line, const struct scenario *s)
{
	return json_is_integer(get(line, "away_insns")) &&
			       json_is_integer(get(line, "stop_insns"))
		       ? NULL
		       : "\"away_insns\" or \"stop_insns\" is missing or not an integer";
}

static const char *check_calibration(const json_t *line, const struct scenario *s)
{
	static const char *const keys[] = { "insns",	     "loads",
					    "stores",	     "lines_read",
					    "lines_written", "lines_code",
					    "pages" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!is_count(get(line, keys[i]), RECORD_COUNT_LIMIT - 1))
			return "a count is missing, or is none";
	return NULL;
}

static bool is_plain_string(const json_t *v)
{
	return json_is_string(v) && !text_hidden_kind(json_string_value(v));
}

static const char *check_guest(const json_t *line, const struct scenario *s)
{
	json_t *kernel = json_object_get(line, "kernel"), *v;
	const char *key;

	if (!json_object_size(kernel))
		return "\"kernel\" is missing or says nothing";
	json_object_foreach(kernel, key, v)
		if (text_hidden_kind(key) ||
		    (!json_is_null(v) && !is_plain_string(v)))
			return "\"kernel\" has a value that is no text";
	return NULL;
}

static const char *check_error(const json_t *line, const struct scenario *s)
{
	return is_plain_string(get(line, "reason"))
		       ? NULL
		       : "\"reason\" is missing or not a text";
}

/* @check is NULL where the reader of records knows better. */
static const struct line_kind {
	const char *type;
	check_fn check;
	bool of_scenario;
} line_kinds[] = {
	{ "regions", check_regions, true },
	{ "layout-regions", check_layout, true },
	{ "exit", check_exit, false },
	{ "stop", check_stop, false },
	{ "calibration", check_calibration, false },
	{ "guest", check_guest, false },
	{ "guest-error", check_error, false },
	{ "row", NULL, true },
	{ "shape", NULL, true },
	{ "skip", NULL, true },
	{ "failure", NULL, true },
	{ "finding", NULL, true },
	{ "disturbances", NULL, true },
	{ "warning", NULL, false },
};

static const struct line_kind *find_kind(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(line_kinds); i++)
		if (!strcmp(line_kinds[i].type, type))
			return &line_kinds[i];
	return NULL;
}

/* A record with nothing in it, for lines that are not of one yet. */
static json_t *empty_head(void)
{
	json_t *head = record_head(TIER_EXACT, NULL);

	json_object_update_new(head, json_pack("{s:{s:s}, s:{}}", "kernel",
					       "release", "guest", "env"));
	return head;
}

/* Would a reader refuse this line, whatever else is in the record? */
static bool is_refused(json_t *line, char *why, size_t size)
{
	json_t *head = empty_head(), *lines = json_array();
	bool refused;

	json_array_append(lines, line);
	refused = record_refuses(head, lines, why, size);
	json_decref(lines);
	json_decref(head);
	return refused;
}

/* The scenario that a line is of, or NULL. */
static const struct scenario *scenario_of(const json_t *line)
{
	const char *name = json_string_value(get(line, "scenario"));

	return name ? find_scenario(name) : NULL;
}

/**
 * guest_line_is_wrong - is a line none that a guest has reason to send?
 * @line: of its report; null where that was no JSON
 * @s: scenario that it was to run, or NULL for any
 * @why: filled where it is
 * @size: of @why
 */
bool guest_line_is_wrong(const json_t *line, const struct scenario *s,
			 char *why, size_t size)
{
	const char *type = line_type(line), *wrong = NULL;
	const struct line_kind *kind = find_kind(type);
	const struct scenario *of = scenario_of(line);
	const char *version = json_string_value(get(line, "version"));

	if (!json_is_object(line))
		wrong = "it is no object of JSON";
	else if (!kind)
		wrong = "its \"type\" is none that a guest sends";
	else if (kind->of_scenario && (!of || (s && of != s)))
		wrong = "its \"scenario\" is none that was run";
	else if (kind->of_scenario && (!version || strcmp(version, of->version)))
		wrong = "its \"version\" is not that of the scenario";
	else if (kind->check)
		wrong = kind->check(line, of);
	else
		return is_refused((json_t *)line, why, size);
	if (wrong)
		snprintf(why, size, "%s", wrong);
	return wrong;
}

/**
 * guest_report_is_wrong - look at all that a guest has sent
 * @base: path of the files of the run, without suffix
 * @s: scenario that it was to run, or NULL for none
 * @why: filled where something is wrong: in which line, and what
 * @size: of @why
 *
 * That there is no report is for others to find out.
 */
bool guest_report_is_wrong(const char *base, const struct scenario *s,
			   char *why, size_t size)
{
	json_t *lines = read_lines(base, ".records"), *line;
	bool wrong = false;
	char what[160];
	size_t i;

	if (!lines && errno != ENOENT) {
		snprintf(why, size, "what the guest sent is not read: %s",
			 errno == EFBIG ? "it is more than a record may hold"
					: input_error(errno));
		return true;
	}
	json_array_foreach(lines, i, line) {
		wrong = guest_line_is_wrong(line, s, what, sizeof(what));
		if (wrong)
			break;
	}
	if (wrong)
		snprintf(why, size,
			 "line %zu of what the guest sent is wrong: %s", i + 1,
			 what);
	json_decref(lines);
	return wrong;
}

/* Takes the lines of a scenario out of @lines, or those of none. */
static json_t *take_out(json_t *lines, const struct scenario *s)
{
	json_t *taken = json_array(), *left = json_array(), *line;
	size_t i;

	json_array_foreach(lines, i, line)
		json_array_append(scenario_of(line) == s ? taken : left, line);
	json_array_clear(lines);
	json_array_extend(lines, left);
	json_decref(left);
	return taken;
}

/* Lines of no scenario, one by one: the names of functions, warnings. */
static void leave_out_others(json_t *head, json_t *lines, const char *stage)
{
	json_t *others = take_out(lines, NULL), *line;
	char why[256];
	size_t i, at = 0;

	json_array_foreach(others, i, line) {
		json_t *alone = json_pack("[O]", line);

		if (record_refuses(head, alone, why, sizeof(why)))
			complain("vmabench: %s: a line \"%s\" is left out of the record: %s\n",
				 stage, line_type(line), why);
		else
			json_array_insert(lines, at++, line);
		json_decref(alone);
	}
	json_decref(others);
}

/**
 * leave_out_refused - have a record be one that is read
 * @head: header
 * @lines: all lines; those of a scenario with which it would be refused make room for
 *	a failure, those of none for a message
 * @stage: what the kernel is called
 *
 * Return: exit status: 0, or 3 where the header itself would be refused, which was said.
 */
int leave_out_refused(json_t *head, json_t *lines, const char *stage)
{
	json_t *none = json_array();
	char why[256], text[320];
	bool refused = record_refuses(head, none, why, sizeof(why));

	json_decref(none);
	if (refused) {
		complain("vmabench: %s: the kernel is not described as one is: %s\n",
			 stage, why);
		return 3;
	}
	if (!record_refuses(head, lines, why, sizeof(why)))
		return 0;
	leave_out_others(head, lines, stage);
	for_each_scenario(s)
	{
		json_t *own = take_out(lines, s);

		if (json_array_size(own) &&
		    record_refuses(head, own, why, sizeof(why))) {
			snprintf(text, sizeof(text),
				 "its lines are no part of a record: %s", why);
			json_array_clear(own);
			add_failure(own, s, NULL, text);
		}
		json_array_extend(lines, own);
		json_decref(own);
	}
	return 0;
}
