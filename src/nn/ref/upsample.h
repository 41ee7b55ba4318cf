/*
 * upsample.h - the definition of nearest-neighbour upsampling by 2 in the plane.
 *
 * Layer:  nn.  Conventions: nn/ref/conv3d.h.
 *
 *   y(c, d, h, w) = x(c, d, h / 2, w / 2)
 *
 * Tests:  tests/unit/nn/ref/upsample.c (values, adjoint)
 */
#ifndef NN_REF_UPSAMPLE_H
#define NN_REF_UPSAMPLE_H

#include "tensor/tensor.h"

/** x [C][D][H][W] (its shape is `shape`) -> y [C][D][2H][2W]. */
void nn_ref_upsample_forward(struct tensor_shape shape, const double *x, double *y);

/** dx += the sum of each block of four in dy; `shape` is that of x. */
void nn_ref_upsample_backward(struct tensor_shape shape, const double *dy, double *dx);

#endif
