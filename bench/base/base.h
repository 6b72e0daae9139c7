/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libc does not have and both programs need. */
#ifndef BASE_H
#define BASE_H

#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/* Exit status, the same for every subcommand of vmadiff. 1 is kept for the gate. */
/* clang-format off */
enum status {
	STATUS_OK	= 0,
	STATUS_REGRESSED = 1,
	STATUS_USAGE	= 2,
	STATUS_UNSURE	= 3,	/* nondeterministic, failed, of no declared shape */
	STATUS_DATA	= 4,	/* input refused or not comparable, disk full */
};
/* clang-format on */

/* util.c */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
char *absolute_path(const char *path);
void join_text(char **text, const char *sep, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void *xcalloc(size_t nmemb, size_t size);
void *xreallocarray(void *array, size_t nmemb, size_t size);
void *xgrow(void *array, size_t nmemb, size_t size);

/* One more element, zeroed, of an array that has @nr and grows by nothing else. */
#define xappend(array, nr) \
	((array) = xgrow(array, nr, sizeof(*(array))), &(array)[(nr)++])

/* output.c: what is written, whole or not at all */

/* Written once and read-only afterwards, or replaced by the next run. */
#define MODE_RECORD 0444
#define MODE_DERIVED 0644

/**
 * struct new_file - a file that is opened before there is anything to write
 * @path: where it will be
 * @tmp: its name until then; NULL if it has none
 * @had: bytes of @path that are the folder which was there before
 * @fd: of it, or -1
 */
struct new_file {
	char *path;
	char *tmp;
	size_t had;
	int fd;
};

int new_file_open(struct new_file *file, const char *path);
int new_file_keep(struct new_file *file, const void *buf, size_t len,
		  mode_t mode);
void new_file_drop(struct new_file *file);
int write_file_atomic(const char *path, const void *buf, size_t len, mode_t mode);
const char *why_not_written(int err);
int make_dirs(const char *path, size_t *had);
int make_own_dir(char **path);
void require_stdout(int status);

/* trust.c: folders that other users may change */
char *foreign_part(const char *path, bool shared);

/* program.c: what another program prints */
char *read_stream(FILE *f, size_t *len);
int output_of(const char *const argv[], bool quiet, char **text, size_t *len);

/* text.c: characters of texts that come from other machines */
size_t text_next(const char *s, int32_t *c);
bool text_is_hidden(int32_t c);
const char *text_hidden_kind(const char *s);
char *plain_text(const char *s);
char *one_line(const char *text);
char *plain_lines(const char *s, size_t len);
char *plain_format(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));
const char *base_name(const char *path);

/* width.c: how much room characters take, and where a text is cut */
int text_width(const char *s, size_t len);
int text_fit(const char *s, int columns);
size_t text_whole(const char *s, size_t len);

/* For %.*s: as much of @s as has room in @columns, cut between two characters. */
#define CUT(s, columns) text_fit(s, columns), s

/*
 * plainly.c: a standard error that has nothing in it that a terminal acts upon, and
 * messages of one line, whatever they quote; those of err.h, too
 */
struct argp_state;

void speak_plainly(void);
void complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void usage_error(const struct argp_state *state, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void err(int status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void errx(int status, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 2, 3)));
void erase_line(void);

/* input.c: files that somebody has named, which are no FIFOs and no devices */
int open_input(const char *path);
FILE *fopen_input(const char *path);
const char *input_error(int err);

/* text_file.c: files of other programs and of people, refused by line */
/**
 * struct text_file - a file in memory
 * @path: as it was given
 * @text: content, with a NUL after it and none in it
 * @len: bytes of @text
 * @at: next byte that next_text_line() returns
 * @line: line that it returned last, from 1
 */
struct text_file {
	const char *path;
	char *text;
	size_t len;
	size_t at;
	size_t line;
};

enum status read_text_file(const char *path, size_t max, struct text_file *file);
char *next_text_line(struct text_file *file);
void free_text_file(struct text_file *file);
enum status refuse_line(const char *path, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* nearest.c: names that were mistyped */
/**
 * struct names - of what there is
 * @v: the names, allocated; themselves of whoever listed them
 * @nr: how many
 */
struct names {
	const char **v;
	size_t nr;
};

/* Of an array of structs that have a @name. */
#define NAMES_OF(array) \
	names_of(&(array)[0].name, ARRAY_SIZE(array), sizeof((array)[0]))

struct argp;

struct names names_of(const void *first, size_t nr, size_t size);
const char *nearest_name(const char *name, const struct names *names);
char *no_such(const char *kind, const char *name, struct names names,
	      const char *hint);
void say_no_such(const char *kind, const char *name, struct names names,
		 const char *hint);
char *wrong_option(const struct argp *argp, char *const *argv);

/* index.c: numbers by name, for what there are many of */
/**
 * struct index_entry - a name that has a number
 * @value: the number
 * @key: the name
 */
struct index_entry {
	size_t value;
	char key[];
};

/**
 * struct index - names with a number each
 * @nr: how many
 */
struct index {
	size_t nr;

	/* private: */
	struct index_entry **slots;
	size_t room;
};

struct index_entry *index_add(struct index *x, const char *key, size_t value);
struct index_entry *index_find(const struct index *x, const char *key);
void index_free(struct index *x);

/* progress.c: what takes longer than a second, on a terminal */
void progress_count(const char *what, size_t done, size_t of);
void progress_end(void);

/* signals.c: the signal that asked us to stop, or 0 */
extern volatile sig_atomic_t interrupted;
void catch_signals(void);

/* scratch.c */
char *take_scratch(const char *place);
void remove_tree(const char *dir);

/* sha256.c */
#define SHA256_SIZE 32

void sha256(const void *data, size_t len, uint8_t digest[SHA256_SIZE]);
void sha256_hex(const void *data, size_t len, char hex[2 * SHA256_SIZE + 1]);

/* revision.c */
#define VMABENCH_VERSION "0.1"

/* Of the suite, as git describes it. */
extern const char suite_revision[64];

/* cpus.c: sets of CPUs, on machines with any number of them */
/**
 * struct cpus - a set; the C library's own stops at CPU 1023
 * @set: its bits, or NULL
 * @bytes: how many
 */
struct cpus {
	cpu_set_t *set;
	size_t bytes;
};

int cpus_allowed(struct cpus *cpus);
int cpus_apply(const struct cpus *cpus);
bool cpus_have(const struct cpus *cpus, int cpu);
void cpus_remove(struct cpus *cpus, int cpu);
int cpus_end(const struct cpus *cpus);
int cpus_last(const struct cpus *cpus);
unsigned int cpus_count(const struct cpus *cpus);
void cpus_free(struct cpus *cpus);

bool cpu_in_list(const char *list, int cpu);

int pin_task(pid_t task, int cpu);
int pin_trial(int cpu);
int unpin(void);

#endif
