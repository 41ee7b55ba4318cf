/*
 * bland_altman.h - agreement of two methods of measurement.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_BLAND_ALTMAN_H
#define STAT_BLAND_ALTMAN_H

#include <stddef.h>

#include "base/err.h"
#include "stat/describe.h"
#include "stat/interval.h"
#include "stat/regress.h"

/* Below this P bias or scatter is taken to depend on what is measured. */
#define STAT_BLAND_ALTMAN_ALPHA 0.05
/* Of fewer pairs neither is: a line of scatter through a handful tells nothing. */
enum { STAT_BLAND_ALTMAN_FEWEST = 10 };

/* intercept + slope m, m the mean of the two measurements of a patient */
struct stat_bland_altman_line {
    bool depends; /* false: the slope is 0 */
    double intercept, slope;
};

struct stat_bland_altman {
    size_t n;
    double bias;     /* mean of method - reference; NaN without pairs */
    double sd;       /* of the differences; NaN below 2 pairs, and so the rest */
    double lo, hi;   /* limits of agreement: bias -+ 1.96 sd */
    double se_bias;  /* standard error of the bias */
    double se_limit; /* standard error of each limit, roughly */
    struct stat_interval ci_bias, ci_lo, ci_hi;
    struct stat_summary middle; /* means of the two */
    struct stat_regress trend;  /* of the difference over the mean of the two */
    struct stat_regress_robust trend_robust; /* the same slope, right where the scatter
                                                depends on the mean */
    struct stat_regress scatter; /* of |difference - trend| over the mean; not available
                                    below 4 pairs and where the trend leaves nothing */
    struct stat_bland_altman_line bias_at, sd_at; /* see stat_bland_altman_at() */
};

/* Bias and limits for patients with the mean `m`. */
struct stat_bland_altman_limits {
    double bias, lo, hi;
};

/**
 * Bias and 95 % limits of agreement of `method` against `reference`.
 *
 *   d = method - reference;  limits = mean(d) -+ 1.96 sd(d)
 *   se_bias = sd / sqrt(n);  se_limit = sd sqrt(1 / n + 1.96^2 / (2 (n - 1)))
 *   ci_bias = bias -+ t(0.975, n - 1) se_bias
 *   ci_hi   = bias + sd q / sqrt(n), q the quantiles at 0.025 and 0.975 of the
 *             noncentral t with n - 1 degrees of freedom and noncentrality
 *             1.96 sqrt(n): exact for normal differences; ci_lo is its mirror image
 *
 * A slope of `trend` other than 0 says that the bias depends on what is measured, one
 * of `scatter` that the differences spread more (or less) where more is measured, and
 * the limits are too wide at one end and too narrow at the other.  Regression takes the
 * place of the constants where its P is below STAT_BLAND_ALTMAN_ALPHA, of
 * STAT_BLAND_ALTMAN_FEWEST pairs or more:
 *
 *   bias_at = trend                        P of trend_robust
 *   sd_at   = sqrt(pi / 2) scatter         P of scatter (Glejser's test)
 *             SD of what the trend leaves  where only the bias depends
 *
 * Where neither depends, bias_at and sd_at are `bias` and `sd`.  P of `trend` itself
 * takes the scatter to be constant: with one that grows with the mean, as that of
 * volumes does, it is below .05 in every second study without any trend.
 *
 * @param method, reference  [n], the same unit; borrowed
 * @param[out] out           written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Source:  Bland and Altman, Lancet 327:307-310, 1986; Stat Methods Med Res 8:135-160,
 *          1999, doi 10.1177/096228029900800204 (section 2: standard errors; 3.2:
 *          regression); Carkeet, Optom Vis Sci 92(3):e71-e80, 2015 (exact intervals of
 *          the limits); Glejser, J Am Stat Assoc 64:316-323, 1969
 * Tests:   tests/unit/stat/bland_altman.c
 */
bool stat_bland_altman(const double *method, const double *reference, size_t n,
                       struct stat_bland_altman *out, struct err *err) ATTR_MUST_USE;

/**
 * bias_at(m) and bias_at(m) -+ 1.96 sd_at(m); an SD is not below 0.
 * @return  NaN where there is no SD
 */
struct stat_bland_altman_limits stat_bland_altman_at(const struct stat_bland_altman *b,
                                                     double m);

#endif
