/*
 * sketch.h - what lies before a simulated reader: the part of a stack with the left
 *            ventricle, and the contours that the reader's hand has drawn in it.
 *
 * Layer:  sim; used by reader.c and reader_scar.c.
 * Thread: belongs to one thread.
 * Source: docs/simulator.md, section 9; assumed.
 */
#ifndef SIM_SKETCH_H
#define SIM_SKETCH_H

#include "base/rng.h"
#include "sim/scan.h"

enum { SIM_SKETCH_SECTORS = 32 };

/* What one reader does with one patient, drawn once. */
struct sim_sketch_habit {
    double gamma;        /* of the way from remote to blood: brighter is scar */
    double waver_mm;     /* sd of a contour */
    double smooth_mm;    /* of the display */
    double remote_share; /* percentile taken as remote: the window's lower end, */
    double blood_share;  /* and as blood: its upper end */
    double ring_share;   /* least part of a ring of myocardium that is contoured */
    double area_mm2;     /* least area within the epicardium */
};

/* What lies before a reader: the part of the stack that holds the left ventricle. */
struct sim_sketch {
    const struct sim_stack *stack;
    struct sim_sketch_habit habit;
    struct rng rng;
    int32_t first[2], dim[3]; /* the part: its first column and row, its size */
    double edge_mm[2];
    size_t plane, voxels;
    uint8_t *truth;    /* labels; these and the rest [dim[2]][dim[1]][dim[0]] */
    uint8_t *scar;     /* 0 or 1 as read; also for masks on the way there */
    float *value;      /* the image as displayed */
    float *epi, *endo; /* signed distance in mm to the contours as drawn */
    float *depth;      /* mm from the nearer contour, as the eye sees it */
    float *wall;       /* distance in mm to true myocardium */
    float *work;
    double centre[2];
};

/**
 * Lay out the part of a stack and draw the contours.
 *
 * A contour is the true one moved by a smooth field of sd `waver_mm` and, in each
 * slice, by a bias of sd 0.47 mm; the cavity is drawn 0.4 mm too small.  Papillary
 * muscles and trabeculae are in the cavity, as in the truth.
 *
 * @param[in,out] d  with stack, habit and rng set, all else zero; sim_sketch_clear() by
 *                   the caller, whatever the outcome.  A stack without a left ventricle
 *                   leaves `voxels` 0
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/sim/sketch.c
 */
bool sim_sketch_draw(struct sim_sketch *d, struct err *err) ATTR_MUST_USE;
void sim_sketch_clear(struct sim_sketch *d);

/** Between the contours, and not far from true myocardium (the open base). */
bool sim_sketch_in_wall(const struct sim_sketch *d, size_t v);
bool sim_sketch_in_cavity(const struct sim_sketch *d, size_t v);

/** Where row `row` of the part (of rows * slices) begins in the stack. */
size_t sim_sketch_row(const struct sim_sketch *d, size_t row);

/** Turn to slice k: sets the centre of what is drawn in it. */
void sim_sketch_turn_to(struct sim_sketch *d, size_t k);

/** Sector round the centre, 0..SIM_SKETCH_SECTORS-1, of a pixel of the slice. */
int sim_sketch_sector(const struct sim_sketch *d, size_t in_plane);

/** Size of a set of sectors (bit i stands for sector i). */
int sim_sketch_sectors(uint32_t set);

#endif
