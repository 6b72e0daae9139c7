// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a scenario leaves behind for good: VMAs, locked memory, the charge for
 * private memory, references to files. A kernel that gives back all that it
 * took leaves nothing; one that does not is a finding.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/write.h"
#include "session.h"

/* A number of a file in /proc after @key; read without allocating. */
static long number_after(const char *path, const char *key)
{
	char text[8192];
	const char *at;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (n < 0)
		return -1;
	text[n] = '\0';
	at = strstr(text, key);
	return at ? strtol(at + strlen(key), NULL, 10) : -1;
}

/** read_leftovers - how much of everything there is now; -1 for unknown */
void read_leftovers(struct leftovers *left)
{
	left->vmas = count_all_vmas();
	left->locked_kib = number_after("/proc/self/status", "VmLck:");
	left->files = number_after("/proc/sys/fs/file-nr", "");
}

static long committed_kib(void)
{
	return number_after("/proc/meminfo", "Committed_AS:");
}

#define CHARGED_BATCHES 9

static int compare_longs(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* What other processes charge in a time that is as long as a batch. */
static long charged_meanwhile(uint64_t ns)
{
	long before = committed_kib();
	uint64_t end = monotonic_ns() + ns;

	while (monotonic_ns() < end)
		;
	return committed_kib() - before;
}

/**
 * charged_by_batch - how much memory a batch leaves charged to the machine
 * @t: task; its recorded batches are over
 * @charge: filled
 *
 * It is read right before and after each: other processes charge and give back all
 * the time, and a leak is the same in every batch. On metal, where there are others,
 * what they do is measured besides, and taken off.
 *
 * Return: 0, -errno, or 1 with run.reason set.
 */
int charged_by_batch(struct task *t, struct charge *charge)
{
	const struct scenario *sc = t->run.scenario;
	bool guest = t->s->config->guest;
	long left[CHARGED_BATCHES] = { 0 };
	uint64_t start_ns;
	int err = 0;

	for (unsigned int b = 0; b < CHARGED_BATCHES && !err; b++) {
		start_ns = guest ? 0 : monotonic_ns();
		left[b] = -committed_kib();
		err = prepare_with(t, sc->prepare);
		for (unsigned int k = 0; k < t->s->nr_kinds && !err; k++) {
			err = prepare_with(t, sc->ops[k].prepare);
			for (unsigned int i = 0; i < t->run.nr_ops && !err; i++)
				sc->ops[k].run(&t->run, i);
		}
		if (munmap(t->run.window, window_bytes(&t->run)))
			err = -errno;
		left[b] += committed_kib();
		if (!guest)
			left[b] -= charged_meanwhile(monotonic_ns() - start_ns);
	}
	qsort(left, CHARGED_BATCHES, sizeof(*left), compare_longs);
	*charge = (struct charge){ left[1], left[CHARGED_BATCHES / 2],
				   left[CHARGED_BATCHES - 2] };
	return err;
}

/*
 * On metal the whole machine charges memory and opens files. A leak is told
 * from that only where the scenario would have leaked much more than others
 * are likely to take in the meantime, and by most of it; and what is more than
 * all that it has mapped is not its own.
 */
#define METAL_LEAK_MIN_KIB 1024

static bool is_commit_leak(const struct session *s, const struct charge *charge,
			   long nr_ops)
{
	size_t bytes = s->run.scenario->op_bytes ? s->run.scenario->op_bytes
						 : s->run.unit_bytes;
	long mapped = nr_ops * (long)(bytes / 1024);

	if (s->config->guest)
		return charge->kib != 0;
	return mapped >= METAL_LEAK_MIN_KIB &&
	       charge->least >= mapped / 4 * 3 && charge->most <= mapped;
}

static int finding(struct session *s, const char *name, const char *what,
		   long value, const char *unit, long nr_ops, const char *why)
{
	json_t *line = scenario_line("finding", s->run.scenario,
				     s->run.scenario->ops[0].name);

	json_object_set_new(line, "name", json_string(name));
	json_object_set_new(line, "text",
			    json_sprintf("%ld %s of %s are left behind by %ld operations%s",
					 value, unit, what, nr_ops, why));
	return emit(s->out, line);
}

/*
 * Two leaks are known. A new mapping is charged before the file is asked: from
 * v6.16 until 6cc27d821963, nothing is given back when the hook fails. And
 * where it was to replace others, it has taken over their charge: of that,
 * 6.12 does not give back anything either.
 */
static const char *why_charged(const struct session *s)
{
	const struct scenario *sc = s->run.scenario;

	if (!sc->ops[0].expect_errno)
		return "";
	return sc->prepare || sc->ops[0].prepare
		       ? ": when the file's hook fails, mmap() does not give back the charge of the private writable memory that it has unmapped"
		       : ": when the file's hook fails, mmap() does not give back the charge for private writable memory (mainline from v6.16 until 6cc27d821963)";
}

static int left_row(struct session *s, enum metric_id metric, long value,
		    unsigned int nr_ops)
{
	json_t *line = metric_line(s->run.scenario, s->run.scenario->ops[0].name,
				   metric, PASS_COUNTS, true, nr_ops);

	json_object_set_new(line, "batches", json_pack("[I]", (json_int_t)value));
	return emit(s->out, line);
}

/**
 * emit_leftovers - rows about what the recorded batches have left behind, and
 *	findings where that is something
 * @s: session
 * @before: before the first recorded batch
 * @after: after the last one, once RCU is done
 * @charge: what stays charged after a batch
 *
 * Return: 0 or -errno.
 */
int emit_leftovers(struct session *s, const struct leftovers *before,
		   const struct leftovers *after, const struct charge *charge)
{
	unsigned int nr_ops =
		s->crew->tasks[0].batch * s->run.nr_ops * s->nr_kinds;
	long vmas = after->vmas - before->vmas;
	long locked = after->locked_kib - before->locked_kib;
	unsigned int batch_ops = s->run.nr_ops * s->nr_kinds;
	long files = after->files - before->files;
	bool guest = s->config->guest;
	int err;

	err = left_row(s, METRIC_LEFT_VMAS, vmas, nr_ops);
	if (!err)
		err = left_row(s, METRIC_LEFT_LOCKED, locked, nr_ops);
	if (!err && guest)
		err = left_row(s, METRIC_LEFT_COMMITTED, charge->kib, batch_ops);
	if (!err && guest)
		err = left_row(s, METRIC_LEFT_FILES, files, nr_ops);
	if (!err && vmas)
		err = finding(s, "vma-leak", "the process", vmas, "VMAs",
			      nr_ops, "");
	if (!err && locked)
		err = finding(s, "locked-memory-leak", "VmLck", locked, "KiB",
			      nr_ops, "");
	if (!err && files && guest)
		err = finding(s, "file-reference-leak", "file-nr", files,
			      "open files", nr_ops, "");
	if (!err && is_commit_leak(s, charge, batch_ops))
		err = finding(s, "commit-accounting-leak", "Committed_AS",
			      charge->kib, "KiB", batch_ops, why_charged(s));
	return err;
}
