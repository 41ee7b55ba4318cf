/*
 * scatter.h - one measurement against another: points, identity, regression.
 *
 * Layer:  plot.  It computes no statistics: lines, bands and words come from the
 *         caller.
 * Thread: safe.
 */
#ifndef PLOT_SCATTER_H
#define PLOT_SCATTER_H

#include "plot/axes.h"

/* Points of several groups. */
struct plot_cloud {
    const double *x, *y; /* [n], borrowed */
    size_t n;
    const size_t *group; /* [n], from 0; NULL: all are of group 0 */
};

/* A line with a band, from left to right. */
struct plot_curve {
    const double *x, *y;   /* [n], borrowed */
    const double *lo, *hi; /* [n], the band's edges; NULL for none */
    size_t n;              /* 0: no line */
};

struct plot_scatter {
    struct plot_axes axes;
    struct plot_cloud cloud;
    struct plot_curve curve;
    bool identity;    /* dashed line y = x */
    const char *note; /* lines of text at the top left; may be NULL */
};

/* Line styles, for the legend. */
#define PLOT_IDENTITY_DASH_PT 2.0

/**
 * Draw the panel.  Points outside of the axes are not seen; what lies on an edge is
 * whole.
 *
 * Errors:  ERR_ARG (no points, axes), ERR_NUMERIC (a value that is not
 *          finite), ERR_NOMEM;  the canvas may hold a part of the panel then
 * Tests:   tests/unit/plot/scatter.c
 */
bool plot_scatter_draw(struct plot_canvas *canvas, const struct plot_scatter *scatter,
                       struct err *err) ATTR_MUST_USE;

/** Are there points, all finite?  Errors: as above. */
bool plot_scatter_check(const struct plot_cloud *cloud, struct err *err) ATTR_MUST_USE;

/** Draw the points alone, each in its group's colour and shape. */
void plot_scatter_points(struct plot_canvas *canvas, const struct plot_axes *axes,
                         const struct plot_cloud *cloud);

#endif
