/*
 * winograd_weights.h - the gradient of a 3 x 3 convolution's kernels with 25
 * multiplications for every 81 that the definition has, in bfloat16.
 *
 * Why:    with the result and the gradient towards the source by nn/winograd.h, half of
 *         a step of training would be spent on this one.
 * Layer:  nn.
 * Thread: parallel over slices, channels and positions; the same bits for any number of
 *         threads.
 * Reference: nn/ref/conv3d.h.   Tests: tests/unit/nn/winograd_weights.c
 * Source: as nn/winograd.h.  The forward pass is A' ((G w G') (B' d B)) A, so the
 *         gradient of w is G' ((B' d B) (A y A')) G, y being the gradient of the
 *         result, summed over tiles.  B' d B and A y A' are rounded to bfloat16, sums
 *         are float32: of random numbers it is off by 0.9 per cent of its size.
 */
#ifndef NN_WINOGRAD_WEIGHTS_H
#define NN_WINOGRAD_WEIGHTS_H

#include "nn/conv3d.h"

struct nn_winograd_weights;

/** @param desc one that suits nn/winograd.h, to be trained.  Errors: ERR_NOMEM */
bool nn_winograd_weights_new(struct nn_engine *e, const struct nn_conv_desc *desc,
                             struct nn_winograd_weights **out,
                             struct err *err) ATTR_MUST_USE;
void nn_winograd_weights_free(struct nn_winograd_weights *w);

/** In scratch memory of the engine (nn_engine_reserve()).
 *  @param src, d_dst  in the engine's precision and blocks, [c / 16][d][h][w][16]
 *  @param d_weights   overwritten: [out / 16][in / 16][kd][3][3][16 in][16 out] */
void nn_winograd_weights_run(const struct nn_winograd_weights *w, const void *src,
                             const void *d_dst, float *d_weights);

#endif
