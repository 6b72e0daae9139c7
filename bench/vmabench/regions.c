// SPDX-License-Identifier: GPL-2.0-or-later
/* From the regions that the plugin has numbered to rows of a record. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "marker.h"
#include "vmabench.h"

/**
 * read_regions - read the plugin's output
 * @path: file
 * @r: gets the regions, to be freed
 *
 * Return: 0 or -errno; -EBADMSG if it is not whole.
 */
int read_regions(const char *path, struct regions *r)
{
	FILE *f = fopen(path, "re");
	size_t size = 0, room = 0;
	char *line = NULL;
	int err = -EBADMSG;

	memset(r, 0, sizeof(*r));
	if (!f)
		return -errno;
	while (getline(&line, &size, f) > 0) {
		struct region new = { 0 };
		uint64_t n, insns;
		char class[8];

		if (sscanf(line, "region\t%" SCNu64 "\t%d\t%" SCNu64 "\t%" SCNu64,
			   &n, &new.id, &new.irqs, &new.switches) == 4) {
			if (n != r->nr)
				break;
			if (r->nr == room) {
				struct region *v;

				room = room ? 2 * room : 1024;
				v = reallocarray(r->v, room, sizeof(*v));
				if (!v) {
					err = -ENOMEM;
					break;
				}
				r->v = v;
			}
			r->v[r->nr++] = new;
		} else if (sscanf(line, "end\t%" SCNu64, &n) == 1) {
			err = n == r->nr ? 0 : -EBADMSG;
			break;
		} else if (r->nr && sscanf(line, "%7s\t%*s\t%" SCNu64, class,
					   &insns) == 2) {
			struct region *last = &r->v[r->nr - 1];

			if (!strcmp(class, "task"))
				last->task += insns;
			else if (!strcmp(class, "irq"))
				last->irq += insns;
			else if (!strcmp(class, "rcu"))
				last->rcu += insns;
			else if (!strcmp(class, "user"))
				last->user += insns;
			else
				break;
		} else {
			break;
		}
	}
	free(line);
	fclose(f);
	return err;
}

static json_t *insns_row(const json_t *line, const char *op, const char *metric,
			 json_int_t ops)
{
	return json_pack("{s:s, s:O, s:O, s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:[]}",
			 "type", "row",
			 "scenario", json_object_get(line, "scenario"),
			 "version", json_object_get(line, "version"),
			 "op", op, "metric", metric, "unit", "insns/op",
			 "pass", "insns", "better", "lower", "exact", 1,
			 "ops", ops, "batches");
}

static void append(json_t *row, const char *array, uint64_t value)
{
	json_array_append_new(json_object_get(row, array),
			      json_integer((json_int_t)value));
}

/**
 * insns_rows - rows of the insns pass
 * @line: the guest's "regions" line, which says what the regions were about
 * @r: all regions of that run
 * @rows: array that gets the rows
 * @reason: why there are none
 * @size: of @reason
 *
 * Return: 0, or -EBADMSG with @reason.
 */
int insns_rows(const json_t *line, const struct regions *r, json_t *rows,
	       char *reason, size_t size)
{
	static const char *const metrics[] = {
		"insns", "insns_irq", "insns_user", "insns_deferred",
	};
	const json_t *kinds = json_object_get(line, "kinds");
	json_int_t ops = json_integer_value(json_object_get(line, "ops"));
	json_int_t warmup = json_integer_value(json_object_get(line, "warmup"));
	json_int_t batches = json_integer_value(json_object_get(line, "batches"));
	size_t nr_kinds = json_array_size(kinds);
	size_t expected = (size_t)(warmup + batches) * nr_kinds * (size_t)(ops + 1);

	if (r->nr != expected) {
		snprintf(reason, size, "%zu regions measured, %zu expected",
			 r->nr, expected);
		return -EBADMSG;
	}
	for (size_t k = 0; k < nr_kinds; k++) {
		const char *op = json_string_value(json_array_get(kinds, k));
		json_t *row[4];

		for (size_t m = 0; m < 4; m++)
			row[m] = insns_row(line, op, metrics[m], ops);
		json_object_set_new(row[0], "per_op", json_array());

		for (json_int_t b = 0; b < batches; b++) {
			const struct region *v;
			uint64_t total[3] = { 0 };

			v = r->v + ((size_t)(warmup + b) * nr_kinds + k) *
				   (size_t)(ops + 1);
			for (json_int_t i = 0; i < ops; i++, v++) {
				if (v->id != MARKER_OP || v->switches) {
					snprintf(reason, size,
						 "%s: operation %lld of batch %lld: %s",
						 op, (long long)i, (long long)b,
						 v->switches ?
						 "another task ran inside the region" :
						 "not the region of an operation");
					return -EBADMSG;
				}
				append(row[0], "per_op", v->task);
				total[0] += v->task;
				total[1] += v->irq + v->rcu;
				total[2] += v->user;
			}
			for (size_t m = 0; m < 3; m++)
				append(row[m], "batches", total[m]);
			append(row[3], "batches", v->rcu);
		}
		for (size_t m = 0; m < 4; m++)
			json_array_append_new(rows, row[m]);
	}
	return 0;
}
