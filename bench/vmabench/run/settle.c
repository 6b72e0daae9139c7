// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest whose state does not depend on how it got there.
 *
 * What an operation executes depends on more than code: on how far a per-CPU
 * counter of pages is from being folded into its sum, on how many pages wait for
 * the LRU lists. That is left over from all that the guest has done so far, where
 * a longer string on the console is enough to change it. So before each batch the
 * kernel is made to do what it has put off.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "guest_io.h"
#include "session.h"

/* A kernel without the file keeps nothing back that it would give. */
static void write_to(const char *path)
{
	int err = put_file(path, "1");

	if (err && err != -ENOENT)
		dprintf(STDERR_FILENO, "vmabench: %s cannot be written\n", path);
}

/*
 * Kernels that allocate from sheaves (6.18 on): flushed, the next allocation fills
 * one, as every n-th does, wherever the objects then come from. Those before have
 * per-CPU slabs, which are filled by what happens to be free in a slab: flushed,
 * that shows all the more.
 */
static void flush_sheaves(void)
{
	static const char slabs[] = "/sys/kernel/slab";
	struct dirent *entry;
	char path[sizeof(slabs) + NAME_MAX + sizeof("//shrink")];
	DIR *dir;

	if (access("/sys/kernel/slab/vm_area_struct/sheaf_capacity", F_OK))
		return;
	dir = opendir(slabs);
	while (dir && (entry = readdir(dir))) {
		/* A link is another name of a cache that has one. */
		if (entry->d_type != DT_DIR || *entry->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s/shrink", slabs,
			 entry->d_name);
		write_to(path);
	}
	if (dir)
		closedir(dir);
}

/** settle_machine - once, before the snapshot that all runs start from */
void settle_machine(void)
{
	spin(GUEST_QUIET_INSNS);
	flush_sheaves();
	spin(GUEST_QUIET_INSNS);
}

/* From Linux 5.14 on; the header of a distribution may be older. */
#define POPULATE_READ 22
#define POPULATE_WRITE 23

/**
 * settle_process - once, before the snapshot
 *
 * How often a program faults depends on where its functions and variables lie; and on
 * that, on which operations a tick falls, and what RCU frees in between. So all that is
 * mapped is there.
 */
void settle_process(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	char line[512], write;

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*c%c", &from, &to, &write) == 3)
			madvise((void *)from, to - from,
				write == 'w' ? POPULATE_WRITE : POPULATE_READ);
	if (maps)
		fclose(maps);
}

#define TICK_CLEAR_NS 5000000

/* NOPs are cheaper to the host than as many system calls. */
#define TICK_POLL_INSNS 50000

static long coarse_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

/**
 * stay_clear_of_tick - wait for the timer tick, if the next one may be near
 * @tick_ns: when the last one was; 0 at first
 *
 * An interrupt that lands in an operation can be told apart from the task's own path,
 * but not a task that it wakes up, nor that RCU frees an object before the operation
 * and not after it.
 */
void stay_clear_of_tick(uint64_t *tick_ns)
{
	long coarse;

	if (monotonic_ns() - *tick_ns < TICK_CLEAR_NS)
		return;
	coarse = coarse_ns();
	while (coarse_ns() == coarse)
		spin(TICK_POLL_INSNS);
	*tick_ns = monotonic_ns();
}

/**
 * drain_lru_batches - have no page wait for the LRU lists
 *
 * Pages that were added to them wait in a batch for each CPU, which the next munmap()
 * drains. How many are there depends on all that the guest has touched so far, be it
 * as little as a longer name of the kernel: 467 instructions of a first munmap() were
 * seen. MADV_COLD drains them, too, and finds nothing to do for a page that was never
 * touched.
 */
void drain_lru_batches(void)
{
	static char untouched[8192] __attribute__((aligned(4096)));

	madvise(untouched + 4096, 4096, MADV_COLD);
}

#define FILL_PAGES 256

/*
 * Slabs and page tables are of pages that this CPU has in a list, which is refilled when
 * it is empty. On which operation that falls is up to the pages that the boot has taken
 * so far, and what it costs to the buddy lists that it has left. So the list is made to
 * have more than a batch takes, by pages of a pipe, which are of the same list; with
 * O_DIRECT, a byte has a page of its own.
 */
static void fill_page_list(void)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK | O_DIRECT))
		return;
	fcntl(fds[1], F_SETPIPE_SZ, FILL_PAGES * 4096);
	for (int i = 0; i < FILL_PAGES; i++)
		if (write(fds[1], "", 1) < 0)
			break;
	close(fds[0]);
	close(fds[1]);
}

/**
 * settle_batch - before the operations of a batch
 *
 * The kernel's counters of pages are folded into their sums by a worker, which has
 * run when the write returns.
 */
void settle_batch(void)
{
	fill_page_list();
	write_to("/proc/sys/vm/stat_refresh");
	drain_lru_batches();
}
