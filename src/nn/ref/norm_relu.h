/*
 * norm_relu.h - the definition of instance normalisation with scale, shift and ReLU.
 *
 * Layer:  nn.  Conventions: nn/ref/conv3d.h.
 *
 *   xhat = (x - mean) / sqrt(var + eps),   y = max(0, scale * xhat + shift)
 *
 * mean and var are those of one channel over its D*H*W voxels; var is the biased one
 * (divided by D*H*W).  The slope of max(0, .) at 0 is 0.
 *
 * Source: Ulyanov, Vedaldi, Lempitsky, "Instance normalization", arXiv:1607.08022, eq.
 * 2; backward: Ioffe, Szegedy, "Batch normalization", ICML 2015, section 3. Tests:
 * tests/unit/nn/ref/norm_relu.c (moments, four-point differences)
 */
#ifndef NN_REF_NORM_RELU_H
#define NN_REF_NORM_RELU_H

#include <stdbool.h>

#include "tensor/tensor.h"

#define NN_REF_NORM_EPS 1e-5

struct nn_ref_norm_relu {
    struct tensor_shape shape;
    const double *x;             /* [C][D][H][W] */
    const double *scale, *shift; /* [C] */
    bool relu;                   /* false: y = scale * xhat + shift */
};

void nn_ref_norm_relu_forward(const struct nn_ref_norm_relu *n, double *y);

/** dx, dscale, dshift += what dy says; everything else is recomputed from n->x. */
void nn_ref_norm_relu_backward(const struct nn_ref_norm_relu *n, const double *dy,
                               double *dx, double *dscale, double *dshift);

#endif
