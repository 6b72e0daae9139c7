/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel images in QEMU: the exact tier, and the kvm tier. */
#ifndef HOST_H
#define HOST_H

/* exact.c */
int cmd_exact(int argc, char **argv);

/* kvm.c */
int cmd_kvm(int argc, char **argv);

/* native.c */
int cmd_native(int argc, char **argv);

#endif
