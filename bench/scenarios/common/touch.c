// SPDX-License-Identifier: GPL-2.0-or-later
/* Page faults: see touch.h. */
#include "touch.h"

int touch_prepare(const struct scenario_run *run)
{
	size_t bytes = (run->nr_ops + 1) * run->unit_bytes;
	long ret = raw_mmap(run->window, bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
			    -1, 0);

	if (ret < 0 && ret > -4096)
		return (int)ret;
	/* A fault each; a kernel without huge pages does not know the advice. */
	madvise(run->window, bytes, MADV_NOHUGEPAGE);
	touch_page(run, run->nr_ops);
	return 0;
}

long touch_page(const struct scenario_run *run, unsigned int i)
{
	*(volatile char *)(run->window + i * run->unit_bytes) = 1;
	return 0;
}
