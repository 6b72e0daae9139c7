// SPDX-License-Identifier: GPL-2.0-or-later
/* Which records are of one boot, and which are copies. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parse.h"

/* As many numbers are not measured twice. */
#define COPY_NUMBERS_MIN 10

static const char *header_value(const struct record *rec, const char *object,
				const char *key)
{
	json_t *o = json_object_get(rec->header, object);

	return json_string_value(json_object_get(o, key));
}

/* Of all that was measured with noise; 0 where nothing was. */
static uint64_t digest_of_times(const struct record *rec)
{
	uint64_t digest = 0;

	for (size_t i = 0; i < rec->nr_rows; i++)
		if (!rec->rows[i].exact)
			digest = (digest ^ rec->rows[i].digest) *
				 0x9e3779b97f4a7c15ULL;
	return digest;
}

/* What tells boots apart, the first that both of two records have. */
static const char *const boot_keys[][2] = {
	{ "boot", "boot_id" },
	{ "info", RECORD_IMPORTED_KEY },
};

static const char *boot_value(const struct record *rec, size_t key)
{
	return header_value(rec, boot_keys[key][0], boot_keys[key][1]);
}

/**
 * record_is_copy() - is what two records measured with noise the same to the digit?
 * @a: record
 * @b: another
 *
 * Nobody measures the same times twice, whatever their headers say.
 */
bool record_is_copy(const struct record *a, const struct record *b)
{
	uint64_t digest = digest_of_times(a);

	return digest && digest == digest_of_times(b);
}

/**
 * record_same_boot() - were two records measured in one boot?
 * @a: record
 * @b: another
 *
 * By the boot_id; where there is none, by the file of another tool that they were
 * made of, or by record_is_copy().
 */
bool record_same_boot(const struct record *a, const struct record *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(boot_keys); i++) {
		const char *x = boot_value(a, i), *y = boot_value(b, i);

		if (x && y)
			return !strcmp(x, y);
	}
	return record_is_copy(a, b);
}

/**
 * record_boot_name() - what the boot is called that a record was measured in
 * @rec: record
 *
 * For those who do not keep the record: two that have the same name are
 * record_same_boot().
 *
 * Return: text, to be given to free().
 */
char *record_boot_name(const struct record *rec)
{
	uint64_t digest = digest_of_times(rec);

	for (size_t i = 0; i < ARRAY_SIZE(boot_keys); i++) {
		const char *name = boot_value(rec, i);

		if (name)
			return xasprintf("%s %s", boot_keys[i][1], name);
	}
	return digest ? xasprintf("times %llx", (unsigned long long)digest)
		      : xasprintf("file %s", rec->path);
}

/* Which of boot_keys[] a record has, as bits. */
static unsigned int keys_of(const struct record *rec)
{
	unsigned int has = 0;

	for (size_t i = 0; i < ARRAY_SIZE(boot_keys); i++)
		has |= (unsigned int)!!boot_value(rec, i) << i;
	return has;
}

/*
 * What a record is found by, among those that have the keys @of: the first key that both
 * have, else its times. NULL where it has none.
 */
static char *sought_by(const struct record *rec, unsigned int has,
		       unsigned int of, size_t first)
{
	uint64_t digest;

	for (size_t i = first; i < ARRAY_SIZE(boot_keys); i++)
		if (has & of & 1u << i)
			return xasprintf("%u %s %s", of, boot_keys[i][1],
					 boot_value(rec, i));
	digest = digest_of_times(rec);
	return digest ? xasprintf("%u times %llx", of, (unsigned long long)digest)
		      : NULL;
}

/* Where both have a boot_id and it is not what tells, their times do. */
static char *sought_among(const struct boots_seen *seen, const struct record *rec,
			  unsigned int has, unsigned int of)
{
	size_t keys = ARRAY_SIZE(boot_keys);

	return sought_by(rec, has, of, seen->by_times && has & of & 1 ? keys : 0);
}

/**
 * boots_seen_add() - remember a record
 * @seen: records so far; zeroed but for @by_times before the first call
 * @rec: one more
 * @number: of it
 */
void boots_seen_add(struct boots_seen *seen, const struct record *rec,
		    size_t number)
{
	unsigned int of = keys_of(rec);
	const unsigned int all = (1u << ARRAY_SIZE(boot_keys)) - 1;

	/* By whatever somebody with such keys may look for it. */
	for (unsigned int has = 0; has <= all; has++) {
		char *key = sought_among(seen, rec, has, of);

		if (key)
			index_add(&seen->index, key, number);
		free(key);
	}
}

/**
 * boots_seen_find() - the first record that is of the same boot
 * @seen: records so far
 * @rec: another
 *
 * As record_same_boot() has it; where @seen->by_times is set, of two that have a boot_id
 * as record_is_copy() has it.
 *
 * Return: the least number of one, %BOOT_NOT_SEEN if there is none.
 */
size_t boots_seen_find(const struct boots_seen *seen, const struct record *rec)
{
	const unsigned int all = (1u << ARRAY_SIZE(boot_keys)) - 1;
	unsigned int has = keys_of(rec);
	size_t number = BOOT_NOT_SEEN;

	for (unsigned int of = 0; of <= all; of++) {
		char *key = sought_among(seen, rec, has, of);
		const struct index_entry *entry =
			key ? index_find(&seen->index, key) : NULL;

		if (entry && entry->value < number)
			number = entry->value;
		free(key);
	}
	return number;
}

/**
 * boots_seen_free() - give back what boots_seen_add() needed
 * @seen: records, none then
 */
void boots_seen_free(struct boots_seen *seen)
{
	index_free(&seen->index);
}

/**
 * record_times_name() - a name for what was measured
 * @rec: record
 *
 * Return: text that two records share if they are record_is_copy(), to be given to
 * free(); NULL where nothing was measured with noise.
 */
char *record_times_name(const struct record *rec)
{
	uint64_t digest = digest_of_times(rec);

	return digest ? xasprintf("%llx", (unsigned long long)digest) : NULL;
}

static bool has_enough_numbers(const struct record *rec)
{
	size_t numbers = 0;

	for (size_t i = 0; i < rec->nr_rows; i++)
		if (!rec->rows[i].exact)
			numbers += rec->rows[i].nr_batches;
	return numbers >= COPY_NUMBERS_MIN;
}

/**
 * copies_seen_add() - is a record a copy of one before that claims to be of its own boot?
 * @seen: records so far; zeroed before the first call
 * @rec: one more, which stays as long as @seen
 *
 * By its boot_id, which the programs of other tools do not have: of what these print in
 * few digits, and of a few numbers of any clock, two boots may have the same.
 *
 * Return: the first one that it is a copy of, or NULL.
 */
const struct record *copies_seen_add(struct copies_seen *seen,
				     const struct record *rec)
{
	const char *id = boot_value(rec, 0);
	const struct record *original = NULL;
	struct index_entry *entry;
	char *times = id ? record_times_name(rec) : NULL;
	struct copies *copies;

	if (!times)
		return NULL;
	entry = index_add(&seen->index, times, seen->nr);
	free(times);
	if (entry->value == seen->nr) {
		xappend(seen->list, seen->nr)->first = rec;
		return NULL;
	}
	copies = &seen->list[entry->value];
	/* Of two that are there already, one has another boot_id than any third. */
	if (strcmp(boot_value(copies->first, 0), id))
		original = copies->first;
	else
		original = copies->other;
	if (!copies->other && original)
		copies->other = rec;
	return has_enough_numbers(rec) ? original : NULL;
}

/**
 * copies_seen_free() - give back what copies_seen_add() needed
 * @seen: records, none then
 */
void copies_seen_free(struct copies_seen *seen)
{
	index_free(&seen->index);
	free(seen->list);
	*seen = (struct copies_seen){ 0 };
}
