/*
 * logistic.h - the probability of a class from several numbers.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_LOGISTIC_H
#define STAT_LOGISTIC_H

#include <stddef.h>

#include "base/err.h"

enum { STAT_LOGISTIC_MOST = 16 };

/* What a curve is fitted to. */
struct stat_logistic_sample {
    const double *x;      /* [n][columns], any unit */
    const double *target; /* [n], the wanted probability, in [0, 1] */
    const double *weight; /* [n], 0 or more; NULL: all 1 */
    size_t n, columns;    /* columns 1..STAT_LOGISTIC_MOST */
};

/**
 * Maximum likelihood of
 *
 *   P(x) = 1 / (1 + exp(-(c_0 + sum_j c_j x_j)))
 *
 * with the penalty ridge / 2 * sum_j (c_j s_j)^2, s_j the standard deviation of column
 * j, so that units do not matter; c_0 goes free.  Newton's method with halved steps; a
 * column that does not vary gets 0.
 *
 * @param sample    borrowed
 * @param ridge     0 or more; above 0 classes that do not overlap give finite numbers
 * @param[out] c    [columns + 1]; written only on success
 * Errors:  ERR_ARG (n = 0, columns, ridge), ERR_NUMERIC (a value that is not finite; no
 *          convergence, as for classes that do not overlap without a ridge)
 * Cost:    O(n columns^2) a step, some 10 steps
 * Source:  le Cessie and van Houwelingen, Applied Statistics 41:191-201, 1992, doi
 *          10.2307/2347628
 * Tests:   tests/unit/stat/logistic.c
 */
bool stat_logistic(const struct stat_logistic_sample *sample, double ridge, double *c,
                   struct err *err) ATTR_MUST_USE;

/** 1 / (1 + exp(-v)), exact far out. */
double stat_logistic_of(double v);

#endif
