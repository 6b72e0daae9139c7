// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts of tracepoints, as perf counters with the kernel's own filters.
 *
 * maple_tree:ma_write fires twice for a usual store of a VMA: once in
 * mas_store_prealloc() and once more in the writer below it. The filter leaves
 * one event a store. The NULL store of munmap() goes through mas_store_gfp(),
 * which has no event of its own: it is not in this count.
 *
 * Slab events are told apart by the name of the cache where they carry it (all
 * kernels for a free, since 6.13 or so for an allocation), and by the function
 * that allocates, and the size, where they do not. Maple nodes are allocated
 * and freed in bulk as well, for which there is no event: a kprobe takes its
 * place, and without kprobes the number of nodes is not known. A counter counts
 * calls, not what is in an argument, so a bulk of n objects is counted by n
 * counters with the filters "size >= 1" to "size >= n".
 *
 * Frees happen in RCU callbacks, in whatever context these run: they are
 * counted on the CPU, not for the task, and only mean something once drained.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "instrument.h"

#define TRACEFS "/sys/kernel/tracing"

/* More objects in one bulk than this are an error, not a wrong number. */
#define MAX_BULK 24

enum { MAPLE_STORES, VMA_ALLOCS, NODE_ALLOCS, VMA_FREES, NODE_FREES, NR };

static const struct metric metrics[NR + 1] = {
	[MAPLE_STORES] = { "maple_stores", "stores/op", "lower", false },
	[VMA_ALLOCS] = { "vma_allocs", "allocs/op", "lower", false },
	[NODE_ALLOCS] = { "node_allocs", "allocs/op", "lower", false },
	[VMA_FREES] = { "vma_frees", "frees/op", "neither", true },
	[NODE_FREES] = { "node_frees", "frees/op", "neither", true },
};

struct bulk {
	const char *event;	/* name of the kprobe */
	const char *symbols[2];	/* alternatives, oldest last */
	const char *size_arg;	/* register that holds the number of objects */
};

struct source {
	const char *event;
	const char *field;	/* has it: "field == value" */
	const char *value;
	const char *callers;	/* else: prefixes of functions whose calls count */
	const char *cache;	/* and whose objects have the size of this cache's */
	const struct bulk *bulk;
	bool cpu_wide;
};

#if defined(__x86_64__)
static const struct bulk node_bulk_alloc = {
	"node_bulk_alloc",
	{ "kmem_cache_alloc_bulk_noprof", "kmem_cache_alloc_bulk" }, "%dx",
};

static const struct bulk node_bulk_free = {
	"node_bulk_free", { "kmem_cache_free_bulk", NULL }, "%si",
};
#define RETURN_ADDRESS "$stack0"
#else
static const struct bulk node_bulk_alloc = {
	"node_bulk_alloc",
	{ "kmem_cache_alloc_bulk_noprof", "kmem_cache_alloc_bulk" }, "%x2",
};

static const struct bulk node_bulk_free = {
	"node_bulk_free", { "kmem_cache_free_bulk", NULL }, "%x1",
};
#define RETURN_ADDRESS "%x30"
#endif

static const struct source sources[NR] = {
	[MAPLE_STORES] = {
		.event = "maple_tree/ma_write",
		.field = "fn", .value = "mas_store_prealloc",
	},
	[VMA_ALLOCS] = {
		.event = "kmem/kmem_cache_alloc",
		.field = "name", .value = "vm_area_struct",
		.callers = "vm_area_", .cache = "vm_area_struct",
	},
	[NODE_ALLOCS] = {
		.event = "kmem/kmem_cache_alloc",
		.field = "name", .value = "maple_node",
		.callers = "mas_ mt_", .bulk = &node_bulk_alloc,
	},
	[VMA_FREES] = {
		.event = "kmem/kmem_cache_free",
		.field = "name", .value = "vm_area_struct", .cpu_wide = true,
	},
	[NODE_FREES] = {
		.event = "kmem/kmem_cache_free",
		.field = "name", .value = "maple_node",
		.bulk = &node_bulk_free, .callers = "mas_ mt_",
		.cpu_wide = true,
	},
};

static struct {
	int fds[1 + MAX_BULK + 1];	/* the event, then "size >= 1", ... */
	unsigned int nr;
} counters[NR];

/* Reads a small file whole; returns its length or -errno. */
static int read_file(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return -errno;
	n = fread(buf, 1, size - 1, f);
	buf[n] = '\0';
	fclose(f);
	return (int)n;
}

/* Opened for appending: kprobe_events forgets all probes when truncated. */
static int append_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

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

	f = fopen("/proc/kallsyms", "re");
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
			fprintf(out, "%s(call_site >= 0x%llx && call_site < 0x%llx)",
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

static int event_filter(const struct source *src, char **filter, char *reason,
			size_t size)
{
	char path[192], text[8192], *callers = NULL;
	int err;

	snprintf(path, sizeof(path), TRACEFS "/events/%s/format", src->event);
	err = read_file(path, text, sizeof(text));
	if (err < 0) {
		snprintf(reason, size, "cannot read the format of %s: %s",
			 src->event, strerror(-err));
		return err;
	}
	snprintf(path, sizeof(path), " %s;", src->field);
	if (strstr(text, path))
		return asprintf(filter, "%s == \"%s\"", src->field,
				src->value) < 0 ? -ENOMEM : 0;
	if (!src->callers) {
		snprintf(reason, size, "event %s has lost its field %s",
			 src->event, src->field);
		return -ENOTSUP;
	}
	err = caller_filter(src->callers, &callers);
	if (err) {
		snprintf(reason, size,
			 "event %s has no field %s, and kallsyms cannot be read (kptr_restrict, or not root)",
			 src->event, src->field);
		return err;
	}
	if (!src->cache) {
		*filter = callers;
		return 0;
	}
	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/object_size",
		 src->cache);
	err = read_file(path, text, sizeof(text));
	if (err < 0)
		snprintf(reason, size, "cannot read %s: %s", path,
			 strerror(-err));
	else if (asprintf(filter, "%s && bytes_req == %d", callers,
			  atoi(text)) < 0)
		err = -ENOMEM;
	free(callers);
	return err < 0 ? err : 0;
}

static int open_event(const char *event, const char *filter, bool cpu_wide,
		      int cpu, char *reason, size_t size)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
	};
	char path[192], text[64];
	int err, fd;

	snprintf(path, sizeof(path), TRACEFS "/events/%s/id", event);
	err = read_file(path, text, sizeof(text));
	if (err < 0) {
		if (access(TRACEFS "/events", R_OK) != 0)
			snprintf(reason, size,
				 "no tracefs that can be read: mount it (mount -t tracefs tracefs " TRACEFS ") and run as root");
		else
			snprintf(reason, size, "this kernel has no event %s",
				 event);
		return err;
	}
	attr.config = strtoull(text, NULL, 10);
	fd = (int)syscall(SYS_perf_event_open, &attr, cpu_wide ? -1 : 0,
			  cpu_wide ? cpu : -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		snprintf(reason, size,
			 "perf_event_open of %s: %s (CAP_PERFMON, or perf_event_paranoid -1)",
			 event, strerror(-err));
		return err;
	}
	if (ioctl(fd, PERF_EVENT_IOC_SET_FILTER, filter)) {
		err = -errno;
		snprintf(reason, size, "filter on %s: %s", event,
			 strerror(-err));
		close(fd);
		return err;
	}
	return fd;
}

static int make_probe(const struct bulk *bulk, char *reason, size_t size)
{
	char text[256];
	int err = -ENOENT;

	for (int i = 0; i < 2 && bulk->symbols[i] && err; i++) {
		snprintf(text, sizeof(text),
			 "p:vmabench/%s %s call_site=" RETURN_ADDRESS ":x64 size=%s:u64",
			 bulk->event, bulk->symbols[i], bulk->size_arg);
		err = append_file(TRACEFS "/kprobe_events", text);
		if (err == -EEXIST)
			err = 0;
	}
	if (err)
		snprintf(reason, size,
			 "bulk operations have no tracepoint, and a kprobe is not possible: %s (CONFIG_KPROBE_EVENTS)",
			 strerror(-err));
	return err;
}

static int open_bulk(unsigned int m, int cpu, char *reason, size_t size)
{
	const struct source *src = &sources[m];
	char *callers = NULL, event[64];
	int err = make_probe(src->bulk, reason, size);

	if (err)
		return err;
	err = caller_filter(src->callers, &callers);
	if (err) {
		snprintf(reason, size, "kallsyms cannot be read");
		return err;
	}
	snprintf(event, sizeof(event), "vmabench/%s", src->bulk->event);
	for (int n = 1; n <= MAX_BULK + 1 && err >= 0; n++) {
		char *filter = NULL;

		if (asprintf(&filter, "%s && size >= %d", callers, n) < 0)
			err = -ENOMEM;
		else
			err = open_event(event, filter, src->cpu_wide, cpu,
					 reason, size);
		free(filter);
		if (err >= 0)
			counters[m].fds[counters[m].nr++] = err;
	}
	free(callers);
	return err < 0 ? err : 0;
}

static int open_counter(unsigned int m, int cpu, char *reason, size_t size)
{
	const struct source *src = &sources[m];
	char *filter = NULL;
	int err;

	err = event_filter(src, &filter, reason, size);
	if (err)
		return err;
	err = open_event(src->event, filter, src->cpu_wide, cpu, reason, size);
	free(filter);
	if (err < 0)
		return err;
	counters[m].fds[counters[m].nr++] = err;
	return src->bulk ? open_bulk(m, cpu, reason, size) : 0;
}

static int read_counter(unsigned int m, uint64_t *value)
{
	*value = 0;
	for (unsigned int i = 0; i < counters[m].nr; i++) {
		uint64_t n;
		ssize_t got = read(counters[m].fds[i], &n, sizeof(n));

		if (got != sizeof(n))
			return got < 0 ? -errno : -EIO;
		if (i > MAX_BULK && n)
			return -EOVERFLOW;
		*value += n;
	}
	return 0;
}

static void close_counters(void)
{
	for (unsigned int m = 0; m < NR; m++) {
		while (counters[m].nr)
			close(counters[m].fds[--counters[m].nr]);
		if (sources[m].bulk) {
			char text[64];

			snprintf(text, sizeof(text), "-:vmabench/%s",
				 sources[m].bulk->event);
			append_file(TRACEFS "/kprobe_events", text);
		}
	}
}

INSTRUMENT(tracepoints) = {
	.name = "tracepoints",
	.metrics = metrics,
	.open = open_counter,
	.read = read_counter,
	.close = close_counters,
};
