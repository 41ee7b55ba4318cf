/*
 * moments.h - means, sums of squares and of products of pairs.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_MOMENTS_H
#define STAT_MOMENTS_H

#include <stddef.h>

#include "base/err.h"

/* Round the means, not divided by n. */
struct stat_moments {
    double mean_x, mean_y;
    double xx, yy, xy;
};

/**
 * In two passes, in the order of the sample.  n = 0 gives NaN means and zeros.  A side
 * that varies by rounding alone does not vary: its sums are 0, not noise.
 *
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite, or too large to be squared)
 * Tests:   tests/unit/stat/pearson.c, tests/unit/stat/regress.c
 */
bool stat_moments(const double *x, const double *y, size_t n, struct stat_moments *out,
                  struct err *err) ATTR_MUST_USE;

#endif
