// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host side of the exact tier: one stage's kernel, booted once in QEMU,
 * snapshotted, and run from that snapshot once per scenario, pass and repeat.
 *
 * Every run starts from the same machine state, so that adding or removing one
 * changes no figure of another. Every run is made twice, and two that differ
 * are a failure of the scenario, not an average; with --once nobody looks.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "host/host.h"
#include "record/write.h"
#include "run/pass.h"

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
	size_t len;
	char *console = read_whole(x->image.scratch, "/boot.console", &len);
	char *dmi = console ? strstr(console, "DMI: ") : NULL;
	json_t *firmware;

	if (dmi)
		dmi[strcspn(dmi, "\r\n")] = '\0';
	dmi = dmi ? strstr(dmi, "BIOS ") : NULL;
	dmi = plain_text(dmi ? dmi : "not known");
	firmware = json_string(dmi);
	free(dmi);
	free(console);
	return firmware;
}

static json_t *header(const struct exact *x)
{
	char *base = path_of(x->image.scratch, "/boot"), why[256], number[2][16];
	json_t *report = read_lines(base, ".records"), *kernel = NULL;
	json_t *env, *head;

	if (guest_report_is_wrong(base, NULL, why, sizeof(why)))
		complain("vmabench: %s: %s\n", x->image.stage, why);
	else
		kernel = json_object_get(line_of_type(report, "guest"), "kernel");
	free(base);
	say_guest_errors(&x->image, report);
	json_incref(kernel);
	json_decref(report);
	if (!kernel)
		return NULL;
	env = machine_env(x);
	add_linking(env);
	add_config_hash(kernel, x->image.dir);
	json_object_set_new(kernel, "code", json_string(x->image.symbols.code));
	json_object_set_new(env, "firmware", firmware_of(x));
	head = record_head(TIER_EXACT, x->image.stage);
	if (x->what.about)
		json_object_set(head, "series", x->what.about);
	json_object_update_new(head,
			       json_pack("{s:o, s:o, s:{s:s, s:s, s:s, s:s*}, s:o, s:{s:i, s:i, s:i, s:i, s:n}}",
					 "kernel", kernel, "env", env, "info",
					 "retry", retry_names[x->what.retry],
					 "repeats",
					 text_of(nr_repeats(x), number[0]),
					 "warmup_batches",
					 text_of(x->nr_warmup, number[1]),
					 "commit", x->image.commit, "suite",
					 suite_info(), "boot", "index", 0,
					 "block", 0, "order", 0, "seed",
					 x->seed, "boot_id"));
	return head;
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

/* In front of the others. */
static void add_line(json_t *lines, json_t *line)
{
	if (line)
		json_array_insert_new(lines, 0, line);
}

/* The plugin's table of symbols. Exit status. */
static int write_symbols(const struct image *image)
{
	char *path = path_of(image->scratch, "/" GUEST_SYMBOLS);
	FILE *f = fopen(path, "we");
	int err = 0;

	if (f && fputs(image->symbols.table, f) < 0)
		err = -errno;
	if (!f || (fclose(f) && !err))
		err = -errno;
	if (err && !ran_out_of_room(image->scratch))
		tool_failed(path, err);
	free(path);
	return err ? 1 : 0;
}

static bool is_word_of(const char *word, const char *words)
{
	size_t len = strlen(word);

	for (const char *at = words; *(at += strspn(at, " ,"));
	     at += strcspn(at, " ,"))
		if (!strncmp(at, word, len) && strchr(" ,", at[len]))
			return true;
	return false;
}

/* Is it one that is to be measured over layouts of the maple tree, too? */
static bool wants_layouts(const struct exact *x, const struct scenario *s)
{
	return x->seed == 1 && is_chosen(&x->what.chosen, s) &&
	       (x->layouts ? is_word_of(s->name, x->layouts) : s->layouts);
}

static void add_jobs(const struct exact *x, struct job *jobs, size_t *nr,
		     const struct job *like)
{
	for (unsigned int r = 0; r < nr_repeats(x); r++) {
		jobs[*nr] = *like;
		/* The other way round: none depends on those before it. */
		jobs[*nr].reversed = like->layouts && r % 2;
		jobs[*nr].base = xasprintf("%s/%zu", x->image.scratch, *nr);
		(*nr)++;
	}
}

/* Those over layouts take longest, and begin first. */
static struct job *make_jobs(const struct exact *x, size_t *nr)
{
	struct job *jobs;
	size_t max = 0;

	for_each_scenario(s) max += is_chosen(&x->what.chosen, s) ? 3 * REPEATS
								  : 0;
	jobs = xcalloc(max, sizeof(*jobs));
	*nr = 0;
	for_each_scenario(s) if (x->image.tree && wants_layouts(x, s))
		add_jobs(x, jobs, nr,
			 &(struct job){ .scenario = s,
					.pass = &pass_insns,
					.layouts = true });
	for_each_scenario(s)
	{
		if (!is_chosen(&x->what.chosen, s))
			continue;
		add_jobs(x, jobs, nr,
			 &(struct job){ .scenario = s, .pass = &pass_insns });
		add_jobs(x, jobs, nr,
			 &(struct job){ .scenario = s, .pass = &pass_counts });
	}
	return jobs;
}

/* What came of them: what a reader looks for first comes first. */
static void conclude_jobs(const struct exact *x, struct job *jobs, size_t nr,
			  json_t *lines)
{
	for (int layouts = 0; layouts < 2; layouts++)
		for (size_t i = 0; i < nr; i += nr_repeats(x))
			if (jobs[i].layouts == layouts)
				conclude(x, &jobs[i], lines);
	for_each_scenario(s) if (!x->image.tree && wants_layouts(x, s))
		json_array_append_new(lines,
				      reason_line("skip", s, NULL,
						  "layouts unavailable: there is no module vmabench_tree of this kernel"));
}

static bool any_failed(const struct job *jobs, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (job_error(jobs[i].status))
			return true;
	return false;
}

/* On stderr with all that is known. */
static void say_boot_failure(const struct exact *x, const char *what)
{
	char *base = path_of(x->image.scratch, "/boot");

	print_boot_failure(what, base);
	if (x->reason)
		write_last_words(x->reason, what, base);
	free(base);
}

/* Boots it, up to the snapshot. Exit status, as above; 3 where the kernel failed. */
static int start(struct exact *x, json_t **head)
{
	int err = boot(x);

	if (err && interrupted)
		return 128 + interrupted;
	if (err && ran_out_of_room(x->image.scratch))
		return 1;
	if (err) {
		say_boot_failure(x, err == -ETIMEDOUT
					    ? "the kernel hung while booting"
					    : "the kernel did not boot");
		return 3;
	}
	*head = header(x);
	if (!*head && ran_out_of_room(x->image.scratch))
		return 1;
	if (!*head) {
		say_boot_failure(x, "the guest did not say which kernel it is");
		return 3;
	}
	return is_kernel_of(&x->image, *head) ? 0 : 1;
}

/* All scenarios in all passes. Exit status, as above. */
static int run_guests(const struct exact *x, json_t *lines, size_t *nr)
{
	struct job *jobs = NULL;
	int status = calibrate(x) ? 1 : 0, err;

	if (status)
		goto out;
	jobs = make_jobs(x, nr);
	err = run_jobs(x, jobs, *nr);
	if (err && !interrupted)
		tool_failed("running guests", err);
	status = err ? 1 : 0;
	if (!status && any_failed(jobs, *nr) && ran_out_of_room(x->image.scratch))
		status = 1;
	if (!status)
		conclude_jobs(x, jobs, *nr, lines);
	if (!status && x->stacks)
		status = add_stacks(x, lines) ? 1 : 0;
	/* What was cut off is no failure of its scenario. */
	if (!status && count_failures(lines) && ran_out_of_room(x->image.scratch))
		status = 1;
	for (size_t i = 0; i < *nr; i++)
		free(jobs[i].base);
	free(jobs);
out:
	return status && interrupted ? 128 + interrupted : status;
}

/* In place of the line of progress that may stand on the terminal. */
static void clear_progress(const struct exact *x)
{
	if (x->progress)
		erase_line();
}

static void say_done(const struct exact *x, size_t nr, const uint64_t ns[3],
		     size_t failures, size_t undeclared)
{
	clear_progress(x);
	fprintf(stderr,
		"%s: booted in %.1f s, counter calibrated, %zu runs in %.1f s, %zu failures",
		x->image.stage, (double)(ns[1] - ns[0]) / 1e9, nr,
		(double)(ns[2] - ns[1]) / 1e9, failures);
	if (undeclared)
		fprintf(stderr, ", %zu shape%s not declared", undeclared,
			undeclared == 1 ? " is" : "s are");
	fputc('\n', stderr);
}

/* Exit status: 0, 1 the tool failed, 3 the kernel did. */
static int measure(struct exact *x)
{
	json_t *lines = json_array(), *head = NULL;
	uint64_t ns[3] = { monotonic_ns() };
	size_t nr = 0, failures, undeclared;
	int status = prepare_guest(&x->image);

	if (!status)
		status = write_symbols(&x->image);
	if (!status)
		status = start(x, &head);
	ns[1] = monotonic_ns();
	if (!status)
		status = run_guests(x, lines, &nr);
	ns[2] = monotonic_ns();
	if (status)
		goto out;

	join_shapes(lines);
	add_line(lines, code_line(x->image.dir, lines));
	add_line(lines, symbols_line(&x->image.symbols));
	status = leave_out_refused(head, lines, x->image.stage);
	if (!status)
		status = save_record(&x->record, head, lines);
	if (status)
		goto out;
	failures = count_failures(lines);
	undeclared = count_undeclared(lines, x->image.commit);
	say_done(x, nr, ns, failures, undeclared);
	status = failures + undeclared ? 3 : 0;
out:
	json_decref(head);
	json_decref(lines);
	return status;
}

static bool chosen_need_module(const struct choice *choice)
{
	for_each_scenario(s) if (is_chosen(choice, s) &&
				 s->backing->needs_module) return true;
	return false;
}

static bool any_wants_layouts(const struct exact *x)
{
	for_each_scenario(s) if (wants_layouts(x, s)) return true;
	return false;
}

/*
 * A record of the same image, measured before: only what it is called is new. 0, -errno
 * of the former, or 1 where the new one could not be written, which was said.
 */
static int rename_record(struct exact *x)
{
	json_t *lines = read_lines(x->kept, ""), *head, *info;
	size_t nr = json_array_size(lines);
	const json_t *trailer = nr ? json_array_get(lines, nr - 1) : NULL;
	int err;

	if (!lines)
		return -errno;
	head = json_incref(json_array_get(lines, 0));
	info = json_object_get(head, "info");
	if (!info || json_integer_value(json_object_get(trailer, "lines")) !=
			     (json_int_t)nr - 1) {
		err = -EBADMSG;
		goto out;
	}
	json_array_remove(lines, nr - 1); /* the trailer */
	json_array_remove(lines, 0);
	json_object_set_new(head, "stage", json_string(x->image.stage));
	json_object_del(head, "series");
	if (x->what.about)
		json_object_set(head, "series", x->what.about);
	json_object_del(info, "commit");
	if (x->image.commit)
		json_object_set_new(info, "commit", json_string(x->image.commit));
	clear_progress(x);
	err = save_record(&x->record, head, lines) ? 1 : 0;
out:
	json_decref(head);
	json_decref(lines);
	return err;
}

static int take_kept(struct exact *x)
{
	int err = rename_record(x);

	clear_progress(x);
	if (err < 0)
		complain("vmabench: taking %s: %s; remove it\n", x->kept,
			 err == -EBADMSG ? "it is not a whole record"
					 : input_error(err));
	else if (!err)
		complain("%s: measured before, taken from the cache\n",
			 x->image.stage);
	return err ? 1 : 0;
}

enum {
	OPT_PLUGIN = 256,
	OPT_TIMEOUT,
	OPT_OPS,
	OPT_BATCHES,
	OPT_WARMUP,
	OPT_KEEP,
	OPT_STACKS,
	OPT_SEED,
	OPT_APPEND,
	OPT_LAYOUTS,
	OPT_TREE,
	OPT_KEPT,
	OPT_REASON,
	OPT_PROGRESS,
	OPT_MODEL,
	OPT_ONCE,
	OPT_PROBE,
	OPT_NEEDS_MODULE,
	OPT_NEEDS_TREE
};

static const struct argp_option options[] = {
	{ "output", 'o', "FILE", 0, "Record to write, which is not there yet", 0 },
	{ "jobs", 'j', "N", 0, "Guests at a time (default 1)", 0 },
	{ "plugin", OPT_PLUGIN, "FILE", 0,
	  "TCG plugin (default: that beside this program which QEMU takes)", 0 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "Only see whether QEMU takes a plugin, and print which", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "Patience with a boot or a run (default 120)", 0 },
	{ "ops", OPT_OPS, "N", 0, "Operations per batch (default 64)", 0 },
	{ "batches", OPT_BATCHES, "N", 0, "Batches recorded (default 2)", 0 },
	{ "warmup", OPT_WARMUP, "N", 0, "Batches before them (default 1)", 0 },
	{ "seed", OPT_SEED, "N", 0,
	  "Other mappings of the process; 1, the default, for none", 0 },
	{ "layouts", OPT_LAYOUTS, "SCENARIOS", 0,
	  "Those to measure over layouts of the maple tree, or 0 for none (default: all that are meant for it)",
	  0 },
	{ "tree-module", OPT_TREE, "FILE", 0,
	  "Module of this kernel that says where an address lies in the maple tree (default: none)",
	  0 },
	{ "stacks", OPT_STACKS, "SCENARIO", 0,
	  "Chains of callers of one scenario, in a run of its own", 0 },
	{ "model", OPT_MODEL, "GEOMETRY", 0,
	  "Count misses in a model of caches, too, such as l1i:32K:8/l1d:32K:8/l2:1M:16/dtlb:64:4: size, or entries, and ways",
	  0 },
	{ "once", OPT_ONCE, NULL, 0,
	  "Run nothing twice: a count that does not repeat is not found", 0 },
	{ "kept", OPT_KEPT, "FILE", 0,
	  "Do not measure: FILE is a record of the same, under whatever name", 0 },
	{ "reason", OPT_REASON, "FILE", 0,
	  "If the kernel does not boot, write why to FILE, in a line", 0 },
	{ "progress", OPT_PROGRESS, "FILE", 0,
	  "Write to FILE, again and again, how many runs are done, of how many, and which was the last",
	  0 },
	{ "needs-module", OPT_NEEDS_MODULE, NULL, 0,
	  "Only say, by exit status 0 or 1, whether a chosen scenario needs the hook module",
	  0 },
	{ "needs-tree", OPT_NEEDS_TREE, NULL, 0,
	  "Likewise, whether one is to be measured over layouts, for which --tree-module is needed",
	  0 },
	{ "append", OPT_APPEND, "ARGS", 0, "More arguments for the kernel", 0 },
	{ "keep", OPT_KEEP, "DIR", 0,
	  "Work in DIR, and leave consoles, snapshot and plugin output there", 0 },
	{ 0 }
};

static const struct argp_child children[] = { { &image_argp, 0, NULL, 0 },
					      { &what_argp, 0, NULL, 0 },
					      { 0 } };

static const struct field fields[] = {
	{ FIELD('o', struct exact, out) },
	{ FIELD(OPT_PLUGIN, struct exact, plugin) },
	{ FIELD(OPT_ONCE, struct exact, once) },
	{ FIELD(OPT_PROBE, struct exact, probe) },
	{ FIELD(OPT_LAYOUTS, struct exact, layouts) },
	{ FIELD(OPT_TREE, struct exact, image.tree) },
	{ FIELD(OPT_STACKS, struct exact, stacks) },
	{ FIELD(OPT_KEPT, struct exact, kept) },
	{ FIELD(OPT_PROGRESS, struct exact, progress) },
	{ FIELD(OPT_MODEL, struct exact, model) },
	{ FIELD(OPT_REASON, struct exact, reason) },
	{ FIELD(OPT_NEEDS_MODULE, struct exact, needs_module) },
	{ FIELD(OPT_NEEDS_TREE, struct exact, needs_tree) },
	{ FIELD(OPT_APPEND, struct exact, append) },
	{ FIELD(OPT_KEEP, struct exact, keep) },
	{ NUMBER('j', struct exact, jobs, "jobs", 1, 1024) },
	{ NUMBER(OPT_TIMEOUT, struct exact, timeout_s, "timeout", 1, 86400) },
	{ NUMBER(OPT_OPS, struct exact, nr_ops, "ops", 1, 10000) },
	{ NUMBER(OPT_BATCHES, struct exact, nr_batches, "batches", 1, 1000) },
	{ NUMBER(OPT_WARMUP, struct exact, nr_warmup, "warmup", 0, 1000) },
	{ NUMBER(OPT_SEED, struct exact, seed, "seed", 1, 1000000) },
	{ 0 }
};

/* Names of scenarios that are measured, and can be over layouts. */
static void check_layouts(const struct exact *x, struct argp_state *state)
{
	char *words = x->layouts && strcmp(x->layouts, "0")
			      ? xasprintf("%s", x->layouts)
			      : NULL;
	char *save = NULL;

	for (char *w = words ? strtok_r(words, " ,", &save) : NULL; w;
	     w = strtok_r(NULL, " ,", &save)) {
		const struct scenario *s = find_scenario(w);

		if (!s)
			refuse_scenario("--layouts: ", w, state);
		else if (!s->layouts)
			usage_error(state,
				    "--layouts: %s is not meant to be measured over layouts; its source would say so",
				    w);
		if (!is_chosen(&x->what.chosen, s))
			usage_error(state,
				    "--layouts: %s is not one of the scenarios to be measured",
				    w);
	}
	free(words);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct exact *x = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &x->image;
		state->child_inputs[1] = &x->what;
		return 0;
	case ARGP_KEY_END:
		if (x->model && !model_parse(&(struct model){ 0 }, x->model))
			usage_error(state,
				    "\"%s\" is no geometry of caches: l1i, l1d, l2 and dtlb are wanted, each with a size and ways, and a power of two of sets, such as l1i:32K:8/l1d:32K:8/l2:1M:16/dtlb:64:4",
				    x->model);
		if (x->stacks && !find_scenario(x->stacks))
			refuse_scenario("--stacks: ", x->stacks, state);
		check_layouts(x, state);
		if (!x->needs_module && !x->needs_tree && !x->probe &&
		    (!x->image.stage || !x->image.dir || !x->out))
			usage_error(state,
				    "--stage, --image and --output are needed");
		return 0;
	default:
		return set_field(fields, key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[SCENARIO...]",
	.doc = "Measure one kernel in QEMU: instructions and counts, exact to the digit.\v"
	       "Example:\n"
	       "  vmabench exact --stage=noretry --image=$(scripts/kernel.sh path noretry) \\\n"
	       "      -o noretry.jsonl secretmem_append",
	.children = children,
};

int cmd_exact(int argc, char **argv)
{
	struct exact x = {
		.image.qemu = "qemu-system-x86_64",
		.record.fd = -1,
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

	parse_command(&argp, argc, argv, &x);
	if (x.needs_module)
		return chosen_need_module(&x.what.chosen) ? 0 : 1;
	if (x.needs_tree)
		return any_wants_layouts(&x) ? 0 : 1;
	if (!x.probe && !open_record(&x.record, x.out))
		return 1;
	if (x.kept) {
		status = take_kept(&x);
		goto out;
	}
	if (!find_qemu(&x.image))
		goto out;
	catch_signals();

	x.image.scratch = make_scratch(x.keep);
	if (x.image.scratch)
		x.plugin = plugin = plugin_choose(&x);
	if (plugin && x.probe) {
		printf("%s\n", plugin);
		status = 0;
	} else if (plugin) {
		status = measure(&x);
	}
	if (!plugin && interrupted)
		status = 128 + interrupted;
	end_image(&x.image, x.keep);
	free(plugin);
out:
	new_file_drop(&x.record);
	free(x.what.chosen.names);
	return status;
}
