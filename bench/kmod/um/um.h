/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the driver do for each other where the kernel is a program. */
#ifndef UM_H
#define UM_H

struct file;

/* The kernel's own table. */
extern long (*const sys_call_table[])(long, long, long, long, long, long);

/* um_files.c */
void um_make_files(void);

/* um_orangefs.c */
struct file *um_orangefs_file(unsigned long long bytes);

/* um_user.c, which sees the host's C library */
void um_populate(void);
void um_count(void *counts, unsigned long size);
void um_usage(unsigned int *faults, unsigned int *switches);

#endif
