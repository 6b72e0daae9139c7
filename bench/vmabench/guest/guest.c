// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The guest's side of the exact tier: vmabench as init.
 *
 * Boots to a state in which everything is mounted, and starts a process. That stops the
 * machine for the snapshot, and goes on, in each run that starts from it, with the
 * command that it finds in fw_cfg: a scenario and a pass. The machine ends with it.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest/guest.h"
#include "guest_io.h"
#include "inside.h"
#include "instruments/instrument.h"
#include "record/write.h"
#include "run/pass.h"
#include "run/run.h"

#if defined(__x86_64__)
#include <sys/io.h>

/* The stop for the snapshot, as the guest sees it. */
struct stop {
	uint64_t away_insns; /* by which the clock went on meanwhile */
	uint64_t insns;	     /* after which all is the same again */
};

static void write_records(const char *text, size_t len)
{
	const char *p = text;

	__asm__ volatile("rep outsb"
			 : "+S"(p), "+c"(len)
			 : "d"(GUEST_PORT_RECORDS)
			 : "memory");
}

/*
 * QEMU (7.2) stops the CPU a moment before it says that the machine does not run.
 * If its main loop looks in between, it finds an idle machine and sets the clock to
 * the next timer; whether it does is up to the host. So the guest waits until a
 * count that the clock cannot have jumped to: from there on, all is the same.
 */
static struct stop pause_machine(void)
{
	struct stop stop;
	uint64_t before, until;

	/* Once in advance: a page fault has to be here, if anywhere. */
	spin_until(__builtin_ia32_rdtsc() + 10000);

	before = spin_until_multiple(GUEST_STOP_ROUND_INSNS);
	until = before;
	outb(GUEST_PAUSE_BIT, GUEST_PORT_PAUSE);
	stop.away_insns = __builtin_ia32_rdtsc() - before;
	/* Again if an interrupt came at the end, as it then does in any case. */
	do {
		until += GUEST_STOP_INSNS;
	} while (spin_until(until) > SPIN_LATE_INSNS);
	stop.insns = until - before;
	return stop;
}

/* QEMU from 9.0 on goes on for a while before it ends. */
static void end_machine(void)
{
	outb(0, GUEST_PORT_EXIT);
	for (;;)
		__builtin_ia32_pause();
}

static unsigned int fw_big_endian(int bytes)
{
	unsigned int value = 0;

	while (bytes--)
		value = value << 8 | inb(GUEST_PORT_FW_DATA);
	return value;
}

/* Reads the file @name of fw_cfg; false if there is none. */
static bool read_fw_cfg(const char *name, char *buf, size_t size)
{
	unsigned int nr, len = 0, key = 0;

	outw(GUEST_FW_FILE_DIR, GUEST_PORT_FW_SELECT);
	for (nr = fw_big_endian(4); nr; nr--) {
		unsigned int file_len = fw_big_endian(4);
		unsigned int file_key = fw_big_endian(2);
		char file_name[57] = "";

		fw_big_endian(2);
		for (int i = 0; i < 56; i++)
			file_name[i] = (char)inb(GUEST_PORT_FW_DATA);
		if (!strcmp(file_name, name)) {
			len = file_len;
			key = file_key;
		}
	}
	if (!key || len >= size)
		return false;
	outw((unsigned short)key, GUEST_PORT_FW_SELECT);
	for (unsigned int i = 0; i < len; i++)
		buf[i] = (char)inb(GUEST_PORT_FW_DATA);
	buf[len] = '\0';
	return true;
}

static bool have_ports(void)
{
	return iopl(3) == 0;
}

static void write_line(json_t *line)
{
	char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;

	if (text) {
		write_records(text, strlen(text));
		write_records("\n", 1);
	}
	free(text);
	json_decref(line);
}

static void say_error(json_t *reason)
{
	write_line(json_pack("{s:s, s:o}", "type", "guest-error", "reason",
			     reason));
}

static void say_exit(int status)
{
	write_line(json_pack("{s:s, s:i}", "type", "exit", "status", status));
}

static bool read_command(char *command, size_t size)
{
	if (read_fw_cfg(GUEST_FW_COMMAND, command, size))
		return true;
	say_error(json_string("no command in fw_cfg"));
	return false;
}

static void mount_at(const char *what, const char *where, const char *type)
{
	mkdir(where, 0755);
	if (mount(what, where, type, 0, NULL) && errno != EBUSY)
		say_error(json_sprintf("mounting %s: %s", where, strerror(errno)));
}

/* The kernel finds them meanwhile, unless it knows none. */
static void wait_for(const char *device)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < 100 && access(device, F_OK); i++)
		nanosleep(&ms, NULL);
}

/* A disk that cannot be mounted is missed by those who need it. */
static void mount_disks(void)
{
	char device[32];

	for (unsigned int i = 0; guest_disks[i].name; i++) {
		const struct guest_disk *d = &guest_disks[i];

		snprintf(device, sizeof(device), "/dev/pmem%u", i);
		wait_for(device);
		if (!strcmp(d->name, GUEST_DEVDAX)) {
			make_devdax(i);
			continue;
		}
		mkdir(d->where, 0755);
		mount(device, d->where, d->type, d->read_only ? MS_RDONLY : 0,
		      d->options);
	}
}

static void load_module(const char *name)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (syscall(SYS_finit_module, fd, "", 0))
		say_error(json_sprintf("loading %s: %s", name, strerror(errno)));
	close(fd);
}

/**
 * struct command - what a run is to measure
 * @s: a scenario, or NULL for the calibration
 * @config: in which pass
 * @layouts: over layouts instead
 * @reversed: from the last layout to the first
 */
struct command {
	const struct scenario *s;
	struct run_config config;
	bool layouts, reversed;
};

/* Exits if it is none. */
static struct command understand(const char *text)
{
	struct command c = { .config = { .guest = true, .dir = "/disk" } };
	char name[64], pass[32];
	int retry;

	if (sscanf(text, "%63s %31s %u %u %u %" SCNu64 " %d", name, pass,
		   &c.config.nr_ops, &c.config.nr_batches, &c.config.nr_warmup,
		   &c.config.seed, &retry) != 7 ||
	    retry < 0 || retry >= NR_RETRIES)
		_exit(2);
	c.config.retry = (enum retry)retry;
	c.config.pass = find_pass(pass);
	c.s = find_scenario(name);
	c.layouts = c.s && !strncmp(pass, GUEST_LAYOUTS, strlen(GUEST_LAYOUTS));
	c.reversed = c.layouts && !strcmp(pass, GUEST_LAYOUTS_REVERSED);
	if ((!c.config.pass && !c.layouts) || (!c.s && strcmp(name, CALIBRATION)))
		_exit(2);
	return c;
}

/**
 * guest_run - stop the machine for the snapshot; then one scenario in one pass
 *
 * In the process that the scenario has to itself, and which is ready by then: what it
 * takes to start a program is executed once, before the snapshot, not in every run.
 */
void guest_run(void)
{
	char line[256] = "";
	struct command c;
	struct stop stop;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	int err;

	if (!out || !have_ports())
		_exit(3);
	settle_process();
	stop = pause_machine();

	if (!read_command(line, sizeof(line)))
		_exit(2);
	c = understand(line);
	/* A scenario starts at a round count, whatever the program did on the way. */
	spin_until_multiple(GUEST_START_ROUND_INSNS);
	if (c.layouts)
		_exit(measure_layouts(c.s, c.reversed, write_records) ? 1 : 0);
	err = c.s ? run_scenario(c.s, &c.config, out) : calibrate_guest(out);
	if (!err)
		err = emit(out,
			   json_pack("{s:s, s:I, s:I}", "type", "stop",
				     "away_insns", (json_int_t)stop.away_insns,
				     "stop_insns", (json_int_t)stop.insns));
	if (fclose(out) == 0)
		write_records(text, len);
	/*
	 * How the process ends is seen by the other pass; with the plugin it would be
	 * an eighth of all that a run translates.
	 */
	if (!err && c.config.pass->plugin) {
		say_exit(0);
		end_machine();
	}
	_exit(err ? 1 : 0);
}

/*
 * What instruments ask of kallsyms, and the symbols after, is a fraction of it:
 * copied once, before the snapshot, instead of read in every run.
 */
static void copy_kallsyms(const char *to)
{
	FILE *in = fopen("/proc/kallsyms", "re"), *out = fopen(to, "we");
	bool last = false;
	char line[512];

	while (in && out && fgets(line, sizeof(line), in)) {
		const char *name = strlen(line) > 19 ? line + 19 : "";
		bool wanted = !strncmp(name, "mas_", 4) ||
			      !strncmp(name, "mt_", 3) ||
			      !strncmp(name, "vm_area_", 8);

		if (wanted || last)
			fputs(line, out);
		last = wanted;
	}
	if (in)
		fclose(in);
	if (out)
		fclose(out);
}

static void send_file(const char *path)
{
	static char buf[65536];
	FILE *f = fopen(path, "re");
	size_t n;

	while (f && (n = fread(buf, 1, sizeof(buf), f)))
		write_records(buf, n);
	if (f)
		fclose(f);
}

/* A boot of the kvm tier: runs vmabench as on metal, and ends the machine. */
static void guest_bench(void) __attribute__((noreturn));
static void guest_bench(void)
{
	static char command[16384];
	char *argv[1024] = { (char *)"vmabench" }, *save = NULL;
	int status = 0, argc = 1;
	pid_t pid;

	load_module("/" GUEST_DRIVER);
	/* As in the exact tier, where the scenario that asks for them does it. */
	put_file("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	read_command(command, sizeof(command));
	for (char *w = strtok_r(command, " ", &save); w && argc < 1023;
	     w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	if (argc > 1 && strcmp(argv[1], "probe")) {
		pid = fork();
		if (pid == 0) {
			setenv(KALLSYMS_ENV, "/tmp/kallsyms", 1);
			setenv("QUIET", "1", 1);
			execv("/init", argv);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		send_file(GUEST_RECORD);
	}
	say_exit(status);
	end_machine();
	_exit(0);
}

/*
 * Of the command line of the kernel, init has every word that the kernel does not know
 * in its environment, and what was stirred has more of them: they would move the stack,
 * and with it what a read into a buffer on it crosses. What is meant for us stays.
 */
static void clean_environment(void)
{
	char **kept = environ;

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, "VMABENCH_", strlen("VMABENCH_")))
			*kept++ = *e;
	*kept = NULL;
}

/** guest_main - be init */
void guest_main(void)
{
	int status = 0;
	pid_t pid;

	if (!have_ports())
		_exit(3);
	mount_at("proc", "/proc", "proc");
	mount_at("sysfs", "/sys", "sysfs");
	mount_at("devtmpfs", "/dev", "devtmpfs");
	mount_at("tracefs", "/sys/kernel/tracing", "tracefs");
	mount_at("tmpfs", "/tmp", "tmpfs");
	mkdir("/mnt", 0755); /* for overlayfs */
	mount_disks();
	load_module("/" GUEST_MODULE);
	load_module("/" GUEST_TREE);
	/* Its scenario says so where the kernel does not have it. */
	orangefs_start("/orangefs", GUEST_DATA_BYTES);
	copy_kallsyms("/tmp/kallsyms");
	write_line(json_pack("{s:s, s:o}", "type", "guest", "kernel",
			     kernel_info()));

	if (getenv(GUEST_ENV_BENCH))
		guest_bench();
	settle_machine();
	clean_environment();
	begin_task_slab();
	pid = fork();
	if (pid == 0) {
		setenv(KALLSYMS_ENV, "/tmp/kallsyms", 1);
		execl("/init", "vmabench", "guest-run", (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	say_exit(status);
	end_machine();
	_exit(0);
}
#else
/* The exact tier is x86-64 so far. */
void guest_run(void)
{
	_exit(3);
}

void guest_main(void)
{
	_exit(3);
}
#endif

/** is_guest - is this the copy of the program that is in an initramfs of ours? */
bool is_guest(void)
{
	extern const Elf64_Ehdr __ehdr_start; /* the linker's: it is loaded */

	return !memcmp(__ehdr_start.e_ident + EI_PAD, GUEST_MARK,
		       EI_NIDENT - EI_PAD);
}
