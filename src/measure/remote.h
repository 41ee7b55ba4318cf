/*
 * remote.h - the remote myocardium of a stack: where a reader would see no scar.
 *
 * Why:    every threshold above remote myocardium depends on which region is called
 *         remote.  Here it is one rule, the same for the simulator's self-test and for
 *         the threshold methods, and it does not look at anybody's scar.
 * Layer:  measure (may use base, image, stat, geom).
 * Thread: pure functions.
 */
#ifndef MEASURE_REMOTE_H
#define MEASURE_REMOTE_H

#include "image/image.h"

enum {
    MEASURE_REMOTE_MIN_WALL = 12, /* pixels: with fewer there is no region in a slice */
    MEASURE_REMOTE_RIM = 1,       /* pixels */
};

/* All-zero: none. */
struct measure_remote {
    size_t voxels; /* 0: none was found or drawn here */
    double mean;
    double sd;  /* with n - 1; 0 for one voxel or for voxels that are equal */
    double max; /* the brightest voxel */
};

/** Threshold n sd above a remote region, in the unit of the image. */
static inline double measure_remote_level(const struct measure_remote *r, double n)
{
    return r->mean + n * r->sd;
}

/**
 * The wall of one slice that the rules below look at: pixels of labels 2, 3 and 4, less
 * a rim of MEASURE_REMOTE_RIM pixels, where blood, fat and lung shine in.
 *
 * @param slice      from 0
 * @param[out] wall  [rows][columns], 1 in the wall, else 0
 * Errors:  ERR_NOMEM
 */
bool measure_remote_wall(const struct labels *labels, int32_t slice, uint8_t *wall,
                         struct err *err) ATTR_MUST_USE;

/**
 * Find a remote region in every slice.
 *
 *   region   about a pixel of the wall: the nearest pixels of the wall that make 150
 *            mm2, at most a third of the wall, and those equally near as the last.  Of
 *            the regions about all its pixels, the remote one is the one whose mean is
 *            their 30th percentile
 *
 * A reader puts the region where he sees no scar; this rule does not see the truth
 * either.  Where more than two thirds of a slice are scar, it is scar too.  It follows
 * intensities through a * x + b, a > 0.  A slice of fewer than MEASURE_REMOTE_MIN_WALL
 * pixels of wall has none (voxels 0).
 *
 * @param image, labels  of the same dimensions, slices along axis 2; borrowed
 * @param[out] out       [dim[2]]; written only on success
 * Errors:  ERR_ARG (empty, or sizes differ), ERR_NOMEM
 * Cost:    O(pixels of wall squared), about 3 ms a slice
 * Source:  assumed, rule and area: docs/simulator.md, section 10
 * Tests:   tests/unit/measure/remote.c, tests/unit/measure/nsd.c
 */
bool measure_remote_find(const struct image *image, const struct labels *labels,
                         struct measure_remote *out, struct err *err) ATTR_MUST_USE;

/**
 * The same from regions that somebody drew: in every slice the voxels of `drawn` that
 * are not 0 and lie in the myocardium (labels 2, 3, 4).
 *
 * @param drawn  on the grid of the image
 * Errors:  as above; ERR_FORMAT (nothing was drawn within the myocardium)
 */
bool measure_remote_drawn(const struct image *image, const struct labels *labels,
                          const struct labels *drawn, struct measure_remote *out,
                          struct err *err) ATTR_MUST_USE;

/** All voxels of the regions of a stack as one region; its sd is about the common mean.
 *  voxels is 0 if no slice has one. */
struct measure_remote measure_remote_pool(const struct measure_remote *slice,
                                          int32_t slices);

#endif
