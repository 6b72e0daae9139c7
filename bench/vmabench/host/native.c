// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The native tier: one boot of a kernel that is a program of this machine (ARCH=um). A
 * driver inside of it makes the calls of scenarios and times them; nothing is asked of
 * the machine but that it runs programs of an ordinary user.
 *
 * An image is one of many that are linked of the same objects, with the functions in an
 * order drawn from a seed, its layout: where functions are moves times by more than most
 * patches do. The layout is the unit of the experiment, boots are repeats of it.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "guest/guest.h"
#include "host/host.h"
#include "record/write.h"
#include "run/calls.h"
#include "native.h"
#include "uml.h"

/*
 * Mappings besides, as a small program has them: a tree with nothing in it but what is
 * measured is one node.
 */
#define OTHERS 24

/* To the host, all of the kernel is user space. */
#define NATIVE_EVENTS "cycles:u,instructions:u,branch-misses:u,cache-misses:u"

/* A boot, and all of the scenarios, are a second. */
#define TIMEOUT_S 60

static bool is_on_disk(const struct native_scenario *head)
{
	for (uint32_t i = 0; i < head->nr_files; i++)
		if (head->files[i].backing == NATIVE_EXT4)
			return true;
	return false;
}

/* The disk of the exact tier's guests that "file" is on. */
static const struct guest_disk *const disk = &guest_disks[0];

/*
 * Makes the disk for the first one that needs it, or gives a reason why there is none.
 * 0, or -ENOSPC where there is no room for one, which was said.
 */
static int need_disk(struct native *n, char *reason, size_t size)
{
	char *path = n->disk ? n->disk : path_of(n->scratch, "/disk");
	int err = n->disk ? 0 : write_disk(path, n->scratch, disk);

	if (!err) {
		n->disk = path;
		return 0;
	}
	free(path);
	if (ran_out_of_room(n->scratch))
		return -ENOSPC;
	if (err == -ENOENT)
		snprintf(reason, size,
			 "is on %s, and what makes that is not there (Debian: %s)",
			 disk->type, disk->packages);
	else
		snprintf(reason, size, "making the %s that it is on: %s",
			 disk->type, strerror(-err));
	return 0;
}

/* What the driver can run, in an order drawn from the seed. The others are skipped. */
static int record_all(struct native *n, json_t *lines)
{
	uint64_t random = n->boot.seed;
	int err = 0;

	for_each_scenario(s)
	{
		struct recorded rec;

		if (err || !is_chosen(&n->what.chosen, s))
			continue;
		err = record_calls(s, &rec);
		rec.head.nr_batches = n->nr_batches;
		rec.head.nr_singles = n->nr_singles;
		rec.head.nr_counted = n->events.nr ? n->nr_counted : 0;
		rec.head.max_warmup = n->max_warmup;
		rec.head.nr_others += n->others;
		if (!err && !*rec.reason && is_on_disk(&rec.head))
			err = need_disk(n, rec.reason, sizeof(rec.reason));
		if (!err && *rec.reason)
			json_array_append_new(lines, reason_line("skip", s, NULL,
								 rec.reason));
		if (err || *rec.reason)
			free(rec.calls);
		else
			*xappend(n->recorded, n->nr) = rec;
	}
	for (size_t i = n->nr; i > 1; i--) {
		size_t j = splitmix64(&random) % i;
		struct recorded t = n->recorded[i - 1];

		n->recorded[i - 1] = n->recorded[j];
		n->recorded[j] = t;
	}
	return err;
}

/* Rows and shapes of all scenarios. 0 or -errno. */
static int add_lines(const struct native *n, const struct replayed *re,
		     json_t *lines, json_t *info)
{
	uint32_t least = n->reference ? n->reference : UINT32_MAX;
	unsigned int most_warmup = 0, unsteady = 0, again = 0, shared = 0;
	int err = 0;

	for (size_t i = 0; i < n->nr; i++)
		least = least_reference(&n->recorded[i], &re[i], least);
	for (size_t i = 0; i < n->nr && !err; i++) {
		const struct native_report *report = &re[i].report;

		if (report->nr_warmup > most_warmup)
			most_warmup = report->nr_warmup;
		unsteady += !report->err && !report->steady;
		again += report->nr_again;
		shared += !was_alone(&n->recorded[i], &re[i], least);
		err = add_replayed(&n->recorded[i], &re[i], least,
				   n->what.retry, lines);
		add_counted(&n->recorded[i], &re[i], n->events.list,
			    n->events.nr, lines);
	}
	json_object_set_new(info, "warmup_batches",
			    json_sprintf("up to %u", most_warmup));
	json_object_set_new(info, "not_steady_after_warmup",
			    json_sprintf("%u", unsteady));
	json_object_set_new(info, "batches_again", json_sprintf("%u", again));
	json_object_set_new(info, "scenarios_shared", json_sprintf("%u", shared));
	if (least < UINT32_MAX)
		json_object_set_new(info, "reference_ticks",
				    json_sprintf("%u", least));
	return err;
}

/** native_read_answer - 0, or -EPROTO where the answer is not whole */
int native_read_answer(struct native *n, struct uml *u, json_t *lines,
		       struct native_hello *hello, json_t *info)
{
	struct answer answer = { .at = u->answer, .left = u->size };
	struct replayed *re = xcalloc(n->nr + 1, sizeof(*re));
	int err = -EPROTO;

	if (read_answer(&answer, n->recorded, n->nr, re, hello))
		err = add_lines(n, re, lines, info);
	free(re);
	return err;
}

/* The line that a file of the image has, to be freed; NULL without it. */
static char *line_of(const struct native *n, const char *file)
{
	char *path = path_of(n->image, file), *line = read_line(path);

	free(path);
	return line;
}

static json_t *make_boot(const struct native *n)
{
	char *boot_id = read_line("/proc/sys/kernel/random/uuid");
	json_t *boot = json_pack("{s:i, s:i, s:i, s:I, s:s?}", "index",
				 n->boot.index, "block", n->boot.block, "order",
				 n->boot.order, "seed",
				 (json_int_t)n->boot.seed, "boot_id", boot_id);

	if (n->layout_set) {
		json_object_set_new(boot, "layout", json_integer(n->layout));
		json_object_set_new(boot, "layout_set",
				    json_string(n->layout_set));
	}
	free(boot_id);
	return boot;
}

static json_t *make_header(const struct native *n,
			   const struct native_hello *hello, json_t *info)
{
	/* Of the objects that the image was linked of: the same in all of its layouts. */
	char *id = line_of(n, "/objects.id");
	char *differences = line_of(n, "/config-differences");
	char *release = plain_text(hello->release);
	char *version = plain_text(hello->version);
	json_t *kernel = json_pack("{s:s, s:s, s:s?, s:n, s:n}", "release",
				   release, "version", version, "build_id", id,
				   "cmdline", "config_sha256");
	json_t *env = metal_env(n->boot.cpu), *head;

	add_config_hash(kernel, n->image);
	json_object_set_new(env, "memory", json_sprintf("%u MiB", n->memory_mib));
	note_host(info, n->boot.cpu);
	json_object_set_new(info, "retry",
			    json_string(retry_names[n->what.retry]));
	if (n->commit)
		json_object_set_new(info, "commit", json_string(n->commit));
	if (differences)
		json_object_set_new(info, "config_differences",
				    json_string(differences));
	head = record_head(TIER_NATIVE, n->stage);
	if (n->what.about)
		json_object_set(head, "series", n->what.about);
	json_object_update_new(head,
			       json_pack("{s:o, s:o, s:O, s:o, s:o}", "kernel",
					 kernel, "env", env, "info", info, "suite",
					 suite_info(), "boot", make_boot(n)));
	if (bench_clock.step_ns > 0)
		json_object_set_new(head, "clock_step_ns",
				    json_real(bench_clock.step_ns));
	free(version);
	free(release);
	free(id);
	free(differences);
	return head;
}

/* What this machine does not have, before anything is booted. Exit status. */
static int refuse(const struct native *n, const char *what, const char *why)
{
	complain("vmabench native: %s: %s\n", what, why);
	if (n->reason)
		write_reason(n->reason, what, why);
	return 3;
}

/* Exit status. */
static int say_no_recording(const struct native *n, int err)
{
	const char *why = strerror(-err);

	if (err == -EINVAL || err == -ENOSYS)
		why = "this kernel has none (CONFIG_SECCOMP_FILTER)";
	else if (err == -EPERM || err == -EACCES)
		why = "the filter of this container forbids another one: give it a profile that allows prctl and seccomp (--security-opt seccomp=FILE)";
	return refuse(n, "calls of scenarios are recorded by a seccomp filter",
		      why);
}

/* None of what was asked for can be timed, on whichever kernel. Exit status. */
static int say_none(const struct native *n, json_t *skips)
{
	json_t *reasons = json_object(), *line;
	char *why;
	size_t i;
	int status;

	json_array_foreach(skips, i, line)
		json_object_set(reasons,
				json_string_value(json_object_get(line,
								  "scenario")),
				json_object_get(line, "reason"));
	why = native_join_reasons(reasons);
	status = refuse(n, "no scenario can be timed", why);
	free(why);
	json_decref(reasons);
	return status;
}

/* What was asked for; that a machine has no PMU is in the record. */
static void say_unavailable(const struct native *n, json_t *info)
{
	json_t *reasons = json_object_get(info, "events_unavailable");

	if (reasons && strcmp(n->wanted, NATIVE_EVENTS))
		complain("vmabench native: not counted: %s\n",
			 json_string_value(reasons));
}

static int measure(struct native *n)
{
	json_t *lines = json_array(), *info = json_object(), *head;
	struct native_hello hello;
	int err = native_choose_events(&n->events, n->wanted, info), status;

	if (err) {
		complain("vmabench native: --events: not a list of up to %d events: '%s'\n",
			 NATIVE_COUNTS, n->wanted);
		json_decref(info);
		json_decref(lines);
		return 2;
	}
	say_unavailable(n, info);
	err = record_all(n, lines);

	status = err == -ENOSPC ? 1 : err ? say_no_recording(n, err) : 0;
	if (!status && n->probe && !n->nr)
		status = say_none(n, lines);
	if (!status && n->image)
		status = native_boot(n, lines, &hello, info);
	if (!status && n->probe && n->image)
		printf("%u\n", n->memory_mib);
	if (!status && !n->probe) {
		head = make_header(n, &hello, info);
		status = leave_out_refused(head, lines, n->stage);
		if (!status)
			status = save_record(&n->record, head, lines);
		json_decref(head);
	}
	if (!status && !n->probe &&
	    count_failures(lines) + count_undeclared(lines, n->commit))
		status = 3;
	json_decref(info);
	json_decref(lines);
	return status;
}

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_COMMIT,
	OPT_LAYOUT,
	OPT_LAYOUT_SET,
	OPT_BATCHES,
	OPT_WARMUP,
	OPT_TIMEOUT,
	OPT_REFERENCE,
	OPT_OTHERS,
	OPT_MEMORY,
	OPT_REASON,
	OPT_EVENTS,
	OPT_PROBE
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder of one layout of its kernel", 0 },
	{ "layout", OPT_LAYOUT, "N", 0,
	  "Seed that its functions were ordered by, for the record", 0 },
	{ "layout-set", OPT_LAYOUT_SET, "ID", 0,
	  "Which kernels were ordered by it together, 16 hexadecimal digits, for the record",
	  0 },
	{ "commit", OPT_COMMIT, "TEXT", 0,
	  "What the image was built of, for the record", 0 },
	{ "batches", OPT_BATCHES, "N", 0,
	  "Batches to record of each scenario (default 60)", 0 },
	{ "warmup", OPT_WARMUP, "N", 0,
	  "Batches before them, at most, until they are steady (default 400)", 0 },
	{ "reference", OPT_REFERENCE, "TICKS", 0,
	  "Least reference_ticks of other boots on this machine: batches that were slower are run again (default: that of this boot)",
	  0 },
	{ "others", OPT_OTHERS, "N", 0,
	  "Mappings besides those of a scenario (default 24, as a small program has)",
	  0 },
	{ "timeout", OPT_TIMEOUT, "N", 0,
	  "Seconds until the kernel is taken to hang (default 60)", 0 },
	{ "memory", OPT_MEMORY, "MIB", 0,
	  "Memory of the kernel, all of which it uses (default 64, or 48 where there is no more)",
	  0 },
	{ "events", OPT_EVENTS, "LIST", 0,
	  "Up to four events to count of the process that is the kernel (default: cycles, "
	  "instructions, branch-misses and cache-misses in user mode)",
	  0 },
	{ "reason", OPT_REASON, "FILE", 0,
	  "Write to FILE in a line why it did not work", 0 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "Keep no record: does it work here? Prints the MiB of memory that the kernel had; without --image, nothing is booted",
	  2 },
	{ 0 }
};

static const struct argp_child children[] = { { &what_argp, 0, NULL, 0 },
					      { &boot_argp, 0, NULL, 0 },
					      { 0 } };

static const struct field fields[] = {
	{ FIELD(OPT_STAGE, struct native, stage) },
	{ FIELD(OPT_IMAGE, struct native, image) },
	{ FIELD(OPT_COMMIT, struct native, commit) },
	{ NUMBER(OPT_LAYOUT, struct native, layout, "layout", 0, 1000000) },
	{ FIELD(OPT_LAYOUT_SET, struct native, layout_set) },
	{ NUMBER(OPT_BATCHES, struct native, nr_batches, "batches", 1, 20000) },
	{ NUMBER(OPT_WARMUP, struct native, max_warmup, "warmup", 8, 20000) },
	{ NUMBER(OPT_OTHERS, struct native, others, "others", 0, 10000) },
	{ NUMBER(OPT_REFERENCE, struct native, reference, "reference", 1,
		 1000000000) },
	{ NUMBER(OPT_MEMORY, struct native, memory_mib, "memory", 16, 1 << 20) },
	{ FIELD(OPT_EVENTS, struct native, wanted) },
	{ FIELD(OPT_REASON, struct native, reason) },
	{ NUMBER(OPT_TIMEOUT, struct native, timeout_s, "timeout", 1, 86400) },
	{ FIELD(OPT_PROBE, struct native, probe) },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct native *n = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &n->what;
		state->child_inputs[1] = &n->boot;
		return 0;
	case ARGP_KEY_END:
		if (!n->probe && (!n->image || !n->boot.output))
			usage_error(state, "--image and --output are needed");
		if ((n->layout < 0) != !n->layout_set)
			usage_error(state,
				    "--layout and --layout-set are of one layout: give both, or none");
		if (n->layout_set && !is_layout_set(n->layout_set))
			usage_error(state,
				    "--layout-set: '%s' is not 16 hexadecimal digits, as kernel.sh native prints them",
				    n->layout_set);
		return 0;
	default:
		return set_field(fields, key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[SCENARIO...]",
	.doc = "Measure one boot of a kernel that is a program of this machine (ARCH=um): the time of the calls inside of the kernel.\v"
	       "Example:\n"
	       "  vmabench native --stage=noretry --image=DIR --layout=1 -o boot-0000.jsonl\n"
	       "DIR is what 'scripts/kernel.sh native 1 1 noretry' prints last.",
	.children = children,
};

/* The kernel is a program, and of whoever may change it. */
static bool may_run(const char *image)
{
	char *vmlinux = path_of(image, "/vmlinux");
	char *foreign = foreign_part(vmlinux, false);

	if (foreign)
		complain("vmabench native: %s: %s, and root runs no kernel that another user can change: take one that is root's, or run this as an ordinary user\n",
			 vmlinux, foreign);
	free(vmlinux);
	free(foreign);
	return !foreign;
}

int cmd_native(int argc, char **argv)
{
	struct native n = {
		.stage = "kernel",
		.nr_batches = 60,
		.nr_singles = 20,
		.nr_counted = 20,
		.wanted = NATIVE_EVENTS,
		.max_warmup = 400,
		.timeout_s = TIMEOUT_S,
		.others = OTHERS,
		.layout = -1,
		.boot = { .seconds = 1, .seed = 1, .cpu = -1 },
		.record.fd = -1,
	};
	const char *no_tsc;
	int status;

	parse_command(&argp, argc, argv, &n);
	if (n.image && !may_run(n.image))
		return 2;
	no_tsc = clock_why_no_tsc();
	if (no_tsc)
		return refuse(&n, "the driver has no other clock than the TSC",
			      no_tsc);
	if (n.boot.cpu < 0)
		n.boot.cpu = choose_cpu("vmabench native");
	if (n.boot.cpu < 0)
		return 1;
	if (!n.probe && !open_record(&n.record, n.boot.output))
		return 1;
	clock_init();
	catch_signals();
	n.scratch = make_scratch(NULL);
	status = n.scratch ? measure(&n) : 1;
	while (n.events.nr)
		free(n.events.list[--n.events.nr].full);
	if (n.scratch)
		end_scratch(n.scratch, false);
	new_file_drop(&n.record);
	free(n.scratch);
	free(n.disk);
	for (size_t i = 0; i < n.nr; i++)
		free(n.recorded[i].calls);
	free(n.recorded);
	free(n.what.chosen.names);
	return status;
}
