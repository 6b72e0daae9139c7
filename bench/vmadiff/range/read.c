// SPDX-License-Identifier: GPL-2.0-or-later
/* A session, of whose records nothing is kept but counts. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/base.h"
#include "parts.h"

#define STAGES_MAX (16 << 20)
/* Records that are in memory at a time. */
#define RECORDS_AT_A_TIME 64
/* Of what is wrong with records, so much is said on standard error. */
#define SAID_MAX 5

/**
 * struct reading - a session that is being read
 * @r: what is known so far
 * @dir: its folder
 * @allowing: which keys may differ
 * @stages: the file of that name
 * @names: of stages, to their commits
 * @settings: keys and values, to their places
 */
struct reading {
	struct range *r;
	const char *dir;
	const struct comparison *allowing;
	struct text_file stages;
	struct index names;
	struct index settings;
};

/**
 * range_word() - a text that is kept once
 * @r: range
 * @text: text
 *
 * Return: its place in the words of the range.
 */
size_t range_word(struct range *r, const char *text)
{
	const struct index_entry *entry =
		index_add(&r->word_places, text, r->nr_words);

	if (entry->value == r->nr_words)
		*xappend(r->words, r->nr_words) = entry->key;
	return entry->value;
}

/* The same text at the place where it stays. Calls may move the array of them. */
static const char *keep_text(struct range *r, const char *text)
{
	size_t place = range_word(r, text);

	return r->words[place];
}

static enum range_state state_of(const char *word)
{
	static const enum range_state states[] = { RANGE_BUILD_FAILED,
						   RANGE_BOOT_FAILED,
						   RANGE_FAILED };

	for (size_t i = 0; i < ARRAY_SIZE(states); i++)
		if (!strcmp(word, range_state_name(states[i])))
			return states[i];
	return RANGE_NO_RECORD;
}

/* @why is taken over. */
static void set_hole(struct range_commit *c, enum range_state state, char *why)
{
	free(c->why);
	c->state = state;
	c->why = plain_text(why);
	free(why);
}

static void add_commit(struct range *r, const struct stage_line *line)
{
	struct range_commit *c = xappend(r->commits, r->nr_commits);

	c->name = xasprintf("%s", line->name);
	commit_split(line->commit, &c->id, &c->subject);
	c->why = xasprintf("%s", line->failed ? line->why : "");
	c->state = line->failed ? state_of(line->word) : RANGE_MEASURED;
}

static enum status read_stages(struct reading *reading)
{
	struct text_file *file = &reading->stages;
	struct range *r = reading->r;
	char *path = xasprintf("%s/stages", reading->dir), *text;
	enum status status = read_text_file(path, STAGES_MAX, file);

	while (!status && (text = next_text_line(file))) {
		struct stage_line line;
		const char *wrong;

		if (!*text)
			continue;
		wrong = stage_line_parse(text, &line);
		if (!wrong &&
		    index_add(&reading->names, line.name, r->nr_commits)->value !=
			    r->nr_commits)
			wrong = "names a stage that is there already";
		if (wrong)
			status = refuse_line(path, file->line, "\"%.*s\" %s",
					     CUT(text, 60), wrong);
		else
			add_commit(r, &line);
		stage_line_free(&line);
	}
	free(path);
	return status;
}

/* Is it known already how many have been measured so? */
static void add_setting(struct reading *reading, size_t commit, const char *key,
			const char *value)
{
	struct range *r = reading->r;
	char *name = xasprintf("%s %s", key, value);
	struct index_entry *entry =
		index_add(&reading->settings, name, r->nr_settings);

	if (entry->value == r->nr_settings)
		*xappend(r->settings, r->nr_settings) = (struct range_setting){
			.key = keep_text(r, key),
			.value = keep_text(r, value),
			.first = commit,
		};
	r->settings[entry->value].nr++;
	free(name);
}

/* What does not have to be equal, and may matter: which program, and what it was told. */
static void add_settings(struct reading *reading, size_t commit,
			 const struct record *rec)
{
	static const char *const suite[] = { "version", "revision", "compiler" };
	static const char *const own[] = { "commit", "time", "retry" };
	const char *key;
	json_t *v;

	for (size_t i = 0; i < ARRAY_SIZE(suite); i++) {
		const char *value = header_text(rec, "suite", suite[i]);
		char *name = xasprintf("suite.%s", suite[i]);

		if (value)
			add_setting(reading, commit, name, value);
		free(name);
	}
	json_object_foreach(rec->info, key, v) {
		bool is_own = false;

		for (size_t i = 0; i < ARRAY_SIZE(own); i++)
			is_own |= !strcmp(key, own[i]);
		if (!is_own && json_is_string(v))
			add_setting(reading, commit, key, json_string_value(v));
	}
}

/* Those of which all have one value tell nothing. */
static void drop_common_settings(struct range *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->nr_settings; i++)
		if (r->settings[i].nr != r->nr_measured)
			r->settings[n++] = r->settings[i];
	r->nr_settings = n;
}

static char *join_all(char **list, size_t nr)
{
	char *text = NULL;

	for (size_t i = 0; i < nr; i++)
		join_text(&text, "; ", "%s", list[i]);
	return text;
}

static long long seed_of(const struct record *rec)
{
	const json_t *boot = json_object_get(rec->header, "boot");

	return json_integer_value(json_object_get(boot, "seed"));
}

/* What had to match the first record and does not, to be given to free(); or NULL. */
static char *unlike_first(struct reading *reading, const char *name,
			  struct record *rec)
{
	struct range *r = reading->r;
	struct column cols[2] = { { .nr_recs = 1 },
				  { .name = name, .nr_recs = 1 } };
	struct comparison cmp = {
		.cols = cols,
		.nr_cols = ARRAY_SIZE(cols),
		.allow = reading->allowing->allow,
		.nr_allow = reading->allowing->nr_allow,
	};
	char *why;

	if (seed_of(r->base) != seed_of(rec))
		return xasprintf("boot.seed: %lld, %lld in the first record: other mappings",
				 seed_of(rec), seed_of(r->base));
	cols[0].name = r->base->stage;
	cols[0].recs = &r->base;
	cols[1].recs = &rec;
	compare_env(&cmp);
	why = join_all(cmp.differ, cmp.nr_differ);
	for (size_t i = 0; i < cmp.nr_differ; i++)
		free(cmp.differ[i]);
	free(cmp.differ);
	for (size_t i = 0; i < cmp.nr_allowed; i++)
		*xappend(r->allowed, r->nr_allowed) = cmp.allowed[i];
	free(cmp.allowed);
	return why;
}

/* Is it the record that the line is about? Else it is none of this commit. */
static bool check_record(struct reading *reading, struct range_commit *c,
			 struct record *rec)
{
	const char *said = header_text(rec, "info", "commit");
	char *wanted = *c->subject ? xasprintf("%s (\"%s\")", c->id, c->subject)
				   : xasprintf("%s", c->id);
	char *line = said ? one_line(said) : xasprintf("%s", "");
	char *plain = plain_text(line), *why;

	if (!rec->stage || strcmp(rec->stage, c->name))
		set_hole(c, RANGE_OTHER,
			 xasprintf("record of another commit: its stage is \"%s\"",
				   rec->stage ? rec->stage : ""));
	else if (!commit_is(wanted, plain))
		set_hole(c, RANGE_OTHER,
			 xasprintf("record of another commit: it is of \"%s\"",
				   plain));
	else if (is_timed(rec))
		set_hole(c, RANGE_REFUSED,
			 xasprintf("is of the tier %s, not %s: times are compared as BASE and NEW",
				   tiers[rec->tier].name, tiers[TIER_EXACT].name));
	free(plain);
	free(line);
	free(wanted);
	if (c->state != RANGE_MEASURED || !reading->r->base)
		return c->state == RANGE_MEASURED;
	why = unlike_first(reading, c->name, rec);
	if (why)
		set_hole(c, RANGE_UNLIKE, why);
	return c->state == RANGE_MEASURED;
}

static bool same_row(const struct range_row *row, const struct record_row *key)
{
	return !record_row_cmp(&row->key, key);
}

/**
 * range_add_row() - the row of a record
 * @r: range
 * @key: names of the row
 *
 * Return: it; a new one if no record before has it.
 */
struct range_row *range_add_row(struct range *r, const struct record_row *key)
{
	struct range_row *row;
	size_t place = r->nr_rows;
	char *name;

	/* Records have the same rows in the same order, as a rule. */
	if (key->place < r->nr_rows && same_row(&r->rows[key->place], key))
		return &r->rows[key->place];
	name = xasprintf("%s %s %s %s", key->scenario, key->op, key->metric,
			 key->pass);
	place = index_add(&r->row_places, name, r->nr_rows)->value;
	free(name);
	if (place < r->nr_rows)
		return &r->rows[place];
	row = xappend(r->rows, r->nr_rows);
	row->key = *key;
	row->key.hist = NULL;
	json_incref(row->key.params);
	row->counts = xcalloc(r->nr_commits, sizeof(*row->counts));
	row->values = xcalloc(r->nr_commits, sizeof(*row->values));
	return row;
}

/* From here on it is another row of the same name. */
static void change_key(struct range_row *row, const struct record_row *key)
{
	json_incref(key->params);
	json_decref(row->key.params);
	row->key = *key;
	row->key.hist = NULL;
}

/* The runner had two runs in hand and says that they differ. */
static bool is_nondeterministic(const struct record *rec,
				const struct record_row *key)
{
	static const char word[] = "nondeterministic";
	const struct record_note *note = find_note(rec->failures,
						   rec->nr_failures,
						   key->scenario, key->op);

	return note && !strncasecmp(note->reason, word, strlen(word));
}

static void add_value(struct reading *reading, size_t commit,
		      const struct record *rec, const struct record_row *key)
{
	struct range_row *row = range_add_row(reading->r, key);
	const char *differs = row_difference(&row->key, key);

	if (is_nondeterministic(rec, key)) {
		row->counts[commit] = COUNT_FAILED;
		return;
	}
	row->values[commit] = key->value;
	row->counts[commit] = COUNT_THERE;
	if (!differs)
		return;
	if (!key_is_allowed(reading->allowing, differs)) {
		row->counts[commit] = COUNT_APART;
		row->differs = differs;
	}
	change_key(row, key);
}

static void add_outcome(struct range *r, size_t commit,
			const struct record_shape *shape)
{
	const struct record_row key = {
		.scenario = shape->scenario,
		.version = "",
		.op = shape->op,
		.metric = RANGE_OUTCOME,
		.metric_id = NR_METRICS,
		.unit = "",
		.pass = pass_names[PASS_SHAPE],
		.pass_id = PASS_SHAPE,
		.better = BETTER_NEITHER,
		.exact = true,
		.place = SIZE_MAX,
	};
	struct range_row *row = range_add_row(r, &key);

	row->is_word = true;
	row->values[commit] = (double)range_word(r, shape->outcome);
	row->counts[commit] = COUNT_THERE;
}

static void add_notes(struct range *r, size_t commit, bool failed,
		      const struct record_note *notes, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		*xappend(r->notes, r->nr_notes) = (struct range_note){
			.commit = commit,
			.failed = failed,
			.scenario = notes[i].scenario,
			.op = notes[i].op,
			.reason = keep_text(r, notes[i].reason),
		};
}

static void add_record(struct reading *reading, size_t commit, struct record *rec)
{
	struct range *r = reading->r;
	const char *code =
		json_string_value(json_object_get(rec->kernel, "code"));
	json_t *suite = json_object_get(rec->header, "suite");
	char *text = suite ? json_dumps(suite, JSON_COMPACT | JSON_SORT_KEYS)
			   : NULL;

	r->nr_measured++;
	r->commits[commit].code = code && *code ? range_word(r, code) + 1 : 0;
	r->commits[commit].suite = text ? range_word(r, text) + 1 : 0;
	free(text);
	for (size_t i = 0; i < rec->nr_rows; i++) {
		if (rec->rows[i].exact)
			add_value(reading, commit, rec, &rec->rows[i]);
		else
			r->nr_inexact++;
	}
	for (size_t i = 0; i < rec->nr_shapes; i++)
		add_outcome(r, commit, &rec->shapes[i]);
	r->commits[commit].notes = r->nr_notes;
	add_notes(r, commit, true, rec->failures, rec->nr_failures);
	add_notes(r, commit, false, rec->skips, rec->nr_skips);
	r->commits[commit].nr_notes = r->nr_notes - r->commits[commit].notes;
	r->nr_undeclared += !!rec->nr_undeclared;
	add_settings(reading, commit, rec);
}

/* The first one is kept: names of all are in memory as long as there is one. */
static void take_record(struct reading *reading, size_t commit,
			struct record_file *file)
{
	struct range_commit *c = &reading->r->commits[commit];

	if (file->err) {
		set_hole(c, RANGE_REFUSED,
			 xasprintf("%s%s", base_name(file->path),
				   file->msg + strnlen(file->path,
						       sizeof(file->msg) - 1)));
		return;
	}
	if (!check_record(reading, c, file->rec)) {
		record_free(file->rec);
		return;
	}
	add_record(reading, commit, file->rec);
	if (!reading->r->base)
		reading->r->base = file->rec;
	else
		record_free(file->rec);
}

static void read_some(struct reading *reading, const size_t *commits, size_t nr)
{
	struct record_file *files = xcalloc(nr, sizeof(*files));

	for (size_t i = 0; i < nr; i++)
		files[i].path = xasprintf("%s/%s.jsonl", reading->dir,
					  reading->r->commits[commits[i]].name);
	slim_read(files, nr);
	for (size_t i = 0; i < nr; i++) {
		take_record(reading, commits[i], &files[i]);
		free((char *)files[i].path);
	}
	free(files);
}

/* Is there a file? Of a session that was cut short there may be none. */
static bool has_record(const struct reading *reading, struct range_commit *c)
{
	char *path;

	if (c->state != RANGE_MEASURED)
		return false;
	path = xasprintf("%s/%s.jsonl", reading->dir, c->name);
	if (access(path, F_OK))
		set_hole(c, RANGE_NO_RECORD, xasprintf("no record"));
	free(path);
	return c->state == RANGE_MEASURED;
}

static void read_records(struct reading *reading)
{
	struct range *r = reading->r;
	size_t commits[RECORDS_AT_A_TIME], nr = 0;

	for (size_t c = 0; c < r->nr_commits; c++) {
		if (has_record(reading, &r->commits[c]))
			commits[nr++] = c;
		if (!nr || (nr < RECORDS_AT_A_TIME && c + 1 < r->nr_commits))
			continue;
		progress_count("commits", c, r->nr_commits);
		read_some(reading, commits, nr);
		nr = 0;
	}
	progress_end();
}

/* Rows that a record does not have, and says why. */
static void mark_absent(struct range *r)
{
	for (size_t n = 0; n < r->nr_notes; n++) {
		const struct range_note *note = &r->notes[n];
		struct record_note as_note = { .reason = note->reason };
		size_t len = note_metric(&as_note);

		for (size_t i = 0; i < r->nr_rows; i++) {
			struct range_row *row = &r->rows[i];
			uint8_t *count = &row->counts[note->commit];

			if (*count == COUNT_THERE || *count == COUNT_APART ||
			    *count == COUNT_FAILED ||
			    strcmp(note->scenario, row->key.scenario) ||
			    (note->op && strcmp(note->op, row->key.op)) ||
			    (len && (len != strlen(row->key.metric) ||
				     strncmp(note->reason, row->key.metric, len))))
				continue;
			*count = note->failed ? COUNT_FAILED : COUNT_SKIPPED;
		}
	}
}

/* A stage that is of no tree is known by the patch that it is named after. */
static void name_stages(struct range *r)
{
	const struct record_series *series = &r->base->series;

	for (size_t c = 0; c < r->nr_commits; c++) {
		struct range_commit *commit = &r->commits[c];

		for (size_t i = 0; i < series->nr_stages && !*commit->id; i++) {
			const struct record_stage *stage = &series->stages[i];

			if (strcmp(stage->stage, commit->name) || !stage->patch)
				continue;
			free(commit->subject);
			commit->subject = plain_text(stage->patch);
			break;
		}
	}
}

/* What is wrong with records, and not with kernels, is said at once. */
static void say_refused(const struct range *r)
{
	size_t nr = 0;

	for (size_t c = 0; c < r->nr_commits; c++)
		if (r->commits[c].state >= RANGE_OTHER && nr++ < SAID_MAX)
			warnx("%s: %s", r->commits[c].name, r->commits[c].why);
	if (nr > SAID_MAX)
		warnx("and %zu more records are not taken", nr - SAID_MAX);
}

static enum status check_enough(const struct range *r, const char *dir)
{
	if (r->nr_measured >= 2)
		return STATUS_OK;
	warnx("%s: %zu of %zu commits ha%s counts, two are needed to compare",
	      dir, r->nr_measured, r->nr_commits,
	      r->nr_measured == 1 ? "s" : "ve");
	return r->nr_measured < r->nr_commits ? STATUS_DATA : STATUS_USAGE;
}

static enum status check_allowed(const struct range *r,
				 const struct comparison *allowing)
{
	struct record *base = r->base;
	struct column col = { .recs = &base, .nr_recs = 1 };
	const struct comparison first = { .cols = &col, .nr_cols = 1 };

	for (size_t i = 0; i < allowing->nr_allow; i++) {
		if (key_is_known(&first, allowing->allow[i]))
			continue;
		warnx("--allow %s: no record has such a key, or it must never differ",
		      allowing->allow[i]);
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

/* Name of a folder, which may be given as "." or as a link. */
static char *session_name(const char *dir)
{
	char *path = realpath(dir, NULL);
	char *name = plain_text(base_name(path ? path : dir));

	free(path);
	return name;
}

/**
 * range_read() - read the counts of a session, and find what its commits moved
 * @r: zeroed; filled, and to be given to range_free() in any case
 * @dir: its folder
 * @allowing: comparison whose @allow says which keys may differ
 *
 * Return: %STATUS_OK; else, after saying why, %STATUS_USAGE or %STATUS_DATA where there
 * is nothing to compare.
 */
enum status range_read(struct range *r, const char *dir,
		       const struct comparison *allowing)
{
	struct reading reading = { .r = r, .dir = dir, .allowing = allowing };
	enum status status;

	r->session = session_name(dir);
	status = read_stages(&reading);
	if (!status) {
		read_records(&reading);
		say_refused(r);
		status = check_enough(r, dir);
	}
	if (!status)
		status = check_allowed(r, allowing);
	if (!status) {
		name_stages(r);
		drop_common_settings(r);
		mark_absent(r);
		range_find_steps(r);
	}
	free_text_file(&reading.stages);
	index_free(&reading.names);
	index_free(&reading.settings);
	return status;
}

/** range_free() - give back what range_read() filled */
void range_free(struct range *r)
{
	for (size_t i = 0; i < r->nr_commits; i++) {
		free(r->commits[i].name);
		free(r->commits[i].id);
		free(r->commits[i].subject);
		free(r->commits[i].why);
	}
	for (size_t i = 0; i < r->nr_rows; i++) {
		json_decref(r->rows[i].key.params);
		free(r->rows[i].counts);
		free(r->rows[i].values);
	}
	for (size_t i = 0; i < r->nr_allowed; i++)
		free(r->allowed[i]);
	record_free(r->base);
	free(r->commits);
	free(r->rows);
	free(r->steps);
	free(r->notes);
	free(r->settings);
	free(r->allowed);
	free(r->words);
	free(r->session);
	index_free(&r->word_places);
	index_free(&r->row_places);
	*r = (struct range){ 0 };
}
