/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GATE_H
#define GATE_H

#include "policy.h"

/**
 * struct gate_options - how a gate says what it found
 * @strict: what cannot be told does not pass
 * @junit: file for JUnit XML, or NULL
 * @ktap: file for KTAP, or NULL
 */
struct gate_options {
	bool strict;
	const char *junit;
	const char *ktap;
};

enum status run_policy(const struct comparison *cmp, const struct policy *policy,
		       const struct gate_options *opt, const struct output *out);

#endif
