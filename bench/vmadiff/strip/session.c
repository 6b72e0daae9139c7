// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Copies of sessions and records that are fit to be published. Of a folder the files are
 * copied that reports are made of, each in a way of its own, and no others.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "compare/compare.h"
#include "folder/folder.h"
#include "parts.h"
#include "render/render.h"
#include "strip.h"

#define TEXT_MAX (16 << 20)

static int write_copy(const struct strip *st, const char *path, const char *buf,
		      size_t size, mode_t mode)
{
	int err = st->show || !path ? 0 : write_new_file(path, buf, size, mode);

	if (err)
		warnx("cannot write %s: %s", path, why_not_written(err));
	return err;
}

/*
 * Lines of which nothing is taken out stay as they are, to the byte. The reader has taken
 * the file for a record, and has let go of most of its lines.
 */
static int strip_lines(struct strip *st, FILE *in, FILE *out)
{
	size_t room = 0, kept = 0;
	char *text = NULL;
	bool done = false;
	int err = 0;

	st->line = 0;
	while (!done && !err && getline(&text, &room, in) >= 0) {
		json_t *line = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
		const char *type =
			json_string_value(json_object_get(line, "type"));
		int taken;

		st->line++;
		done = type && !strcmp(type, "trailer");
		taken = line && !done ? strip_line(st, line) : -1;
		if (!line)
			err = -EINVAL;
		else if (!taken)
			fputs(text, out);
		else if (taken > 0) {
			json_dumpf(line, out, JSON_COMPACT);
			fputc('\n', out);
		}
		kept += taken >= 0;
		json_decref(line);
	}
	if (!done && !err)
		err = -EIO;
	fprintf(out, "{\"type\":\"trailer\",\"lines\":%zu}\n", kept);
	st->line = 0;
	free(text);
	return err;
}

/* Of the first record that another tool has measured. */
static void note_imported(struct strip *st)
{
	const char *digest =
		json_string_value(json_object_get(st->rec->info,
						  RECORD_IMPORTED_KEY));

	if (!*st->imported && digest && is_hex(digest, 64, 64))
		strcpy(st->imported, digest);
}

static int strip_record(struct strip *st, const char *from, const char *to)
{
	struct record *rec = read_or_say(from);
	FILE *in, *out;
	char *buf = NULL;
	size_t size = 0;
	int err;

	if (!rec)
		return -EINVAL;
	in = fopen_input(from);
	out = open_text(&buf, &size);
	err = in ? 0 : -errno;
	st->path = from;
	st->rec = rec;
	note_imported(st);
	if (!err)
		err = strip_lines(st, in, out);
	fclose(out);
	st->rec = NULL;
	if (err)
		warnx("cannot strip %s: %s", from,
		      in ? strerror(-err) : input_error(err));
	else
		err = write_copy(st, to, buf, size, MODE_RECORD);
	if (in)
		fclose(in);
	record_free(rec);
	free(buf);
	return err;
}

static int strip_json(struct strip *st, const char *from, const char *to)
{
	char *text, *why;
	json_t *document = read_json_file(from, &why);
	int err;

	if (!document) {
		warnx("%s: %s", from, why);
		free(why);
		return -EINVAL;
	}
	st->path = from;
	strip_document(st, base_name(from), document);
	text = json_dumps(document, JSON_INDENT(1));
	err = write_copy(st, to, text, strlen(text), MODE_DERIVED);
	free(text);
	json_decref(document);
	return err;
}

/* "NAME IMAGE [COMMIT]", or why there is no record, and after that what a tool said. */
static char *strip_stage(struct strip *st, char *line)
{
	size_t name = strcspn(line, " "), image;
	char *rest, *said, *commit, *text, *stage, *why = NULL;
	const char *what;
	bool failed;

	if (!line[name])
		return stage_name(st, line);
	line[name] = '\0';
	what = line + name + 1;
	image = strcspn(what, " ");
	rest = line + name + 1 + image;
	if (*rest)
		*rest++ = '\0';
	failed = failed_word(what);
	said = failed ? strstr(rest, "): ") : NULL;
	if (said) {
		said[1] = '\0';
		why = strip_text(st, said + 3, BY_SUITE);
	} else if (failed && (said = strstr(rest, ": "))) {
		*said = '\0';
		why = strip_text(st, said + 2, BY_SUITE);
	}
	commit = strip_text(st, rest, BY_PERSON);
	if (*commit)
		show_stays(st, commit);
	keep_stage(st, line, commit);
	stage = stage_name(st, line);
	what = failed			     ? what
	       : fnmatch("*.jsonl", what, 0) ? "image"
					     : fmt_text("%s.jsonl", stage);
	text = xasprintf("%s %s%s%s%s%s", stage, what, *commit ? " " : "",
			 commit, why ? ": " : "", why ? why : "");
	free(stage);
	free(commit);
	free(why);
	return text;
}

static char *strip_message(struct strip *st, char *line)
{
	return strip_text(st, line, BY_SUITE);
}

/* CONFIG_NAME=y, or that it is not set. Texts in quotes are of the machine's owner. */
static char *strip_option(struct strip *st, char *line)
{
	size_t skip = strspn(line, "# "), name;
	const char *end;

	if (!*line)
		return xasprintf("%s", "");
	/* A comment is not of the configuration. */
	if (skip && strncmp(line + skip, "CONFIG_", 7) != 0)
		return NULL;
	name = strspn(line + skip, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	end = line + skip + name;
	if (!strncmp(line + skip, "CONFIG_", 7)) {
		if ((skip && !strcmp(end, " is not set")) ||
		    (!skip && *end == '=' &&
		     is_config_value(end + 1, strlen(end + 1))) ||
		    !strcmp(end, "=\"\""))
			return xasprintf("%s", line);
	}
	take_out(st, TAKEN_LINE, line, strlen(line));
	return NULL;
}

static int strip_lines_of(struct strip *st, const char *from, const char *to,
			  char *(*strip)(struct strip *st, char *line))
{
	struct text_file file;
	char *buf = NULL, *line, *left;
	size_t size = 0;
	FILE *out;
	int err;

	if (read_text_file(from, TEXT_MAX, &file))
		return -EINVAL;
	out = open_text(&buf, &size);
	st->path = from;
	while ((line = next_text_line(&file))) {
		st->line = file.line;
		left = strip(st, line);
		if (left)
			fprintf(out, "%s\n", left);
		free(left);
	}
	st->line = 0;
	fclose(out);
	err = write_copy(st, to, buf, size, MODE_DERIVED);
	free(buf);
	free_text_file(&file);
	return err;
}

static int strip_stages(struct strip *st, const char *from, const char *to)
{
	return strip_lines_of(st, from, to, strip_stage);
}

static int strip_messages(struct strip *st, const char *from, const char *to)
{
	return strip_lines_of(st, from, to, strip_message);
}

static int strip_guest_config(struct strip *st, const char *from, const char *to)
{
	return strip_lines_of(st, from, to, strip_option);
}

/* What reports are made of; people name records alone. */
static const struct {
	const char *name;
	int (*strip)(struct strip *st, const char *from, const char *to);
} files[] = {
	{ "*.jsonl", strip_record },
	{ "stages", strip_stages },
	{ "missing.txt", strip_messages },
	{ "luck.json", strip_json },
	{ "aa.json", strip_json },
	{ "guest.config", strip_guest_config },
};

/* Made of records, so that they are made anew of the copies. */
static bool is_derived(const char *path)
{
	static const char *const names[] = {
		"summary.json", "times.json",	 "report.*",	 "stages.md",
		"compare.txt",	"*.svg",	 "*.png",	 "*.dat",
		"SHA256SUMS",	"cover-letter*", "reproduce.sh",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!fnmatch(names[i], base_name(path), 0))
			return true;
	return !fnmatch("*/plots/*", path, 0);
}

static int strip_file(struct strip *st, const char *from, const char *dir)
{
	const char *name = base_name(from);
	char *safe, *to;
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		if (fnmatch(files[i].name, name, 0))
			continue;
		st->path = from;
		safe = i ? xasprintf("%s", name) : record_name(st, name);
		to = xasprintf("%s/%s", dir, safe);
		err = files[i].strip(st, from, to);
		free(to);
		free(safe);
		return err;
	}
	st->path = from;
	if (!is_derived(from))
		take_out(st, TAKEN_FILE, name, strlen(name));
	return 0;
}

static int make_folder(const struct strip *st, const char *path)
{
	if (st->show || !mkdir(path, 0755) || errno == EEXIST)
		return 0;
	warn("cannot make the folder %s", path);
	return -errno;
}

static int not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int strip_folder(struct strip *st, const char *from, const char *dir,
			char *(*name_of)(struct strip *st, const char *name));

static int strip_entry(struct strip *st, const char *from, const char *dir)
{
	struct stat stat;

	if (lstat(from, &stat)) {
		warn("%s", from);
		return -errno;
	}
	if (S_ISDIR(stat.st_mode))
		return strip_folder(st, from, dir, folder_name);
	if (S_ISREG(stat.st_mode))
		return strip_file(st, from, dir);
	st->path = from;
	take_out(st, TAKEN_FILE, base_name(from), strlen(base_name(from)));
	return 0;
}

/* Which stages are called after what is published of them, before any record is read. */
static void find_stages(struct strip *st, const char *folder)
{
	char *path = xasprintf("%s/stages", folder);

	st->again = true;
	if (!access(path, R_OK))
		strip_lines_of(st, path, NULL, strip_stage);
	st->again = false;
	free(path);
}

/* Into a folder of its name in @dir. */
static int strip_folder(struct strip *st, const char *from, const char *dir,
			char *(*name_of)(struct strip *st, const char *name))
{
	struct dirent **entries;
	char *safe, *to;
	int nr = scandir(from, &entries, not_hidden, alphasort), err;

	if (nr < 0) {
		warn("%s", from);
		return -errno;
	}
	find_stages(st, from);
	st->path = from;
	safe = name_of(st, base_name(from));
	to = xasprintf("%s/%s", dir, safe);
	err = make_folder(st, to);
	for (int i = 0; i < nr; i++) {
		char *path = xasprintf("%s/%s", from, entries[i]->d_name);

		if (!err)
			err = strip_entry(st, path, to);
		free(path);
		free(entries[i]);
	}
	free(entries);
	free(to);
	free(safe);
	return err;
}

/* Sessions may be of one name: the copy of each is in a folder of its number. */
static int strip_session(struct strip *st, const char *path, size_t nr,
			 const char *dir)
{
	char *real = realpath(path, NULL), *to = xasprintf("%s/%zu", dir, nr);
	int err = real ? make_folder(st, to) : -errno;

	if (!err)
		err = strip_folder(st, real, to, session_name);
	free(to);
	free(real);
	return err;
}

/**
 * strip_records() - copies of what was measured that name nobody
 * @paths: records, other files of a session, or folders of them
 * @nr: how many
 * @dir: folder of the copies, which is there; those of the Nth folder are in N/NAME. NULL
 *	writes nothing, and shows what would be taken out
 *
 * Prints what was taken out, by kind, and how often.
 *
 * Return: %STATUS_OK; %STATUS_USAGE where a copy would be in the place of what is there;
 * %STATUS_DATA when something could not be read or written.
 */
enum status strip_records(char *const *paths, size_t nr, const char *dir)
{
	struct strip st = { .show = !dir,
			    .aliases = json_object(),
			    .stages = json_object(),
			    .stays = json_object() };
	size_t folders = 0;
	struct stat stat_of;
	int err = 0;

	for (size_t i = 0; i < nr && !err; i++) {
		if (!stat(paths[i], &stat_of) && S_ISDIR(stat_of.st_mode))
			err = strip_session(&st, paths[i], ++folders,
					    dir ? dir : "");
		else
			err = strip_file(&st, paths[i], dir ? dir : "");
	}
	if (!err)
		print_taken(&st);
	json_decref(st.aliases);
	json_decref(st.stays);
	json_decref(st.stages);
	if (err == -EEXIST)
		return STATUS_USAGE;
	return err ? STATUS_DATA : STATUS_OK;
}
