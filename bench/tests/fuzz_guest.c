// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a guest leaves behind, fed by libFuzzer: make fuzz. Whatever that is, there is a
 * record in the end that the reader takes, and something is said of the scenario.
 *
 * The first byte of an input says which pass it is of. What follows, up to a line "--",
 * is what the guest has sent; then comes what the plugin has written, and after another
 * such line what the kernel has said.
 */
#include <sys/stat.h>

#include "fuzz.h"
#include "host/exact.h"
#include "record/write.h"
#include "run/pass.h"
#include "two_scenarios.h"

/* The guests have run; nothing is measured here. */
int run_jobs(const struct exact *x, struct job *jobs, size_t nr)
{
	(void)x;
	(void)jobs;
	(void)nr;
	return 0;
}

const char *job_error(int status)
{
	return status ? "the guest hung" : NULL;
}

static char dir[] = "/tmp/fuzz_guest.XXXXXX";

static void remove_dir(void)
{
	end_scratch(dir, false);
}

static void write_part(const char *base, const char *suffix, const char *text,
		       size_t len)
{
	char *path = path_of(base, suffix);
	FILE *f = fopen(path, "we");

	if (!f || fwrite(text, 1, len, f) != len || fclose(f))
		err(1, "cannot write %s", path);
	free(path);
}

/* What is before a line "--" of @text, of which the rest is left. */
static size_t next_part(const char **text, size_t *len)
{
	const char *end = memmem(*text, *len, "\n--\n", 4);
	size_t part = end ? (size_t)(end - *text) + 1 : *len;
	size_t all = end ? part + 3 : *len;

	*text += all;
	*len -= all;
	return part;
}

static json_t *make_head(void)
{
	json_t *head = record_head(TIER_EXACT, "base");

	json_object_update_new(head, json_pack("{s:{s:s}, s:{}}", "kernel",
					       "release", "6.12", "env"));
	return head;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const suffixes[] = { ".records", ".insns", ".console" };
	struct exact x = { .image = { .stage = "base",
				      .scratch = dir,
				      .symbols.table = "" },
			   .once = true };
	struct job job = { .scenario = &scenario_fake };
	const char *text = (const char *)data + !!size;
	size_t left = size - !!size;
	json_t *lines = json_array(), *head = make_head();
	FILE *errors = stderr;
	char *said = NULL, why[256];
	size_t len = 0;

	if (strstr(dir, "XXXXXX")) {
		if (!mkdtemp(dir))
			err(1, "cannot make %s", dir);
		atexit(remove_dir);
	}
	job.pass = size && data[0] & 1 ? &pass_counts : &pass_insns;
	job.layouts = size && data[0] & 2;
	job.base = path_of(dir, "/run");
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		const char *part = text;

		write_part(job.base, suffixes[i], part, next_part(&text, &left));
	}
	stderr = open_memstream(&said, &len);
	if (!stderr)
		abort();
	conclude(&x, &job, lines);
	check(!leave_out_refused(head, lines, "base"), "the kernel is described");
	fclose(stderr);
	stderr = errors;

	check(!record_refuses(head, lines, why, sizeof(why)),
	      "what came of it is part of a record");
	free(said);
	free(job.base);
	json_decref(head);
	json_decref(lines);
	return 0;
}
