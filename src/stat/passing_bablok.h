/*
 * passing_bablok.h - a line between two methods from the median of all slopes.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_PASSING_BABLOK_H
#define STAT_PASSING_BABLOK_H

#include "stat/line.h"

/* Pairs: beyond, the slopes of all pairs of pairs are too many to be sorted. */
enum { STAT_PASSING_BABLOK_MAX = 5000 };

/**
 * Passing and Bablok's line: no assumption on the errors, and outliers do little.
 *
 * The slope is the median of the slopes between every two points, shifted by the number
 * of those below -1; two points that are the same have no slope, slopes of exactly -1
 * are left out, and two points above each other have a slope of infinity (whichever
 * sign: the shift makes no difference between them).  The intercept is the median of
 * y - slope x.  Intervals come from Kendall's variance; they are NaN where there are
 * too few slopes for 95 % (below 5 points without ties), as are those that end at
 * infinity.
 *
 * Not available: below 3 pairs, x that does not vary, a line that stands, more pairs
 * of points that fall than rise.
 *
 * @param x, y      [n], n up to STAT_PASSING_BABLOK_MAX; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_SUPPORT (too many), ERR_NOMEM
 * Cost:    n^2 / 2 slopes, sorted
 * Source:  Passing and Bablok, J Clin Chem Clin Biochem 21:709-720, 1983, doi
 *          10.1515/cclm.1983.21.11.709.
 * Tests:   tests/unit/stat/passing_bablok.c
 */
bool stat_passing_bablok(const double *x, const double *y, size_t n,
                         struct stat_line *out, struct err *err) ATTR_MUST_USE;

#endif
