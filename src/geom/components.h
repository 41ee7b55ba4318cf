/*
 * components.h - connected pieces of a mask: find, keep the largest, drop islands, fill
 *                holes.
 *
 * Why:    a network that judges voxel by voxel leaves specks; a heart is in one piece.
 * Layer:  geom (may use base, image).
 * Thread: pure functions.
 *
 * A mask is [dim[2]][dim[1]][dim[0]] bytes, 0 or not 0.  Pieces are numbered in the
 * order in which their first voxels stand in memory, so the result depends on nothing
 * else.
 */
#ifndef GEOM_COMPONENTS_H
#define GEOM_COMPONENTS_H

#include "image/image.h"

C_API_BEGIN

/* Which voxels touch.  The slice-wise kinds treat every slice by itself. */
enum geom_touch {
    GEOM_TOUCH_6,       /* common face */
    GEOM_TOUCH_18,      /* face or edge */
    GEOM_TOUCH_26,      /* face, edge or corner */
    GEOM_TOUCH_SLICE_4, /* common edge, in one slice */
    GEOM_TOUCH_SLICE_8, /* edge or corner, in one slice */
};

/* All-zero is empty. */
struct geom_components {
    uint32_t count; /* pieces */
    uint32_t *id;   /* [voxels] 1..count, 0 outside the mask */
    size_t *size;   /* [count + 1] voxels of each piece; size[0] is outside the mask */
};

/**
 * Find the pieces of a mask.
 *
 * @param mask      borrowed
 * @param[out] out  owned by the caller (geom_components_clear); written only on success
 * Errors:  ERR_ARG (a length < 1), ERR_SUPPORT (above IMAGE_MAX_VOXELS), ERR_NOMEM
 * Cost:    nearly linear; 4 bytes a voxel
 * Source:  union by smaller index, path halving: Tarjan, van Leeuwen, J ACM
 *          31(2):245-281, 1984, doi 10.1145/62.2160.
 * Tests:   tests/unit/geom/components.c (against flood filling)
 */
bool geom_components_find(const uint8_t *mask, const int32_t dim[AT_LEAST(3)],
                          enum geom_touch touch, struct geom_components *out,
                          struct err *err) ATTR_MUST_USE;

/** The same of the voxels whose label is in `set`. */
bool geom_components_of(const struct labels *labels, unsigned set,
                        enum geom_touch touch, struct geom_components *out,
                        struct err *err) ATTR_MUST_USE;

void geom_components_clear(struct geom_components *c);

/** The piece with most voxels, the first of equals; 0 if there is none. */
uint32_t geom_components_largest(const struct geom_components *c);

/** Least number of voxels that make `ml` millilitres on this grid. */
size_t geom_voxels_of_ml(const struct grid *grid, double ml);

/**
 * Of the voxels whose label is in `set`, keep the largest piece; the others become
 * `instead`.  With a slice-wise `touch` the largest of the whole stack is kept.
 * Errors: as geom_components_find(); `labels` is unchanged then
 */
bool geom_keep_largest(struct labels *labels, unsigned set, enum geom_touch touch,
                       uint8_t instead, struct err *err) ATTR_MUST_USE;

/** Of the voxels whose label is in `set`, those in pieces of fewer than `min_voxels`
 *  become `instead`. */
bool geom_drop_islands(struct labels *labels, unsigned set, enum geom_touch touch,
                       size_t min_voxels, uint8_t instead,
                       struct err *err) ATTR_MUST_USE;

/** Slice by slice: what lies outside `set` and is enclosed by it (no path of common
 *  edges leads to the border of the slice) becomes `with`. */
bool geom_fill_holes(struct labels *labels, unsigned set, uint8_t with,
                     struct err *err) ATTR_MUST_USE;

C_API_END

#endif
