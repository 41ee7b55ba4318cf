/*
 * regress.h - the line of least squares through pairs.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_REGRESS_H
#define STAT_REGRESS_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_regress {
    size_t n;
    bool available;          /* false: below 3 pairs, or x does not vary */
    double slope, intercept; /* NaN when not available, and so the rest */
    double se_slope, se_intercept;
    double sd_residual;                          /* with n - 2 */
    struct stat_interval ci_slope, ci_intercept; /* Student t 95 % */
    double p; /* of the slope against 0, two-sided; NaN when y does not vary */
};

/**
 * y = intercept + slope x by least squares of y.
 *
 * @param x, y      [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Tests:   tests/unit/stat/regress.c
 */
bool stat_regress(const double *x, const double *y, size_t n, struct stat_regress *out,
                  struct err *err) ATTR_MUST_USE;

/* How sure a slope is where the scatter of y is not the same everywhere. */
struct stat_regress_robust {
    double se;               /* NaN when not available, and so the rest */
    struct stat_interval ci; /* Student t 95 %, n - 2 */
    double p;                /* of the slope against 0; NaN when y does not vary */
};

/**
 * The standard error of a line's slope without the assumption that y scatters alike at
 * every x, in the form HC4 for few pairs and far ones.
 *
 *   se^2 = sum (x - mean)^2 e^2 / (1 - h)^min(4, n h / 2) / (sum (x - mean)^2)^2
 *   h    = 1 / n + (x - mean)^2 / sum (x - mean)^2
 *
 * Not available without a line, and where one pair alone decides its slope (h = 1).
 *
 * @param line      of the same pairs
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC
 * Source:  Cribari-Neto, Comput Stat Data Anal 45:215-233, 2004, doi
 *          10.1016/S0167-9473(02)00366-3
 * Tests:   tests/unit/stat/regress.c
 */
bool stat_regress_robust(const double *x, const double *y, size_t n,
                         const struct stat_regress *line,
                         struct stat_regress_robust *out,
                         struct err *err) ATTR_MUST_USE;

#endif
