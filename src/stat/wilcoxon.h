/*
 * wilcoxon.h - do two paired measurements differ?  Signed ranks.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_WILCOXON_H
#define STAT_WILCOXON_H

#include <stddef.h>

#include "base/err.h"

/* Up to so many pairs that differ the exact distribution is used. */
enum { STAT_WILCOXON_EXACT = 50 };

struct stat_wilcoxon {
    size_t n, n_zero;       /* pairs; of these, without a difference */
    bool available;         /* false: no pair differs, and so NaN below */
    double w_plus, w_minus; /* sums of the ranks of positive and negative differences */
    double p;               /* two-sided */
    double r;               /* matched-pairs rank-biserial: (w+ - w-) / (w+ + w-) */
    const char *method;     /* of p; a constant string */
};

/**
 * Wilcoxon's signed-rank test of x - y.
 *
 * Pairs without a difference are dropped before ranking (Wilcoxon's way; SciPy's
 * zero_method="wilcox").  Up to STAT_WILCOXON_EXACT pairs that differ P is exact: over
 * all signs of the ranks as they are, ties included.  (A normal is wrong where few
 * differ: of 5 that all do so in one direction it says .04, and there is no P below
 * 2 / 2^5 = .06.)  Beyond it is that of a normal with the variance corrected for ties,
 * without a continuity correction.  r is 1 when x is greater in every pair that
 * differs.
 *
 * There is no difference where x and y are tied (STAT_RANK_TIE, stat/rank.h).  A
 * difference is known no better than the larger of the two it is taken from, and two
 * differences are tied when they differ by no more than that share of it.
 *
 * @param x, y      [n], the same unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Source:  Wilcoxon, Biometrics Bulletin 1(6):80-83, 1945; Streitberg and Roehmel,
 *          Statistical Software Newsletter 12:10-17, 1986 (exact with ties); Kerby,
 *          Comprehensive Psychology 3:1, 2014 (r).
 * Tests:   tests/unit/stat/wilcoxon.c
 */
bool stat_wilcoxon(const double *x, const double *y, size_t n,
                   struct stat_wilcoxon *out, struct err *err) ATTR_MUST_USE;

#endif
