/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Data of the pictures: gnuplot draws what is here and computes nothing. */
#ifndef PICTURES_H
#define PICTURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "bill/bill.h"

/**
 * struct picture - a picture that is of whole records
 * @name: of its data file and of its script
 * @title: what it shows, for those who do not see it
 * @print: writes the data; -ENODATA when there is nothing to draw
 * @needs: what there has to be, where there was nothing to draw; may be NULL
 * @of_stages: of the stages of a series
 * @of_record: of one record
 */
struct picture {
	const char *name;
	const char *title;
	int (*print)(const struct comparison *cmp, FILE *f);
	const char *needs;
	bool of_stages;
	bool of_record;
};

/* data.c */
extern const struct picture pictures[];
extern const size_t nr_pictures;
bool picture_fits(const struct picture *picture, const struct comparison *cmp);
bool picture_has_data(const struct picture *picture,
		      const struct comparison *cmp);
void print_data_columns(const struct comparison *cmp, FILE *f);
void print_data_value(double v, FILE *f);
const char *change_kind(const struct line *line);

/* pictures.c */
void print_data_sample(const struct comparison *cmp, FILE *f);
const struct line *title_line(const struct comparison *cmp);
char *finding_text(const struct comparison *cmp, const struct line *line);
int print_effects_data(const struct comparison *cmp, FILE *f);
int print_ecdf_data(const struct comparison *cmp, FILE *f);
int print_shift_data(const struct comparison *cmp, FILE *f);
int print_boots_data(const struct comparison *cmp, FILE *f);
const struct line *main_line(const struct comparison *cmp);

/* fill.c: over layouts of the maple tree */
int print_fill_data(const struct comparison *cmp, FILE *f);

/* layouts.c: of the native tier */
int print_times_data(const struct comparison *cmp, FILE *f);
int print_layouts_data(const struct comparison *cmp, FILE *f);

/* scaling.c */
int print_population_data(const struct comparison *cmp, FILE *f);
int print_threads_data(const struct comparison *cmp, FILE *f);

/* vmas.c */
size_t count_unmerged(const struct comparison *cmp);
int print_vmas_data(const struct comparison *cmp, FILE *f);

/* waterfall.c */
int print_patches_data(const struct comparison *cmp, FILE *f);
int print_waterfall_data(const struct comparison *cmp,
			 const struct operation *o, FILE *f);
const char *waterfall_name(const struct operation *o);
struct operation *choose_waterfalls(const struct comparison *cmp, size_t *nr);

#endif
