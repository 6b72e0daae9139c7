// SPDX-License-Identifier: GPL-2.0-or-later
/* A comparison held against a policy. */
#include <err.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "export/export.h"
#include "gate.h"

/* Rows of one ruling that are printed; the rest is counted. */
#define MAX_REASONS 20

/* Refuse a glob that no row matches: a gate that guards nothing. */
static bool glob_matches_any(const struct rule *rule, const char *glob,
			     const struct line **lines, char **names, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (rule_matches(rule, glob, names[i], lines[i]))
			return true;
	return false;
}

static enum status check_globs(const struct policy *policy,
			       const struct line **lines, char **names, size_t nr)
{
	enum status status = STATUS_OK;

	for (size_t r = 0; r < policy->nr_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		for (size_t g = 0; g < rule->nr_globs; g++) {
			char *of_sets;

			if (glob_matches_any(rule, rule->globs[g], lines, names,
					     nr))
				continue;
			of_sets = rule_sets(rule);
			warnx("%s:%zu: [%s]: %s matches no row%s", policy->path,
			      rule->globs_line, rule->name, rule->globs[g],
			      of_sets);
			free(of_sets);
			status = STATUS_USAGE;
		}
	}
	return status;
}

static const struct rule *find_rule(const struct policy *policy,
				    const struct line *line, const char *name)
{
	for (size_t r = 0; r < policy->nr_rules; r++) {
		const struct rule *rule = &policy->rules[r];

		for (size_t g = 0; g < rule->nr_globs; g++)
			if (rule_matches(rule, rule->globs[g], name, line))
				return rule;
	}
	return NULL;
}

/* Rows under a rule, in the order of the rules; to be given to free(). */
static struct judged *judge_all(const struct comparison *cmp,
				const struct policy *policy,
				const struct line **lines, char **names,
				size_t nr, size_t *nr_judged)
{
	const struct rule **rules = xcalloc(nr + 1, sizeof(*rules));
	struct judged *list = xcalloc(nr + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < nr; i++)
		rules[i] = find_rule(policy, lines[i], names[i]);
	for (size_t r = 0; r < policy->nr_rules; r++) {
		for (size_t i = 0; i < nr; i++) {
			if (rules[i] != &policy->rules[r])
				continue;
			list[n] = (struct judged){ .line = lines[i],
						   .rule = rules[i],
						   .limit = -1 };
			n++;
		}
	}
	free(rules);
	adjust_rows(cmp, list, n);
	for (size_t i = 0; i < n; i++)
		list[i].ruling = judge_row(cmp, &list[i]);
	*nr_judged = n;
	return list;
}

static void join_left_out(char **why, const struct comparison *cmp,
			  const struct line *line, enum stats_arm arm)
{
	static const char *const names[] = { "base", "new" };
	size_t nr = boots_left_out(cmp, line, arm);

	if (!nr)
		return;
	if (draws_layouts(cmp))
		join_text(why, "; ",
			  "%zu of %zu layouts of %s left out: %s was not booted in them",
			  nr, line->boots[arm], names[arm], names[!arm]);
	else
		join_text(why, "; ",
			  "%zu of %zu boots of %s left out: no boot of %s is in their block",
			  nr, line->boots[arm], names[arm], names[!arm]);
}

/* Why a row does not pass, in one line. */
static char *why_not(const struct comparison *cmp, const struct judged *j)
{
	static const char *const names[] = {
		[MAX_INCREASE] = "max_increase",
		[MAX_DECREASE] = "max_decrease",
		[MAX_INCREASE_PERCENT] = "max_increase_percent",
		[MAX_DECREASE_PERCENT] = "max_decrease_percent",
	};
	const char *failure = line_failure(cmp, j->line);
	char *why = line_summary(cmp, j->line);
	char number[NUMBER_SIZE];

	if (j->line->has_est && !failure &&
	    (j->ruling == RULED_UNSURE ||
	     (rule_has_limits(j->rule) && j->ruling != RULED_PASS)))
		join_place(&why, cmp, j);
	if (line_misses_boots(cmp, j->line)) {
		char *boots = boots_text(cmp, j->line);

		join_text(&why, "; ", "%s", boots);
		free(boots);
		if (failure)
			join_text(&why, "; ", "fails in new: %s", failure);
	}
	for (int arm = 0; arm < STATS_ARMS; arm++)
		join_left_out(&why, cmp, j->line, arm);
	if (j->ruling == RULED_PASS && j->line->verdict == LAYOUT)
		join_text(&why, "; ", "it is no regression");
	else if (j->ruling == RULED_PASS)
		join_text(&why, "; ", "passes by shape_changed = pass");
	else if (j->ruling == RULED_LET_THROUGH)
		join_text(&why, "; ", "let through by the policy");
	else if (j->limit >= 0)
		join_text(&why, "; ", "%s is %s", names[j->limit],
			  print_number(j->rule->limits[j->limit].value, number));
	else if (j->line->verdict == CHANGED && !rule_has_limits(j->rule))
		join_text(&why, "; ",
			  "nobody has said whether more or less of it is better: give the rule a limit");
	if (j->line->verdict == LUCK && j->ruling == RULED_REGRESSED)
		join_text(&why, "; ", "it may be luck, and fails by the policy");
	return why;
}

/* @strict: of the gate, or that is what its answer is; @passed: any row did */
static enum check_state state_of(enum ruling ruling, bool strict, bool passed)
{
	switch (ruling) {
	case RULED_PASS:
		return CHECK_PASS;
	case RULED_LET_THROUGH:
		return passed ? CHECK_SKIP : CHECK_ERROR;
	case RULED_UNSURE:
		return strict ? CHECK_ERROR : CHECK_SKIP;
	case RULED_REGRESSED:
		return CHECK_FAIL;
	default:
		return CHECK_ERROR;
	}
}

static void collect_checks(const struct comparison *cmp,
			   const struct judged *list, size_t nr, bool strict,
			   bool passed, struct checks *checks)
{
	for (size_t i = 0; i < nr; i++) {
		struct check *check =
			checks_add(checks, list[i].rule->name, list[i].line);

		check->state = state_of(list[i].ruling, strict, passed);
		if (list[i].ruling != RULED_PASS)
			check->why = why_not(cmp, &list[i]);
		check->detail = line_detail(cmp, list[i].line);
	}
}

typedef int (*print_checks_fn)(const struct comparison *cmp,
			       const struct checks *checks, FILE *f);

/* A file is written whole or not at all. */
static enum status write_checks(const char *path, const struct comparison *cmp,
				const struct checks *checks,
				print_checks_fn print)
{
	char *buf = NULL;
	size_t len = 0;
	FILE *f;
	int err;

	if (!path)
		return STATUS_OK;
	f = open_memstream(&buf, &len);
	err = f ? print(cmp, checks, f) : -ENOMEM;
	if (f && fclose(f) && !err)
		err = -ENOMEM;
	if (!err)
		err = write_file_atomic(path, buf, len, MODE_DERIVED);
	free(buf);
	if (!err)
		return STATUS_OK;
	warnx("cannot write %s: %s", path, why_not_written(err));
	return STATUS_DATA;
}

static enum status write_all(const struct comparison *cmp,
			     const struct judged *list, size_t nr, bool strict,
			     bool passed, const struct gate_options *opt)
{
	struct checks checks = { 0 };
	enum status status, ktap;

	collect_checks(cmp, list, nr, strict, passed, &checks);
	status = write_checks(opt->junit, cmp, &checks, print_junit);
	ktap = write_checks(opt->ktap, cmp, &checks, print_ktap);
	checks_free(&checks);
	return status ? status : ktap;
}

static const struct {
	const char *name;
	enum tint tint;
} rulings[] = {
	[RULED_PASS] = { "pass", TINT_GOOD },
	[RULED_LET_THROUGH] = { "let through", TINT_DOUBT },
	[RULED_UNSURE] = { "unsure", TINT_DOUBT },
	[RULED_REGRESSED] = { "fail", TINT_BAD },
	[RULED_BROKEN] = { "data", TINT_BAD },
};

/*
 * A row that passes is not printed, but with another shape, or where it moved with the
 * layout of the tree: nobody has to miss it.
 */
static bool is_printed(const struct judged *j, enum ruling ruling)
{
	return j->ruling == ruling &&
	       (ruling != RULED_PASS || j->line->verdict == SHAPE_CHANGED ||
		j->line->verdict == LAYOUT);
}

/* Does a row before it stand for it: of a metric that a side lacks altogether? */
static bool is_told(const struct comparison *cmp, const struct judged **rows,
		    size_t nr, const struct judged *j)
{
	for (size_t i = 0; i < nr && is_of_one_side(cmp, j->line); i++)
		if (rows[i]->rule == j->rule &&
		    !strcmp(rows[i]->line->key->metric, j->line->key->metric))
			return true;
	return false;
}

/* What is printed of a row, or of all those that it stands for; both are to be freed. */
static char *name_of(const struct comparison *cmp, const struct judged *j)
{
	return is_of_one_side(cmp, j->line)
		       ? xasprintf("*/*/%s", j->line->key->metric)
		       : line_path(j->line);
}

static char *reason_of(const struct comparison *cmp, const struct judged *j)
{
	const struct line *line = j->line;

	if (!is_of_one_side(cmp, line))
		return why_not(cmp, j);
	return xasprintf("%s: no row in %s, it was not counted when that was measured",
			 verdict_name(line->verdict),
			 isnan(line->values[0]) ? "base" : "new");
}

/* How much of BASE a row has moved; infinite where there is nothing to divide. */
static double size_of(const struct judged *j)
{
	double percent = change_percent(j->line->diff, j->line->values[0]);

	return isnan(percent) ? INFINITY : fabs(percent);
}

/* Rows that moved most come first, others as they were. */
static int size_cmp(const void *a, const void *b)
{
	const struct judged *x = *(const struct judged *const *)a;
	const struct judged *y = *(const struct judged *const *)b;
	double sx = size_of(x), sy = size_of(y);

	if (sx != sy)
		return sx > sy ? -1 : 1;
	return x < y ? -1 : x > y;
}

static void print_reasons(const struct comparison *cmp,
			  const struct judged *list, size_t nr,
			  enum ruling ruling, const struct output *out)
{
	const struct judged **rows = xcalloc(nr + 1, sizeof(*rows));
	enum tint tint = rulings[ruling].tint;
	size_t printed = 0;

	for (size_t i = 0; i < nr; i++)
		if (is_printed(&list[i], ruling) &&
		    !is_told(cmp, rows, printed, &list[i]))
			rows[printed++] = &list[i];
	qsort(rows, printed, sizeof(*rows), size_cmp);
	for (size_t i = 0; i < printed && i < MAX_REASONS; i++) {
		char *name = name_of(cmp, rows[i]);
		char *why = reason_of(cmp, rows[i]);

		fprintf(out->f, "%s%s%s [%s] %s\n", tint_on(out, tint),
			rulings[ruling].name, tint_off(out, tint),
			rows[i]->rule->name, name);
		print_wrapped(out->f, out->width, 4, why);
		free(why);
		free(name);
	}
	free(rows);
	if (printed > MAX_REASONS)
		fprintf(out->f, "and %zu more: --junit and --ktap have all\n",
			printed - MAX_REASONS);
}

static bool any_ruled(const struct judged *list, size_t nr, enum ruling ruling)
{
	for (size_t i = 0; i < nr; i++)
		if (list[i].ruling == ruling)
			return true;
	return false;
}

static bool any_measured(const struct judged *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (list[i].line->has_est)
			return true;
	return false;
}

static void print_rule(struct grid *g, const struct rule *rule,
		       const struct judged *list, size_t nr)
{
	bool let_through = any_ruled(list, nr, RULED_LET_THROUGH);
	size_t counts[NR_RULINGS] = { 0 }, rows = 0;
	double caught = NAN;

	for (size_t k = 0; k < nr; k++) {
		if (list[k].rule != rule)
			continue;
		counts[list[k].ruling]++;
		rows++;
		caught = fmax(caught, caught_percent(&list[k]));
	}
	grid_cell(g, TINT_NONE, "%s", rule->name);
	grid_cell(g, TINT_NONE, "%zu", rows);
	for (enum ruling r = 0; r < NR_RULINGS; r++) {
		enum tint tint = counts[r] ? rulings[r].tint : TINT_NONE;

		if (r != RULED_LET_THROUGH || let_through)
			grid_cell(g, tint, "%zu", counts[r]);
	}
	if (any_measured(list, nr))
		grid_cell(g, TINT_NONE, "%s", caught_text(caught));
}

static void print_rules(const struct policy *policy, const struct judged *list,
			size_t nr, const struct output *out)
{
	bool let_through = any_ruled(list, nr, RULED_LET_THROUGH);
	struct grid *g = grid_new();
	char *text;

	grid_column(g, "rule", true, 0);
	grid_column(g, "rows", false, 0);
	for (enum ruling r = 0; r < NR_RULINGS; r++)
		if (r != RULED_LET_THROUGH || let_through)
			grid_column(g, rulings[r].name, false, 0);
	if (any_measured(list, nr))
		grid_column(g, "caught%", false, 0);
	for (size_t i = 0; i < policy->nr_rules; i++)
		print_rule(g, &policy->rules[i], list, nr);
	grid_print(g, out);
	if (!any_measured(list, nr))
		return;
	text = xasprintf("caught%%: of a row that changes by so much for the worse, %g of 100 such gates fail; of the rows of a rule the largest; none: unattainable with this plan",
			 100 * STATS_CAUGHT);
	print_wrapped(out->f, out->width, 0, text);
	free(text);
}

/* What a printed change is, which need not be that of the two medians before it. */
static void print_note(const struct comparison *cmp, const struct judged *list,
		       size_t nr, const struct output *out)
{
	for (size_t i = 0; i < nr; i++) {
		if (!list[i].line->has_est ||
		    !is_printed(&list[i], list[i].ruling))
			continue;
		print_wrapped(out->f, out->width, 0,
			      fmt_text("change in percent: %s",
				       name_of_change(cmp)));
		return;
	}
}

/*
 * Were measured rows left open that no numbers could have made fail, or rows that not
 * all boots say something of?
 */
static bool left_open_by_plan(const struct comparison *cmp,
			      const struct judged *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct judged *j = &list[i];

		if (j->ruling == RULED_UNSURE &&
		    (boots_say_nothing(cmp, j->line) ||
		     (j->line->has_est && !(j->attained > 0))))
			return true;
	}
	return false;
}

/* A gate that has seen nothing pass has not passed, whatever its policy lets through. */
static enum status status_of(const struct comparison *cmp,
			     const struct judged *list, size_t nr,
			     const size_t counts[NR_RULINGS], bool strict)
{
	if (counts[RULED_BROKEN] || cmp->nr_differ)
		return STATUS_DATA;
	if (counts[RULED_REGRESSED])
		return STATUS_REGRESSED;
	if (!counts[RULED_PASS] || (counts[RULED_UNSURE] && strict) ||
	    left_open_by_plan(cmp, list, nr))
		return STATUS_UNSURE;
	return STATUS_OK;
}

static void print_summary_line(enum status status,
			       const size_t counts[NR_RULINGS],
			       const struct output *out)
{
	static const struct {
		const char *name;
		enum tint tint;
	} ends[] = {
		[STATUS_OK] = { "PASS", TINT_GOOD },
		[STATUS_REGRESSED] = { "REGRESSED", TINT_BAD },
		[STATUS_UNSURE] = { "CANNOT BE TOLD", TINT_DOUBT },
		[STATUS_DATA] = { "DATA", TINT_BAD },
	};

	const char *name = status == STATUS_UNSURE && !counts[RULED_PASS]
				   ? "NOTHING PASSED"
				   : ends[status].name;

	fprintf(out->f, "%sgate: %s%s: %zu passed, %zu failed, %zu unsure",
		tint_on(out, ends[status].tint), name,
		tint_off(out, ends[status].tint), counts[RULED_PASS],
		counts[RULED_REGRESSED], counts[RULED_UNSURE]);
	if (counts[RULED_LET_THROUGH])
		fprintf(out->f, ", %zu let through by the policy",
			counts[RULED_LET_THROUGH]);
	if (counts[RULED_BROKEN])
		fprintf(out->f, ", %zu not comparable or nondeterministic",
			counts[RULED_BROKEN]);
	fputc('\n', out->f);
}

/* Once, as it is of all rows that were measured. */
static void print_order(const struct comparison *cmp, const struct output *out)
{
	const struct column *new = &cmp->cols[cmp->nr_cols - 1];
	char *order, *text;

	if (!new->confounded)
		return;
	order = order_text(cmp, new);
	text = xasprintf("%s: %s: a drift of the machine looks like a change; --allow order judges it all the same",
			 verdict_name(INCONCLUSIVE), order);
	print_wrapped(out->f, out->width, 0, text);
	free(text);
	free(order);
}

/* A boot that is compared with itself passes whatever the kernel does. */
static void print_shared(const struct comparison *cmp, const struct output *out)
{
	const struct column *base = &cmp->cols[0], *new = &cmp->cols[1];
	size_t shared;

	if (!is_timed(base->recs[0]))
		return;
	shared = count_shared_boots(base, new);
	if (shared)
		print_wrapped(out->f, out->width, 0,
			      fmt_text("%s on both sides, %s and %s: what is compared with itself passes whatever the kernel does",
				       fmt_count(shared, counted_as(cmp)),
				       base->name, new->name));
}

static void print_result(const struct comparison *cmp,
			 const struct policy *policy, const struct judged *list,
			 size_t nr, size_t nr_lines, const struct output *out)
{
	size_t better = 0;

	for (size_t c = 0; c < cmp->nr_cols; c++)
		fprintf(out->f, "%-10s %s\n", cmp->cols[c].name,
			kernel_id(cmp->cols[c].recs[0]));
	fprintf(out->f, "%-10s %s\n\n", "policy", policy->path);
	for (size_t i = 0; i < cmp->nr_differ; i++)
		fprintf(out->f, "NOT-COMPARABLE: %s\n", cmp->differ[i]);
	for (size_t i = 0; i < cmp->nr_allowed; i++)
		fprintf(out->f, "allowed to differ: %s\n", cmp->allowed[i]);
	print_order(cmp, out);
	print_shared(cmp, out);
	for (size_t r = NR_RULINGS; r-- > 0;)
		print_reasons(cmp, list, nr, (enum ruling)r, out);
	print_note(cmp, list, nr, out);
	print_rules(policy, list, nr, out);
	for (size_t i = 0; i < nr; i++)
		better += line_tally(list[i].line) == TALLY_BETTER;
	if (better)
		fprintf(out->f, "%zu of these rows got better\n", better);
	if (nr < nr_lines)
		fprintf(out->f, "%zu rows under no rule\n", nr_lines - nr);
}

static enum status check_tier(const struct comparison *cmp,
			      const struct policy *policy)
{
	enum tier tier = cmp->cols[0].recs[0]->tier;

	if (policy->tier == NR_TIERS || policy->tier == tier)
		return STATUS_OK;
	warnx("%s is for the %s tier, the records are of the %s tier",
	      policy->path, tiers[policy->tier].name, tiers[tier].name);
	return STATUS_DATA;
}

/**
 * run_policy() - hold a comparison against a policy, and say how it went
 * @cmp: comparison of two columns, built
 * @policy: policy
 * @opt: how strict, and which files to write
 * @out: where to print the summary
 *
 * Return: %STATUS_OK where it passes; %STATUS_REGRESSED; %STATUS_UNSURE when nothing
 * passed, or it is strict and something cannot be told; %STATUS_DATA when rows cannot be compared
 * or repeated, or a file cannot be written; %STATUS_USAGE when the policy names
 * rows that are not there.
 */
enum status run_policy(const struct comparison *cmp, const struct policy *policy,
		       const struct gate_options *opt, const struct output *out)
{
	size_t counts[NR_RULINGS] = { 0 }, nr, nr_judged = 0;
	const struct line **lines;
	struct judged *list = NULL;
	enum status status, wrote;
	char **names;

	lines = collect_export_lines(cmp, &nr);
	names = xcalloc(nr + 1, sizeof(*names));
	for (size_t i = 0; i < nr; i++)
		names[i] = line_path(lines[i]);

	status = check_tier(cmp, policy);
	if (!status)
		status = check_globs(policy, lines, names, nr);
	if (status)
		goto out;

	list = judge_all(cmp, policy, lines, names, nr, &nr_judged);
	for (size_t i = 0; i < nr_judged; i++)
		counts[list[i].ruling]++;
	status = status_of(cmp, list, nr_judged, counts, opt->strict);
	/* Who reads the files alone must not take skipped tests for a pass. */
	wrote = write_all(cmp, list, nr_judged,
			  opt->strict || status == STATUS_UNSURE,
			  counts[RULED_PASS], opt);
	print_result(cmp, policy, list, nr_judged, nr, out);
	print_summary_line(status, counts, out);
	if (wrote)
		status = wrote;
	free(list);
out:
	for (size_t i = 0; i < nr; i++)
		free(names[i]);
	free(names);
	free(lines);
	return status;
}
