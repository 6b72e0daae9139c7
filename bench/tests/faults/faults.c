// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Init of a guest: lets the slab allocations of mmap() fail, one at a time, and all from
 * one on, as those of a process that is being killed for want of memory.
 *
 * A row of sites, in an address space that has a maple tree of several leaves for it, is
 * what one page after the other is mapped into. An allocation that fails may fail the
 * call; what it must not do is damage the tree. A kernel with
 * CONFIG_DEBUG_VM_MAPLE_TREE looks at the whole of it after each mmap() and says in its
 * log what is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

#define PAGE 4096UL
#define ARENA 0x100000000000UL
/*
 * A leaf that is filled from one end has 15 slots. A site takes 13 of them, or 11 where
 * three pages are one gap: neither has a factor in common with 15, so that in this many
 * sites each of their places comes first in a leaf.
 */
#define SITES 16
#define SITE 13
#define FAILSLAB "/sys/kernel/debug/failslab/"
/* No object that mmap() allocates is smaller. */
#define UNIT 32
#define MANY 1000000

#define RW (PROT_READ | PROT_WRITE)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct kind {
	const char *name;
	int flags, fd;
};

/*
 * Of a site, page 1 and page 5 are the neighbours, and what is between them is a gap,
 * all or in part. Every other page is a VMA that merges with none.
 */
struct variant {
	const char *name;
	bool prev, next;      /* Is this neighbour one to merge with? */
	bool written;	      /* Has next, and it alone, an anon_vma? */
	unsigned int gap;     /* a bit for each of pages 2 to 4 */
	unsigned int at, len; /* what is mapped */
};

static const struct variant variants[] = {
	{ "into a gap, after prev", true, false, false, 1, 2, 1 },
	{ "at the start of a gap, after prev", true, false, false, 7, 2, 1 },
	{ "into a gap, before next", false, true, false, 4, 4, 1 },
	{ "at the end of a gap, before next", false, true, false, 7, 4, 1 },
	{ "into a gap, between both", true, true, false, 7, 2, 3 },
	{ "into a gap, between both, next written", true, true, true, 7, 2, 3 },
	{ "over a VMA, after prev", true, false, false, 0, 2, 1 },
	{ "over three VMAs, between both", true, true, false, 0, 2, 3 },
	{ "into a gap, far from both", false, false, false, 7, 3, 1 },
};

static int serial = -1, kmsg = -1;

/* To the serial port, which is not the kernel's console: that has more to say. */
static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vdprintf(serial, fmt, ap);
	va_end(ap);
}

static void __attribute__((noreturn)) finish(void)
{
	reboot(RB_AUTOBOOT);
	_exit(1);
}

static void __attribute__((noreturn)) die(const char *what)
{
	say("faults: %s: %s\n", what, strerror(errno));
	if (getpid() == 1)
		finish();
	_exit(1);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static void put_number(const char *path, unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	put(path, text);
}

/* Is there a complaint in what the kernel has logged since the last call? */
static bool complaint(char *first, size_t size)
{
	char record[8192];
	bool found = false;

	for (;;) {
		ssize_t n = read(kmsg, record, sizeof(record) - 1);
		const char *text;

		if (n < 0 && errno == EPIPE) /* Some of it is overwritten. */
			continue;
		if (n <= 0)
			return found;
		record[n] = 0;
		text = strchr(record, ';');
		text = text ? text + 1 : record;
		if (found || (!strstr(text, "BUG") && !strstr(text, "WARN") &&
			      !strstr(text, "Oops")))
			continue;
		found = true;
		snprintf(first, size, "%.*s", (int)strcspn(text, "\n"), text);
	}
}

static void *page(unsigned int i)
{
	return (void *)(ARENA + i * PAGE);
}

static void *map(const struct kind *k, unsigned int i, unsigned int len)
{
	return mmap(page(i), len * PAGE, RW, k->flags | MAP_FIXED, k->fd,
		    i * PAGE);
}

/* A VMA that merges neither with the one before nor with a kind's. */
static void fill(unsigned int i)
{
	if (mmap(page(i), PAGE, i & 1 ? PROT_READ : PROT_NONE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		die("mmap");
}

static void build(const struct kind *k, const struct variant *v)
{
	munmap(page(0), SITES * SITE * PAGE);
	for (unsigned int i = 0; i < SITES * SITE; i++) {
		unsigned int p = i % SITE;

		if ((p == 1 && v->prev) || (p == 5 && v->next)) {
			if (map(k, i, 1) == MAP_FAILED)
				die(k->name);
		} else if (p < 2 || p > 4 || !(v->gap & 1U << (p - 2))) {
			fill(i);
		}
	}
}

enum {
	MAPPED = 1,
	FAULTED = 2
};

/* mmap() when so many units are allocated and then times allocations fail. */
static int try(const struct kind *k, const struct variant *v, unsigned int site,
	       unsigned int units, unsigned int times)
{
	char text[16] = "";
	void *p;
	int fd;

	/* Not before: an anon_vma that fork() has cloned does not merge. */
	if (v->written)
		*(volatile char *)page(site + 5) = 1;
	put_number(FAILSLAB "space", units * UNIT);
	put_number(FAILSLAB "times", times);
	fd = open("/proc/thread-self/make-it-fail", O_RDWR);
	if (fd < 0 || write(fd, "1", 1) != 1)
		die("make-it-fail");
	p = map(k, site + v->at, v->len);
	if (pwrite(fd, "0", 1, 0) != 1)
		die("make-it-fail");
	fd = open(FAILSLAB "times", O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		die(FAILSLAB "times");
	return (p == MAP_FAILED ? 0 : MAPPED) |
	       (strtoul(text, NULL, 10) == times ? 0 : FAULTED);
}

/*
 * In a process of its own, which is left where it is if the kernel complains: its end
 * would take down more. One that dies in the kernel with its mmap_lock held says
 * nothing and never ends.
 */
static int trial(const struct kind *k, const struct variant *v,
		 unsigned int site, unsigned int units, unsigned int times,
		 char *first, size_t size)
{
	struct pollfd answer = { .events = POLLIN };
	int fds[2], result = FAULTED;
	pid_t pid;

	complaint(first, size);
	*first = 0;
	if (pipe(fds))
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (!pid) {
		result = try(k, v, site, units, times);
		if (write(fds[1], &result, sizeof(result)) < 0)
			_exit(1);
		pause();
	}
	close(fds[1]);
	answer.fd = fds[0];
	/* A minute, on a busy host; two seconds once the kernel has complained. */
	for (int left = 600; poll(&answer, 1, 100) != 1 && left > 0; left--)
		if (complaint(first, size))
			left = 20;
	if (!answer.revents ||
	    read(fds[0], &result, sizeof(result)) != sizeof(result))
		if (!*first)
			snprintf(first, size, "it does not come back");
	close(fds[0]);
	if (!complaint(first, size) && !*first) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		complaint(first, size);
	}
	return result;
}

/* Returns how many allocations failed. */
static unsigned long sweep(const struct kind *k, const struct variant *v)
{
	static const unsigned int times[] = { 1, MANY };
	unsigned long faults = 0, mapped = 0, complaints = 0;

	build(k, v);
	for (unsigned int i = 0; i < 2 * SITES; i++) {
		unsigned int site = i / 2 * SITE;

		for (unsigned int units = 0;; units++) {
			char first[160];
			int result = trial(k, v, site, units, times[i % 2],
					   first, sizeof(first));

			if (*first) {
				complaints++;
				say("HIT %s, %s, site %u, %s after %u bytes: %s\n",
				    k->name, v->name, i / 2,
				    i % 2 ? "all" : "one", units * UNIT, first);
			}
			/* With a unit more it is as a rule the same allocation again. */
			if (*first || !(result & FAULTED))
				break;
			faults++;
			mapped += result & MAPPED;
		}
	}
	say("%-12s %-40s %5lu faults, %4lu of them mapped all the same, %3lu complaints\n",
	    k->name, v->name, faults, mapped, complaints);
	return faults;
}

static void copy(const char *from, const char *to)
{
	static char buf[1 << 16];
	int in = open(from, O_RDONLY), out = open(to, O_WRONLY);
	ssize_t n;

	if (in < 0 || out < 0)
		die(to);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, n) != n)
			die(to);
	if (n < 0 || fsync(out))
		die(to);
	close(in);
	close(out);
}

static void set_up(void)
{
	static const struct {
		const char *type, *at;
	} mounts[] = {
		{ "proc", "/proc" },
		{ "sysfs", "/sys" },
		{ "devtmpfs", "/dev" },
		{ "debugfs", "/sys/kernel/debug" },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].at, 0755);
		mount(mounts[i].type, mounts[i].at, mounts[i].type, 0, NULL);
	}
	serial = open("/dev/ttyS0", O_WRONLY | O_NOCTTY);
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK);
	if (kmsg < 0)
		die("/dev/kmsg");
	copy("/dax.img", "/dev/pmem0");
	mkdir("/mnt", 0755);
	if (mount("/dev/pmem0", "/mnt", "ext4", 0, "dax=always"))
		die("/mnt");
	put(FAILSLAB "ignore-gfp-wait", "N");
	put(FAILSLAB "verbose", "0");
	put(FAILSLAB "task-filter", "Y");
	put(FAILSLAB "probability", "100");
}

int main(void)
{
	unsigned long faults = 0;

	set_up();

	const struct kind kinds[] = {
		{ "secretmem", MAP_SHARED, syscall(SYS_memfd_secret, 0) },
		{ "dax_private", MAP_PRIVATE,
		  open("/mnt/f", O_RDWR | O_CREAT, 0600) },
		{ "memfd", MAP_SHARED, memfd_create("f", 0) },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].fd < 0 ||
		    ftruncate(kinds[i].fd, SITES * SITE * PAGE))
			die(kinds[i].name);
		for (unsigned int j = 0; j < ARRAY_SIZE(variants); j++)
			/* Only a private mapping gets an anon_vma. */
			if (!variants[j].written || kinds[i].flags == MAP_PRIVATE)
				faults += sweep(&kinds[i], &variants[j]);
	}
	say("faults: done, %lu\n", faults);
	finish();
}
