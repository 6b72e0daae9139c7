// SPDX-License-Identifier: GPL-2.0-or-later
/* The address space that a scenario runs in: its window, and other mappings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "session.h"

#define WINDOW_MARGIN 16 /* units on either side */

/** open_window - find run->window, and see that nothing is mapped there */
int open_window(struct scenario_run *run)
{
	size_t all = window_bytes(run) + 2 * WINDOW_MARGIN * run->unit_bytes;
	char *at = mmap(WINDOW_ADDRESS, all, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				MAP_FIXED_NOREPLACE,
			-1, 0);

	if (at == MAP_FAILED)
		return -errno;
	munmap(at, all);
	if (at != WINDOW_ADDRESS)
		return -EEXIST;
	run->window = at + WINDOW_MARGIN * run->unit_bytes;
	return 0;
}

/*
 * Other mappings of the process lie in two ranges, below the window and above
 * it, two pages apart: none touch.
 */
#define CROWD_RANGE (1ul << 30)
#define CROWD_BELOW (WINDOW_ADDRESS - CROWD_RANGE)
#define CROWD_ABOVE (WINDOW_ADDRESS + CROWD_RANGE)

static bool add_to_crowd(const struct scenario_run *run, char *range, size_t place)
{
	/* Nothing to be charged, nothing to be paged. */
	return mmap(range + 2 * place * run->unit_bytes, run->unit_bytes,
		    PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			    MAP_FIXED_NOREPLACE,
		    -1, 0) != MAP_FAILED;
}

/*
 * Drawn from the seed: how many, and where. The first seed has none. What a
 * count depends on besides the kernel's code, the shape of the tree above all,
 * differs from seed to seed.
 */
#define SEED_SPREAD 4096 /* places */

static void add_random(const struct scenario_run *run, uint64_t seed)
{
	unsigned int nr;
	uint64_t state = seed;

	if (seed <= 1)
		return;
	nr = 16 + (unsigned int)(splitmix64(&state) % 240);
	while (nr--)
		add_to_crowd(run, CROWD_ABOVE + CROWD_RANGE / 2,
			     splitmix64(&state) % SEED_SPREAD);
}

/* A process may have so many mappings, of which we take no more than 90 %. */
static unsigned int max_vmas(void)
{
	char *line = read_line("/proc/sys/vm/max_map_count");
	unsigned long max = line ? strtoul(line, NULL, 10) : 0;

	free(line);
	return (unsigned int)(max ? max : 65530) / 10 * 9;
}

/**
 * make_crowd - make the other mappings of the process
 * @run: scenario; its reason is set where there would be too many
 * @seed: draws some more
 * @guest: it takes many ticks, and none may fall on it
 *
 * Return: 0 or -errno.
 */
int make_crowd(struct scenario_run *run, uint64_t seed, bool guest)
{
	unsigned int nr = run->scenario->population;
	unsigned int own = 2 * run->nr_ops + 256 + 64;
	uint64_t tick_ns = 0;

	if (nr + own > max_vmas()) {
		set_reason(run, "%u VMAs are more than 90 %% of vm.max_map_count",
			   nr + own);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < nr; i++) {
		if (guest && i % 64 == 0)
			stay_clear_of_tick(&tick_ns);
		if (add_to_crowd(run, i % 2 ? CROWD_ABOVE : CROWD_BELOW, i / 2))
			continue;
		set_reason(run, "mapping %u of the other VMAs: %s", i,
			   strerror(errno));
		return -ENOMEM;
	}
	add_random(run, seed);
	return 0;
}

/** count_all_vmas - VMAs of the process, without the crowd, or -errno */
long count_all_vmas(void)
{
	const char *const from[] = { NULL, WINDOW_ADDRESS,
				     CROWD_ABOVE + CROWD_RANGE };
	const char *const to[] = { CROWD_BELOW, CROWD_ABOVE, (char *)-1ul };
	long sum = 0;

	for (int i = 0; i < 3; i++) {
		int n = count_vmas(from[i], (size_t)(to[i] - from[i]));

		if (n < 0)
			return n;
		sum += n;
	}
	return sum;
}
