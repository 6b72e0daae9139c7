/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A function for each format, and what they share. */
#ifndef FORMATS_H
#define FORMATS_H

#include "export.h"

/* columns.c */
char *cell_text(const struct cell *cell);

/*
 * checks.c, gobench.c, openmetrics.c, table.c: as export_json() of export.h, each
 * prints a comparison, built, or the one record in it. Return: 0 or -EIO.
 */
int export_csv(const struct comparison *cmp, FILE *f);
int export_gobench(const struct comparison *cmp, FILE *f);
int export_junit(const struct comparison *cmp, FILE *f);
int export_ktap(const struct comparison *cmp, FILE *f);
int export_markdown(const struct comparison *cmp, FILE *f);
int export_openmetrics(const struct comparison *cmp, FILE *f);

#endif
