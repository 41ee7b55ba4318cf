/*
 * winograd.h - the 3 x 3 convolution of nn/conv3d.h with fewer multiplications than the
 * definition has: 25 for every 81 in bfloat16, F(3 x 3, 3 x 3), and, for prediction
 * alone, 1 for every 4 in float32, F(4 x 4, 3 x 3).
 *
 * Why:    a network spends nine tenths of its time in these convolutions, and the
 *         direct one already keeps the CPU's multipliers busy: faster is only who
 *         multiplies less.  Whole networks predict 1.9 to 2.1 times as fast as with
 *         oneDNN's direct convolution in bfloat16, 1.7 to 1.9 times in float32 with
 *         AVX2, and learn 1.7 times as fast in bfloat16: the gradient towards the
 *         source is such a convolution, too, that of the kernels nn/winograd_weights.h.
 *         oneDNN has Winograd's algorithm for float32 with AVX-512 alone
 *         (nn/slice_conv.h).
 * Layer:  nn.
 * Thread: parallel over pieces of the stack; the same bits for any number of threads.
 * Reference: nn/ref/conv3d.h.   Tests: tests/unit/nn/winograd.c
 * Source: Lavin, Gray, "Fast algorithms for convolutional neural networks", CVPR 2016,
 *         arXiv 1509.09308.  In bfloat16 data and kernels are rounded once more after
 *         their transform, sums are float32: of random numbers the result is off by 0.9
 *         per cent of its size (F(2 x 2, 3 x 3): 0.4), for points that magnify rounding
 *         least (the usual 0, 1, -1, 2: 1.4); label maps are as far from those in
 *         float32 with either (docs/evidence/what-we-tried.md).  Larger tiles would
 *         magnify that further, and fit planes of 72, 36, 18 and 9 pixels less; in
 *         float32 they cost some ten times the error of direct sums, 1e-6 of the
 *         largest result.  Training magnifies that: in float32 two processes would no
 *         longer learn what one learns with twice the batch, to 1e-4.  In bfloat16
 *         networks learn as much as directly (docs/evidence/what-we-tried.md).
 *
 * Kernels of several slices are sums over slices of products: what a slice's data was
 * transformed into serves all slices that it is a neighbour of, and slices beyond the
 * ends cost nothing.
 */
#ifndef NN_WINOGRAD_H
#define NN_WINOGRAD_H

#include <stdint.h>

#include "nn/conv3d.h"
#include "nn/winograd_pack.h"

struct nn_winograd;

/** The tiles that this CPU multiplies faster than oneDNN's direct convolution, or NULL.
 *  Static. */
const struct wino_kind *nn_winograd_kind(const struct nn_engine *e);

/** Whether it can do this convolution, and faster than the direct one on this CPU. */
bool nn_winograd_suits(const struct nn_engine *e, const struct nn_conv_desc *desc);

/** @param desc one that suits.  Errors: ERR_NOMEM */
bool nn_winograd_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                     struct nn_winograd **out, struct err *err) ATTR_MUST_USE;
void nn_winograd_free(struct nn_winograd *w);

/** Weights, in nn/conv3d.h's plain form or its master form; zero until then. */
void nn_winograd_load(struct nn_winograd *w, enum wino_form form, const float *weights);

/** Use the weights of the same convolution of another network, which must outlive this
 * one's runs. */
void nn_winograd_borrow(struct nn_winograd *w, const struct nn_winograd *from);

/** In scratch memory of the engine (nn_engine_reserve()).
 *  @param src, dst  in the engine's precision and blocks, [c / 16][d][h][w][16] or 8 */
void nn_winograd_run(const struct nn_winograd *w, const void *src, void *dst);

#endif
