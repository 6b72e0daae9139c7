// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: simulate [-n RUNS] [DATA]
 *
 * How often are methods to compare two kernels right? RUNS (4000) sessions of
 * each kind without an effect, and as many with one, are judged by each. Then: how
 * often is a change found in a history? Prints tables; writes the data of
 * plots/simulate.gp to DATA.
 * test_stats_simulate.c is the short form, with bounds.
 *
 * Exit status: 0 done, 1 DATA was not written, 2 usage.
 */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "simulate.h"

#define RESAMPLES 1000
#define BOOT_SD 0.005
#define SAMPLE_SD 0.01
#define DRIFT 0.01
#define OUTLIERS 0.1
#define HISTORY_MAX 200

enum method {
	RANK_SUM,
	BLOCK_T,
	BOOTSTRAP,
	WELCH,
	SAMPLES,
	METHODS,
};

static const char *const methods[METHODS] = {
	[RANK_SUM] = "rank-sum",   [BLOCK_T] = "block-t",
	[BOOTSTRAP] = "bootstrap", [WELCH] = "Welch",
	[SAMPLES] = "samples",
};

/* Names are two words, for the picture. */
static const struct kind {
	const char *name;
	struct sim_model model;
} kinds[] = {
	{ "4x(3+3) noise", { .blocks = 4, .boots = 3 } },
	{ "2x(3+3) noise", { .blocks = 2, .boots = 3 } },
	{ "1x(4+4) noise", { .blocks = 1, .boots = 4 } },
	{ "4x(3+3) outliers", { .blocks = 4, .boots = 3, .outliers = OUTLIERS } },
	{ "4x(3+3) drift", { .blocks = 4, .boots = 3, .drift = DRIFT } },
	{ "12-then-12 drift",
	  { .blocks = 1, .boots = 12, .drift = DRIFT, .base_first = true } },
};

/* What is counted, and what it should come to. */
enum measure {
	FALSE_POSITIVES,
	COVERAGE,
	POWER,
	MEASURES,
};

static const struct {
	const char *name;
	double target;
} measures[MEASURES] = {
	[FALSE_POSITIVES] = { "false positives at 5 %", 5 },
	[COVERAGE] = { "coverage of 95 % intervals", 95 },
	[POWER] = { "power at the MDE", 80 },
};

/* What a method says: is there an effect, and is it the true one? */
struct answer {
	bool found;
	bool holds;
};

static struct answer of_interval(double lower, double upper, double effect)
{
	return (struct answer){ .found = lower > 0 || upper < 0,
				.holds = lower <= effect && effect <= upper };
}

static struct answer of_t(const struct stats_t *t, double effect)
{
	double half = t->se * stats_t_quantile(0.025, t->df);

	return of_interval(t->shift - half, t->shift + half, effect);
}

/* Boots of each arm drawn again, blocks forgotten: of the difference of means. */
static struct answer bootstrap(struct sim_rng *r, const struct sim_session *s,
			       double effect)
{
	static double diff[RESAMPLES];
	double v[STATS_ARMS][SIM_BOOTS_MAX];
	size_t nr[STATS_ARMS];

	for (int arm = 0; arm < STATS_ARMS; arm++)
		nr[arm] = sim_arm(s, arm, v[arm]);
	for (size_t i = 0; i < RESAMPLES; i++) {
		double mean[STATS_ARMS] = { 0 };

		for (int arm = 0; arm < STATS_ARMS; arm++) {
			for (size_t k = 0; k < nr[arm]; k++)
				mean[arm] +=
					v[arm][sim_below(r, nr[arm])] / nr[arm];
		}
		diff[i] = mean[STATS_NEW] - mean[STATS_BASE];
	}
	qsort(diff, RESAMPLES, sizeof(*diff), cmp_doubles);
	return of_interval(diff[RESAMPLES / 40],
			   diff[RESAMPLES - 1 - RESAMPLES / 40], effect);
}

static struct answer welch(const struct sim_session *s, double effect)
{
	double base[SIM_BOOTS_MAX], new[SIM_BOOTS_MAX];
	size_t nr_base = sim_arm(s, STATS_BASE, base);
	struct stats_t t =
		sim_welch(base, nr_base, new, sim_arm(s, STATS_NEW, new));

	return of_t(&t, effect);
}

/* The interval of the shifts that the test does not reject. */
static struct answer pooled(const struct sim_session *s, double effect)
{
	return (struct answer){
		.found = sim_pooled_p(s, 1) <= STATS_ALPHA,
		.holds = sim_pooled_p(s, exp(effect)) > STATS_ALPHA,
	};
}

/* Return: the MDE that these boots print. */
static double judge(struct sim_rng *r, const struct sim_model *m,
		    struct answer answers[METHODS])
{
	static const struct stats_aim aim = { .level = STATS_ALPHA,
					      .power = STATS_POWER };
	struct sim_session s;
	struct stats_estimate est;

	sim_session(r, m, &s);
	if (stats_estimate(s.boots, s.nr, &est))
		errx(EXIT_FAILURE, "a session of %zu boots was refused", s.nr);
	answers[RANK_SUM].found = est.p <= STATS_ALPHA;
	answers[RANK_SUM].holds = est.ci95.lower <= m->effect &&
				  m->effect <= est.ci95.upper;
	answers[BLOCK_T] = of_t(&est.block_t, m->effect);
	answers[BOOTSTRAP] = bootstrap(r, &s, m->effect);
	answers[WELCH] = welch(&s, m->effect);
	answers[SAMPLES] = pooled(&s, m->effect);
	return stats_mde(s.boots, s.nr, &est, &aim).shift;
}

/* Percent, by measure and method. Return: the effect that was there, on average. */
static double simulate(const struct kind *kind, uint64_t seed, long runs,
		       double percent[MEASURES][METHODS])
{
	struct sim_model model = kind->model;
	struct sim_rng r = { seed };
	struct answer a[METHODS];
	double mde, sum = 0;

	model.boot_sd = BOOT_SD;
	model.sample_sd = SAMPLE_SD;
	memset(percent, 0, MEASURES * sizeof(*percent));
	for (long i = 0; i < runs; i++) {
		model.effect = 0;
		mde = judge(&r, &model, a);
		sum += mde / runs;
		for (int m = 0; m < METHODS; m++)
			percent[FALSE_POSITIVES][m] += 100.0 * a[m].found / runs;

		model.effect = mde;
		judge(&r, &model, a);
		for (int m = 0; m < METHODS; m++) {
			percent[COVERAGE][m] += 100.0 * a[m].holds / runs;
			percent[POWER][m] += 100.0 * a[m].found / runs;
		}
	}
	return expm1(sum);
}

static void print_table(FILE *f, enum measure measure,
			double percent[][MEASURES][METHODS], const double *effect)
{
	fprintf(f, "\n%s [%%]", measures[measure].name);
	fprintf(f, ", %g is right\n%-17s", measures[measure].target, "boots");
	for (int m = 0; m < METHODS; m++)
		fprintf(f, " %9s", methods[m]);
	fprintf(f, "%s\n", measure == POWER ? "  effect" : "");
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		fprintf(f, "%-17s", kinds[k].name);
		for (int m = 0; m < METHODS; m++)
			fprintf(f, " %9.1f", percent[k][measure][m]);
		if (measure == POWER)
			fprintf(f, "  %5.2f%%", 100 * effect[k]);
		fputc('\n', f);
	}
}

/**
 * struct sim_history - a history
 * @boots: that there are
 * @times: that each is measured
 * @once: it is one point all the same
 * @step: of the second half, of ln
 */
struct sim_history {
	size_t boots;
	size_t times;
	bool once;
	double step;
};

/* Is a change found? */
static bool history_changes(struct sim_rng *r, const struct sim_history *h)
{
	struct stats_change *changes;
	double v[HISTORY_MAX];
	size_t nr = 0, nr_changes;

	for (size_t b = 0; b < h->boots; b++) {
		double boot = BOOT_SD * sim_normal(r) +
			      (2 * b >= h->boots ? h->step : 0);

		for (size_t k = 0; k < (h->once ? 1 : h->times); k++)
			v[nr++] = exp(boot + BOOT_SD / 10 * sim_normal(r));
	}
	if (stats_changes(v, nr, &changes, &nr_changes))
		errx(EXIT_FAILURE, "a history of %zu was refused", nr);
	free(changes);
	return nr_changes > 0;
}

static double percent_of_histories(struct sim_rng *r, struct sim_history h,
				   long runs)
{
	long found = 0;

	for (long i = 0; i < runs; i++)
		found += history_changes(r, &h);
	return 100.0 * found / runs;
}

static void print_histories(long runs)
{
	static const size_t boots[] = { 6, 8, 9, 10, 12, 20, 40 };
	struct sim_rng r = { 200 };

	printf("\nhistories with a change found [%%], boot SD %g %%, runs of a boot a tenth of it\n%-6s %12s %16s %16s %8s %8s\n",
	       100 * BOOT_SD, "boots", "no change", "3 runs, a point",
	       "5 runs, a point", "+2%", "+8%");
	for (size_t k = 0; k < ARRAY_SIZE(boots); k++) {
		size_t n = boots[k];

		printf("%-6zu", n);
		printf(" %12.1f",
		       percent_of_histories(&r,
					    (struct sim_history){ n, 3, true, 0 },
					    runs));
		printf(" %16.1f",
		       percent_of_histories(&r,
					    (struct sim_history){ n, 3, false, 0 },
					    runs));
		printf(" %16.1f",
		       percent_of_histories(&r,
					    (struct sim_history){ n, 5, false, 0 },
					    runs));
		printf(" %8.1f", percent_of_histories(&r,
						      (struct sim_history){
							      n, 3, true, 0.02 },
						      runs));
		printf(" %8.1f\n",
		       percent_of_histories(&r,
					    (struct sim_history){ n, 3, true,
								  0.08 },
					    runs));
	}
}

/* Of the method that is used, which is the first, in all kinds of session. */
static void print_title(FILE *f, double percent[][MEASURES][METHODS])
{
	double low[MEASURES], high[MEASURES];

	for (int i = 0; i < MEASURES; i++) {
		low[i] = high[i] = percent[0][i][0];
		for (size_t k = 1; k < ARRAY_SIZE(kinds); k++) {
			low[i] = fmin(low[i], percent[k][i][0]);
			high[i] = fmax(high[i], percent[k][i][0]);
		}
	}
	fprintf(f,
		"# title: %s: %.1f to %.1f %% false positives, intervals cover %.1f to %.1f %%, power %.1f to %.1f %%\n",
		methods[0], low[FALSE_POSITIVES], high[FALSE_POSITIVES],
		low[COVERAGE], high[COVERAGE], low[POWER], high[POWER]);
}

static void print_data(FILE *f, long runs, double percent[][MEASURES][METHODS])
{
	print_title(f, percent);
	fprintf(f,
		"# subtitle: how often methods to compare two kernels are right: %ld sessions each; boot SD %g %%, sample SD %g %%, drift %g %%; line: what is right\n",
		runs, 100 * BOOT_SD, 100 * SAMPLE_SD, 100 * DRIFT);
	fprintf(f, "# unit: %% of sessions\n# columns:");
	for (int m = 0; m < METHODS; m++)
		fprintf(f, " %s", methods[m]);
	fputc('\n', f);
	for (int i = 0; i < MEASURES; i++)
		fprintf(f, "# panel: %s\n# target: %g\n", measures[i].name,
			measures[i].target);
	for (int i = 0; i < MEASURES; i++) {
		fputs(i ? "\n\n" : "", f);
		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
			fputs(kinds[k].name, f);
			for (int m = 0; m < METHODS; m++)
				fprintf(f, "\t%.1f", percent[k][i][m]);
			fputc('\n', f);
		}
	}
}

static int write_data(const char *path, long runs,
		      double percent[][MEASURES][METHODS])
{
	char *buf;
	size_t len;
	FILE *f = open_memstream(&buf, &len);
	int ret;

	if (!f)
		err(EXIT_FAILURE, "out of memory");
	print_data(f, runs, percent);
	if (fclose(f))
		err(EXIT_FAILURE, "out of memory");
	ret = write_file_atomic(path, buf, len, MODE_DERIVED);
	free(buf);
	return ret;
}

int main(int argc, char **argv)
{
	static double percent[ARRAY_SIZE(kinds)][MEASURES][METHODS];
	double effect[ARRAY_SIZE(kinds)];
	char *end = NULL;
	long runs = 4000;
	int c, ret;

	while ((c = getopt(argc, argv, "n:")) == 'n')
		runs = strtol(optarg, &end, 10);
	if (c != -1 || argc - optind > 1 || (end && *end) || runs < 1 ||
	    runs > 1000000) {
		fprintf(stderr,
			"usage: simulate [-n RUNS] [DATA], RUNS 1 to 1000000\n");
		return 2;
	}

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		effect[k] = simulate(&kinds[k], k + 1, runs, percent[k]);
	printf("%ld sessions each; boot SD %g %%, SD of %d samples a boot %g %%, drift %g %%,\n%g %% of boots are outliers, 5 times as far off\n",
	       runs, 100 * BOOT_SD, SIM_SAMPLES, 100 * SAMPLE_SD, 100 * DRIFT,
	       100 * OUTLIERS);
	for (int i = 0; i < MEASURES; i++)
		print_table(stdout, i, percent, effect);
	print_histories(runs);

	if (optind == argc)
		return 0;
	ret = write_data(argv[optind], runs, percent);
	if (ret)
		errx(EXIT_FAILURE, "cannot write %s: %s", argv[optind],
		     strerror(-ret));
	return 0;
}
