/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VMABENCH_SECRETMEM_H
#define VMABENCH_SECRETMEM_H

#include <stddef.h>

void why_secretmem_is_missing(const char *root, const char *release,
			      char *reason, size_t size);

#endif
