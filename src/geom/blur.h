/*
 * blur.h - in-plane Gaussian smoothing.
 *
 * Layer:  geom.
 * Thread: pure functions.
 *
 * The same input gives the same bits to every caller, whatever the instruction set of
 * the loops, and a mirrored input gives the mirrored output, bit for bit.
 */
#ifndef GEOM_BLUR_H
#define GEOM_BLUR_H

#include "image/image.h"

C_API_BEGIN

#define GEOM_BLUR_MAX_SIGMA 64.0 /* pixels */

/**
 * Smooth every slice along columns and rows, in place.
 *
 *   w[n] = exp(-n^2 / (2 sigma^2)) for |n| <= ceil(3 sigma), divided by their sum;
 *   beyond an edge the edge's value goes on, so a constant stays constant
 *
 * @param vox    [dim[2]][dim[1]][dim[0]]
 * @param sigma  pixels along x and y, in [0, GEOM_BLUR_MAX_SIGMA]; 0 leaves that axis
 * Errors:  ERR_ARG (a length < 1, a sigma out of range), ERR_NOMEM; `vox` is unchanged
 * Cost:    about 1.5 (sigma_x + sigma_y) multiplications a voxel; one row and one slice
 *          of memory
 * Tests:   tests/unit/geom/blur.c (sums, constant, plain reference, mirror)
 */
bool geom_blur(float *vox, const int32_t dim[AT_LEAST(3)],
               const double sigma[AT_LEAST(2)], struct err *err) ATTR_MUST_USE;

C_API_END

#endif
