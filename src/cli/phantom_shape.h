/*
 * phantom_shape.h - a short-axis stack made of simple shapes, with its exact labels.
 *
 * Why:    a first run and the tests need a stack that belongs to nobody.  It has what a
 *         program can stumble over (grid, contrast, noise, bias, a wedge of scar) and
 *         nothing of anatomy beyond that; it says nothing about accuracy on patients.
 * Layer:  cli.
 * Thread: pure functions of their arguments.
 */
#ifndef CLI_PHANTOM_SHAPE_H
#define CLI_PHANTOM_SHAPE_H

#include <stdint.h>

#include "image/image.h"

/* Lengths in mm, angles in radians, signals in arbitrary units.  The left ventricle is
 * half an ellipsoid, its base in slice 0; angles run from the image's right to its
 * bottom. */
struct phantom_shape {
    int32_t dim[3];    /* columns, rows, slices */
    double edge_mm[3]; /* pixel, pixel, distance between slices */
    double centre[2];  /* of the LV, mm from the middle of the field of view */
    double blood_mm;   /* radius of the LV blood pool at the base */
    double wall_mm;    /* thickness of the myocardium at the base */
    double squeeze;    /* short axis over long axis of the LV's section, 0.8 to 1 */
    double tilt;       /* direction of its long axis */
    bool has_scar;
    double scar_angle; /* middle of the wedge */
    double scar_half;  /* half its opening */
    double
        scar_depth; /* part of the wall that it fills, from the blood pool outwards */
    double scar_reach;  /* part of the slices that it fills, from the middle one, 0-1 */
    bool has_no_reflow; /* a dark core in the scar */
    double noise;       /* standard deviation of the noise */
    double bias;        /* amplitude of the smooth shading, as a part of the signal */
    uint64_t seed;      /* of noise, shading and texture */
};

/** The shape that `cicatrix phantom` makes by itself: 192 x 160 x 8 voxels of
 *  1.4 x 1.4 x 10 mm, a wedge of scar. */
struct phantom_shape phantom_shape_default(uint64_t seed);

/** Shape `index` of a cohort: each its own size, place, wall, scar (one in four has
 *  none) and signal.  A function of its two arguments. */
struct phantom_shape phantom_shape_vary(uint64_t seed, uint64_t index);

/**
 * Draw it.
 *
 * The label of a voxel is that of its centre; its signal is mixed over the edges as a
 * pixel's would be.  The right ventricle is drawn but not labelled.
 *
 * @param[out] image, labels  owned by the caller; written only on success
 * Errors:  ERR_SUPPORT, ERR_FORMAT (a grid that image_alloc refuses), ERR_NOMEM
 * Cost:    O(voxels)
 * Tests:   tests/unit/cli/phantom_shape.c
 */
bool phantom_shape_draw(const struct phantom_shape *shape, struct image *image,
                        struct labels *labels, struct err *err) ATTR_MUST_USE;

#endif
