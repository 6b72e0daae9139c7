// SPDX-License-Identifier: GPL-2.0-or-later
/* Characters that are refused, and digests that a browser has to agree with. */
#include <err.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/base.h"

/* FIPS 180-2, appendix B. */
static void digests_are_known(void **state)
{
	static char million[1000000];
	char hex[65];

	(void)state;
	sha256_hex("", 0, hex);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha256_hex("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		   56, hex);
	assert_string_equal(hex,
			    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	sha256_hex(million, sizeof(million), hex);
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

static void texts_are_cut_between_characters(void **state)
{
	static const struct {
		const char *text;
		int columns, bytes;
	} cases[] = {
		{ "abc", 5, 3 },
		{ "abc", 2, 2 },
		{ "\xc3\xa4\xc3\xb6", 1, 2 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 4, 6 }, /* wide */
		{ "\xe4\xb8\xad\xe6\x96\x87", 3, 3 },
		{ "\xe4\xb8\xad", 1, 0 },
		{ "\xf0\x9f\x98\x80x", 2, 4 },
		{ "a\xcc\x88g", 1, 3 }, /* with its mark */
		{ "\xff\xff", 1, 1 },
		{ "", 5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(text_fit(cases[i].text, cases[i].columns),
				 cases[i].bytes);
	assert_int_equal(text_fit(NULL, 5), 0);
	assert_int_equal(text_width("\xe4\xb8\xad\xc3\xa4g", 6), 4);
	assert_int_equal(text_width("abc", 2), 2);
}

static void beginnings_of_characters_are_dropped(void **state)
{
	static const char text[] = "g\xf0\x9f\x98\x80";

	(void)state;
	assert_int_equal(text_whole(text, 5), 5);
	for (size_t len = 1; len < 5; len++)
		assert_int_equal(text_whole(text, len), 1);
	assert_int_equal(text_whole("\xc3\xa4", 2), 2);
	assert_int_equal(text_whole("\x80", 1), 1); /* is none, and stays */
	assert_int_equal(text_whole("", 0), 0);
}

static void lines_stay_lines(void **state)
{
	static const char text[] = "a\n\tb\r\0\033[2J\xff";
	char *plain = plain_lines(text, sizeof(text) - 1);

	(void)state;
	assert_string_equal(plain, "a\n\tb<U+000D><U+0000><U+001B>[2J<0xFF>");
	free(plain);
}

/* In a process of its own, whose standard error is a file. */
static void messages_are_plain(void **state)
{
	char said[128] = "", name[] = "/tmp/test_text.XXXXXX";
	int fd = mkstemp(name), status;
	pid_t pid;

	(void)state;
	assert_true(fd >= 0);
	unlink(name);
	pid = fork();
	if (!pid) {
		dup2(fd, STDERR_FILENO);
		speak_plainly();
		warnx("guest: %s", "\033[31m\xe2\x80\xae\xc3\xa4");
		erase_line();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_true(pread(fd, said, sizeof(said) - 1, 0) > 0);
	close(fd);
	assert_non_null(strstr(said, ": guest: <U+001B>[31m<U+202E>\xc3\xa4\n"));
	assert_null(strchr(said, '\033'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_known),
		cmocka_unit_test(characters_are_decoded),
		cmocka_unit_test(hidden_is_told_from_seen),
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(beginnings_of_characters_are_dropped),
		cmocka_unit_test(lines_stay_lines),
		cmocka_unit_test(messages_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
