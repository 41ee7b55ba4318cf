/*
 * groups.h - sums of a sample by group, on which tests between groups stand.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_GROUPS_H
#define STAT_GROUPS_H

#include <stddef.h>

#include "base/err.h"

struct stat_group {
    size_t n;
    double
        mean; /* NaN without values; of equal values it is that value to the last bit */
};

/**
 * Count the values of each group, and their mean.
 *
 * @param x         [n]; borrowed
 * @param group     [n], 0 to k - 1; borrowed
 * @param[out] out  [k], owned by the caller (mem_free); written only on success
 * @param[out] some groups that have a value
 * Errors:  ERR_ARG (a group of k or more), ERR_NUMERIC (a value that is not finite),
 *     ERR_NOMEM
 * Tests:   tests/unit/stat/kruskal.c, tests/unit/stat/anova.c
 */
bool stat_groups(const double *x, const size_t *group, size_t n, size_t k,
                 struct stat_group **out, size_t *some, struct err *err) ATTR_MUST_USE;

#endif
