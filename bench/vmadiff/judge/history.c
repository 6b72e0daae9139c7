// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One row over all sessions of a host, and where it changed. Advice for those who
 * look: kernels and machines change without anybody having made an experiment of
 * it. Hosts are never put together.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/base.h"
#include "folder/folder.h"
#include "judge/judge.h"

#define DEFAULT_RESULTS "results"
/* HOST/KERNEL/SESSION/boot-NN.jsonl, from the folder of a host. */
#define LEVEL_OF_BOOTS 3
/* Labels below the picture. */
#define MAX_TICKS 7

/**
 * struct point_boot - a boot, which counts once however often it was measured
 * @name: as record_boot_name() has it
 * @layout: of its kernel, with the set that it is of; NULL where none was drawn
 * @values: one a record
 * @nr_values: length of @values
 */
struct point_boot {
	char *name;
	char *layout;
	double *values;
	size_t nr_values;
};

/**
 * struct session - the boots of one session that can be compared with each other
 * @date: when it was measured, "YYYY-MM-DD HH:MM", or the name of its folder
 * @dir: its folder
 * @release: of the kernel
 * @build: start of its build id, "-" if it has none
 * @version: of the scenario
 * @env: keys that have to match, as one text
 * @boots: those that no session before it has
 * @nr_boots: length of @boots
 * @nr_values: boots, or layouts, of which boots are repeats
 * @value: their median
 * @lowest: the least of them
 * @highest: the greatest of them
 */
struct session {
	char *date;
	char *dir;
	char *release;
	char *build;
	char *version;
	char *env;
	struct point_boot *boots;
	size_t nr_boots;
	size_t nr_values;
	double value;
	double lowest;
	double highest;
};

/**
 * struct series - one operation over time
 * @op: operation
 * @pass: pass
 * @unit: unit of a value
 * @better: direction
 * @sessions: in order of time, once they are sorted
 * @nr_sessions: length of @sessions
 */
struct series {
	char *op;
	char *pass;
	char *unit;
	enum better better;
	struct session *sessions;
	size_t nr_sessions;
};

/**
 * struct history - what is looked for, and what was found
 * @scenario: name
 * @metric: name
 * @host: of all records, NULL before the first
 * @series: by op and pass
 * @nr_series: length of @series
 * @counted: what is counted as one in a session: "boot" or "layout"
 * @nr_records: records that were read
 * @nr_again: rows of boots that another session has
 */
struct history {
	const char *scenario;
	const char *metric;
	char *host;
	struct series *series;
	size_t nr_series;
	const char *counted;
	size_t nr_records;
	size_t nr_again;
};

/**
 * struct stretch - sessions that follow each other and can be compared
 * @from: first of them
 * @end: after the last
 * @why: what differs from the stretch before, NULL for the first
 * @changes: where the value changes, @at counted from @from
 * @nr_changes: length of @changes
 */
struct stretch {
	size_t from;
	size_t end;
	const char *why;
	struct stats_change *changes;
	size_t nr_changes;
};

static const char *header_string(const struct record *rec, const char *object,
				 const char *key)
{
	return json_string_value(json_object_get(json_object_get(rec->header,
								 object),
						 key));
}

/* "2026-11-22T20:51:48Z" of the record, or "20261122-205148" of the folder. */
static char *date_of(const struct record *rec, const char *dir)
{
	const char *time = header_string(rec, "info", "time");
	const char *name = base_name(dir);
	char *plain, *date;

	if (!fnmatch("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]*",
		     time ? time : "", 0))
		return xasprintf("%.10s %.5s", time, time + 11);
	if (strlen(name) == 15 && name[8] == '-' &&
	    strspn(name, "0123456789-") == 15)
		return xasprintf("%.4s-%.2s-%.2s %.2s:%.2s", name, name + 4,
				 name + 6, name + 9, name + 11);
	plain = plain_text(name);
	date = xasprintf("%.*s", CUT(plain, 16));
	free(plain);
	return date;
}

/* Keys that have to match, but for the host, which matches. */
static char *env_text(const struct record *rec)
{
	json_t *env = json_copy(rec->env);
	char *text;

	json_object_del(env, "host");
	text = json_dumps(env, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(env);
	return text;
}

static struct series *find_series(struct history *h, const struct record_row *row)
{
	struct series *s;

	for (size_t i = 0; i < h->nr_series; i++) {
		s = &h->series[i];
		if (!strcmp(s->op, row->op) && !strcmp(s->pass, row->pass) &&
		    !strcmp(s->unit, row->unit))
			return s;
	}
	s = xappend(h->series, h->nr_series);
	s->op = xasprintf("%s", row->op);
	s->pass = xasprintf("%s", row->pass);
	s->unit = plain_text(row->unit);
	s->better = row->better;
	return s;
}

static struct point_boot *find_boot(struct session *session, const char *name)
{
	for (size_t i = 0; i < session->nr_boots; i++)
		if (!strcmp(session->boots[i].name, name))
			return &session->boots[i];
	return NULL;
}

/* The session that has the boot, else the one of the folder. */
static struct session *find_session(struct series *s, const struct record *rec,
				    const struct record_row *row,
				    const char *dir, const char *boot)
{
	const char *build = header_string(rec, "kernel", "build_id");
	char *env = env_text(rec);
	struct session *session, *found = NULL;

	for (size_t i = 0; i < s->nr_sessions; i++) {
		session = &s->sessions[i];
		if (strcmp(session->env, env) ||
		    strcmp(session->version, row->version))
			continue;
		if (find_boot(session, boot)) {
			found = session;
			break;
		}
		if (!strcmp(session->dir, dir))
			found = session;
	}
	if (found) {
		free(env);
		return found;
	}
	session = xappend(s->sessions, s->nr_sessions);
	session->dir = xasprintf("%s", dir);
	session->date = date_of(rec, dir);
	session->release = plain_text(rec->release);
	session->build =
		plain_text(fmt_text("%.*s", CUT(build ? build : "-", 12)));
	session->version = xasprintf("%s", row->version);
	session->env = env;
	return session;
}

/* To be given to free(); NULL where none was drawn. */
static char *layout_of(const struct record *rec)
{
	if (rec->layout < 0)
		return NULL;
	return xasprintf("%s/%lld", rec->layout_set ? rec->layout_set : "",
			 (long long)rec->layout);
}

static void add_record(struct history *h, const struct record *rec,
		       const char *dir)
{
	char *name = record_boot_name(rec);

	for (size_t i = 0; i < rec->nr_rows; i++) {
		const struct record_row *row = &rec->rows[i];
		struct session *session;
		struct point_boot *boot;

		if (strcmp(row->scenario, h->scenario) ||
		    strcmp(row->metric, h->metric) || row->shared)
			continue;
		session = find_session(find_series(h, row), rec, row, dir, name);
		h->nr_again += !!strcmp(session->dir, dir);
		boot = find_boot(session, name);
		if (!boot) {
			boot = xappend(session->boots, session->nr_boots);
			boot->name = xasprintf("%s", name);
			boot->layout = layout_of(rec);
		}
		*xappend(boot->values, boot->nr_values) = row->value;
	}
	free(name);
}

/* Every record has to be of the same host. */
static enum status check_host(struct history *h, const struct record *rec)
{
	const char *host = header_string(rec, "env", "host");

	if (!host)
		host = "(none)";
	if (!h->host)
		h->host = xasprintf("%s", host);
	if (!strcmp(h->host, host))
		return STATUS_OK;
	warnx("%s: is of host \"%s\", those before are of \"%s\": a history is of one host",
	      rec->path, host, h->host);
	return STATUS_DATA;
}

/* And every one has to be counted as the others are. */
static enum status check_counted(struct history *h, const struct record *rec)
{
	const char *counted = rec->layout < 0 ? "boot" : "layout";

	if (!h->counted)
		h->counted = counted;
	if (!strcmp(h->counted, counted))
		return STATUS_OK;
	warnx("%s: has %s boot.layout, those before have %s: a history is of boots with one, or of boots without",
	      rec->path, rec->layout < 0 ? "no" : "a",
	      rec->layout < 0 ? "one" : "none");
	return STATUS_DATA;
}

static enum status read_boot(struct history *h, const char *path)
{
	char *dir = xasprintf("%.*s", (int)(base_name(path) - path - 1), path);
	struct record *rec = read_or_say(path);
	enum status status = rec ? check_host(h, rec) : STATUS_DATA;

	if (!status)
		status = check_counted(h, rec);
	h->nr_records += !!rec;
	if (!status)
		add_record(h, rec, dir);
	record_free(rec);
	free(dir);
	return status;
}

struct paths {
	char **list;
	size_t nr;
};

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void free_paths(struct paths *paths)
{
	for (size_t i = 0; i < paths->nr; i++)
		free(paths->list[i]);
	free(paths->list);
}

/* boot-*.jsonl at this depth below a folder, in order. */
static void find_boot_files(const char *dir, int level, struct paths *paths)
{
	char *copy = xasprintf("%s", dir);
	char *const roots[] = { copy, NULL };
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *e;

	while (fts && (e = fts_read(fts))) {
		if (e->fts_info == FTS_D && e->fts_level >= level)
			fts_set(fts, e, FTS_SKIP);
		if (e->fts_info != FTS_F || e->fts_level != level ||
		    fnmatch("boot-*.jsonl", e->fts_name, 0))
			continue;
		*xappend(paths->list, paths->nr) = xasprintf("%s", e->fts_path);
	}
	if (fts)
		fts_close(fts);
	free(copy);
}

/* The first folder of a path below another: a host's, below the results. */
static char *folder_below(const char *path, const char *dir)
{
	const char *rest = path + strlen(dir);

	rest += strspn(rest, "/");
	return xasprintf("%.*s", (int)(rest + strcspn(rest, "/") - path), path);
}

/* The only host that there are results of. */
static enum status check_only_host(const struct paths *paths, const char *dir)
{
	char *first = folder_below(paths->list[0], dir);
	char *last = folder_below(paths->list[paths->nr - 1], dir);
	enum status status = STATUS_OK;

	if (strcmp(first, last)) {
		warnx("%s has results of several hosts: give one, such as %s",
		      dir, first);
		status = STATUS_USAGE;
	}
	free(first);
	free(last);
	return status;
}

/* The records of a host, whether its folder is given or the one that it is in. */
static enum status find_boots_of(const char *dir, struct paths *paths)
{
	find_boot_files(dir, LEVEL_OF_BOOTS, paths);
	if (paths->nr)
		return STATUS_OK;
	find_boot_files(dir, LEVEL_OF_BOOTS + 1, paths);
	if (paths->nr)
		return check_only_host(paths, dir);
	warnx("%s: no KERNEL/SESSION/boot-NN.jsonl in it", dir);
	return STATUS_DATA;
}

static int session_cmp(const void *a, const void *b)
{
	const struct session *x = a, *y = b;
	int d = strcmp(x->date, y->date);

	if (!d)
		d = strcmp(base_name(x->dir), base_name(y->dir));
	return d ? d : strcmp(x->dir, y->dir);
}

static int series_cmp(const void *a, const void *b)
{
	const struct series *x = a, *y = b;
	int d = strcmp(x->op, y->op);

	return d ? d : strcmp(x->pass, y->pass);
}

/* The median of a boot, or of those boots that have its layout: NAN if one came before. */
static double value_at(const struct session *p, size_t at)
{
	const struct point_boot *boot = &p->boots[at];
	double *values = xcalloc(p->nr_boots, sizeof(*values)), value;
	size_t nr = 0;

	for (size_t i = 0; i < p->nr_boots; i++) {
		const struct point_boot *b = &p->boots[i];

		if (i != at && (!b->layout || !boot->layout ||
				strcmp(b->layout, boot->layout)))
			continue;
		if (i < at) {
			nr = 0;
			break;
		}
		values[nr++] = stats_median(b->values, b->nr_values);
	}
	value = stats_median(values, nr);
	free(values);
	return value;
}

/* Of its boots, each the median of its records, or its layouts. */
static void summarize_session(struct session *p)
{
	double *values = xcalloc(p->nr_boots, sizeof(*values));

	for (size_t i = 0; i < p->nr_boots; i++) {
		double value = value_at(p, i);

		if (!isnan(value))
			values[p->nr_values++] = value;
	}
	p->value = stats_median(values, p->nr_values);
	p->lowest = values[0]; /* it sorts them */
	p->highest = values[p->nr_values - 1];
	free(values);
}

static void summarize(struct history *h)
{
	if (h->nr_series)
		qsort(h->series, h->nr_series, sizeof(*h->series), series_cmp);
	for (size_t i = 0; i < h->nr_series; i++) {
		struct series *s = &h->series[i];

		qsort(s->sessions, s->nr_sessions, sizeof(*s->sessions),
		      session_cmp);
		for (size_t k = 0; k < s->nr_sessions; k++)
			summarize_session(&s->sessions[k]);
	}
}

/* What keeps two sessions from being compared, or NULL. */
static const char *what_differs(const struct session *a, const struct session *b)
{
	if (strcmp(a->version, b->version))
		return "scenario changed";
	return strcmp(a->env, b->env) ? "machine changed" : NULL;
}

static void find_changes(const struct series *s, struct stretch *t)
{
	size_t nr = t->end - t->from;
	double *points = xcalloc(nr, sizeof(*points));

	for (size_t i = 0; i < nr; i++)
		points[i] = s->sessions[t->from + i].value;
	if (stats_changes(points, nr, &t->changes, &t->nr_changes))
		t->nr_changes = 0;
	free(points);
}

static struct stretch *find_stretches(const struct series *s, size_t *nr)
{
	struct stretch *list = NULL;

	*nr = 0;
	for (size_t i = 0; i < s->nr_sessions; i++) {
		const char *why =
			i ? what_differs(&s->sessions[i - 1], &s->sessions[i])
			  : NULL;

		if (!i || why) {
			*xappend(list, *nr) =
				(struct stretch){ .from = i, .why = why };
		}
		list[*nr - 1].end = i + 1;
	}
	for (size_t i = 0; i < *nr; i++)
		find_changes(s, &list[i]);
	return list;
}

static void free_stretches(struct stretch *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(list[i].changes);
	free(list);
}

/* The change that begins with session @i, or NULL. */
static const struct stats_change *change_at(const struct stretch *t, size_t i)
{
	for (size_t k = 0; k < t->nr_changes; k++)
		if (t->from + t->changes[k].at == i)
			return &t->changes[k];
	return NULL;
}

static const char *change_percent(const struct stats_change *change)
{
	return change->before != 0 ? fmt_percent(change->after / change->before)
				   : "from 0";
}

static void add_session(struct grid *g, const struct session *p,
			const struct stretch *t, size_t i)
{
	const struct stats_change *change = change_at(t, i);

	grid_cell(g, TINT_NONE, "%s", p->date);
	grid_cell(g, TINT_NONE, "%s", p->release);
	grid_cell(g, TINT_NONE, "%s", p->build);
	grid_cell(g, TINT_NONE, "%zu", p->nr_values);
	grid_cell(g, TINT_NONE, "%s", fmt_value(p->value));
	grid_cell(g, TINT_NONE, "%s..%s", fmt_value(p->lowest),
		  fmt_value(p->highest));
	if (change)
		grid_cell(g, TINT_DOUBT, "%s", change_percent(change));
	else
		grid_cell(g, TINT_DOUBT, "%s",
			  t->why && i == t->from ? t->why : "");
}

/* Levels before and after each change point. Return: how many there are. */
static size_t print_changes(const struct series *s, const struct stretch *list,
			    size_t nr, const struct output *out)
{
	size_t changes = 0;

	for (size_t k = 0; k < nr; k++) {
		for (size_t i = 0; i < list[k].nr_changes; i++) {
			const struct stats_change *c = &list[k].changes[i];

			fprintf(out->f, "change point %s: %s to %s %s, %s\n",
				s->sessions[list[k].from + c->at].date,
				fmt_value(c->before), fmt_value(c->after),
				s->unit, change_percent(c));
			changes++;
		}
	}
	return changes;
}

static size_t longest_stretch(const struct stretch *list, size_t nr)
{
	size_t longest = 0;

	for (size_t k = 0; k < nr; k++)
		if (list[k].end - list[k].from > longest)
			longest = list[k].end - list[k].from;
	return longest;
}

/* Nothing was found; could it have been? */
static void print_no_change(const struct stretch *list, size_t nr,
			    const struct output *out)
{
	size_t longest = longest_stretch(list, nr);

	if (longest >= STATS_SERIES_MIN)
		fputs("no change point\n", out->f);
	else
		fprintf(out->f,
			"too few sessions to tell: %zu that can be compared, and %d are the least\n",
			longest, STATS_SERIES_MIN);
}

static void print_series(const struct history *h, const struct series *s,
			 const struct stretch *list, size_t nr,
			 const struct output *out)
{
	struct grid *g = grid_new();

	grid_column(g, "date", true, 0);
	grid_column(g, "kernel", true, 1);
	grid_column(g, "build", true, 3);
	grid_column(g, fmt_text("%ss", h->counted), false, 2);
	grid_column(g, "value", false, 0);
	grid_column(g, fmt_text("of %ss", h->counted), false, 0);
	grid_column(g, "change", true, 0);
	for (size_t k = 0; k < nr; k++)
		for (size_t i = list[k].from; i < list[k].end; i++)
			add_session(g, &s->sessions[i], &list[k], i);
	fprintf(out->f, "\n%s%s %s %s%s [%s]%s%s, %zu session%s\n",
		tint_on(out, TINT_HEAD), h->scenario, s->op, h->metric,
		tint_off(out, TINT_HEAD), s->unit,
		s->better != BETTER_NEITHER ? ", better: " : "",
		s->better != BETTER_NEITHER ? better_names[s->better] : "",
		s->nr_sessions, s->nr_sessions == 1 ? "" : "s");
	grid_print(g, out);
	if (!print_changes(s, list, nr, out))
		print_no_change(list, nr, out);
}

static void print_ticks(const struct series *s, FILE *f)
{
	size_t step = (s->nr_sessions + MAX_TICKS - 1) / MAX_TICKS;

	for (size_t i = 0; i < s->nr_sessions; i += step)
		fprintf(f, "# tick: %zu %.10s\n", i + 1, s->sessions[i].date);
}

/* Releases, where they change: which kernel it was is the first question. */
static void print_releases(const struct series *s, FILE *f)
{
	const char *last = "";

	for (size_t i = 0; i < s->nr_sessions; i++) {
		const char *release = s->sessions[i].release;

		if (strcmp(release, last))
			fprintf(f, "# release: %zu %s\n", i + 1, release);
		last = release;
	}
}

/* The kind of a change, as in plots/style.gp. */
static const char *change_kind(const struct series *s,
			       const struct stats_change *change)
{
	if (s->better == BETTER_NEITHER)
		return "other";
	return (change->after < change->before) == (s->better == BETTER_LOWER)
		       ? "better"
		       : "worse";
}

static void print_stretch_meta(const struct series *s, const struct stretch *t,
			       FILE *f)
{
	size_t from = t->from;

	for (size_t k = 0; k <= t->nr_changes; k++) {
		size_t end = k < t->nr_changes ? t->from + t->changes[k].at
					       : t->end;
		double level = !t->nr_changes	   ? NAN
			       : k < t->nr_changes ? t->changes[k].before
						   : t->changes[k - 1].after;

		if (k)
			fprintf(f, "# change: %g %s %s\n", from + 0.5,
				change_kind(s, &t->changes[k - 1]),
				change_percent(&t->changes[k - 1]));
		if (isfinite(level))
			fprintf(f, "# level: %g %g %.17g\n", from + 0.5,
				end + 0.5, level);
		from = end;
	}
	if (t->why)
		fprintf(f, "# break: %g %s\n", t->from + 0.5, t->why);
}

/* How often it changed and when last, or whether a change would have been found. */
static void print_title(const struct history *h, const struct series *s,
			const struct stretch *list, size_t nr, FILE *f)
{
	size_t changes = 0, longest = longest_stretch(list, nr);
	const struct stats_change *last = NULL;
	const struct session *at = NULL;

	for (size_t k = 0; k < nr; k++) {
		changes += list[k].nr_changes;
		if (!list[k].nr_changes)
			continue;
		last = &list[k].changes[list[k].nr_changes - 1];
		at = &s->sessions[list[k].from + last->at];
	}
	fprintf(f, "# title: %s %s ", h->scenario, s->op);
	if (changes > 1)
		fprintf(f, "changes %zu times, the last time", changes);
	else if (changes)
		fputs("changes", f);
	if (changes)
		fprintf(f, " on %.10s: %s to %s %s (%s)\n", at->date,
			fmt_value(last->before), fmt_value(last->after),
			s->unit, change_percent(last));
	else if (longest >= STATS_SERIES_MIN)
		fprintf(f, "has no change point in %s\n",
			fmt_count(s->nr_sessions, "session"));
	else
		fprintf(f,
			"has too few sessions to tell: %zu that can be compared, and %d are the least\n",
			longest, STATS_SERIES_MIN);
}

/* The data of plots/history.gp: a block for each stretch. */
static void print_data(const struct history *h, const struct series *s,
		       const struct stretch *list, size_t nr, FILE *f)
{
	print_title(h, s, list, nr, f);
	fprintf(f,
		"# subtitle: %s: median of each session's %ss, lowest and highest; host %.16s\n",
		metric_title(h->metric), h->counted, h->host);
	fprintf(f, "# unit: %s\n# blocks: %zu\n# points: %zu\n", s->unit, nr,
		s->nr_sessions);
	print_ticks(s, f);
	print_releases(s, f);
	for (size_t k = 0; k < nr; k++)
		print_stretch_meta(s, &list[k], f);
	for (size_t k = 0; k < nr; k++) {
		if (k)
			fputs("\n\n", f);
		for (size_t i = list[k].from; i < list[k].end; i++) {
			const struct session *p = &s->sessions[i];

			fprintf(f, "%zu\t%.17g\t%.17g\t%.17g\t%s\t%s\n", i + 1,
				p->value, p->lowest, p->highest, p->date,
				p->release);
		}
	}
}

static void add_data(const struct history *h, const struct series *s,
		     const struct stretch *list, size_t nr, struct folder *plots)
{
	char *name =
		xasprintf("history-%s-%s-%s.dat", h->scenario, s->op, h->metric);
	char *buf;
	size_t len;
	FILE *f = open_text(&buf, &len);

	print_data(h, s, list, nr, f);
	fclose(f);
	folder_add(plots, name, buf, len, MODE_DERIVED);
	free(name);
}

static enum status show(const struct history *h, const char *output,
			const struct output *out)
{
	struct folder folders[] = {
		{ .path = xasprintf("%s", output ? output : "") },
		{ .path = xasprintf("%s/plots", output ? output : "") },
	};
	enum status status = STATUS_OK;

	fprintf(out->f, "host %s, %zu records\n", h->host, h->nr_records);
	for (size_t i = 0; i < h->nr_series; i++) {
		const struct series *s = &h->series[i];
		struct stretch *list;
		size_t nr;

		list = find_stretches(s, &nr);
		print_series(h, s, list, nr, out);
		add_data(h, s, list, nr, &folders[1]);
		free_stretches(list, nr);
	}
	if (h->nr_again)
		fprintf(out->f,
			"\n%s of boots that an earlier session has: a boot is in one point\n",
			h->nr_again == 1 ? "1 row is"
					 : fmt_text("%zu rows are", h->nr_again));
	fprintf(out->f,
		"\nA change point parts at least %d sessions from %d others, of fewer than %d all\n"
		"values of %d or more from all others. It is advice: something changed, which need\n"
		"not be the kernel, and no gate looks at it.\n",
		STATS_SEGMENT_MIN, STATS_SEGMENT_MIN, STATS_SERIES_FEW,
		STATS_SEGMENT_MIN_FEW);
	if (output)
		status = folders_write(folders, ARRAY_SIZE(folders));
	folders_free(folders, ARRAY_SIZE(folders));
	return status;
}

static void free_history(struct history *h)
{
	for (size_t i = 0; i < h->nr_series; i++) {
		struct series *s = &h->series[i];

		for (size_t k = 0; k < s->nr_sessions; k++) {
			struct session *p = &s->sessions[k];

			free(p->date);
			free(p->dir);
			free(p->release);
			free(p->build);
			free(p->version);
			free(p->env);
			for (size_t b = 0; b < p->nr_boots; b++) {
				free(p->boots[b].name);
				free(p->boots[b].layout);
				free(p->boots[b].values);
			}
			free(p->boots);
		}
		free(s->sessions);
		free(s->op);
		free(s->pass);
		free(s->unit);
	}
	free(h->series);
	free(h->host);
}

/**
 * run_history() - one row over all sessions of a host
 * @scenario: scenario
 * @metric: metric; each operation that has it is a table
 * @dir: folder of a host, or one with the folder of one host in it; NULL for
 *	$RESULTS or "results"
 * @output: folder for plots/history-SCENARIO-OP-METRIC.dat, or NULL
 * @out: where to print the tables
 *
 * Return: %STATUS_OK; %STATUS_USAGE where it is not one host, or no record has the
 * row; %STATUS_DATA when a record is refused: those that were read are shown.
 */
enum status run_history(const char *scenario, const char *metric, const char *dir,
			const char *output, const struct output *out)
{
	struct history h = { .scenario = scenario, .metric = metric };
	struct paths paths = { 0 };
	enum status status, shown;

	if (!dir)
		dir = getenv("RESULTS") ? getenv("RESULTS") : DEFAULT_RESULTS;
	status = find_boots_of(dir, &paths);
	if (status)
		goto out;

	for (size_t i = 0; i < paths.nr; i++)
		if (read_boot(&h, paths.list[i]))
			status = STATUS_DATA;
	summarize(&h);
	if (h.nr_series) {
		shown = show(&h, output, out);
		status = shown ? shown : status;
	} else if (!status) {
		warnx("%s: none of %zu records has a row %s of %s", dir,
		      h.nr_records, metric, scenario);
		status = STATUS_USAGE;
	}
out:
	free_history(&h);
	free_paths(&paths);
	return status;
}
