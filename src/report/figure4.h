/*
 * figure4.h - how well each method tells large scar burdens from small: ROC curves.
 *
 * Why:    the rule of 15 % is one point of a curve; a method that misses it by a
 *         constant factor is as good as its curve, and its rule is wrong.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_FIGURE4_H
#define REPORT_FIGURE4_H

#include <stddef.h>

#include "plot/roc.h"

struct figure4_method {
    const char *name;
    const double *score;  /* [n], %LGE by the method; borrowed */
    const bool *positive; /* [n], large by the reference; borrowed */
    size_t n;
    double auc_lo, auc_hi; /* interval of the area, for the legend; NaN: left out */
    double at[2];          /* 1 - specificity and sensitivity of the rule; NaN: none */
};

struct figure4 {
    const struct figure4_method *method; /* [methods], borrowed */
    size_t methods;                      /* 1..PLOT_ROC_CURVES */
    const char *rule;                    /* what the marks are: "%LGE > 15" */
};

/**
 * Draw the curves at a print width of 88 mm, a journal's column, and write `stem`.pdf,
 * .svg and .png.
 *
 * Errors:  ERR_ARG (no methods or too many; one whose patients are all of one class),
 *          ERR_NUMERIC (a score that is not finite), ERR_IO, ERR_NOMEM, ERR_SUPPORT
 *          (font)
 * Cost:    about 0.1 s
 * Tests:   tests/unit/report/figure4.c
 */
bool report_figure4_write(const struct figure4 *figure, const char *stem,
                          struct err *err) ATTR_MUST_USE;

#endif
