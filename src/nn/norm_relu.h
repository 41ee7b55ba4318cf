/*
 * norm_relu.h - instance normalisation with scale and shift, and ReLU, in one operator.
 *
 *   y[c][p] = max(0, scale[c] (x[c][p] - mean[c]) / sqrt(var[c] + 1e-5) + shift[c])
 *
 * mean and (biased) variance are of this sample's channel c over slices, rows and
 * columns, in training and in prediction alike.  oneDNN's batch normalisation with N =
 * 1 is just that.  It runs on one thread: its barrier spins, and the operator is 4 % of
 * a step.
 *
 * Layer:  nn.   Reference: nn/ref/norm_relu.h.   Tests: tests/unit/nn/norm_relu.c
 * Source: Ulyanov, Vedaldi, Lempitsky, arXiv 1607.08022.
 */
#ifndef NN_NORM_RELU_H
#define NN_NORM_RELU_H

#include "nn/engine.h"
#include "tensor/tensor.h"

#define NN_NORM_EPSILON 1e-5f /* added to the variance */

struct nn_norm;

struct nn_norm_mem {
    void *src, *dst, *d_dst, *d_src; /* blocked activations, borrowed */
    float *scale, *shift;            /* [c] */
    float *d_scale, *d_shift;        /* [c], overwritten */
};

bool nn_norm_new(struct nn_engine *e, struct tensor_shape shape, bool train,
                 struct nn_norm **out, struct err *err) ATTR_MUST_USE;
void nn_norm_free(struct nn_norm *n);
bool nn_norm_bind(struct nn_norm *n, const struct nn_norm_mem *mem,
                  struct err *err) ATTR_MUST_USE;
bool nn_norm_forward(struct nn_norm *n, struct err *err) ATTR_MUST_USE;
bool nn_norm_backward(struct nn_norm *n, struct err *err) ATTR_MUST_USE;

#endif
