// SPDX-License-Identifier: GPL-2.0-or-later
/* Layouts: see layout.h, which has the pictures. */
#include "layout.h"

static int seed(const struct scenario_run *run, size_t at)
{
	long ret = map_unit(run, at, at);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

int append_prepare(const struct scenario_run *run)
{
	return seed(run, 0);
}

long append_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 1 + i, 1 + i);
}

long append_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_unit(run, run->nr_ops - i);
}

int prepend_prepare(const struct scenario_run *run)
{
	return seed(run, run->nr_ops);
}

long prepend_mmap(const struct scenario_run *run, unsigned int i)
{
	size_t at = run->nr_ops - 1 - i;

	return map_unit(run, at, at);
}

long prepend_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_unit(run, i);
}

int fill_prepare(const struct scenario_run *run)
{
	int err = 0;

	for (size_t i = 0; i <= run->nr_ops && !err; i++)
		err = seed(run, 2 * i);
	return err;
}

long fill_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 2 * i + 1, 2 * i + 1);
}

long fill_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_unit(run, 2 * (run->nr_ops - 1 - i) + 1);
}

long apart_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_unit(run, 2 * i, 2 * i);
}

long apart_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_unit(run, 2 * (run->nr_ops - 1 - i));
}

int map_anon_stripes(const struct scenario_run *run, size_t step, size_t units)
{
	long ret = 0;

	for (unsigned int i = 0; i < run->nr_ops && ret >= 0; i++)
		ret = raw_mmap(run->window + step * i * run->unit_bytes,
			       units * run->unit_bytes, PROT_READ,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			       -1, 0);
	return ret < 0 ? (int)ret : 0;
}

long map_over(const struct scenario_run *run, size_t at, size_t units)
{
	const struct backing *b = run->scenario->backing;

	return raw_mmap(run->window + at * run->unit_bytes,
			units * run->unit_bytes, b->prot, b->flags | MAP_FIXED,
			run->fd, (off_t)(at * run->unit_bytes));
}

int over_one_prepare(const struct scenario_run *run)
{
	return map_anon_stripes(run, 2, 1);
}

long over_one_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 2 * i, 1);
}

int over_part_prepare(const struct scenario_run *run)
{
	return map_anon_stripes(run, 4, 3);
}

long over_part_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 4 * i + 1, 1);
}

int over_many_prepare(const struct scenario_run *run)
{
	struct scenario_run four = *run;

	four.nr_ops *= 4;
	return map_anon_stripes(&four, 2, 1);
}

long over_many_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_over(run, 8 * i, 7);
}
