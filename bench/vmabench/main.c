// SPDX-License-Identifier: GPL-2.0-or-later
/* vmabench: measures mmap() and munmap(). It never compares: see vmadiff. */
#include <argp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "guest/guest.h"
#include "host/host.h"
#include "metal/metal.h"
#include "run/options.h"
#include "run/run.h"

static void list_set(enum scenario_set set, const char *title)
{
	unsigned int rows = 0;

	for_each_scenario(s) for (const struct scenario_op *op = s->ops;
				  op->name; op++) rows += s->set == set;
	printf("%s: %u rows\n\n", title, rows);
	for_each_scenario(s)
	{
		if (s->set != set)
			continue;
		printf("%-26s ", s->name);
		for (const struct scenario_op *op = s->ops; op->name; op++)
			printf("%s%s", op == s->ops ? "" : ", ", op->name);
		printf("\n    %s\n", s->claim);
		if (merges_in_mainline(s->name))
			printf("      mainline merges it %s\n",
			       merges_in_mainline(s->name));
	}
}

#define OPT_SET 256

static const struct argp_option list_options[] = {
	{ "set", OPT_SET, "SET", 0,
	  "Those of primary, of extended, which has the primary one, too, or of mm (default: all)",
	  0 },
	{ 0 }
};

static error_t parse_list(int key, char *arg, struct argp_state *state)
{
	if (key != OPT_SET)
		return ARGP_ERR_UNKNOWN;
	if (choose_set(state->input, arg))
		usage_error(state, "--set: '%s' is not primary, extended or mm",
			    arg);
	return 0;
}

static const struct argp list_argp = {
	.options = list_options,
	.parser = parse_list,
	.doc = "Print the scenarios, and what each of them tests.\v"
	       "Example:\n"
	       "  vmabench list | grep -A 1 secretmem",
};

static int cmd_list(int argc, char **argv)
{
	static const struct {
		enum scenario_set set;
		const char *title;
	} sets[] = {
		{ SET_PRIMARY, "Primary set" },
		{ SET_EXTENDED, "Extended set" },
		{ SET_MM, "Set mm" },
	};
	struct choice choice = { .set = NR_SETS };
	bool any = false;

	parse_command(&list_argp, argc, argv, &choice);
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		if (choice.set != NR_SETS && !set_has(choice.set, sets[i].set))
			continue;
		if (any)
			putchar('\n');
		list_set(sets[i].set, sets[i].title);
		any = true;
	}
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *doc;
} commands[] = {
	{ "list", cmd_list, "print the scenarios, and what each of them tests" },
	{ "bench", cmd_bench, "measure the kernel that is running (metal tier)" },
	{ "exact", cmd_exact, "measure a kernel image in QEMU (exact tier)" },
	{ "kvm", cmd_kvm, "measure one boot of an image under KVM (kvm tier)" },
	{ "native", cmd_native,
	  "measure one boot of an image that is a program (native tier)" },
	{ "events", cmd_events,
	  "print the events of this machine's PMU, for bench" },
	{ "repeat", cmd_repeat,
	  "run one scenario again and again, for a profiler" },
	{ "where", cmd_where,
	  "print the folder of this host and kernel in the results" },
};

#define NR_COMMANDS (sizeof(commands) / sizeof(*commands))

static void usage(FILE *f)
{
	fputs("Usage: vmabench COMMAND [OPTION...]\n"
	      "Measure mmap() and munmap(), by scenario.\n"
	      "\n"
	      "Commands:\n",
	      f);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(f, "  %-8s %s\n", commands[i].name, commands[i].doc);
	fputs("\n"
	      "'vmabench COMMAND --help' explains a command; vmadiff compares records.\n"
	      "\n"
	      "Example:\n"
	      "  vmabench bench secretmem_append\n"
	      "\n"
	      "Exit status: 0 if all went well; 1 if the tool failed; 2 if the command line\n"
	      "is wrong; 3 if a kernel or a scenario failed: it panicked, hung, or does not\n"
	      "have the shape that it declares.\n",
	      f);
}

int main(int argc, char **argv)
{
	if (is_guest() && getpid() == 1)
		guest_main();
	if (is_guest() && argc == 2 && !strcmp(argv[1], "guest-run"))
		guest_run();
	speak_plainly();
	/* Who ignores it has no child to wait for, and passes that on with exec. */
	signal(SIGCHLD, SIG_DFL);
	/* A file that may not grow is an error of write(), and is undone like others. */
	signal(SIGXFSZ, SIG_IGN);
	if (getpid() == 1)
		serve_as_init();
	require_stdout(1);
	if (argc == 3 && !strcmp(argv[1], "metal-run"))
		metal_run(argv[2]);
	argp_err_exit_status = 2; /* its own is 64 */
	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("vmabench %s (%s)\n", VMABENCH_VERSION, suite_revision);
		return 0;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return 0;
	}
	for (size_t i = 0; i < NR_COMMANDS; i++) {
		static char name[64];

		if (strcmp(argv[1], commands[i].name))
			continue;
		snprintf(name, sizeof(name), "vmabench %s", argv[1]);
		argv[1] = name; /* what argp calls the program */
		return commands[i].run(argc - 1, argv + 1);
	}
	say_no_such("command", argv[1], NAMES_OF(commands), NULL);
	return 2;
}
