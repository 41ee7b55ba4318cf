/*
 * surface.h - how far the surfaces of two regions lie apart.
 *
 * Why:    a Dice coefficient falls with the size of a scar and does not say whether an
 *         outline is off by 1 mm or by 10; distances do, and they depend on what is
 *         called the surface, so that is written down here.
 * Layer:  measure (may use base, image, geom; see LAYERS).
 * Thread: pure functions, no globals; safe to call concurrently.
 *
 * Surface.  Every face between a voxel of the region and one outside of it is an
 * element of the surface; voxels beyond the grid are outside.  Its place is the centre
 * of the face, its area that of the face, in mm: axes are taken to be orthogonal, and a
 * slice is as thick as slice centres lie apart.  Centres of the faces of a staircase at
 * 45 degrees lie in one plane; a surface at another angle is rough by a fraction of an
 * edge, and distances between rough surfaces come out as much too small (4.7 mm of 5
 * between balls of 1 x 1.5 x 2 mm voxels).  The area of a slanted surface is that of
 * its steps, up to 1.7 times the plane's, and weighs so in averages.  Nikolov et al.
 * weigh by areas of marching cubes at the corners of voxels; programs that take centres
 * of border voxels give other numbers, by up to an edge of a voxel.
 */
#ifndef MEASURE_SURFACE_H
#define MEASURE_SURFACE_H

#include "image/image.h"

#define MEASURE_TOLERANCE_MM 2.0 /* of the surface Dice coefficient, usually */

struct measure_surface {
    bool truth_empty, pred_empty; /* no voxel of the region in that map */
    bool available;             /* false: the region is empty in a map, and NaN below */
    double truth_mm2, pred_mm2; /* areas; 0 when empty */
    double hd_mm;               /* Hausdorff: the greatest distance, either way */
    double hd95_mm; /* the greater of the two ways' 95th percentiles by area */
    double assd_mm; /* average over both surfaces, by area */
    double nsd;     /* share of both areas no farther than the tolerance, in [0, 1] */
};

/**
 * Compare the surfaces of a set of labels, in the volume.
 *
 *   d(x, S) = distance from x to the nearest element of S
 *   HD   = max(max over T of d(x, P), max over P of d(x, T))
 *   HD95 = max(q over T, q over P), q the least d that 95 % of the area do not exceed
 *   ASSD = (sum over T of a d(x, P) + sum over P of a d(x, T)) / (area T + area P)
 *   NSD  = (area of T with d(x, P) <= t + area of P with d(x, T) <= t) / the same
 *
 * @param truth, pred   label maps of the same dimensions; borrowed
 * @param set           bit mask of labels, not 0
 * @param tolerance_mm  t, >= 0; distances are compared with 1 nm to spare, so that t
 *                      may be the edge of a voxel
 * @param[out] out      written only on success
 * Errors:  ERR_ARG (an empty map or set, other dimensions, a tolerance that is negative
 *     or not a number), ERR_NOMEM
 * Cost:    a lattice of 8 floats per voxel of the box round both regions; a search
 *          round each element, or, where surfaces lie far apart, a distance transform
 *          of the lattice: 3 ms for a left ventricle, 1 s at the worst for 256 x 256 x
 *          12 voxels
 * Source:  Nikolov et al., J Med Internet Res 23(7):e26151, 2021, doi 10.2196/26151
 *          (elements weighted by area, NSD); Taha, Hanbury, BMC Med Imaging 15:29,
 *          2015, doi 10.1186/s12880-015-0068-x (HD, percentile, average); Huttenlocher
 *          et al., IEEE TPAMI 15(9):850-863, 1993, doi 10.1109/34.232073
 * Tests:   tests/unit/measure/surface.c (against all pairs of elements)
 */
bool measure_surface(const struct labels *truth, const struct labels *pred,
                     unsigned set, double tolerance_mm, struct measure_surface *out,
                     struct err *err) ATTR_MUST_USE;

#endif
