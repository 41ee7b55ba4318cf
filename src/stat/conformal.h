/*
 * conformal.h - how far off is the next case, from how far off the others were.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_CONFORMAL_H
#define STAT_CONFORMAL_H

#include <stddef.h>

#include "base/err.h"

/**
 * The bound that the next score stays below with a probability of `level` or more.
 *
 *   q = the k-th smallest score,  k = ceil((n + 1) level)
 *
 * For n scores and a next one that are exchangeable, P(next <= q) >= level, whatever
 * their distribution; without ties it is below level + 1 / (n + 1).  Where k > n there
 * are too few scores to say anything: q is infinite.
 *
 * Split conformal prediction: score = |error|, the interval is prediction -+ q.
 * Normalised: score = |error| / u with a spread estimate u > 0 of each case's own, and
 * the interval is prediction -+ q u.
 *
 * @param score     [n]; borrowed.  0 scores are allowed: q is infinite
 * @param level     in (0, 1)
 * @param[out] q    written only on success
 * Errors:  ERR_ARG (level), ERR_NUMERIC (a score that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Source:  Papadopoulos, Proedrou, Vovk, Gammerman, ECML 2002, doi
 *          10.1007/3-540-36755-1_29; Lei, G'Sell, Rinaldo, Tibshirani, Wasserman,
 *          J Am Stat Assoc 113:1094-1111, 2018, doi 10.1080/01621459.2017.1307116
 *          (theorem 2.2; section 5.2: locally weighted)
 * Tests:   tests/unit/stat/conformal.c
 */
bool stat_conformal(const double *score, size_t n, double level, double *q,
                    struct err *err) ATTR_MUST_USE;

/**
 * The share of all cases to come that such a bound covers differs from one set of n
 * scores to the next; its mean is the level or a bit more.  Where scores do not tie it
 * is distributed as Beta(k, n + 1 - k).
 *
 * @param[out] lo, hi  5 and 95 % of that distribution; written only on success
 * Errors:  ERR_ARG (level; too few scores: k > n), ERR_NUMERIC
 * Source:  Vovk, ACML 2012, PMLR 25:475-490 (conditional validity)
 * Tests:   tests/unit/stat/conformal.c
 */
bool stat_conformal_spread(size_t n, double level, double *lo, double *hi,
                           struct err *err) ATTR_MUST_USE;

#endif
