/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other tools measured, as records. */
#ifndef IMPORT_H
#define IMPORT_H

#include <stddef.h>

#include "base/base.h"

/**
 * struct import_options - what the file does not say
 * @output: record to write, or with several files a folder; NULL for stdout
 * @scenario: name of the only benchmark, NULL for the tool's own
 * @kernel: release that it ran on, or NULL
 * @host: machine that it ran on, or NULL
 * @block: the header's boot.block
 */
struct import_options {
	const char *output;
	const char *scenario;
	const char *kernel;
	const char *host;
	long block;
};

struct names import_formats(void);
enum status run_imports(const char *format, char *const *paths, size_t nr,
			const struct import_options *opt);

#endif
