/*
 * overlay.h - overlay.png: every slice of a stack with the contours of its labels.
 *
 * Why:    a number is believed when its contours have been seen.  The figure follows
 *         figure 1 of Fahmy et al., Radiology 2020;294:52-60: myocardium in red, scar
 *         in yellow.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_OVERLAY_H
#define REPORT_OVERLAY_H

#include "image/image.h"

/* What is drawn in one row of tiles: the labels of one reader or program. */
struct overlay_reading {
    const struct labels
        *labels;      /* on the image's grid, slices along axis 2; borrowed */
    const char *name; /* "manual", or NULL if there is one reading */
};

struct overlay {
    const struct image *image;             /* slices along axis 2; borrowed */
    const struct overlay_reading *reading; /* [readings] */
    int readings;
    const char *title, *note; /* one line each; may be NULL */
};

/**
 * Draw the figure and write it, atomically.
 *
 * All tiles show the same part of the field of view: 110 mm or more about the left
 * ventricle of all readings, the whole field of view where there is none.  All share
 * one window, from the 1st to the 99.5th percentile of that part.  A stack whose header
 * knows where the patient lies is shown as seen from his feet, his left on the right
 * and front upwards, mirrored if its grid runs otherwise; one with a plain diagonal
 * matrix, which says nothing, as stored.  Slices are numbered from 1 in the order of
 * the file.
 *
 * Errors:  ERR_ARG (empty image, labels of another size), ERR_IO (folder missing, disk
 *          full), ERR_NOMEM; name the file
 * Cost:    about 2 ms a slice
 * Tests:   tests/unit/report/overlay.c
 */
bool report_overlay_write(const char *path, const struct overlay *overlay,
                          struct err *err) ATTR_MUST_USE;

#endif
