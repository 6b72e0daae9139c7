// SPDX-License-Identifier: GPL-2.0-or-later
/* vmadiff: reads records, compares, reports. It measures nothing. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "render/render.h"

#define HELP_WIDTH 79

/* clang-format off */
static const struct command commands[] = {
	{ "compare", "aDLUkmnostwx", "BASE NEW\nSTAGE=PATH STAGE=PATH\n--stages STAGE=PATH STAGE=PATH...",
	  "Compare records, or all boots of sessions", 2, 0, run_compare,
	  "compare results/lab/6.12/20260101-120000 \\\n      results/lab/6.13/20260102-120000" },
	{ "series", "aelTUmow", "STAGE=FILE STAGE=FILE...\nSESSION",
	  "Compare the stages of a series: the answer on one screen", 1, 0, run_series,
	  "series stock=results/series/latest/stock.jsonl \\\n      noretry=results/series/latest/noretry.jsonl" },
	{ "range", "aEJkmow", "SESSION",
	  "Print which commit of many moved which row", 1, 1, run_range,
	  "range results/series/latest" },
	{ "functions", "acMOw", "BASE.jsonl NEW.jsonl SCENARIO [OP]\nSESSION [SCENARIO [OP]]",
	  "Print what changed of one operation, function by function", 1, 4, run_functions,
	  "functions stock.jsonl noretry.jsonl secretmem_append mmap" },
	{ "layouts", "amw", "BASE.jsonl NEW.jsonl [SCENARIO [OP]]\nSESSION [SCENARIO [OP]]",
	  "Print what one operation costs at each layout of the maple tree", 1, 4, run_layouts,
	  "layouts results/series/latest secretmem_append mmap" },
	{ "stages", "acMw", "SCENARIO [OP] STAGE=FILE STAGE=FILE...",
	  "Print what each patch of a series added or removed", 3, 0, run_stages,
	  "stages secretmem_append stock=stock.jsonl noretry=noretry.jsonl" },
	{ "folded", "dM", "RECORD SCENARIO [OP]\n--diff BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "Print call chains, which flame graphs are made of", 2, 4, run_folded,
	  "folded --diff stock.jsonl noretry.jsonl secretmem_append" },
	{ "aa", "o", "DIR DIR",
	  "Compare a kernel with itself: false positives, noise floor", 2, 2, run_aa,
	  "aa -o results/lab results/lab/aa/a results/lab/aa/b" },
	{ "luck", "ow", "STAGE=FILE VARIANT=FILE...",
	  "Print how far rows move where nothing has changed", 2, 0, run_luck,
	  "luck -o luck.json noretry=noretry.jsonl data_8=data_8.jsonl" },
	{ "between", "", "GOOD.jsonl BAD.jsonl NEW.jsonl SCENARIO/OP/METRIC",
	  "Tell git bisect: NEW is like GOOD (0), BAD (1), neither (125)", 4, 4, run_between,
	  "between good.jsonl bad.jsonl new.jsonl anon_append/mmap/insns" },
	{ "gate", "DUjknpwx", "POLICY BASE NEW",
	  "Apply a policy: 0 passes, 1 regressed, 3 cannot be told", 3, 3, run_gate,
	  "gate --junit=gate.xml results/reference/policy.ini \\\n      stock.jsonl noretry.jsonl" },
	{ "export", "DUfkn", "BASE NEW\nRECORD",
	  "Print a comparison, or one record, in another format", 1, 2, run_export,
	  "export --format=csv stock.jsonl noretry.jsonl" },
	{ "import", "HKSbo", "SOURCE FILE...",
	  "Make a record of what hyperfine, perf stat or others wrote", 2, 0, run_import,
	  "import hyperfine times.json --kernel=6.13.0 -o times.jsonl" },
	{ "history", "ow", "SCENARIO METRIC [DIR]",
	  "Print one row over all sessions of a host, and its changes", 2, 3, run_history_command,
	  "history secretmem_append latency results/lab" },
	{ "report", "CDLPTUeknouy", "STAGE=PATH STAGE=PATH...\nSESSION\nBASE NEW\nRECORD",
	  "Write a report: page, letter, tables and script", 1, 0, run_report,
	  "report -o report stock=stock.jsonl noretry=noretry.jsonl" },
	{ "letter", "DLTUaeknruy", "STAGE=PATH STAGE=PATH...\nSESSION\nBASE NEW\nRECORD",
	  "Print a section for a cover letter", 1, 0, run_letter,
	  "letter --style=own stock=stock.jsonl noretry=noretry.jsonl" },
	{ "patch", "DTUfk", "STAGE=PATH STAGE=PATH...\nSESSION",
	  "Judge the patch on standard input, for b4 prep --check", 1, 0, run_patch,
	  "patch deferred=deferred.jsonl noretry=noretry.jsonl < 0004.patch" },
	{ "lint", "", "FILE...",
	  "Tell whether a text is fit for a mail: 0, or 1 if it is not", 1, 0, run_lint,
	  "lint report/cover-letter.txt" },
	{ "strip", "o", "RECORD...\nSESSION...",
	  "Copy what may be published, or show what may not (without -o)", 1, 0, run_strip,
	  "strip -o public results/lab/6.13/20260102-120000" },
	{ "show", "ow", "RECORD\nBASE NEW",
	  "Print one record, or draw the effects between two", 1, 2, run_show,
	  "show results/series/latest/noretry.jsonl" },
	{ "check", "", "RECORD...",
	  "Check that records are valid", 1, 0, run_check,
	  "check results/series/latest/*.jsonl" },
	{ "data", "MTe", "PICTURE STAGE=PATH STAGE=FILE...\nPICTURE RECORD\nwaterfall BASE=FILE NEW=FILE SCENARIO OP",
	  "Print the data of a picture", 2, 0, run_data,
	  "data effects stock=stock.jsonl noretry=noretry.jsonl" },
	{ "names", "", "METRIC|COUNT|STYLE|FORMAT|CLASS|PICTURE|SOURCE",
	  "Print the names that an option or argument may have", 1, 1, run_names,
	  "names METRIC" },
};
/* clang-format on */

static void usage(FILE *f)
{
	fprintf(f,
		"Usage: %s COMMAND [OPTION...] ARGUMENTS\n"
		"Compare and report what vmabench measured.\n\n",
		program_invocation_short_name);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(f, "  %-9s  %s\n", commands[i].name, commands[i].doc);
	fprintf(f,
		"\n"
		"'%s COMMAND --help' explains a command, with its options;\n"
		"'%s --version' prints the version.\n"
		"\n"
		"Example:\n"
		"  %s %s\n"
		"\n",
		program_invocation_short_name, program_invocation_short_name,
		program_invocation_short_name, commands[0].example);
	print_wrapped(f, HELP_WIDTH, 0, status_doc);
}

int main(int argc, char **argv)
{
	/* What the terminal can draw; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	speak_plainly();
	/* A file that may not grow is an error of write(), and is undone like others. */
	signal(SIGXFSZ, SIG_IGN);
	require_stdout(STATUS_DATA);
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		usage(stdout);
		return STATUS_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("vmadiff %s, record schema %d.%d\n", suite_revision,
		       RECORD_MAJOR, RECORD_MINOR);
		return STATUS_OK;
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);

	say_no_such("command", argv[1], NAMES_OF(commands), NULL);
	return STATUS_USAGE;
}
