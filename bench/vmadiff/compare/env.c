// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the records say about the machines and kernels that they are of, and
 * that has to be equal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "compare/compare.h"

/* Keys besides those of env that may be allowed to differ. */
static const char *const other_keys[] = { "version", "build_id", "boot_id",
					  "order", CLOCK_STEP_KEY };

bool key_is_allowed(const struct comparison *cmp, const char *key)
{
	for (size_t i = 0; i < cmp->nr_allow; i++)
		if (!strcmp(cmp->allow[i], key))
			return true;
	return false;
}

/**
 * key_is_known() - is there a key that --allow may name?
 * @cmp: comparison with all of its records
 * @key: name
 */
bool key_is_known(const struct comparison *cmp, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(other_keys); i++)
		if (!strcmp(other_keys[i], key))
			return true;
	for (size_t c = 0; c < cmp->nr_cols; c++)
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++)
			if (json_object_get(cmp->cols[c].recs[r]->env, key))
				return true;
	return false;
}

/* Give @text to a list, unless it is there. */
static void add_text(char ***list, size_t *nr, char *text)
{
	for (size_t i = 0; i < *nr; i++) {
		if (!strcmp((*list)[i], text)) {
			free(text);
			return;
		}
	}
	*xappend(*list, *nr) = text;
}

/**
 * struct pair - two records that must agree
 * @cmp: comparison
 * @base: one of them, of the column @from
 * @rec: the other
 * @from: column
 * @to: and that of @rec
 */
struct pair {
	struct comparison *cmp;
	const struct record *base;
	const struct record *rec;
	const struct column *from;
	const struct column *to;
};

/* It is allowed by the name of its key, or is not; takes over the text. */
/* @text, which is taken over, may name files, and quotes records. */
static void add_difference(struct comparison *cmp, const char *key, char *text)
{
	char *plain = plain_text(text);

	free(text);
	text = plain;
	if (key_is_allowed(cmp, key))
		add_text(&cmp->allowed, &cmp->nr_allowed, text);
	else
		add_text(&cmp->differ, &cmp->nr_differ, text);
}

/* Equal, or one more difference. */
static void compare_value(const struct pair *p, const char *key,
			  const char *base, const char *other)
{
	char *text;

	base = base ? base : "(none)";
	other = other ? other : "(none)";
	if (!strcmp(base, other))
		return;
	if (p->to == p->from)
		text = xasprintf("%s: \"%.*s\" and \"%.*s\" in %s", key,
				 CUT(base, 60), CUT(other, 60), p->from->name);
	else
		text = xasprintf("%s: \"%.*s\" in %s, \"%.*s\" in %s", key,
				 CUT(base, 60), p->from->name, CUT(other, 60),
				 p->to->name);
	add_difference(p->cmp, key, text);
}

/* A record says how the program was linked only where it was not static. */
static const char *env_value(const struct record *rec, const char *key)
{
	const char *value = json_string_value(json_object_get(rec->env, key));

	return value || strcmp(key, "linking") ? value : "static";
}

/* Env keys of either side; each difference once. */
static void compare_records(const struct pair *p)
{
	const char *key;
	json_t *v;

	compare_value(p, "tier", tiers[p->base->tier].name,
		      tiers[p->rec->tier].name);
	json_object_foreach(p->base->env, key, v)
		compare_value(p, key, env_value(p->base, key),
			      env_value(p->rec, key));
	json_object_foreach(p->rec->env, key, v)
		if (!json_object_get(p->base->env, key))
			compare_value(p, key, env_value(p->base, key),
				      env_value(p->rec, key));
}

static const char *kernel_string(const struct record *rec, const char *key)
{
	return json_string_value(json_object_get(rec->kernel, key));
}

/* All records of a column are of one kernel. */
static void compare_kernels(const struct pair *p)
{
	const char *base = kernel_string(p->base, "build_id");
	const char *other = kernel_string(p->rec, "build_id");

	if (!base && !other) {
		base = kernel_string(p->base, "version");
		other = kernel_string(p->rec, "version");
	}
	compare_value(p, "build_id", base, other);
}

static const char *boot_id_of(const struct record *rec)
{
	json_t *boot = json_object_get(rec->header, "boot");

	return json_string_value(json_object_get(boot, "boot_id"));
}

static const char *build_of(const struct record *rec)
{
	const char *build = kernel_string(rec, "build_id");

	return build ? build : kernel_string(rec, "version");
}

/**
 * struct claim - that a boot was of some kernel
 * @rec: record that says so
 * @next: number of another claim of the same boot, of another kernel, above its own; 0
 *	if there is none
 */
struct claim {
	const struct record *rec;
	size_t next;
};

/* Claims of a column, each once, by boot_id. */
struct claims {
	struct claim *list;
	size_t nr;
	struct index boots;
	struct index both; /* boot_id and kernel */
};

/* Return: whether it is a new one. */
static bool is_new_claim(struct claims *claims, const struct record *rec)
{
	char *key = xasprintf("%s %s", boot_id_of(rec), build_of(rec));
	bool new = index_add(&claims->both, key, claims->nr)->value == claims->nr;

	free(key);
	return new;
}

static void add_claim(struct claims *claims, const struct record *rec)
{
	size_t nr = claims->nr, i;

	if (!boot_id_of(rec) || !build_of(rec) || !is_new_claim(claims, rec))
		return;
	xappend(claims->list, claims->nr)->rec = rec;
	i = index_add(&claims->boots, boot_id_of(rec), nr)->value;
	if (i == nr)
		return;
	while (claims->list[i].next)
		i = claims->list[i].next;
	claims->list[i].next = nr;
}

static struct claims claims_of(const struct column *col)
{
	struct claims claims = { 0 };

	for (size_t r = 0; r < col->nr_recs; r++)
		add_claim(&claims, col->recs[r]);
	return claims;
}

static void free_claims(struct claims *claims)
{
	free(claims->list);
	index_free(&claims->boots);
	index_free(&claims->both);
}

/* A boot is of one kernel: where it is of two, one of the records is not what it says. */
static void compare_claims(struct comparison *cmp, const struct record *a,
			   const struct record *b)
{
	if (!strcmp(build_of(a), build_of(b)))
		return;
	add_difference(cmp, "boot_id",
		       xasprintf("boot_id: \"%.*s\" is of two kernels, \"%.*s\" and \"%.*s\"",
				 CUT(boot_id_of(a), 40), CUT(build_of(a), 40),
				 CUT(build_of(b), 40)));
}

static void compare_boots(struct comparison *cmp, const struct column *a,
			  const struct column *b)
{
	struct claims of = claims_of(a), and = claims_of(b);

	for (size_t i = 0; i < of.nr; i++) {
		const struct record *rec = of.list[i].rec;
		const struct index_entry *entry =
			index_find(&and.boots, boot_id_of(rec));
		size_t k = entry ? entry->value : 0;

		for (bool more = entry; more; k = and.list[k].next) {
			compare_claims(cmp, rec, and.list[k].rec);
			more = and.list[k].next;
		}
	}
	free_claims(&of);
	free_claims(&and);
}

/* Nobody measures the same times in two boots; where it is allowed they count as one. */
static void compare_copies(struct comparison *cmp)
{
	struct copies_seen seen = { 0 };

	for (size_t c = 0; c < cmp->nr_cols; c++) {
		for (size_t r = 0; r < cmp->cols[c].nr_recs; r++) {
			const struct record *copy = cmp->cols[c].recs[r];
			const struct record *original =
				copies_seen_add(&seen, copy);

			if (original)
				add_difference(cmp, "boot_id",
					       xasprintf("boot_id: %s is a copy of %s that claims another boot: their times are the same to the digit",
							 copy->path,
							 original->path));
		}
	}
	copies_seen_free(&seen);
}

/**
 * compare_env() - what has to match and does not
 * @cmp: comparison with all of its records; @differ and @allowed are filled
 *
 * The records of a column are of one kernel, all records of one machine, and those
 * of a boot of one column.
 */
void compare_env(struct comparison *cmp)
{
	for (size_t c = 0; c < cmp->nr_cols; c++) {
		struct column *col = &cmp->cols[c];
		struct pair p = {
			.cmp = cmp,
			.base = cmp->cols[0].recs[0],
			.from = &cmp->cols[0],
			.to = col,
		};

		for (size_t r = 0; r < col->nr_recs; r++) {
			p.rec = col->recs[r];
			compare_records(&p);
		}
		for (size_t b = 0; b < c; b++)
			compare_boots(cmp, &cmp->cols[b], col);
		p.base = col->recs[0];
		p.from = col;
		for (size_t r = 1; r < col->nr_recs; r++) {
			p.rec = col->recs[r];
			compare_kernels(&p);
		}
	}
	compare_copies(cmp);
}

/**
 * row_difference() - why two rows are not of the same thing
 * @a: row
 * @b: the row of another record with the same names
 *
 * Return: the first key that differs, NULL if the values may be compared.
 */
const char *row_difference(const struct record_row *a, const struct record_row *b)
{
	if (strcmp(a->version, b->version))
		return "version";
	if (strcmp(a->pass, b->pass))
		return "pass";
	if (strcmp(a->unit, b->unit))
		return "unit";
	if (a->better != b->better)
		return "better";
	if (a->exact != b->exact)
		return "exact";
	if (a->params != b->params && !json_equal(a->params, b->params))
		return "params";
	return NULL;
}
