// SPDX-License-Identifier: GPL-2.0-only
/*
 * The surroundings of the driver where the kernel is a program of the host (ARCH=um):
 * what it is told and answers goes through descriptors, the address space is its own,
 * and when it is done, the machine is switched off.
 *
 * Nothing of this touches user space of the guest: a page of it would cost calls of
 * the host, and say nothing of the kernel.
 */
#define pr_fmt(fmt) "vmabench: " fmt

#include <linux/completion.h>
#include <linux/init.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmu_context.h>
#include <linux/rcupdate.h>
#include <linux/reboot.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/vmalloc.h>
#include <asm/unistd.h>
#include <os.h>

#include "driver.h"
#include "um.h"

/* Where the metal tier has its window, too. */
#define WINDOW 0x1000000000ul

/* What the kernel has no other function for: these take no pointer. */
long native_other_call(const struct native_call *c, unsigned long window)
{
	unsigned long at = window + c->at;

	if (c->nr == NATIVE_MPROTECT)
		return sys_call_table[__NR_mprotect](at, c->len, c->prot, 0, 0,
						     0);
	if (c->nr == NATIVE_MADVISE)
		return sys_call_table[__NR_madvise](at, c->len, c->prot, 0, 0, 0);
	return sys_call_table[__NR_mremap](at, c->len, c->new_len, c->flags,
					   window + c->new_at, 0);
}

/* What was freed is there again: no batch gets fresh memory. */
int native_settle(void)
{
	rcu_barrier();
	return 0;
}

static bool wanted;

static int __init want(char *unused)
{
	wanted = true;
	return 1;
}
__setup("vmabench", want);

void native_usage(struct native_usage *usage)
{
	um_usage(&usage->faults, &usage->switches);
}

void native_count(struct native_counts *counts)
{
	um_count(counts, sizeof(*counts));
}

static bool write_lost;

void native_answer(const void *data, size_t size)
{
	while (size && !write_lost) {
		int n = os_write_file(NATIVE_FD_ANSWER, data, size);

		write_lost = n <= 0;
		if (write_lost)
			break;
		data = (const char *)data + n;
		size -= n;
	}
}

/*
 * The memory of the guest is a file of the host's, whose pages come with their first
 * use: have it all now, and not while something is timed.
 */
static void touch_memory(void)
{
	struct page *page, *next;
	LIST_HEAD(pages);

	while ((page = alloc_page(GFP_NOWAIT | __GFP_ZERO | __GFP_NOWARN)))
		list_add(&page->lru, &pages);
	list_for_each_entry_safe(page, next, &pages, lru) __free_page(page);
}

/* The plan, from its start to its end, or an error. */
static void *read_plan(size_t *size)
{
	const size_t most = 8 << 20;
	char *plan = vmalloc(most);
	int n = 1;

	*size = 0;
	while (plan && n > 0 && *size < most) {
		n = os_read_file(NATIVE_FD_PLAN, plan + *size, most - *size);
		if (n > 0)
			*size += n;
	}
	return plan;
}

static int run_plan(void)
{
	size_t size;
	void *plan = read_plan(&size);
	int err = plan ? native_run(plan, size, WINDOW) : -ENOMEM;

	vfree(plan);
	return err;
}

static void say_hello(void)
{
	struct native_hello hello = { .magic = NATIVE_MAGIC, .api = NATIVE_API };

	strscpy(hello.release, init_utsname()->release, sizeof(hello.release));
	strscpy(hello.version, init_utsname()->version, sizeof(hello.version));
	native_answer(&hello, sizeof(hello));
}

static int driver(void *unused)
{
	struct native_bye bye = { .magic = NATIVE_MAGIC };
	struct mm_struct *mm = mm_alloc();
	int err = -ENOMEM;

	um_populate();
	touch_memory();
	um_make_files();
	say_hello();
	if (mm) {
		/* As exec() has it. */
		mm->task_size = TASK_SIZE;
		mm->mmap_base = TASK_SIZE;
		kthread_use_mm(mm);
		err = run_plan();
		kthread_unuse_mm(mm);
		mmput(mm);
	}
	if (err)
		pr_err("the plan failed: %d\n", err);
	else
		native_answer(&bye, sizeof(bye));
	kernel_power_off();
	return 0;
}

static int __init um_init(void)
{
	DECLARE_COMPLETION_ONSTACK(never);

	/* There is no root to mount: all that is to be done is done here. */
	if (wanted && !IS_ERR(kthread_run(driver, NULL, "vmabench")))
		wait_for_completion(&never);
	return 0;
}
late_initcall(um_init);
