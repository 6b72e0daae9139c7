// SPDX-License-Identifier: GPL-2.0-only
/*
 * The surroundings of the driver in a kernel that is running: /dev/vmabench_native, for
 * root. Calls are made in the address space of the process that asks, with files that it
 * has opened, on the CPU that it has chosen: beside its own system calls, they are what
 * is left of these without the way into the kernel and out of it.
 *
 * What a system call does besides, and these do not: it looks up the file, munmap() goes
 * on with a lock for reading once nothing but the pages is left to be freed.
 */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/utsname.h>

#include "../native/driver.h"

/* More than any scenario of vmabench takes. */
#define PLAN_MOST (16 << 20)

/* Where an answer goes. There is one at a time. */
static DEFINE_MUTEX(asked);
static char __user *answer;
static size_t answered, room;
static int answer_err;

void native_answer(const void *data, size_t size)
{
	if (answer_err)
		return;
	if (size > room - answered)
		answer_err = -ENOSPC;
	else if (copy_to_user(answer + answered, data, size))
		answer_err = -EFAULT;
	else
		answered += size;
}

/* The host of a kernel is that of ARCH=um. */
void native_count(struct native_counts *counts)
{
}

void native_usage(struct native_usage *usage)
{
	usage->faults = current->min_flt + current->maj_flt;
	usage->switches = current->nivcsw;
}

struct file *native_open(const struct native_file *wanted)
{
	struct file *file = wanted->backing == NATIVE_GIVEN ? fget(wanted->fd)
							    : NULL;

	return file ? file : ERR_PTR(-EBADF);
}

/* mprotect() and mremap() are not exported to modules. */
long native_other_call(const struct native_call *c, unsigned long window)
{
	return -EOPNOTSUPP;
}

/* Between system calls nothing waits for RCU, either. */
int native_settle(void)
{
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static void say_hello(void)
{
	struct native_hello hello = { .magic = NATIVE_MAGIC, .api = NATIVE_API };

	strscpy(hello.release, init_utsname()->release, sizeof(hello.release));
	strscpy(hello.version, init_utsname()->version, sizeof(hello.version));
	native_answer(&hello, sizeof(hello));
}

static long run(const struct native_request *request)
{
	struct native_bye bye = { .magic = NATIVE_MAGIC };
	void *plan = vmemdup_user((const void __user *)request->plan,
				  request->plan_size);
	int err;

	if (IS_ERR(plan))
		return PTR_ERR(plan);
	answer = (char __user *)request->answer;
	room = request->answer_size;
	answered = 0;
	answer_err = 0;
	say_hello();
	err = native_run(plan, request->plan_size, request->window);
	native_answer(&bye, sizeof(bye));
	kvfree(plan);
	if (native_settle())
		return -EINTR;
	return err ? err : answer_err ? answer_err : answered;
}

static long native_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct native_request request;
	long ret;

	if (cmd != NATIVE_RUN)
		return -ENOTTY;
	if (copy_from_user(&request, (const void __user *)arg, sizeof(request)))
		return -EFAULT;
	if (request.plan_size > PLAN_MOST || request.answer_size > INT_MAX ||
	    offset_in_page(request.window))
		return -EINVAL;
	if (mutex_lock_killable(&asked))
		return -EINTR;
	ret = run(&request);
	mutex_unlock(&asked);
	return ret;
}

static int native_device_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static const struct file_operations native_fops = {
	.owner = THIS_MODULE,
	.open = native_device_open,
	.unlocked_ioctl = native_ioctl,
};

static struct miscdevice native_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = KBUILD_MODNAME,
	.fops = &native_fops,
	.mode = 0600,
};

module_misc_device(native_device);

MODULE_DESCRIPTION("Times mmap() and munmap() inside of the kernel, for vmabench");
MODULE_LICENSE("GPL");
