// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which records are compared: files, sessions, and kernels that have several;
 * and what an A/A run of their host found.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "compare/compare.h"

/* KERNEL/SESSION/boot-NN.jsonl: how far below a folder boots are looked for. */
#define FOLDERS_BELOW 2

static struct column *find_column(struct comparison *cmp, const char *name)
{
	struct column *col;

	for (size_t i = 0; i < cmp->nr_cols; i++)
		if (!strcmp(cmp->cols[i].name, name))
			return &cmp->cols[i];

	col = xappend(cmp->cols, cmp->nr_cols);
	col->name = name;
	return col;
}

/* @msg begins with @path. */
static struct refused *add_refused(struct comparison *cmp, const char *name,
				   const char *path, const char *msg)
{
	struct refused *no = xappend(cmp->refused, cmp->nr_refused);
	size_t len = strnlen(msg, (size_t)(base_name(path) - path));
	char *start = xasprintf("%.*s", (int)len, msg);
	char *folder = plain_text(start);

	no->name = name;
	no->why = plain_text(msg);
	no->reason = no->why + strlen(folder);
	free(start);
	free(folder);
	no->place = cmp->nr_cols;
	return no;
}

/* A layout counts as one, and so does a boot without: they cannot be counted together. */
static bool is_counted_alike(const struct comparison *cmp,
			     const struct record *rec)
{
	const struct record *first = cmp->nr_cols ? cmp->cols[0].recs[0] : rec;

	return first->tier != rec->tier ||
	       (first->layout < 0) == (rec->layout < 0);
}

static void refuse_file(struct record_file *file, const char *why)
{
	snprintf(file->msg, sizeof(file->msg), "%s:1: %s", file->path, why);
	record_free(file->rec);
	file->err = -EINVAL;
}

/* Take over what was read, or remember why it is refused. */
static int adopt(struct comparison *cmp, const char *name, const char *stage,
		 struct record_file *file)
{
	struct record *rec = file->rec;
	struct column *col;
	char *why = NULL;

	if (!file->err && stage && rec->stage && strcmp(rec->stage, stage))
		why = xasprintf("is of stage \"%s\", not \"%s\"", rec->stage,
				stage);
	else if (!file->err && !is_counted_alike(cmp, rec))
		why = xasprintf("has %s boot.layout, unlike %s of %s: they are not compared",
				rec->layout < 0 ? "no" : "a",
				base_name(cmp->cols[0].recs[0]->path),
				cmp->cols[0].name);
	if (why)
		refuse_file(file, why);
	free(why);
	if (file->err) {
		add_refused(cmp, name, file->path, file->msg);
		return file->err;
	}

	col = find_column(cmp, name);
	*xappend(col->recs, col->nr_recs) = rec;
	return 0;
}

/* A record, or NULL after saying on standard error why not. */
struct record *read_or_say(const char *path)
{
	struct record *rec;
	char msg[512];

	if (record_read(path, &rec, msg, sizeof(msg))) {
		char *why = plain_text(msg);

		warnx("%s", why);
		free(why);
	}
	return rec;
}

/**
 * comparison_add() - read a record into a column
 * @cmp: comparison
 * @name: column; one that exists gets a repeat, which must be identical, or on
 *	metal one more boot
 * @stage: stage that the record must be of if it names one, or NULL for any
 * @path: record
 *
 * A record that is refused is remembered and said later: the others are still
 * worth comparing.
 *
 * Return: 0 or what record_read() says.
 */
int comparison_add(struct comparison *cmp, const char *name, const char *stage,
		   const char *path)
{
	struct record_file file = { .path = path };

	file.err = record_read(path, &file.rec, file.msg, sizeof(file.msg));
	return adopt(cmp, name, stage, &file);
}

/* A link to a session is not another session. */
static bool is_folder(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

/* Files that are to be read. */
struct paths {
	char **list;
	size_t nr;
};

/*
 * The boots of a folder, or where it has none those of the folders in it.
 * Return: 0 or an error of a folder.
 */
static int find_files(struct paths *paths, const char *dir, int below)
{
	size_t before = paths->nr;
	struct dirent **entries;
	bool none;
	int nr = scandir(dir, &entries, NULL, alphasort), err = 0;

	if (nr < 0)
		return -errno;
	for (int i = 0; i < nr; i++) {
		if (fnmatch("boot-*.jsonl", entries[i]->d_name, 0))
			continue;
		*xappend(paths->list, paths->nr) =
			xasprintf("%s/%s", dir, entries[i]->d_name);
	}
	none = paths->nr == before;
	for (int i = 0; i < nr && below && none; i++) {
		char *path = xasprintf("%s/%s", dir, entries[i]->d_name);

		if (*entries[i]->d_name != '.' && is_folder(path))
			err = find_files(paths, path, below - 1);
		free(path);
		if (err)
			break;
	}
	for (int i = 0; i < nr; i++)
		free(entries[i]);
	free(entries);
	return err;
}

static int read_files(struct comparison *cmp, const char *name,
		      const char *stage, const struct paths *paths)
{
	struct record_file *files = xcalloc(paths->nr, sizeof(*files));
	int err = 0, this;

	for (size_t i = 0; i < paths->nr; i++)
		files[i].path = paths->list[i];
	records_read(files, paths->nr);
	for (size_t i = 0; i < paths->nr; i++) {
		this = adopt(cmp, name, stage, &files[i]);
		err = this ? this : err;
	}
	free(files);
	return err;
}

/* All boots of a folder. */
static int add_folder(struct comparison *cmp, const char *name,
		      const char *stage, const char *dir)
{
	struct paths paths = { 0 };
	char msg[512];
	int err = find_files(&paths, dir, FOLDERS_BELOW);

	if (!err && paths.nr) {
		err = read_files(cmp, name, stage, &paths);
	} else {
		snprintf(msg, sizeof(msg), "%s: %s", dir,
			 err ? strerror(-err)
			     : "no boot-NN.jsonl in it, nor in a session in it");
		add_refused(cmp, name, dir, msg);
		err = err ? err : -ENOENT;
	}
	for (size_t i = 0; i < paths.nr; i++)
		free(paths.list[i]);
	free(paths.list);
	return err;
}

/**
 * comparison_add_boots() - read a record, or all boots of a folder, into a column
 * @cmp: comparison
 * @name: column
 * @stage: as in comparison_add()
 * @path: a record, a session, a folder that holds sessions, or with @stage one
 *	that holds a record of that name
 *
 * Return: 0, or the last error; all are remembered.
 */
int comparison_add_boots(struct comparison *cmp, const char *name,
			 const char *stage, const char *path)
{
	struct stat st;
	char *record;
	int err;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return comparison_add(cmp, name, stage, path);

	record = xasprintf("%s/%s.jsonl", path, stage ? stage : "");
	if (stage && !stat(record, &st))
		err = comparison_add(cmp, name, stage, record);
	else
		err = add_folder(cmp, name, stage, path);
	free(record);
	return err;
}

/**
 * failed_word() - what is said of a stage in place of its record
 * @text: "BUILD-FAILED", "BOOT-FAILED" or "FAILED" with what is known of it, or a path
 *
 * Return: length of the word; 0 of a path.
 */
size_t failed_word(const char *text)
{
	static const char *const words[] = { "BUILD-FAILED", "BOOT-FAILED",
					     "FAILED" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (!strncmp(text, words[i], len) && strchr(" :", text[len]))
			return len;
	}
	return 0;
}

/**
 * comparison_add_failed() - note a stage that has no record to read
 * @cmp: comparison
 * @name: stage
 * @text: as failed_word() has it
 *
 * Return: whether it was that, and not a path.
 */
bool comparison_add_failed(struct comparison *cmp, const char *name,
			   const char *text)
{
	struct refused *no;
	char *line;

	if (!failed_word(text))
		return false;
	/* What a compiler or a kernel has said, with its tabs. */
	line = one_line(text);
	no = add_refused(cmp, name, line, line);
	free(line);
	no->reason = no->why;
	no->stage_failed = true;
	return true;
}

/**
 * comparison_allow() - let a key differ that has to match
 * @cmp: comparison, not yet built
 * @key: of env, "version", "build_id", "boot_id" or "order"; kept by reference
 */
void comparison_allow(struct comparison *cmp, const char *key)
{
	*xappend(cmp->allow, cmp->nr_allow) = key;
}

/* RESULTS/HOST/KERNEL/SESSION/boot-NN.jsonl: the folder of the host, or NULL. */
static char *host_folder(const struct record *rec)
{
	const char *host = json_string_value(json_object_get(rec->env, "host"));
	char *path = realpath(rec->path, NULL);

	for (int up = 0; path && up < 3; up++) {
		char *slash = strrchr(path, '/');

		if (!slash || slash == path) {
			free(path);
			return NULL;
		}
		*slash = '\0';
	}
	if (path && (!host || strcmp(base_name(path), host))) {
		free(path);
		path = NULL;
	}
	return path;
}

/* "floor" of an aa.json, as results/README.md defines it. */
static int use_floor(struct comparison *cmp, const char *path)
{
	char *why;
	json_t *aa = read_json_file(path, &why);
	const json_t *v = json_object_get(aa, "floor");
	const json_t *major =
		json_object_get(json_object_get(aa, "schema"), "major");
	double floor = json_number_value(v);
	const char *wrong = NULL;

	if (!aa)
		wrong = why;
	else if (major && json_integer_value(major) != 1)
		wrong = "its schema major is unknown";
	else if (!json_is_number(v) || !(floor >= 0 && floor < 1))
		wrong = "\"floor\" is missing or not from 0 to below 1";
	json_decref(aa);
	if (wrong) {
		char *msg = xasprintf("%s: %s", path, wrong);

		add_refused(cmp, "A/A", path, msg);
		free(msg);
		free(why);
		return -EINVAL;
	}
	if (cmp->floor_from && floor <= cmp->floor)
		return 0;
	free(cmp->floor_from);
	cmp->floor_from = xasprintf("%s", path);
	cmp->floor = floor;
	return 0;
}

/**
 * comparison_use_aa() - learn what the machine makes up where nothing differs
 * @cmp: comparison with all of its records, not yet built
 * @path: aa.json, or NULL for those in the folders of the hosts, if there are any
 *
 * Return: 0; or an error, which is remembered as a refused record.
 */
int comparison_use_aa(struct comparison *cmp, const char *path)
{
	int err = 0;

	if (path)
		return use_floor(cmp, path);
	for (size_t c = 0; c < cmp->nr_cols && !err; c++) {
		const struct record *rec = cmp->cols[c].recs[0];
		char *host = is_timed(rec) ? host_folder(rec) : NULL;
		char *aa = host ? xasprintf("%s/aa.json", host) : NULL;
		struct stat st;

		if (aa && !stat(aa, &st))
			err = use_floor(cmp, aa);
		free(aa);
		free(host);
	}
	return err;
}
