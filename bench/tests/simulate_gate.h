/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records of two kernels that do not exist, held against a policy by the gate itself.
 * For test_simulate_gate.c and simulate_verdicts.c.
 */
#ifndef SIMULATE_GATE_H
#define SIMULATE_GATE_H

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "judge/judge.h"
#include "simulate.h"

#define SIM_BATCHES 40 /* of a boot and row */

/**
 * struct sim_records - what two kernels measure
 * @plan: the session; @plan.effect is that of the first row
 * @rows: rows, each with noise of its own
 * @steps: part of the boots and rows with a step half way through
 * @step: its standard deviation
 * @warm_up: a step that all boots of NEW have, in the first row
 */
struct sim_records {
	struct sim_model plan;
	size_t rows;
	double steps;
	double step;
	double warm_up;
};

/* Does one kernel come first in 7 of 8 pairs within blocks, or more? */
static inline bool sim_is_confounded(const struct sim_model *m,
				     const enum stats_arm *arms)
{
	size_t size = 2 * m->boots, pairs = m->blocks * m->boots * m->boots;
	size_t base_first = 0, new_before = 0;

	for (size_t i = 0; i < m->blocks * size; i++) {
		if (i % size == 0)
			new_before = 0;
		if (arms[i] == STATS_NEW)
			new_before++;
		else
			base_first += m->boots - new_before;
	}
	return 8 * base_first >= 7 * pairs || 8 * base_first <= pairs;
}

/* In blocks, the boots of each in an order that is drawn until it is not confounded. */
static inline size_t sim_draw_plan(struct sim_rng *r, const struct sim_model *m,
				   enum stats_arm *arms)
{
	size_t size = 2 * m->boots, nr = m->blocks * size;

	for (size_t i = 0; i < nr; i++)
		arms[i] = i % size < m->boots ? STATS_BASE : STATS_NEW;
	if (m->base_first)
		return nr;
	do {
		for (size_t b = 0; b < m->blocks; b++) {
			enum stats_arm *block = arms + b * size;

			for (size_t i = size; i > 1; i--) {
				size_t k = sim_below(r, i);
				enum stats_arm arm = block[k];

				block[k] = block[i - 1];
				block[i - 1] = arm;
			}
		}
	} while (nr > 2 && sim_is_confounded(m, arms));
	return nr;
}

static inline void sim_print_row(struct sim_rng *r, const struct sim_records *m,
				 size_t row, double level, double step, FILE *f)
{
	fprintf(f,
		"{\"type\":\"row\",\"scenario\":\"s%zu\",\"version\":\"1\","
		"\"op\":\"mmap\",\"metric\":\"latency\",\"unit\":\"ns/op\","
		"\"pass\":\"time\",\"better\":\"lower\",\"exact\":false,\"ops\":1,"
		"\"batches\":[",
		row);
	for (int i = 0; i < SIM_BATCHES; i++) {
		double off = m->plan.sample_sd * sim_normal(r) +
			     (i < SIM_BATCHES / 2 ? 0 : step);

		fprintf(f, "%s%.3f", i ? "," : "", 2000 * exp(level + off));
	}
	fputs("]}\n", f);
}

static inline void sim_print_record(struct sim_rng *r,
				    const struct sim_records *m, size_t boot,
				    size_t nr, enum stats_arm arm, FILE *f)
{
	bool new = arm == STATS_NEW;

	fprintf(f,
		"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\","
		"\"major\":1,\"minor\":5},\"tier\":\"metal\",\"stage\":null,"
		"\"kernel\":{\"release\":\"6.12\",\"version\":\"1\",\"cmdline\":\"\","
		"\"build_id\":\"%s\"},\"env\":{\"host\":\"none\"},\"info\":{},"
		"\"suite\":{\"version\":\"1\",\"compiler\":\"none\"},"
		"\"boot\":{\"index\":%zu,\"block\":%zu,\"order\":%zu,\"seed\":1,"
		"\"boot_id\":\"%zu\"}}\n",
		new ? "bb" : "aa", boot, boot / (2 * m->plan.boots), boot, boot);
	for (size_t i = 0; i < m->rows; i++) {
		double level = m->plan.boot_sd * sim_normal(r) +
			       m->plan.drift * boot / (nr - 1);
		double step =
			sim_uniform(r) < m->steps ? m->step * sim_normal(r) : 0;

		if (new && !i)
			level += m->plan.effect;
		if (new && !i)
			step += m->warm_up;
		sim_print_row(r, m, i, level, step, f);
	}
	fprintf(f, "{\"type\":\"trailer\",\"lines\":%zu}\n", m->rows + 1);
}

/* As a file, of which only a descriptor is left when it has been read. */
static inline void sim_add_record(struct comparison *cmp, const char *column,
				  const char *text, size_t len)
{
	int fd = memfd_create("record", MFD_CLOEXEC);
	char path[32];

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len ||
	    comparison_add(cmp, column, NULL, path))
		errx(EXIT_FAILURE, "a record that was made up is refused");
	close(fd);
}

/**
 * sim_compare() - compare two kernels that do not exist
 * @r: random numbers
 * @m: what they measure
 * @cmp: comparison, zeroed but for what may differ; it is built
 */
static inline void sim_compare(struct sim_rng *r, const struct sim_records *m,
			       struct comparison *cmp)
{
	enum stats_arm arms[SIM_BOOTS_MAX];
	size_t nr = sim_draw_plan(r, &m->plan, arms), len[SIM_BOOTS_MAX];
	char *text[SIM_BOOTS_MAX];

	for (size_t i = 0; i < nr; i++) {
		FILE *f = open_memstream(&text[i], &len[i]);

		if (!f)
			err(EXIT_FAILURE, "out of memory");
		sim_print_record(r, m, i, nr, arms[i], f);
		if (fclose(f))
			err(EXIT_FAILURE, "out of memory");
	}
	for (int arm = STATS_BASE; arm <= STATS_NEW; arm++)
		for (size_t i = 0; i < nr; i++)
			if (arms[i] == (enum stats_arm)arm)
				sim_add_record(cmp, arm ? "new" : "base",
					       text[i], len[i]);
	for (size_t i = 0; i < nr; i++)
		free(text[i]);
	comparison_build(cmp);
}

/* A policy of its text. */
static inline struct policy sim_policy(const char *text)
{
	int fd = memfd_create("policy", MFD_CLOEXEC);
	struct policy policy;
	char path[32];

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    policy_read(path, &policy))
		errx(EXIT_FAILURE, "a policy that was made up is refused");
	close(fd);
	policy.path = "made up"; /* it is kept by reference */
	return policy;
}

/* What is caught of the first rule, in percent, as it is printed; NAN for none. */
static inline double sim_caught(const char *text)
{
	const char *line = strstr(text, "\nfirst "), *end;
	double caught;

	end = line ? strchr(line + 1, '\n') : NULL;
	while (end && end[-1] != ' ')
		end--;
	return end && sscanf(end, "%lf", &caught) == 1 ? caught : NAN;
}

/**
 * sim_gate() - a gate's answer
 * @cmp: comparison, built
 * @policy: policy
 * @caught: what is printed to be caught of the first rule, in percent, NAN if it is
 *	none; may be NULL
 */
static inline enum status sim_gate(const struct comparison *cmp,
				   const struct policy *policy, double *caught)
{
	static const struct gate_options opt;
	struct output out = { .width = 80 };
	enum status status;
	size_t size;
	char *text;

	out.f = open_memstream(&text, &size);
	status = run_policy(cmp, policy, &opt, &out);
	fclose(out.f);
	if (caught)
		*caught = sim_caught(text);
	free(text);
	return status;
}

/* A policy that sets a limit for each row, in percent; the first has its own rule. */
static inline struct policy sim_limit(double limit, size_t rows)
{
	char *text = xasprintf("[first]\nrows = s0/mmap/latency\n"
			       "max_increase_percent = %g\n%s%g\n",
			       limit,
			       rows > 1 ? "[others]\nrows = */mmap/latency\n"
					  "max_increase_percent = "
					: "# ",
			       limit);
	struct policy policy = sim_policy(text);

	free(text);
	return policy;
}

/**
 * sim_fails() - percent of gates that fail
 * @seed: of the random numbers
 * @m: what is measured
 * @limit: that the policy sets for each row, in percent
 * @runs: sessions
 */
static inline double sim_fails(uint64_t seed, const struct sim_records *m,
			       double limit, long runs)
{
	struct policy policy = sim_limit(limit, m->rows);
	struct sim_rng r = { seed };
	long failed = 0;

	for (long i = 0; i < runs; i++) {
		struct comparison cmp = { 0 };

		sim_compare(&r, m, &cmp);
		failed += sim_gate(&cmp, &policy, NULL) == STATUS_REGRESSED;
		comparison_free(&cmp);
	}
	policy_free(&policy);
	return 100.0 * failed / runs;
}

/**
 * struct sim_rates - percent of sessions
 * @passed: gates that pass where nothing differs
 * @failed: that fail there
 * @undecided: of which nothing passed, and nothing failed
 * @caught: that fail where the first row changes by what is printed to be caught, of
 *	the same boots where nothing differs; by half where that is none
 * @called: rows that are called a change where nothing differs
 * @marked: rows that are marked as not steady
 */
struct sim_rates {
	double passed;
	double failed;
	double undecided;
	double caught;
	double called;
	double marked;
};

static inline bool sim_is_called(enum verdict v)
{
	return v == REGRESSED || v == IMPROVED || v == CHANGED || v == TRIVIAL;
}

/**
 * sim_gates() - how often is a gate right?
 * @seed: of the random numbers
 * @m: what is measured where nothing differs
 * @limit: that the policy sets for each row, in percent
 * @allow: key that may differ, or NULL
 * @runs: sessions
 */
static inline struct sim_rates sim_gates(uint64_t seed,
					 const struct sim_records *m,
					 double limit, const char *allow,
					 long runs)
{
	struct policy policy = sim_limit(limit, m->rows);
	struct sim_rng r = { seed };
	struct sim_rates rates = { 0 };
	double part = 100.0 / runs;

	for (long i = 0; i < runs; i++) {
		struct comparison same = { 0 }, worse = { 0 };
		struct sim_records more = *m;
		enum status status;
		double caught;

		if (allow) {
			comparison_allow(&same, allow);
			comparison_allow(&worse, allow);
		}
		sim_compare(&r, m, &same);
		status = sim_gate(&same, &policy, &caught);
		rates.passed += part * (status == STATUS_OK);
		rates.failed += part * (status == STATUS_REGRESSED);
		rates.undecided += part * (status == STATUS_UNSURE);
		for (size_t k = 0; k < same.nr_lines; k++) {
			rates.called += part / same.nr_lines *
					sim_is_called(same.lines[k].verdict);
			rates.marked += part / same.nr_lines *
					(same.lines[k].unsteady > 0);
		}
		more.plan.effect += log1p((isnan(caught) ? 50 : caught) / 100);
		sim_compare(&r, &more, &worse);
		status = sim_gate(&worse, &policy, NULL);
		rates.caught += part * (status == STATUS_REGRESSED);
		comparison_free(&same);
		comparison_free(&worse);
	}
	policy_free(&policy);
	return rates;
}

#endif
