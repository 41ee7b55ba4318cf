/*
 * paint_tone.h - how bright a stack's wall and blood are, how noisy and sharp it is.
 *
 * Layer:  sim.
 * Thread: pure functions.
 * Tests:  tests/unit/sim/paint_tone.c
 */
#ifndef SIM_PAINT_TONE_H
#define SIM_PAINT_TONE_H

#include "image/image.h"

struct sim_paint_tone {
    double blood, remote; /* medians over slices, in the unit of the image */
    double contrast;      /* median over slices of blood - remote, > 0 */
    double sd_healthy;    /* of all voxels of healthy myocardium */
    double blur_mm;       /* sd of the Gaussian that blurs its sharper edges */
};

/**
 * Measure a stack (see sim/calibrate.h for what each number is).
 *
 * The blur is that of the lower quartile of the slices' endocardial edges: partial
 * volume of slanting walls and motion blur the others.  A Gaussian edge of sd s has the
 * width s sqrt(2 pi).
 *
 * Errors:  ERR_SUPPORT (in no slice is blood brighter than myocardium, or there is too
 *          little of them to tell), ERR_ARG, ERR_NOMEM
 */
bool sim_paint_tone_measure(const struct image *image, const struct labels *labels,
                            struct sim_paint_tone *out, struct err *err) ATTR_MUST_USE;

#endif
