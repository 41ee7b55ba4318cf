/*
 * chords.h - across the wall at a right angle: how thick it is, how much of it is scar.
 *
 * Way:    the middle line of the wall runs half way between the ends of the rays of
 *         ring.h.  MEASURE_CHORDS chords start from it, equally spaced along it (along
 *         what there is of it, where the ring is open), at a right angle to it, and end
 *         where the wall ends on both sides.  A chord does not count that leaves
 *         through an opening, or is longer than twice the wall on its ray.  Its scarred
 *         share is that of 64 equally spaced points on it (labels 3 and 4 of 2, 3 and
 *         4; nearest pixel).
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Source: centre-line method: Sheehan et al., Circulation 1986;74:293-305,
 *         doi 10.1161/01.cir.74.2.293.
 * Tests:  tests/unit/measure/chords.c
 */
#ifndef MEASURE_CHORDS_H
#define MEASURE_CHORDS_H

#include "measure/ring.h"
#include "measure/segments.h"

struct measure_chord {
    double middle_mm[2]; /* half way, from the centre of the ring */
    double thickness_mm;
    double scarred; /* share, 0..1 */
};

/** @param[out] chord  [MEASURE_CHORDS]   @return how many there are */
int measure_chords_cut(const struct labels *labels, int32_t slice,
                       const struct measure_plane *plane,
                       const struct measure_ring *ring,
                       struct measure_chord chord[AT_LEAST(MEASURE_CHORDS)]);

/**
 * Scar of a slice by thirds of the wall, counted in pixels: the depth of a point is its
 * share of the way along its ray from the inner to the outer end of the wall.  Every
 * pixel of scar is taken as 4 x 4 points; those on rays without wall are left out.
 *
 * @param[in,out] third  subendocardial, mid-wall, subepicardial; added to
 */
void measure_chords_depth(const struct labels *labels, int32_t slice,
                          const struct measure_plane *plane,
                          const struct measure_ring *ring, double third[AT_LEAST(3)]);

#endif
