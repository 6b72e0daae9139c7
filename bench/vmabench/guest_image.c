// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest is given besides its kernel: an initramfs that holds this very
 * program as /init, and a disk with an empty ext4. Both are the same bytes each
 * time they are made.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exact.h"
#include "guest_io.h"

/* One entry of a "newc" cpio archive; everything is padded to 4 bytes. */
static void cpio_entry(FILE *f, const char *name, unsigned int mode,
		       unsigned int rdev, const char *data, size_t len)
{
	static unsigned int inode;
	size_t name_len = strlen(name) + 1;

	fprintf(f, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		++inode, mode, 0, 0, 1, 0, (unsigned int)len, 0, 0, major(rdev),
		minor(rdev), (unsigned int)name_len, 0);
	fwrite(name, 1, name_len, f);
	for (size_t n = 110 + name_len; n % 4; n++)
		fputc(0, f);
	fwrite(data, 1, len, f);
	for (size_t n = len; n % 4; n++)
		fputc(0, f);
}

/**
 * write_initrd - make the initramfs
 * @path: file to write
 * @init: program to be /init, static
 *
 * Return: 0 or -errno.
 */
int write_initrd(const char *path, const char *init)
{
	static const char *const dirs[] = {
		"dev", "proc", "sys", "tmp", "disk",
	};
	struct stat st;
	char *data = NULL;
	FILE *in, *out = NULL;
	int err = 0;

	in = fopen(init, "re");
	if (!in)
		return -errno;
	if (fstat(fileno(in), &st) == 0)
		data = malloc((size_t)st.st_size);
	if (!data || fread(data, 1, (size_t)st.st_size, in) != (size_t)st.st_size)
		err = -EIO;
	else
		out = fopen(path, "we");
	if (!err && !out)
		err = -errno;
	if (out) {
		for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
			cpio_entry(out, dirs[i], S_IFDIR | 0755, 0, "", 0);
		cpio_entry(out, "dev/console", S_IFCHR | 0600, makedev(5, 1),
			   "", 0);
		cpio_entry(out, "init", S_IFREG | 0755, 0, data,
			   (size_t)st.st_size);
		cpio_entry(out, "TRAILER!!!", 0, 0, "", 0);
		if (ferror(out))
			err = -EIO;
	}
	if (out && fclose(out) && !err)
		err = -errno;
	fclose(in);
	free(data);
	return err;
}

/**
 * write_disk - make the disk
 * @path: file to write
 *
 * Return: 0 or -errno; -ENOENT without mke2fs.
 */
int write_disk(const char *path)
{
	/* Identifiers and times are fixed: same input, same bytes. */
	static const char uuid[] = "76616d62-656e-6368-0000-000000000001";
	int status, fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	pid_t pid;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)GUEST_DISK_MIB << 20)) {
		close(fd);
		return -errno;
	}
	close(fd);

	pid = fork();
	if (pid == 0) {
		const char *old = getenv("PATH");
		char with_sbin[4096];

		/* mke2fs is not on an ordinary user's PATH in Debian. */
		snprintf(with_sbin, sizeof(with_sbin), "%s:/usr/sbin:/sbin",
			 old ? old : "/usr/bin:/bin");
		setenv("PATH", with_sbin, 1);
		setenv("E2FSPROGS_FAKE_TIME", "1735689600", 1);
		execlp("mke2fs", "mke2fs", "-q", "-F", "-t", "ext4", "-b",
		       "4096", "-O", "^has_journal", "-m", "0", "-U", uuid, "-E",
		       "hash_seed=76616d62-656e-6368-0000-000000000002,lazy_itable_init=0",
		       path, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return WIFEXITED(status) && WEXITSTATUS(status) == 127 ? -ENOENT
								       : -EIO;
	return 0;
}
