/*
 * stack.h - what is found out of a label map once, before anything is measured: the
 * part with the heart, its levels, the picture's directions, the centre of each slice.
 *
 * Layer:  measure; private to it.
 * Thread: pure functions.
 * Tests:  tests/unit/measure/segments.c
 */
#ifndef MEASURE_STACK_H
#define MEASURE_STACK_H

#include "measure/plane.h"
#include "measure/segments.h"

struct measure_place {
    bool wall, cavity;
    bool closed;  /* the wall goes all round: 95 % of the rays from `blood` meet it */
    double lv[2]; /* column and row of the centroid of wall and cavity */
    double blood[2]; /* of the cavity; both are borrowed from a closed slice where this
                        one is open, see measure/segments.h */
};

/* All-zero is empty. */
struct measure_stack {
    struct labels heart;  /* the LV and 8 mm around it in the plane; every slice */
    struct labels filled; /* the same, and what the LV encloses is LV blood */
    struct measure_plane plane;
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
