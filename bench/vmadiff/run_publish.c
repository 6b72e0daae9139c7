// SPDX-License-Identifier: GPL-2.0-or-later
/* What leaves the house, and what comes in. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "bill/bill.h"
#include "commands.h"
#include "export/export.h"
#include "letter/letter.h"
#include "strip/strip.h"

enum status run_export(const struct options *opt)
{
	enum status status = STATUS_USAGE;

	if (export_format_is_known(opt->format))
		status = add_sides(opt, 0);
	if (!status)
		status = print_export(opt->cmp, opt->format, stdout);
	return status ? status : comparison_status(opt->cmp);
}

enum status run_import(const struct options *opt)
{
	struct import_options import = opt->import;

	import.output = opt->dir;
	return run_imports(opt->args[0], opt->args + 1, opt->nr_args - 1,
			   &import);
}

static enum status write_out(const struct options *opt)
{
	enum status status = add_any(opt);

	if (!status)
		status = write_report(opt->cmp, opt->dir, &opt->publish);
	return status ? status : comparison_status(opt->cmp);
}

static enum status of_any(const struct options *opt,
			  enum status (*run)(const struct options *opt))
{
	return opt->nr_args == 1 && is_session(opt->args[0])
		       ? of_session(opt, run)
		       : run(opt);
}

enum status run_report(const struct options *opt)
{
	if (!opt->dir) {
		warnx("--output is missing: the folder of the report");
		return STATUS_USAGE;
	}
	return letter_style_is_known(opt->publish.letter.style)
		       ? of_any(opt, write_out)
		       : STATUS_USAGE;
}

static enum status write_letter(const struct options *opt)
{
	struct letter_options letter = opt->publish.letter;
	enum status status = add_any(opt);

	letter.all = opt->all;
	if (!status && print_letter(opt->cmp, &letter, stdout))
		status = STATUS_DATA;
	return status ? status : comparison_status(opt->cmp);
}

enum status run_letter(const struct options *opt)
{
	return letter_style_is_known(opt->publish.letter.style)
		       ? of_any(opt, write_letter)
		       : STATUS_USAGE;
}

static enum status patch_of_stages(const struct options *opt)
{
	enum status status = add_stages(opt, 0, opt->nr_args);

	return status ? status
		      : check_patch(opt->cmp, opt->format, stdin, stdout);
}

enum status run_patch(const struct options *opt)
{
	return opt->nr_args > 1 ? patch_of_stages(opt)
				: of_session(opt, patch_of_stages);
}

enum status run_lint(const struct options *opt)
{
	return lint_files(opt->args, opt->nr_args);
}

/* By what stands for the argument in --help. */
enum status run_names(const struct options *opt)
{
	static const struct {
		const char *name;
		struct names (*list)(void);
	} kinds[] = {
		{ "METRIC", metric_names },   { "COUNT", bill_count_names },
		{ "STYLE", letter_styles },   { "FORMAT", export_formats },
		{ "CLASS", bill_classes },    { "PICTURE", picture_names },
		{ "SOURCE", import_formats },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct names names;

		if (strcmp(kinds[i].name, opt->args[0]))
			continue;
		names = kinds[i].list();
		for (size_t n = 0; n < names.nr; n++)
			puts(names.v[n]);
		free(names.v);
		return STATUS_OK;
	}
	say_no_such("kind of names", opt->args[0], NAMES_OF(kinds), NULL);
	return STATUS_USAGE;
}

enum status run_strip(const struct options *opt)
{
	return strip_records(opt->args, opt->nr_args, opt->dir);
}
