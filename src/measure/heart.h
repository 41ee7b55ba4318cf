/*
 * heart.h - the part of a stack that holds the left ventricle.
 *
 * Why:    it is a tenth of the field of view; what is measured round it need not walk
 *         through the rest.
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/stack.c, tests/unit/measure/features.c
 */
#ifndef MEASURE_HEART_H
#define MEASURE_HEART_H

#include "geom/crop.h"

/** The box of the LV in the plane, `margin_mm` and three pixels more on every side, as
 *  far as the grid goes; of every slice.  One voxel a slice where there is no LV. */
struct geom_box measure_heart_box(const struct labels *labels, double margin_mm);

#endif
