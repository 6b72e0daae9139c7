// SPDX-License-Identifier: GPL-2.0-or-later
/* Of the native tier: the boot, and what is said where it fails. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/base.h"
#include "exact.h"
#include "native.h"
#include "run/calls.h"
#include "uml.h"

/*
 * All of it is used. What a scenario takes is some 200 KiB, but for those with tens of
 * thousands of mappings, and the rest is the kernel's own. Less is taken where there is
 * no more.
 */
#define MEMORY_MIB 64
#define LITTLE_MEMORY_MIB 48

/* What became of a boot, in a line; to be freed. */
static char *outcome_of(int err, const struct uml *u)
{
	if (err == -ETIMEDOUT)
		return xasprintf("the kernel did not end within %u s",
				 u->timeout_s);
	if (err == -EFBIG)
		return xasprintf("the kernel answers more than the %zu bytes that were asked for",
				 u->most);
	if (err != -EPROTO)
		return xasprintf("starting the kernel: %s", strerror(-err));
	if (WIFSIGNALED(u->status))
		return xasprintf("the kernel died of signal %d",
				 WTERMSIG(u->status));
	if (!u->size)
		return xasprintf("the kernel ended early (status %d)",
				 WEXITSTATUS(u->status));
	return xasprintf("the kernel ended early (status %d), with %zu bytes of an answer",
			 WEXITSTATUS(u->status), u->size);
}

/* On stderr with all that is known, and for --reason. @why it was, or NULL. */
static void say_failure(const struct native *n, const char *base, int err,
			const struct uml *u, const char *why)
{
	char *outcome = why && err == -ENOSPC ? xasprintf("not booted")
					      : outcome_of(err, u);
	char *what = n->layout < 0 ? xasprintf("%s: %s", n->stage, outcome)
				   : xasprintf("%s, layout %d: %s", n->stage,
					       n->layout, outcome);

	if (why)
		complain("vmabench: %s: %s\n", what, why);
	else
		print_boot_failure(what, base);
	if (n->reason && why)
		write_reason(n->reason, what, why);
	else if (n->reason)
		write_last_words(n->reason, what, base);
	free(what);
	free(outcome);
}

/*
 * Boots, and reads what comes of it. Exit status, or -ENOMEM where @less memory may go
 * further, of which nothing is said.
 */
static int run_boot(struct native *n, bool less, json_t *lines,
		    struct native_hello *hello, json_t *info)
{
	char *base = path_of(n->scratch, "/boot");
	char *console = path_of(base, ".console");
	char *vmlinux = path_of(n->image, "/vmlinux"), *why = NULL;
	struct uml u = { .vmlinux = vmlinux,
			 .dir = n->scratch,
			 .console = console,
			 .disk = n->disk,
			 .events = &n->events,
			 .memory_mib = n->memory_mib,
			 .memory_dir = uml_find_memory(n->memory_mib, &why),
			 .most = answer_bytes(n->recorded, n->nr),
			 .cpu = n->boot.cpu,
			 .timeout_s = n->timeout_s };
	struct native_plan head = { .magic = NATIVE_MAGIC,
				    .api = NATIVE_API,
				    .nr_scenarios = (uint32_t)n->nr,
				    .least_reference = n->reference };
	bool is_short = !u.memory_dir, full;
	size_t size;
	char *plan = write_plan(&head, n->recorded, &size);
	int err = u.memory_dir ? uml_run(&u, plan, size) : -ENOSPC;

	if (!err)
		err = native_read_answer(n, &u, lines, hello, info);
	if (err == -EPROTO)
		why = uml_why(&u, &is_short);
	less &= is_short;
	full = err && !why && !less && !interrupted &&
	       ran_out_of_room(n->scratch);
	if (err && !less && !interrupted && !full)
		say_failure(n, base, err, &u, why);
	if (!err)
		json_object_set_new(info, "memory_in",
				    json_string(uml_memory_kind(u.memory_dir)));
	free(why);
	free(u.answer);
	free(plan);
	free(vmlinux);
	free(console);
	free(base);
	if (interrupted)
		return 128 + interrupted;
	if (full)
		return 1;
	return err && less ? -ENOMEM : err ? 3 : 0;
}

/**
 * native_boot - boot a kernel, and take what its driver answers
 * @n: what to boot; gets how much memory that took
 * @lines: to append to
 * @hello: gets what the kernel says that it is
 * @info: of the record, to add to
 *
 * It has less memory where there is no more, unless it was said how much.
 *
 * Return: exit status; 0, or it was said why.
 */
int native_boot(struct native *n, json_t *lines, struct native_hello *hello,
		json_t *info)
{
	bool less = !n->memory_mib;
	int status;

	if (less)
		n->memory_mib = MEMORY_MIB;
	status = run_boot(n, less, lines, hello, info);
	if (status != -ENOMEM)
		return status;
	n->memory_mib = LITTLE_MEMORY_MIB;
	return run_boot(n, false, lines, hello, info);
}
