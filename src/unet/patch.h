/*
 * patch.h - what the network sees: a substack of slices on a square grid round the
 * heart.
 *
 * Why:    training and prediction sample and normalise through these same functions;
 *         an augmented patch differs only in its geometry and in what augment.h does
 *         to the intensities in between.
 * Layer:  unet.
 * Thread: pure functions.
 *
 *   position(x, y) = centre + map (q + bend(q)) + shift[slice]
 *   q = (x, y) - (size - 1) / 2
 */
#ifndef UNET_PATCH_H
#define UNET_PATCH_H

#include "unet/config.h"
#include "unet/stack.h"

enum { PATCH_MAX_DEPTH = 64 };

struct patch_geometry {
    double centre_mm[2];            /* in the stack's frame */
    double map[2][2];               /* patch pixels -> mm: turn, mirror, scale */
    int32_t slice[PATCH_MAX_DEPTH]; /* slice of the stack at each level */
    bool hidden[PATCH_MAX_DEPTH];   /* a repetition beyond the end of the stack:
                                       seen, but neither labelled nor used */
    double shift_mm[PATCH_MAX_DEPTH]
                   [2];     /* of each slice: breath-hold misregistration */
    const float *bend;      /* [size][size][2] displacement in patch pixels,
                               or NULL; borrowed */
    double window_mm[2][2]; /* x0, x1; y0, y1 of the field of view that is
                               visible; the rest counts as outside */
};

/** The plain geometry: pixels of `pixel_mm` round a centre, `depth` slices from `first`
 * of a stack of `nz`; beyond its ends the nearest slice is repeated, hidden. */
void patch_geometry_plain(const struct unet_net_config *net, int32_t nz,
                          const double centre_mm[static 2], int32_t first,
                          struct patch_geometry *out);

/** Sample intensities, bilinear, into [depth][size][size].  Outside the field of view
 * the value is NAN until patch_fill_outside(). */
void patch_sample(const struct unet_net_config *net, const struct stack *stack,
                  const struct patch_geometry *geometry, float *out);

/** Sample classes, nearest pixel, from labels; hidden slices become NN_IGNORE,
 *  pixels outside the field of view background. */
void patch_sample_labels(const struct unet_net_config *net, const struct labels *labels,
                         const struct patch_geometry *geometry, uint8_t *out);

/* Robust range of a patch: 0.5th and 99.5th percentile of a fixed subsample of voxels.
 */
struct patch_range {
    float lo, hi;
};

/** Replace NAN (outside) by the low end of the range of the rest, which is returned.
 *  @param scratch  [depth * size * size] floats */
struct patch_range patch_fill_outside(float *patch, size_t count, float *scratch);

/** Each slice by itself (slices of one stack are scaled differently by some scanners):
 *  clip to its robust range, subtract its mean, divide by its standard deviation; a
 *  constant slice becomes zero.
 *  @param scratch  [size * size] floats */
void patch_normalise(const struct unet_net_config *net, float *patch, float *scratch);

#endif
