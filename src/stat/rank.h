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

/**
 * Ranks from 1 (the smallest); tied values share the mean of their ranks.
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

#endif
