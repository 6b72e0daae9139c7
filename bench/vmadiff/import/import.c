// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records of what other tools measured, so that it gets the same statistics. A
 * run or an interval of the tool is a batch, a file of it a boot.
 */
#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "readers.h"
#include "record/write.h"
#include "render/render.h"

#define IMPORT_MAX (16 * 1024 * 1024)
#define IMPORT_ROWS_MAX 10000
/* A text of info that is longer is not added to. */
#define INFO_LEN_MAX 4096
#define IMPORT_OP "run"
#define NOT_STATED "imported"

/* clang-format off */
static const struct import_format {
	const char *name;
	enum status (*read)(struct imported *imp);
} formats[] = {
	{ "hyperfine",	      import_hyperfine },
	{ "will-it-scale",    import_will_it_scale },
	{ "perf-stat",	      import_perf },
	{ "google-benchmark", import_google },
};
/* clang-format on */

/* FNV-1a: tells names apart, guards nothing. */
static uint64_t hash_text(uint64_t hash, const char *s)
{
	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3;
	return hash;
}

#define HASH_START 0xcbf29ce484222325

/*
 * Any text as a name of records: what is no letter or digit becomes one "_",
 * capitals small letters; one that is too long ends in a hash of the whole.
 */
static char *sanitize_name(const char *s)
{
	char *name = xcalloc(1, strlen(s) + 2), *cut;
	size_t n = 0;

	for (const char *c = s; *c; c++) {
		char l = *c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c;

		if ((l >= 'a' && l <= 'z') || (l >= '0' && l <= '9'))
			name[n++] = l;
		else if (n && name[n - 1] != '_')
			name[n++] = '_';
	}
	while (n && name[n - 1] == '_')
		name[--n] = '\0';
	if (!n)
		strcpy(name, "_");
	if (n <= RECORD_NAME_MAX)
		return name;
	cut = xasprintf("%.*s_%08x", RECORD_NAME_MAX - 9, name,
			(unsigned int)hash_text(HASH_START, s));
	free(name);
	return cut;
}

/* The name that somebody gave instead of the tool's own, or the tool's own. */
static const char *given_name(const struct imported *imp, const char *benchmark)
{
	return imp->opt->scenario && !imp->unnamed ? imp->opt->scenario
						   : benchmark;
}

static struct import_row *add_row(struct imported *imp, const char *benchmark,
				  const struct import_metric *metric)
{
	struct import_row *row = xappend(imp->rows, imp->nr_rows);

	row->original = xasprintf("%s", benchmark);
	row->scenario = sanitize_name(given_name(imp, benchmark));
	row->metric_original = xasprintf("%s", metric->name);
	row->metric = sanitize_name(metric->name);
	row->unit = plain_text(metric->unit);
	row->pass = metric->pass;
	row->better = metric->better;
	row->param = metric->param;
	row->at = metric->at;
	return row;
}

/* Two benchmarks, or two metrics of one, that have become one name. */
static bool clashes(const struct import_row *a, const struct import_row *b)
{
	if (strcmp(a->scenario, b->scenario))
		return false;
	return strcmp(a->original, b->original) || !strcmp(a->metric, b->metric);
}

static bool has_unit(const struct import_row *row, const char *unit)
{
	char *plain = plain_text(unit);
	bool same = !strcmp(row->unit, plain);

	free(plain);
	return same;
}

static enum status check_row(struct imported *imp, size_t line)
{
	const struct import_row *row = &imp->rows[imp->nr_rows - 1];

	if (imp->nr_rows > IMPORT_ROWS_MAX)
		return refuse_line(imp->file->path, line, "more than %d rows",
				   IMPORT_ROWS_MAX);
	for (size_t i = 0; i + 1 < imp->nr_rows; i++) {
		const struct import_row *other = &imp->rows[i];

		if (imp->opt->scenario && !imp->unnamed &&
		    strcmp(other->original, row->original))
			return refuse_line(imp->file->path, line,
					   "--scenario names one benchmark, the file has several");
		if (clashes(row, other))
			return refuse_line(imp->file->path, line,
					   "\"%.*s\" %s and \"%.*s\" %s are both %s %s; rename one",
					   CUT(other->original, 60),
					   other->metric_original,
					   CUT(row->original, 60),
					   row->metric_original, row->scenario,
					   row->metric);
	}
	return STATUS_OK;
}

/**
 * import_value() - one more run or interval
 * @imp: where to
 * @line: of the file, for messages; 0 where there is none
 * @benchmark: as the tool calls it
 * @metric: what it is
 * @value: finite, 0 or more
 *
 * Return: %STATUS_OK, or %STATUS_DATA after saying what is wrong.
 */
enum status import_value(struct imported *imp, size_t line, const char *benchmark,
			 const struct import_metric *metric, double value)
{
	struct import_row *row = NULL;

	if (!isfinite(value) || value < 0)
		return refuse_line(imp->file->path, line,
				   "%s of \"%.*s\" is %g, not a number that is 0 or more",
				   metric->name, CUT(benchmark, 60), value);
	for (size_t i = imp->nr_rows; !row && i-- > 0;)
		if (!strcmp(imp->rows[i].original, benchmark) &&
		    !strcmp(imp->rows[i].metric_original, metric->name))
			row = &imp->rows[i];
	if (!row) {
		enum status status;

		row = add_row(imp, benchmark, metric);
		status = check_row(imp, line);
		if (status)
			return status;
	}
	if (!has_unit(row, metric->unit))
		return refuse_line(imp->file->path, line,
				   "%s of \"%.*s\" is in %s here, in %s above",
				   metric->name, CUT(benchmark, 60),
				   metric->unit, row->unit);
	if (row->nr_values == RECORD_BATCHES_MAX)
		return refuse_line(imp->file->path, line,
				   "more than %d values of %s of \"%.*s\"",
				   RECORD_BATCHES_MAX, metric->name,
				   CUT(benchmark, 60));
	*xappend(row->values, row->nr_values) = value;
	return STATUS_OK;
}

/**
 * import_is_first() - is this asked for the first time?
 * @imp: file
 * @key: what there may be one of
 */
bool import_is_first(struct imported *imp, const char *key)
{
	if (json_object_get(imp->seen, key))
		return false;
	json_object_set_new(imp->seen, key, json_true());
	return true;
}

/**
 * import_name() - what to call that which the file has no name for
 * @imp: file; from here on the name is in what the reader calls a benchmark
 *
 * Return: what --scenario says, or the name of the file up to a dot, to be given to
 * free(); NULL after saying that several files need --scenario.
 */
char *import_name(struct imported *imp)
{
	const char *base = base_name(imp->file->path);

	imp->unnamed = true;
	if (imp->opt->scenario)
		return xasprintf("%s", imp->opt->scenario);
	if (!imp->several)
		return xasprintf("%.*s", (int)strcspn(base, "."), base);
	refuse_line(imp->file->path, 0,
		    "this file of %s does not say what ran: give it a name with --scenario",
		    imp->tool);
	return NULL;
}

/**
 * import_note() - a benchmark without numbers
 * @imp: where to
 * @type: "skip" or "failure"
 * @benchmark: as the tool calls it
 * @reason: why
 */
void import_note(struct imported *imp, const char *type, const char *benchmark,
		 const char *reason)
{
	char *scenario = sanitize_name(given_name(imp, benchmark));
	char *plain = plain_text(*reason ? reason : "no reason is given");
	char *once = xasprintf("note %s %s %s", type, scenario, plain);

	/* Every repetition says the same. */
	if (import_is_first(imp, once))
		json_array_append_new(imp->notes,
				      json_pack("{s:s, s:s, s:s, s:s}", "type",
						type, "scenario", scenario, "op",
						IMPORT_OP, "reason", plain));
	free(once);
	free(plain);
	free(scenario);
}

/**
 * import_info() - something that is recorded only
 * @imp: where to
 * @key: name
 * @fmt: printf() format
 */
void import_info(struct imported *imp, const char *key, const char *fmt, ...)
{
	char *plain;
	va_list ap;

	va_start(ap, fmt);
	plain = plain_format(fmt, ap);
	va_end(ap);
	json_object_set_new(imp->info, key, json_string(plain));
	free(plain);
}

/**
 * import_say() - something that whoever imports has to know, and the record has
 * @imp: where to
 * @key: name; what was said under it before stays
 * @fmt: printf() format
 */
void import_say(struct imported *imp, const char *key, const char *fmt, ...)
{
	const char *before = json_string_value(json_object_get(imp->info, key));
	char *plain, *once;
	va_list ap;

	va_start(ap, fmt);
	plain = plain_format(fmt, ap);
	va_end(ap);
	once = xasprintf("info %s %s", key, plain);
	if (import_is_first(imp, once)) {
		warnx("%s: %s: %s", imp->file->path, key, plain);
		if (!before || strlen(before) < INFO_LEN_MAX)
			import_info(imp, key, "%s%s%s", before ? before : "",
				    before ? "; " : "", plain);
	}
	free(once);
	free(plain);
}

/**
 * import_json() - the list of results in a JSON file
 * @imp: file
 * @list: member of the root that holds them
 * @root: set, to be given to json_decref()
 * @array: the list
 *
 * Return: %STATUS_OK, or %STATUS_DATA after saying what is wrong.
 */
enum status import_json(struct imported *imp, const char *list, json_t **root,
			json_t **array)
{
	json_error_t err;

	imp->list = list;
	*root = json_loadb(imp->file->text, imp->file->len,
			   JSON_REJECT_DUPLICATES, &err);
	if (!*root)
		return refuse_line(imp->file->path, err.line > 0 ? err.line : 0,
				   "not JSON: %s (column %d, byte %d)",
				   err.text, err.column, err.position);
	*array = json_object_get(*root, list);
	if (!json_array_size(*array))
		return refuse_line(imp->file->path, 0,
				   "no output of %s: \"%s\" is missing, empty, or not an array",
				   imp->tool, list);
	return STATUS_OK;
}

/**
 * refuse_element() - say what is wrong with an element of import_json()'s array
 * @imp: file
 * @i: which one, as JSON does not keep lines
 * @what: what is wrong
 *
 * Return: %STATUS_DATA.
 */
enum status refuse_element(const struct imported *imp, size_t i, const char *what)
{
	return refuse_line(imp->file->path, 0, "\"%s\"[%zu]: %s", imp->list, i,
			   what);
}

static json_t *header(const struct imported *imp, size_t boot)
{
	const char *kernel = imp->opt->kernel ? imp->opt->kernel : NOT_STATED;
	const char *host = imp->opt->host ? imp->opt->host : NOT_STATED;

	json_t *head = record_head(TIER_METAL, NULL);

	/* clang-format off */
	json_object_update_new(head,
		json_pack("{s:{s:s, s:s, s:n, s:s, s:n},"
			 " s:{s:s, s:s}, s:O, s:{s:s, s:s}, s:{s:I, s:I, s:I, s:i, s:n}}",
			 "kernel", "release", kernel, "version", kernel, "build_id",
			 "cmdline", "", "config_sha256",
			 "env", "host", host, "tool", imp->tool,
			 "info", imp->info,
			 "suite", "version", suite_revision, "compiler", NOT_STATED,
			 "boot", "index", (json_int_t)boot,
			 "block", (json_int_t)imp->opt->block,
			 "order", (json_int_t)boot, "seed", 0, "boot_id"));
	/* clang-format on */
	return head;
}

/*
 * A row of another benchmark that has become the same name is of another version,
 * unless somebody says that it is the same.
 */
static char *row_version(const struct imported *imp, const struct import_row *row)
{
	uint64_t hash = hash_text(HASH_START, given_name(imp, row->original));

	hash = hash_text(hash, row->metric_original);
	return xasprintf("%s-%012llx", imp->tool,
			 (unsigned long long)hash & 0xffffffffffff);
}

static json_t *row_line(const struct imported *imp, const struct import_row *row)
{
	char *version = row_version(imp, row);
	json_t *batches = json_array(), *line;

	for (size_t i = 0; i < row->nr_values; i++) {
		double v = row->values[i];
		bool whole = v == rint(v) && v < (double)RECORD_COUNT_LIMIT;

		json_array_append_new(batches,
				      whole ? json_integer(v) : json_real(v));
	}
	/* clang-format off */
	line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i, s:o}",
			 "type", "row", "scenario", row->scenario,
			 "version", version, "op", IMPORT_OP,
			 "metric", row->metric, "unit", row->unit,
			 "pass", pass_names[row->pass],
			 "better", better_names[row->better],
			 "exact", 0, "ops", 1, "batches", batches);
	/* clang-format on */
	if (row->param)
		json_object_set_new(line, "params",
				    json_pack("{s:I}", row->param,
					      (json_int_t)row->at));
	free(version);
	return line;
}

static int write_imported(const struct imported *imp, size_t boot,
			  const char *path)
{
	json_t *lines = json_array();
	int err;

	for (size_t i = 0; i < imp->nr_rows; i++)
		json_array_append_new(lines, row_line(imp, &imp->rows[i]));
	json_array_extend(lines, imp->notes);
	err = path ? write_record(path, header(imp, boot), lines)
		   : print_record(stdout, header(imp, boot), lines);
	if (err && path)
		warnx("cannot write %s: %s", path, why_not_written(err));
	json_decref(lines);
	return err;
}

static void free_imported(struct imported *imp)
{
	for (size_t i = 0; i < imp->nr_rows; i++) {
		free(imp->rows[i].scenario);
		free(imp->rows[i].original);
		free(imp->rows[i].metric);
		free(imp->rows[i].metric_original);
		free(imp->rows[i].unit);
		free(imp->rows[i].values);
	}
	free(imp->rows);
	json_decref(imp->notes);
	json_decref(imp->info);
	json_decref(imp->seen);
}

/* By which a comparison knows that two records are of one file. */
static void note_digest(struct imported *imp)
{
	uint8_t digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];

	sha256(imp->file->text, imp->file->len, digest);
	for (size_t i = 0; i < SHA256_SIZE; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	import_info(imp, RECORD_IMPORTED_KEY, "%s", hex);
}

static enum status import_one(const struct import_format *format,
			      const char *path, const struct import_options *opt,
			      size_t boot, bool several, const char *output)
{
	struct text_file file;
	struct imported imp = {
		.tool = format->name,
		.file = &file,
		.opt = opt,
		.several = several,
		.notes = json_array(),
		.info = json_object(),
		.seen = json_object(),
	};
	enum status status = read_text_file(path, IMPORT_MAX, &file);

	import_info(&imp, "imported_from", "%s", base_name(path));
	if (!status)
		note_digest(&imp);
	if (!status)
		status = format->read(&imp);
	if (!status && !imp.nr_rows && !json_array_size(imp.notes))
		status = refuse_line(path, 0, "no measurement of %s in it",
				     imp.tool);
	if (!status && write_imported(&imp, boot, output))
		status = STATUS_DATA;
	free_imported(&imp);
	free_text_file(&file);
	return status;
}

/* The format of that name; NULL after saying which there are. */
static const struct import_format *find_format(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	say_no_such("format", name, import_formats(), NULL);
	return NULL;
}

/** import_formats() - what import takes as its first argument */
struct names import_formats(void)
{
	return NAMES_OF(formats);
}

static enum status import_session(const struct import_format *format,
				  char *const *paths, size_t nr,
				  const struct import_options *opt)
{
	enum status status = STATUS_OK;

	if (!opt->output) {
		warnx("several files make a session: give its folder with -o");
		return STATUS_USAGE;
	}
	if (mkdir(opt->output, 0755) && errno != EEXIST) {
		warn("cannot make the directory %s", opt->output);
		return STATUS_DATA;
	}
	for (size_t i = 0; !status && i < nr; i++) {
		char *path = xasprintf("%s/boot-%02zu.jsonl", opt->output, i);

		status = import_one(format, paths[i], opt, i, true, path);
		free(path);
	}
	return status;
}

/* What goes into a record has to be text that is to be seen. */
static bool label_is_valid(const char *option, const char *s)
{
	char *plain = plain_text(s ? s : "imported");
	bool valid = !s ||
		     (*s && strlen(s) <= RECORD_LABEL_MAX && !strcmp(plain, s));

	if (!valid)
		warnx("%s \"%.*s\" is not 1 to %d characters of text", option,
		      CUT(plain, 80), RECORD_LABEL_MAX);
	free(plain);
	return valid;
}

/**
 * run_imports() - make records of what another tool wrote
 * @format: name
 * @paths: files; more than one become boot-NN.jsonl in a folder
 * @nr: length of @paths
 * @opt: options
 *
 * Return: %STATUS_OK; %STATUS_USAGE; %STATUS_DATA when a file is refused or a
 * record cannot be written.
 */
enum status run_imports(const char *format, char *const *paths, size_t nr,
			const struct import_options *opt)
{
	const struct import_format *found = find_format(format);

	if (!found || !label_is_valid("--kernel", opt->kernel) ||
	    !label_is_valid("--host", opt->host) ||
	    !label_is_valid("--scenario", opt->scenario))
		return STATUS_USAGE;
	return nr > 1 ? import_session(found, paths, nr, opt)
		      : import_one(found, paths[0], opt, 0, false, opt->output);
}
