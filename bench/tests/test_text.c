// SPDX-License-Identifier: GPL-2.0-or-later
/* Characters that are refused, and digests that a browser has to agree with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/base.h"

static void hex_of(const char *s, size_t len, char hex[65])
{
	uint8_t digest[SHA256_SIZE];

	sha256(s, len, digest);
	for (int i = 0; i < SHA256_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

/* FIPS 180-2, appendix B. */
static void digests_are_known(void **state)
{
	static char million[1000000];
	char hex[65];

	(void)state;
	hex_of("", 0, hex);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	hex_of("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	hex_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	       hex);
	assert_string_equal(hex,
			    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	hex_of(million, sizeof(million), hex);
	assert_string_equal(hex,
			    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void characters_are_decoded(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		int32_t c;
	} cases[] = {
		{ "a", 1, 'a' },
		{ "\xc3\xa4", 2, 0xe4 },
		{ "\xe2\x80\xae", 3, 0x202e },
		{ "\xf3\xa0\x80\x81", 4, 0xe0001 },
		{ "\x80", 1, -1 },	       /* no start */
		{ "\xc0\x80", 1, -1 },	       /* longer than it need be */
		{ "\xe2\x80", 1, -1 },	       /* cut short */
		{ "\xed\xa0\x80", 1, -1 },     /* half of a pair */
		{ "\xf4\x90\x80\x80", 1, -1 }, /* above the last one */
		{ "\xff", 1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int32_t c;

		assert_int_equal(text_next(cases[i].text, &c), cases[i].len);
		assert_int_equal(c, cases[i].c);
	}
}

static void hidden_is_told_from_seen(void **state)
{
	static const int32_t hidden[] = {
		'\0',	'\n',	0x1b,	0x7f,	0x85,	0x9b,
		0xad,	0x61c,	0x200b, 0x200e, 0x2028, 0x202a,
		0x202e, 0x2066, 0x2069, 0xfeff, 0xffff, 0xe0001,
	};
	static const int32_t seen[] = {
		' ', '~', 0xa0, 0xe4, 0x5d0, 0x2014, 0x2030, 0x4e2d, 0x1f600,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(hidden); i++)
		assert_true(text_is_hidden(hidden[i]));
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++)
		assert_false(text_is_hidden(seen[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_known),
		cmocka_unit_test(characters_are_decoded),
		cmocka_unit_test(hidden_is_told_from_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
