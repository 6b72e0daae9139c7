// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Distributions of times: one bucket for each ns up to 511, above it eight bits of
 * precision, so that a bucket is at most 1/256 of its value wide.
 */
#include "record/format.h"

/* The bucket that a time is counted in. */
static unsigned int bucket_of(uint64_t ns)
{
	unsigned int shift;

	if (ns < (1u << HIST_SUB_BITS))
		return (unsigned int)ns;
	shift = 63 - HIST_SUB_BITS - (unsigned int)__builtin_clzll(ns);
	return ((shift + 1) << HIST_SUB_BITS) +
	       (unsigned int)((ns >> shift) & ((1u << HIST_SUB_BITS) - 1));
}

/* The lowest time that is counted in it. */
static uint64_t lowest(unsigned int bucket)
{
	unsigned int shift = bucket >> HIST_SUB_BITS;
	uint64_t low = bucket & ((1u << HIST_SUB_BITS) - 1);

	return shift ? (low + (1u << HIST_SUB_BITS)) << (shift - 1) : low;
}

/**
 * hist_add() - count a time
 * @h: distribution
 * @ns: time
 */
void hist_add(struct hist *h, uint64_t ns)
{
	unsigned int bucket = bucket_of(ns);

	h->count[bucket]++;
	h->over[bucket] += ns - lowest(bucket);
}

/**
 * hist_mean() - of the times in a bucket
 * @h: distribution
 * @bucket: one that has any
 *
 * A clock that steps leaves most buckets empty, and one value in the others: it is
 * that, and not the lowest one that could be.
 *
 * Return: ns, in steps of 1/100.
 */
double hist_mean(const struct hist *h, unsigned int bucket)
{
	uint64_t over = h->over[bucket] * 100 / h->count[bucket];

	return (double)lowest(bucket) + (double)over / 100;
}

/**
 * hist_spread() - how far from the value of a bin its samples may be
 * @value: of the bin
 * @step_ns: in which the clock advances; 0: not known
 *
 * Two readings of a clock that steps are a step nearer or farther than what is
 * between them, at most, and right on average. A bucket is no narrower than 1 ns, nor
 * a sample more exact.
 *
 * Return: ns, 0 where the step is not known.
 */
double hist_spread(double value, double step_ns)
{
	unsigned int bucket;
	double half;

	if (!(step_ns > 0) || !(value >= 0 && value < 0x1p62))
		return 0;
	bucket = bucket_of((uint64_t)value);
	half = (double)(lowest(bucket + 1) - lowest(bucket)) / 2;
	return step_ns > half ? step_ns : half;
}
