// SPDX-License-Identifier: GPL-2.0-or-later
/* vmadiff: reads records, compares, reports. It measures nothing. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

/* clang-format off */
static const struct command commands[] = {
	{ "compare", "aDLkmnostwx", "BASE NEW\nSTAGE=PATH STAGE=PATH\n--stages STAGE=PATH STAGE=PATH...",
	  "Compare records, or all boots of sessions", 2, 0, run_compare },
	{ "series", "aeTmow", "STAGE=FILE STAGE=FILE...",
	  "Compare the stages of a series, the last against the first", 2, 0, run_series },
	{ "functions", "acw", "BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "The bill of one operation: what changed, function by function", 3, 4, run_functions },
	{ "stages", "acw", "SCENARIO [OP] STAGE=FILE STAGE=FILE...",
	  "What each patch of a series added or removed", 3, 0, run_stages },
	{ "folded", "d", "RECORD SCENARIO [OP]\n--diff BASE.jsonl NEW.jsonl SCENARIO [OP]",
	  "Print call chains as input of a flame graph", 2, 4, run_folded },
	{ "aa", "o", "DIR DIR",
	  "A kernel against itself: false positives, noise floor; -o: keep them in aa.json", 2, 2, run_aa },
	{ "between", "", "GOOD.jsonl BAD.jsonl NEW.jsonl SCENARIO/OP/METRIC",
	  "For git bisect: is NEW like GOOD (0), like BAD (1), or neither (125)?", 4, 4, run_between },
	{ "gate", "Djknpwx", "POLICY BASE NEW",
	  "Hold a comparison against a policy: 0 passes, 1 regressed, 3 cannot be told", 3, 3, run_gate },
	{ "export", "Dfkn", "BASE NEW\nRECORD",
	  "Print a comparison, or one record, in a format of others", 1, 2, run_export },
	{ "import", "HKSbo", "FORMAT FILE...",
	  "Make a record of what hyperfine, will-it-scale, perf-stat or google-benchmark wrote", 2, 0, run_import },
	{ "history", "ow", "SCENARIO METRIC [DIR]",
	  "One row over all sessions of a host, with change points", 2, 3, run_history_command },
	{ "report", "CDLPTeknouy", "STAGE=PATH STAGE=PATH...\nBASE NEW\nRECORD",
	  "Write a report: page, letter, tables, script; nothing is measured", 1, 0, run_report },
	{ "letter", "DLTaeknruy", "STAGE=PATH STAGE=PATH...\nBASE NEW\nRECORD",
	  "Print a section for a cover letter", 1, 0, run_letter },
	{ "patch", "DTfk", "STAGE=PATH STAGE=PATH...",
	  "Of a patch on standard input: what it was measured to do, for b4 prep --check", 2, 0, run_patch },
	{ "lint", "", "FILE...",
	  "Is a text fit for a mail that git am reads? 1 if not", 1, 0, run_lint },
	{ "strip", "o", "RECORD...",
	  "Copy records without names of hosts and users, serial numbers, addresses", 1, 0, run_strip },
	{ "show", "ow", "RECORD\nBASE NEW",
	  "Print one record, or draw the effects of two records or sessions", 1, 2, run_show },
	{ "check", "", "RECORD...",
	  "Validate records", 1, 0, run_check },
	{ "data", "Te", "effects|ecdf|shift|boots|times|layouts|waterfall-patches|insns|counts|vmas|population STAGE=PATH STAGE=FILE...\nvmas|population|threads|latency RECORD\nwaterfall BASE=FILE NEW=FILE SCENARIO OP",
	  "Print the data of a picture", 2, 0, run_data },
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
		"\n  --help, --version; \"%s COMMAND --help\" for the options of one.\n\n%s\n",
		program_invocation_short_name, status_doc);
}

int main(int argc, char **argv)
{
	/* What the terminal can draw; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	/* A file that may not grow is an error of write(), and is undone like others. */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		usage(stdout);
		return finish(STATUS_OK);
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("vmadiff %s, record schema %d.%d\n", suite_revision,
		       RECORD_MAJOR, RECORD_MINOR);
		return finish(STATUS_OK);
	}
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);

	fprintf(stderr, "%s: unknown command \"%s\"; the commands are",
		program_invocation_short_name, argv[1]);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(stderr, " %s", commands[i].name);
	fputc('\n', stderr);
	return STATUS_USAGE;
}
