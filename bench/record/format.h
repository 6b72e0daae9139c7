/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record format: what vmabench writes and vmadiff reads. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct metric_info - what is known about a metric before any record is read
 * @name: as in the record
 * @head: heading of a narrow column
 * @title: heading of a table or a picture
 * @headline: shown without being asked for
 * @picture: drawn in "counts"
 */
struct metric_info {
	const char *name;
	const char *head;
	const char *title;
	bool headline;
	bool picture;
};

extern const struct metric_info metrics[];
extern const size_t nr_metrics;

size_t metric_rank(const char *name);
const char *metric_head(const char *name);
const char *metric_title(const char *name);
bool metric_is_headline(const char *name);

#endif
