/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef HISTORY_H
#define HISTORY_H

#include "vmadiff.h"

enum status run_history(const char *scenario, const char *metric, const char *dir,
			const char *output, const struct output *out);

#endif
