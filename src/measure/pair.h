/*
 * pair.h - may these two label maps be compared voxel by voxel?
 *
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_PAIR_H
#define MEASURE_PAIR_H

#include "image/image.h"

/** Both have voxels, the same number along every axis, and `set` has labels.
 *  Errors: ERR_ARG, beginning with `what` ("DSC").
 *  Tests:  tests/unit/measure/dice.c, surface.c, lesions.c */
bool measure_pair_check(const char *what, const struct labels *truth,
                        const struct labels *pred, unsigned set,
                        struct err *err) ATTR_MUST_USE;

#endif
