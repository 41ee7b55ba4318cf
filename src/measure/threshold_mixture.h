/*
 * threshold_mixture.h - a sample as a mixture of two normal distributions.
 *
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_THRESHOLD_MIXTURE_H
#define MEASURE_THRESHOLD_MIXTURE_H

#include <stddef.h>

#include "base/err.h"

enum { MEASURE_MIXTURE_MIN = 10, MEASURE_MIXTURE_ROUNDS = 5000 };

/* [0] is the dark component, [1] the bright one: mean[0] <= mean[1]. */
struct measure_mixture {
    double weight[2], mean[2], sd[2];
    double value;   /* brighter than this is more probably of the bright component;
                       INFINITY where that is so of no value */
    int iterations; /* of EM */
};

/**
 * Fit by expectation and maximisation.
 *
 * It starts at the two sides of Otsu's split (weights, means, standard deviations), so
 * it needs no random numbers, and ends when the mean log-likelihood of a value grows by
 * less than 1e-9, or after MEASURE_MIXTURE_ROUNDS: one population splits into two that
 * hardly differ, at a crawl, and where that stops says nothing.  A standard deviation
 * does not fall below 1/1000 of the sample's: a component that collapses on one value
 * would have no finite likelihood.  Values are scaled by the sample's mean and standard
 * deviation first, so a fit follows them through a * x + b, a > 0.
 *
 *   value   the least v >= mean[0] with
 *           weight[1] N(v; mean[1], sd[1]) >= weight[0] N(v; mean[0], sd[0])
 *
 * A mixture is fitted to what is one population too; then its two means lie close
 * together, and what is called bright is its tail.
 *
 * @param sorted    [n] ascending, finite; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (fewer than MEASURE_MIXTURE_MIN values, all equal, a component
 *          that lost all its values), ERR_NOMEM
 * Cost:    O(n) an iteration, tens to hundreds of them; about 30 ns a value each
 * Source:  Dempster, Laird, Rubin, J R Stat Soc B 39(1):1-38, 1977.
 * Tests:   tests/unit/measure/threshold_mixture.c
 */
bool measure_threshold_mixture(const double *sorted, size_t n,
                               struct measure_mixture *out,
                               struct err *err) ATTR_MUST_USE;

#endif
