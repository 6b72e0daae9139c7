// SPDX-License-Identifier: GPL-2.0-or-later
#include <float.h>
#include <math.h>

#include "boots.h"

/*
 * The continued fraction of the incomplete beta function, by Lentz's method as
 * Thompson and Barnett (1986) modified it. Converges in some sqrt(max(a, b))
 * steps where x < (a + 1) / (a + b + 2).
 */
static double beta_fraction(double a, double b, double x)
{
	const double tiny = DBL_MIN / DBL_EPSILON;
	double c = 1, d = 1 - (a + b) * x / (a + 1), h;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	h = d;
	for (int i = 1; i < 100000; i++) {
		double even = i * (b - i) * x / ((a + 2 * i - 1) * (a + 2 * i));
		double odd = -(a + i) * (a + b + i) * x /
			     ((a + 2 * i) * (a + 2 * i + 1));
		double step;

		d = 1 + even * d;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = 1 + even / c;
		c = fabs(c) < tiny ? tiny : c;
		h *= d * c;

		d = 1 + odd * d;
		d = 1 / (fabs(d) < tiny ? tiny : d);
		c = 1 + odd / c;
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		h *= step;
		if (fabs(step - 1) <= DBL_EPSILON)
			break;
	}
	return h;
}

/* The regularized incomplete beta function I_x(a, b); y is 1 - x. */
static double beta_incomplete(double a, double b, double x, double y)
{
	int sign;
	double front;

	if (x <= 0)
		return 0;
	if (y <= 0)
		return 1;
	front = exp(lgamma_r(a + b, &sign) - lgamma_r(a, &sign) -
		    lgamma_r(b, &sign) + a * log(x) + b * log(y));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(a, b, x) / a;
	return 1 - front * beta_fraction(b, a, y) / b;
}

/**
 * stats_t_two_sided() - probability of a |t| as large as this one
 * @t: finite
 * @df: degrees of freedom, above 0; need not be whole
 *
 * I_x(df / 2, 1 / 2) at x = df / (df + t^2): Abramowitz and Stegun 26.7.1.
 *
 * Return: 0 to 1, with some 12 correct digits.
 */
double stats_t_two_sided(double t, double df)
{
	double sum = df + t * t;

	return isfinite(sum)
		       ? beta_incomplete(df / 2, 0.5, df / sum, t * t / sum)
		       : 0;
}

/**
 * stats_t_quantile() - the t that so much of the distribution is above
 * @upper: above 0, at most 0.5
 * @df: degrees of freedom, above 0
 *
 * Newton's method from 0. The upper tail falls and is convex there, so that it
 * never steps beyond the solution.
 */
double stats_t_quantile(double upper, double df)
{
	int sign;
	double norm = lgamma_r((df + 1) / 2, &sign) - lgamma_r(df / 2, &sign) -
		      log(df * M_PI) / 2;
	double t = 0;

	for (int i = 0; i < 1000; i++) {
		double density = exp(norm - (df + 1) / 2 * log1p(t * t / df));
		double step = (stats_t_two_sided(t, df) / 2 - upper) / density;

		if (!(step > 4 * DBL_EPSILON * t))
			break;
		t += step;
	}
	return t;
}

/**
 * stats_t_of() - a t-test of what was estimated
 * @shift: estimate
 * @se: its standard error
 * @df: degrees of freedom; not above 0 when there is no error to tell
 * @scale: largest magnitude that @shift is a difference of; an error that is
 *	rounding next to it is none
 *
 * Boots that are all equal are no evidence that they always would be: there is
 * no t then, as in R's t.test() ("data are essentially constant").
 */
struct stats_t stats_t_of(double shift, double se, double df, double scale)
{
	struct stats_t t = { .known = false };

	if (!(df > 0) || !isfinite(df) || !isfinite(shift) || !isfinite(se) ||
	    !(se > 10 * DBL_EPSILON * scale) || !isfinite(shift / se))
		return t;
	t.known = true;
	t.shift = shift;
	t.se = se;
	t.t = shift / se;
	t.df = df;
	t.p = stats_t_two_sided(t.t, df);
	return t;
}
