/*
 * calibrate.h - does an image look like late enhancement?  Contrast, noise, texture and
 *               sharpness of any stack with labels, slice by slice.
 *
 * Why:    a network trained on simulated images learns what these images show.  The
 *         same numbers are taken from real stacks and from simulated ones, and
 *         compared.
 * Layer:  sim (knows no simulator: image and labels may come from anywhere).
 * Thread: pure functions; a table belongs to one thread.
 * Source: docs/simulator.md, section 10; EMIDEC: Lalande et al., Data 2020;5(4):89, doi
 *         10.3390/data5040089.
 */
#ifndef SIM_CALIBRATE_H
#define SIM_CALIBRATE_H

#include "image/image.h"

/* All relative to B - M, the contrast between blood and remote myocardium, so that
 * neither scale nor offset of the stored values matters. */
enum sim_calibrate_what {
    SIM_CALIBRATE_SCAR,      /* (S - M) / (B - M) */
    SIM_CALIBRATE_SD_BLOOD,  /* sd of blood / (B - M) */
    SIM_CALIBRATE_SD_REMOTE, /* sd of remote myocardium / (B - M) */
    SIM_CALIBRATE_NOISE,     /* high-frequency noise in blood / (B - M) */
    SIM_CALIBRATE_EDGE,      /* width of the endocardial edge, mm */
    SIM_CALIBRATE_COUNT
};

/* NaN where there is nothing to measure: a slice without scar. */
struct sim_calibrate_slice {
    double value[SIM_CALIBRATE_COUNT];
    double blood, remote; /* B and M, in the unit of the image */
    int32_t slice;        /* number in its stack */
};

/* All-zero is empty. */
struct sim_calibrate_table {
    struct sim_calibrate_slice *slice; /* owned; [slices] */
    size_t slices, room;
};

/**
 * Measure the slices of a stack and append those that can be measured.
 *
 *   B, M, S   medians of blood (its mask eroded by 2 pixels), of remote myocardium and
 *             of scar (eroded by 1)
 *   noise     1.4826 median |v00 - v10 - v01 + v11| / 2 over squares of eroded blood:
 *             the sd of white noise, blind to anything smooth
 *   edge      pixel (B - M) / median over the endocardial border of the steepest
 *             gradient within 2 pixels (derivative of a Gaussian, sigma 0.5 pixel)
 *
 * A slice counts if 40 pixels of blood and of remote myocardium are left after erosion
 * and B - M is at least 5 / 255 of the stack's range; its scar (label 3 alone: a dark
 * core of no-reflow says nothing of contrast) counts from 12 pixels on.  On the 100
 * labelled patients of EMIDEC this gives 674 slices, 342 of them with scar, and in them
 * (S - M) / (B - M) of .57 / .86 / 1.13 / 1.47 / 2.07 at the percentiles below.
 *
 * @param labels  on the grid of the image (dimensions are checked), slices along axis 2
 * Errors:  ERR_ARG (empty, or sizes differ), ERR_NOMEM; the table is unchanged then
 * Cost:    about 1 ms a slice
 * Tests:   tests/unit/sim/calibrate.c
 */
bool sim_calibrate_add(struct sim_calibrate_table *table, const struct image *image,
                       const struct labels *labels, struct err *err) ATTR_MUST_USE;

/** Append the slices of another table.  Errors: ERR_NOMEM. */
bool sim_calibrate_join(struct sim_calibrate_table *table,
                        const struct sim_calibrate_table *more,
                        struct err *err) ATTR_MUST_USE;

/* The 5th, 25th, 50th, 75th and 95th percentile. */
enum { SIM_CALIBRATE_QUANTILES = 5 };
struct sim_calibrate_quantiles {
    size_t n;                           /* slices with this statistic */
    double at[SIM_CALIBRATE_QUANTILES]; /* NaN if there is none */
};

/** Percentiles of one statistic over a table.  Errors: ERR_NOMEM. */
bool sim_calibrate_describe(const struct sim_calibrate_table *table,
                            enum sim_calibrate_what what,
                            struct sim_calibrate_quantiles *out,
                            struct err *err) ATTR_MUST_USE;

/** "(S-M)/(B-M)", ...: short names for tables. */
const char *sim_calibrate_name(enum sim_calibrate_what what);

void sim_calibrate_clear(struct sim_calibrate_table *table);

#endif
