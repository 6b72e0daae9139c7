// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policy files: INI, read by libinih, and nothing in them is ignored. A gate that
 * skips what it does not understand never fails.
 */
#include <errno.h>
#include <fnmatch.h>
#include <ini.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "judge/judge.h"

#define POLICY_MAX (64 * 1024)
/* libinih cuts longer names of sections. */
#define SECTION_MAX 48
/* The section that the rules inherit from. */
#define COMMON_SECTION "policy"

/**
 * struct parser - state of reading one file
 * @file: content; @file.line is the line that libinih was given last
 * @policy: result
 * @common: what rules inherit
 * @in_common: the section is the one that they inherit from
 * @section_line: line of the section's heading, 0 before the first
 * @keys: keys of this section so far, as bits of keys[]
 * @error_line: line of the first error, 0 for none
 * @error: and what it is
 */
struct parser {
	struct text_file file;
	struct policy *policy;
	struct rule common;
	bool in_common;
	size_t section_line;
	unsigned int keys;
	size_t error_line;
	char *error;
};

/* Only the first error is said. Return: 0, which is what libinih takes for one. */
static int __attribute__((format(printf, 3, 4)))
fail(struct parser *p, size_t line, const char *fmt, ...)
{
	va_list ap;

	if (p->error)
		return 0;
	p->error_line = line;
	va_start(ap, fmt);
	if (vasprintf(&p->error, fmt, ap) < 0)
		p->error = NULL;
	va_end(ap);
	return 0;
}

/* What some keys may be, by its value; ended by NULL. */
static const char *const handlings[] = {
	[HANDLE_PASS] = "pass",
	[HANDLE_FAIL] = "fail",
	[HANDLE_STRICT] = "strict",
	NULL,
};

static const char *const pass_or_fail[] = {
	[HANDLE_PASS] = "pass",
	[HANDLE_FAIL] = "fail",
	NULL,
};

#define ALL_SETS ((1u << NR_SETS) - 1)

static const struct {
	const char *name;
	unsigned int sets;
} sets[] = {
	{ "all", ALL_SETS },
	{ "primary", 1u << SET_PRIMARY },
	{ "extended", 1u << SET_EXTENDED },
	{ "mm", 1u << SET_MM },
};

static int parse_word(struct parser *p, const char *key, const char *value,
		      const char *const *words, int *out)
{
	char *all = NULL;

	for (*out = 0; words[*out]; ++*out) {
		if (!strcmp(value, words[*out])) {
			free(all);
			return 1;
		}
		join_text(&all, ", ", "%s", words[*out]);
	}
	fail(p, p->file.line, "%s is \"%s\", not one of %s", key, value, all);
	free(all);
	return 0;
}

static int parse_limit(struct parser *p, const char *key, const char *value,
		       bool percent, struct limit *limit)
{
	char *end;

	errno = 0;
	limit->value = strtod(value, &end);
	if (percent && end != value && *end == '%')
		end++;
	if (end == value || *end || errno || !isfinite(limit->value) ||
	    limit->value < 0)
		return fail(p, p->file.line,
			    "%s is \"%s\", not a number that is 0 or more", key,
			    value);
	limit->set = true;
	return 1;
}

/* SCENARIO/OP/METRIC of names and wildcards. */
static bool glob_is_valid(const char *glob)
{
	size_t slashes = 0;

	for (const char *c = glob; *c; c++)
		slashes += *c == '/';
	return slashes == 2 &&
	       !glob[strspn(glob, "abcdefghijklmnopqrstuvwxyz0123456789_*?[]!-/:.")];
}

static int parse_rows(struct parser *p, struct rule *rule, const char *value)
{
	char *copy = xasprintf("%s", value), *rest = copy, *glob;
	int ok = 1;

	rule->globs_line = p->file.line;
	while (ok && (glob = strsep(&rest, " \t"))) {
		if (!*glob)
			continue;
		if (!glob_is_valid(glob))
			ok = fail(p, p->file.line,
				  "rows: \"%s\" is not SCENARIO/OP/METRIC, such as */mmap/insns",
				  glob);
		*xappend(rule->globs, rule->nr_globs) = xasprintf("%s", glob);
	}
	free(copy);
	if (ok && !rule->nr_globs)
		ok = fail(p, p->file.line, "rows: names no rows");
	return ok;
}

static int fail_none_of(struct parser *p, const char *key, const char *value,
			struct names names)
{
	char *list = NULL;

	for (size_t i = 0; i < names.nr; i++)
		join_text(&list, ", ", "%s", names.v[i]);
	fail(p, p->file.line, "%s is \"%s\", not one of %s", key, value, list);
	free(list);
	free(names.v);
	return 0;
}

/* Words, with blanks between them. */
static int parse_sets(struct parser *p, const char *value, unsigned int *all)
{
	char *copy = xasprintf("%s", value), *rest = copy, *word;
	int ok = 1;

	*all = 0;
	while (ok && (word = strsep(&rest, " \t"))) {
		size_t i = 0;

		while (i < ARRAY_SIZE(sets) && strcmp(sets[i].name, word))
			i++;
		if (i < ARRAY_SIZE(sets))
			*all |= sets[i].sets;
		else if (*word)
			ok = fail_none_of(p, "set", word, NAMES_OF(sets));
	}
	free(copy);
	return ok && !*all ? fail(p, p->file.line, "set: names no set") : ok;
}

static int parse_tier(struct parser *p, const char *value)
{
	p->policy->tier = tier_by_name(value);
	if (p->policy->tier == NR_TIERS)
		return fail_none_of(p, "tier", value, NAMES_OF(tiers));
	return 1;
}

enum key_type {
	KEY_ROWS,
	KEY_TIER,
	KEY_SETS,
	KEY_WORD,
	KEY_LIMIT,
	KEY_PERCENT
};

/* Where a key may be. */
enum key_place {
	IN_COMMON = 1,
	IN_RULE = 2,
	ANYWHERE = 3
};

#define LIMIT_AT(kind) \
	(offsetof(struct rule, limits) + (kind) * sizeof(struct limit))

/* clang-format off */
static const struct key {
	const char *name;
	enum key_type type;
	enum key_place place;
	size_t offset;
	const char *const *words;
} keys[] = {
	{ "tier", KEY_TIER, IN_COMMON, 0, NULL },
	{ "rows", KEY_ROWS, IN_RULE, 0, NULL },
	{ "set", KEY_SETS, ANYWHERE, offsetof(struct rule, sets), NULL },
	{ "max_increase", KEY_LIMIT, IN_RULE, LIMIT_AT(MAX_INCREASE), NULL },
	{ "max_decrease", KEY_LIMIT, IN_RULE, LIMIT_AT(MAX_DECREASE), NULL },
	{ "max_increase_percent", KEY_PERCENT, IN_RULE, LIMIT_AT(MAX_INCREASE_PERCENT), NULL },
	{ "max_decrease_percent", KEY_PERCENT, IN_RULE, LIMIT_AT(MAX_DECREASE_PERCENT), NULL },
	{ "shape_changed", KEY_WORD, ANYWHERE, offsetof(struct rule, shape_changed), pass_or_fail },
	{ "inconclusive", KEY_WORD, ANYWHERE, offsetof(struct rule, inconclusive), handlings },
	{ "unstable", KEY_WORD, ANYWHERE, offsetof(struct rule, unstable), handlings },
	{ "missing", KEY_WORD, ANYWHERE, offsetof(struct rule, missing), handlings },
	{ "added", KEY_WORD, ANYWHERE, offsetof(struct rule, added), handlings },
};
/* clang-format on */

static int parse_key(struct parser *p, struct rule *rule, const struct key *key,
		     const char *value)
{
	void *at = (char *)rule + key->offset;
	int word, ok;

	switch (key->type) {
	case KEY_ROWS:
		return parse_rows(p, rule, value);
	case KEY_TIER:
		return parse_tier(p, value);
	case KEY_SETS:
		return parse_sets(p, value, at);
	case KEY_LIMIT:
	case KEY_PERCENT:
		return parse_limit(p, key->name, value,
				   key->type == KEY_PERCENT, at);
	case KEY_WORD:
		ok = parse_word(p, key->name, value, key->words, &word);
		if (ok)
			*(enum handling *)at = word;
		return ok;
	}
	return 0;
}

static int find_key(struct parser *p, struct rule *rule, const char *name,
		    const char *value)
{
	enum key_place here = p->in_common ? IN_COMMON : IN_RULE;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, name))
			continue;
		if (!(keys[i].place & here))
			return fail(p, p->file.line,
				    "%s does not belong here: %s", name,
				    p->in_common ? "it is of a rule"
						 : "it is of [" COMMON_SECTION
						   "]");
		if (p->keys & 1u << i)
			return fail(p, p->file.line, "%s is given twice", name);
		p->keys |= 1u << i;
		return parse_key(p, rule, &keys[i], value);
	}
	return fail(p, p->file.line, "unknown key \"%s\"", name);
}

/* A rule is not one without its rows. */
static int end_section(struct parser *p)
{
	const struct policy *policy = p->policy;

	if (p->section_line && !p->keys)
		return fail(p, p->section_line, "nothing in this section");
	if (policy->nr_rules && !p->in_common &&
	    !policy->rules[policy->nr_rules - 1].nr_globs)
		return fail(p, p->section_line, "this rule names no rows");
	return 1;
}

static int start_common(struct parser *p)
{
	if (p->policy->nr_rules)
		return fail(p, p->section_line,
			    "[" COMMON_SECTION "] has to come before the rules");
	if (p->in_common)
		return fail(p, p->section_line,
			    "a second section [" COMMON_SECTION "]");
	p->in_common = true;
	return 1;
}

static int start_rule(struct parser *p, const char *name)
{
	struct policy *policy = p->policy;
	struct rule *rule;

	if (!*name)
		return fail(p, p->section_line, "a section without a name");
	if (strlen(name) > SECTION_MAX)
		return fail(p, p->section_line,
			    "name of a section with more than %d characters",
			    SECTION_MAX);
	for (size_t i = 0; i < policy->nr_rules; i++)
		if (!strcmp(policy->rules[i].name, name))
			return fail(p, p->section_line, "a second section [%s]",
				    name);
	rule = xappend(policy->rules, policy->nr_rules);
	*rule = p->common;
	rule->name = xasprintf("%s", name);
	rule->line = p->section_line;
	p->in_common = false;
	return 1;
}

/* Called for each key = value. */
static int handle(void *user, const char *section, const char *name,
		  const char *value)
{
	struct parser *p = user;
	bool common = !strcmp(section, COMMON_SECTION);
	int ok = 1;

	if (p->error)
		return 0;
	if (!p->section_line)
		return fail(p, p->file.line, "%s is before the first [section]",
			    name);
	if (!p->keys)
		ok = common ? start_common(p) : start_rule(p, section);
	if (!ok)
		return 0;
	return find_key(p,
			common ? &p->common
			       : &p->policy->rules[p->policy->nr_rules - 1],
			name, value);
}

/* libinih does not look at what is behind the bracket. */
static bool heading_is_whole(const char *line)
{
	const char *end = strchr(line, ']');

	if (!end)
		return false;
	end += 1 + strspn(end + 1, " \t");
	return !*end || *end == ';';
}

/*
 * Give libinih a line, without the blanks in front that would make it a
 * continuation. It is told of sections here, because it does not tell of them.
 */
static char *next_line(char *str, int num, void *stream)
{
	struct parser *p = stream;
	char *line = next_text_line(&p->file);

	if (!line)
		return NULL;
	line += strspn(line, " \t");
	if (strlen(line) >= (size_t)num) {
		fail(p, p->file.line, "line is longer than %d characters",
		     num - 1);
		line = "";
	}
	if (*line == '[') {
		if (!heading_is_whole(line))
			fail(p, p->file.line, "not all of a [section]");
		end_section(p);
		p->section_line = p->file.line;
		p->keys = 0;
	}
	strcpy(str, line);
	return str;
}

/* What [policy] does not say. */
static const struct rule default_rule = {
	.sets = ALL_SETS,
	.shape_changed = HANDLE_FAIL,
	.inconclusive = HANDLE_STRICT,
	.unstable = HANDLE_STRICT,
	.missing = HANDLE_FAIL,
	.added = HANDLE_STRICT,
};

static void parse(struct parser *p)
{
	int bad;

	bad = ini_parse_stream(next_line, p, handle, p);
	if (bad < 0)
		fail(p, 0, "out of memory");
	else if (bad)
		fail(p, bad, "neither [section] nor key = value");
	end_section(p);
	if (!p->policy->nr_rules)
		fail(p, 0, "no rules in it");
}

/**
 * policy_read() - read a policy
 * @path: file
 * @policy: filled; to be given to policy_free() in any case
 *
 * Return: %STATUS_OK, or %STATUS_USAGE after saying which line is wrong.
 */
enum status policy_read(const char *path, struct policy *policy)
{
	struct parser p = { .policy = policy, .common = default_rule };
	enum status status;

	*policy = (struct policy){ .path = path, .tier = NR_TIERS };
	status = read_text_file(path, POLICY_MAX, &p.file);
	if (!status)
		parse(&p);
	if (p.error)
		status = refuse_line(path, p.error_line, "%s", p.error);
	free(p.error);
	free_text_file(&p.file);
	return status ? STATUS_USAGE : STATUS_OK;
}

/**
 * rule_matches() - is a row one of those that a rule names?
 * @rule: rule
 * @glob: one of its globs
 * @name: of the row, from line_path()
 * @line: row
 */
bool rule_matches(const struct rule *rule, const char *glob, const char *name,
		  const struct line *line)
{
	return rule->sets & 1u << line->key->set &&
	       !fnmatch(glob, name, FNM_PATHNAME);
}

/** rule_sets() - " of the primary set", "" where it is of all; to be given to free() */
char *rule_sets(const struct rule *rule)
{
	char *names = NULL, *text;

	if (rule->sets == ALL_SETS)
		return xasprintf("%s", "");
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++)
		if (sets[i].sets != ALL_SETS && rule->sets & sets[i].sets)
			join_text(&names, " or ", "%s", sets[i].name);
	text = xasprintf(" of the %s set", names);
	free(names);
	return text;
}

bool rule_has_limits(const struct rule *rule)
{
	for (size_t i = 0; i < NR_LIMITS; i++)
		if (rule->limits[i].set)
			return true;
	return false;
}

void policy_free(struct policy *policy)
{
	for (size_t i = 0; i < policy->nr_rules; i++) {
		for (size_t g = 0; g < policy->rules[i].nr_globs; g++)
			free(policy->rules[i].globs[g]);
		free(policy->rules[i].globs);
		free(policy->rules[i].name);
	}
	free(policy->rules);
}
