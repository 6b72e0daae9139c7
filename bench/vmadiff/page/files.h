/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a session and of a report. */
#ifndef FILES_H
#define FILES_H

#include <sys/types.h>

#include "bill/bill.h"
#include "page.h"

/**
 * struct output_file - what goes into one file; one of the three prints it
 * @name: under the folder
 * @mode: 0 for %MODE_DERIVED
 * @print: prints a comparison
 * @print_operation: prints @operation of it
 * @publish: prints it as the options say
 * @operation: for @print_operation
 *
 * -ENODATA says that there is nothing that such a file could say.
 */
struct output_file {
	const char *name;
	mode_t mode;
	int (*print)(const struct comparison *cmp, FILE *f);
	int (*print_operation)(const struct comparison *cmp,
			       const struct operation *o, FILE *f);
	int (*publish)(const struct comparison *cmp,
		       const struct publish_options *opt, FILE *f);
	const struct operation *operation;
};

/* session.c */
int write_files(const char *dir, const struct output_file *files, size_t nr,
		const struct comparison *cmp, const struct publish_options *opt);

/* report.c */
int print_report(const struct comparison *cmp, FILE *f);
int print_all_stages(const struct comparison *cmp, FILE *f);

/* html.c, html_write.c */
char *read_missing_pictures(const struct publish_options *opt);
int print_html(const struct comparison *cmp, const struct publish_options *opt,
	       FILE *f);

/* publish.c */
int print_reproduce(const struct comparison *cmp, FILE *f);

#endif
