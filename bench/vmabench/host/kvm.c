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
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "guest/guest.h"
#include "guest_io.h"
#include "host/host.h"
#include "qemu.h"
#include "record/write.h"
#include "run/run.h"
#include "scenario.h"
#include "symbols.h"
#include "system/system.h"

/* Besides what the guest is asked to measure: booting, starting processes. */
#define BOOT_S 20
#define EMULATED_BOOT_S 240

static const char machine_args[] =
	"-smp 1 -nodefaults -no-user-config -display none -no-reboot "
	"-device isa-debug-exit,iobase=0xf4,iosize=4";

static const char kernel_args[] =
	"console=ttyS0 panic=-1 no_timer_check secretmem.enable=1 "
	"rdinit=/init " GUEST_ENV_BENCH "=1";

struct kvm {
	const char *stage, *image, *module, *out, *qemu, *commit, *set;
	const char *accel; /* kvm, or for tests tcg */
	struct choice chosen;
	enum retry retry;
	unsigned int seconds;
	int index, block, order, cpu;
	unsigned int seed;
	bool probe, identify;
	char *dir, *qemu_version;
	struct symbols symbols;
};

static bool is_emulated(const struct kvm *k)
{
	return strcmp(k->accel, "kvm");
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

/* What the guest's vmabench bench is told. */
static char *guest_command(const struct kvm *k)
{
	char *line, *more;

	if (k->probe)
		return xasprintf("probe");
	line = xasprintf("bench --seconds %u --seed %u --index %d --block %d --order %d --retry %s --set %s --dir /disk -o " GUEST_RECORD,
			 k->seconds, k->seed, k->index, k->block, k->order,
			 retry_names[k->retry], k->set);
	for (size_t i = 0; i < k->chosen.nr; i++) {
		more = xasprintf("%s %s", line, k->chosen.names[i]);
		free(line);
		line = more;
	}
	return line;
}

static struct arguments kvm_arguments(const struct kvm *k, const char *base)
{
	struct arguments args = { 0 };
	char *command = guest_command(k);

	push(&args, xasprintf("%s", k->qemu));
	push_words(&args, machine_args);
	push_option(&args, "-accel", xasprintf("%s", k->accel));
	push_option(&args, "-cpu",
		    xasprintf("%s",
			      is_emulated(k) ? "max" : "host,migratable=off"));
	/* All of its memory is there before it starts: no faults of the host. */
	push_option(&args, "-object",
		    xasprintf("memory-backend-ram,id=ram,size=%uM,prealloc=on",
			      guest_memory_mib()));
	push_option(&args, "-m", xasprintf("%u", guest_memory_mib()));
	push_option(&args, "-M", xasprintf("pc,memory-backend=ram"));
	push_option(&args, "-kernel", path_of(k->image, "/vmlinux"));
	push_option(&args, "-initrd", path_of(k->dir, "/initrd"));
	push_option(&args, "-append", kernel_command_line(kernel_args));
	push_option(&args, "-fw_cfg",
		    xasprintf("name=" GUEST_FW_COMMAND ",string=%s", command));
	push_disks(&args, k->dir);
	push_channels(&args, base);
	push(&args, xasprintf("-S"));
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
			 k->stage, k->accel, timeout_s);
	else if (err == -EPIPE || (!err && !WIFEXITED(status)))
		snprintf(what, sizeof(what),
			 "%s: QEMU (accel %s) ended before its guest did",
			 k->stage, k->accel);
	else if (err)
		snprintf(what, sizeof(what), "%s: starting QEMU: %s", k->stage,
			 strerror(-err));
	else
		snprintf(what, sizeof(what),
			 "%s: the guest (accel %s) ended early (panic, reset or power-off)",
			 k->stage, k->accel);
	print_boot_failure(what, base);
}

/* Boots, and waits until the guest has done what it was told. 0 or 3. */
static int run_guest(const struct kvm *k, const char *base)
{
	struct arguments args = kvm_arguments(k, base);
	unsigned int timeout_s = is_emulated(k) ? EMULATED_BOOT_S : BOOT_S;
	struct qemu q = { 0 };
	int status = 0, err;
	json_t *r = NULL;

	/* Scenarios hang, too, but there is no more to it than so much. */
	if (!k->probe)
		timeout_s += 10 * k->seconds + 60;
	err = qemu_launch(&q, args.v, base, timeout_s);
	if (!err)
		err = pin_cpus(&q, k->cpu);
	if (!err)
		r = qemu_command(&q, "{\"execute\":\"cont\"}");
	if (!err && !r)
		err = -errno;
	json_decref(r);
	if (!err)
		err = qemu_wait_exit(&q, &status);
	if (q.pid)
		qemu_kill(&q);
	free_arguments(&args);
	if (!err && WIFEXITED(status) && WEXITSTATUS(status) == GUEST_EXIT_STATUS)
		return 0;
	if (!interrupted)
		say_failure(k, base, err, status, timeout_s);
	return 3;
}

/* Lines of the guest's record; @head is its header. 0, or 3 as above. */
static int read_guest(const struct kvm *k, const char *base, json_t **head,
		      json_t *lines)
{
	char *path = path_of(base, ".records"), *line = NULL;
	FILE *f = fopen(path, "re");
	bool whole = false;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		json_t *j = json_loads(line, 0, NULL);
		const char *type = json_string_value(json_object_get(j, "type"));

		if (!type)
			;
		else if (!strcmp(type, "header"))
			*head = json_incref(j);
		else if (!strcmp(type, "trailer"))
			whole = true;
		else if (!strcmp(type, "guest-error"))
			fprintf(stderr, "vmabench: %s: guest: %s\n", k->stage,
				json_string_value(json_object_get(j, "reason")));
		else if (strcmp(type, "guest") && strcmp(type, "exit"))
			json_array_append(lines, j);
		json_decref(j);
	}
	free(line);
	if (f)
		fclose(f);
	free(path);
	if (*head && whole)
		return 0;
	print_boot_failure("the guest's record is not whole", base);
	return 3;
}

/* The guest knows its kernel, the host knows itself. */
static void complete_header(const struct kvm *k, json_t *head)
{
	json_t *env = metal_env(), *info = json_object_get(head, "info");
	json_t *host = metal_info(), *value;
	json_t *clock = json_object_get(json_object_get(head, "env"), "clock");
	const struct core_pmu *kind = core_pmu_of(k->cpu);
	time_t now = time(NULL);
	const char *key;
	char when[32];

	json_object_set(env, "clock", clock);
	if (kind)
		json_object_set_new(env, "core", json_string(kind->name));
	json_object_set_new(env, "accel", json_string(k->accel));
	json_object_set_new(env, "qemu", json_string(k->qemu_version));
	json_object_set_new(env, "qemu_args",
			    json_sprintf("%s -m %u", machine_args,
					 guest_memory_mib()));
	json_object_set_new(head, "env", env);
	json_object_set_new(head, "tier", json_string(k->accel));
	json_object_set_new(head, "stage", json_string(k->stage));
	add_config_hash(json_object_get(head, "kernel"), k->image);
	json_object_foreach(host, key, value) {
		char *name = xasprintf("host_%s", key);

		json_object_set(info, name, value);
		free(name);
	}
	json_decref(host);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	json_object_set_new(info, "time", json_string(when));
	json_object_set_new(info, "pinned_cpu", json_sprintf("%d", k->cpu));
	if (k->commit)
		json_object_set_new(info, "commit", json_string(k->commit));
}

static bool is_our_kernel(const struct kvm *k, const json_t *head)
{
	const json_t *kernel = json_object_get(head, "kernel");
	const char *id = json_string_value(json_object_get(kernel, "build_id"));

	return id && !strcmp(id, k->symbols.build_id);
}

static void say_note(const char *text)
{
	fprintf(stderr, "vmabench: %s\n", text);
}

/* What the guest needs besides its kernel. 0, or 1 and it was said. */
static int prepare(struct kvm *k)
{
	char *path = path_of(k->image, "/vmlinux");
	int err = symbols_read(path, &k->symbols);

	free(path);
	if (err)
		return 1;
	if (k->module && !is_module_of(k->module, k->image))
		k->module = NULL;
	path = path_of(k->dir, "/initrd");
	err = write_initrd(path, "/proc/self/exe", k->module);
	free(path);
	if (!err)
		err = write_disks(k->dir, say_note);
	if (err)
		fprintf(stderr,
			"vmabench: making the guest's initramfs and disks: %s\n",
			strerror(-err));
	return err ? 1 : 0;
}

/* Exit status: 0, 1 the tool failed, 3 the kernel, KVM or a scenario did. */
static int measure(struct kvm *k)
{
	char *base = path_of(k->dir, "/boot");
	json_t *lines = json_array(), *head = NULL;
	int status = prepare(k), err;

	if (!status)
		status = run_guest(k, base);
	if (!status && !k->probe)
		status = read_guest(k, base, &head, lines);
	if (interrupted)
		status = 128 + interrupted;
	if (status || k->probe)
		goto out;
	if (!is_our_kernel(k, head)) {
		fprintf(stderr,
			"vmabench: the guest runs another kernel than %s/vmlinux (build id)\n",
			k->image);
		status = 1;
		goto out;
	}
	complete_header(k, head);
	err = write_record(k->out, json_incref(head), lines);
	if (err)
		fprintf(stderr, "vmabench: writing %s: %s\n", k->out,
			strerror(-err));
	status = err ? 1
		 : count_failures(lines) + count_undeclared(lines, k->commit)
			 ? 3
			 : 0;
out:
	json_decref(head);
	json_decref(lines);
	free(base);
	return status;
}

enum {
	OPT_STAGE = 256,
	OPT_IMAGE,
	OPT_MODULE,
	OPT_QEMU,
	OPT_COMMIT,
	OPT_SET,
	OPT_RETRY,
	OPT_SEED,
	OPT_INDEX,
	OPT_BLOCK,
	OPT_ORDER,
	OPT_CPU,
	OPT_PROBE,
	OPT_IDENTIFY
};

static const struct argp_option options[] = {
	{ "stage", OPT_STAGE, "NAME", 0, "Name of the stage in the record", 0 },
	{ "image", OPT_IMAGE, "DIR", 0, "Folder with vmlinux", 0 },
	{ "module", OPT_MODULE, "FILE", 0,
	  "Hook module of this kernel (default: none)", 0 },
	{ "output", 'o', "FILE", 0, "Record to write", 0 },
	{ "seconds", 's', "N", 0, "Time to measure, about (default 10)", 0 },
	{ "set", OPT_SET, "SET", 0,
	  "primary (the default), or extended, which has all", 0 },
	{ "retry", OPT_RETRY, "WHEN", 0,
	  "When the kernel retries a merge: early, late, none, or unknown (the default)",
	  0 },
	{ "commit", OPT_COMMIT, "TEXT", 0,
	  "What the image was built of, for the record", 0 },
	{ "seed", OPT_SEED, "N", 0, "Order of scenarios and layout (default 1)",
	  0 },
	{ "cpu", OPT_CPU, "N", 0,
	  "CPU that the virtual one is pinned to (default: the last one)", 0 },
	{ "qemu", OPT_QEMU, "PROGRAM", 0, "QEMU (default qemu-system-x86_64)", 0 },
	{ "index", OPT_INDEX, "N", 0, "Number of this boot of the kernel", 1 },
	{ "block", OPT_BLOCK, "N", 0, "Block of a plan", 1 },
	{ "order", OPT_ORDER, "N", 0, "Place of this boot in the plan", 1 },
	{ "probe", OPT_PROBE, NULL, 0,
	  "Only boot: does KVM work here?  With a limit of 20 s", 2 },
	{ "identify", OPT_IDENTIFY, NULL, 0,
	  "Only say what the answer depends on: host, QEMU, accelerator", 2 },
	{ 0 }
};

static const struct plain_option plain_options[] = {
	{ OPT_STAGE, offsetof(struct kvm, stage), 0, 0 },
	{ OPT_IMAGE, offsetof(struct kvm, image), 0, 0 },
	{ OPT_MODULE, offsetof(struct kvm, module), 0, 0 },
	{ OPT_QEMU, offsetof(struct kvm, qemu), 0, 0 },
	{ OPT_COMMIT, offsetof(struct kvm, commit), 0, 0 },
	{ 'o', offsetof(struct kvm, out), 0, 0 },
	{ 's', offsetof(struct kvm, seconds), 1, 86400 },
	{ OPT_SEED, offsetof(struct kvm, seed), 1, 1000000000 },
	{ OPT_INDEX, offsetof(struct kvm, index), 0, 1000000 },
	{ OPT_BLOCK, offsetof(struct kvm, block), 0, 1000000 },
	{ OPT_ORDER, offsetof(struct kvm, order), 0, 1000000 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct kvm *k = state->input;

	if (take_option(plain_options, key, arg, k, state))
		return 0;
	switch (key) {
	case OPT_SET:
		choose_set(&k->chosen, arg, state);
		k->set = arg;
		break;
	case OPT_RETRY:
		k->retry = parse_retry(arg, state);
		break;
	case OPT_CPU:
		k->cpu = parse_cpu(arg, state);
		break;
	case OPT_PROBE:
		k->probe = true;
		break;
	case OPT_IDENTIFY:
		k->identify = true;
		break;
	case ARGP_KEY_ARG:
		choose_scenario(&k->chosen, arg, state);
		break;
	case ARGP_KEY_END:
		if (!k->identify && (!k->image || (!k->probe && !k->out)))
			argp_error(state, "--image and --output are needed");
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
	"Measure one boot of a kernel image in a guest under KVM: time, as on metal.",
	NULL,
	NULL,
	NULL
};

int cmd_kvm(int argc, char **argv)
{
	const char *accel = getenv("VMABENCH_KVM_ACCEL");
	struct kvm k = {
		.qemu = "qemu-system-x86_64",
		.accel = accel && *accel ? accel : "kvm",
		.stage = "kernel",
		.set = "primary",
		.seconds = 10,
		.seed = 1,
		.cpu = -1,
	};
	int status;

	k.chosen.names = calloc((size_t)argc, sizeof(*k.chosen.names));
	if (!k.chosen.names)
		return 1;
	argp_parse(&argp, argc, argv, 0, NULL, &k);
	if (strcmp(k.accel, "kvm") && strcmp(k.accel, "tcg")) {
		fprintf(stderr,
			"vmabench: VMABENCH_KVM_ACCEL is '%s', neither kvm nor tcg\n",
			k.accel);
		return 2;
	}
	k.qemu_version = first_line_of(k.qemu, "--version");
	if (!k.qemu_version) {
		fprintf(stderr,
			"vmabench: cannot run %s: is it installed? (Debian: qemu-system-x86)\n",
			k.qemu);
		return 1;
	}
	if (k.identify) {
		char *host = host_id();

		printf("%s %s %s\n", host, k.accel, k.qemu_version);
		free(host);
		return 0;
	}
	if (k.cpu < 0)
		k.cpu = choose_cpu("vmabench kvm");
	if (k.cpu < 0)
		return 1;
	catch_signals();
	k.dir = make_scratch(NULL);
	if (!k.dir)
		return 1;
	status = measure(&k);
	if (status)
		say_if_full(k.dir);
	remove_scratch(k.dir);
	free(k.dir);
	free(k.symbols.text);
	free(k.qemu_version);
	free(k.chosen.names);
	return status;
}
