// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other tools have written, fed by libFuzzer: make fuzz. What is taken has to be a
 * record that the reader takes, and what is said of the others has to be plain.
 *
 * The first byte of an input says which tool it is of, and which options are given.
 */
#include "fuzz.h"
#include "import/import.h"
#include "record/parse.h"

/* What a message is about is no part of it. */
static void check_said(FILE *said, char **text)
{
	fclose(said);
	check_plain(*text);
	free(*text);
}

static void check_written(const char *text, size_t len)
{
	static struct memory_file file;
	struct record *rec;
	char msg[256];

	fill_file(&file, text, len);
	check(!record_read_fd(file.fd, "r", NULL, &rec, msg, sizeof(msg)),
	      "what is taken is a record");
	check(rec->nr_rows || rec->nr_skips || rec->nr_failures,
	      "it has something in it");
	record_free(rec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory_file file;
	struct names formats = import_formats();
	struct import_options opt = { .block = 0 };
	FILE *out = stdout, *errors = stderr;
	char *written = NULL, *said = NULL, *paths[] = { file.path };
	size_t len = 0, said_len = 0, chosen = size ? data[0] : 0;
	enum status status;

	fill_file(&file, data + !!size, size - !!size);
	if (chosen & 0x80)
		opt.scenario = "a name of \xc3\xa4 file";
	stdout = open_memstream(&written, &len);
	stderr = open_memstream(&said, &said_len);
	if (!stdout || !stderr)
		abort();
	status = run_imports(formats.v[(chosen & 0x7f) % formats.nr], paths, 1,
			     &opt);
	fclose(stdout);
	stdout = out;
	check_said(stderr, &said);
	stderr = errors;
	if (!status)
		check_written(written, len);
	else
		check(!len, "what is refused leaves nothing");
	free(written);
	free(formats.v);
	return 0;
}
