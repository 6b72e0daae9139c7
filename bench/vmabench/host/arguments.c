// SPDX-License-Identifier: GPL-2.0-or-later
/* Arguments of QEMU, put together one by one. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "qemu.h"

/** push - append @arg, which is taken over */
void push(struct arguments *args, char *arg)
{
	args->v = xgrow(args->v, args->nr, sizeof(*args->v));
	args->v[args->nr++] = arg;
	/* The one after the last is always NULL. */
	args->v = xgrow(args->v, args->nr, sizeof(*args->v));
}

/** push_option - append an option and @value, which is taken over */
void push_option(struct arguments *args, const char *option, char *value)
{
	push(args, xasprintf("%s", option));
	push(args, value);
}

/** push_words - append the words of @text, at blanks */
void push_words(struct arguments *args, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, " ");

		push(args, xasprintf("%.*s", (int)len, text));
		text += len + strspn(text + len, " ");
	}
}

/** free_arguments - all of them */
void free_arguments(struct arguments *args)
{
	for (size_t i = 0; i < args->nr; i++)
		free(args->v[i]);
	free(args->v);
}
