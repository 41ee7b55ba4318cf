/*
 * ring.h - the wall of a slice in polar coordinates: where it begins and where it ends.
 *
 * Way:    rays from the centre of the cavity, a degree apart.  The wall on a ray is its
 *         longest run of myocardium (labels 2, 3, 4), read by bilinear interpolation at
 *         level one half, so that its ends lie between pixels; gaps below a pixel are
 *         closed.  Ends are smoothed along the wall (Gaussian of 1.5 mm, or a pixel if
 *         that is more; used twice as 2G - G^2, which keeps circles).
 * Why:    an open ring (outflow tract) is a ring with rays that meet no wall: nothing
 *         has to be guessed there.  Papillary muscles in the cavity and specks outside
 *         are shorter runs.
 * Limits: where a ray crosses the wall twice, one of the two crossings is taken.
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/ring.c
 */
#ifndef MEASURE_RING_H
#define MEASURE_RING_H

#include "measure/plane.h"

enum { MEASURE_RAYS = 360 };

struct measure_ring {
    double centre_px[2];        /* column, row: from where the rays start */
    bool wall[MEASURE_RAYS];    /* does ray k, at k degrees, meet wall? */
    double inner[MEASURE_RAYS]; /* mm from the centre */
    double outer[MEASURE_RAYS];
    int32_t rays; /* that meet wall; 0: there is no ring */
};

/** @param labels  borrowed   @param centre_px  column and row in the slice */
void measure_ring_trace(const struct labels *labels, int32_t slice,
                        const struct measure_plane *plane,
                        const double centre_px[AT_LEAST(2)], struct measure_ring *out);

/** Inner and outer end of the wall in a direction, between rays linear.
 *  @return false where there is no wall on both sides */
bool measure_ring_at(const struct measure_ring *ring, double degrees, double *inner,
                     double *outer);

#endif
