// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may have disturbed batches from outside: the hypervisor ran somebody else
 * on the CPU, the CPU was too hot, its clock went faster or slower, or the cgroup
 * had used up its share of CPU time and was stopped. The files
 * that tell are kept open and read between batches, never within one, and not
 * more often than the kernel counts: /proc/stat is of all CPUs and takes its time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "session.h"

/* Steal time is in ticks of user space, which are as long. */
#define LOOK_NS 10000000u

/* Where the clock is derived from counters, it always differs by a little. */
#define SAME_CLOCK_PERCENT 2

/* A line of /proc/stat has ten numbers of up to 20 digits. */
#define STAT_LINE_BYTES 256

/**
 * struct sensor_type - where a sensor is, and how it is read
 * @key: field of the record
 * @path: file, with the CPU in it if it has one of its own; NULL for the quota's
 * @counts: goes up with every disturbance; else it is a level
 * @parse: value in the text of the file
 */
struct sensor_type {
	const char *key;
	const char *path;
	bool counts;
	bool (*parse)(const char *text, int cpu, uint64_t *value);
};

static bool parse_counter(const char *text, int cpu, uint64_t *value)
{
	char *end;

	*value = strtoull(text, &end, 10);
	return end != text && (*end == '\n' || !*end);
}

/* "cpuN user nice system idle iowait irq softirq steal ...", in ticks; to ms. */
static bool parse_steal(const char *text, int cpu, uint64_t *value)
{
	unsigned long long ticks;
	char start[32];
	const char *line;

	snprintf(start, sizeof(start), "\ncpu%d ", cpu);
	line = strstr(text, start);
	if (!line || sscanf(line + strlen(start),
			    "%*u %*u %*u %*u %*u %*u %*u %llu", &ticks) != 1)
		return false;
	*value = ticks * 1000 / (unsigned long long)sysconf(_SC_CLK_TCK);
	return true;
}

/* Version 2 counts us, version 1 ns; to ms. */
static bool parse_stopped(const char *text, int cpu, uint64_t *value)
{
	const char *usec = strstr(text, "throttled_usec ");
	const char *nsec = strstr(text, "throttled_time ");

	if (usec)
		*value = strtoull(usec + 15, NULL, 10) / 1000;
	else if (nsec)
		*value = strtoull(nsec + 15, NULL, 10) / 1000000;
	return usec || nsec;
}

static const struct sensor_type sensors[NR_SENSORS] = {
	[SENSOR_STEAL] = { "steal", "/proc/stat", true, parse_steal },
	[SENSOR_THROTTLES] = { "throttles",
			       "/sys/devices/system/cpu/cpu%d/thermal_throttle/core_throttle_count",
			       true, parse_counter },
	[SENSOR_FREQUENCY] = { "frequency",
			       "/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq",
			       false, parse_counter },
	[SENSOR_QUOTA] = { "quota", NULL, true, parse_stopped },
};

static bool read_sensor(const struct disturb *d, enum sensor i, uint64_t *value)
{
	ssize_t n = pread(d->fds[i], d->buf, d->size - 1, 0);

	if (n < 0)
		return false;
	d->buf[n] = '\0';
	return sensors[i].parse(d->buf, d->cpu, value);
}

static void note(struct disturb *d, enum sensor i, unsigned int batch,
		 uint64_t value)
{
	if (d->nr_seen[i] < d->max_seen)
		d->seen[i][d->nr_seen[i]++] =
			(struct disturbance){ batch, value };
}

static void open_sensor(struct disturb *d, const char *root, enum sensor i)
{
	char name[128], *path;
	int err;

	if (i == SENSOR_QUOTA && !d->quota.percent)
		return;
	/* The path of a cgroup names a container, which is nobody's business. */
	if (i == SENSOR_QUOTA)
		snprintf(name, sizeof(name), "cpu.stat of the cgroup");
	else
		snprintf(name, sizeof(name), sensors[i].path, d->cpu);
	path = xasprintf("%s%s", root, i == SENSOR_QUOTA ? d->quota.stat : name);
	d->fds[i] = open(path, O_RDONLY | O_CLOEXEC);
	err = errno;
	free(path);
	if (d->fds[i] < 0) {
		snprintf(d->reason[i], sizeof(d->reason[i]), "%s: %s", name,
			 strerror(err));
		return;
	}
	if (!read_sensor(d, i, &d->last[i])) {
		snprintf(d->reason[i], sizeof(d->reason[i]),
			 "%s has no value of CPU %d", name, d->cpu);
		close(d->fds[i]);
		d->fds[i] = -1;
		return;
	}
	if (!sensors[i].counts)
		note(d, i, 0, d->last[i]);
}

/**
 * disturb_open - start to look
 * @d: filled; to be given to disturb_close() in any case
 * @root: what to put before /proc and /sys
 * @cpu: that measures
 * @max_looks: how often it will be looked at
 *
 * A sensor that is not there is not an error: its reason says why.
 *
 * Return: 0 or -ENOMEM.
 */
int disturb_open(struct disturb *d, const char *root, int cpu,
		 unsigned int max_looks)
{
	size_t bytes = (max_looks + 1) * sizeof(**d->seen);

	*d = (struct disturb){ .cpu = cpu, .max_seen = max_looks + 1 };
	cgroup_find_quota(root, &d->quota);
	for (int i = 0; i < NR_SENSORS; i++)
		d->fds[i] = -1;
	/* The sum of all CPUs, and as many lines as there may be before ours. */
	d->size = (size_t)(cpu + 2) * STAT_LINE_BYTES;
	d->buf = malloc(d->size);
	if (!d->buf)
		return -ENOMEM;
	for (int i = 0; i < NR_SENSORS; i++) {
		d->seen[i] = malloc(bytes);
		if (!d->seen[i])
			return -ENOMEM;
		memset(d->seen[i], 1, bytes); /* it is there before it is written */
		open_sensor(d, root, (enum sensor)i);
	}
	return 0;
}

static bool is_same_clock(uint64_t a, uint64_t b)
{
	uint64_t low = a < b ? a : b, high = a < b ? b : a;

	return (high - low) * 100 <= high * SAME_CLOCK_PERCENT;
}

static void look_at(struct disturb *d, enum sensor i, unsigned int batch)
{
	uint64_t value;

	if (d->fds[i] < 0 || !read_sensor(d, i, &value))
		return;
	if (sensors[i].counts) {
		/* Steal time has been seen to go back. */
		if (value > d->last[i]) {
			note(d, i, batch, value - d->last[i]);
			d->moved[i] += value - d->last[i];
		}
	} else {
		if (is_same_clock(value, d->last[i]))
			return;
		note(d, i, batch, value);
	}
	d->last[i] = value;
}

/** disturb_look_now - what has changed, after batch number @batch */
void disturb_look_now(struct disturb *d, unsigned int batch)
{
	for (int i = 0; i < NR_SENSORS; i++)
		look_at(d, (enum sensor)i, batch);
}

/** disturb_look - the same, if it is time to look */
void disturb_look(struct disturb *d, unsigned int batch)
{
	uint64_t now = monotonic_ns();

	if (now < d->next_ns)
		return;
	disturb_look_now(d, batch);
	d->next_ns = now + LOOK_NS;
}

static json_t *seen_json(const struct disturb *d, enum sensor i)
{
	json_t *pairs = json_array();

	for (unsigned int n = 0; n < d->nr_seen[i]; n++)
		json_array_append_new(pairs,
				      json_pack("[i, I]", (int)d->seen[i][n].batch,
						(json_int_t)d->seen[i][n].what));
	return pairs;
}

/** disturb_add - what was seen, as fields of a line: null where nothing is known */
void disturb_add(const struct disturb *d, json_t *line)
{
	json_t *unavailable = json_object();

	for (int i = 0; i < NR_SENSORS; i++) {
		const char *key = sensors[i].key;

		if (!*d->reason[i]) {
			json_object_set_new(line, key,
					    seen_json(d, (enum sensor)i));
			continue;
		}
		json_object_set_new(line, key, json_null());
		json_object_set_new(unavailable, key, json_string(d->reason[i]));
	}
	json_object_set_new(line, "unavailable", unavailable);
}

/** disturb_close - give back what disturb_open() took; harmless if zeroed */
void disturb_close(struct disturb *d)
{
	for (int i = 0; i < NR_SENSORS && d->buf; i++) {
		free(d->seen[i]);
		if (d->fds[i] >= 0)
			close(d->fds[i]);
	}
	free(d->buf);
	d->buf = NULL;
	cgroup_free_quota(&d->quota);
}
