// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers and texts between the marks of other formats. Texts come from records
 * of other machines: whatever is in them, they do not end a field, start an
 * element or reach a terminal as anything but text.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "render/render.h"

/**
 * print_number() - a number that reads back as the same double
 * @v: finite number
 * @buf: result
 *
 * With as few digits as that takes.
 *
 * Return: @buf.
 */
const char *print_number(double v, char buf[NUMBER_SIZE])
{
	if (v == rint(v) && fabs(v) < (double)RECORD_COUNT_LIMIT) {
		snprintf(buf, NUMBER_SIZE, "%.0f", v == 0 ? 0 : v);
		return buf;
	}
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(buf, NUMBER_SIZE, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	return buf;
}

/* What takes the place of a character, NULL for itself; the text goes on behind it. */
typedef const char *(*replace_fn)(const char *c);

/* Bytes of one text that a page shows. */
#define TEXT_MAX 2000

/* Most texts are names and numbers. */
static bool stays_as_it_is(const char *s, replace_fn replace)
{
	while (*s >= ' ' && *s <= '~' && !replace(s))
		s++;
	return !*s;
}

static void put_replaced(const char *s, replace_fn replace, FILE *f)
{
	char *plain;

	if (stays_as_it_is(s, replace)) {
		fputs(s, f);
		return;
	}
	plain = plain_text(s);
	for (const char *c = plain; *c; c++) {
		const char *other = replace(c);

		if (other)
			fputs(other, f);
		else
			fputc(*c, f);
	}
	free(plain);
}

static const char *in_json(const char *c)
{
	return *c == '"' ? "\\\"" : *c == '\\' ? "\\\\" : NULL;
}

static const char *in_csv(const char *c)
{
	return *c == '"' ? "\"\"" : NULL;
}

/* @marks: what takes the place of characters of ASCII */
static const char *mark_of(const char *const marks[128], const char *c)
{
	return (unsigned char)*c < 128 ? marks[(unsigned char)*c] : NULL;
}

static const char *in_xml(const char *c)
{
	static const char *const xml[128] = {
		['"'] = "&quot;", ['&'] = "&amp;", ['\''] = "&apos;",
		['<'] = "&lt;",	  ['>'] = "&gt;",
	};

	return mark_of(xml, c);
}

static const char *in_names(const char *c)
{
	return *c == '_' && isalnum((unsigned char)c[1]) ? "_<wbr>" : in_xml(c);
}

/* Neither a number behind a "<" nor a blank behind a "*" makes a mark of it. */
static const char *in_markdown(const char *c)
{
	static const char *const markdown[128] = {
		['&'] = "&amp;", ['*'] = "\\*", ['<'] = "&lt;",	 ['>'] = "&gt;",
		['@'] = "&#64;", ['['] = "\\[", ['\\'] = "\\\\", [']'] = "\\]",
		['`'] = "\\`",	 ['|'] = "\\|", ['~'] = "\\~",
	};

	if ((*c == '<' && isdigit((unsigned char)c[1])) ||
	    (*c == '*' && c[1] == ' '))
		return NULL;
	return mark_of(markdown, c);
}

/**
 * put_json_string() - a string of JSON, with its quotes
 * @s: any bytes
 * @f: where to
 */
void put_json_string(const char *s, FILE *f)
{
	fputc('"', f);
	put_replaced(s, in_json, f);
	fputc('"', f);
}

/**
 * json_between() - what goes before an element of a list that has a line for each
 * @i: place of the element
 *
 * Return: a comma but for the first one, and the line break.
 */
const char *json_between(size_t i)
{
	return i ? ",\n  " : "\n  ";
}

/**
 * put_json_member() - a text of an object
 * @between: what goes before it
 * @name: of the member
 * @s: any bytes, or NULL for null
 * @f: where to
 */
void put_json_member(const char *between, const char *name, const char *s,
		     FILE *f)
{
	fprintf(f, "%s\"%s\": ", between, name);
	if (s)
		put_json_string(s, f);
	else
		fputs("null", f);
}

/**
 * put_csv() - a field of CSV (RFC 4180), with quotes where it needs them
 * @s: any bytes
 * @f: where to
 *
 * A text that a spreadsheet would run as a formula gets an apostrophe in front.
 */
void put_csv(const char *s, FILE *f)
{
	bool quoted = strpbrk(s, ",\"\r\n");

	if (quoted)
		fputc('"', f);
	if (*s && strchr("=+-@", *s))
		fputc('\'', f);
	put_replaced(s, in_csv, f);
	if (quoted)
		fputc('"', f);
}

/**
 * put_xml() - text or the value of an attribute
 * @s: any bytes
 * @f: where to
 */
void put_xml(const char *s, FILE *f)
{
	put_replaced(s, in_xml, f);
}

/**
 * put_xml_lines() - text that has lines and tabs, which are kept
 * @s: any bytes
 * @f: where to
 *
 * What is in a <pre> of a page can be pasted into a shell.
 */
void put_xml_lines(const char *s, FILE *f)
{
	while (*s) {
		size_t len = strcspn(s, "\n\t");
		char *piece = xasprintf("%.*s", (int)len, s);

		put_xml(piece, f);
		free(piece);
		if (s[len])
			fputc(s[len], f);
		s += len + !!s[len];
	}
}

/* @s, which ends after TEXT_MAX bytes, and says so. */
static void put_cut(const char *s, replace_fn replace, FILE *f)
{
	size_t len = strlen(s), kept = TEXT_MAX;
	char *start;

	if (len <= TEXT_MAX) {
		put_replaced(s, replace, f);
		return;
	}
	while ((s[kept] & 0xc0) == 0x80)
		kept--;
	start = xasprintf("%.*s", (int)kept, s);
	put_replaced(start, replace, f);
	fprintf(f, "&hellip; (%zu bytes, cut here)", len);
	free(start);
}

/**
 * put_html() - text on a page; a long one is cut
 * @s: any bytes
 * @f: where to
 */
void put_html(const char *s, FILE *f)
{
	put_cut(s, in_xml, f);
}

/**
 * put_html_names() - the same where there is little room: names may break after "_"
 * @s: any bytes
 * @f: where to
 *
 * Not for attributes. What is copied or searched has nothing in these places.
 */
void put_html_names(const char *s, FILE *f)
{
	put_cut(s, in_names, f);
}

/**
 * put_markdown() - text in a cell of a table, as GitHub reads it
 * @s: any bytes
 * @f: where to
 */
void put_markdown(const char *s, FILE *f)
{
	put_replaced(s, in_markdown, f);
}

/**
 * put_markdown_link() - an address that is shown and led to
 * @s: any bytes
 * @f: where to
 *
 * Between angle brackets nothing has to be escaped, so that a message-id reads as it
 * is. What is no address, or would end the brackets, is text.
 */
void put_markdown_link(const char *s, FILE *f)
{
	bool address = !strncmp(s, "https://", 8) || !strncmp(s, "http://", 7);

	for (const char *c = s; *c && address; c++)
		address = *c > ' ' && *c <= '~' && !strchr("<>\\`|\"", *c);
	if (address)
		fprintf(f, "<%s>", s);
	else
		put_markdown(s, f);
}

/**
 * markdown_text() - the same in memory
 * @s: any bytes
 *
 * Return: text, to be given to free().
 */
char *markdown_text(const char *s)
{
	char *text;
	size_t size;
	FILE *f;

	if (stays_as_it_is(s, in_markdown))
		return xasprintf("%s", s);
	f = open_text(&text, &size);
	put_markdown(s, f);
	fclose(f);
	return text;
}
