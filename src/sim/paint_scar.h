/*
 * paint_scar.h - where scar lies in the pixels of a painted heart, and how much of it.
 *
 * Way:    every pixel of the wall is looked at in 3 x 3 places of 5 planes across the
 *         slice; the means are what a pixel of a thick slice shows.
 *         Borders are bent by smooth noise, since territories of the simulator are
 *         sectors.
 * Layer:  sim.
 * Thread: pure functions.
 * Source: docs/simulator.md, sections 3 and 11; docs/painting.md.
 * Tests:  tests/unit/sim/paint_scar.c
 */
#ifndef SIM_PAINT_SCAR_H
#define SIM_PAINT_SCAR_H

#include "sim/paint_warp.h"
#include "sim/scar.h"

/* Where a scar is laid. */
struct sim_paint_ground {
    const struct sim_paint_shape *shape; /* of the source */
    const struct sim_paint_warp *warp;   /* [slices] */
    const struct sim_wall *wall;         /* sim_paint_wall_replace() */
    const struct sim_scar *scar;         /* laid into that wall */
    const struct sim_cube_noise *ragged; /* by which its borders are bent */
    float thickness_mm;                  /* of a slice, without its gap */
};

/**
 * Lay it.
 *
 * A pixel of the wall is scar when half of its wall or more is, by the scar's own
 * border: half of the core's enhancement (sim/scar.h).
 *
 * @param labels             painted labels: of myocardium becomes scar or no-reflow
 * @param[out] enhancement   [voxels], zeroed before: mean over the pixel's volume, 0
 *                           outside of the wall; 1 is a typical core
 */
void sim_paint_scar_lay(const struct sim_paint_ground *ground, struct labels *labels,
                        float *enhancement);

#endif
