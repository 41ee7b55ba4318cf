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

#endif
