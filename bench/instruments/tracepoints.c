// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts of tracepoints and kprobes, as perf counters with the kernel's own
 * filters.
 *
 * Stores of VMAs. maple_tree:ma_write fires twice for a usual store: once in
 * mas_store_prealloc() and once more in the writer below it, and not at all for
 * some. The filter leaves one event a store. munmap() and a failed MAP_FIXED
 * write NULL over a range through mas_store_gfp(), and so does the collection
 * of what is to be unmapped in a tree of its own ("detach"); that function has
 * no event, so it takes a kprobe to count them, and its second argument to tell
 * one from the other.
 *
 * The event is known from 6.12 to 6.18. Whether it still means the same is not
 * taken from a version number, nor is it assumed how many stores an mmap() takes:
 * a kernel that stores twice is what this is to find. A kprobe on the function
 * counts its entries beside the event while one mmap() runs. Where the two agree
 * the event counts, where they do not the kprobe does. Only where no kprobe is
 * possible one mmap() that cannot merge has to be one store, or the metric is
 * unavailable: two could be either's fault.
 *
 * Slab events are told apart by the name of the cache where they carry it (all
 * kernels for a free, later ones for an allocation), and by the function that
 * allocates, and the size, where they do not. Maple nodes are allocated and
 * freed in bulk as well, for which there is no event: a kprobe takes its place,
 * and without kprobes the number of nodes is not known. A counter counts calls,
 * not what is in an argument, so a bulk of n objects is counted by n counters
 * with the filters "size >= 1" to "size >= n".
 *
 * Frees happen in RCU callbacks, in whatever context these run: they are
 * counted on the CPU, not for the task, and only mean something once drained.
 */
#include <errno.h>
#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tracefs.h>
#include <unistd.h>

#include "base/base.h"
#include "instruments/instrument.h"
#include "system/system.h"
#include "tracepoint.h"

/* More objects in one bulk than this are an error, not a wrong number. */
#define MAX_BULK 24
_Static_assert(1 + MAX_BULK + 1 <= TRACEPOINT_GROUP_MAX, "read as one group");

#define PROBE_GROUP "vmabench"

enum {
	MAPLE_STORES,
	NULL_STORES,
	DETACH_STORES,
	VMA_ALLOCS,
	NODE_ALLOCS,
	SLAB_ALLOCS,
	VMA_FREES,
	NODE_FREES,
	MMAP_LOCKS,
	NR
};

static const struct metric yields[NR + 1] = {
	[MAPLE_STORES] = { "maple_stores", .reading = READ_EACH },
	[NULL_STORES] = { "maple_null_stores", .reading = READ_EACH },
	[DETACH_STORES] = { "maple_detach_stores", .reading = READ_EACH },
	[VMA_ALLOCS] = { "vma_allocs", .reading = READ_EACH },
	[NODE_ALLOCS] = { "node_allocs", .reading = READ_EACH },
	[SLAB_ALLOCS] = { "slab_allocs", .reading = READ_EACH },
	[VMA_FREES] = { "vma_frees", .reading = READ_DRAINED },
	[NODE_FREES] = { "node_frees", .reading = READ_DRAINED },
	[MMAP_LOCKS] = { "mmap_locks", .reading = READ_EACH },
};

#if defined(__x86_64__)
#define ARG1 "%di"
#define ARG2 "%si"
#define ARG3 "%dx"
#define RETURN_ADDRESS "$stack0"
#else
#define ARG1 "%x0"
#define ARG2 "%x1"
#define ARG3 "%x2"
#define RETURN_ADDRESS "%x30"
#endif

/** struct probe - a kprobe that is put where there is no event */
struct probe {
	const char *name;
	const char *symbols[2]; /* alternatives, oldest last */
	const char *args;
};

static const struct probe prealloc_probe = {
	"store_prealloc",
	{ "mas_store_prealloc", NULL },
	"mas=" ARG1 ":x64",
};

static const struct probe store_probe = {
	"store_gfp",
	{ "mas_store_gfp", NULL },
	"entry=" ARG2 ":x64",
};

static const struct probe bulk_alloc_probe = {
	"node_bulk_alloc",
	{ "kmem_cache_alloc_bulk_noprof", "kmem_cache_alloc_bulk" },
	"call_site=" RETURN_ADDRESS ":x64 size=" ARG3 ":u64",
};

static const struct probe bulk_free_probe = {
	"node_bulk_free",
	{ "kmem_cache_free_bulk", NULL },
	"call_site=" RETURN_ADDRESS ":x64 size=" ARG2 ":u64",
};

/** struct source - where a metric comes from */
struct source {
	const char *system, *event;
	const struct probe *probe; /* instead of an event */
	const struct probe *check; /* has to count the same as the event */
	const char *field;	   /* if it is there, filter by it */
	const char *filter;
	const char *callers; /* else: prefixes of functions whose calls count */
	const char *cache; /* and whose objects have the size of this cache's */
	const struct probe *bulk; /* to be added */
	bool cpu_wide;
};

static const struct source sources[NR] = {
	[MAPLE_STORES] = {
		.system = "maple_tree", .event = "ma_write", .field = "fn",
		.filter = "fn == \"mas_store_prealloc\"",
		.check = &prealloc_probe,
	},
	[NULL_STORES] = {
		.probe = &store_probe, .filter = "entry == 0",
	},
	[DETACH_STORES] = {
		.probe = &store_probe, .filter = "entry != 0",
	},
	[VMA_ALLOCS] = {
		.system = "kmem", .event = "kmem_cache_alloc", .field = "name",
		.filter = "name == \"vm_area_struct\"",
		.callers = "vm_area_", .cache = "vm_area_struct",
	},
	[NODE_ALLOCS] = {
		.system = "kmem", .event = "kmem_cache_alloc", .field = "name",
		.filter = "name == \"maple_node\"",
		.callers = "mas_ mt_", .bulk = &bulk_alloc_probe,
	},
	[SLAB_ALLOCS] = {
		.system = "kmem", .event = "kmem_cache_alloc",
	},
	[VMA_FREES] = {
		.system = "kmem", .event = "kmem_cache_free", .field = "name",
		.filter = "name == \"vm_area_struct\"", .cpu_wide = true,
	},
	[NODE_FREES] = {
		.system = "kmem", .event = "kmem_cache_free", .field = "name",
		.filter = "name == \"maple_node\"",
		.bulk = &bulk_free_probe, .callers = "mas_ mt_",
		.cpu_wide = true,
	},
	[MMAP_LOCKS] = {
		.system = "mmap_lock", .event = "mmap_lock_acquire_returned",
		.field = "success", .filter = "success == 1",
	},
};

struct counter_fds {
	int fds[1 + MAX_BULK + 1]; /* the event, then "size >= 1", ... */
	unsigned int nr;
};

/**
 * struct handle - what is open
 * @counters: by metric
 * @events: formats, as the kernel gives them
 */
struct handle {
	struct counter_fds counters[NR];
	struct tep_handle *events;
};

static bool has_prefix(const char *name, const char *prefixes)
{
	while (*prefixes) {
		size_t n = strcspn(prefixes, " ");

		if (!strncmp(name, prefixes, n))
			return true;
		prefixes += n + strspn(prefixes + n, " ");
	}
	return false;
}

/*
 * A filter that lets calls from functions with certain prefixes pass: their
 * addresses, from kallsyms. What is between a symbol and the next is the
 * function's.
 */
static int caller_filter(const char *prefixes, char **filter)
{
	unsigned long long addr, start = 0, end = 0;
	char line[512], name[256], type;
	size_t len = 0;
	bool any = false;
	FILE *f, *out;

	/* A guest has read it before the snapshot: it is long. */
	f = fopen(getenv(KALLSYMS_ENV) ? getenv(KALLSYMS_ENV) : "/proc/kallsyms",
		  "re");
	if (!f)
		return -errno;
	out = open_memstream(filter, &len);
	if (!out) {
		fclose(f);
		return -ENOMEM;
	}
	/* Ranges that touch are one: a filter may not be longer than a page. */
	while (fgets(line, sizeof(line), f)) {
		bool ours;

		if (sscanf(line, "%llx %c %255s", &addr, &type, name) != 3 ||
		    !addr)
			continue;
		ours = strchr("tT", type) && has_prefix(name, prefixes);
		if (start && !ours && addr != start) {
			end = addr;
			fprintf(out,
				"%s(call_site >= 0x%llx && call_site < 0x%llx)",
				any ? " || " : "(", start, end);
			any = true;
			start = 0;
		}
		if (ours && !start)
			start = addr;
	}
	if (any)
		fputc(')', out);
	fclose(f);
	if (fclose(out))
		return -ENOMEM;
	/* With kptr_restrict all addresses read as zero. */
	if (any)
		return 0;
	free(*filter);
	*filter = NULL;
	return -EACCES;
}

static int object_size(const char *cache, char *reason, size_t size)
{
	char *path = xasprintf("/sys/kernel/slab/%s/object_size", cache);
	char *text = read_line(path);
	int bytes = text ? atoi(text) : 0;

	free(text);
	if (!bytes)
		snprintf(reason, size, "cannot read %s", path);
	free(path);
	return bytes;
}

/* *@filter is NULL where everything counts. */
static int make_filter(const struct source *src, struct tep_event *event,
		       char **filter, char *reason, size_t size)
{
	char *callers = NULL, why[WHY_BYTES];
	int err, bytes;

	*filter = NULL;
	if (!src->field)
		return 0;
	if (tep_find_any_field(event, src->field)) {
		*filter = strdup(src->filter);
		return *filter ? 0 : -ENOMEM;
	}
	if (!src->callers) {
		snprintf(reason, size, "event %s:%s has lost its field %s",
			 event->system, event->name, src->field);
		return -ENOTSUP;
	}
	err = caller_filter(src->callers, &callers);
	if (err) {
		why_no_kallsyms(why, sizeof(why));
		snprintf(reason, size, "event %s:%s has no field %s, and %s",
			 event->system, event->name, src->field, why);
		return err;
	}
	if (!src->cache) {
		*filter = callers;
		return 0;
	}
	bytes = object_size(src->cache, reason, size);
	if (bytes)
		*filter = xasprintf("%s && bytes_req == %d", callers, bytes);
	else
		err = -ENOTSUP;
	free(callers);
	return err;
}

/*
 * What holds the formats of events; NULL without a tracefs that can be read. Not
 * tracefs_local_events(): that reads all of kallsyms as well.
 */
static struct tep_handle *known_events(struct handle *h, char *reason, size_t size)
{
	char *events = NULL;

	if (!h->events && tracefs_tracing_dir())
		events = tracefs_get_tracing_file("events");
	if (events && access(events, R_OK | X_OK) == 0)
		h->events = tep_alloc();
	tracefs_put_tracing_file(events);
	if (!h->events)
		why_no_tracefs(reason, size);
	return h->events;
}

static struct tep_event *find_event(struct handle *h, const char *system,
				    const char *name, char *reason, size_t size)
{
	struct tep_handle *tep = known_events(h, reason, size);
	struct tep_event *event;
	char *format;
	int len;

	if (!tep)
		return NULL;
	event = tep_find_event_by_name(tep, system, name);
	if (event)
		return event;
	format = tracefs_event_file_read(NULL, system, name, "format", &len);
	if (format &&
	    tep_parse_event(tep, format, (unsigned long)len, system) == 0)
		event = tep_find_event_by_name(tep, system, name);
	free(format);
	if (!event)
		snprintf(reason, size, "this kernel has no event %s:%s", system,
			 name);
	return event;
}

/* Of the process, not of a handle: they are the kernel's. */
static bool asked_for_probes;

/* The event of a kprobe, which is made if it is not there; its id or -errno. */
static int find_probe(struct handle *h, const struct probe *probe, char *reason,
		      size_t size)
{
	char *text = NULL;
	int err = -1, id, refused;

	if (!known_events(h, reason, size))
		return -ENOTSUP;
	asked_for_probes = true;
	errno = 0;
	/* For tests: a kernel without kprobes. */
	if (getenv("VMABENCH_NO_KPROBES"))
		err = 0;
	else if (!tracefs_event_file_exists(NULL, PROBE_GROUP, probe->name, "id"))
		for (int i = 0; i < 2 && probe->symbols[i] && err; i++)
			err = tracefs_kprobe_raw(PROBE_GROUP, probe->name,
						 probe->symbols[i], probe->args);
	refused = errno;
	text = tracefs_event_file_read(NULL, PROBE_GROUP, probe->name, "id",
				       NULL);
	id = text ? atoi(text) : -ENOTSUP;
	free(text);
	if (id < 0)
		why_no_kprobe(probe->symbols[0], err ? refused : 0, reason, size);
	return id;
}

static void keep_fd(struct handle *h, unsigned int m, int fd)
{
	h->counters[m].fds[h->counters[m].nr++] = fd;
}

static int open_bulk(struct handle *h, unsigned int m, int cpu, char *reason,
		     size_t size)
{
	const struct source *src = &sources[m];
	int id = find_probe(h, src->bulk, reason, size);
	char *callers = NULL;
	int err;

	if (id < 0)
		return id;
	err = caller_filter(src->callers, &callers);
	if (err) {
		why_no_kallsyms(reason, size);
		return err;
	}
	for (int n = 1; n <= MAX_BULK + 1 && err >= 0; n++) {
		char *filter = xasprintf("%s && size >= %d", callers, n);

		err = open_tracepoint(id, filter, src->cpu_wide, cpu,
				      h->counters[m].fds[0], reason, size);
		free(filter);
		if (err >= 0)
			keep_fd(h, m, err);
	}
	free(callers);
	return err < 0 ? err : 0;
}

static int read_counter(void *handle, unsigned int m, uint64_t *value)
{
	const struct counter_fds *c = &((struct handle *)handle)->counters[m];
	uint64_t values[TRACEPOINT_GROUP_MAX];
	int err = c->nr ? read_tracepoints(c->fds[0], values, c->nr) : 0;

	*value = 0;
	for (unsigned int i = 0; i < c->nr && !err; i++) {
		if (i > MAX_BULK && values[i])
			err = -EOVERFLOW;
		*value += values[i];
	}
	return err;
}

/* Stores of one mmap() that cannot merge, by the event and by the kprobe. */
static int count_one_mmap(struct handle *h, int check, uint64_t *by_event,
			  uint64_t *by_check)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint64_t before[2] = { 0 }, after[2] = { 0 };
	int err = check < 0 ? 0 : read_tracepoints(check, &before[1], 1);
	void *p;

	if (!err)
		err = read_counter(h, MAPLE_STORES, &before[0]);
	if (err)
		return err;
	/* Shared and anonymous: a file of its own, like no neighbour's. */
	p = mmap(NULL, page, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return -errno;
	err = read_counter(h, MAPLE_STORES, &after[0]);
	if (check >= 0 && !err)
		err = read_tracepoints(check, &after[1], 1);
	munmap(p, page);
	*by_event = after[0] - before[0];
	*by_check = after[1] - before[1];
	return err;
}

/*
 * @event_err: why the event is not open, with @reason set, or 0. See the head of
 * this file for which of the two counts.
 */
static int calibrate_stores(struct handle *h, int event_err, int cpu,
			    char *reason, size_t size)
{
	struct counter_fds *c = &h->counters[MAPLE_STORES];
	uint64_t by_event = 0, by_check = 0;
	char why[WHY_BYTES];
	int check, err;

	check = find_probe(h, sources[MAPLE_STORES].check, why, sizeof(why));
	if (check >= 0)
		check = open_tracepoint(check, NULL, false, cpu, -1, why,
					sizeof(why));
	err = count_one_mmap(h, check, &by_event, &by_check);
	if (!err && check >= 0 && by_check && by_check != by_event) {
		if (c->nr)
			close(c->fds[0]);
		c->fds[0] = check;
		c->nr = 1;
		return 0;
	}
	if (check >= 0)
		close(check);
	if (err)
		snprintf(reason, size, "calibration: %s", strerror(-err));
	if (!err && event_err && h->events && check < 0) {
		size_t len = strlen(reason);

		snprintf(reason + len, size - len, ", and %s", why);
	}
	if (err || event_err)
		return err ? err : event_err;
	if (by_event == 1 || (by_check && by_check == by_event))
		return 0;
	snprintf(reason, size,
		 "calibration: one mmap() counts as %llu stores: either this kernel stores that often, or ma_write is not the event that is known from 6.12 to 6.18, and %s",
		 (unsigned long long)by_event,
		 check < 0 ? why
			   : "a kprobe on mas_store_prealloc() counts none");
	return -ENOTSUP;
}

static int open_source(struct handle *h, unsigned int m, int cpu, char *reason,
		       size_t size)
{
	const struct source *src = &sources[m];
	struct tep_event *event;
	char *filter = NULL;
	int err, id;

	if (src->probe) {
		id = find_probe(h, src->probe, reason, size);
		filter = strdup(src->filter);
		err = id < 0 ? id : filter ? 0 : -ENOMEM;
	} else {
		event = find_event(h, src->system, src->event, reason, size);
		id = event ? event->id : -ENOTSUP;
		err = event ? make_filter(src, event, &filter, reason, size)
			    : -ENOTSUP;
	}
	/* For tests: an instrument that is wrong has to be found out. */
	if (m == MAPLE_STORES && getenv("VMABENCH_RAW_MA_WRITE")) {
		free(filter);
		filter = NULL;
	}
	if (!err)
		err = open_tracepoint(id, filter, src->cpu_wide, cpu, -1,
				      reason, size);
	free(filter);
	if (err < 0)
		return err;
	keep_fd(h, m, err);
	return 0;
}

static int open_counter(void *h, unsigned int m, int cpu, char *reason,
			size_t size)
{
	int err = open_source(h, m, cpu, reason, size);

	if (m == MAPLE_STORES)
		return calibrate_stores(h, err, cpu, reason, size);
	return !err && sources[m].bulk ? open_bulk(h, m, cpu, reason, size) : err;
}

/* Returns whether it is still there: it is in use. */
static bool remove_probe(const struct probe *probe)
{
	struct tracefs_dynevent *e;

	if (!probe ||
	    !tracefs_event_file_exists(NULL, PROBE_GROUP, probe->name, "id"))
		return false;
	e = tracefs_dynevent_get(TRACEFS_DYNEVENT_KPROBE, PROBE_GROUP,
				 probe->name);
	if (e)
		tracefs_dynevent_destroy(e, true);
	tracefs_dynevent_free(e);
	return tracefs_event_file_exists(NULL, PROBE_GROUP, probe->name, "id");
}

/* Whatever they were made by. */
static unsigned int recover_probes(void)
{
	unsigned int left = 0;

	for (unsigned int m = 0; m < NR; m++) {
		left += remove_probe(sources[m].probe);
		left += remove_probe(sources[m].check);
		left += remove_probe(sources[m].bulk);
	}
	return left;
}

static void close_counters(void *handle)
{
	struct handle *h = handle;

	for (unsigned int m = 0; m < NR; m++)
		while (h->counters[m].nr)
			close(h->counters[m].fds[--h->counters[m].nr]);
	/* None were made, where no event was looked for. */
	if (asked_for_probes)
		recover_probes();
	tep_free(h->events);
	h->events = NULL;
}

INSTRUMENT(tracepoints) = {
	.name = "tracepoints",
	.pass = PASS_COUNTS,
	.handle_bytes = sizeof(struct handle),
	.metrics = yields,
	.open = open_counter,
	.read = read_counter,
	.close = close_counters,
	.recover = recover_probes,
};
