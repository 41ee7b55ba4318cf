/*
 * figure5.h - the DSC of scar of several methods beside each other.
 *
 * Why:    networks, readers and threshold methods against the same reading, in one
 *         look.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_FIGURE5_H
#define REPORT_FIGURE5_H

#include "report/dsc_boxes.h"

struct figure5 {
    const double *dsc;          /* [n], of all methods' patients; borrowed */
    size_t n;                   /* 1 or more */
    struct dsc_division method; /* whose each is */
};

/**
 * Draw the boxes at a print width of 88 mm, a journal's column, or of 180 mm for more
 * than five methods, and write `stem`.pdf, .svg and .png.
 *
 * Errors:  ERR_ARG (nobody; as report_dsc_boxes_draw), ERR_NUMERIC (a value that is not
 *          finite), ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Cost:    about 0.1 s
 * Tests:   tests/unit/report/figure5.c
 */
bool report_figure5_write(const struct figure5 *figure, const char *stem,
                          struct err *err) ATTR_MUST_USE;

#endif
