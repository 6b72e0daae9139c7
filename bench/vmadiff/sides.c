// SPDX-License-Identifier: GPL-2.0-or-later
/* Which records a command is about. */
#include <dirent.h>
#include <err.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "tables/tables.h"

/* Why stages were not timed, and how many bytes of it. */
#define UNTIMED_FILE "missing.txt"
#define UNTIMED_MAX (64 * 1024)

/* It names a file, which may be called anything. */
static void say_refusals(const struct comparison *cmp)
{
	for (size_t i = 0; i < cmp->nr_refused; i++) {
		char *why = plain_text(cmp->refused[i].why);

		if (!cmp->refused[i].stage_failed)
			warnx("%s", why);
		free(why);
	}
}

void say_refused(const struct options *opt)
{
	say_refusals(opt->cmp);
}

/* All records are read: what may differ, and what does not matter. */
enum status build(const struct options *opt)
{
	struct comparison *cmp = opt->cmp;
	size_t before = cmp->nr_refused;
	char *why;

	for (size_t i = 0; i < opt->nr_allow; i++) {
		if (!key_is_known(cmp, opt->allow[i])) {
			warnx("--allow %s: no record has such a key, or it must never differ",
			      opt->allow[i]);
			return STATUS_USAGE;
		}
		comparison_allow(cmp, opt->allow[i]);
	}
	if (comparison_use_aa(cmp, opt->aa)) {
		warnx("%s", cmp->refused[before].why);
		return STATUS_DATA;
	}
	why = comparison_use_layouts(cmp, opt->layouts);
	if (why) {
		warnx("--layouts %s: %s", opt->layouts, why);
		free(why);
		return STATUS_DATA;
	}
	why = comparison_use_luck(cmp, opt->luck);
	if (why) {
		warnx("--luck %s: %s", opt->luck, why);
		free(why);
		return STATUS_DATA;
	}
	cmp->delta = opt->delta;
	comparison_build(cmp);
	return STATUS_OK;
}

/* The records of a further seed: for each column one of the same name. */
static struct comparison *read_seed(const struct comparison *cmp, const char *dir)
{
	struct comparison *seed = xcalloc(1, sizeof(*seed));

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		char *file = xasprintf("%s/%s", dir,
				       base_name(cmp->cols[c].recs[0]->path));

		/* A kernel may fail with one seed: its rows are not there then. */
		if (comparison_add(seed, cmp->cols[c].name, cmp->cols[c].name,
				   file))
			warnx("--seed: %s",
			      seed->refused[seed->nr_refused - 1].why);
		free(file);
	}
	return seed;
}

static enum status add_seed(const struct options *opt, const char *dir)
{
	struct comparison *seed = read_seed(opt->cmp, dir);
	char *why;

	if (!seed->nr_cols) {
		comparison_free(seed);
		free(seed);
		return STATUS_DATA;
	}
	for (size_t i = 0; i < opt->nr_allow; i++)
		comparison_allow(seed, opt->allow[i]);
	comparison_build(seed);
	why = comparison_add_seed(opt->cmp, seed);
	if (why)
		warnx("--seed %s: %s", dir, why);
	free(why);
	return why ? STATUS_DATA : STATUS_OK;
}

/* Why stages were not timed, where the folder says it. */
static char *read_untimed(const char *dir)
{
	char *path = xasprintf("%s/" UNTIMED_FILE, dir), *why = NULL, *line;
	struct text_file file = { 0 };

	if (!access(path, F_OK) &&
	    read_text_file(path, UNTIMED_MAX, &file) == STATUS_OK)
		while ((line = next_text_line(&file))) {
			char *plain = plain_text(line);

			if (*plain)
				join_text(&why, "; ", "%s", plain);
			free(plain);
		}
	free_text_file(&file);
	free(path);
	return why;
}

static bool is_there(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static bool has_boots(const char *dir)
{
	const struct dirent *entry;
	DIR *d = opendir(dir);
	bool any = false;

	while (d && !any && (entry = readdir(d)))
		any = !fnmatch("boot-*.jsonl", entry->d_name, 0);
	if (d)
		closedir(d);
	return any;
}

/* Is it a folder of what was timed, or of why nothing was? */
static bool check_times(const struct comparison *cmp, const char *dir)
{
	char *stages = NULL;
	struct stat st;

	if (stat(dir, &st)) {
		warn("--times %s", dir);
		return false;
	}
	if (!S_ISDIR(st.st_mode) || has_boots(dir)) {
		warnx("--times %s: is %s; a folder with one for each stage is wanted, as DIR/STAGE/boot-NNNN.jsonl",
		      dir,
		      S_ISDIR(st.st_mode) ? "the boots of one kernel"
					  : "no folder");
		return false;
	}
	if (is_there(dir, UNTIMED_FILE))
		return true;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		if (is_there(dir, cmp->cols[c].name)) {
			free(stages);
			return true;
		}
		join_text(&stages, ", ", "%s", cmp->cols[c].name);
	}
	warnx("--times %s: there is nothing of %s in it; a folder with one for each stage is wanted, as DIR/STAGE/boot-NNNN.jsonl",
	      dir, stages);
	free(stages);
	return false;
}

/* The boots of each column that was timed: DIR/STAGE. */
static struct comparison *read_times(const struct options *opt, const char *dir)
{
	const struct comparison *cmp = opt->cmp;
	struct comparison *times = xcalloc(1, sizeof(*times));

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *name = cmp->cols[c].name;
		char *path = xasprintf("%s/%s", dir, name);

		if (is_there(dir, name))
			comparison_add_boots(times, name, name, path);
		free(path);
	}
	say_refusals(times);
	return times;
}

/* "noretry: 2 boots refused: boot-03.jsonl:1: ..., and 1 more"; NULL where none was. */
static char *refusals_text(const struct comparison *times, const char *stage)
{
	const struct refused *first = NULL;
	size_t nr = 0;

	for (size_t i = 0; i < times->nr_refused; i++) {
		if (strcmp(times->refused[i].name, stage))
			continue;
		if (!nr++)
			first = &times->refused[i];
	}
	if (!nr)
		return NULL;
	return xasprintf("%s: %s refused: %s%s", stage, fmt_count(nr, "record"),
			 first->reason,
			 nr > 1 ? fmt_text(", and %zu more", nr - 1) : "");
}

/* Which stages, or boots of them, are not in the times, and why. */
static void say_untimed(struct comparison *cmp, const struct comparison *times,
			const char *dir)
{
	bool told;

	cmp->untimed = read_untimed(dir);
	told = cmp->untimed;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const char *name = cmp->cols[c].name;
		char *refusals = refusals_text(times, name);

		if (refusals)
			join_text(&cmp->untimed, "; ", "%s", refusals);
		else if (times->nr_cols > 1 && !told && !find_stage(times, name))
			join_text(&cmp->untimed, "; ", "%s: no boots", name);
		free(refusals);
	}
	if (times->nr_cols < 2 && !told)
		join_text(&cmp->untimed, "; ",
			  "%s has boots of %s%s%s%s, two are needed",
			  base_name(dir), fmt_count(times->nr_cols, "stage"),
			  times->nr_cols ? " (" : "",
			  times->nr_cols ? times->cols[0].name : "",
			  times->nr_cols ? ")" : "");
	cmp->times_refused = times->nr_cols < 2 && times->nr_refused;
}

/* Where fewer than two stages were timed, what was counted is compared all the same. */
static enum status add_times(const struct options *opt, const char *dir)
{
	struct comparison *cmp = opt->cmp, *times;
	enum status status = STATUS_OK;

	if (is_timed(cmp->cols[0].recs[0])) {
		warnx("--times %s: is for what was counted; boots are compared as BASE and NEW",
		      dir);
		return STATUS_USAGE;
	}
	if (!check_times(cmp, dir))
		return STATUS_USAGE;
	times = read_times(opt, dir);
	if (times->nr_cols && times->cols[0].recs[0]->tier != TIER_NATIVE) {
		warnx("--times %s: its records are of the tier %s, not %s", dir,
		      tiers[times->cols[0].recs[0]->tier].name,
		      tiers[TIER_NATIVE].name);
		status = STATUS_DATA;
	} else {
		say_untimed(cmp, times, dir);
	}
	if (status || times->nr_cols < 2) {
		comparison_free(times);
		free(times);
		return status;
	}
	for (size_t i = 0; i < opt->nr_allow; i++)
		comparison_allow(times, opt->allow[i]);
	times->delta = opt->delta;
	comparison_build(times);
	cmp->times = times;
	return STATUS_OK;
}

/*
 * Read every STAGE=FILE. A record that is refused does not take the others
 * with it. The stage names are cut out of the arguments.
 */
enum status add_stages(const struct options *opt, size_t from, size_t end)
{
	struct comparison *cmp = opt->cmp;
	enum status status = STATUS_OK;

	for (size_t i = from; i < end; i++) {
		char *eq = strchr(opt->args[i], '=');

		if (!eq || eq == opt->args[i] || !eq[1]) {
			warnx("\"%s\" is not STAGE=FILE, such as deferred=deferred.jsonl",
			      opt->args[i]);
			return STATUS_USAGE;
		}
		*eq = '\0';
		if (strlen(opt->args[i]) > RECORD_NAME_MAX ||
		    opt->args[i][strspn(opt->args[i],
					"abcdefghijklmnopqrstuvwxyz0123456789_")]) {
			warnx("\"%s\" is no name of a stage: [a-z0-9_]{1,%d}",
			      opt->args[i], RECORD_NAME_MAX);
			return STATUS_USAGE;
		}
		if (!comparison_add_failed(cmp, opt->args[i], eq + 1))
			comparison_add_boots(cmp, opt->args[i], opt->args[i],
					     eq + 1);
	}
	say_refused(opt);
	if (cmp->nr_cols < 2) {
		warnx("%zu stage%s left to compare, two are needed",
		      cmp->nr_cols, cmp->nr_cols == 1 ? "" : "s");
		return cmp->nr_refused ? STATUS_DATA : STATUS_USAGE;
	}
	for (size_t i = 0; i < opt->nr_seeds; i++)
		if (add_seed(opt, opt->seeds[i]))
			return STATUS_DATA;
	if (opt->times)
		status = add_times(opt, opt->times);
	return status ? status : build(opt);
}

/* The only column is named after its stage or its kernel. */
static void name_record(struct comparison *cmp)
{
	const struct record *rec = cmp->cols[0].recs[0];

	cmp->cols[0].name = rec->stage ? rec->stage : rec->release;
}

/* Further folders have a record, or a folder, for each stage by its name. */
static enum status refuse_folders(const struct options *opt)
{
	if (!opt->times && !opt->nr_seeds)
		return STATUS_OK;
	warnx("%s %s: is for STAGE=PATH STAGE=PATH..., whose names are those of what is in it",
	      opt->times ? "--times" : "--seed",
	      opt->times ? opt->times : opt->seeds[0]);
	return STATUS_USAGE;
}

/* One record as the only column. */
enum status add_record(const struct options *opt, const char *path)
{
	struct comparison *cmp = opt->cmp;

	if (refuse_folders(opt))
		return STATUS_USAGE;
	comparison_add(cmp, "record", NULL, path);
	say_refused(opt);
	if (cmp->nr_refused)
		return STATUS_DATA;
	name_record(cmp);
	comparison_build(cmp);
	return STATUS_OK;
}

/* What two sides are called. */
static const char *const sides[] = { "base", "new" };

/* The first two arguments as columns, named after their stages where these differ. */
enum status add_pair(const struct options *opt)
{
	struct comparison *cmp = opt->cmp;
	const char *base, *new;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		comparison_add(cmp, sides[i], NULL, opt->args[i]);
	say_refused(opt);
	if (cmp->nr_refused)
		return STATUS_DATA;

	base = cmp->cols[0].recs[0]->stage;
	new = cmp->cols[1].recs[0]->stage;
	if (base && new &&strcmp(base, new)) {
		cmp->cols[0].name = base;
		cmp->cols[1].name = new;
	}
	comparison_build(cmp);
	return STATUS_OK;
}

/* All boots of BASE and NEW that are not refused. */
enum status add_boots(const struct options *opt)
{
	struct comparison *cmp = opt->cmp;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++)
		comparison_add_boots(cmp, sides[i], NULL, opt->args[i]);
	say_refused(opt);
	return cmp->nr_cols < 2 ? STATUS_DATA : build(opt);
}

/* BASE and NEW, or the only record or session that is given; none may be refused. */
enum status add_sides(const struct options *opt, size_t from)
{
	struct comparison *cmp = opt->cmp;
	size_t nr = opt->nr_args - from;

	if (refuse_folders(opt))
		return STATUS_USAGE;
	if (nr == 1)
		comparison_add_boots(cmp, "record", NULL, opt->args[from]);
	for (size_t i = 0; nr == 2 && i < nr; i++)
		comparison_add_boots(cmp, sides[i], NULL, opt->args[from + i]);
	say_refused(opt);
	return cmp->nr_refused ? STATUS_DATA : build(opt);
}

/* STAGE=PATH..., BASE NEW, or the only record or session that is given. */
enum status add_any(const struct options *opt)
{
	enum status status;

	if (strchr(opt->args[0], '='))
		return add_stages(opt, 0, opt->nr_args);
	if (opt->nr_args > 2) {
		warnx("%zu arguments, not STAGE=PATH..., BASE NEW, or RECORD",
		      opt->nr_args);
		return STATUS_USAGE;
	}
	status = add_sides(opt, 0);
	if (!status && opt->nr_args == 1)
		name_record(opt->cmp);
	return status;
}
