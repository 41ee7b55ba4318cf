/*
 * kruskal.h - do groups differ?  Kruskal and Wallis, by ranks.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_KRUSKAL_H
#define STAT_KRUSKAL_H

#include <stddef.h>

#include "base/err.h"

struct stat_kruskal {
    size_t n, groups;       /* values; groups that have any */
    bool available;         /* false: below 2 groups, or all values are the same */
    double h, dof;          /* corrected for ties; NaN when not available */
    double p;               /* of chi-squared: rough below 5 values in a group */
    double epsilon_squared; /* h / (n - 1): 0 none, 1 all of the variance of ranks */
};

/**
 * Kruskal-Wallis test of values in `k` groups.
 *
 * @param x         [n]; borrowed
 * @param group     [n], 0 to k - 1: the group of each value; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (a group of k or more), ERR_NUMERIC (a value that is not finite),
 *     ERR_NOMEM
 * Source:  Kruskal and Wallis, J Am Stat Assoc 47:583-621, 1952; Tomczak and Tomczak,
 *          Trends in Sport Sciences 1(21):19-25, 2014 (epsilon squared).
 * Tests:   tests/unit/stat/kruskal.c
 */
bool stat_kruskal(const double *x, const size_t *group, size_t n, size_t k,
                  struct stat_kruskal *out, struct err *err) ATTR_MUST_USE;

#endif
