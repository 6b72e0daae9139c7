/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/self/maps, the file of backing_maps. */
#ifndef VMABENCH_MAPS_H
#define VMABENCH_MAPS_H

#include "layout.h"

/* |0| |1| |2| ...	n VMAs */
int maps_map_all(const struct scenario_run *run);

/* All of the text. */
long maps_read(const struct scenario_run *run, unsigned int i);

/* Mapping @i, by its address. */
int maps_can_query(struct scenario_run *run);
long maps_query(const struct scenario_run *run, unsigned int i);

#endif
