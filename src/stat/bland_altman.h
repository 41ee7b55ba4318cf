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
#include "stat/interval.h"
#include "stat/regress.h"

struct stat_bland_altman {
    size_t n;
    double bias;     /* mean of method - reference; NaN without pairs */
    double sd;       /* of the differences; NaN below 2 pairs, and so the rest */
    double lo, hi;   /* limits of agreement: bias -+ 1.96 sd */
    double se_bias;  /* standard error of the bias */
    double se_limit; /* standard error of each limit, roughly */
    struct stat_interval ci_bias, ci_lo, ci_hi;
    struct stat_regress trend; /* of the difference over the mean of the two */
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
 * A slope of `trend` other than 0 says that the bias depends on what is measured.
 *
 * @param method, reference  [n], the same unit; borrowed
 * @param[out] out           written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Source:  Bland and Altman, Lancet 327:307-310, 1986; Stat Methods Med Res 8:135-160,
 *          1999 (section 2: standard errors); Carkeet, Optom Vis Sci 92(3):e71-e80,
 *          2015 (exact intervals of the limits)
 * Tests:   tests/unit/stat/bland_altman.c
 */
bool stat_bland_altman(const double *method, const double *reference, size_t n,
                       struct stat_bland_altman *out, struct err *err) ATTR_MUST_USE;

#endif
