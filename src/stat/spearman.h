/*
 * spearman.h - correlation of ranks with its interval.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_SPEARMAN_H
#define STAT_SPEARMAN_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_spearman {
    size_t n;
    bool available; /* false: fewer than 3 pairs, or one side does not vary */
    double rho;     /* NaN when not available */
    struct stat_interval ci;
    double p; /* of rho against 0, two-sided: Student t with n - 2 degrees of freedom */
};

/**
 * Spearman's rho: Pearson's r of the ranks, tied values sharing their mean rank.
 *
 *   interval = tanh(atanh(rho) +- 1.96 sqrt((1 + rho^2 / 2) / (n - 3)))
 *
 * The interval is NaN below 4 pairs, and the point itself at rho = 1 or -1.
 *
 * @param x, y      [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Source:  Spearman, Am J Psychol 15:72-101, 1904; Bonett and Wright, Psychometrika
 *          65:23-28, 2000, doi 10.1007/BF02294183 (interval).
 * Tests:   tests/unit/stat/spearman.c
 */
bool stat_spearman(const double *x, const double *y, size_t n,
                   struct stat_spearman *out, struct err *err) ATTR_MUST_USE;

#endif
