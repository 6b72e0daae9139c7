/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of cmocka 2, for cmocka 1 as well. To be included after cmocka.h. */
#ifndef CMOCKA_NAMES_H
#define CMOCKA_NAMES_H

#ifndef assert_uint_in_range
#define assert_uint_in_range assert_in_range
#endif

/* A macro of cmocka's that an instrument's stop() is taken for. */
#undef stop

#endif
