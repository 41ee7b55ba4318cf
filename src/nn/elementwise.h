/*
 * elementwise.h - the loops that are ours: upsampling, sums, conversions.
 *
 * Why:    oneDNN's versions are 5 to 100 times slower in blocked layouts, or missing.
 * Layer:  nn.
 * Thread: parallel over independent rows; the same bits for any number of threads.
 * Reference: nn/ref/upsample.h.   Tests: tests/unit/nn/elementwise.c
 *
 * Blocked activations are [c / block][d][h][w][block], bf16 or float32.
 */
#ifndef NN_ELEMENTWISE_H
#define NN_ELEMENTWISE_H

#include "nn/engine.h"
#include "tensor/tensor.h"

/** Nearest 1 x 2 x 2 upsampling; `s` is the low-resolution shape. */
void nn_upsample_forward(enum nn_precision p, int block, struct tensor_shape s,
                         const void *src, void *dst);

/** Its adjoint: d_src = sum of the four (float32 sums, rounded once). */
void nn_upsample_backward(enum nn_precision p, int block, struct tensor_shape s,
                          const void *d_dst, void *d_src);

/** dst += src over `count` elements. */
void nn_add(enum nn_precision p, size_t count, const void *src, void *dst);

/** float32 to the precision of activations. */
void nn_convert(enum nn_precision p, size_t count, const float *src, void *dst);

#endif
