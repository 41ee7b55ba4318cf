/*
 * max_pool.h - the definition of the in-plane max pool, 1 x 2 x 2 with stride 2.
 *
 * Layer:  nn.  Conventions: nn/ref/conv3d.h.
 *
 * Slices are kept, rows and columns (both even) are halved.  Of equal values the first
 * in memory order wins, and only the winner receives the gradient.
 *
 * Tests:  tests/unit/nn/ref/max_pool.c (ties, adjoint for a given winner)
 */
#ifndef NN_REF_MAX_POOL_H
#define NN_REF_MAX_POOL_H

#include "tensor/tensor.h"

/**
 * @param shape        of the input; h and w even
 * @param x            [C][D][H][W]
 * @param[out] y       [C][D][H/2][W/2]
 * @param[out] winner  like y: the index into `x` that each y came from
 */
void nn_ref_max_pool_forward(struct tensor_shape shape, const double *x, double *y,
                             size_t *winner);

/** dx(winner) += dy; `shape` is that of x. */
void nn_ref_max_pool_backward(struct tensor_shape shape, const size_t *winner,
                              const double *dy, double *dx);

#endif
