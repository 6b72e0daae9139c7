// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Folders for what is not kept, which outlive a program that is killed. The next one
 * removes them, or a script does; scripts/scratch.sh says how it is known that nobody
 * uses one any more, and has the same files in it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

#define PREFIX "vmabench-"
#define MARK ".vmabench-run"

/* "BOOT", "MACHINE", and a name; "-" for one that is not known. */
#define FORMAT "%63s %63s %255s"

struct origin {
	char boot[64], machine[64];
};

static void read_word(const char *path, char word[64])
{
	FILE *f = fopen(path, "re");

	if (!f || fscanf(f, "%63s", word) != 1)
		strcpy(word, "-");
	if (f)
		fclose(f);
}

static void find_origin(struct origin *o)
{
	read_word("/proc/sys/kernel/random/boot_id", o->boot);
	read_word("/etc/machine-id", o->machine);
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	return remove(path);
}

/** remove_tree() - remove a folder and all that is in it; what links lead to stays */
void remove_tree(const char *dir)
{
	nftw(dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/*
 * The lock of a folder that is ours, and of a run that has ended, for certain; -1 for any
 * other.
 */
static int lock_dead(int place, const char *name, const struct origin *here)
{
	int dir = openat(place, name,
			 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd = dir < 0 ? -1
			 : openat(dir, MARK,
				  O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char text[400] = "", its_name[256];
	struct origin its;
	struct stat st;
	bool dead = dir >= 0 && fd >= 0 && !fstat(dir, &st) &&
		    st.st_uid == geteuid() && !fstat(fd, &st) &&
		    S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		    !flock(fd, LOCK_EX | LOCK_NB) &&
		    read(fd, text, sizeof(text) - 1) > 0 &&
		    sscanf(text, FORMAT, its.boot, its.machine, its_name) == 3 &&
		    !strcmp(its_name, name);

	if (dir >= 0)
		close(dir);
	/* An earlier boot is one of this machine, and not of another. */
	if (dead && strcmp(its.boot, here->boot))
		dead = strcmp(here->machine, "-") &&
		       !strcmp(its.machine, here->machine);
	if (dead)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static void sweep(const char *place, const struct origin *here)
{
	DIR *d = opendir(place);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char *path;
		int fd = strncmp(e->d_name, PREFIX, strlen(PREFIX))
				 ? -1
				 : lock_dead(dirfd(d), e->d_name, here);

		if (fd < 0)
			continue;
		path = xasprintf("%s/%s", place, e->d_name);
		remove_tree(path);
		free(path);
		close(fd);
	}
	if (d)
		closedir(d);
}

static void mark(const char *dir, const struct origin *here)
{
	char *path = xasprintf("%s/" MARK, dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	free(path);
	if (fd < 0)
		return;
	/* The lock goes with the last process that has it. Without it, nothing is said. */
	if (flock(fd, LOCK_EX | LOCK_NB) ||
	    dprintf(fd, "%s %s %s\n", here->boot, here->machine,
		    base_name(dir)) < 0)
		close(fd);
}

/**
 * take_scratch() - make a folder for what is not kept
 * @place: where; what runs that were killed have left there is removed
 *
 * It is to be removed by remove_tree(). As long as this process, or one that it has
 * forked, lives, nobody else does that.
 *
 * Return: its path, to be freed; NULL with errno.
 */
char *take_scratch(const char *place)
{
	char *dir = xasprintf("%s/" PREFIX "XXXXXX", place);
	struct origin here;

	find_origin(&here);
	sweep(place, &here);
	if (!mkdtemp(dir)) {
		int err = errno;

		free(dir);
		errno = err;
		return NULL;
	}
	mark(dir, &here);
	return dir;
}
