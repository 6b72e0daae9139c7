// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of a report that are made from records. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "folder/folder.h"
#include "html.h"
#include "letter/letter.h"
#include "render/render.h"

/* A word of a record that may be in a shell script: no more than a revision is. */
static char *script_word(const char *s)
{
	char *word = xasprintf("%.*s", CUT(s ? s : "unknown", 60));

	for (char *c = word; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
			    *c))
			*c = '_';
	return word;
}

static bool is_metal(const struct comparison *cmp)
{
	return is_timed(cmp->cols[0].recs[0]) &&
	       !(draws_layouts(cmp) && cmp->nr_cols > 1);
}

/**
 * paste_command() - what a shell can be given as it is, to measure it again
 * @cmp: comparison
 *
 * Return: a command, to be given to free(); on metal it is of one boot.
 */
char *paste_command(const struct comparison *cmp)
{
	char *set, *command;

	if (!is_metal(cmp))
		return story_command(cmp);
	set = set_argument(cmp);
	command = xasprintf("make bench%s", set);
	free(set);
	return command;
}

/* Compare the record of each stage under @folder, of the report and of the clone. */
static void print_comparisons(const char *stages, const char *folder,
			      const char *what, const char *where, FILE *f)
{
	fprintf(f,
		"for stage in %s; do\n"
		"    echo \"== $stage%s: the record of the report, and the new one\"\n"
		"    build/vmadiff compare \"$here/records/%s$stage.jsonl\" \"%s/%s$stage.jsonl\" ||\n"
		"        status=$?\n"
		"done\n",
		stages, what, folder, where, folder);
}

static void print_series_steps(const struct comparison *cmp, FILE *f)
{
	const char *where = cmp->nr_cols > 1 || header_text(cmp->cols[0].recs[0],
							    "info", "commit")
				    ? "results/series/latest"
				    : "results";
	char *command = story_command(cmp), *stages = NULL;
	char *seeds = seeds_text(cmp, false), *rest = seeds, *seed;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		if (cmp->cols[c].recs[0]->stage)
			join_text(&stages, " ", "%s",
				  cmp->cols[c].recs[0]->stage);
	fprintf(f,
		"%s\n"
		"[ -d \"$here/records\" ] ||\n"
		"    { echo \"reproduce.sh: $here has no records to compare with\"; exit 0; }\n"
		"status=0\n",
		command);
	if (stages)
		print_comparisons(stages, "", "", where, f);
	while (stages && (seed = strsep(&rest, " ")))
		print_comparisons(stages, fmt_text("seed-%s/", seed),
				  fmt_text(", seed %s", seed), where, f);
	if (cmp->times)
		fprintf(f, "echo 'Times are of a machine: results/series/latest/report.md has those of this one,'\n"
			   "echo \"$here/report.md those of the report.\"\n");
	fputs("exit $status\n", f);
	free(seeds);
	free(stages);
	free(command);
}

/* Layouts are linked again, of the stages by name, and both are booted in turn. */
static void print_native_steps(const struct comparison *cmp, FILE *f)
{
	char *command = story_command(cmp);

	fprintf(f, "NATIVE_LAYOUTS=%zu %s\n", cmp->cols[0].nr_boots, command);
	free(command);
}

static void print_metal_steps(const struct comparison *cmp, FILE *f)
{
	char *command = paste_command(cmp);

	fputs("cat <<'EOF'\nBoot each kernel in turn, in blocks, and run in each boot:\n",
	      f);
	fprintf(f, "  %s\n", command);
	free(command);
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		char *release = script_word(cmp->cols[c].recs[0]->release);
		char *name = script_word(cmp->cols[c].name);

		fprintf(f, "  %s: %zu boots of %s\n", name,
			cmp->cols[c].nr_boots, release);
		free(release);
		free(name);
	}
	fputs("Then compare the two folders of records:\n"
	      "  build/vmadiff compare results/HOST/KERNEL results/HOST/OTHER\nEOF\n",
	      f);
}

/**
 * print_reproduce() - reproduce.sh: what measures it again
 * @cmp: comparison
 * @f: where to
 *
 * Of records there are only names in it that their reader checked, and words
 * that have been made harmless. It is one subshell without tabs, so that it can be
 * pasted into a shell, too: the shell stays, and completes nothing.
 *
 * Return: 0 or -EIO.
 */
int print_reproduce(const struct comparison *cmp, FILE *f)
{
	char *revision = script_word(header_text(cmp->cols[0].recs[0], "suite",
						 "revision"));

	fprintf(f,
		"#!/bin/sh\n"
		"# SPDX-License-Identifier: GPL-2.0-or-later\n"
		"#\n"
		"# Usage: reproduce.sh [CLONE]\n"
		"#\n"
		"# Measure again what the report beside this file is of, in a clone of vmabench\n"
		"# (default: the folder it runs in), which was at revision %s.\n"
		"(\n"
		"set -eu\n"
		"here=$(cd \"$(dirname -- \"$0\")\" && pwd)\n"
		"cd \"${1:-.}\"\n"
		"[ -f scripts/series.sh ] ||\n"
		"    { echo \"reproduce.sh: $PWD is no clone of vmabench; name one: reproduce.sh CLONE\" >&2; exit 2; }\n"
		"[ \"$(git describe --always --dirty)\" = '%s' ] ||\n"
		"    echo 'reproduce.sh: the clone is at another revision' >&2\n",
		revision, revision);
	free(revision);
	if (is_metal(cmp))
		print_metal_steps(cmp, f);
	else if (is_timed(cmp->cols[0].recs[0]))
		print_native_steps(cmp, f);
	else
		print_series_steps(cmp, f);
	fputs(")\n", f);
	return ferror(f) ? -EIO : 0;
}

static int print_own_letter(const struct comparison *cmp,
			    const struct publish_options *opt, FILE *f)
{
	return print_letter(cmp, &opt->letter, f);
}

static int print_long_letter(const struct comparison *cmp,
			     const struct publish_options *opt, FILE *f)
{
	struct letter_options letter = opt->letter;

	letter.all = true;
	return print_letter(cmp, &letter, f);
}

static int print_markdown(const struct comparison *cmp,
			  const struct publish_options *opt, FILE *f)
{
	char *missing = read_missing_pictures(opt), *rest = missing, *line;
	int err = print_report(cmp, f);

	if (missing)
		fputs("\n## Warnings\n\n", f);
	while (missing && (line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		fputs("- picture ", f);
		put_markdown(line, f);
		fputc('\n', f);
	}
	free(missing);
	return err;
}

/**
 * write_report() - the files of a report that are made from records
 * @cmp: comparison, built; one column will do
 * @dir: folder; made if its parent exists
 * @opt: what is shown besides
 *
 * Return: as folders_write().
 */
enum status write_report(const struct comparison *cmp, const char *dir,
			 const struct publish_options *opt)
{
	static const struct output_file files[] = {
		{ .name = "report.html", .publish = print_html },
		{ .name = "report.md", .publish = print_markdown },
		{ .name = "stages.md", .print = print_all_stages },
		{ .name = "cover-letter.txt", .publish = print_own_letter },
		{ .name = "cover-letter-long.txt", .publish = print_long_letter },
		{ .name = "summary.json", .print = export_json },
		{ .name = "times.json", .print = print_times_json },
		{ .name = "reproduce.sh", .mode = 0755, .print = print_reproduce },
	};
	struct folder folder = { .path = xasprintf("%s", dir) };
	enum status status = STATUS_OK;

	for (size_t i = 0; !status && i < ARRAY_SIZE(files); i++)
		status = print_file(&folder, &files[i], cmp, opt);
	if (!status)
		status = folders_write(&folder, 1);
	folders_free(&folder, 1);
	return status;
}
