/*
 * winograd.h - the 3 x 3 convolution of nn/conv3d.h for prediction in bfloat16, with 4
 * multiplications for every 9 of the definition.
 *
 * Why:    a predicting network spends nine tenths of its time in these convolutions,
 *         and the direct one already keeps the CPU's multipliers busy: faster is only
 *         who multiplies less.  1.1 (16 channels) to 1.7 times (128) as fast as
 *         oneDNN's direct convolution on this project's shapes, 1.3 to 1.5 times over
 *         whole networks; oneDNN has Winograd's algorithm for float32 alone
 *         (nn/slice_conv.h).
 * Layer:  nn.
 * Thread: parallel over pieces of the stack; the same bits for any number of threads.
 * Reference: nn/ref/conv3d.h.   Tests: tests/unit/nn/winograd.c
 * Source: Lavin, Gray, "Fast algorithms for convolutional neural networks", CVPR 2016,
 *         arXiv 1509.09308: F(2 x 2, 3 x 3).  Data and kernels are rounded to bfloat16
 *         once more after their transform, sums are float32: the result is off by
 *         twice as much as rounding it to bfloat16 makes it anyway.
 *
 * Kernels of several slices are sums over slices of products: what a slice's data was
 * transformed into serves all slices that it is a neighbour of, and slices beyond the
 * ends cost nothing.
 */
#ifndef NN_WINOGRAD_H
#define NN_WINOGRAD_H

#include <stdint.h>

#include "nn/conv3d.h"

struct nn_winograd;

/** Whether it can do this convolution, and faster than the direct one on this CPU. */
bool nn_winograd_suits(const struct nn_engine *e, const struct nn_conv_desc *desc);

/** @param desc one that suits.  Errors: ERR_NOMEM */
bool nn_winograd_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                     struct nn_winograd **out, struct err *err) ATTR_MUST_USE;
void nn_winograd_free(struct nn_winograd *w);

/** Weights in plain form, [out][in][kd][3][3]; zero until then. */
void nn_winograd_load(struct nn_winograd *w, const float *plain);

/** Use the weights of the same convolution of another network, which must outlive this
 * one's runs. */
void nn_winograd_borrow(struct nn_winograd *w, const struct nn_winograd *from);

/** In scratch memory of the engine (nn_engine_reserve()).
 *  @param src, dst  bfloat16, blocked [c / 16][d][h][w][16] */
void nn_winograd_run(const struct nn_winograd *w, const uint16_t *src, uint16_t *dst);

#endif
