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

static bool read_text(const char *root, const char *pmu, const char *file,
		      char *text, int size)
{
	char path[640];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%.200s" DEVICES "/%.255s/%s", root, pmu,
		 file);
	f = fopen(path, "re");
	ok = f && fgets(text, size, f);
	if (f)
		fclose(f);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok && *text;
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
	char path[256], type[16];
	struct dirent *e;
	DIR *d;

	was_read = true;
	nr_kinds = 0;
	snprintf(path, sizeof(path), "%.200s" DEVICES, root);
	d = opendir(path);
	while (d && nr_kinds < CORE_PMUS_MAX && (e = readdir(d))) {
		struct core_pmu *kind = &kinds[nr_kinds];

		if (e->d_name[0] == '.' ||
		    strlen(e->d_name) >= sizeof(kind->name) ||
		    !read_text(root, e->d_name, "cpus", kind->cpus,
			       sizeof(kind->cpus)) ||
		    !read_text(root, e->d_name, "type", type, sizeof(type)))
			continue;
		strcpy(kind->name, e->d_name);
		kind->type = (unsigned int)strtoul(type, NULL, 10);
		nr_kinds++;
	}
	if (d)
		closedir(d);
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

/** core_pmu_of() - the kind of a CPU; NULL where all are alike, or it has none */
const struct core_pmu *core_pmu_of(int cpu)
{
	unsigned int nr;
	const struct core_pmu *kind = core_pmus(&nr);

	for (; nr; nr--, kind++)
		if (cpu_in_list(kind->cpus, cpu))
			return kind;
	return NULL;
}

/** core_pmu_named() - the kind whose PMU has this name, or NULL */
const struct core_pmu *core_pmu_named(const char *name)
{
	unsigned int nr;
	const struct core_pmu *kind = core_pmus(&nr);

	for (; nr; nr--, kind++)
		if (!strcmp(kind->name, name))
			return kind;
	return NULL;
}

/** core_pmu_typed() - the kind whose PMU has this type, or NULL */
const struct core_pmu *core_pmu_typed(unsigned int type)
{
	unsigned int nr;
	const struct core_pmu *kind = core_pmus(&nr);

	for (; nr; nr--, kind++)
		if (kind->type == type)
			return kind;
	return NULL;
}
