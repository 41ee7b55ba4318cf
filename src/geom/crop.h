/*
 * crop.h - find a box in a volume and cut it out, padding where it goes beyond.
 *
 * Layer:  geom.
 * Thread: pure functions.
 *
 * Every voxel keeps its place in the patient: only the origin of the grid moves.
 */
#ifndef GEOM_CROP_H
#define GEOM_CROP_H

#include "image/image.h"

C_API_BEGIN

/* Source indices lo <= index < lo + dim; may lie partly or wholly outside. */
struct geom_box {
    int32_t lo[3], dim[3];
};

/**
 * Widen a box until it holds every voxel of a set of labels, too; one that is all zero
 * holds nothing yet.
 *
 * @return false: there is no such voxel, and the box is as it was
 */
bool geom_box_hold(const struct labels *labels, unsigned set, struct geom_box *box);

/** Widen a box by a margin (voxels, 0 or more) on either side of each axis, as far as
 *  the grid goes.  @param box  within the grid */
void geom_box_grow(const struct grid *grid, const int32_t margin[AT_LEAST(3)],
                   struct geom_box *box);

/**
 * Cut out a box.
 *
 * @param src       borrowed
 * @param fill      value of voxels outside the source (0 = background for labels)
 * @param[out] out  owned by the caller; written only on success; not `src`
 * Errors: ERR_ARG (empty source, a box length < 1, an index beyond +-2^30),
 *         ERR_SUPPORT (above IMAGE_MAX_VOXELS), ERR_FORMAT (an origin beyond
 *         IMAGE_MAX_ORIGIN_MM), ERR_NOMEM
 * Tests:  tests/unit/geom/crop.c
 */
bool geom_crop_image(const struct image *src, const struct geom_box *box, float fill,
                     struct image *out, struct err *err) ATTR_MUST_USE;
bool geom_crop_labels(const struct labels *src, const struct geom_box *box,
                      struct labels *out, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
