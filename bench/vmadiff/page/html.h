/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page that needs nothing but itself. Whatever comes from a record goes
 * through html_put() or a grid; a picture is an image, whose elements the page never has.
 */
#ifndef HTML_H
#define HTML_H

#include <sys/types.h>

#include "bill/bill.h"
#include "page.h"
#include "render/render.h"

/**
 * struct page - what is being written
 * @cmp: what is shown of the comparison, built
 * @whole: all of it: of many commits those that changed nothing, too
 * @opt: options
 * @f: where to
 * @claims: text of @opt->claims, or NULL
 * @last: index of the last column
 */
struct page {
	const struct comparison *cmp;
	const struct comparison *whole;
	const struct publish_options *opt;
	FILE *f;
	char *claims;
	size_t last;
};

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
struct folder;

enum status print_file(struct folder *folder, const struct output_file *file,
		       const struct comparison *cmp,
		       const struct publish_options *opt);

int print_times_json(const struct comparison *cmp, FILE *f);

/* html.c */
void html_seeds(const struct page *p);

/* report.c */
int print_report(const struct comparison *cmp, FILE *f);
int print_all_stages(const struct comparison *cmp, FILE *f);

/* html.c */
int print_html(const struct comparison *cmp, const struct publish_options *opt,
	       FILE *f);

/* publish.c */
char *paste_command(const struct comparison *cmp);
int print_reproduce(const struct comparison *cmp, FILE *f);

extern const char html_css[], html_css_end[], html_js[], html_js_end[];

/* html_write.c */
void html_put(const struct page *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void html_section(const struct page *p, const char *id, const char *title);
void html_base64(const struct page *p, const void *data, size_t len);
const char *tally_class(enum tally tally);
void html_table(const struct page *p, struct grid *g);
void add_values(struct grid *g, const struct comparison *cmp,
		const struct line *line);
void add_verdict(struct grid *g, const struct comparison *cmp,
		 const struct line *line);
char *read_small_file(const char *path, size_t max, size_t *len);

/* html_pictures.c */
void html_pictures(const struct page *p);
void html_picture(const struct page *p, const char *name);
char *read_missing_pictures(const struct publish_options *opt);

/* html_times.c: what was timed beside it */
bool has_times_section(const struct page *p);
void html_times(const struct page *p);
void html_times_method(const struct page *p);

/* html_tree.c: over layouts of the maple tree */
bool has_tree_section(const struct page *p);
void html_tree_tiles(const struct page *p);
void html_trees(const struct page *p);

/* html_stages.c, html_scenario.c, html_svg.c, html_method.c */
bool has_patches(const struct page *p);
void html_stages(const struct page *p);
void html_scenarios(const struct page *p);
void html_rows(const struct page *p);
void html_space(const struct page *p, const char *scenario, const char *op);
void html_distribution(const struct page *p, const char *scenario,
		       const char *op);
void html_objects(const struct page *p, const char *scenario, const char *op);
void html_bills(const struct page *p, size_t base, size_t new,
		const struct operation *o, size_t max);
void html_method(const struct page *p);

#endif
