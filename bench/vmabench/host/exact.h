/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Booting kernel images in QEMU: what its files share. */
#ifndef EXACT_H
#define EXACT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/base.h"
#include "model.h"
#include "run/options.h"

#define REPEATS 2

/* symbols.c: in a line "ADDRESS t NAME", whose address has 16 digits */
#define SYMBOL_NAME_AT 19

/**
 * struct symbols - what vmabench-symbols prints of an image
 * @text: all of it, to be freed
 * @table: in it, the lines "ADDRESS t NAME" of its functions
 * @build_id: of the image, in hex
 * @code: hash of its code and of where it lies, in hex
 */
struct symbols {
	char *text;
	const char *table;
	char build_id[129];
	char code[65];
};

int symbols_read(const char *vmlinux, struct symbols *s);
json_t *code_line(const char *dir, const json_t *lines);

/**
 * struct image - the kernel that is booted, and what boots it
 * @stage: name in the record
 * @dir: folder with vmlinux
 * @module: hook module of it, or NULL
 * @driver: module of the driver of it, or NULL; of the kvm tier
 * @tree: module that says where an address lies in the maple tree, or NULL
 * @commit: what it was built of, or NULL
 * @disks: folder with disks for its guests, or NULL: they are made
 * @qemu: program
 * @qemu_version: what that says of itself
 * @scratch: folder for the files of guests
 * @symbols: of the kernel
 */
struct image {
	const char *stage, *dir, *module, *driver, *tree, *commit, *disks, *qemu;
	char *qemu_version;
	char *scratch;
	struct symbols symbols;
};

/* Names in the scratch folder, where QEMU works: see qemu_fork(). */
#define GUEST_KERNEL "guest-kernel"
#define GUEST_INITRD "initrd"
#define GUEST_SYMBOLS "symbols"
#define GUEST_PLUGIN "guest-plugin.so"

struct guest_disk;

/* options.c */
extern const struct argp image_argp; /* of struct image */

/* image.c */
int write_initrd(const char *path, const char *module, const char *driver,
		 const char *tree);
int write_disk(const char *path, const char *dir, const struct guest_disk *d);
int write_disks(const char *dir);
int link_disks(const char *dir, const char *from);
int link_to_scratch(const char *scratch, const char *name, const char *from);

/* prepare.c */
int tool_failed(const char *what, int err);
bool find_qemu(struct image *image);
int prepare_guest(struct image *image);
void say_guest_errors(const struct image *image, const json_t *lines);
bool is_kernel_of(const struct image *image, const json_t *head);
void note_host(json_t *info, int cpu);
void end_image(struct image *image, bool keep);

/* regions.c: what the plugin wrote */

/* What is counted of a function, in the order of the plugin and of the record. */
enum share_count {
	COUNT_INSNS,
	COUNT_CALLS,
	COUNT_LOADS,
	COUNT_STORES,
	COUNT_LINES_READ,
	COUNT_LINES_WRITTEN,
	COUNT_LINES_CODE,
	COUNT_PAGES,
	NR_COUNTS
};

/** struct share - what a function had of a region */
struct share {
	const char *function;
	enum insn_class class;
	uint64_t counts[NR_COUNTS];
};

/** struct object_share - lines that the task touched of one kind of object */
struct object_share {
	const char *name;
	uint64_t lines_read, lines_written;
};

/**
 * struct region - one measured region
 * @id: enum marker_id
 * @irqs: interrupts that landed in it
 * @switches: context switches in it
 * @counts: sums over its shares, by class
 * @first: its first share
 * @nr: number of its shares
 * @first_object: its first object
 * @nr_objects: number of its objects
 * @misses: in the model of caches
 */
struct region {
	int id;
	uint64_t irqs, switches;
	uint64_t counts[NR_CLASSES][NR_COUNTS];
	size_t first, nr;
	size_t first_object, nr_objects;
	uint64_t misses[NR_MODEL_CACHES];
};

/** struct regions - output of one run of the plugin */
struct regions {
	struct region *v;
	size_t nr;
	struct share *shares;
	size_t nr_shares;
	struct object_share *objects;
	size_t nr_objects;
	const char *no_objects; /* why there are none, or NULL */
	bool has_model;
	void *names; /* tree that owns all names */
};

int regions_read(const char *path, struct regions *r);
void regions_free(struct regions *r);
int regions_rows(const json_t *line, const struct regions *r, json_t *lines,
		 char *reason, size_t size);
int stacks_lines(const json_t *line, const char *path, json_t *lines);
bool regions_differ(const json_t *line, const struct regions *a,
		    const struct regions *b, char *where, size_t size);

/**
 * struct exact - what the command was asked for, and what it works with
 * @record: what it writes
 * @layouts: scenarios to measure over layouts, "0" for none, NULL for the usual ones
 * @once: nothing is run a second time, to see whether it repeats
 */
struct exact {
	struct image image;
	struct what what;
	struct new_file record;
	const char *plugin, *out, *keep, *append, *stacks, *kept, *reason,
		*progress, *model, *layouts;
	bool needs_module, needs_tree, probe, once;
	unsigned int jobs, timeout_s, seed;
	unsigned int nr_ops, nr_batches, nr_warmup;
};

/* How often is the same thing run? */
static inline unsigned int nr_repeats(const struct exact *x)
{
	return x->once ? 1 : REPEATS;
}

/** struct job - one QEMU from the snapshot */
struct job {
	const struct scenario *scenario; /* NULL: the calibration */
	const struct pass *pass;
	bool stacks;		/* chains of callers, too */
	bool layouts, reversed; /* over layouts, the last one first */
	pid_t pid;
	int status;
	char *base; /* path of its files, without suffix */
};

/* layouts.c */
int layout_lines(const json_t *report, const struct regions *r,
		 const char *table, json_t *lines, char *reason, size_t size);
void layout_summaries(const json_t *report, json_t *lines);
bool layouts_differ(const json_t *a, const json_t *b, char *where, size_t size);

/* machine.c */
json_t *machine_env(const struct exact *x);
int boot(const struct exact *x);
int run_jobs(const struct exact *x, struct job *jobs, size_t nr);
const char *job_error(int status);

/* guest_lines.c: what guests send is none of ours until it was looked at */
bool guest_line_is_wrong(const json_t *line, const struct scenario *s,
			 char *why, size_t size);
bool guest_report_is_wrong(const char *base, const struct scenario *s,
			   char *why, size_t size);
int leave_out_refused(json_t *head, json_t *lines, const char *stage);

/* probe.c */
char *plugin_choose(const struct exact *x);

/* collect.c */
void conclude(const struct exact *x, struct job *job, json_t *lines);
int calibrate(const struct exact *x);
int add_stacks(const struct exact *x, json_t *lines);

/* oops.c */
char *last_words(const char *console);
void write_last_words(const char *path, const char *what, const char *base);

/* files.c */
char *path_of(const char *base, const char *suffix);
char *beside(const char *name);
char *read_whole(const char *base, const char *suffix, size_t *len);
json_t *read_lines(const char *base, const char *suffix);
json_t *line_of_type(const json_t *lines, const char *type);
void print_tail(const char *what, const char *text, size_t len);
const char *complaint(const char *text);
void write_reason(const char *path, const char *what, const char *words);
void print_boot_failure(const char *what, const char *base);
bool is_module_of(const char *module, const char *image);
char *what_qemu_said(const char *base);
char *first_line_of(const char *program, const char *arg);
void add_config_hash(json_t *kernel, const char *image);
char *make_scratch(const char *keep);
bool ran_out_of_room(const char *dir);
void end_scratch(const char *dir, bool keep);

#endif
