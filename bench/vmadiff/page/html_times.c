// SPDX-License-Identifier: GPL-2.0-or-later
/* What the native tier timed, on the page of what the exact tier counted. */
#include <stdlib.h>

#include "base/base.h"
#include "html.h"
#include "tables/tables.h"

static void put_table(const struct page *p)
{
	char *legend = beside_legend(p->cmp);
	struct grid *g = beside_table(p->cmp);

	grid_caption(g, p->cmp->times->nr_cols > 2 ? NULL : "sort", "%s", legend);
	html_table(p, g);
	free(legend);
}

static void put_apart(const struct page *p)
{
	const struct comparison *times = p->cmp->times;

	fputs("<p class=bad><b>NOT-COMPARABLE</b>: these had to match and do not; no time is compared.</p>\n<ul>\n",
	      p->f);
	for (size_t i = 0; i < times->nr_differ; i++)
		html_put(p, "<li class=long>%s</li>\n", times->differ[i]);
	fputs("</ul>\n", p->f);
}

/**
 * html_times() - counts and times side by side
 * @p: page
 *
 * Writes nothing where nobody tried to time anything.
 */
void html_times(const struct page *p)
{
	const struct comparison *times = p->cmp->times;

	if (!has_times_section(p))
		return;
	html_section(p, "times", "Counted in QEMU, timed in the kernel");
	if (times && times->nr_differ)
		put_apart(p);
	else if (times)
		put_table(p);
	if (p->cmp->untimed)
		html_put(p,
			 times ? "<p class=doubt>Not timed: %s</p>\n"
			       : "<p class=doubt>Time was not measured: %s</p>\n",
			 p->cmp->untimed);
	fputs("</section>\n", p->f);
}

/* Is there anything that html_times() writes? */
bool has_times_section(const struct page *p)
{
	return p->cmp->times || p->cmp->untimed;
}

/**
 * html_times_method() - how the native tier measures
 * @p: page with times
 */
void html_times_method(const struct page *p)
{
	fputs("<p>Times are of the native tier: each kernel was also built as a program of this machine (User Mode Linux), "
	      "and booted again and again, the kernels in turn, on one CPU. A driver inside of the kernel makes the calls that "
	      "a scenario makes, so that a time is of the <em>body</em> of a call, without the way into the kernel and back: "
	      "nanoseconds of it are what a program would see, percent of it are not percent of a system call. "
	      "Where the linker puts functions moves such times by more than most patches do. So each kernel was linked in many "
	      "random orders of its functions and data, the same addresses for what the kernels have in common, and such a "
	      "<em>layout</em> is the unit of the experiment: boots of one layout are repeats and count once.",
	      p->f);
	html_put(p, " A change is %s; its p is of %s, and so is its interval. ",
		 name_of_change(p->cmp->times), name_of_test(p->cmp->times));
	fputs("It is one CPU, other page-table code than that of x86, and no mitigations of entry: "
	      "what is left out is the same for both kernels.</p>\n",
	      p->f);
}
