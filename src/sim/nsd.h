/*
 * nsd.h - scar by thresholds of 2, 4 and 6 sd above remote myocardium.
 *
 * Why:    published burdens by these thresholds (Harrigan et al., Radiology
 * 2011;258:128: 55, 25 and 12 g) are a test of simulated images that does not look at
 * their truth: it asks how much grey lies between remote myocardium and scar. Layer:
 * sim (knows no simulator: image and labels may come from anywhere). Thread: pure
 * functions. Source: SIMULATOR specification 13 and 14.
 */
#ifndef SIM_NSD_H
#define SIM_NSD_H

#include "image/image.h"

enum { SIM_NSD_LEVELS = 3 };
extern const int sim_nsd_levels[SIM_NSD_LEVELS]; /* 2, 4, 6 */

struct sim_nsd {
    double ml[SIM_NSD_LEVELS];
    double
        percent[SIM_NSD_LEVELS]; /* of the myocardium, its rim too; NaN without one */
    double myocardium_ml;
};

/**
 * Measure a stack, each slice by a remote region of its own.
 *
 *   wall       pixels of labels 2, 3 and 4, less a rim of one pixel, where blood, fat
 *              and lung shine in
 *   region     about a pixel: the nearest pixels of the wall that make 150 mm2, at most
 *              a third of the wall.  Of the regions about all pixels of the wall, the
 *              remote one is the one whose mean is their 30th percentile
 *   scar(n)    pixels of the wall above mean + n sd of the remote region
 *
 * A reader puts the region where he sees no scar; this rule does not see the truth
 * either.  Slices of fewer than 12 pixels of wall are left out.
 *
 * @param labels    on the grid of the image, slices along axis 2
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (empty, or sizes differ), ERR_NOMEM
 * Cost:    O(pixels of wall squared), about 3 ms a slice
 * Tests:   tests/unit/sim/nsd.c
 */
bool sim_nsd_measure(const struct image *image, const struct labels *labels,
                     struct sim_nsd *out, struct err *err) ATTR_MUST_USE;

#endif
