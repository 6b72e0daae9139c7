// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One boot of a stage's kernel in a guest whose CPU is a real one: measures
 * there what "vmabench bench" measures on metal, time above all.
 *
 * The virtual CPU is pinned to a CPU of the host. The record is the guest's, with
 * the host in its header, and of a tier of its own: a guest's page tables have
 * another level, so its times are not those of metal.
 *
 * For tests the same can be done in software emulation, whose times mean nothing:
 * that is another tier again.
 */
#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "guest/guest.h"
#include "guest_io.h"
#include "host/host.h"
#include "qemu.h"
#include "record/write.h"

/* Besides what the guest is asked to measure: booting, starting processes. */
#define BOOT_S 20
#define EMULATED_BOOT_S 240

static const char machine_args[] =
	"-nodefaults -no-user-config -display none -no-reboot "
	"-device isa-debug-exit,iobase=0xf4,iosize=4";

static const char kernel_args[] =
	"console=ttyS0 panic=-1 no_timer_check secretmem.enable=1 "
	"rdinit=/init " GUEST_ENV_BENCH "=1";

struct kvm {
	enum tier tier; /* kvm, or for tests tcg; QEMU's accelerator has the same name */
	struct image image;
	struct what what;
	struct boot_plan boot;
	struct new_file record;
	const char *keep;     /* folder for the files of the guest, or NULL */
	unsigned int batches; /* of a pass, or 0 */
	unsigned int cpus;    /* of the guest */
	bool probe, identify;
};

static bool is_emulated(const struct kvm *k)
{
	return k->tier != TIER_KVM;
}

/*
 * The guest's kernel knows no ACPI, and finds other CPUs in a table that the firmware
 * makes where there is none, with a CPU of each socket.
 */
static char *machine_of(const struct kvm *k)
{
	return k->cpus == 1 ? xasprintf("-smp 1 %s", machine_args)
			    : xasprintf("-smp %u,sockets=%u %s", k->cpus,
					k->cpus, machine_args);
}

/* One virtual CPU is one thread of QEMU. 0 or -errno. */
static int pin_cpus(struct qemu *q, int cpu)
{
	json_t *r = qemu_command(q, "{\"execute\":\"query-cpus-fast\"}"), *one;
	size_t i;
	int err = r ? 0 : -errno;

	json_array_foreach(r, i, one) {
		pid_t thread =
			(pid_t)json_integer_value(json_object_get(one,
								  "thread-id"));

		if (!err)
			err = pin_task(thread, cpu);
	}
	json_decref(r);
	return err;
}

/*
 * An emulated TSC is that of this machine, which it does not say of itself, and which a
 * guest that is often stopped cannot find out.
 */
static char *kernel_command(const struct kvm *k)
{
	if (!is_emulated(k))
		return xasprintf("%s", kernel_args);
	clock_init();
	return xasprintf("%s tsc_early_khz=%.0f " CLOCK_TSC_ENV "=1",
			 kernel_args, 1e6 / bench_clock.ns_per_tick);
}

/* What the guest's vmabench bench is told. */
static char *guest_command(const struct kvm *k)
{
	char *line, *more;

	if (k->probe)
		return xasprintf("probe");
	more = k->batches ? xasprintf(" --batches %u", k->batches)
			  : xasprintf("%s", "");
	line = xasprintf("bench%s%s --seconds %u --seed %llu --index %d --block %d --order %d --retry %s --set %s --dir /disk -o " GUEST_RECORD,
			 k->keep ? " --kmsg" : "", more, k->boot.seconds,
			 (unsigned long long)k->boot.seed, k->boot.index,
			 k->boot.block, k->boot.order, retry_names[k->what.retry],
			 set_names[k->what.chosen.set]);
	free(more);
	for (size_t i = 0; i < k->what.chosen.nr; i++) {
		more = xasprintf("%s %s", line, k->what.chosen.names[i]);
		free(line);
		line = more;
	}
	return line;
}

static struct arguments kvm_arguments(const struct kvm *k, const char *base)
{
	char *command = guest_command(k);
	char *kernel = kernel_command(k);
	char *machine = machine_of(k);
	struct arguments args = guest_arguments(&k->image, machine, base);

	free(machine);
	push_option(&args, "-accel", xasprintf("%s", tiers[k->tier].name));
	push_option(&args, "-cpu",
		    xasprintf("%s",
			      is_emulated(k) ? "max" : "host,migratable=off"));
	/* All of its memory is there before it starts: no faults of the host. */
	push_option(&args, "-object",
		    xasprintf("memory-backend-ram,id=ram,size=%uM,prealloc=on",
			      guest_memory_mib()));
	push_option(&args, "-M",
		    xasprintf("pc,memory-backend=ram%s",
			      k->cpus > 1 ? ",acpi=off" : ""));
	push_option(&args, "-fw_cfg",
		    xasprintf("name=" GUEST_FW_COMMAND ",string=%s", command));
	push_boot(&args, &k->image, kernel);
	push(&args, xasprintf("-S"));
	free(kernel);
	free(command);
	return args;
}

static void say_failure(const struct kvm *k, const char *base, int err,
			int status, unsigned int timeout_s)
{
	char what[256];

	if (err == -ETIMEDOUT)
		snprintf(what, sizeof(what),
			 "%s: the guest (accel %s) did not end within %u s",
			 k->image.stage, tiers[k->tier].name, timeout_s);
	else if (err == -EPIPE || (!err && !WIFEXITED(status)))
		snprintf(what, sizeof(what),
			 "%s: QEMU (accel %s) ended before its guest did",
			 k->image.stage, tiers[k->tier].name);
	else if (err)
		snprintf(what, sizeof(what), "%s: starting QEMU: %s",
			 k->image.stage, strerror(-err));
	else
		snprintf(what, sizeof(what),
			 "%s: the guest (accel %s) ended early (panic, reset or power-off)",
			 k->image.stage, tiers[k->tier].name);
	print_boot_failure(what, base);
}

/* Boots, and waits until the guest has done what it was told. Exit status, as below. */
static int run_guest(const struct kvm *k, const char *base)
{
	struct arguments args = kvm_arguments(k, base);
	unsigned int timeout_s = is_emulated(k) ? EMULATED_BOOT_S : BOOT_S;
	static struct qemu q; /* too large for a small stack */
	int status = 0, err;

	/* Scenarios hang, too, but there is no more to it than so much. */
	if (!k->probe)
		timeout_s += 10 * k->boot.seconds + 60;
	err = qemu_launch(&q, args.v, base, timeout_s);
	if (!err && k->cpus == 1)
		err = pin_cpus(&q, k->boot.cpu);
	if (!err)
		err = qemu_finish(&q, &status);
	qemu_kill(&q);
	free_arguments(&args);
	if (!err && WIFEXITED(status) && WEXITSTATUS(status) == GUEST_EXIT_STATUS)
		return 0;
	if (!interrupted && ran_out_of_room(k->image.scratch))
		return 1;
	if (!interrupted)
		say_failure(k, base, err, status, timeout_s);
	return 3;
}

/* Is it of the record? The first and the last line are judged with all of it. */
static bool is_inner(const json_t *line)
{
	static const char *const outer[] = { "header", "trailer", "guest-error",
					     "guest", "exit" };

	for (size_t i = 0; i < ARRAY_SIZE(outer); i++)
		if (!strcmp(line_type(line), outer[i]))
			return false;
	return true;
}

/*
 * Lines of the guest's record; @head is its header. What is wrong is a failure of the
 * scenario that it names, or else of the one before it. Exit status, as below.
 */
static int read_guest(const struct kvm *k, const char *base, json_t **head,
		      json_t *lines)
{
	json_t *report = read_lines(base, ".records"), *line;
	bool whole = line_of_type(report, "trailer");
	const struct scenario *last = NULL;
	char why[160], text[256];
	size_t i;

	*head = json_incref(line_of_type(report, "header"));
	say_guest_errors(&k->image, report);
	json_array_foreach(report, i, line) {
		const char *name =
			json_string_value(json_object_get(line, "scenario"));
		const struct scenario *s = name ? find_scenario(name) : NULL;

		last = s ? s : last;
		if (!is_inner(line))
			continue;
		if (!guest_line_is_wrong(line, NULL, why, sizeof(why))) {
			json_array_append(lines, line);
			continue;
		}
		snprintf(text, sizeof(text),
			 "line %zu of what the guest sent is wrong: %s", i + 1,
			 why);
		if (last)
			add_failure(lines, last, NULL, text);
		else
			complain("vmabench: %s: %s\n", k->image.stage, text);
	}
	json_decref(report);
	if (*head && whole)
		return 0;
	if (ran_out_of_room(k->image.scratch))
		return 1;
	print_boot_failure("the guest's record is not whole", base);
	return 3;
}

/* The guest knows its kernel, the host knows itself. */
static void complete_header(const struct kvm *k, json_t *head)
{
	json_t *env = metal_env(k->boot.cpu),
	       *info = json_object_get(head, "info");
	json_t *clock = json_object_get(json_object_get(head, "env"), "clock");
	char *machine = machine_of(k);

	json_object_set(env, "clock", clock);
	json_object_set_new(env, "accel", json_string(tiers[k->tier].name));
	json_object_set_new(env, "qemu", json_string(k->image.qemu_version));
	json_object_set_new(env, "qemu_args",
			    json_sprintf("%s -m %u", machine, guest_memory_mib()));
	free(machine);
	json_object_set_new(head, "env", env);
	json_object_set_new(head, "tier", json_string(tiers[k->tier].name));
	json_object_set_new(head, "stage", json_string(k->image.stage));
	add_config_hash(json_object_get(head, "kernel"), k->image.dir);
	note_host(info, k->boot.cpu);
	if (k->what.about)
		json_object_set(head, "series", k->what.about);
	if (k->image.commit)
		json_object_set_new(info, "commit", json_string(k->image.commit));
}

/* Exit status: 0, 1 the tool failed, 3 the kernel, KVM or a scenario did. */
static int measure(struct kvm *k)
{
	char *base = path_of(k->image.scratch, "/boot");
	json_t *lines = json_array(), *head = NULL;
	int status = prepare_guest(&k->image);

	if (!status)
		status = run_guest(k, base);
	if (!status && !k->probe)
		status = read_guest(k, base, &head, lines);
	if (interrupted)
		status = 128 + interrupted;
	if (status || k->probe)
		goto out;
	if (!is_kernel_of(&k->image, head)) {
		status = 1;
		goto out;
	}
	complete_header(k, head);
	status = leave_out_refused(head, lines, k->image.stage);
	if (!status)
		status = save_record(&k->record, head, lines);
	if (!status &&
	    count_failures(lines) + count_undeclared(lines, k->image.commit))
		status = 3;
out:
	json_decref(head);
	json_decref(lines);
	free(base);
	return status;
}

enum {
	OPT_DRIVER = 256,
	OPT_KEEP,
	OPT_BATCHES,
	OPT_CPUS,
	OPT_PROBE,
	OPT_IDENTIFY
};

static const struct argp_option options[] = {
	{ "driver", OPT_DRIVER, "FILE", 0,
	  "vmabench_native.ko of this kernel, for rows of calls inside of it (default: none)",
	  0 },
	{ "batches", OPT_BATCHES, "N", 0, "As of bench", 0 },
	{ "cpus", OPT_CPUS, "N", 0,
	  "CPUs of the guest, pinned to none if there is more than one: for storms (default 1)",
	  0 },
	{ "keep", OPT_KEEP, "DIR", 0,
	  "Work in DIR, and leave the guest's console there, with a line as each scenario begins",
	  0 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "Only boot: does KVM work here?  With a limit of 20 s", 2 },
	{ "identify", OPT_IDENTIFY, NULL, 0,
	  "Only say what the answer depends on: host, QEMU, accelerator", 2 },
	{ 0 }
};

static const struct argp_child children[] = { { &image_argp, 0, NULL, 0 },
					      { &what_argp, 0, NULL, 0 },
					      { &boot_argp, 0, NULL, 0 },
					      { 0 } };

static const struct field fields[] = {
	{ FIELD(OPT_DRIVER, struct kvm, image.driver) },
	{ FIELD(OPT_KEEP, struct kvm, keep) },
	{ NUMBER(OPT_BATCHES, struct kvm, batches, "batches", 1, 1000) },
	{ NUMBER(OPT_CPUS, struct kvm, cpus, "cpus", 1, 4) },
	{ FIELD(OPT_PROBE, struct kvm, probe) },
	{ FIELD(OPT_IDENTIFY, struct kvm, identify) },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct kvm *k = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &k->image;
		state->child_inputs[1] = &k->what;
		state->child_inputs[2] = &k->boot;
		return 0;
	case ARGP_KEY_END:
		if (!k->identify &&
		    (!k->image.dir || (!k->probe && !k->boot.output)))
			usage_error(state, "--image and --output are needed");
		return 0;
	default:
		return set_field(fields, key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[SCENARIO...]",
	.doc = "Measure one boot of a kernel image in a guest under KVM: time, as on metal.\v"
	       "Example:\n"
	       "  vmabench kvm --stage=noretry --image=$(scripts/kernel.sh path noretry) \\\n"
	       "      -o boot-00.jsonl",
	.children = children,
};

int cmd_kvm(int argc, char **argv)
{
	const char *accel = getenv("VMABENCH_KVM_ACCEL");
	struct kvm k = {
		.tier = accel && *accel ? tier_by_name(accel) : TIER_KVM,
		.image = { .stage = "kernel", .qemu = "qemu-system-x86_64" },
		.boot = { .seconds = 10, .seed = 1, .cpu = -1 },
		.record.fd = -1,
		.cpus = 1,
	};
	int status;

	parse_command(&argp, argc, argv, &k);
	if (k.tier != TIER_KVM && k.tier != TIER_TCG) {
		complain("vmabench: VMABENCH_KVM_ACCEL is '%s', neither kvm nor tcg\n",
			 accel);
		return 2;
	}
	if (!find_qemu(&k.image))
		return 1;
	if (k.identify) {
		char *host = host_id();

		printf("%s %s %s\n", host, tiers[k.tier].name,
		       k.image.qemu_version);
		free(host);
		return 0;
	}
	if (k.boot.cpu < 0)
		k.boot.cpu = choose_cpu("vmabench kvm");
	if (k.boot.cpu < 0)
		return 1;
	if (!k.probe && !open_record(&k.record, k.boot.output))
		return 1;
	catch_signals();
	k.image.scratch = make_scratch(k.keep);
	status = k.image.scratch ? measure(&k) : 1;
	end_image(&k.image, k.keep);
	new_file_drop(&k.record);
	free(k.what.chosen.names);
	return status;
}
