/*
 * tensor.h - the shape of a tensor, N C D H W with N = 1.
 *
 * Why:    networks work on blocked layouts that belong to `nn`; everything outside it
 *         sees plain float32 in the order [C][D][H][W], described by this struct.
 * Layer:  tensor (may use base).
 */
#ifndef TENSOR_TENSOR_H
#define TENSOR_TENSOR_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/* Lengths of the axes: channels, slices, rows, columns. */
struct tensor_shape {
    int32_t c, d, h, w;
};

/** Voxels of one channel. */
static inline size_t tensor_voxels(struct tensor_shape s)
{
    return (size_t)s.d * (size_t)s.h * (size_t)s.w;
}

/** All elements. */
static inline size_t tensor_count(struct tensor_shape s)
{
    return (size_t)s.c * tensor_voxels(s);
}

/** Offset of element (c, d, h, w) in the plain order. */
static inline size_t tensor_index(struct tensor_shape s, int32_t c, int32_t d,
                                  int32_t h, int32_t w)
{
    return (((size_t)c * (size_t)s.d + (size_t)d) * (size_t)s.h + (size_t)h) *
               (size_t)s.w +
           (size_t)w;
}

#endif
