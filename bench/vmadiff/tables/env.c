// SPDX-License-Identifier: GPL-2.0-or-later
/* What records say about machines and kernels, and that need not be equal. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "tables/tables.h"

/* Never the same twice, and nobody expects it; commits head the comparison. */
static bool is_volatile(const char *key)
{
	return !strcmp(key, "time") || !strcmp(key, "loadavg") ||
	       !strcmp(key, "host_loadavg") || !strcmp(key, "commit") ||
	       !strcmp(key, RECORD_IMPORTED_KEY);
}

/* Something that records state and that may differ. */
struct recorded_key {
	const char *object; /* of the header */
	const char *key;
	const char *name; /* for a reader */
};

/* Where else in a header keys are that are only recorded. */
static const struct recorded_key recorded[] = {
	{ "kernel", "cmdline", "kernel command line" },
	{ "kernel", "config_sha256", "kernel config" },
	{ "suite", "version", "suite" },
	{ "suite", "revision", "suite revision" },
	{ "suite", "compiler", "compiler of the suite" },
};

static const char *recorded_value(const struct record *rec,
				  const struct recorded_key *k)
{
	const char *value = header_text(rec, k->object, k->key);

	return value ? value : "(none)";
}

static bool column_has(const struct column *col, const struct recorded_key *k,
		       const char *value)
{
	for (size_t r = 0; r < col->nr_recs; r++)
		if (!strcmp(recorded_value(col->recs[r], k), value))
			return true;
	return false;
}

/* Has another column a value that this one has not? */
static bool lacks(const struct column *col, const struct column *other,
		  const struct recorded_key *k)
{
	for (size_t r = 0; r < other->nr_recs; r++)
		if (!column_has(col, k, recorded_value(other->recs[r], k)))
			return true;
	return false;
}

/* The same in all records of a column? */
static bool is_settled(const struct column *col, const struct recorded_key *k)
{
	const char *first = recorded_value(col->recs[0], k);

	for (size_t r = 1; r < col->nr_recs; r++)
		if (strcmp(recorded_value(col->recs[r], k), first))
			return false;
	return true;
}

/*
 * Does a column have a value that another lacks? What is another in every boot
 * on both sides, such as the CPU that was drawn, tells the two not apart.
 */
static bool tells_apart(const struct column *a, const struct column *b,
			const struct recorded_key *k)
{
	return (is_settled(a, k) || is_settled(b, k)) &&
	       (lacks(a, b, k) || lacks(b, a, k));
}

static void print_key(const struct comparison *cmp,
		      const struct recorded_key *k, const struct output *out)
{
	char *text = xasprintf("%s:", k->name);

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		const struct column *col = &cmp->cols[c];
		const char *sep = c ? "," : "";

		if (is_settled(col, k))
			join_text(&text, sep, " \"%.*s\" in %s",
				  CUT(recorded_value(col->recs[0], k), 200),
				  col->name);
		else
			join_text(&text, sep, " several values in %s", col->name);
	}
	print_wrapped(out->f, out->width, 2, text);
	free(text);
}

static void add_key(struct recorded_key **keys, size_t *nr,
		    struct recorded_key key)
{
	for (size_t i = 0; i < *nr; i++)
		if (!strcmp((*keys)[i].name, key.name))
			return;
	*keys = xgrow(*keys, *nr, sizeof(**keys));
	(*keys)[(*nr)++] = key;
}

static int key_cmp(const void *a, const void *b)
{
	const struct recorded_key *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static struct recorded_key *collect_keys(const struct comparison *cmp, size_t *nr)
{
	struct recorded_key *keys = NULL;
	const char *key;
	json_t *v;

	*nr = 0;
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++) {
			json_object_foreach(cmp->cols[c].recs[r]->info, key, v)
				if (!is_volatile(key))
					add_key(&keys, nr,
						(struct recorded_key){
							"info", key, key });
		}
	}
	if (*nr)
		qsort(keys, *nr, sizeof(*keys), key_cmp);
	for (size_t i = 0; i < ARRAY_SIZE(recorded); i++)
		add_key(&keys, nr, recorded[i]);
	return keys;
}

/* Keys that are printed before the rest is only named. */
#define NOTED_KEYS 5

static bool key_differs(const struct comparison *cmp,
			const struct recorded_key *k)
{
	for (size_t c = 1; c < cmp->nr_cols; c++)
		if (tells_apart(&cmp->cols[0], &cmp->cols[c], k))
			return true;
	return false;
}

/**
 * print_env_notes() - keys that need not match, and do not
 * @cmp: comparison
 * @out: text
 * @all: however many there are
 */
void print_env_notes(const struct comparison *cmp, const struct output *out,
		     bool all)
{
	size_t nr, printed = 0;
	struct recorded_key *keys = collect_keys(cmp, &nr);
	char *rest = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (!key_differs(cmp, &keys[i]))
			continue;
		if (!printed)
			fputs("\nRecorded, need not match, and differs:\n",
			      out->f);
		printed++;
		if (all || printed <= NOTED_KEYS) {
			print_key(cmp, &keys[i], out);
			continue;
		}
		join_text(&rest, " ", rest ? "%s" : "also: %s", keys[i].name);
	}
	if (rest) {
		print_wrapped(out->f, out->width, 2, rest);
		fputs("  --all prints these, too\n", out->f);
	}
	free(rest);
	free(keys);
}
