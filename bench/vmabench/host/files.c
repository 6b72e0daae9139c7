// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of a guest's scratch folder, consoles above all. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "record/record.h"

/* With less than this a file may well have been cut off. */
#define SCRATCH_LEFT_BYTES (4 << 20)

/** path_of - name of a file: @base with @suffix; to be freed */
char *path_of(const char *base, const char *suffix)
{
	return xasprintf("%s%s", base, suffix);
}

/** beside - name of a file in the folder of this program; to be freed */
char *beside(const char *name)
{
	char *self = realpath("/proc/self/exe", NULL), *path;

	path = xasprintf("%.*s%s", self ? (int)(base_name(self) - self) : 0,
			 self ? self : "", name);
	free(self);
	return path;
}

static FILE *open_file(const char *base, const char *suffix)
{
	char *path = path_of(base, suffix);
	FILE *f = fopen_input(path);

	free(path);
	return f;
}

/** read_whole - contents of the file @base with @suffix; to be freed, or NULL */
char *read_whole(const char *base, const char *suffix, size_t *len)
{
	return read_stream(open_file(base, suffix), len);
}

/* What comes of it, it may be as large as a record. */
static int read_bounded(FILE *f, json_t *lines)
{
	size_t size = 0, bytes = 0;
	char *text = NULL;
	struct stat st;
	ssize_t len;
	int err = 0;

	if (fstat(fileno(f), &st) || st.st_size > RECORD_BYTES_MAX)
		return EFBIG;
	while (!err && (len = getline(&text, &size, f)) > 0) {
		size_t this = record_memory_of(text, (size_t)len);
		json_t *line;

		bytes += this + sizeof(line);
		if (len > RECORD_LINE_MAX || this > RECORD_LINE_BYTES_MAX ||
		    bytes > RECORD_BYTES_MAX) {
			err = EFBIG;
			continue;
		}
		line = json_loadb(text, (size_t)len, JSON_REJECT_DUPLICATES,
				  NULL);
		json_array_append_new(lines, line ? line : json_null());
	}
	free(text);
	return err;
}

/**
 * read_lines - lines of JSON in a file, @base with @suffix
 *
 * Return: an array, with null for a line that is not JSON; NULL with errno if the
 * file cannot be read, EFBIG where it is larger than a record may be.
 */
json_t *read_lines(const char *base, const char *suffix)
{
	FILE *f = open_file(base, suffix);
	json_t *lines;
	int err;

	if (!f)
		return NULL;
	lines = json_array();
	err = read_bounded(f, lines);
	fclose(f);
	if (!err)
		return lines;
	json_decref(lines);
	errno = err;
	return NULL;
}

/** line_of_type - the first one of a type, or NULL; it belongs to @lines */
json_t *line_of_type(const json_t *lines, const char *type)
{
	json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
		if (!strcmp(line_type(line), type))
			return line;
	return NULL;
}

/* Complaint of the kernel in a console, or NULL; points into @text. */
const char *complaint(const char *text)
{
	static const char *const signs[] = {
		"WARNING:",
		"BUG:",
		"Oops",
		"Kernel panic",
		"general protection",
		"kernel BUG at",
		"INFO: rcu",
		"INFO: task",
	};
	const char *first = NULL;

	for (size_t i = 0; text && i < sizeof(signs) / sizeof(*signs); i++) {
		const char *at = strstr(text, signs[i]);

		if (at && (!first || at < first))
			first = at;
	}
	return first;
}

/* Nothing of a guest reaches the terminal as it is. */
static void print_plain(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || (text[i] >= ' ' && text[i] < 127))
			fputc(text[i], stderr);
	fputc('\n', stderr);
}

/** print_tail - say on stderr what happened, and how a console ended */
void print_tail(const char *what, const char *text, size_t len)
{
	const char *p = text ? text + len : NULL, *sign = complaint(text);

	for (int lines = 0; p && p > text && lines <= 12; p--)
		lines += p[-1] == '\n';
	complain("vmabench: %s\n", what);
	if (sign) {
		fputs("vmabench: the kernel complained: ", stderr);
		print_plain(sign, strcspn(sign, "\n"));
	}
	fputs("vmabench: end of its console:\n", stderr);
	if (p)
		print_plain(p, (size_t)(text + len - p));
}

/**
 * print_boot_failure - say on stderr what happened, and all that is known of it
 * @what: in a line
 * @base: path of the files of the boot, without suffix
 */
void print_boot_failure(const char *what, const char *base)
{
	size_t len;
	char *text = read_whole(base, ".console", &len);

	print_tail(what, text, len);
	free(text);
	text = read_whole(base, ".stderr", &len);
	if (text && len)
		fprintf(stderr, "vmabench: QEMU said: %s", text);
	free(text);
}

/** write_reason - to a file, in a line: @what happened, and @words that say why, or "" */
void write_reason(const char *path, const char *what, const char *words)
{
	FILE *f = fopen(path, "we");
	bool ok = f &&
		  fprintf(f, "%s%s%s\n", what, *words ? ": " : "", words) > 0;

	if ((f && fclose(f)) || !ok)
		complain("vmabench: writing %s: %s\n", path, strerror(errno));
}

/**
 * what_qemu_said - the last line of QEMU's complaints, and the plugin's
 * @base: path of the files of the run, without suffix
 *
 * Return: the line, to be freed; NULL if there is none but warnings.
 */
char *what_qemu_said(const char *base)
{
	FILE *f = open_file(base, ".stderr");
	char *line = NULL, *last = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (!*line || strstr(line, "warning:"))
			continue;
		free(last);
		last = xasprintf("%s", line);
	}
	if (f)
		fclose(f);
	free(line);
	return last;
}

/** first_line_of - of what @program prints about @arg; to be freed, or NULL */
char *first_line_of(const char *program, const char *arg)
{
	const char *const argv[] = { program, arg, NULL };
	size_t len;
	char *text;

	if (output_of(argv, true, &text, &len) || !len) {
		free(text);
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

#define HASH_DIGITS 64

/* SHA-256 of a file, in hex; to be freed, or NULL if that cannot be told. */
static char *hash_of_file(const char *path)
{
	const char *const argv[] = { "sha256sum", "--", path, NULL };
	char *text, *digits;
	size_t len;
	int err = output_of(argv, true, &text, &len);

	/* A backslash in front says that the name, which follows, has some in it. */
	digits = err || !len ? NULL : text + (*text == '\\');
	digits = digits && strlen(digits) >= HASH_DIGITS
			 ? xasprintf("%.*s", HASH_DIGITS, digits)
			 : NULL;
	free(text);
	return digits;
}

/**
 * is_module_of - was a module built for the kernel of an image?
 * @module: file; kernel.sh has noted the kernel's hash in "kernel", beside it
 * @image: folder of the image
 *
 * The kernel itself cannot tell: releases of all stages are the same.
 *
 * Return: false if it is known to be of another one, which is then said.
 */
bool is_module_of(const char *module, const char *image)
{
	const char *slash = strrchr(module, '/');
	char *note =
		slash ? xasprintf("%.*s/kernel", (int)(slash - module), module)
		      : xasprintf("kernel");
	char *vmlinux = path_of(image, "/vmlinux");
	char *sum = hash_of_file(vmlinux);
	size_t len = 0;
	char *noted = read_whole(note, "", &len);
	bool fits = !noted || (sum && len >= HASH_DIGITS &&
			       !strncmp(sum, noted, HASH_DIGITS));

	if (!fits)
		complain("vmabench: %s is of another kernel than %s: going on without it\n",
			 module, image);
	free(noted);
	free(sum);
	free(vmlinux);
	free(note);
	return fits;
}

/** add_config_hash - the guest does not know how it was configured: the image does */
void add_config_hash(json_t *kernel, const char *image)
{
	char *path = path_of(image, "/config");
	char *hash = access(path, F_OK) ? NULL : hash_of_file(path);

	if (hash)
		json_object_set_new(kernel, "config_sha256", json_string(hash));
	else if (!access(path, F_OK))
		complain("vmabench: %s: sha256sum cannot read it: the record does not say how the kernel was configured\n",
			 path);
	free(hash);
	free(path);
}

/* Is there no room in @dir for a file of @bytes? */
static bool is_full(const char *dir, off_t bytes)
{
	char *path = xasprintf("%s/room-XXXXXX", dir);
	int fd = mkostemp(path, O_CLOEXEC), err = fd < 0 ? errno : 0;

	if (fd >= 0) {
		unlink(path);
		err = posix_fallocate(fd, 0, bytes);
		close(fd);
	}
	free(path);
	return err == ENOSPC || err == EDQUOT;
}

/**
 * ran_out_of_room - is there none for files of guests? That has been said then
 * @dir: as make_scratch() made it
 *
 * It is for whoever finds that a guest has failed: QEMU, the plugin, mkfs and a kernel
 * whose disk is full say little or nothing of it, each in its own way, and it is not the
 * kernel that failed. A quota is as good as a full disk, so a file is tried.
 */
bool ran_out_of_room(const char *dir)
{
	if (!is_full(dir, SCRATCH_LEFT_BYTES))
		return false;
	complain("vmabench: there is no room left in %s: it takes 160 MB, and 6 MB more for each scenario; set TMPDIR to another folder\n",
		 dir);
	return true;
}

/**
 * make_scratch - a folder for the files of guests
 * @keep: make it there, or NULL for somewhere
 *
 * Return: its path, to be freed; NULL if there is none, which was said.
 */
char *make_scratch(const char *keep)
{
	const char *tmp = getenv("TMPDIR");
	const char *in = keep ? keep : tmp && *tmp ? tmp : "/tmp";
	char *dir = NULL, *real, *foreign;

	if (keep && mkdir(keep, 0777) && errno != EEXIST) {
		complain("vmabench: making %s: %s\n", keep, strerror(errno));
		return NULL;
	}
	foreign = foreign_part(in, !keep);
	if (foreign) {
		complain("vmabench: %s: %s, and root has guests only where no other user can change what it finds: %s\n",
			 in, foreign,
			 keep ? "keep it elsewhere"
			      : "set TMPDIR to another folder");
		free(foreign);
		return NULL;
	}
	/* Commands are run in other folders. */
	real = realpath(in, NULL);
	if (real && keep)
		dir = real;
	else if (real)
		dir = take_scratch(real);
	if (dir != real)
		free(real);
	if (dir) {
		if (!ran_out_of_room(dir))
			return dir;
		end_scratch(dir, keep);
		free(dir);
		return NULL;
	}
	complain("vmabench: making a folder in %s: %s%s\n", in, strerror(errno),
		 !keep && (errno == EROFS || errno == EACCES ||
			   errno == ENOENT || errno == ENOSPC)
			 ? "; set TMPDIR to a folder that can be written"
			 : "");
	return NULL;
}

/**
 * end_scratch - remove the folder, with all that is in it
 * @dir: as make_scratch() made it
 * @keep: leave it there
 */
void end_scratch(const char *dir, bool keep)
{
	if (!keep)
		remove_tree(dir);
}
