/*
 * roc.h - ROC curves of several methods, with the points at which they are used.
 *
 * Layer:  plot.  It computes no statistics: points, areas and intervals come from the
 *         caller.
 * Thread: safe.
 */
#ifndef PLOT_ROC_H
#define PLOT_ROC_H

#include "plot/axes.h"

/* One method. */
struct plot_roc_curve {
    const char *name;
    const double *false_alarms, *sensitivity; /* [n] 1 - specificity and sensitivity,
                                                 each rising from 0 to 1; borrowed */
    size_t n;                                 /* 2 or more */
    double auc, auc_lo, auc_hi;               /* for the legend; NaN: left out */
    double at[2]; /* false alarms and sensitivity where the method is used,
                     marked; NaN: not marked */
};

struct plot_roc {
    struct plot_box part; /* with numbers, labels and legend; the frame is a square */
    const struct plot_roc_curve *curve; /* [curves], borrowed */
    size_t curves;                      /* 1..PLOT_ROC_CURVES */
    const char *at_name; /* what the marks mean, "at %LGE > 15"; NULL: not said */
};

enum { PLOT_ROC_CURVES = 12 };

/** Height that a part of a page needs for `curves` of them, at a width, in mm. */
double plot_roc_height(double width_mm, size_t curves);

/**
 * Draw the panel: the curves, each in its colour and with its own dashes, the chance
 * line, marks, and below the names with "AUC 0.87 (0.80, 0.93)".
 *
 * Errors:  ERR_ARG (no curves or too many, a curve that does not run from (0, 0) to
 *          (1, 1) rising, a mark outside of 0..1, a part of less than 40 mm in width),
 *          ERR_NUMERIC (a point that is not finite), ERR_NOMEM
 * Tests:   tests/unit/plot/roc.c
 */
bool plot_roc_draw(struct plot_canvas *canvas, const struct plot_roc *roc,
                   struct err *err) ATTR_MUST_USE;

#endif
