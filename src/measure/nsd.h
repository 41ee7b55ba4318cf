/*
 * nsd.h - scar by thresholds of 2, 4 and 6 sd above remote myocardium.
 *
 * Why:    published burdens by these thresholds (Harrigan et al., Radiology
 *         2011;258:128: 55, 25 and 12 g) are a test of simulated images that does not
 *         look at their truth: it asks how much grey lies between remote myocardium and
 *         scar.
 * Layer:  measure (knows no simulator: image and labels may come from anywhere).
 * Thread: pure functions.
 * Source: doi 10.1148/radiol.10090526; the remote region: measure/remote.h.
 */
#ifndef MEASURE_NSD_H
#define MEASURE_NSD_H

#include "image/image.h"

enum { MEASURE_NSD_LEVELS = 3 };
extern const int measure_nsd_levels[MEASURE_NSD_LEVELS]; /* 2, 4, 6 */

struct measure_nsd {
    double ml[MEASURE_NSD_LEVELS];
    double percent[MEASURE_NSD_LEVELS]; /* of the myocardium, its rim too; NaN without
                                           one */
    double myocardium_ml;
};

/**
 * Measure a stack, each slice by a remote region of its own.
 *
 *   scar(n)    pixels of the wall (measure_remote_wall) above mean + n sd of the remote
 *              region that measure_remote_find() gives
 *
 * Slices without a remote region are left out.  measure_threshold() applies the same
 * thresholds to the myocardium with its rim.
 *
 * @param labels    on the grid of the image, slices along axis 2
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (empty, or sizes differ), ERR_NOMEM
 * Cost:    that of measure_remote_find()
 * Tests:   tests/unit/measure/nsd.c
 */
bool measure_nsd(const struct image *image, const struct labels *labels,
                 struct measure_nsd *out, struct err *err) ATTR_MUST_USE;

#endif
