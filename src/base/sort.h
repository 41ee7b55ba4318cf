/*
 * sort.h - numbers in ascending order.
 *
 * Why:    std::sort compares in place, qsort() through a pointer: four times as long.
 *         Medians and percentiles of images are a part of every patient's time.
 * Layer:  base.
 * Thread: safe.
 *
 * No value may be NaN.  In place; O(n log n), or as said.
 * Tests:  tests/unit/base/sort.c
 */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

#include "base/attr.h"

C_API_BEGIN

void sort_floats(float *x, size_t n);
void sort_doubles(double *x, size_t n);

/** The value that stands at x[k], k < n, once they are sorted, and no more than that:
 *  then none before it is greater, none after it less.  O(n) in the mean. */
float sort_nth_float(float *x, size_t n, size_t k);

C_API_END

#endif
