/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small helpers that both programs need and libc does not have. */
#ifndef UTIL_H
#define UTIL_H

#include <stddef.h>
#include <sys/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Written once and read-only afterwards, or replaced by the next run. */
#define MODE_RECORD 0444
#define MODE_DERIVED 0644

char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *xcalloc(size_t nmemb, size_t size);
void *xreallocarray(void *array, size_t nmemb, size_t size);
void *xgrow(void *array, size_t nmemb, size_t size);

int write_file_atomic(const char *path, const void *buf, size_t len, mode_t mode);

#endif
