/*
 * nonneg.h - least squares whose coefficients are not negative.
 *
 * Why:    an expected error must not become negative, and must not fall when a sign of
 *         doubt rises; with coefficients of 0 or more on signs of 0 or more it does
 *         neither, and what does not help gets the coefficient 0.
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_NONNEG_H
#define STAT_NONNEG_H

#include <stddef.h>

#include "base/err.h"

enum { STAT_NONNEG_MOST = 32 };

/**
 * The c >= 0 with the least |A c - y|^2 + n ridge sum_j (c_j s_j)^2, where s_j is the
 * root mean square of column j (so that the penalty does not depend on units).
 *
 * Coordinate descent, which converges to the minimum because the sum is convex and
 * the bounds part by coordinate; a column of zeros gets 0.
 *
 * @param a         [n][columns]; borrowed
 * @param y         [n]; borrowed
 * @param columns   1..STAT_NONNEG_MOST
 * @param ridge     0 or more
 * @param[out] c    [columns]; written only on success
 * Errors:  ERR_ARG (columns, ridge, n = 0), ERR_NUMERIC (a value that is not finite)
 * Cost:    O(n columns^2) and O(columns^2) a round, at most 20000 rounds
 * Source:  Lawson and Hanson, Solving Least Squares Problems, 1974, chapter 23, doi
 *          10.1137/1.9781611971217 (the problem and its conditions); Tseng, J Optim
 *          Theory Appl 109:475-494, 2001, doi 10.1023/A:1017501703105 (convergence)
 * Tests:   tests/unit/stat/nonneg.c
 */
bool stat_nonneg(const double *a, const double *y, size_t n, size_t columns,
                 double ridge, double *c, struct err *err) ATTR_MUST_USE;

#endif
