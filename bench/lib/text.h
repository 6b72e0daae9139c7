/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Characters of texts that come from other machines. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

size_t text_next(const char *s, int32_t *c);
bool text_is_hidden(int32_t c);

#endif
