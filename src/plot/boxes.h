/*
 * boxes.h - one measurement by groups: every value, and a box over them.
 *
 * Why:    a box hides two humps and a handful of zeros; the values beside it do not,
 *         nor does, of hundreds of values, a violin.
 * Layer:  plot.  It computes no statistics: quartiles come from the caller.
 * Thread: safe.
 */
#ifndef PLOT_BOXES_H
#define PLOT_BOXES_H

#include "plot/axes.h"

/* What the box shows; whiskers reach to the last values within 1.5 boxes (Tukey). */
struct plot_quartiles {
    double q1, median, q3;
};

/* Half the outline of a violin. */
struct plot_violin {
    const double *at;    /* [n], rising; borrowed */
    const double *width; /* [n], 0..1: of the strip's width */
    size_t n;            /* 0: no violin */
};

struct plot_strip {
    const double *value; /* [n], sorted ascending; borrowed; may be NULL if n is 0 */
    size_t n;            /* 0: an empty place */
    struct plot_quartiles box;
    const char *name; /* under the axis, one or two lines; smaller letters if the strip
                         is too narrow for it */
    size_t group;     /* colour and shape */
    struct plot_violin violin; /* in place of the values, where they are too many */
};

struct plot_boxes {
    struct plot_axes axes;          /* x: only the label is used */
    const struct plot_strip *strip; /* [strips], borrowed */
    size_t strips;
};

/**
 * Draw the panel: values of a group beside each other where they would lie on each
 * other, a box behind them (of 5 values or more) and the median over them (of 2), the
 * name and "n = ..." under the axis.
 *
 * Errors:  ERR_ARG (no strips, more than 100, values not sorted, quartiles or
 *          violins not rising, axes), ERR_NUMERIC (a value that is not finite),
 *          ERR_NOMEM
 * Tests:   tests/unit/plot/boxes.c
 */
bool plot_boxes_draw(struct plot_canvas *canvas, const struct plot_boxes *boxes,
                     struct err *err) ATTR_MUST_USE;

#endif
