/*
 * threshold_otsu.h - the threshold that parts a sample in two, by Otsu.
 *
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_THRESHOLD_OTSU_H
#define MEASURE_THRESHOLD_OTSU_H

#include <stddef.h>

#include "base/err.h"

/**
 * Find the split with the greatest variance between its two sides.
 *
 *   between(m) = n0 n1 (mean1 - mean0)^2 / n^2
 *
 * over every split of the sorted sample between two values that differ, so no
 * histogram and no width of its bins enters.  Of equal splits the lowest is taken.
 *
 * @param sorted    [n] ascending, finite, any unit; borrowed
 * @param[out] out  half way between the values next to the split (the lower one where
 *                  no double lies between them): what is greater, and that is some,
 *                  lies on the bright side; written only on success
 * Errors:  ERR_NUMERIC (all values are equal, or none)
 * Cost:    O(n)
 * Source:  Otsu, IEEE Trans Syst Man Cybern 9(1):62-66, 1979,
 *          doi 10.1109/TSMC.1979.4310076.
 * Tests:   tests/unit/measure/threshold_otsu.c (against all splits)
 */
bool measure_threshold_otsu(const double *sorted, size_t n, double *out,
                            struct err *err) ATTR_MUST_USE;

#endif
