// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one table of metrics. Order here is order in every output. A metric that
 * is not listed is compared all the same, after these, under its own name;
 * unit, direction and exactness come from the record.
 */
#include <string.h>

#include "base/base.h"
#include "record/format.h"

/* clang-format off */
const struct metric_info metrics[] = {
	{ "insns",	    "insns",	"instructions",			true,  false },
	{ "insns_deferred", "deferred",	"instructions left to RCU",	true,  false },
	{ "latency",	    "latency",	"time of one operation",	true,  false },
	{ "throughput",	    "ops/s",	"operations of all callers",	true,  false },
	{ "maple_stores",   "stores",	"maple-tree stores",		true,  true  },
	{ "vma_allocs",	    "vma+",	"VMA allocations",		true,  true  },
	{ "node_allocs",    "node+",	"maple-node allocations",	true,  true  },
	{ "vmas",	    "vmas",	"VMAs afterwards",		true,  false },
	{ "left_vmas",	    "left-vmas", "VMAs left behind",		false,  false },
	{ "left_committed", "left-comm", "memory left in Committed_AS",	false,  false },
	{ "left_locked",    "left-lock", "memory left locked",		false,  false },
	{ "left_files",	    "left-files", "file references left behind",	false,  false },
	{ "cycles",	    "cycles",	"cycles in the kernel",		false, false },
	{ "instructions",   "instr",	"instructions in the kernel, of the PMU", false, false },
	{ "branches",	    "branches",	"branches in the kernel",	false, false },
	{ "branch_misses",  "br-miss",	"branches mispredicted",	false, false },
	{ "l1_dcache_load_misses", "l1d-miss", "loads that miss the L1 data cache", false, false },
	{ "llc_load_misses", "llc-miss", "loads that miss the last cache", false, false },
	{ "dtlb_load_misses", "dtlb-miss", "loads that miss the data TLB", false, false },
	{ "insns_irq",	    "irq",	"instructions in interrupts",	false, false },
	{ "insns_user",	    "user",	"instructions in user space",	false, false },
	{ "maple_null_stores", "null",	"NULL stores (unmap, abort)",	false, false },
	{ "maple_detach_stores", "detach", "stores into detach trees",	false, false },
	{ "slab_allocs",    "slab+",	"slab allocations of all kinds", false, false },
	{ "mmap_locks",	    "locks",	"mmap_lock acquisitions",	false, false },
	{ "lock_waits",	    "waits",	"waits for an mmap_lock",	false, false },
	{ "mem_loads",	    "loads",	"loads from memory",		false, false },
	{ "mem_stores",	    "mstores",	"stores to memory",		false, false },
	{ "faults",	    "faults",	"page faults while timed",	false, false },
	{ "vma_frees",	    "vma-",	"VMA frees",			false, false },
	{ "node_frees",	    "node-",	"maple-node frees",		false, false },
};
/* clang-format on */

const size_t nr_metrics = ARRAY_SIZE(metrics);

/**
 * metric_rank() - place of a metric in every output
 * @name: metric
 *
 * Return: index in metrics[], nr_metrics if it is not there.
 */
size_t metric_rank(const char *name)
{
	size_t i;

	for (i = 0; i < nr_metrics; i++)
		if (!strcmp(metrics[i].name, name))
			break;
	return i;
}

const char *metric_head(const char *name)
{
	size_t i = metric_rank(name);

	return i < nr_metrics ? metrics[i].head : name;
}

const char *metric_title(const char *name)
{
	size_t i = metric_rank(name);

	return i < nr_metrics ? metrics[i].title : name;
}

bool metric_is_headline(const char *name)
{
	size_t i = metric_rank(name);

	return i < nr_metrics && metrics[i].headline;
}
