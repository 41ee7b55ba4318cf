/*
 * islands.h - into how many pieces the scar falls, and how large the largest is.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/islands.c
 */
#ifndef MEASURE_ISLANDS_H
#define MEASURE_ISLANDS_H

#include "image/image.h"

struct measure_islands {
    int32_t count;
    double largest_ml; /* 0 if there is none, of whatever size */
};

/** Count the 26-connected pieces of scar (labels 3 and 4) of `min_ml` and more; the
 *  largest is the largest of all.
 *  Errors: ERR_NOMEM, ERR_SUPPORT (geom/components.h); `out` only on success */
bool measure_islands_find(const struct labels *labels, double min_ml,
                          struct measure_islands *out, struct err *err) ATTR_MUST_USE;

#endif
