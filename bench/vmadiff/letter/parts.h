/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a letter is put together from. */
#ifndef LETTER_PARTS_H
#define LETTER_PARTS_H

#include "letter.h"

/* absent.c */
char **absent_texts(const struct comparison *cmp, size_t *nr);

/* styles.c */
void print_letter_table(const struct comparison *cmp, const char *style,
			const struct line **lines, size_t nr, FILE *f);

/* lint.c */
size_t lint_letter(const char *name, const char *text, size_t len, FILE *say);

#endif
