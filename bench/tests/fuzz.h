/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What targets of libFuzzer have in common. Each is built twice: with libFuzzer, for
 * make fuzz, and with a main() that runs what lies in bench/tests/fuzz/TARGET/, which is
 * one of the unit tests.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an input must not be able to break. */
static inline void check(bool holds, const char *what)
{
	if (holds)
		return;
	printf("does not hold: %s\n", what);
	fflush(stdout);
	abort();
}

/**
 * struct memory_file - a file that is on no disk
 * @fd: it
 * @path: its name, as long as it is open
 */
struct memory_file {
	int fd;
	char path[32];
};

/* The file has @data from now on, and is at its start. */
static inline void fill_file(struct memory_file *file, const void *data,
			     size_t size)
{
	if (!*file->path) {
		file->fd = memfd_create("input", MFD_CLOEXEC);
		snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d",
			 file->fd);
	}
	if (file->fd < 0 || ftruncate(file->fd, 0) ||
	    pwrite(file->fd, data, size, 0) != (ssize_t)size ||
	    lseek(file->fd, 0, SEEK_SET))
		err(1, "cannot write the input to memory");
}

/* A message says what is wrong, and a terminal does nothing but show it. */
static inline void check_plain(const char *msg)
{
	char *plain = plain_lines(msg, strlen(msg));

	check(!strcmp(plain, msg), "a message is printable");
	free(plain);
}

#ifdef REPLAY
#include <dirent.h>

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* An input, with no byte behind it; which one it was is said before. */
static void replay(const char *name)
{
	static uint8_t buf[1 << 16];
	char *path = xasprintf(REPLAY "/%s", name);
	FILE *f = fopen_input(path);
	size_t size = f ? fread(buf, 1, sizeof(buf), f) : 0;
	uint8_t *data = malloc(size);

	printf("%s\n", path);
	fflush(stdout);
	if (!f || ferror(f) || !feof(f) || !data) {
		printf("cannot be read, or is too long\n");
		exit(1);
	}
	memcpy(data, buf, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	fclose(f);
	free(path);
}

int main(void)
{
	struct dirent **names;
	int nr = scandir(REPLAY, &names, not_hidden, alphasort);

	if (nr <= 0)
		err(1, "there is nothing in " REPLAY);
	/* What is said of an input is of no interest here, only that it is said. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	for (int i = 0; i < nr; i++) {
		replay(names[i]->d_name);
		free(names[i]);
	}
	free(names);
	printf("%d inputs of " REPLAY ": nothing is found\n", nr);
	return 0;
}
#endif

#endif
