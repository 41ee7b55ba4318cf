/*
 * panels.h - several plots on one page, lettered.
 *
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_PANELS_H
#define PLOT_PANELS_H

#include "plot/canvas.h"

/* What a panel needs round its frame, for numbers and labels; mm. */
struct plot_margins {
    double left, top, right, bottom;
};

/** The frame that is left of a panel's part of the page. */
struct plot_box plot_panels_frame(const struct plot_box *part,
                                  const struct plot_margins *margins);

/** Write a, b, c ... at the top left of a panel's part of the page; from the 27th on
 *  nothing.
 *  Tests: tests/unit/plot/panels.c */
void plot_panels_letter(struct plot_canvas *canvas, const struct plot_box *part,
                        size_t number);

#endif
