/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REVISION_H
#define REVISION_H

/* Of the suite, as git describes it. */
extern const char suite_revision[64];

#endif
