// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host side of the exact tier: one stage's kernel, booted once in QEMU,
 * snapshotted, and run from that snapshot once per scenario, pass and repeat.
 *
 * Every run starts from the same machine state, so that adding or removing one
 * changes no figure of another. Every run is made twice, and two that differ
 * are a failure of the scenario, not an average.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "host/host.h"
#include "qemu.h"
#include "record/write.h"
#include "run/pass.h"
#include "run/run.h"
#include "scenario.h"
#include "symbols.h"
#include "system/system.h"

static const char *text_of(unsigned int n, char *buf)
{
	sprintf(buf, "%u", n);
	return buf;
}

/*
 * What lies in memory before the kernel, and how long it takes, is up to QEMU's
 * firmware, and moves what the allocators have at hand. The kernel prints its version.
 */
static json_t *firmware_of(const struct exact *x)
{
	char *path = path_of(x->dir, "/boot.console");
	size_t len;
	char *console = read_whole(path, &len);
	char *dmi = console ? strstr(console, "DMI: ") : NULL;
	json_t *firmware;

	if (dmi)
		dmi[strcspn(dmi, "\r\n")] = '\0';
	dmi = dmi ? strstr(dmi, "BIOS ") : NULL;
	firmware = json_string(dmi ? dmi : "not known");
	free(console);
	free(path);
	return firmware;
}

static json_t *header(const struct exact *x)
{
	char number[2][16];
	char *path = path_of(x->dir, "/boot.records");
	FILE *f = fopen(path, "re");
	json_t *kernel = NULL, *env;
	char *text = NULL;
	size_t size = 0;

	while (f && !kernel && getline(&text, &size, f) > 0) {
		json_t *j = json_loads(text, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));

		if (type && !strcmp(type, "guest"))
			kernel = json_incref(json_object_get(j, "kernel"));
		else if (type && !strcmp(type, "guest-error"))
			fprintf(stderr, "vmabench: %s: guest: %s\n", x->stage,
				json_string_value(json_object_get(j, "reason")));
		json_decref(j);
	}
	free(text);
	if (f)
		fclose(f);
	free(path);
	if (!kernel)
		return NULL;
	env = machine_env(x);
	add_linking(env);
	add_config_hash(kernel, x->image);
	json_object_set_new(kernel, "code", json_string(x->symbols.code));
	json_object_set_new(env, "firmware", firmware_of(x));
	return json_pack("{s:s, s:{s:s, s:i, s:i}, s:s, s:s, s:o, s:o, s:{s:s, s:s, s:s, s:s*}, s:o, s:{s:i, s:i, s:i, s:i, s:n}}",
			 "type", "header", "schema", "name", "vmabench-record",
			 "major", 1, "minor", 4, "tier", "exact", "stage",
			 x->stage, "kernel", kernel, "env", env, "info",
			 "retry", retry_names[x->retry], "repeats",
			 text_of(REPEATS, number[0]), "warmup_batches",
			 text_of(x->nr_warmup, number[1]), "commit", x->commit,
			 "suite", suite_info(), "boot", "index", 0, "block", 0,
			 "order", 0, "seed", x->seed, "boot_id");
}

/* Names only: to tell a function that was not called from one that was inlined. */
static json_t *symbols_line(const struct symbols *s)
{
	char *names = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&names, &len);
	json_t *line = NULL;

	for (const char *at = s->table, *end; f && (end = strchr(at, '\n'));
	     at = end + 1)
		if (end - at > SYMBOL_NAME_AT)
			fprintf(f, "%s%.*s", at == s->table ? "" : " ",
				(int)(end - at - SYMBOL_NAME_AT),
				at + SYMBOL_NAME_AT);
	if (f && fclose(f) == 0)
		line = json_pack("{s:s, s:s}", "type", "symbols", "names", names);
	free(names);
	return line;
}

/* The plugin's table of symbols. */
static int write_symbols(const struct symbols *s, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return -errno;
	fputs(s->table, f);
	return fclose(f) ? -errno : 0;
}

static struct job *make_jobs(const struct exact *x, size_t *nr)
{
	static const struct pass *const passes[] = { &pass_insns, &pass_counts };
	struct job *jobs;
	size_t max = 0;

	for_each_scenario(s) max += is_chosen(&x->chosen, s) ? 2 * REPEATS : 0;
	jobs = calloc(max, sizeof(*jobs));
	*nr = 0;
	for_each_scenario(s)
	{
		if (!is_chosen(&x->chosen, s))
			continue;
		for (size_t p = 0; p < 2; p++)
			for (int r = 0; r < REPEATS && jobs; r++) {
				struct job *job = &jobs[*nr];

				job->scenario = s;
				job->pass = passes[p];
				if (asprintf(&job->base, "%s/%zu", x->dir, *nr) <
				    0)
					exit(1);
				(*nr)++;
			}
	}
	return jobs;
}

static bool is_our_kernel(const struct exact *x, const json_t *head)
{
	const char *id =
		json_string_value(json_object_get(json_object_get(head, "kernel"),
						  "build_id"));

	return id && !strcmp(id, x->symbols.build_id);
}

static void say_note(const char *text)
{
	fprintf(stderr, "vmabench: %s\n", text);
}

/* For --reason, in a line. */
static void write_reason(const char *path, const char *what, const char *words)
{
	FILE *f = fopen(path, "we");
	bool ok = f &&
		  fprintf(f, "%s%s%s\n", what, *words ? ": " : "", words) > 0;

	if ((f && fclose(f)) || !ok)
		fprintf(stderr, "vmabench: writing %s: %s\n", path,
			strerror(errno));
}

/* On stderr with all that is known. */
static void say_boot_failure(const struct exact *x, const char *what)
{
	char *base = path_of(x->dir, "/boot");
	char *path = path_of(base, ".console");
	size_t len;
	char *console = read_whole(path, &len);
	char *words = last_words(console);

	print_boot_failure(what, base);
	if (x->reason)
		write_reason(x->reason, what, words ? words : "");
	free(words);
	free(console);
	free(path);
	free(base);
}

/* What a guest is given: as a status, see measure(). */
static int write_files(struct exact *x)
{
	const char *what = "writing symbols";
	char *path = path_of(x->image, "/vmlinux");
	int err = symbols_read(path, &x->symbols);

	free(path);
	if (err)
		return interrupted ? 128 + interrupted : 1;
	path = path_of(x->dir, "/symbols");
	err = write_symbols(&x->symbols, path);
	free(path);
	if (x->module && !is_module_of(x->module, x->image))
		x->module = NULL;
	if (!err) {
		what = "writing the initramfs";
		path = path_of(x->dir, "/initrd");
		err = write_initrd(path, "/proc/self/exe", x->module);
		free(path);
	}
	if (!err) {
		what = "making the guest's disks (Debian: e2fsprogs)";
		err = write_disks(x->dir, say_note);
	}
	if (err)
		fprintf(stderr, "vmabench: %s: %s\n", what, strerror(-err));
	return err ? 1 : 0;
}

/* The header of its record, or NULL with @status. */
static json_t *boot_kernel(const struct exact *x, int *status)
{
	int err = boot(x);
	json_t *head;

	*status = interrupted ? 128 + interrupted : 3;
	if (err) {
		if (!interrupted)
			say_boot_failure(x, err == -ETIMEDOUT
						    ? "the kernel hung while booting"
						    : "the kernel did not boot");
		return NULL;
	}
	head = header(x);
	if (!head)
		say_boot_failure(x, "the guest did not say which kernel it is");
	if (!head || is_our_kernel(x, head))
		return head;
	fprintf(stderr,
		"vmabench: the guest runs another kernel than %s/vmlinux (build id)\n",
		x->image);
	json_decref(head);
	*status = 1;
	return NULL;
}

/* All runs; @nr: how many. Exit status. */
static int run_all(const struct exact *x, json_t *lines, size_t *nr)
{
	struct job *jobs = make_jobs(x, nr);
	int err = jobs ? run_jobs(x, jobs, *nr) : -ENOMEM;

	if (err && !interrupted)
		fprintf(stderr, "vmabench: running guests: %s\n", strerror(-err));
	for (size_t i = 0; i < *nr && !err; i += REPEATS)
		conclude(x, &jobs[i], lines);
	if (!err && x->stacks)
		err = add_stacks(x, lines);
	for (size_t i = 0; i < *nr && jobs; i++)
		free(jobs[i].base);
	free(jobs);
	return !err ? 0 : interrupted ? 128 + interrupted : 1;
}

/* Exit status: 0, 1 the tool failed, 3 the kernel did. */
static int measure(struct exact *x)
{
	json_t *lines = json_array(), *head;
	uint64_t t0 = monotonic_ns(), t1;
	size_t nr = 0, failures, undeclared;
	int status = write_files(x), err;

	if (status)
		return status;
	head = boot_kernel(x, &status);
	if (!head)
		return status;
	t1 = monotonic_ns();
	status = calibrate(x) ? interrupted ? 128 + interrupted : 1
			      : run_all(x, lines, &nr);
	if (status) {
		json_decref(head);
		return status;
	}
	join_shapes(lines);
	json_array_insert_new(lines, 0, symbols_line(&x->symbols));
	err = write_record(x->out, head, lines);
	if (err) {
		fprintf(stderr, "vmabench: writing %s: %s\n", x->out,
			strerror(-err));
		return 1;
	}
	failures = count_failures(lines);
	undeclared = count_undeclared(lines, x->commit);
	fprintf(stderr,
		"%s: booted in %.1f s, counter calibrated, %zu runs in %.1f s, %zu failures",
		x->stage, (double)(t1 - t0) / 1e9, nr,
		(double)(monotonic_ns() - t1) / 1e9, failures);
	if (undeclared)
		fprintf(stderr, ", %zu shape%s not declared", undeclared,
			undeclared == 1 ? " is" : "s are");
	fputc('\n', stderr);
	json_decref(lines);
	return failures + undeclared ? 3 : 0;
}

static bool chosen_need_module(const struct choice *choice)
{
	for_each_scenario(s) if (is_chosen(choice, s) &&
				 s->backing->needs_module) return true;
	return false;
}

/* A record of the same image, measured before: only what it is called is new. */
static int take_kept(const struct exact *x)
{
	json_error_t why;
	json_t *lines = json_array(), *head = NULL, *info, *trailer;
	FILE *f = fopen(x->kept, "re");
	char *text = NULL;
	size_t size = 0, nr;
	int err = f ? 0 : -errno;

	while (!err && getline(&text, &size, f) > 0) {
		json_t *line = json_loads(text, 0, &why);

		if (!line)
			err = -EBADMSG;
		else if (!head)
			head = line;
		else
			json_array_append_new(lines, line);
	}
	nr = json_array_size(lines);
	info = json_object_get(head, "info");
	trailer = nr ? json_array_get(lines, nr - 1) : NULL;
	if (!err &&
	    (!info || json_integer_value(json_object_get(trailer, "lines")) !=
			      (json_int_t)nr))
		err = -EBADMSG;
	if (!err) {
		json_array_remove(lines, nr - 1); /* the trailer */
		json_object_set_new(head, "stage", json_string(x->stage));
		json_object_del(info, "commit");
		if (x->commit)
			json_object_set_new(info, "commit",
					    json_string(x->commit));
		err = write_record(x->out, json_incref(head), lines);
	}
	if (err)
		fprintf(stderr, "vmabench: %s to %s: %s; remove the former\n",
			x->kept, x->out,
			err == -EBADMSG ? "it is not a whole record"
					: strerror(-err));
	else
		fprintf(stderr, "%s: measured before, taken from the cache\n",
			x->stage);
	free(text);
	if (f)
		fclose(f);
	json_decref(head);
	json_decref(lines);
	return err ? 1 : 0;
}

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_PLUGIN,
	OPT_QEMU,
	OPT_TIMEOUT,
	OPT_OPS,
	OPT_BATCHES,
	OPT_WARMUP,
	OPT_KEEP,
	OPT_STACKS,
	OPT_SEED,
	OPT_APPEND,
	OPT_SET,
	OPT_RETRY,
	OPT_MODULE,
	OPT_COMMIT,
	OPT_KEPT,
	OPT_REASON,
	OPT_PROBE,
	OPT_NEEDS_MODULE
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder with vmlinux", 0 },
	{ "output", 'o', "FILE", 0, "Record to write", 0 },
	{ "jobs", 'j', "N", 0, "Guests at a time (default 1)", 0 },
	{ "plugin", OPT_PLUGIN, "FILE", 0,
	  "TCG plugin (default: that beside this program which QEMU takes)", 0 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "Only see whether QEMU takes a plugin, and print which", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU (default qemu-system-x86_64)", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "Patience with a boot or a run (default 120)", 0 },
	{ "ops", OPT_OPS, "N", 0, "Operations per batch (default 64)", 0 },
	{ "batches", OPT_BATCHES, "N", 0, "Batches recorded (default 2)", 0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Other mappings of the process; 1, the default, for none", 0 },
	{ "stacks", OPT_STACKS, "SCENARIO", 0,
	  "Chains of callers of one scenario, in a run of its own", 0 },
	{ "set", OPT_SET, "SET", 0,
	  "primary (the default), or extended, which has all", 0 },
	{ "retry", OPT_RETRY, "WHEN", 0,
	  "When the kernel retries a merge: early, late, none, or unknown (the default)",
	  0 },
	{ "module", OPT_MODULE, "FILE", 0,
	  "Hook module of this kernel (default: none)", 0 },
	{ "commit", OPT_COMMIT, "TEXT", 0,
	  "What the image was built of, for the record", 0 },
	{ "kept", OPT_KEPT, "FILE", 0,
	  "Do not measure: FILE is a record of the same, under whatever name", 0 },
	{ "reason", OPT_REASON, "FILE", 0,
	  "If the kernel does not boot, write why to FILE, in a line", 0 },
	{ "needs-module", OPT_NEEDS_MODULE, NULL, 0,
	  "Only say, by exit status 0 or 1, whether a chosen scenario needs the hook module",
	  0 },
	{ "append", OPT_APPEND, "ARGS", 0, "More arguments for the kernel", 0 },
	{ "keep", OPT_KEEP, "DIR", 0,
	  "Work in DIR, and leave consoles, snapshot and plugin output there", 0 },
	{ "warmup", OPT_WARMUP, "N", 0, "Batches before them (default 1)", 0 },
	{ 0 }
};

static const struct plain_option plain_options[] = {
	{ OPT_STAGE, offsetof(struct exact, stage), 0, 0 },
	{ OPT_IMAGE, offsetof(struct exact, image), 0, 0 },
	{ OPT_PLUGIN, offsetof(struct exact, plugin), 0, 0 },
	{ OPT_QEMU, offsetof(struct exact, qemu), 0, 0 },
	{ OPT_MODULE, offsetof(struct exact, module), 0, 0 },
	{ OPT_COMMIT, offsetof(struct exact, commit), 0, 0 },
	{ OPT_KEPT, offsetof(struct exact, kept), 0, 0 },
	{ OPT_REASON, offsetof(struct exact, reason), 0, 0 },
	{ OPT_APPEND, offsetof(struct exact, append), 0, 0 },
	{ OPT_KEEP, offsetof(struct exact, keep), 0, 0 },
	{ 'o', offsetof(struct exact, out), 0, 0 },
	{ 'j', offsetof(struct exact, jobs), 1, 1024 },
	{ OPT_TIMEOUT, offsetof(struct exact, timeout_s), 1, 86400 },
	{ OPT_OPS, offsetof(struct exact, nr_ops), 1, 10000 },
	{ OPT_BATCHES, offsetof(struct exact, nr_batches), 1, 1000 },
	{ OPT_WARMUP, offsetof(struct exact, nr_warmup), 0, 1000 },
	{ OPT_SEED, offsetof(struct exact, seed), 1, 1000000 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct exact *x = state->input;

	if (take_option(plain_options, key, arg, x, state))
		return 0;
	switch (key) {
	case OPT_STACKS:
		if (!find_scenario(arg))
			argp_error(state, "--stacks: no scenario '%s'", arg);
		x->stacks = arg;
		break;
	case OPT_SET:
		choose_set(&x->chosen, arg, state);
		break;
	case OPT_RETRY:
		x->retry = parse_retry(arg, state);
		break;
	case OPT_PROBE:
		x->probe = true;
		break;
	case OPT_NEEDS_MODULE:
		x->needs_module = true;
		break;
	case ARGP_KEY_ARG:
		choose_scenario(&x->chosen, arg, state);
		break;
	case ARGP_KEY_END:
		if (!x->needs_module && !x->probe &&
		    (!x->stage || !x->image || !x->out))
			argp_error(state,
				   "--stage, --image and --output are needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	options,
	parse,
	"[SCENARIO...]",
	"Measure one kernel in QEMU: instructions and counts, exact to the digit.",
	NULL,
	NULL,
	NULL
};

int cmd_exact(int argc, char **argv)
{
	struct exact x = {
		.qemu = "qemu-system-x86_64",
		.append = "",
		.jobs = 1,
		.timeout_s = 120,
		.seed = 1,
		.nr_ops = 64,
		.nr_batches = 2,
		.nr_warmup = 1,
	};
	char *plugin = NULL;
	int status = 1;

	x.chosen.names = calloc((size_t)argc, sizeof(*x.chosen.names));
	if (!x.chosen.names)
		return 1;
	argp_parse(&argp, argc, argv, 0, NULL, &x);
	if (x.needs_module)
		return chosen_need_module(&x.chosen) ? 0 : 1;
	if (x.kept)
		return take_kept(&x);

	x.qemu_version = first_line_of(x.qemu, "--version");
	if (!x.qemu_version) {
		fprintf(stderr,
			"vmabench: cannot run %s: is it installed? (Debian: qemu-system-x86)\n",
			x.qemu);
		return 1;
	}
	catch_signals();

	x.dir = make_scratch(x.keep);
	if (x.dir)
		x.plugin = plugin = plugin_choose(&x);
	if (plugin && x.probe) {
		printf("%s\n", plugin);
		status = 0;
	} else if (plugin) {
		status = measure(&x);
	}
	if (!plugin && interrupted)
		status = 128 + interrupted;
	if (x.dir && status)
		say_if_full(x.dir);
	if (x.dir && !x.keep)
		remove_scratch(x.dir);
	free(x.dir);
	free(x.symbols.text);
	free(plugin);
	free(x.qemu_version);
	free(x.chosen.names);
	return status;
}
