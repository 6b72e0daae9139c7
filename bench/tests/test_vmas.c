// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VMAs are counted by PROCMAP_QUERY or from /proc/self/maps: the same, and without a
 * word where a filter refuses the one.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "run/run.h"

#define NR 700 /* their text is more than is read at a time */
#define WINDOW ((char *)0x1000000000ul)

static size_t page;

/* Every second page: none touch. */
static void map_all(void)
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	for (size_t i = 0; i < NR; i++)
		assert_ptr_not_equal(mmap(WINDOW + 2 * i * page, page, PROT_NONE,
					  MAP_PRIVATE | MAP_ANONYMOUS |
						  MAP_FIXED_NOREPLACE,
					  -1, 0),
				     MAP_FAILED);
}

static void refuse(unsigned int nr, unsigned int err)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		_exit(99);
}

/* Counts that a process with a filter comes to; how it is to count is kept for good. */
struct counts {
	int all, one, middle, gap, edge, everything;
};

static struct counts count_with(unsigned int nr, unsigned int err)
{
	struct counts *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0),
		      result;
	pid_t child = fork();
	int status;

	if (child == 0) {
		if (err)
			refuse(nr, err);
		c->all = count_vmas(WINDOW, 2 * NR * page);
		c->one = count_vmas(WINDOW, page);
		c->middle = count_vmas(WINDOW + 100 * page, 200 * page);
		c->gap = count_vmas(WINDOW + page, page);
		c->edge = count_vmas(WINDOW + page, 2 * page);
		c->everything = count_vmas(NULL, (size_t)-1);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	result = *c;
	munmap(c, sizeof(*c));
	return result;
}

static void check(const struct counts *c)
{
	assert_int_equal(c->all, NR);
	assert_int_equal(c->one, 1);
	assert_int_equal(c->middle, 100);
	assert_int_equal(c->gap, 0);
	assert_int_equal(c->edge, 1);
	assert_true(c->everything > NR);
}

/* Does this kernel have the query? Its smallest one is wrong, which it says. */
static bool has_query(void)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	uint64_t q[13] = { 0 };
	int ret = ioctl(fd, _IOWR('f', 17, q), q);

	close(fd);
	return ret == 0 || errno != ENOTTY;
}

static void both_ways_agree(void **state)
{
	const struct counts text = count_with(SYS_ioctl, ENOTTY);

	(void)state;
	check(&text);
	if (has_query()) {
		/* The text cannot be read from its beginning without it. */
		const struct counts query = count_with(SYS_lseek, EPERM);

		check(&query);
		assert_memory_equal(&text, &query, sizeof(text));
	} else {
		print_message("no PROCMAP_QUERY here: one way only\n");
		assert_int_equal(count_with(SYS_lseek, EPERM).all, -EPERM);
	}
}

static void a_filter_is_no_failure(void **state)
{
	static const unsigned int errors[] = { EPERM, ENOSYS, EINVAL };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		const struct counts c = count_with(SYS_ioctl, errors[i]);

		check(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways_agree),
		cmocka_unit_test(a_filter_is_no_failure),
	};

#ifdef __SANITIZE_ADDRESS__
	/* Its shadow memory lies where scenarios have their window. */
	puts("not with AddressSanitizer");
	(void)tests;
	return 0;
#endif
	map_all();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
