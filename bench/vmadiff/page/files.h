/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a session and of a report. */
#ifndef FILES_H
#define FILES_H

#include "page.h"

/* session.c */
int make_dir(const char *path);

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
