/*
 * pearson.h - linear correlation with its interval.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_PEARSON_H
#define STAT_PEARSON_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_pearson {
    size_t n;
    bool available; /* false: fewer than 3 pairs, or one side does not vary */
    double r;       /* NaN when not available */
    struct stat_interval ci;
    double p; /* of r against 0, two-sided: Student t with n - 2 degrees of freedom */
};

/**
 * Pearson's r of n pairs, with Fisher's z interval and P.
 *
 * Correlation is not agreement: a method that reads twice the volume has r = 1.  Print
 * a Bland-Altman analysis beside it.
 *
 * @param x, y      [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Tests:   tests/unit/stat/pearson.c
 */
bool stat_pearson(const double *x, const double *y, size_t n, struct stat_pearson *out,
                  struct err *err) ATTR_MUST_USE;

/**
 * 95 % interval of a correlation:  tanh(atanh(r) +- 1.96 / sqrt(n - 3)).
 * NaN below 4 pairs; the point itself at r = 1 or -1.
 * Source: Fisher, Metron 1:3-32, 1921.
 */
struct stat_interval stat_fisher_interval(double r, size_t n);

#endif
