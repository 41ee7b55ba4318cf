/*
 * volumes.h - millilitres, grams and %LGE of a label map.
 *
 * Why:    these are the numbers that the program is for; they are counted on the native
 *         grid, so that no resampling stands between the contour and the millilitre.
 * Layer:  measure (may use base, image; see LAYERS).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef MEASURE_VOLUMES_H
#define MEASURE_VOLUMES_H

#include "image/image.h"

/* Density of myocardium, g/mL: the value that Segment and CMRSegTools use. */
#define MEASURE_MYOCARDIUM_G_PER_ML 1.05

struct lv_slice {
    int32_t index; /* of the grid's third axis, from 0 */
    double myocardium_ml, scar_ml;
    double percent_lge; /* NaN where the slice has no myocardium */
};

struct lv_measure {
    double myocardium_ml, myocardium_g; /* labels 2, 3 and 4 */
    double blood_pool_ml;               /* label 1 */
    double scar_ml, scar_g;             /* labels 3 and 4 */
    double no_reflow_ml;                /* label 4, part of scar_ml */
    bool has_myocardium;                /* false: percent_lge is not available */
    double percent_lge;                 /* NaN when not available */
    struct lv_slice *slices;            /* owned; [n_slices], every slice of the grid */
    int32_t n_slices;
};

/**
 * Measure the left ventricle.
 *
 *   V(S) = number of voxels with a label in S * |det(to_mm)| / 1000       mL
 *   mass = V * 1.05 g/mL
 *   %LGE = 100 * V(3,4) / V(2,3,4)
 *
 * A slice's depth is the distance between slice centres (thickness and gap), which is
 * what the grid holds.  No-reflow counts as scar.
 *
 * @param labels    borrowed, on the native grid
 * @param[out] out  owned by the caller (measure_lv_clear); written only on success
 * Errors:  ERR_ARG (empty map), ERR_NOMEM
 * Cost:    one pass over the map; allocates one record per slice
 * Tests:   tests/unit/measure/volumes.c
 */
bool measure_lv(const struct labels *labels, struct lv_measure *out,
                struct err *err) ATTR_MUST_USE;

void measure_lv_clear(struct lv_measure *m);

#endif
