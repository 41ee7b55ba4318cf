/*
 * holm.h - P values of several tests at once.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_HOLM_H
#define STAT_HOLM_H

#include <stddef.h>

#include "base/err.h"

/**
 * Holm's step-down adjustment: rejecting where the adjusted P is below alpha keeps the
 * chance of any false rejection below alpha.
 *
 * @param p              [n], 0 to 1; NaN for a test that does not exist, which is not
 *     counted and stays NaN; borrowed
 * @param[out] adjusted  [n], in the order of p; may be p itself; written only on
 *     success
 * Errors:  ERR_ARG (a P outside 0 to 1), ERR_NOMEM
 * Source:  Holm, Scand J Stat 6(2):65-70, 1979.
 * Tests:   tests/unit/stat/holm.c
 */
bool stat_holm(const double *p, size_t n, double *adjusted,
               struct err *err) ATTR_MUST_USE;

#endif
