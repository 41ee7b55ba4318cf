/*
 * within.h - how much one subject's two measurements scatter.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_WITHIN_H
#define STAT_WITHIN_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_within {
    size_t n;
    double sd;               /* within-subject; NaN without pairs, and so the rest */
    struct stat_interval ci; /* of the sd */
    double repeatability;    /* 1.96 sqrt(2) sd: two readings differ by less in 95 % */
    double mean;             /* of all 2 n measurements */
    double cv_percent;       /* 100 sd / mean; NaN unless the mean is positive */
};

/**
 * Within-subject standard deviation and coefficient of variation of pairs.
 *
 *   sd = sqrt(sum (x - y)^2 / (2 n))
 *
 * A bias between x and y is part of it.  The coefficient is one of means, not a mean of
 * coefficients: patients without scar do not make it infinite.  The interval is that of
 * chi-squared with n degrees of freedom.
 *
 * @param x, y      [n], the same unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Source:  Bland and Altman, BMJ 313:744, 1996 (Statistics notes: measurement error).
 * Tests:   tests/unit/stat/within.c
 */
bool stat_within(const double *x, const double *y, size_t n, struct stat_within *out,
                 struct err *err) ATTR_MUST_USE;

#endif
