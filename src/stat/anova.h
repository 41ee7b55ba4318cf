/*
 * anova.h - do groups differ in the mean?  One-way analysis of variance.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_ANOVA_H
#define STAT_ANOVA_H

#include <stddef.h>

#include "base/err.h"

struct stat_anova {
    size_t n, groups; /* values; groups that have any */
    bool available;   /* false: below 2 groups, or no variance inside the groups */
    double f, dof_between, dof_within; /* NaN when not available */
    double p;
    double eta_squared; /* part of the sum of squares that lies between the groups */
};

/**
 * One-way analysis of variance of values in `k` groups.
 *
 * @param x         [n]; borrowed
 * @param group     [n], 0 to k - 1: the group of each value; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (a group of k or more), ERR_NUMERIC (a value that is not finite),
 *     ERR_NOMEM
 * Source:  Fisher, Statistical Methods for Research Workers, 1925, chapter 7.
 * Tests:   tests/unit/stat/anova.c
 */
bool stat_anova(const double *x, const size_t *group, size_t n, size_t k,
                struct stat_anova *out, struct err *err) ATTR_MUST_USE;

#endif
