/*
 * distance.h - how far every pixel of a slice, or voxel, lies from a region.
 *
 * Layer:  geom (may use base, image).
 * Thread: pure functions.
 */
#ifndef GEOM_DISTANCE_H
#define GEOM_DISTANCE_H

#include "image/image.h"

C_API_BEGIN

/**
 * Exact Euclidean distance in mm from the centre of every pixel to the centre of the
 * nearest pixel of a mask, slice by slice.
 *
 *   d(i, j)^2 = min over mask pixels (p, q) of (ex (i - p))^2 + (ey (j - q))^2
 *
 * @param mask      [dim[2]][dim[1]][dim[0]] bytes, 0 or not 0; borrowed
 * @param edge_mm   ex, ey: edges of a pixel along columns and rows, > 0
 * @param[out] out  [dim[2]][dim[1]][dim[0]]; 0 in the mask, INFINITY in a slice without
 *                  any of it; written only on success
 * Errors:  ERR_ARG (a length < 1, an edge that is not a positive number), ERR_NOMEM
 * Cost:    O(pixels): about 15 ns each; one slice of double
 * Source:  Felzenszwalb, Huttenlocher, Theory of Computing 8:415-428, 2012,
 *          doi 10.4086/toc.2012.v008a019 (lower envelope of parabolas).
 * Tests:   tests/unit/geom/distance.c (against all pairs)
 */
bool geom_distance(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                   const double edge_mm[AT_LEAST(2)], float *out,
                   struct err *err) ATTR_MUST_USE;

/**
 * The same to the mask's edge: negative inside of it, positive outside, never 0.
 *
 * The edge is taken to run half the shorter pixel edge from the pixels that it parts,
 * so `out < 0` is the mask again, and the zero of the interpolated field lies half way
 * between two pixels that are square.
 *
 * @param[out] out  as above; a slice without any of the mask is INFINITY, one that is
 *                  all mask is -INFINITY
 */
bool geom_distance_signed(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                          const double edge_mm[AT_LEAST(2)], float *out,
                          struct err *err) ATTR_MUST_USE;

/**
 * The exact distance in the volume, slices included:
 *
 *   d(i, j, k)^2 = min over mask voxels (p, q, r) of
 *                  (ex (i - p))^2 + (ey (j - q))^2 + (ez (k - r))^2
 *
 * @param edge_mm   ex, ey, ez > 0; ez is the distance between slice centres
 * @param[out] out  as above; INFINITY everywhere when the mask is empty
 * Cost:    O(voxels); a volume of double
 */
bool geom_distance_3d(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                      const double edge_mm[AT_LEAST(3)], float *out,
                      struct err *err) ATTR_MUST_USE;

C_API_END

#endif
