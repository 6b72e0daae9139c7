// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Usage: gen_session [-s SEED] [-b BOOTS] [-o BOOTS] [-c SCENARIOS] [-m METRICS]
 *	[-n BATCHES] [-k BINS] FOLDER
 *	  gen_session [-s SEED] [-c SCENARIOS] [-m METRICS] -r COMMITS FOLDER
 *
 * Make up two sessions of the metal tier, FOLDER/base and FOLDER/new, to see
 * how long they take to compare: 24 boots each, 6 in a block (-o), 40 scenarios, 10
 * metrics with 10 000 batches, a distribution of 1000 bins (-k) of each scenario,
 * 1.3 GB. Nothing in them was measured. All metrics are noise
 * that has the shape of latencies: totals of 64 calls in nanoseconds, which is
 * the worst case, as most real ones are counts that hardly differ.
 *
 * With -r it is FOLDER/stages and a record of the exact tier for each commit, as large as
 * real ones are: 1 MB, most of which are the names of a kernel's symbols. One commit of a
 * hundred does not build, and one of fifty moves a row.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

#define NR_METRICS 10
#define OPS 64

struct size {
	unsigned int boots;
	unsigned int of_block;
	unsigned int scenarios;
	unsigned int metrics;
	unsigned int batches;
	unsigned int bins;
	unsigned int commits;
};

/* xorshift64*: the sessions are the same wherever they are made. */
static uint64_t state;

static uint64_t random_bits(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

/* About normal, standard deviation 1: the sum of four uniform ones. */
static double random_normal(void)
{
	uint64_t bits = random_bits();
	double sum = 0;

	for (int i = 0; i < 4; i++, bits >>= 16)
		sum += (double)(bits & 0xffff) / 65536 - 0.5;
	return sum * 1.7320508;
}

static void put_number(FILE *f, uint64_t v)
{
	char digits[24], *s = digits + sizeof(digits);

	do
		*--s = (char)('0' + v % 10);
	while (v /= 10);
	fwrite(s, 1, (size_t)(digits + sizeof(digits) - s), f);
}

/*
 * A level that wanders a little, noise of 1 %, and one batch of a hundred in
 * which something else ran.
 */
static void put_batches(FILE *f, double level, unsigned int nr)
{
	double wander = 0;

	for (unsigned int i = 0; i < nr; i++) {
		double v;

		wander = 0.99 * wander + 0.0003 * random_normal();
		v = level * (1 + wander + 0.01 * random_normal());
		if (random_bits() % 100 == 0)
			v *= 1 + (double)(random_bits() % 1024) / 64;
		if (i)
			putc(',', f);
		put_number(f, (uint64_t)v);
	}
}

static void put_hist(FILE *f, double level, unsigned int bins)
{
	uint64_t value = (uint64_t)(level / OPS);

	fputs(",\"hist\":[", f);
	for (unsigned int i = 0; i < bins; i++) {
		fprintf(f, "%s[%" PRIu64 ",%" PRIu64 "]", i ? "," : "", value,
			1 + random_bits() % 1000);
		value += 1 + value / 256;
	}
	putc(']', f);
}

static void put_header(FILE *f, unsigned int arm, unsigned int boot,
		       unsigned int of_block)
{
	fprintf(f,
		"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,"
		"\"minor\":2},\"tier\":\"metal\",\"stage\":null,\"kernel\":{\"release\":"
		"\"6.12.0-%s\",\"version\":\"#1\",\"build_id\":\"%02x\"},\"env\":{\"host\":"
		"\"made-up\",\"cpu\":\"none\"},\"info\":{},\"boot\":{\"index\":%u,"
		"\"block\":%u,\"order\":%u,\"seed\":1,\"boot_id\":\"%u-%u\"}}\n",
		arm ? "new" : "base", arm, boot, boot / of_block,
		2 * (boot % of_block) + arm, arm, boot);
}

/* The new kernel is up to 4 % slower, or not at all; boots differ by 0.5 %. */
static double level_of(unsigned int scenario, unsigned int metric,
		       unsigned int arm)
{
	double level = OPS * (600 + 97.0 * scenario + 31.0 * metric);

	return level * (1 + arm * 0.01 * (scenario % 5)) *
	       (1 + 0.005 * random_normal());
}

/* What was done is the same in all boots. */
static void put_shape(FILE *f, unsigned int scenario)
{
	fprintf(f,
		"{\"type\":\"shape\",\"scenario\":\"scenario_%02u\",\"op\":"
		"\"mmap\",\"vmas_before\":1,\"vmas_after\":1,\"outcome\":"
		"\"merged\",\"ops\":%d}\n",
		scenario, OPS);
}

static void put_record(FILE *f, const struct size *size, unsigned int arm,
		       unsigned int boot)
{
	static const char *const names[NR_METRICS] = {
		"", "_1", "_2", "_3", "_4", "_5", "_6", "_7", "_8", "_9",
	};

	put_header(f, arm, boot, size->of_block);
	for (unsigned int s = 0; s < size->scenarios; s++) {
		for (unsigned int m = 0; m < size->metrics; m++) {
			double level = level_of(s, m, arm);

			fprintf(f,
				"{\"type\":\"row\",\"scenario\":\"scenario_%02u\","
				"\"version\":\"0123456789ab\",\"op\":\"mmap\","
				"\"metric\":\"latency%s\",\"unit\":\"ns/op\",\"pass\":"
				"\"time\",\"better\":\"lower\",\"set\":\"%s\","
				"\"exact\":false,\"ops\":%d,\"batches\":[",
				s, names[m], s < 2 ? "primary" : "extended", OPS);
			put_batches(f, level, size->batches);
			putc(']', f);
			if (!m)
				put_hist(f, level, size->bins);
			fputs("}\n", f);
		}
		put_shape(f, s);
	}
	fputs("{\"type\":\"skip\",\"scenario\":\"scenario_none\",\"op\":null,"
	      "\"reason\":\"made up\"}\n",
	      f);
	fprintf(f, "{\"type\":\"trailer\",\"lines\":%u}\n",
		2 + size->scenarios * (size->metrics + 1));
}

static void make_folder(const char *path)
{
	if (mkdir(path, 0777) && errno != EEXIST)
		err(1, "cannot make the folder %s", path);
}

static FILE *create(const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		err(1, "cannot write %s", path);
	return f;
}

static void finish(FILE *f, const char *path)
{
	if (ferror(f) | fclose(f))
		err(1, "cannot write %s", path);
}

static void make_record(const char *folder, const struct size *size,
			unsigned int arm, unsigned int boot)
{
	char *path = xasprintf("%s/boot-%02u.jsonl", folder, boot);
	FILE *f = create(path);

	put_record(f, size, arm, boot);
	finish(f, path);
	free(path);
}

/* Of a range: what commits do to rows stays. */
#define SYMBOLS 20000

/* Commit and subject, as they are in the record and in the file stages. */
static void put_commit(FILE *f, unsigned int commit, const char *quote)
{
	fprintf(f, "%012x (%s\"mm: made up %u%s\")", (commit + 1) * 2654435761U,
		quote, commit, quote);
}

static void put_exact_row(FILE *f, unsigned int scenario, unsigned int metric,
			  unsigned int total)
{
	fprintf(f,
		"{\"type\":\"row\",\"scenario\":\"scenario_%02u\",\"version\":"
		"\"0123456789ab\",\"op\":\"mmap\",\"metric\":\"%s%.0u\",\"unit\":"
		"\"insns/op\",\"pass\":\"insns\",\"better\":\"lower\",\"set\":"
		"\"primary\",\"exact\":true,\"ops\":%d,\"batches\":[%u]",
		scenario, metric ? "count_" : "insns", metric, OPS, total);
	if (!metric) {
		fputs(",\"per_op\":[", f);
		for (unsigned int i = 0; i < OPS; i++)
			fprintf(f, "%s%u", i ? "," : "", total / OPS);
		putc(']', f);
	}
	fputs("}\n", f);
}

static void put_symbols(FILE *f)
{
	fputs("{\"type\":\"symbols\",\"names\":\"_stext", f);
	for (unsigned int i = 0; i < SYMBOLS; i++)
		fprintf(f, " a_function_of_the_kernel_%u", i);
	fputs("\"}\n", f);
}

static void put_exact(FILE *f, const struct size *size, unsigned int commit,
		      const unsigned int *totals)
{
	fprintf(f,
		"{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1,"
		"\"minor\":2},\"tier\":\"exact\",\"stage\":\"s%04u_made_up\",\"kernel\":"
		"{\"release\":\"6.12.0\",\"version\":\"#1\",\"build_id\":\"%08x\"},\"env\":"
		"{\"cpu\":\"none\"},\"info\":{\"commit\":\"",
		commit, commit);
	put_commit(f, commit, "\\");
	fputs("\"},\"boot\":{\"index\":0,\"block\":0,\"order\":0,\"seed\":1,"
	      "\"boot_id\":null}}\n",
	      f);
	for (unsigned int s = 0; s < size->scenarios; s++) {
		for (unsigned int m = 0; m < size->metrics; m++)
			put_exact_row(f, s, m, totals[s * size->metrics + m]);
		put_shape(f, s);
	}
	put_symbols(f);
	fprintf(f, "{\"type\":\"trailer\",\"lines\":%u}\n",
		2 + size->scenarios * (size->metrics + 1));
}

static void make_commit(const char *folder, const struct size *size,
			unsigned int commit, const unsigned int *totals,
			FILE *stages)
{
	bool fails = commit % 100 == 99;
	char *path = xasprintf("%s/s%04u_made_up.jsonl", folder, commit);
	FILE *f;

	fprintf(stages, "s%04u_made_up ", commit);
	if (fails)
		fputs("BUILD-FAILED ", stages);
	else
		fprintf(stages, "s%04u_made_up.jsonl ", commit);
	put_commit(stages, commit, "");
	fputs(fails ? ": made up\n" : "\n", stages);
	if (!fails) {
		f = create(path);
		put_exact(f, size, commit, totals);
		finish(f, path);
	}
	free(path);
}

static void make_range(const char *folder, const struct size *size)
{
	unsigned int nr = size->scenarios * size->metrics;
	unsigned int *totals = xcalloc(nr, sizeof(*totals));
	char *path = xasprintf("%s/stages", folder);
	FILE *stages = create(path);

	for (unsigned int i = 0; i < nr; i++)
		totals[i] = OPS * (600 + (unsigned int)(random_bits() % 5000));
	for (unsigned int c = 0; c < size->commits; c++) {
		if (c % 50 == 49)
			totals[random_bits() % nr] += OPS;
		make_commit(folder, size, c, totals, stages);
	}
	finish(stages, path);
	free(path);
	free(totals);
}

static unsigned int number_of(const char *s, unsigned int max)
{
	char *end;
	unsigned long v = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end || !v || v > max)
		errx(2, "%s is not a number from 1 to %u", s, max);
	return (unsigned int)v;
}

int main(int argc, char **argv)
{
	struct size size = { .boots = 24,
			     .of_block = 6,
			     .scenarios = 40,
			     .metrics = NR_METRICS,
			     .batches = 10000,
			     .bins = 1000 };
	unsigned int seed = 1;
	int c;

	while ((c = getopt(argc, argv, "s:b:o:c:m:n:k:r:")) != -1) {
		if (c == 's')
			seed = number_of(optarg, INT32_MAX);
		else if (c == 'b')
			size.boots = number_of(optarg, 99999);
		else if (c == 'o')
			size.of_block = number_of(optarg, 99999);
		else if (c == 'm')
			size.metrics = number_of(optarg, NR_METRICS);
		else if (c == 'k')
			size.bins = number_of(optarg, 100000);
		else if (c == 'c')
			size.scenarios = number_of(optarg, 99);
		else if (c == 'r')
			size.commits = number_of(optarg, 9999);
		else if (c == 'n')
			size.batches = number_of(optarg, 1000000);
		else
			argc = 0;
	}
	if (argc != optind + 1)
		errx(2,
		     "usage: gen_session [-s SEED] [-b BOOTS] [-o BOOTS] [-c SCENARIOS] [-m METRICS] [-n BATCHES] [-k BINS] [-r COMMITS] FOLDER");

	state = seed * 0x9e3779b97f4a7c15ULL;
	make_folder(argv[optind]);
	if (size.commits) {
		make_range(argv[optind], &size);
		return 0;
	}
	for (unsigned int arm = 0; arm < 2; arm++) {
		char *folder =
			xasprintf("%s/%s", argv[optind], arm ? "new" : "base");

		make_folder(folder);
		for (unsigned int boot = 0; boot < size.boots; boot++)
			make_record(folder, &size, arm, boot);
		free(folder);
	}
	return 0;
}
