/*
 * paint_grain.h - the fine texture of a wall, taken apart from what lies under it.
 *
 * Why:    a wall that is stretched to three times its thickness shows its texture and
 *         noise as streaks.  What is smooth may be stretched; the grain is given back
 *         as new noise of the same strength and correlation.
 * Layer:  sim.
 * Thread: pure functions.
 * Source: docs/simulator.md, section 11; docs/painting.md (2).
 * Tests:  tests/unit/sim/paint_grain.c
 */
#ifndef SIM_PAINT_GRAIN_H
#define SIM_PAINT_GRAIN_H

#include "base/rng.h"
#include "image/image.h"

struct sim_paint_grain {
    double sd;         /* in the unit of the image */
    double blur_px[2]; /* sd of the Gaussian that makes white noise like it */
};

/**
 * Take the grain out of the wall.
 *
 *   smooth = Gaussian mean (2.5 mm in the plane) of the pixels of the same kind:
 *            healthy myocardium, or scar; elsewhere the image as it is
 *
 * The grain's correlation from pixel to pixel along columns and rows, r = exp(-1 /
 * (4 blur^2)), at most 0.5, is that of healthy myocardium without its rim; its strength
 * follows from the roughness of LV blood, sd^2 (1 - r_x)(1 - r_y) = (1.4826 median |v00
 * - v10 - v01 + v11| / 2)^2, since a thin wall is rough by its borders.
 *
 * @param[out] smooth  [voxels]
 * Errors:  ERR_ARG (sizes differ), ERR_NOMEM
 */
bool sim_paint_grain_split(const struct image *image, const struct labels *labels,
                           float *smooth, struct sim_paint_grain *out,
                           struct err *err) ATTR_MUST_USE;

/** New grain like it.  @param[out] out  [dim[2]][dim[1]][dim[0]]   Errors: ERR_NOMEM */
bool sim_paint_grain_make(const struct sim_paint_grain *grain, struct rng *r,
                          const int32_t dim[AT_LEAST(3)], float *out,
                          struct err *err) ATTR_MUST_USE;

#endif
