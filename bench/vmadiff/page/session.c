// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a session: summary.json, report.md, stages.md, plots/NAME.dat. */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "folder/folder.h"
#include "html.h"
#include "pictures/pictures.h"

/**
 * print_file() - print what goes into a file of a folder
 * @folder: folder that gets it; nothing where there is nothing to say
 * @file: file
 * @cmp: comparison, built
 * @opt: for those that are published, else NULL
 *
 * Return: %STATUS_OK, or %STATUS_DATA after saying why it could not be printed.
 */
enum status print_file(struct folder *folder, const struct output_file *file,
		       const struct comparison *cmp,
		       const struct publish_options *opt)
{
	char *buf = NULL;
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
	if (!err) {
		folder_add(folder, file->name, buf, len, file->mode);
		return STATUS_OK;
	}
	free(buf);
	if (err == -ENODATA)
		return STATUS_OK;
	warnx("cannot write %s/%s: %s", folder->path, file->name, strerror(-err));
	return STATUS_DATA;
}

static enum status print_plot(struct folder *plots, const char *name,
			      struct output_file *file,
			      const struct comparison *cmp)
{
	char *full = xasprintf("%s.dat", name);
	enum status status;

	file->name = full;
	status = print_file(plots, file, cmp, NULL);
	free(full);
	return status;
}

static enum status print_waterfalls(struct folder *plots,
				    const struct comparison *cmp)
{
	size_t nr;
	struct operation *chosen = choose_waterfalls(cmp, &nr);
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < nr; i++) {
		struct output_file file = {
			.print_operation = print_waterfall_data,
			.operation = &chosen[i],
		};

		status = print_plot(plots, waterfall_name(&chosen[i]), &file,
				    cmp);
	}
	free(chosen);
	return status;
}

/* The data of every picture that there are rows for. */
static enum status print_pictures(struct folder *plots,
				  const struct comparison *cmp)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < nr_pictures; i++) {
		struct output_file file = { .print = pictures[i].print };

		if (picture_fits(&pictures[i], cmp))
			status = print_plot(plots, pictures[i].name, &file, cmp);
	}
	return status;
}

/* A session folder, and that of its pictures. */
enum {
	TOP,
	PLOTS,
	NR_FOLDERS
};

static void name_folders(const char *dir, struct folder folders[NR_FOLDERS])
{
	folders[TOP] = (struct folder){ .path = xasprintf("%s", dir) };
	folders[PLOTS] = (struct folder){ .path = xasprintf("%s/plots", dir) };
}

/**
 * write_pictures() - write the data of every picture that there are rows for
 * @cmp: comparison, built; one column will do
 * @dir: session folder; made if its parent exists
 *
 * Return: as folders_write().
 */
enum status write_pictures(const struct comparison *cmp, const char *dir)
{
	struct folder folders[NR_FOLDERS];
	enum status status;

	name_folders(dir, folders);
	status = print_pictures(&folders[PLOTS], cmp);
	if (!status)
		status = folders_write(folders, NR_FOLDERS);
	folders_free(folders, NR_FOLDERS);
	return status;
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
 * Return: as folders_write().
 */
enum status write_session(const struct comparison *cmp, const char *dir)
{
	static const struct output_file files[] = {
		{ .name = "summary.json", .print = export_json },
		{ .name = "times.json", .print = print_times_json },
		{ .name = "report.md", .print = print_report },
		{ .name = "stages.md", .print = print_all_stages },
	};
	struct folder folders[NR_FOLDERS];
	enum status status = STATUS_OK;

	name_folders(dir, folders);
	for (size_t i = 0; !status && i < ARRAY_SIZE(files); i++)
		status = print_file(&folders[TOP], &files[i], cmp, NULL);
	if (!status)
		status = print_pictures(&folders[PLOTS], cmp->shown);
	if (!status)
		status = print_waterfalls(&folders[PLOTS], cmp->shown);
	if (!status)
		status = folders_write(folders, NR_FOLDERS);
	folders_free(folders, NR_FOLDERS);
	return status;
}
