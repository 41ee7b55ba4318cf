/*
 * ttest.h - do two paired measurements differ in the mean?  Student's t.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_TTEST_H
#define STAT_TTEST_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_ttest {
    size_t n;
    bool available;          /* false: below 2 pairs, or all differences are the same
                                (but for rounding) */
    double mean;             /* of x - y; NaN without pairs */
    double t, dof;           /* NaN when not available, and so the rest */
    double p;                /* two-sided */
    struct stat_interval ci; /* of the mean */
    double d_z;              /* Cohen's d of the differences: mean / sd */
};

/**
 * Paired t test of x - y.
 *
 * @param x, y      [n], the same unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Source:  Student, Biometrika 6:1-25, 1908; Lakens, Front Psychol 4:863, 2013 (d_z).
 * Tests:   tests/unit/stat/ttest.c
 */
bool stat_ttest_paired(const double *x, const double *y, size_t n,
                       struct stat_ttest *out, struct err *err) ATTR_MUST_USE;

/** 95 % interval of a mean: mean -+ t(0.975, n - 1) sd / sqrt(n); n >= 2.
 *  Errors: ERR_NUMERIC */
bool stat_t_interval(double mean, double sd, size_t n, struct stat_interval *out,
                     struct err *err) ATTR_MUST_USE;

#endif
