// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The reader of records, fed by libFuzzer: make fuzz. What is read has to be
 * sound, and the two ways to read an array of numbers have to agree, as do those
 * to read a line: parsed, and known from another file.
 *
 * An input that does not start with a brace is the lines of a record without its
 * header and trailer, behind one byte: few inputs would get both right.
 */
#include <math.h>

#include "fuzz.h"
#include "record/parse.h"

#define HEADER                                                                         \
	"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,"   \
	"\"minor\":2},\"tier\":\"exact\",\"stage\":\"stock\",\"kernel\":{\"release\":" \
	"\"6.12\"},\"env\":{}}\n"

struct text {
	char *buf;
	size_t len;
	size_t room;
};

static void append(struct text *t, const void *part, size_t len)
{
	if (!t->buf || t->room - t->len < len) {
		t->room = 2 * (t->len + len) + 1;
		t->buf = xreallocarray(t->buf, t->room, 1);
	}
	memcpy(t->buf + t->len, part, len);
	t->len += len;
}

static void append_wrapped(struct text *t, const uint8_t *data, size_t size)
{
	char trailer[64];
	size_t lines = 1;
	int len;

	append(t, HEADER, strlen(HEADER));
	append(t, data, size);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	len = snprintf(trailer, sizeof(trailer),
		       "{\"type\":\"trailer\",\"lines\":%zu}\n", lines);
	append(t, trailer, (size_t)len);
}

/* The same with keys that only the JSON library reads: see record_scan.c. */
static void append_escaped(struct text *t, const struct text *from)
{
	static const struct {
		const char *key;
		const char *escaped;
	} keys[] = {
		{ "\"batches\"", "\"b\\u0061tches\"" },
		{ "\"per_op\"", "\"p\\u0065r_op\"" },
		{ "\"hist\"", "\"h\\u0069st\"" },
	};

	for (size_t i = 0; i < from->len;) {
		size_t k = 0;

		while (k < ARRAY_SIZE(keys) &&
		       (from->len - i < strlen(keys[k].key) ||
			memcmp(from->buf + i, keys[k].key, strlen(keys[k].key))))
			k++;
		if (k < ARRAY_SIZE(keys)) {
			append(t, keys[k].escaped, strlen(keys[k].escaped));
			i += strlen(keys[k].key);
		} else {
			append(t, from->buf + i++, 1);
		}
	}
}

static int read_text(const struct text *t, struct known_lines *known,
		     struct record **rec, char *msg, size_t size)
{
	static struct memory_file file;

	fill_file(&file, t->buf, t->len);
	return record_read_fd(file.fd, "r", known, rec, msg, size);
}

static bool same_number(double a, double b)
{
	return !memcmp(&a, &b, sizeof(a));
}

static void check_row(const struct record_row *a, const struct record_row *b)
{
	check(isfinite(a->value), "a value is finite");
	check(a->nr_batches > 0, "a row has batches");
	check(same_number(a->value, b->value), "both ways give a value");
	check(a->nr_batches == b->nr_batches, "both ways give the batches");
	check(a->digest == b->digest, "both ways give the digest");
	check(a->whole == b->whole && a->total == b->total,
	      "both ways give the total");
	check(!a->unsteady == !b->unsteady, "both ways find it steady");
	check(same_number(a->step, b->step) && same_number(a->before, b->before) &&
		      same_number(a->after, b->after),
	      "both ways give the same step");
	check(a->nr_hist == b->nr_hist &&
		      (!a->nr_hist ||
		       !memcmp(a->hist, b->hist, a->nr_hist * sizeof(*a->hist))),
	      "both ways give the distribution");
	check(!a->exact || record_same_row(a, b), "a row is the same as itself");
}

static void check_record(const struct record *a, const struct record *b)
{
	check(a->nr_rows == b->nr_rows, "both ways give the rows");
	for (size_t i = 0; i < a->nr_rows; i++) {
		check_row(&a->rows[i], &b->rows[i]);
		check(record_find_row(a, &a->rows[i]) == &a->rows[i],
		      "a row is found");
	}
	for (size_t i = 0; i < a->nr_functions; i++) {
		const struct record_functions *f = &a->functions[i];

		check(record_find_functions(a, f->scenario, f->op, f->region,
					    f->class) == f,
		      "functions are found");
	}
}

/* A message names file and line, and may be printed. */
static void check_message(const char *msg)
{
	check(!strncmp(msg, "r:", 2) && atol(msg + 2) > 0,
	      "a message starts with file and line");
	for (; *msg; msg++)
		check(*msg >= ' ' && *msg <= '~', "a message is printable");
}

/* Lines that were in another file are the same, whether they are parsed or known. */
static void check_known(const struct text *text, const struct record *rec,
			int err, const char *msg)
{
	struct known_lines *known = known_lines_new();

	for (int times = 0; times < 2; times++) {
		struct record *again;
		char msg_again[256];

		check(read_text(text, known, &again, msg_again,
				sizeof(msg_again)) == err,
		      "what is known is accepted or refused");
		check(!strcmp(msg, msg_again), "what is known has the message");
		if (!err)
			check_record(rec, again);
		record_free(again);
	}
	known_lines_free(known);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text text = { 0 }, escaped = { 0 };
	struct record *a, *b;
	char msg_a[256], msg_b[256];
	int err_a, err_b;

	if (!size || data[0] == '{')
		append(&text, data, size);
	else
		append_wrapped(&text, data + 1, size - 1);
	append_escaped(&escaped, &text);
	err_a = read_text(&text, NULL, &a, msg_a, sizeof(msg_a));
	err_b = read_text(&escaped, NULL, &b, msg_b, sizeof(msg_b));

	check(err_a == err_b, "both ways accept or refuse");
	if (err_a) {
		check_message(msg_a);
		/* Up to what is quoted, which has escapes, and the column. */
		check(!strncmp(msg_a, msg_b, strcspn(msg_a, "'(")),
		      "both ways give the message");
	} else {
		check_record(a, b);
	}
	check_known(&text, a, err_a, msg_a);
	record_free(a);
	record_free(b);
	free(text.buf);
	free(escaped.buf);
	return 0;
}
