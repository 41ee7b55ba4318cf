/*
 * reference.h - where the right ventricle inserts at the anterior wall.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/reference.c
 */
#ifndef MEASURE_REFERENCE_H
#define MEASURE_REFERENCE_H

#include "measure/ring.h"

/**
 * From the right ventricle of one slice.
 *
 * The directions, to a degree, in which RV blood comes within 5 mm (or two pixels,
 * where that is more) of the wall's outer end; the widest gap between them is the free
 * wall of the LV, the rest is the septum, and its first direction anticlockwise (seen
 * from the apex) is the anterior insertion.  A septum of less than 40 or more than 200
 * degrees is not believed.
 *
 * @param ring       with rays all round
 * @param centre_px  column and row from which the angles are seen
 * @param[out] degrees  in [0, 360)
 * @return false if the slice does not tell
 */
bool measure_reference_of_slice(const struct labels *labels, int32_t slice,
                                const struct measure_plane *plane,
                                const struct measure_ring *ring,
                                const double centre_px[AT_LEAST(2)], double *degrees);

/** Mean of angles: the direction of the sum of their unit vectors.  @param n >= 1 */
double measure_reference_mean(const double *degrees, int32_t n);

/** A guess without an RV: scanners' operators turn the picture so that the anterior
 *  insertion lies upper left, at 125 degrees, right being the axis of the grid that
 *  points most to the patient's left.  How far off that is: measure/segments.h. */
double measure_reference_of_patient(const struct measure_plane *plane);

#endif
