// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kinds of cores: see core_pmu.h. The PMU of a kind says in sysfs which CPUs it is of
 * ("cpus"); those that are not of a core have no such file, or a "cpumask".
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "system/system.h"

#define DEVICES "/sys/bus/event_source/devices"

static struct core_pmu kinds[CORE_PMUS_MAX];
static unsigned int nr_kinds;
static bool was_read;

static bool read_kind(const char *devices, const char *name, struct core_pmu *kind)
{
	char *pmu = xasprintf("%s/%s", devices, name), type[16];
	bool ok = strlen(name) < sizeof(kind->name) &&
		  read_rooted(pmu, "/cpus", kind->cpus, sizeof(kind->cpus)) &&
		  read_rooted(pmu, "/type", type, sizeof(type)) &&
		  *kind->cpus && *type;

	free(pmu);
	if (!ok)
		return false;
	strcpy(kind->name, name);
	kind->type = (unsigned int)strtoul(type, NULL, 10);
	return true;
}

static int compare_types(const void *a, const void *b)
{
	const struct core_pmu *x = a, *y = b;

	return (x->type > y->type) - (x->type < y->type);
}

/**
 * core_pmus_read() - find out which kinds there are
 * @root: what to put before /sys
 *
 * One kind is none: its PMU is that of every CPU.
 */
void core_pmus_read(const char *root)
{
	char *devices = xasprintf("%s" DEVICES, root);
	DIR *d = opendir(devices);
	struct dirent *e;

	was_read = true;
	nr_kinds = 0;
	while (d && nr_kinds < CORE_PMUS_MAX && (e = readdir(d))) {
		if (e->d_name[0] != '.' &&
		    read_kind(devices, e->d_name, &kinds[nr_kinds]))
			nr_kinds++;
	}
	if (d)
		closedir(d);
	free(devices);
	if (nr_kinds == 1)
		nr_kinds = 0;
	qsort(kinds, nr_kinds, sizeof(*kinds), compare_types);
}

/** core_pmus() - the kinds; @nr is 0 where all cores are alike */
const struct core_pmu *core_pmus(unsigned int *nr)
{
	const char *root = getenv(CORE_PMU_ROOT_ENV);

	if (!was_read)
		core_pmus_read(root ? root : "");
	*nr = nr_kinds;
	return kinds;
}

#define for_each_core_pmu(kind)                                             \
	for (const struct core_pmu *kind = core_pmus(&(unsigned int){ 0 }); \
	     kind < kinds + nr_kinds; kind++)

/** core_pmu_of() - the kind of a CPU; NULL where all are alike, or it has none */
const struct core_pmu *core_pmu_of(int cpu)
{
	for_each_core_pmu(kind) if (cpu_in_list(kind->cpus, cpu)) return kind;
	return NULL;
}

/** core_pmu_named() - the kind whose PMU has this name, or NULL */
const struct core_pmu *core_pmu_named(const char *name)
{
	for_each_core_pmu(kind) if (!strcmp(kind->name, name)) return kind;
	return NULL;
}

/** core_pmu_typed() - the kind whose PMU has this type, or NULL */
const struct core_pmu *core_pmu_typed(unsigned int type)
{
	for_each_core_pmu(kind) if (kind->type == type) return kind;
	return NULL;
}
