/*
 * orient.h - bring the slices to the last axis, and back.
 *
 * Why:    everything behind this works on stacks whose third axis runs through the
 *         slices; converters sometimes leave them on another one.
 * Layer:  geom.
 * Thread: pure functions.
 *
 * Voxels are moved, never computed, and the grid moves with them: each voxel keeps its
 * place in the patient, and there and back again gives the same bytes.
 */
#ifndef GEOM_ORIENT_H
#define GEOM_ORIENT_H

#include "image/image.h"

C_API_BEGIN

/* Axis a of the result is axis from[a] of the source, run backwards if flip[a]. */
struct geom_order {
    int from[3];
    bool flip[3];
};

/** An axis is the slice axis if its voxel edge is longer than this many times both
 *  others; LGE slices are 3 to 10 times as thick as a pixel is wide. */
#define GEOM_SLICE_RATIO 1.5

/**
 * The order that puts the slice axis last.  The two others stay in their order and
 * nothing is flipped.  A grid without a clear slice axis is left as it is.
 */
struct geom_order geom_order_slices_last(const struct grid *grid);

/** Does this order change anything? */
bool geom_order_is_identity(const struct geom_order *order);

/**
 * The order that makes one grid another: the same voxels, listed along other axes or
 * from the other end, as converters of DICOM do.
 *
 * @param tolerance_mm  see grid_same()
 * @param[out] out      written only if there is one
 * @return  whether one of the 48 orders does
 */
bool geom_order_between(const struct grid *from, const struct grid *to,
                        double tolerance_mm, struct geom_order *out) ATTR_MUST_USE;

/** The order that undoes `order`. */
struct geom_order geom_order_inverse(const struct geom_order *order);

/** The grid after reordering. */
struct grid geom_order_grid(const struct grid *grid, const struct geom_order *order);

/**
 * Reorder voxels and grid.
 *
 * @param src       borrowed
 * @param order     from[] must be a permutation of 0, 1, 2
 * @param[out] out  owned by the caller; written only on success; not `src`
 * Errors: ERR_ARG (no permutation, empty source), ERR_NOMEM
 * Tests:  tests/unit/geom/orient.c (all 48 orders there and back)
 */
bool geom_order_image(const struct image *src, const struct geom_order *order,
                      struct image *out, struct err *err) ATTR_MUST_USE;
bool geom_order_labels(const struct labels *src, const struct geom_order *order,
                       struct labels *out, struct err *err) ATTR_MUST_USE;

/** The same in place; nothing happens if the order changes nothing.  The words of the
 *  header (image.h, nifti_forms) go: they speak of the voxels as they lay. */
bool geom_order_image_in_place(struct image *image, const struct geom_order *order,
                               struct err *err) ATTR_MUST_USE;
bool geom_order_labels_in_place(struct labels *labels, const struct geom_order *order,
                                struct err *err) ATTR_MUST_USE;

/** Corners of two files of one case lie no farther apart: headers are float32, and a
 *  matrix may have gone through a quaternion. */
#define GEOM_SAME_GRID_MM 0.1

/**
 * List labels as a grid lists its voxels, in place: the label map of an image may run
 * along other axes.
 *
 * @param whose  the file that the grid is of, for the message
 * Errors: ERR_FORMAT (another grid: "its grid is not that of FILE: 96 x 96 x 8 voxels,
 *         not 96 x 96 x 9"), ERR_NOMEM
 * Tests:  tests/unit/geom/orient.c
 */
bool geom_order_labels_onto(struct labels *labels, const struct grid *grid,
                            const char *whose, struct err *err) ATTR_MUST_USE;

C_API_END

#endif
