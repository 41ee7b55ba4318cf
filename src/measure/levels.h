/*
 * levels.h - which end of the stack is the apex; which slices are basal, mid, apical.
 *
 * The rules are stated in measure/segments.h (cavity, apex, levels).  A slice without
 * wall between two that have it is a place in the length all the same.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Source: Cerqueira et al., Circulation 2002;105:539, doi 10.1161/hc0402.102975.
 * Tests:  tests/unit/measure/levels.c
 */
#ifndef MEASURE_LEVELS_H
#define MEASURE_LEVELS_H

#include "image/image.h"
#include "measure/segments.h"

/**
 * @param filled          labels whose holes are LV blood (geom_fill_holes); borrowed
 * @param[out] level      [slices]
 * @param[out] apex_last  the apex is at the end of the third axis
 * Errors:  ERR_NOMEM
 */
bool measure_levels_find(const struct labels *filled, enum measure_level *level,
                         bool *apex_last, struct err *err) ATTR_MUST_USE;

/** Is there a cavity of 10 mm2 in this slice? */
bool measure_levels_has_cavity(const struct labels *filled, int32_t slice);

#endif
