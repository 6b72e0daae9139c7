// SPDX-License-Identifier: GPL-2.0-or-later
/* The formats there are. */
#include <err.h>
#include <string.h>

#include "base/base.h"
#include "formats.h"

/* clang-format off */
static const struct {
	const char *name;
	int (*print)(const struct comparison *cmp, FILE *f);
} formats[] = {
	{ "json",	 export_json },
	{ "csv",	 export_csv },
	{ "markdown",	 export_markdown },
	{ "junit",	 export_junit },
	{ "ktap",	 export_ktap },
	{ "openmetrics", export_openmetrics },
	{ "gobench",	 export_gobench },
};
/* clang-format on */

/**
 * export_format_is_known() - is there such a format? If not, say which there are
 * @format: name, or NULL for none given
 */
bool export_format_is_known(const char *format)
{
	for (size_t i = 0; format && i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, format))
			return true;
	if (format)
		say_no_such("format", format, export_formats(), NULL);
	else
		warnx("export needs --format=FORMAT, for example --format=csv; "
		      "'vmadiff names FORMAT' names them");
	return false;
}

/** export_formats() - what --format takes */
struct names export_formats(void)
{
	return NAMES_OF(formats);
}

/**
 * print_export() - a comparison, or one record, in a format of others
 * @cmp: comparison, built
 * @format: one that export_format_is_known()
 * @f: where to
 *
 * Return: %STATUS_OK, or %STATUS_DATA when it could not be written.
 */
enum status print_export(const struct comparison *cmp, const char *format,
			 FILE *f)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, format))
			err = formats[i].print(cmp, f);
	if (!err)
		return STATUS_OK;
	warnx("cannot write %s: %s", format, strerror(-err));
	return STATUS_DATA;
}
