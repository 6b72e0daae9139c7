// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Perf events by the names that libpfm4 has for them: of the PMU, and of the
 * kernel's own software.
 *
 * Which events, is said at run time; see pmu_select(). They are one group, read
 * by one system call before and one after all operations of a batch: a reading
 * around each operation would cost as much as the operation. What the readings
 * themselves add is not taken off: it is in the record, see pass_pmu.c.
 *
 * Events of the PMU count what the kernel does, unless the name says otherwise
 * ("cycles:u"). Software events have no such sides: the fault of a user's access
 * is taken by the kernel, yet is the user's to perf.
 */
#include <errno.h>
#include <perfmon/pfmlib_perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "instruments/pmu.h"
#include "system/system.h"

/* How long a group is tried: a counter that it has to wait for is missed. */
#define TRIAL_NS 2000000

#define INACTIVE_ENV "LIBPFM_ENCODE_INACTIVE"

static struct pmu_event events[INSTRUMENT_MAX_METRICS];
static struct metric yields[INSTRUMENT_MAX_METRICS + 1];
static unsigned int nr_events;

/**
 * struct handle - a group that is open
 * @fds: in the order of the group's values
 * @slots: of the yields
 * @nr: of @fds
 * @before: what was read when it was started
 * @after: and when it was stopped
 */
struct handle {
	int fds[INSTRUMENT_MAX_METRICS];
	unsigned int slots[INSTRUMENT_MAX_METRICS];
	unsigned int nr;
	struct pmu_reading before, after;
};

static int start_libpfm(char *reason, size_t size)
{
	static int ret = -1;

	if (ret != PFM_SUCCESS)
		ret = pfm_initialize();
	if (ret == PFM_SUCCESS)
		return 0;
	snprintf(reason, size, "libpfm4 knows no event of this machine: %s",
		 pfm_strerror(ret));
	return -ENOTSUP;
}

static int encode(const char *name, int sides, struct perf_event_attr *attr,
		  char **full)
{
	pfm_perf_encode_arg_t arg = {
		.size = sizeof(arg),
		.attr = attr,
		.fstr = full,
	};

	memset(attr, 0, sizeof(*attr));
	attr->size = sizeof(*attr);
	return pfm_get_os_event_encoding(name, sides, PFM_OS_PERF_EVENT_EXT,
					 &arg);
}

/* A PMU that this machine does not have, and that knows the event; or NULL. */
static const char *foreign_pmu(const char *name)
{
	pfm_pmu_info_t info = { .size = sizeof(info) };
	const char *found = NULL;
	char qualified[320];

	pfm_terminate();
	setenv(INACTIVE_ENV, "1", 1);
	if (pfm_initialize() != PFM_SUCCESS)
		goto out;
	for (int pmu = 0; pmu < PFM_PMU_MAX && !found; pmu++) {
		if (pfm_get_pmu_info((pfm_pmu_t)pmu, &info) != PFM_SUCCESS ||
		    info.is_present)
			continue;
		if (!strstr(name, "::"))
			snprintf(qualified, sizeof(qualified), "%s::%s",
				 info.name, name);
		else if (!strncmp(name, info.name, strlen(info.name)) &&
			 !strncmp(name + strlen(info.name), "::", 2))
			snprintf(qualified, sizeof(qualified), "%s", name);
		else
			continue;
		if (pfm_find_event(qualified) >= 0)
			found = info.desc;
	}
	pfm_terminate();
out:
	unsetenv(INACTIVE_ENV);
	pfm_initialize();
	return found;
}

static int unknown(const char *name, int ret, char *reason, size_t size)
{
	const char *pmu = ret == PFM_ERR_NOTFOUND ? foreign_pmu(name) : NULL;

	if (pmu)
		snprintf(reason, size,
			 "'%s' is an event of another machine (%s); 'vmabench events' has those of this one",
			 name, pmu);
	else if (ret == PFM_ERR_NOTFOUND)
		snprintf(reason, size,
			 "this machine has no event '%s'; 'vmabench events' has its events",
			 name);
	else
		snprintf(reason, size, "event '%s': libpfm4 says: %s", name,
			 pfm_strerror(ret));
	return ret == PFM_ERR_NOTFOUND ? -ENOENT : -EINVAL;
}

static const char *unit_of(const struct perf_event_attr *attr)
{
	if (attr->type == PERF_TYPE_HARDWARE &&
	    attr->config == PERF_COUNT_HW_CPU_CYCLES)
		return "cycles/op";
	if (attr->type == PERF_TYPE_HARDWARE &&
	    attr->config == PERF_COUNT_HW_INSTRUCTIONS)
		return "insns/op";
	if (attr->type == PERF_TYPE_SOFTWARE &&
	    (attr->config == PERF_COUNT_SW_TASK_CLOCK ||
	     attr->config == PERF_COUNT_SW_CPU_CLOCK))
		return "ns/op";
	return "events/op";
}

/* Is less of it better? Of the events that mean something everywhere. */
static bool less_is_better(const struct perf_event_attr *attr)
{
	return attr->type == PERF_TYPE_SOFTWARE ||
	       attr->type == PERF_TYPE_HARDWARE ||
	       (attr->type == PERF_TYPE_HW_CACHE &&
		attr->config >> 16 == PERF_COUNT_HW_CACHE_RESULT_MISS);
}

/* The CPU that is to count; -1 for any. */
static int on_cpu = -1;

/** pmu_set_cpu() - say which CPU the events are going to be counted on */
void pmu_set_cpu(int cpu)
{
	on_cpu = cpu;
}

/* "PMU/EVENT/" to both; another name is an event of whichever PMU has it. */
static int split_name(const char *name, const struct core_pmu **kind,
		      char *bare, size_t bare_size, char *reason, size_t size)
{
	const char *slash = strchr(name, '/');
	size_t len = strlen(name);
	char pmu[32];

	*kind = NULL;
	if (!slash) {
		snprintf(bare, bare_size, "%s", name);
		return 0;
	}
	snprintf(pmu, sizeof(pmu), "%.*s", (int)(slash - name), name);
	snprintf(bare, bare_size, "%.*s", (int)(name + len - 1 - (slash + 1)),
		 slash + 1);
	*kind = core_pmu_named(pmu);
	if (*kind && name[len - 1] == '/' && *bare && !strchr(bare, '/'))
		return 0;
	snprintf(reason, size,
		 *kind ? "event '%s': not PMU/EVENT/"
		       : "event '%s': this machine has no kind of core with a PMU of that name; 'vmabench events' has its events",
		 name);
	return *kind ? -EINVAL : -ENOENT;
}

/* Of a kind of core that is not the one that counts. */
static int refuse_kind(const char *name, const struct core_pmu *theirs,
		       char *reason, size_t size)
{
	const struct core_pmu *own = core_pmu_of(on_cpu);

	snprintf(reason, size,
		 "event '%s' is of %s, CPUs %.*s, and CPU %d is of %s: --cpu names another CPU, 'vmabench events' other events",
		 name, theirs->name, CUT(theirs->cpus, 64), on_cpu,
		 own ? own->name : "neither");
	return -EINVAL;
}

/*
 * Where cores are of several kinds, an event is of the PMU of one of them, and
 * named with it. What the kernel calls by the same name on all of them has the PMU
 * in the upper half of its config; its numbers on different kinds are not of the
 * same thing.
 */
static int bind_to_kind(const char *name, const char *bare,
			const struct core_pmu *kind, struct pmu_event *event,
			char *reason, size_t size)
{
	const struct core_pmu *theirs = core_pmu_typed(event->attr.type);
	const struct core_pmu *own = kind ? kind : core_pmu_of(on_cpu);
	char *full;
	int err;

	if (theirs && !own)
		own = theirs;
	if (!own)
		return 0;
	if (event->attr.type == PERF_TYPE_HARDWARE ||
	    event->attr.type == PERF_TYPE_HW_CACHE) {
		event->attr.config |= (uint64_t)own->type << 32;
	} else if (theirs && theirs != own && (kind || on_cpu >= 0)) {
		return refuse_kind(name, theirs, reason, size);
	} else if (event->attr.type == PERF_TYPE_RAW) {
		event->attr.type = own->type;
	} else if (!theirs) {
		if (kind)
			snprintf(reason, size,
				 "event '%s' is not one of a core", name);
		return kind ? -EINVAL : 0;
	}
	if (on_cpu >= 0 && own != core_pmu_of(on_cpu))
		return refuse_kind(name, own, reason, size);
	full = xasprintf("%s/%s/", own->name, event->full);
	free(event->full);
	event->full = full;
	full = xasprintf("%s/%s", own->name, bare);
	err = pmu_metric_name(full, event->metric,
			      sizeof(event->metric) - sizeof("_multiplexed"));
	free(full);
	return err;
}

/**
 * pmu_resolve() - find out what an event's name stands for
 * @name: as libpfm4 knows it, with modifiers; where cores are of several kinds also
 *	"PMU/NAME/"
 * @event: to be filled; its @full is to be freed
 * @reason: why there is no such event
 * @size: of @reason
 *
 * Return: 0, -ENOENT for an unknown name, -EINVAL for wrong modifiers, -ENOTSUP.
 */
int pmu_resolve(const char *name, struct pmu_event *event, char *reason,
		size_t size)
{
	int err = start_libpfm(reason, size), ret;
	const struct core_pmu *kind;
	char bare[256];

	event->full = NULL;
	if (!err)
		err = split_name(name, &kind, bare, sizeof(bare), reason, size);
	if (err)
		return err;
	ret = encode(bare, PFM_PLM0, &event->attr, &event->full);
	if (ret == PFM_SUCCESS && event->attr.type == PERF_TYPE_SOFTWARE) {
		free(event->full);
		event->full = NULL;
		ret = encode(bare, PFM_PLM0 | PFM_PLM3, &event->attr,
			     &event->full);
	}
	if (ret != PFM_SUCCESS)
		return unknown(bare, ret, reason, size);
	err = pmu_metric_name(bare, event->metric,
			      sizeof(event->metric) - sizeof("_multiplexed"));
	if (event->attr.sample_period || event->attr.precise_ip || err) {
		snprintf(reason, size,
			 err ? "event '%s' has no letter or digit"
			     : "event '%s': events are counted, not sampled: no period, freq or precise",
			 name);
		err = -EINVAL;
		goto out;
	}
	event->unit = unit_of(&event->attr);
	event->better = less_is_better(&event->attr) ? BETTER_LOWER
						     : BETTER_NEITHER;
	err = bind_to_kind(name, bare, kind, event, reason, size);
out:
	if (err) {
		free(event->full);
		event->full = NULL;
	}
	return err;
}

static int open_fd(const struct perf_event_attr *like, int leader)
{
	struct perf_event_attr attr = *like;
	int fd;

	attr.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED |
			   PERF_FORMAT_TOTAL_TIME_RUNNING;
	fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, leader,
			  PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/**
 * pmu_open() - count an event of this task, from here on
 * @event: event
 * @leader: of its group, -1 where it is the first one
 *
 * Return: a descriptor that exec() closes, or -errno.
 */
int pmu_open(const struct pmu_event *event, int leader)
{
	return open_fd(&event->attr, leader);
}

/* Is there a PMU at all? Known for sure only if the kernel lets us ask. */
static bool has_no_pmu(void)
{
	struct perf_event_attr cycles = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(cycles),
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.exclude_kernel = 1, /* which needs no privilege, mostly */
		.exclude_hv = 1,
	};
	int fd = open_fd(&cycles, -1);

	if (fd >= 0)
		close(fd);
	return fd == -ENOENT || fd == -EOPNOTSUPP;
}

static bool is_virtual(void)
{
	char *flags = read_value("/proc/cpuinfo", "flags");
	bool found = flags && strstr(flags, " hypervisor");

	free(flags);
	return found;
}

/* The same text for all events that a cause has in common: it is shown once. */
static void explain(const struct perf_event_attr *attr, int err, char *reason,
		    size_t size)
{
	bool software = attr->type == PERF_TYPE_SOFTWARE;

	if (err == EACCES || err == EPERM || err == ENOSYS)
		why_no_perf(err, attr->exclude_kernel ? WHY_USER : WHY_KERNEL,
			    reason, size);
	else if (!software && has_no_pmu())
		snprintf(reason, size,
			 "no hardware PMU: the kernel has found none%s",
			 is_virtual()
				 ? ": this is a virtual machine, whose host does not pass its own on (QEMU does with -cpu host,pmu=on)"
				 : " (see 'dmesg | grep -i pmu')");
	else if (err == ENOENT || err == EOPNOTSUPP || err == ENODEV)
		snprintf(reason, size, "the PMU of this CPU has no such event");
	else if (err == EINVAL)
		snprintf(reason, size,
			 "the kernel cannot count it for a task (an event of the whole socket?)");
	else
		snprintf(reason, size, "perf_event_open: %s", strerror(err));
}

static int read_group(int leader, struct pmu_reading *r)
{
	ssize_t n = read(leader, r, sizeof(*r));

	/* Nothing is read of a group that could not be scheduled for good. */
	return n > 0 ? 0 : n < 0 ? -errno : -EIO;
}

static long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000 + t.tv_nsec;
}

static int try_opened(int leader)
{
	struct pmu_reading first, last;
	long end_ns = now_ns() + TRIAL_NS;
	uint64_t value;
	int err = read_group(leader, &first);

	while (now_ns() < end_ns)
		;
	if (!err)
		err = read_group(leader, &last);
	if (err)
		return err;
	return pmu_between(&first, &last, 0, &value) == PMU_COUNTED
		       ? PMU_COUNTED
		       : PMU_MULTIPLEXED;
}

/**
 * pmu_try() - can these events be counted together, on this CPU?
 * @list: events
 * @nr: how many
 * @reason: why one of them cannot be counted at all
 * @size: of @reason
 *
 * Return: PMU_COUNTED; PMU_MULTIPLEXED, also if the kernel refuses the last one
 * beside the others; -errno.
 */
int pmu_try(const struct pmu_event *const *list, unsigned int nr, char *reason,
	    size_t size)
{
	int opened[INSTRUMENT_MAX_METRICS];
	unsigned int n = 0;
	int ret = 0;

	while (n < nr && ret >= 0) {
		ret = open_fd(&list[n]->attr, n ? opened[0] : -1);
		if (ret >= 0)
			opened[n++] = ret;
	}
	if (ret >= 0)
		ret = try_opened(opened[0]);
	else if (n)
		ret = PMU_MULTIPLEXED;
	else
		explain(&list[0]->attr, -ret, reason, size);
	while (n)
		close(opened[--n]);
	return ret;
}

/**
 * pmu_next_name() - take a name off a list
 * @list: separated by commas; what is left of it, NULL at its end
 * @name: gets the first one
 * @size: of @name
 *
 * Return: 0, -EINVAL if it is empty, -ENAMETOOLONG.
 */
int pmu_next_name(const char **list, char *name, size_t size)
{
	size_t n = strcspn(*list, ",");

	if (n >= size)
		return -ENAMETOOLONG;
	memcpy(name, *list, n);
	name[n] = '\0';
	*list = (*list)[n] ? *list + n + 1 : NULL;
	return n ? 0 : -EINVAL;
}

/**
 * pmu_select() - say which events the instrument is to count
 * @list: names, separated by commas; they must fit together
 * @reason: what is wrong with it
 * @size: of @reason
 *
 * Return: 0 or -errno.
 */
int pmu_select(const char *list, char *reason, size_t size)
{
	char name[128];
	int err = 0;

	snprintf(reason, size, "not a list of up to %d events: '%s'",
		 INSTRUMENT_MAX_METRICS, list);
	while (nr_events)
		free(events[--nr_events].full);
	for (; list && !err; nr_events += !err) {
		struct pmu_event *e = &events[nr_events];

		err = nr_events < INSTRUMENT_MAX_METRICS ? 0 : -E2BIG;
		if (!err)
			err = pmu_next_name(&list, name, sizeof(name));
		if (!err)
			err = pmu_resolve(name, e, reason, size);
		if (!err)
			yields[nr_events] = (struct metric){
				.name = e->metric,
				.unit = e->unit,
				.better = e->better,
			};
	}
	yields[nr_events].name = NULL;
	return err;
}

static int open_event(void *handle, unsigned int m, int cpu, char *reason,
		      size_t size)
{
	struct handle *h = handle;
	int fd = open_fd(&events[m].attr, h->nr ? h->fds[0] : -1);

	(void)cpu; /* the task is pinned to it */
	if (fd < 0) {
		explain(&events[m].attr, -fd, reason, size);
		return fd;
	}
	h->slots[m] = h->nr;
	h->fds[h->nr++] = fd;
	return 0;
}

static int start(void *handle)
{
	struct handle *h = handle;

	return h->nr ? read_group(h->fds[0], &h->before) : 0;
}

static int stop(void *handle)
{
	struct handle *h = handle;

	return h->nr ? read_group(h->fds[0], &h->after) : 0;
}

static int read_event(void *handle, unsigned int m, uint64_t *value)
{
	const struct handle *h = handle;

	return pmu_between(&h->before, &h->after, h->slots[m], value);
}

static const char *full_name(unsigned int m)
{
	return events[m].full;
}

static void close_events(void *handle)
{
	struct handle *h = handle;

	while (h->nr)
		close(h->fds[--h->nr]);
}

INSTRUMENT(pmu) = {
	.name = "pmu",
	.pass = PASS_PMU,
	.handle_bytes = sizeof(struct handle),
	.metrics = yields,
	.open = open_event,
	.start = start,
	.stop = stop,
	.read = read_event,
	.event = full_name,
	.close = close_events,
};
