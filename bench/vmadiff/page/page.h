/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What leaves the house: the report and the page. */
#ifndef PAGE_H
#define PAGE_H

#include <stddef.h>
#include <stdio.h>

#include "compare/compare.h"
#include "letter/letter.h"

/**
 * struct publish_options - what is published, and how
 * @letter: what the cover letter is like
 * @pictures: folder of NAME.svg, and NAME.txt with title and text; or NULL
 * @claims: what "vmabench list" prints, or NULL
 */
struct publish_options {
	struct letter_options letter;
	const char *pictures;
	const char *claims;
};

/* publish.c */
enum status write_report(const struct comparison *cmp, const char *dir,
			 const struct publish_options *opt);

/* session.c */
enum status write_session(const struct comparison *cmp, const char *dir);
enum status write_pictures(const struct comparison *cmp, const char *dir);

#endif
