/*
 * platt.h - from a score to a probability: a logistic curve with two numbers.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_PLATT_H
#define STAT_PLATT_H

#include <stddef.h>

#include "base/err.h"

/* P(positive | score) = 1 / (1 + exp(-(offset + slope * score))) */
struct stat_platt {
    double offset, slope;
};

/** The probability; 0 and 1 only where a double cannot hold what lies between. */
double stat_platt_at(const struct stat_platt *curve, double score);

/**
 * Platt's scaling: maximum likelihood with softened targets,
 *
 *   t+ = (n+ + 1) / (n+ + 2),   t- = 1 / (n- + 2)
 *
 * so that classes that do not overlap still give a finite slope, and few cases a
 * probability away from 0 and 1.  Newton's method with halved steps.  A slope below 0
 * (the score speaks against what it should speak for) becomes 0, and the offset that
 * of the share of positives.  All of one class: slope 0 too.
 *
 * @param score     [n], any unit; borrowed
 * @param positive  [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (n = 0), ERR_NUMERIC (a score that is not finite, no convergence)
 * Cost:    O(n) a step, some 10 steps
 * Source:  Platt, Advances in Large Margin Classifiers, MIT Press, 1999, 61-74; Lin,
 *          Lin, Weng, Machine Learning 68:267-276, 2007, doi
 *          10.1007/s10994-007-5018-6 (the algorithm)
 * Tests:   tests/unit/stat/platt.c
 */
bool stat_platt_fit(const double *score, const bool *positive, size_t n,
                    struct stat_platt *out, struct err *err) ATTR_MUST_USE;

#endif
