/*
 * bootstrap.h - interval of a mean without a distribution behind it.
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

#endif
