/*
 * bootstrap.h - intervals without a distribution behind them.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions; each resample has a random stream of its own, named by its
 *         number, so that the result depends on the seed alone.
 */
#ifndef STAT_BOOTSTRAP_H
#define STAT_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "stat/interval.h"

enum { STAT_BOOTSTRAP_MAX = 1000000 };

/**
 * 95 % percentile interval of the mean: the 2.5 % and 97.5 % quantiles of the means of
 * `resamples` samples of n drawn with replacement.  It is too narrow for small n (some
 * 10 % at n = 20).
 *
 * @param x          [n], one value per patient; borrowed
 * @param resamples  1 to STAT_BOOTSTRAP_MAX; 2000 or more for two sure digits;
 *                   of 10000 an end is off by 0.03 standard errors of the mean
 * @param[out] out   NaN below 2 values; written only on success
 * Errors:  ERR_ARG (resamples), ERR_SUPPORT (n above 2^32 - 1), ERR_NUMERIC (a value
 *     that is not finite), ERR_NOMEM
 * Cost:    O(n resamples)
 * Source:  Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3.
 * Tests:   tests/unit/stat/bootstrap.c
 */
bool stat_bootstrap_mean(const double *x, size_t n, size_t resamples, uint64_t seed,
                         struct stat_interval *out, struct err *err) ATTR_MUST_USE;

/* Of pairs: Pearson's r, Lin's concordance, ICC(2,1) of the two, Spearman's rho. */
struct stat_bootstrap_pairs {
    struct stat_interval r, ccc, icc21, rho;
};

/**
 * 95 % percentile intervals of four coefficients of agreement, from `resamples`
 * samples of n pairs drawn with replacement.
 *
 * The intervals of Fisher, Lin and F (stat/pearson.h, ccc.h, icc.h) take the values as
 * normal.  Where a third has no scar and few have much, and errors grow with the scar,
 * they are far too narrow, and these are nearly right; of normal values they are as
 * good as each other (simulated: docs/evidence/coverage.md).
 *
 * @param x, y       [n], the same unit; borrowed
 * @param resamples  as above
 * @param[out] out   NaN below 4 pairs, where a side does not vary, and where more than
 *                   one sample in twenty has no such coefficient; written only on
 *                   success
 * Errors:  as above
 * Cost:    O(n resamples), some four times that of a mean
 * Source:  Efron and Tibshirani, as above
 * Tests:   tests/unit/stat/bootstrap.c
 */
bool stat_bootstrap_agreement(const double *x, const double *y, size_t n,
                              size_t resamples, uint64_t seed,
                              struct stat_bootstrap_pairs *out,
                              struct err *err) ATTR_MUST_USE;

#endif
