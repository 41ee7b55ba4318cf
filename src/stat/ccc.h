/*
 * ccc.h - concordance: correlation and agreement in one number.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_CCC_H
#define STAT_CCC_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_ccc {
    size_t n;
    bool available; /* false: below 3 pairs, or one side does not vary */
    double c;       /* 1: every pair is equal; NaN when not available */
    struct stat_interval ci;
};

/**
 * Lin's concordance correlation coefficient, with variances divided by n.
 *
 *   c = 2 s_xy / (s_x^2 + s_y^2 + (mean x - mean y)^2)
 *
 * The interval is that of Lin's Z transform; NaN where r = 0 or |c| = 1.
 *
 * @param x, y      [n], the same unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Source:  Lin, Biometrics 45:255-268, 1989; the variance as corrected in Biometrics
 *          56:324-325, 2000.
 * Tests:   tests/unit/stat/ccc.c
 */
bool stat_ccc(const double *x, const double *y, size_t n, struct stat_ccc *out,
              struct err *err) ATTR_MUST_USE;

#endif
