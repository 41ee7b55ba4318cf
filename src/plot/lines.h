/*
 * lines.h - how values go on: several lines over one axis.
 *
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_LINES_H
#define PLOT_LINES_H

#include "plot/axes.h"

struct plot_series {
    const double *x, *y; /* [n], borrowed */
    size_t n;            /* of one point a marker is drawn, of none nothing */
    struct plot_paint paint;
    double dash_pt; /* 0: a full line */
};

struct plot_lines {
    struct plot_axes axes; /* what lies outside is cut off */
    const struct plot_series *series;
    size_t count;
};

/**
 * Draw axes and lines, the first on top.
 *
 * Errors:  ERR_ARG (axes), ERR_NUMERIC (a value that is not finite), ERR_NOMEM;  the
 *          canvas may hold a part of the panel then
 * Tests:   tests/unit/plot/lines.c
 */
bool plot_lines_draw(struct plot_canvas *canvas, const struct plot_lines *lines,
                     struct err *err) ATTR_MUST_USE;

#endif
