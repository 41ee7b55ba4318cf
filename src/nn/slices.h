/*
 * slices.h - what a float32 network does that only predicts, with its slices outermost.
 *
 * Why:    oneDNN has Winograd's algorithm (half to a quarter of the products) for
 *         float32, but for planes alone.  In [d][c / 16][h][w][16] a slice with those
 *         above and below it is one plane of three times the channels, so that every
 *         convolution of a network is one of planes (nn/slice_conv.h); oneDNN's other
 *         operators do not know parts of such a tensor, hence these loops.
 * Layer:  nn.
 * Thread: parallel over planes; the same bits for any number of threads.
 * Reference: nn/ref/.   Tests: tests/unit/nn/slices.c
 */
#ifndef NN_SLICES_H
#define NN_SLICES_H

#include "tensor/tensor.h"

enum { NN_SLICES_LANES = 16 };

/* An activation, or the part of one that begins at `data`; borrowed. */
struct nn_slices {
    float *data;
    struct tensor_shape shape;
    size_t pitch; /* floats from a slice to the next */
};

/** Floats of one slice, lanes beyond the last channel included. */
static inline size_t nn_slices_plane(struct tensor_shape s)
{
    const size_t blocks = ((size_t)s.c + NN_SLICES_LANES - 1) / NN_SLICES_LANES;
    return blocks * NN_SLICES_LANES * (size_t)s.h * (size_t)s.w;
}

/** [c][d][h][w] to [d][c][h][w], a network's input; both hold tensor_count(s). */
void nn_slices_input(struct tensor_shape s, const float *plain, float *dst);

/**
 * Instance norm and ReLU, as nn/norm_relu.h; shapes of `src` and `dst` agree.
 *
 * @param scale, shift  [c]
 * @param moments       scratch of nn_slices_moments(shape) floats
 */
void nn_slices_norm_relu(const struct nn_slices *src, const float *scale,
                         const float *shift, float *moments,
                         const struct nn_slices *dst);
size_t nn_slices_moments(struct tensor_shape s);

/** Maximum over 1 x 2 x 2; rows and columns of `src` are even. */
void nn_slices_max_pool(const struct nn_slices *src, const struct nn_slices *dst);

/** Nearest 1 x 2 x 2 upsampling. */
void nn_slices_upsample(const struct nn_slices *src, const struct nn_slices *dst);

#endif
