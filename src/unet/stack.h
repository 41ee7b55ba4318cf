/*
 * stack.h - a short-axis stack made ready to be sampled at a network's pixel size.
 *
 * Why:    a patch samples with bilinear interpolation, which aliases when the
 *         scanner's pixel is much smaller than the network's; such images are
 *         averaged over whole blocks of pixels first.  Slices are never mixed.
 * Layer:  unet.
 * Thread: plain data.
 *
 * In-plane positions are in mm from the centre of the first native pixel, along columns
 * (x) and rows (y), so that images of any block size share one frame.
 */
#ifndef UNET_STACK_H
#define UNET_STACK_H

#include "image/image.h"

#define STACK_SLICE_MM 10.0
enum { STACK_LEAST = 4 };

struct stack {
    float *vox; /* owned; [nz][ny][nx] */
    int32_t nx, ny, nz;
    double edge_mm[2];  /* pixel after averaging, along x and y */
    double first_mm[2]; /* centre of the first pixel */
    double size_mm[2];  /* field of view of the native image */
    int32_t stride;     /* every how-manieth slice follows the last in a substack */
};

/**
 * How many stacks lie in one another where slices are nearer to each other than
 * networks know them (STACK_SLICE_MM): 3D LGE, or a stack that was interpolated.  1
 * where they are not, and where a stack would have fewer than STACK_LEAST slices.
 * Source: docs/evidence/dense-stacks.md
 */
int32_t stack_stride(double slice_mm, int32_t nz);

/**
 * Average blocks of floor(pixel / edge + 0.4) native pixels, at least 1, along each
 * axis.
 *
 * @param pixel_mm  the pixel at which patches will be sampled
 * Errors: ERR_NOMEM
 */
bool stack_prepare(const struct image *image, double pixel_mm, struct stack *out,
                   struct err *err) ATTR_MUST_USE;

void stack_clear(struct stack *stack);

#endif
