/*
 * figure3.h - how the DSC of scar depends on the group and on the size of the scar.
 *
 * Why:    Fahmy et al., Radiology 2020;294:52-60 report the DSC per vendor and per
 *         site; most of its spread comes from small scars, and the third panel shows
 *         that.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_FIGURE3_H
#define REPORT_FIGURE3_H

#include <stddef.h>

#include "report/dsc_boxes.h"

enum { FIGURE3_DIVISIONS = 5 };

struct figure3 {
    size_t n;                   /* patients whose DSC is available; 1 or more */
    const double *dsc;          /* [n], in [0, 1] */
    const double *scar_ml;      /* [n], by the reference */
    const char *reference_name; /* "manual" */
    const struct dsc_division *division; /* [divisions], borrowed; the first gives
                                                the colours */
    size_t divisions;                    /* 0..FIGURE3_DIVISIONS */
};

/**
 * Draw the figure at a print width of 180 mm and write `stem`.pdf, .svg and .png: boxes
 * by each division, two side by side if they have few groups, and below them DSC
 * against scar volume.
 *
 * Errors:  ERR_ARG (no patients, a group out of range, too many groups or divisions),
 *          ERR_NUMERIC (a value that is not finite), ERR_IO, ERR_NOMEM, ERR_SUPPORT
 *          (font)
 * Cost:    about 0.4 s
 * Tests:   tests/unit/report/figure3.c
 */
bool report_figure3_write(const struct figure3 *figure, const char *stem,
                          struct err *err) ATTR_MUST_USE;

#endif
