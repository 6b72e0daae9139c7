// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines that were measured with noise: changes with intervals, p and MDE. */
#include <math.h>

#include "base/base.h"
#include "tables/tables.h"

/* Behind p: a t-test of the same boots says otherwise. */
#define MARK_T "!"
/* Before p: not of the family that was named before. */
#define MARK_EXPLORATORY "~"
/* Before a change: in the unit of the metric, there is no ratio. */
#define MARK_UNITS "d"
/* Before an interval: the one that the verdict is of, which is another. */
#define MARK_NARROW "="
/* Behind an interval: it is wider for what the clock does not tell. */
#define MARK_CLOCK "*"
/* Behind a verdict: boots are not steady. */
#define MARK_UNSTEADY "u"
/* In place of the MDE: nothing can be significant. */
#define NO_MDE "none"
/* Where what a legend says of a column begins. */
#define LEGEND_INDENT 10

/* What was printed, in any line, that wants an explanation. */
static struct marks {
	bool estimates;	  /* an interval; and of these lines, any that */
	bool exploratory; /* is exploratory */
	bool quantiles;	  /* is of a quantile, which is exploratory, too */
	bool t;		  /* the t-test disagrees with */
	bool units;	  /* has no ratio */
	bool ns;	  /* is shown in ns, too */
	bool narrow;	  /* has the 90 % interval */
	double clock_ns;  /* is wider for a clock with this step, the longest */
	bool unsteady;	  /* has boots that are not steady */
	bool no_mde;	  /* cannot be significant */
	bool misses;	  /* is not in all boots */
	bool varies; /* is a count that is not the same in all boots of a kernel */
} marks;

static bool t_disagrees(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	/* It does not allow for the clock. */
	return est->block_t.known && !(line->widened_by_ns > 0) &&
	       (est->p <= STATS_ALPHA) != (est->block_t.p <= STATS_ALPHA);
}

/* Are changes shown in ns, too? Of the body of a call that is what can be compared. */
static bool shows_ns(const struct comparison *cmp, const struct line *line)
{
	return draws_layouts(cmp) && line->key->metric_id == METRIC_LATENCY;
}

static void find_marks(const struct comparison *cmp, const struct line *line)
{
	if (!line->has_est)
		return;
	marks.estimates = true;
	marks.exploratory |= line->exploratory && !line->quantile;
	marks.quantiles |= !!line->quantile;
	marks.t |= t_disagrees(line);
	marks.units |= line->est.scale == STATS_DIFFERENCE;
	marks.varies |= line->varies;
	marks.ns |= shows_ns(cmp, line);
	marks.narrow |= line_is_small(line);
	marks.clock_ns = fmax(marks.clock_ns, line->widened_by_ns);
	marks.unsteady |= line_is_marked(line);
	marks.no_mde |= line->mde.is == STATS_MDE_UNATTAINABLE;
	marks.misses |= line_misses_boots(cmp, line);
}

/* An effect without its unit: percent, or that of the metric. */
static const char *effect_text(const struct stats_estimate *est, double shift)
{
	if (est->scale == STATS_RATIO)
		return shift != 0 && fabs(shift) < 5e-5 ? "0.00"
							: fmt_points(exp(shift));
	return shift == 0 ? "0" : fmt_diff(shift);
}

static const char *shift_text(const struct line *line)
{
	const struct stats_estimate *est = &line->est;

	if (!line->has_est)
		return isnan(line->ratio) ? fmt_diff(line->diff)
					  : fmt_points(line->ratio);
	return fmt_text("%s%s", est->scale == STATS_RATIO ? "" : MARK_UNITS,
			effect_text(est, est->shift));
}

static const char *interval_text(const struct line *line)
{
	const struct stats_estimate *est = &line->est;
	const struct stats_interval *ci = line_interval(line);

	if (!line->has_est || !ci->known)
		return "-";
	return fmt_text("%s%s..%s%s", line_is_small(line) ? MARK_NARROW : "",
			effect_text(est, ci->lower), effect_text(est, ci->upper),
			line->widened_by_ns > 0 ? MARK_CLOCK : "");
}

static const char *p_text(const struct line *line)
{
	if (!line->has_est)
		return "-";
	return fmt_text("%s%s%s", line->exploratory ? MARK_EXPLORATORY : "",
			fmt_p(line->p), t_disagrees(line) ? MARK_T : "");
}

static const char *mde_text(const struct line *line)
{
	if (!line->has_est || line->mde.is == STATS_MDE_UNKNOWN)
		return "-";
	if (line->mde.is == STATS_MDE_UNATTAINABLE)
		return NO_MDE;
	return line->est.scale == STATS_RATIO ? fmt_size(exp(line->mde.shift))
					      : fmt_value(line->mde.shift);
}

/* @t: with the t-test; @boots: with how many there are */
static void add_line(struct grid *g, const struct comparison *cmp,
		     const struct line *line, bool t, bool boots)
{
	enum tint tint = tally_tint(line_tally(line));

	add_line_value(g, cmp, line, 0);
	add_line_value(g, cmp, line, line->col);
	if (boots)
		grid_cell(g, TINT_NONE, "%zu+%zu", line->boots[STATS_BASE],
			  line->boots[STATS_NEW]);
	grid_cell(g, tint, "%s", shift_text(line));
	if (shows_ns(cmp, line))
		grid_cell(g, tint, "%s",
			  fmt_diff(line->has_est
					   ? change_in_unit(line, line->est.shift)
					   : line->diff));
	grid_cell(g, TINT_NONE, "%s", interval_text(line));
	grid_cell(g, TINT_NONE, "%s", p_text(line));
	if (t)
		grid_cell(g, TINT_NONE, "%s",
			  line->has_est && line->est.block_t.known
				  ? fmt_p(line->est.block_t.p)
				  : "-");
	grid_cell(g, TINT_NONE, "%s", mde_text(line));
	grid_cell(g, tint, "%s%s", verdict_name(line->verdict),
		  line_is_marked(line) ? " " MARK_UNSTEADY : "");
}

static bool any_misses_boots(const struct comparison *cmp,
			     const struct line **lines, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (line_misses_boots(cmp, lines[i]))
			return true;
	return false;
}

/* @grouped: the scenario above its operations, not beside each; @t: with the t-test */
static struct grid *estimates_grid(const struct comparison *cmp,
				   const struct line **lines, size_t nr,
				   bool grouped, bool t)
{
	bool boots = any_misses_boots(cmp, lines, nr);
	const struct line *last = NULL;
	struct grid *g = grid_new();

	grid_column(g, "operation", true, 0);
	grid_column(g, cmp->cols[0].name, false, 0);
	grid_column(g, cmp->cols[lines[0]->col].name, false, 0);
	if (boots)
		grid_column(g, fmt_text("%ss", counted_as(cmp)), false, 0);
	grid_column(g, "change%", false, 0);
	if (shows_ns(cmp, lines[0]))
		grid_column(g, "by ns", false, 0);
	grid_column(g, "95% interval", false, 0);
	grid_column(g, "p", false, 0);
	if (t)
		grid_column(g, "t-test", false, 0);
	grid_column(g, "MDE%", false, 0);
	grid_column(g, "verdict", true, 0);
	for (size_t i = 0; i < nr; i++) {
		add_line_name(g, lines[i], grouped, &last);
		add_line(g, cmp, lines[i], t, boots);
	}
	return g;
}

/**
 * print_estimates() - a table of lines with intervals
 * @cmp: comparison, built
 * @lines: the lines, in order of output
 * @nr: length of @lines, not 0
 * @out: text or Markdown
 * @all: with the t-test, where there is room
 */
void print_estimates(const struct comparison *cmp, const struct line **lines,
		     size_t nr, const struct output *out, bool all)
{
	struct grid *g = estimates_grid(cmp, lines, nr, false, all);

	/* First the scenarios are put above, then the t-test is left out. */
	for (int t = all; t >= 0 && !grid_fits(g, out); t--) {
		grid_free(g);
		g = estimates_grid(cmp, lines, nr, true, t);
	}
	grid_print(g, out);
	for (size_t i = 0; i < nr; i++)
		find_marks(cmp, lines[i]);
}

/* Which p were adjusted together, and how. */
static void explain_p(const struct comparison *cmp, const struct output *out)
{
	FILE *f = out->f;

	print_hanging(f, out->width, LEGEND_INDENT, "p",
		      fmt_text("of %s; adjusted for %zu %s rows (Holm)",
			       name_of_test(cmp), cmp->nr_holm, judged_sets(cmp)));
	if (!marks.exploratory && !marks.quantiles)
		return;
	fputs(MARK_EXPLORATORY "         exploratory; adjusted for ", f);
	if (marks.exploratory)
		fprintf(f, "%s%s", fmt_count(cmp->nr_bh, "row"),
			marks.quantiles ? ", " : "");
	if (marks.quantiles)
		fprintf(f, "%zu quantiles", cmp->nr_tails);
	fputs(" (Benjamini-Hochberg)\n", f);
}

/**
 * print_estimate_legend() - what columns and marks mean
 * @cmp: comparison of two columns, built
 * @out: text or Markdown
 *
 * Of the tables that were printed since the last one; nothing where they have no
 * intervals.
 */
void print_estimate_legend(const struct comparison *cmp, const struct output *out)
{
	const char *unit = counted_as(cmp);
	FILE *f = out->f;

	if (!marks.estimates)
		return;
	fputs(out->markup == MARKDOWN ? "\n```\n" : "\n", f);
	print_hanging(f, out->width, LEGEND_INDENT, "change",
		      fmt_text("%s against %s: %s",
			       cmp->cols[cmp->nr_cols - 1].name,
			       cmp->cols[0].name, name_of_change(cmp)));
	fputs("interval  holds the true change in 95 of 100 such experiments, unadjusted\n",
	      f);
	if (marks.ns)
		fputs("by ns     what the change makes of the median of BASE\n",
		      f);
	if (marks.misses)
		fprintf(f,
			"%-9s that have the row, of either side: what the others would say is not known\n",
			fmt_text("%ss", unit));
	explain_p(cmp, out);
	fprintf(f,
		"MDE       change that so many %ss find 4 times in 5 at the level of the row\n",
		unit);
	if (marks.no_mde)
		fputs(NO_MDE
		      "      unattainable with this plan: no change is significant, however large\n",
		      f);
	if (marks.narrow)
		fprintf(f,
			MARK_NARROW
			"         90 %% interval, which lies within +-%s%%: what is larger is said to\n"
			"          be within it in 5 of 100 such rows\n",
			fmt_size(1 + cmp->delta));
	if (marks.clock_ns > 0)
		fprintf(f,
			MARK_CLOCK
			"         clock step %s ns: wider, and p larger, by what it may hide of a quantile\n",
			fmt_value(marks.clock_ns));
	if (marks.unsteady)
		fprintf(f,
			MARK_UNSTEADY
			"         batches shift or wander in more than a tenth of the %ss; the verdict\n"
			"          holds of both parts\n",
			unit);
	if (marks.t)
		fprintf(f,
			MARK_T
			"         a t-test of the same %ss disagrees at 5 %%: look at them\n",
			unit);
	if (marks.units)
		fputs(MARK_UNITS
		      "         in the unit of the metric: a boot has 0, there is no ratio\n",
		      f);
	if (marks.varies)
		fputs("Counts that differ between boots of one kernel are compared like times.\n",
		      f);
	if (out->markup == MARKDOWN)
		fputs("```\n", f);
	marks = (struct marks){ 0 };
}
