// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names that were mistyped: which one was meant. Scripts have the same rule, see
 * nearest() in scripts/lib.sh.
 */
#include <argp.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* More names than that are not listed: they would scroll the error away. */
#define MOST_LISTED 40

/**
 * names_of() - the names in a table
 * @first: of its first element, a const char *
 * @nr: elements
 * @size: of an element, in bytes
 *
 * Return: the names, to be given to no_such().
 */
struct names names_of(const void *first, size_t nr, size_t size)
{
	struct names names = { xcalloc(nr + 1, sizeof(*names.v)), nr };

	for (size_t i = 0; i < nr; i++)
		memcpy(&names.v[i], (const char *)first + i * size,
		       sizeof(*names.v));
	return names;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters are to be added, left out, replaced, or swapped with the next. */
static size_t changes(const char *a, const char *b)
{
	size_t len_a = strlen(a), len_b = strlen(b), wide = len_b + 1, result;
	size_t *d = xcalloc((len_a + 1) * wide, sizeof(*d));

	for (size_t i = 0; i <= len_a; i++)
		d[i * wide] = i;
	for (size_t j = 0; j <= len_b; j++)
		d[j] = j;
	for (size_t i = 1; i <= len_a; i++) {
		for (size_t j = 1; j <= len_b; j++) {
			size_t *at = &d[i * wide + j];

			*at = least(at[-1], *(at - wide)) + 1;
			*at = least(*at,
				    *(at - wide - 1) + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				*at = least(*at, *(at - 2 * wide - 2) + 1);
		}
	}
	result = d[len_a * wide + len_b];
	free(d);
	return result;
}

/**
 * nearest_name() - the name that was meant
 * @name: what was typed
 * @names: of what there is
 *
 * Return: the first of those that @name begins, or else takes the fewest changes to
 * become; NULL where that is more than a third of its letters (one, of a short name).
 */
const char *nearest_name(const char *name, const struct names *names)
{
	size_t len = strlen(name), most = len < 6 ? 1 : len / 3;
	const char *nearest = NULL;

	if (len > 256)
		return NULL;
	for (size_t i = 0; i < names->nr && most; i++) {
		bool begun = len > 2 && !strncmp(names->v[i], name, len);
		size_t n = begun ? 1 : changes(name, names->v[i]);

		if (n > most)
			continue;
		nearest = names->v[i];
		most = n - 1;
	}
	return nearest;
}

/**
 * no_such() - what to say of a name that does not exist
 * @kind: of thing, in the singular
 * @name: what was typed
 * @names: of those that exist; freed
 * @hint: how to find out which there are, or NULL to have them listed
 *
 * Return: "there is no KIND 'NAME'; did you mean 'OTHER'?", or else with all names,
 * or the hint; without control characters, to be freed.
 */
char *no_such(const char *kind, const char *name, struct names names,
	      const char *hint)
{
	const char *nearest = nearest_name(name, &names);
	char *plain = plain_text(name), *text;

	text = xasprintf("there is no %s '%s'", kind, plain);
	free(plain);
	if (nearest)
		join_text(&text, "; ", "did you mean '%s'?", nearest);
	else if (hint || names.nr > MOST_LISTED)
		join_text(&text, "; ", "%s", hint ? hint : "--help says more");
	else
		for (size_t i = 0; i < names.nr; i++)
			join_text(&text, i ? " " : "; ", "%s%s",
				  i ? "" : "choose one of ", names.v[i]);
	free(names.v);
	return text;
}

/** say_no_such() - says that on standard error, under the name of the program */
void say_no_such(const char *kind, const char *name, struct names names,
		 const char *hint)
{
	char *text = no_such(kind, name, names, hint);

	warnx("%s", text);
	free(text);
}

static void collect_options(const struct argp *argp,
			    struct argp_option *options, size_t *nr)
{
	const struct argp_option *o = argp->options;

	for (; o && (o->name || o->key || o->doc); o++) {
		if (options && (o->name || o->key))
			options[*nr] = *o;
		*nr += o->name || o->key;
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		collect_options(c->argp, options, nr);
}

/* The option that @text, of @len letters, names or begins. */
static const struct argp_option *find_option(const struct argp_option *options,
					     size_t nr, const char *text,
					     size_t len)
{
	const struct argp_option *begun = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (!options[i].name || strncmp(options[i].name, text, len))
			continue;
		if (!options[i].name[len])
			return &options[i];
		begun = &options[i];
	}
	return begun;
}

/* Does the last letter of "-xyz" take the next argument? */
static bool takes_next(const struct argp_option *options, size_t nr,
		       const char *letters)
{
	for (const char *at = letters; *at; at++)
		for (size_t i = 0; i < nr; i++)
			if (options[i].key == *at && options[i].arg)
				return !at[1];
	return false;
}

/* What to say of @wrong, which is freed. */
static char *no_option(char *wrong, const struct argp_option *options, size_t nr)
{
	struct names names = { xcalloc(nr, sizeof(*names.v)), nr };
	char **spelled = xcalloc(nr, sizeof(*spelled)), *text;

	for (size_t i = 0; i < nr; i++) {
		spelled[i] = options[i].name ? xasprintf("--%s", options[i].name)
					     : xasprintf("-%c", options[i].key);
		names.v[i] = spelled[i];
	}
	text = no_such("option", wrong, names, "--help names them");
	for (size_t i = 0; i < nr; i++)
		free(spelled[i]);
	free(spelled);
	free(wrong);
	return text;
}

/**
 * wrong_option() - what to say of a long option that a command does not have
 * @argp: of the command
 * @argv: its arguments, after its own name, up to a NULL
 *
 * argp itself would name it without saying which one was meant.
 *
 * Return: as no_such(), or NULL where there is no such option.
 */
char *wrong_option(const struct argp *argp, char *const *argv)
{
	struct argp_option *options;
	char *wrong = NULL;
	size_t nr = 0;

	collect_options(argp, NULL, &nr);
	options = xcalloc(nr + 2, sizeof(*options));
	nr = 0;
	collect_options(argp, options, &nr);
	options[nr++].name = "help";
	options[nr++].name = "usage";
	for (; *argv && strcmp(*argv, "--") && !wrong; argv++) {
		size_t len = strcspn(*argv, "=");
		const struct argp_option *o;

		if (**argv != '-' || !(*argv)[1])
			continue;
		if ((*argv)[1] != '-') {
			argv += takes_next(options, nr, *argv + 1) && argv[1];
			continue;
		}
		o = find_option(options, nr, *argv + 2, len - 2);
		if (o) {
			argv += o->arg && !(*argv)[len] && argv[1];
			continue;
		}
		wrong = xasprintf("%.*s", (int)len, *argv);
	}
	if (wrong)
		wrong = no_option(wrong, options, nr);
	free(options);
	return wrong;
}
