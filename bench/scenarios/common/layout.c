// SPDX-License-Identifier: GPL-2.0-or-later
/* Layouts: see layout.h, which has the pictures. */
#include "layout.h"

static int seed(const struct scenario_run *run, size_t at)
{
	long ret = map_page(run, at, at);

	return ret < 0 && ret > -4096 ? (int)ret : 0;
}

int append_prepare(const struct scenario_run *run)
{
	return seed(run, 0);
}

long append_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_page(run, 1 + i, 1 + i);
}

long append_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_page(run, run->nr_ops - i);
}

int prepend_prepare(const struct scenario_run *run)
{
	return seed(run, run->nr_ops);
}

long prepend_mmap(const struct scenario_run *run, unsigned int i)
{
	size_t at = run->nr_ops - 1 - i;

	return map_page(run, at, at);
}

long prepend_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_page(run, i);
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
	return map_page(run, 2 * i + 1, 2 * i + 1);
}

long fill_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_page(run, 2 * (run->nr_ops - 1 - i) + 1);
}

long apart_mmap(const struct scenario_run *run, unsigned int i)
{
	return map_page(run, 2 * i, 2 * i);
}

long apart_munmap(const struct scenario_run *run, unsigned int i)
{
	return unmap_page(run, 2 * (run->nr_ops - 1 - i));
}
