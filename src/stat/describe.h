/*
 * describe.h - mean, spread and quantiles of a sample.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 *
 * Sums run in the order of the sample, in double: the same input gives the same bits.
 */
#ifndef STAT_DESCRIBE_H
#define STAT_DESCRIBE_H

#include <stddef.h>

#include "base/err.h"

struct stat_summary {
    size_t n;
    double mean;
    double sd; /* with n - 1; NaN below 2 values */
    double min, q1, median, q3, max;
};

/**
 * Describe a sample.  An empty one is allowed: n is 0 and all else NaN.
 *
 * Quantiles interpolate linearly between order statistics, position (n - 1) p
 * (Hyndman and Fan's type 7, the default of R and NumPy).
 *
 * @param x         [n], any unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Cost:    O(n log n); allocates a copy of the sample
 * Source:  Hyndman and Fan, The American Statistician 50(4):361-365, 1996.
 * Tests:   tests/unit/stat/describe.c
 */
bool stat_describe(const double *x, size_t n, struct stat_summary *out,
                   struct err *err) ATTR_MUST_USE;

/** Sort ascending, in place; the values must be finite. */
void stat_sort(double *x, size_t n);

/** Keep the finite values, ascending, at the front.  @return  how many */
size_t stat_sort_finite(double *x, size_t n);

/** Type 7 quantile of a sorted sample of at least one value; p in [0, 1]. */
double stat_quantile(const double *sorted, size_t n, double p);

/** Every value finite?  Errors: ERR_NUMERIC naming the first that is not. */
bool stat_all_finite(const double *x, size_t n, struct err *err) ATTR_MUST_USE;

/** Sum divided by n (n >= 1), in the order of the sample.  Of equal values it is that
 *  value to the last bit: a constant sample has no spread (three times 0.1 by division
 *  would have). */
double stat_mean(const double *x, size_t n);

/** Standard deviation with n - 1, round a mean computed before; n >= 2. */
double stat_sd(const double *x, size_t n, double mean);

#endif
