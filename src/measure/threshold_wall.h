/*
 * threshold_wall.h - what the threshold methods look at: which voxels, and what is
 *                    remote.
 *
 * Layer:  measure; used by threshold*.c alone.
 * Thread: pure functions.
 */
#ifndef MEASURE_THRESHOLD_WALL_H
#define MEASURE_THRESHOLD_WALL_H

#include "measure/remote.h"

/* Regions brighter than remote myocardium by this many sd are hyperenhanced: where FWHM
 * looks for its peak.  It stands for the region that a reader points at. */
#define MEASURE_THRESHOLD_SEED_SD 5.0

/* All-zero is empty. */
struct measure_threshold_wall {
    const struct image *image; /* borrowed */
    const struct labels *labels;
    size_t plane, voxels; /* of a slice, of the stack */
    int32_t slices;
    uint8_t *border; /* [voxels] myocardium within border_mm of the blood pool */
    uint8_t *use; /* [voxels] myocardium that may set a threshold: beyond the border */
    uint8_t *inner; /* [voxels] of these, what is not on the rim of the wall; all of a
                       slice whose wall has fewer than MEASURE_REMOTE_MIN_WALL pixels
                       off its rim */
    struct measure_remote *own; /* [slices] each slice's; voxels 0: none */
    struct measure_remote all;  /* of all slices; voxels 0: none */
};

/**
 * Collect them.
 *
 * @param drawn      remote regions, or NULL: measure_remote_find()
 * @param border_mm  >= 0; a pixel is of the border if its centre lies within this of
 *                   the edge of the blood pool (label 1) of its slice
 * @param[out] out   measure_threshold_wall_clear(); written only on success
 * Errors:  ERR_ARG (empty, sizes differ), ERR_FORMAT (no myocardium, none beyond the
 *          border, nothing drawn in it), ERR_NUMERIC (one intensity), ERR_NOMEM
 */
bool measure_threshold_wall(const struct image *image, const struct labels *labels,
                            const struct labels *drawn, double border_mm,
                            struct measure_threshold_wall *out,
                            struct err *err) ATTR_MUST_USE;

void measure_threshold_wall_clear(struct measure_threshold_wall *w);

/** The remote region to go by in a slice: its own, else that of the stack. */
const struct measure_remote *
measure_threshold_remote(const struct measure_threshold_wall *w, int32_t slice);

/** The brightest voxel of a slice's `inner`; NaN if there is none or if it is not
 *  hyperenhanced. */
double measure_threshold_peak(const struct measure_threshold_wall *w, int32_t slice);

/** Half way between remote myocardium and a peak; NaN stays. */
static inline double measure_threshold_half(double remote, double peak)
{
    return remote + 0.5 * (peak - remote);
}

#endif
