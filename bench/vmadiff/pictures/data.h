/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the pictures share: heads and fields of their data files. */
#ifndef DATA_H
#define DATA_H

#include "pictures.h"

/* data.c */
void print_data_columns(const struct comparison *cmp, FILE *f);
void print_data_value(double v, FILE *f);

/* pictures.c */
void print_data_sample(const struct comparison *cmp, FILE *f);
int print_effects_data(const struct comparison *cmp, FILE *f);
int print_ecdf_data(const struct comparison *cmp, FILE *f);
int print_shift_data(const struct comparison *cmp, FILE *f);
int print_boots_data(const struct comparison *cmp, FILE *f);
int print_patches_data(const struct comparison *cmp, FILE *f);

/* scaling.c */
int print_population_data(const struct comparison *cmp, FILE *f);
int print_threads_data(const struct comparison *cmp, FILE *f);

/* vmas.c */
int print_vmas_data(const struct comparison *cmp, FILE *f);

#endif
