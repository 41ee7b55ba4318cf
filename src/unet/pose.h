/*
 * pose.h - the symmetries of a square patch: mirrored and turned copies.
 *
 * Layer:  unet.   Thread: pure.
 */
#ifndef UNET_POSE_H
#define UNET_POSE_H

#include <stddef.h>
#include <stdint.h>

enum { UNET_POSES = 8 };

/** Where pixel (x, y) of a square of `size` lies in pose p: bit 0 mirrors x, bit 1
 *  mirrors y, bit 2 transposes. */
static inline size_t pose_at(int p, int32_t size, int32_t x, int32_t y)
{
    const int32_t mx = p & 1 ? size - 1 - x : x, my = p & 2 ? size - 1 - y : y;
    return p & 4 ? (size_t)mx * (size_t)size + (size_t)my
                 : (size_t)my * (size_t)size + (size_t)mx;
}

#endif
