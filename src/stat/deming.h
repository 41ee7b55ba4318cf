/*
 * deming.h - a line between two methods when both err.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_DEMING_H
#define STAT_DEMING_H

#include "stat/line.h"

/**
 * Deming's line with errors of x and y that are equally large (orthogonal regression).
 *
 *   slope = (q + sqrt(q^2 + 4 s_xy^2)) / (2 s_xy),   q = s_yy - s_xx
 *
 * Least squares of y (stat/regress.h) takes x as free of error, and its slope is too
 * small by as much as x errs.  Intervals: jackknife, Student t with n - 2 degrees of
 * freedom; NaN below 4 pairs, and where the line without one of the pairs does not
 * exist.
 *
 * Not available: below 3 pairs, or x and y are not correlated at all.
 *
 * @param x, y      [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Cost:    O(n)
 * Source:  Deming, Statistical Adjustment of Data, 1943; Linnet, Stat Med 9:1463-1473,
 *          1990, doi 10.1002/sim.4780091210 (jackknife).
 * Tests:   tests/unit/stat/deming.c
 */
bool stat_deming(const double *x, const double *y, size_t n, struct stat_line *out,
                 struct err *err) ATTR_MUST_USE;

#endif
