// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose the folders are that root works in. What root reads, runs or writes where another
 * user may change names is whatever that user wants. scripts/trust.sh has the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"

#define MAX_LINKS 40

/*
 * Those who command root already: the program's owner, and who had sudo run it. Of a
 * container whose root is no real one, "/" may be of a user without a number.
 */
static bool is_trusted(uid_t uid)
{
	const char *sudo = getenv("SUDO_UID");
	struct stat st;
	char *end;

	if (!uid || (!stat("/proc/self/exe", &st) && st.st_uid == uid) ||
	    (!stat("/", &st) && st.st_uid == uid))
		return true;
	return sudo && *sudo && strtoul(sudo, &end, 10) == uid && !*end;
}

/* Also where it cannot be looked at. */
static bool has_acl(const char *name)
{
	return getxattr(name, "system.posix_acl_access", NULL, 0) >= 0 ||
	       (errno != ENODATA && errno != EOPNOTSUPP);
}

/*
 * A group of the number of its owner has nobody else in it; but where there is an access
 * control list, these bits are what its users may, too. NULL if nobody may.
 */
static char *who_writes(const struct stat *st, const char *name)
{
	if (st->st_mode & S_IWOTH)
		return xasprintf("everybody may write to %s", name);
	if (st->st_mode & S_IWGRP && has_acl(name))
		return xasprintf("who is on its access control list may write to %s",
				 name);
	if (st->st_mode & S_IWGRP && st->st_gid != st->st_uid)
		return xasprintf("the group %u may write to %s", st->st_gid,
				 name);
	return NULL;
}

/* What a link says, and then the rest of the way, instead of the way. */
static bool follow(int dir, const char *part, char **way, const char *rest)
{
	char to[PATH_MAX];
	ssize_t len = readlinkat(dir, part, to, sizeof(to) - 1);
	char *longer;

	if (len < 0)
		return false;
	to[len] = '\0';
	longer = xasprintf("%s/%s", to, rest);
	free(*way);
	*way = longer;
	return true;
}

/* For a message: where the way led to by now, not how it did. */
static char *full_name(int dir, const char *name)
{
	char *link = xasprintf("/proc/self/fd/%d", dir), in[PATH_MAX];
	ssize_t len = readlink(link, in, sizeof(in) - 1);

	free(link);
	if (len < 0)
		return xasprintf("%s", name);
	in[len] = '\0';
	return xasprintf("%s/%s", len > 1 ? in : "", name);
}

/**
 * struct walk - along a path, link by link
 * @dir: folder that was come to, open with O_PATH; -1 where nothing is there any more
 * @way: what is left of the path
 * @links: how many were followed
 * @everybody: who may add to @dir, but not change what is in it, or NULL
 */
struct walk {
	int dir;
	char *way;
	int links;
	char *everybody;
};

static void enter(struct walk *w, int dir)
{
	if (w->dir >= 0)
		close(w->dir);
	w->dir = dir;
}

/* So many bytes of the way, and the slashes behind them. */
static void drop(char *way, size_t len)
{
	const char *rest = way + len + strspn(way + len, "/");

	memmove(way, rest, strlen(rest) + 1);
}

/* One name further; the reason not to, to be freed, or NULL. */
static char *step(struct walk *w)
{
	char *way = w->way, *name, *full = NULL, *why;
	struct stat st;
	size_t len;

	if (*way == '/') {
		enter(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
		drop(way, 0);
		return NULL;
	}
	len = strcspn(way, "/");
	name = xasprintf("%.*s", (int)len, way);
	drop(way, len);
	why = NULL;
	if (!*name || !strcmp(name, "."))
		goto out;
	full = full_name(w->dir, name);
	if (fstatat(w->dir, name, &st, AT_SYMLINK_NOFOLLOW)) {
		if (errno != ENOENT && errno != ENOTDIR)
			why = xasprintf("%s cannot be looked at: %s", full,
					strerror(errno));
		/* Where it could be made, it still can. */
		enter(w, -1);
		goto out;
	}
	free(w->everybody);
	w->everybody = NULL;
	if (!is_trusted(st.st_uid)) {
		why = xasprintf("%s belongs to the user %u", full, st.st_uid);
	} else if (S_ISLNK(st.st_mode)) {
		if (++w->links > MAX_LINKS ||
		    !follow(w->dir, name, &w->way, w->way))
			why = xasprintf("%s is one of too many symbolic links",
					full);
	} else {
		why = who_writes(&st, full);
		if (why && st.st_mode & S_ISVTX) {
			w->everybody = why;
			why = NULL;
		}
		enter(w, openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
	}
out:
	free(full);
	free(name);
	return why;
}

/**
 * foreign_part() - what of the way to a path other users than root may change
 * @path: file or folder; it is looked at as far as it is there
 * @shared: it may be a folder where everybody makes files, as /tmp is
 *
 * Return: what, and who may, to be freed; NULL where there is none, or this is not root.
 */
char *foreign_part(const char *path, bool shared)
{
	struct walk w = { .dir = -1 };
	char *why = NULL, *here = NULL;

	if (geteuid())
		return NULL;
	if (*path != '/')
		here = realpath(".", NULL);
	w.way = xasprintf("%s/%s", here ? here : "", path);
	free(here);
	do
		why = step(&w);
	while (!why && w.dir >= 0 && *w.way);
	if (!why && !shared) {
		why = w.everybody;
		w.everybody = NULL;
	}
	enter(&w, -1);
	free(w.everybody);
	free(w.way);
	return why;
}
