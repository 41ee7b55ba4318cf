/*
 * stack.h - what is found out of a label map before anything is measured: the part
 *           with the heart, its levels, the picture's directions, where each slice's
 *           wall is.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/stack.c
 */
#ifndef MEASURE_STACK_H
#define MEASURE_STACK_H

#include "measure/plane.h"
#include "measure/ring.h"
#include "measure/segments.h"

struct measure_place {
    bool wall;
    bool closed;  /* the wall goes all round: 95 % of the rays meet it */
    double lv[2]; /* column and row of the centroid of wall and cavity */
    /* Owned; round the centroid of the cavity; NULL without a cavity.  Where the wall
     * is open, both centres are those of another slice, see measure/segments.h. */
    struct measure_ring *ring;
};

/* All-zero is empty. */
struct measure_stack {
    struct labels heart;  /* the LV and 8 mm around it in the plane; every slice */
    struct labels filled; /* the same, and what the LV encloses is LV blood */
    struct measure_plane plane;
    int32_t slices;
    bool apex_last;
    enum measure_level *level;   /* owned; [slices] */
    struct measure_place *place; /* owned; [slices], in voxels of `heart` */
};

/** @param labels  borrowed, not empty   @param[out] out  written only on success
 *  Errors: ERR_NOMEM, those of geom/crop.h */
bool measure_stack_init(const struct labels *labels, struct measure_stack *out,
                        struct err *err) ATTR_MUST_USE;

void measure_stack_clear(struct measure_stack *stack);

#endif
