/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Copies for strangers: what may be published is listed, all else is taken out. */
#ifndef STRIP_H
#define STRIP_H

#include <stddef.h>

#include "base/base.h"

/* session.c */
enum status strip_records(char *const *paths, size_t nr, const char *dir);

#endif
