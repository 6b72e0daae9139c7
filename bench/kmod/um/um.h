/* SPDX-License-Identifier: GPL-2.0-only */
/* What um_user.c, which sees the host's C library, does for um.c, which does not. */
#ifndef UM_H
#define UM_H

void um_populate(void);
void um_usage(unsigned int *faults, unsigned int *switches);

#endif
