/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32

void sha256(const void *data, size_t len, uint8_t digest[SHA256_SIZE]);

#endif
