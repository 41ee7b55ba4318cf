/*
 * density.h - the density of a sample, smooth: what a violin plot draws.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_DENSITY_H
#define STAT_DENSITY_H

#include <stddef.h>

#include "base/err.h"

/* Where a density is wanted, and where the measurement can lie at all: [0, 1] for a
 * DSC; infinite where there is no end. */
struct stat_density_grid {
    double lo, hi;
    const double *at; /* [n], borrowed */
    size_t n;
};

/**
 * Kernel estimate of a density, at given places.
 *
 *   f(at) = 1 / (n h) sum_i phi((at - x_i) / h),  h = 0.9 min(sd, IQR / 1.34) n^(-1/5)
 *
 * (sd alone where the quartiles are the same).  What the kernels leave beyond an end of
 * the range is folded back once, so that the density inside has the area 1 and a heap
 * of zeros does not spread to negative values.  Outside of the range it is 0.
 *
 * @param x         [n], 2 or more, inside of the range; borrowed
 * @param[out] f    [grid->n], per unit of x; 0 everywhere where all values are the same
 * Errors:  ERR_ARG (n, a range without extent, a value outside of it), ERR_NUMERIC (a
 *          value that is not finite), ERR_NOMEM
 * Cost:    O(n grid->n)
 * Source:  Silverman, Density estimation for statistics and data analysis, 1986,
 *          equation 3.31 and section 2.10 (reflection)
 * Tests:   tests/unit/stat/density.c
 */
bool stat_density(const double *x, size_t n, const struct stat_density_grid *grid,
                  double *f, struct err *err) ATTR_MUST_USE;

#endif
