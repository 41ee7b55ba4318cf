/*
 * figure1.h - one patient: all slices with the contours of two readers.
 *
 * Why:    figure 1 of Fahmy et al., Radiology 2020;294:52-60: manual contours in the
 *         upper row, those of the network in the lower; myocardium red, scar yellow.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_FIGURE1_H
#define REPORT_FIGURE1_H

#include "image/image.h"

struct figure1_reading {
    const struct labels
        *labels;      /* on the image's grid, slices along axis 2; borrowed */
    const char *name; /* "manual", "3D CNN" */
};

struct figure1 {
    const struct image *image;    /* slices along axis 2; borrowed */
    struct figure1_reading upper; /* the reference */
    struct figure1_reading lower;
    const char *patient; /* what the caption says of him, UTF-8 */
};

/**
 * Draw the figure at a print width of 180 mm and write `stem`.pdf, .svg and .png.
 *
 * View and window are those of report_overlay_write(); up to 12 slices stand in one
 * row, more are wrapped.  The caption names scar volume and %LGE of both readings, and
 * the DSC of scar over the whole stack ("no scar in both" where there is none).
 *
 * Errors:  ERR_ARG (empty image, labels of another size, more slices than a page
 *          holds), ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Cost:    about 0.3 s
 * Tests:   tests/unit/report/figure1.c
 */
bool report_figure1_write(const struct figure1 *figure, const char *stem,
                          struct err *err) ATTR_MUST_USE;

#endif
