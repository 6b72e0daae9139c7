/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Work that is counted, for time would tell how fast the machine is: to be linked with --wrap. */
#ifndef WORK_H
#define WORK_H

#include <jansson.h>
#include <stddef.h>

/* Looked up in a record, and sorted. */
static size_t work;

json_t *__real_json_object_get(const json_t *object, const char *key);
json_t *__wrap_json_object_get(const json_t *object, const char *key);
void __real_qsort(void *base, size_t nr, size_t size,
		  int (*cmp)(const void *a, const void *b));
void __wrap_qsort(void *base, size_t nr, size_t size,
		  int (*cmp)(const void *a, const void *b));

json_t *__wrap_json_object_get(const json_t *object, const char *key)
{
	work++;
	return __real_json_object_get(object, key);
}

void __wrap_qsort(void *base, size_t nr, size_t size,
		  int (*cmp)(const void *a, const void *b))
{
	work += nr;
	__real_qsort(base, nr, size, cmp);
}

#endif
