// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What records call things: the same in thousands of boots. Each name is in memory once,
 * as long as there is any record, so that a row is found by looking at pointers.
 */
#include <pthread.h>

#include "base/base.h"
#include "parse.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct index names;
static size_t nr_records;

/** names_hold() - one more record has names */
void names_hold(void)
{
	pthread_mutex_lock(&lock);
	nr_records++;
	pthread_mutex_unlock(&lock);
}

/**
 * names_keep() - a name that stays as long as the record
 * @name: name
 *
 * Return: the same text, at the same place for all records.
 */
const char *names_keep(const char *name)
{
	const char *kept;

	pthread_mutex_lock(&lock);
	kept = index_add(&names, name, 0)->key;
	pthread_mutex_unlock(&lock);
	return kept;
}

/** names_release() - a record that names_hold() was called for is gone */
void names_release(void)
{
	pthread_mutex_lock(&lock);
	if (!--nr_records)
		index_free(&names);
	pthread_mutex_unlock(&lock);
}
