/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a program with scenarios has to have, and does nothing. */
#ifndef NOTHING_H
#define NOTHING_H

#include "instruments/instrument.h"
#include "scenario.h"

static const struct metric no_metrics[] = { { 0 } };

INSTRUMENT(none) = { .name = "none", .pass = NR_PASSES, .metrics = no_metrics };

static long nothing(const struct scenario_run *run, unsigned int i)
{
	(void)run;
	(void)i;
	return 0;
}

#endif
