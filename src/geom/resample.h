/*
 * resample.h - put a volume on a grid with another voxel size.
 *
 * Why:    tests ask whether a result depends on the pixels a scanner stored
 *         (tests/cli/vary.c).  Patients' images never go this way: a network's patch is
 *         sampled from the stack once (unet/patch.h), and labels are decided upon on
 *         the native grid.
 * Layer:  geom.
 * Thread: pure functions.
 */
#ifndef GEOM_RESAMPLE_H
#define GEOM_RESAMPLE_H

#include "image/image.h"

C_API_BEGIN

/**
 * Resample an image to `edge_mm`, keeping the centre of voxel (0, 0, 0) and the axes.
 *
 *   out(q) = sum_p src(p) * w(q - p),   w = trilinear hat
 *
 * The output never extrapolates: dim'[a] = floor((dim[a] - 1) * edge[a] / edge'[a])
 * + 1. There is no low-pass filter: a coarser grid aliases what it cannot hold
 * (geom_blur first where that matters).
 *
 * @param src       borrowed
 * @param edge_mm   target voxel edge along x, y, z, in [1e-3, 1e3] mm; an axis whose
 *                  edge is that of the source already is copied bit for bit
 * @param[out] out  owned by the caller; written only on success; not `src`
 * Errors:  ERR_ARG (empty `src`, an edge out of range), ERR_SUPPORT (output above
 *          IMAGE_MAX_VOXELS), ERR_NOMEM
 * Cost:    O(output voxels), 8 reads each
 * Source:  Lehmann, Goenner, Spitzer, IEEE TMI 18(11):1049-1075, 1999,
 *          doi 10.1109/42.816070.
 * Tests:   tests/unit/geom/resample.c (affine ramp, refusals)
 */
bool geom_resample_image(const struct image *src, const double edge_mm[AT_LEAST(3)],
                         struct image *out, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
