/*
 * rank.h - ranks of a sample, with ties.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_RANK_H
#define STAT_RANK_H

#include <stddef.h>

#include "base/err.h"

/* Two values are tied when they differ by no more than this share of the larger: what
 * volumes and distances owe to rounding, some of them in float, is no order. */
#define STAT_RANK_TIE 1e-6

/** Is that so of these two, both finite? */
bool stat_rank_tied(double a, double b);

/**
 * Ranks from 1 (the smallest); tied values share the mean of their ranks.
 *
 * A run of tied values is what ties with its first, the smallest, by STAT_RANK_TIE; so
 * a chain of small steps does not become one tie.
 *
 * @param x           [n]; borrowed
 * @param[out] rank   [n], in the order of x; may be x itself; written only on success
 * @param[out] ties   sum of t^3 - t over the groups of t tied values; 0 without ties
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Tests:   tests/unit/stat/rank.c
 */
bool stat_rank(const double *x, size_t n, double *rank, double *ties,
               struct err *err) ATTR_MUST_USE;

/**
 * The same of values that are known less well than their size says, such as
 * differences: x[i] ties with the first of its run when it lies within the larger of
 * the two slacks.
 *
 * @param slack  [n], 0 or more; borrowed, and not `rank`
 */
bool stat_rank_within(const double *x, const double *slack, size_t n, double *rank,
                      double *ties, struct err *err) ATTR_MUST_USE;

#endif
