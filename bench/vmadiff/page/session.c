// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a session: summary.json, report.md, stages.md, plots/NAME.dat. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "export/export.h"
#include "html.h"
#include "pictures/pictures.h"

static int make_dir(const char *path)
{
	int err = mkdir(path, 0755) ? -errno : 0;

	if (!err || err == -EEXIST)
		return 0;
	warnx("cannot make the directory %s: %s", path, strerror(-err));
	return err;
}

/* Print into memory first: a file is written whole or not at all. */
static int write_file(const char *dir, const struct output_file *file,
		      const struct comparison *cmp,
		      const struct publish_options *opt)
{
	char *path = xasprintf("%s/%s", dir, file->name), *buf = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&buf, &len);
	int err = -ENOMEM;

	if (f && file->print)
		err = file->print(cmp, f);
	else if (f && file->print_operation)
		err = file->print_operation(cmp, file->operation, f);
	else if (f)
		err = file->publish(cmp, opt, f);
	if (f && fclose(f) && !err)
		err = -ENOMEM;
	if (!err)
		err = write_file_atomic(path, buf, len,
					file->mode ? file->mode : MODE_DERIVED);
	if (err == -ENODATA)
		err = 0; /* nothing to say: no such file */
	if (err)
		warnx("cannot write %s: %s%s", path, why_not_written(err),
		      err == -ENOSPC ? "; the records are intact, free some "
				       "space and run again"
				     : "");
	free(buf);
	free(path);
	return err;
}

/**
 * write_files() - write files until one cannot be written
 * @dir: folder; made if its parent exists
 * @files: files
 * @nr: how many
 * @cmp: comparison, built
 * @opt: for those that are published, else NULL
 *
 * Return: 0 or the first error, after saying what could not be written.
 */
int write_files(const char *dir, const struct output_file *files, size_t nr,
		const struct comparison *cmp, const struct publish_options *opt)
{
	int err = make_dir(dir);

	for (size_t i = 0; !err && i < nr; i++)
		err = write_file(dir, &files[i], cmp, opt);
	return err;
}

static int write_plot(const char *dir, const char *name,
		      struct output_file *file, const struct comparison *cmp)
{
	char *path = xasprintf("plots/%s.dat", name);
	int err;

	file->name = path;
	err = write_file(dir, file, cmp, NULL);
	free(path);
	return err;
}

static int write_waterfalls(const char *dir, const struct comparison *cmp)
{
	size_t nr;
	struct operation *chosen = choose_waterfalls(cmp, &nr);
	int err = 0;

	for (size_t i = 0; !err && i < nr; i++) {
		struct output_file file = {
			.print_operation = print_waterfall_data,
			.operation = &chosen[i],
		};

		err = write_plot(dir, waterfall_name(&chosen[i]), &file, cmp);
	}
	free(chosen);
	return err;
}

/**
 * write_pictures() - write the data of every picture that there are rows for
 * @cmp: comparison, built; one column will do
 * @dir: session folder; made if its parent exists
 *
 * Return: 0 or the first error, after saying what could not be written.
 */
int write_pictures(const struct comparison *cmp, const char *dir)
{
	char *plots = xasprintf("%s/plots", dir);
	int err = make_dir(dir);

	if (!err)
		err = make_dir(plots);
	for (size_t i = 0; !err && i < nr_pictures; i++) {
		struct output_file file = { .print = pictures[i].print };

		if (picture_fits(&pictures[i], cmp))
			err = write_plot(dir, pictures[i].name, &file, cmp);
	}
	free(plots);
	return err;
}

/**
 * print_times_json() - times.json: the comparison of what was timed
 * @cmp: comparison, built
 * @f: where to
 *
 * Return: 0; -ENODATA where nothing was timed beside it; -EIO.
 */
int print_times_json(const struct comparison *cmp, FILE *f)
{
	return cmp->times ? export_json(cmp->times, f) : -ENODATA;
}

/**
 * write_session() - write everything that is derived from the records
 * @cmp: comparison, built
 * @dir: session folder; made if its parent exists
 *
 * Return: 0 or the first error, after saying what could not be written.
 */
int write_session(const struct comparison *cmp, const char *dir)
{
	static const struct output_file files[] = {
		{ .name = "summary.json", .print = export_json },
		{ .name = "times.json", .print = print_times_json },
		{ .name = "report.md", .print = print_report },
		{ .name = "stages.md", .print = print_all_stages },
	};
	int err = write_files(dir, files, ARRAY_SIZE(files), cmp, NULL);

	if (!err)
		err = write_pictures(cmp->shown, dir);
	if (!err)
		err = write_waterfalls(dir, cmp->shown);
	return err;
}
