/*
 * proportion.h - k of n with its interval, and the two-by-two table.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_PROPORTION_H
#define STAT_PROPORTION_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_proportion {
    size_t k, n;
    double p; /* k / n; NaN when n is 0 */
    struct stat_interval ci;
};

/**
 * k successes of n with Wilson's score interval.
 *
 *   centre = (p + z^2 / 2n) / (1 + z^2 / n)
 *   half   = z / (1 + z^2 / n) sqrt(p (1 - p) / n + z^2 / 4n^2)
 *
 * @return  k > n is cut to n; with n = 0 everything is NaN
 * Source:  Wilson, J Am Stat Assoc 22:209-212, 1927.
 * Tests:   tests/unit/stat/proportion.c
 */
struct stat_proportion stat_wilson(size_t k, size_t n);

/**
 * 95 % interval of Clopper and Pearson: never less than 95 %, and so wider than
 * Wilson's.
 *
 * @param k, n      k > n is cut to n; with n = 0 the interval is NaN
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC
 * Source:  Clopper and Pearson, Biometrika 26:404-413, 1934.
 * Tests:   tests/unit/stat/proportion.c
 */
bool stat_clopper_pearson(size_t k, size_t n, struct stat_interval *out,
                          struct err *err) ATTR_MUST_USE;

/* Two classes, true (positive) or false. */
struct stat_confusion {
    size_t tp, fp, fn, tn;
};

/** Count one case. */
void stat_confusion_add(struct stat_confusion *c, bool truth, bool pred);

/** (tp + tn) of all. */
struct stat_proportion stat_accuracy(const struct stat_confusion *c);

/** tp of the truly positive. */
struct stat_proportion stat_sensitivity(const struct stat_confusion *c);

/** tn of the truly negative. */
struct stat_proportion stat_specificity(const struct stat_confusion *c);

#endif
