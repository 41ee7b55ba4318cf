/*
 * by_slice.h - doubles on their way into and out of tensors with their slices
 * outermost.
 *
 * A tensor is made larger than it is by `wider` floats a slice, as a part of a room is,
 * and has guard slices; all that is not its own is NaN.
 */
#ifndef TESTING_BY_SLICE_H
#define TESTING_BY_SLICE_H

#include "nn/fast.h"

#include "nn/slices.h"

struct by_slice {
    struct nn_slices s;
    float *memory; /* owned */
    size_t count;  /* of floats in it */
};

/* Where (c, d, h, w) lies. */
static inline size_t by_slice_place(const struct nn_slices *x, int32_t c, int32_t d,
                                    int32_t h, int32_t w)
{
    const size_t lanes = NN_SLICES_LANES, channel = (size_t)c;
    const size_t plane = (size_t)x->shape.h * (size_t)x->shape.w;
    const size_t voxel = (size_t)h * (size_t)x->shape.w + (size_t)w;
    return (size_t)d * x->pitch + (channel / lanes * plane + voxel) * lanes +
           channel % lanes;
}

static inline struct by_slice by_slice_new(struct tensor_shape shape, size_t wider,
                                           int guard)
{
    struct by_slice t = {.s = {.shape = shape}};
    t.s.pitch = nn_slices_plane(shape) + wider;
    t.count = (size_t)(shape.d + 2 * guard) * t.s.pitch;
    t.memory = fast_garbage(t.count);
    t.s.data = t.memory + (size_t)guard * t.s.pitch;
    return t;
}

/* Lanes without a channel are zero, as every reader expects. */
static inline void by_slice_put(struct by_slice *t, const double *a)
{
    const struct tensor_shape s = t->s.shape;
    const int32_t lanes =
        (s.c + NN_SLICES_LANES - 1) / NN_SLICES_LANES * NN_SLICES_LANES;
    for (int32_t c = 0; c < lanes; c++)
        for (int32_t d = 0; d < s.d; d++)
            for (int32_t h = 0; h < s.h; h++)
                for (int32_t w = 0; w < s.w; w++)
                    t->s.data[by_slice_place(&t->s, c, d, h, w)] =
                        c < s.c ? (float)a[tensor_index(s, c, d, h, w)] : 0.0f;
}

/* Floats that are not NaN: what has been written, lanes without a channel included. */
static inline size_t by_slice_written(const struct by_slice *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        n += isnan(t->memory[i]) ? 0 : 1;
    return n;
}

/* The tensor holds `want` within `tol` of its peak, zero in the lanes without a
 * channel, and nothing was written beside it. */
static inline void assert_by_slice(const struct by_slice *t, const double *want,
                                   double tol)
{
    const struct tensor_shape s = t->s.shape;
    double *got = array_zero(tensor_count(s));
    for (int32_t c = 0; c < s.c; c++)
        for (int32_t d = 0; d < s.d; d++)
            for (int32_t h = 0; h < s.h; h++)
                for (int32_t w = 0; w < s.w; w++)
                    got[tensor_index(s, c, d, h, w)] =
                        (double)t->s.data[by_slice_place(&t->s, c, d, h, w)];
    assert_near(array_distance(got, want, tensor_count(s)), 0.0, tol);
    for (int32_t c = s.c; c % NN_SLICES_LANES != 0; c++)
        for (int32_t d = 0; d < s.d; d++)
            assert_true(t->s.data[by_slice_place(&t->s, c, d, s.h - 1, 0)] == 0.0f);
    assert_int_equal(by_slice_written(t), (size_t)s.d * nn_slices_plane(s));
    mem_free(got);
}

#endif
