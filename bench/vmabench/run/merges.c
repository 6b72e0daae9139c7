// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which mainline kernels merge what a scenario maps, for "vmabench list". It is
 * mostly about drivers, which are converted to .mmap_prepare one by one, and no part of
 * what a scenario does: its version does not depend on it. Where each of these
 * comes from is in kernel-patches/README.md.
 */
#include <stddef.h>
#include <string.h>

#include "run/run.h"

static const struct {
	const char *scenario;
	const char *merges;
} table[] = {
#define CONVERTED_6_16 "on retry up to 6.15, at the first attempt from 6.16 on"
	{ "secretmem_append", CONVERTED_6_16 },
	{ "secretmem_fill", CONVERTED_6_16 },
	{ "secretmem_prepend", CONVERTED_6_16 },
	{ "secretmem_append_dodump",
	  "with the page to be dumped up to 6.15, but for that page from 6.16 on" },
#define CONVERTED_6_17 \
	"on retry up to 6.15, not in 6.16, at the first attempt from 6.17 on"
	{ "erofs_dax_append", CONVERTED_6_17 },
	{ "ext4_dax_append", CONVERTED_6_17 },
	{ "orangefs_append", CONVERTED_6_17 },
	{ "xfs_dax_append", CONVERTED_6_17 },
	{ "devdax_append",
	  "on retry up to 6.15, not in 6.16 and 6.17, at the first attempt in 7.2" },
/* The module stands for drivers that are not converted. */
#define NOT_CONVERTED "on retry up to 6.15, not from 6.16 on"
	{ "hook_dontdump_append", NOT_CONVERTED },
	{ "hook_hugepage_append", NOT_CONVERTED },
	{ "hook_locked_append", NOT_CONVERTED },
	{ "hook_seq_read_append", NOT_CONVERTED },
	{ "usb_stream_read_append", "on retry in 6.12, not from 6.13 on" },
	{ "anon_append_ksm", "at the first attempt from 6.17 on, not before" },
};

/**
 * merges_in_mainline() - which mainline kernels merge what a scenario maps
 * @scenario: its name
 *
 * Return: some words, or NULL where that does not depend on the kernel.
 */
const char *merges_in_mainline(const char *scenario)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (!strcmp(table[i].scenario, scenario))
			return table[i].merges;
	return NULL;
}
