// SPDX-License-Identifier: GPL-2.0-or-later
/* A session of "make series": its folder says which stages, seeds and times there are. */
#include <dirent.h>
#include <err.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"

#define STAGES_MAX (1024 * 1024)
#define LUCK_FILE "luck.json"

/* "deferred deferred.jsonl" or "s03_x BUILD-FAILED why" as an argument STAGE=FILE. */
static char *stage_argument(const char *dir, const char *line)
{
	int name = (int)strcspn(line, " ");
	const char *record = line + name + strspn(line + name, " ");
	char *path;

	if (failed_word(record))
		return xasprintf("%.*s=%s", name, line, record);
	path = xasprintf("%s/%.*s.jsonl", dir, name, line);
	if (!access(path, F_OK)) {
		record = fmt_text("%.*s", name, line);
		free(path);
		return xasprintf("%s=%s/%s.jsonl", record, dir, record);
	}
	free(path);
	return xasprintf("%.*s=BOOT-FAILED no record, as of a session that was cut short",
			 name, line);
}

static enum status add_session_stages(const char *dir, struct options *opt)
{
	char *path = xasprintf("%s/stages", dir), *line;
	struct text_file file;
	enum status status = read_text_file(path, STAGES_MAX, &file);

	while (!status && (line = next_text_line(&file)))
		if (*line)
			*xappend(opt->args, opt->nr_args) =
				stage_argument(dir, line);
	free_text_file(&file);
	free(path);
	return status;
}

static int is_seed(const struct dirent *entry)
{
	return !fnmatch("seed-[0-9]*", entry->d_name, 0);
}

static void add_session_seeds(const char *dir, struct options *opt)
{
	struct dirent **entries;
	int nr = scandir(dir, &entries, is_seed, alphasort);

	for (int i = 0; i < nr; i++) {
		*xappend(opt->seeds, opt->nr_seeds) =
			xasprintf("%s/%s", dir, entries[i]->d_name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

/* What make series has put there, unless another file was named. */
static void use_session_luck(const char *dir, struct options *opt)
{
	opt->session_luck = xasprintf("%s/" LUCK_FILE, dir);
	if (!opt->luck && !access(opt->session_luck, F_OK))
		opt->luck = opt->session_luck;
}

bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

/**
 * open_session() - the arguments that a session stands for
 * @dir: its folder
 * @opt: what was said besides; its stages, seeds and times become those of the session,
 *	and its luck, if none was named, until close_session()
 *
 * Return: %STATUS_OK, or another one after saying what is wrong.
 */
enum status open_session(const char *dir, struct options *opt)
{
	char *times = xasprintf("%s/native", dir);
	enum status status;

	opt->args = NULL;
	opt->nr_args = 0;
	opt->times = NULL;
	opt->seeds = NULL;
	opt->nr_seeds = 0;
	opt->session_luck = NULL;
	if (!is_folder(dir)) {
		free(times);
		warnx("%s: is no folder; a session of make series is wanted, such as results/series/latest, or STAGE=FILE STAGE=FILE...",
		      dir);
		return STATUS_USAGE;
	}
	status = add_session_stages(dir, opt);
	add_session_seeds(dir, opt);
	use_session_luck(dir, opt);
	if (is_folder(times))
		opt->times = times;
	else
		free(times);
	return status;
}

/* Names of columns are those of the arguments: nobody asks for them any more. */
void close_session(struct options *opt)
{
	for (size_t i = 0; i < opt->nr_args; i++)
		free(opt->args[i]);
	for (size_t i = 0; i < opt->nr_seeds; i++)
		free((char *)opt->seeds[i]);
	free((char *)opt->times);
	free(opt->session_luck);
	free(opt->seeds);
	free(opt->args);
}

/**
 * of_session() - run a command with what a session stands for
 * @opt: the first argument is its folder
 * @run: the command
 *
 * Return: what @run returned, or why it was not run.
 */
enum status of_session(const struct options *opt,
		       enum status (*run)(const struct options *opt))
{
	struct options session = *opt;
	enum status status = open_session(opt->args[0], &session);

	if (!status)
		status = run(&session);
	close_session(&session);
	return status;
}

/** is_session() - is it a folder of make series, and not one of boots? */
bool is_session(const char *path)
{
	char *stages = xasprintf("%s/stages", path);
	bool is = is_folder(path) && !access(stages, F_OK);

	free(stages);
	return is;
}
