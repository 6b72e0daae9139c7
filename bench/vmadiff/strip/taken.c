// SPDX-License-Identifier: GPL-2.0-or-later
/* What is taken out: counted, and shown where nothing is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "parts.h"

static const char *const names[NR_TAKEN] = {
	[TAKEN_FIELD] = "field that records do not have",
	[TAKEN_VALUE] = "value that its field cannot have",
	[TAKEN_NAME] = "name that the suite does not have",
	[TAKEN_OPTION] = "option of a kernel command line",
	[TAKEN_USER] = "user@host",
	[TAKEN_HOME] = "path of a home folder",
	[TAKEN_PATH] = "other path",
	[TAKEN_HOST] = "name of a host",
	[TAKEN_LINK] = "link",
	[TAKEN_IPV4] = "IPv4 address",
	[TAKEN_IPV6] = "IPv6 address",
	[TAKEN_MAC] = "hardware address",
	[TAKEN_STORAGE] = "name of storage (iqn, nqn, eui, naa, wwn)",
	[TAKEN_SERIAL] = "UUID or serial number",
	[TAKEN_POINTER] = "kernel address",
	[TAKEN_WORD] = "word that the suite does not write",
	[TAKEN_LINE] = "line of an unknown kind",
	[TAKEN_FILE] = "file that reports do not need",
};

/* Where it is, as far as that is known. */
static void print_place(const struct strip *st)
{
	char *path = plain_text(st->path ? st->path : "");

	if (st->line)
		printf("%s:%zu: ", path, st->line);
	else
		printf("%s: ", path);
	free(path);
}

/**
 * take_out() - count one thing that is not published
 * @st: gets the count; shows it, if it is to
 * @kind: what it is
 * @what: the thing itself
 * @len: bytes of it
 */
void take_out(struct strip *st, enum taken kind, const char *what, size_t len)
{
	char *text, *plain;

	if (st->again)
		return;
	st->counts[kind]++;
	if (!st->show)
		return;
	text = xasprintf("%.*s", (int)len, what);
	plain = plain_text(text);
	print_place(st);
	printf("%s: %s\n", names[kind], plain);
	free(plain);
	free(text);
}

/**
 * show_stays() - show a text that a person wrote, and that is published
 * @st: shows it, if it is to, and each text once
 * @text: the text
 */
void show_stays(struct strip *st, const char *text)
{
	char *plain;

	if (!st->show || json_object_get(st->stays, text))
		return;
	json_object_set_new(st->stays, text, json_true());
	plain = plain_text(text);
	print_place(st);
	printf("stays, as it says what was measured: %s\n", plain);
	free(plain);
}

/**
 * alias_of() - what stands for a value that is taken out, and tells records apart
 * @st: knows those before it, of all records
 * @what: of what it is the value, a letter or more
 * @value: the value
 *
 * Equal values have one alias, and others another, so that what could not be compared
 * still cannot. One that is an alias itself gets one, too, so that two things never have
 * the same; in their order they get the same again.
 *
 * Return: @what and a number, to be given to free().
 */
char *alias_of(struct strip *st, const char *what, const char *value)
{
	json_t *known = json_object_get(st->aliases, what), *number;

	if (!known) {
		known = json_object();
		json_object_set_new(st->aliases, what, known);
	}
	number = json_object_get(known, value);
	if (!number) {
		number = json_integer((json_int_t)json_object_size(known) + 1);
		json_object_set_new(known, value, number);
	}
	return xasprintf("%s%lld", what, (long long)json_integer_value(number));
}

/**
 * print_taken() - say how many of what were taken out, or would be
 * @st: what counted
 */
void print_taken(const struct strip *st)
{
	const char *done = st->show ? "would be stripped" : "stripped";
	bool any = false;

	for (size_t k = 0; k < NR_TAKEN; k++) {
		if (st->counts[k])
			printf("%s: %s, %zu time%s\n", done, names[k],
			       st->counts[k], st->counts[k] == 1 ? "" : "s");
		any |= st->counts[k];
	}
	if (!any)
		printf("%s: nothing, there was nothing of the kind\n", done);
}
