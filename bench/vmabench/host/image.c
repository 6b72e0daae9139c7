// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest is given besides its kernel: an initramfs that holds this very
 * program as /init, and its shared libraries if it has some; and disks. All are the
 * same bytes each time they are made.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "exact.h"
#include "guest/guest.h"
#include "guest_io.h"
#include "qemu.h"

_Static_assert(sizeof(GUEST_MARK) - 1 == EI_NIDENT - EI_PAD,
	       "the mark fills the unused bytes");

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

/*
 * What is loaded of a program, without symbols and debug information: whether it
 * was stripped, and where it was built, is then no matter to the guest.
 * Return: bytes to take of @data, which is changed to be whole without the rest.
 */
static size_t loaded_part(char *data, size_t len)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)data;
	size_t end = 0;

	if (len < sizeof(*header) || memcmp(header->e_ident, ELFMAG, SELFMAG) ||
	    header->e_ident[EI_CLASS] != ELFCLASS64)
		return len;
	for (size_t i = 0; i < header->e_phnum; i++) {
		const Elf64_Phdr *part =
			(Elf64_Phdr *)(data + header->e_phoff) + i;

		if (part->p_type == PT_LOAD &&
		    part->p_offset + part->p_filesz > end)
			end = part->p_offset + part->p_filesz;
	}
	header->e_shoff = 0;
	header->e_shnum = 0;
	header->e_shstrndx = SHN_UNDEF;
	return end && end < len ? end : len;
}

/* @loaded: of a program or a library, what is loaded of it. */
static int cpio_file(FILE *f, const char *name, const char *from, bool loaded)
{
	size_t len;
	char *data = read_whole(from, "", &len);

	if (!data)
		return -errno;
	cpio_entry(f, name, S_IFREG | 0755, 0, data,
		   loaded ? loaded_part(data, len) : len);
	free(data);
	return 0;
}

/*
 * Where the allocator of pages stands after the boot, and so when it next has to
 * fetch some, depends on how many the initramfs takes: this program takes as many
 * whatever is in it.
 */
#define INIT_BYTES (6ul << 20)

/*
 * It is marked as the guest's: this program alone, for glibc's loader refuses
 * libraries that have something there.
 */
static int cpio_init(FILE *f)
{
	size_t len, bytes, part;
	char *data = read_whole("/proc/self/exe", "", &len);

	if (!data)
		return -errno;
	if (len < EI_NIDENT) {
		free(data);
		return -ENOEXEC;
	}
	memcpy(data + EI_PAD, GUEST_MARK, EI_NIDENT - EI_PAD);
	part = loaded_part(data, len);
	bytes = (part + INIT_BYTES - 1) / INIT_BYTES * INIT_BYTES;
	data = xreallocarray(data, bytes > len ? bytes : len, 1);
	memset(data + part, 0, bytes - part);
	cpio_entry(f, "init", S_IFREG | 0755, 0, data, bytes);
	free(data);
	return 0;
}

static void cpio_link(FILE *f, const char *name, const char *to)
{
	cpio_entry(f, name, S_IFLNK | 0777, 0, to, strlen(to));
}

/* One thing that the loader has mapped. 0 or -errno. */
static int cpio_library(struct dl_phdr_info *info, size_t size, void *f)
{
	const char *path = info->dlpi_name, *slash = strrchr(path, '/');
	char *name;
	int err;

	if (!slash) /* the program itself, and the vDSO */
		return 0;
	/* The program names its loader by this path, others by the last part. */
	if (info->dlpi_addr == getauxval(AT_BASE) &&
	    strncmp(path, "/lib/", 5) && strncmp(path, "/lib64/", 7)) {
		complain("vmabench: no guest has its loader at %s, as this program does: make LINK=static\n",
			 path);
		return -ENOTSUP;
	}
	name = xasprintf("lib%s", slash);
	err = cpio_file(f, name, path, true);
	free(name);
	return err;
}

/*
 * Shared libraries, which the loader itself lists, in one folder that has the names
 * of all in which loaders look by default. None of a static program.
 */
static int cpio_libraries(FILE *f)
{
	if (is_static())
		return 0;
	cpio_entry(f, "lib", S_IFDIR | 0755, 0, "", 0);
	cpio_link(f, "lib/x86_64-linux-gnu", ".");
	cpio_link(f, "lib64", "lib");
	cpio_link(f, "usr", ".");
	return dl_iterate_phdr(cpio_library, f);
}

/**
 * write_initrd - make the initramfs
 * @path: file to write
 * @module: hook module, or NULL
 * @driver: module of the driver, or NULL
 * @tree: module that says where an address lies in the maple tree, or NULL
 *
 * Return: 0 or -errno.
 */
int write_initrd(const char *path, const char *module, const char *driver,
		 const char *tree)
{
	FILE *out = fopen(path, "we");
	int err;

	if (!out)
		return -errno;
	cpio_entry(out, "dev", S_IFDIR | 0755, 0, "", 0);
	cpio_entry(out, "dev/console", S_IFCHR | 0600, makedev(5, 1), "", 0);
	err = cpio_init(out);
	if (!err)
		err = cpio_libraries(out);
	if (!err && module)
		err = cpio_file(out, GUEST_MODULE, module, false);
	if (!err && driver)
		err = cpio_file(out, GUEST_DRIVER, driver, false);
	if (!err && tree)
		err = cpio_file(out, GUEST_TREE, tree, false);
	cpio_entry(out, "TRAILER!!!", 0, 0, "", 0);
	if (ferror(out))
		err = -EIO;
	if (fclose(out) && !err)
		err = -errno;
	return err;
}

/* In the folder of the disks: what the last one had to say. */
#define MKFS_SAYS "mkfs.log"

/* In a process of its own: becomes @args, in the folder @dir. */
static void __attribute__((noreturn))
become_mkfs(char *const args[], const char *dir)
{
	const char *old = getenv("PATH");
	/* They are not on an ordinary user's PATH in Debian. */
	char *path = xasprintf("%s:/usr/sbin:/sbin", old ? old : "/usr/bin:/bin");
	int null = open("/dev/null", O_RDONLY), says = -1;

	if (!chdir(dir))
		says = open(MKFS_SAYS, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (says < 0)
		_exit(1);
	dup2(null, STDIN_FILENO);
	dup2(says, STDOUT_FILENO);
	dup2(says, STDERR_FILENO);
	setenv("PATH", path, 1);
	execvp(args[0], args);
	_exit(errno == ENOENT ? 127 : 126);
}

/*
 * Runs @command with @file and, unless it is NULL, @from, in the folder @dir. 0 or
 * -errno.
 */
static int run_mkfs(const char *const *command, const char *file,
		    const char *from, const char *dir)
{
	struct arguments args = { 0 };
	int status, err;
	pid_t pid;

	for (; *command; command++)
		push(&args, xasprintf("%s", *command));
	push(&args, xasprintf("%s", file));
	if (from)
		push(&args, xasprintf("%s", from));
	pid = fork();
	if (pid == 0)
		become_mkfs(args.v, dir);
	err = pid < 0 || waitpid(pid, &status, 0) < 0 ? -errno : 0;
	free_arguments(&args);
	if (err)
		return err;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return -ENOENT;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

static int make_empty(const char *path, off_t bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int err;

	if (fd < 0)
		return -errno;
	err = ftruncate(fd, bytes) ? -errno : 0;
	close(fd);
	return err;
}

/*
 * A filesystem that cannot be written is given its file when it is made, from a
 * folder beside the disk.
 */
static int make_read_only(const char *const *command, const char *dir,
			  const char *disk)
{
	char *from = xasprintf("%s/%s.content", dir, disk);
	char *data = xasprintf("%s/" GUEST_DATA_FILE, from);
	char *file = xasprintf("%s.disk", disk);
	int err = mkdir(from, 0700) && errno != EEXIST ? -errno : 0;

	if (!err)
		err = make_empty(data, GUEST_DATA_BYTES);
	if (!err)
		err = run_mkfs(command, file, base_name(from), dir);
	free(file);
	free(data);
	free(from);
	return err;
}

/* Why a mkfs has failed that is there. */
static void note_mkfs(const char *dir, const struct guest_disk *d)
{
	char *path = xasprintf("%s/" MKFS_SAYS, dir);
	char *says = read_line(path);

	complain("vmabench: the disk %s: %s\n", d->name,
		 says && *says ? says : "its mkfs failed");
	free(says);
	free(path);
}

/**
 * write_disk - make a disk of guest_disks
 * @path: file for it
 * @dir: folder that it is in
 * @d: disk
 *
 * Return: 0 or -errno; -ENOENT without its mkfs. What a mkfs says that fails is said.
 */
int write_disk(const char *path, const char *dir, const struct guest_disk *d)
{
	int err = make_empty(path, (off_t)d->mib << 20);

	if (!err && d->mkfs)
		err = d->read_only ? make_read_only(d->mkfs, dir, d->name)
				   : run_mkfs(d->mkfs, path, NULL, dir);
	if (err && err != -ENOENT)
		note_mkfs(dir, d);
	return err;
}

/**
 * write_disks - make the disks of guest_disks
 * @dir: folder for the files
 *
 * A disk whose mkfs is not there stays empty, which is said: what needs it is skipped.
 *
 * Return: 0 or -errno; -ENOENT without the mkfs of the first one.
 */
int write_disks(const char *dir)
{
	for (const struct guest_disk *d = guest_disks; d->name; d++) {
		char *path = xasprintf("%s/%s.disk", dir, d->name);
		int err = write_disk(path, dir, d);

		free(path);
		if (err && (d == guest_disks || err != -ENOENT))
			return err;
		if (err)
			complain("vmabench: no %s in the guest: what makes it is not there (Debian: %s)\n",
				 d->name, d->packages);
	}
	return 0;
}

/**
 * link_to_scratch - give a file a name in the scratch folder, in which QEMU works
 * @scratch: the folder
 * @name: of the link
 * @from: file
 *
 * Return: 0 or -errno, of which one was said.
 */
int link_to_scratch(const char *scratch, const char *name, const char *from)
{
	char *path = xasprintf("%s/%s", scratch, name);
	char *real = realpath(from, NULL);
	int err = real ? 0 : -errno;

	/* A folder that is kept may be the one where it is. */
	if (!err && strcmp(real, path) &&
	    ((unlink(path) && errno != ENOENT) || symlink(real, path)))
		err = -errno;
	if (err)
		complain("vmabench: a link in %s to %s: %s\n", scratch, from,
			 strerror(-err));
	free(real);
	free(path);
	return err;
}

/**
 * link_disks - take disks of guest_disks that were made before, elsewhere maybe: what
 *	another version of a mkfs makes is other contents, which a kernel counts
 * @dir: folder for links to the files
 * @from: folder with the files
 *
 * Return: 0 or -errno; which one is missing is said.
 */
int link_disks(const char *dir, const char *from)
{
	int err = 0;

	for (const struct guest_disk *d = guest_disks; d->name && !err; d++) {
		char *name = xasprintf("%s.disk", d->name);
		char *file = xasprintf("%s/%s", from, name);

		err = link_to_scratch(dir, name, file);
		free(file);
		free(name);
	}
	return err;
}
