// SPDX-License-Identifier: GPL-2.0-or-later
/*
 *	(vfork)  |text|  [stack]  ...	a static program, which ends at once
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "common/backing.h"
#include "common/processes.h"

/* exit_group(0) */
#if defined(__x86_64__)
#define MACHINE EM_X86_64
#define CODE                                      \
	0xb8, 0xe7, 0, 0, 0, /* mov $231, %eax */ \
		0x31, 0xff,  /* xor %edi, %edi */ \
		0x0f, 0x05   /* syscall */
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#define CODE                                        \
	0xc8, 0x0b, 0x80, 0xd2,	  /* mov x8, #94 */ \
		0, 0, 0x80, 0xd2, /* mov x0, #0 */  \
		0x01, 0, 0, 0xd4  /* svc #0 */
#else
#define MACHINE EM_NONE
#define CODE 0
#endif

#define LOADED_AT 0x400000ul

static const unsigned char code[] = { CODE };

/* The whole program: a page that is read and executed. */
struct program {
	Elf64_Ehdr head;
	Elf64_Phdr text;
	unsigned char code[sizeof(code)];
};

static int program_fd = -1;

static int write_program(int fd)
{
	struct program p = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3,
				     ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			.e_type = ET_EXEC,
			.e_machine = MACHINE,
			.e_version = EV_CURRENT,
			.e_entry = LOADED_AT + offsetof(struct program, code),
			.e_phoff = offsetof(struct program, text),
			.e_ehsize = sizeof(p.head),
			.e_phentsize = sizeof(p.text),
			.e_phnum = 1,
		},
		.text = {
			.p_type = PT_LOAD,
			.p_flags = PF_R | PF_X,
			.p_vaddr = LOADED_AT,
			.p_paddr = LOADED_AT,
			.p_filesz = sizeof(p),
			.p_memsz = sizeof(p),
			.p_align = 4096,
		},
	};

	memcpy(p.code, code, sizeof(code));
	return write(fd, &p, sizeof(p)) == sizeof(p) ? 0 : -EIO;
}

static int make_program(struct scenario_run *run)
{
	int err, fd = memfd_create("program", MFD_CLOEXEC);
	char path[32];

	if (MACHINE == EM_NONE)
		return impossible(run, "a program for this machine", ENOEXEC);
	if (fd < 0)
		return impossible(run, "memfd_create", errno);
	err = write_program(fd);
	/* What somebody may write to is not executed. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	program_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!err && program_fd < 0)
		err = -errno;
	close(fd);
	return err ? err : processes_setup(run);
}

static void remove_program(struct scenario_run *run)
{
	close(program_fd);
	processes_teardown(run);
}

static long spawn(const struct scenario_run *run, unsigned int i)
{
	static char *const argv[] = { "program", NULL }, *const envp[] = { NULL };
	int status = -1;
	pid_t pid = vfork();

	(void)run;
	(void)i;
	if (pid == 0) {
		syscall(SYS_execveat, program_fd, "", argv, envp, AT_EMPTY_PATH);
		_exit(1);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return status ? -ENOEXEC : 0;
}

SCENARIO(process_exec) = {
	SCENARIO_ID(process_exec),
	.claim = "vfork, exec of a static program, and its end",
	.set = SET_MM,
	.backing = &backing_none,
	.setup = make_program,
	.teardown = remove_program,
	.ops = { OP("exec", spawn, OUTCOME("none", 0, 0),
		    .switches = THERE_AND_BACK), },
};
