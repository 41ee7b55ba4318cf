/*
 * axes.h - linear axes with round ticks, the colours of groups, and legends.
 *
 * Why:    all figures of a paper look alike, and the ink goes to the data: thin lines
 *         on two sides, ticks outside, no grid, no frame.
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_AXES_H
#define PLOT_AXES_H

#include "plot/canvas.h"

#define PLOT_LABEL_PT 7.5 /* names of axes */
#define PLOT_SMALL_PT 6.5 /* numbers at ticks, legends */
#define PLOT_BLACK ((struct plot_paint){0.0, 0.0, 0.0, 1.0})
#define PLOT_DARK ((struct plot_paint){0.25, 0.25, 0.25, 1.0})
#define PLOT_PALE ((struct plot_paint){0.6, 0.6, 0.6, 1.0})

enum { PLOT_NUMBER_ROOM = 48 };

/* first, first + step, ... */
struct plot_ticks {
    double first, step;
    int count;    /* 2 or more */
    int decimals; /* digits behind the point that tell the ticks apart */
};

struct plot_axis {
    double lo, hi;     /* values at left and right, or at bottom and top */
    const char *label; /* with the unit: "Scar volume, manual (mL)"; may be NULL */
};

struct plot_axes {
    struct plot_box frame; /* where the data lie; numbers and labels stand outside */
    struct plot_axis x, y;
};

/* One entry of a legend. */
struct plot_key {
    const char *name;
    struct plot_paint paint;
    enum plot_shape shape; /* of a marker */
    bool line;             /* a line instead of a marker */
    double dash_pt;
    bool marked; /* the marker too, in the middle of the line */
};

/**
 * Choose ticks: the smallest step of 1, 2 or 5 times a power of ten that gives at most
 * `most` ticks in [lo, hi].
 *
 * @param most  5..50
 * Errors:  ERR_ARG (`most`; lo and hi not finite, not growing, or too near to each
 *          other for their size to be told apart)
 * Tests:   tests/unit/plot/axes.c
 */
bool plot_axes_ticks(double lo, double hi, int most, struct plot_ticks *out,
                     struct err *err) ATTR_MUST_USE;

/**
 * Widen [lo, hi] to full steps of at most `most` ticks.  A range of no width gets one
 * round it first.
 * Errors:  ERR_ARG (not finite, hi < lo, `most`)
 */
bool plot_axes_widen(double *lo, double *hi, int most, struct err *err) ATTR_MUST_USE;

/** Smallest and largest of n values, widening what `lo` and `hi` hold before.
 *  Errors: ERR_NUMERIC (a value that is not finite) */
bool plot_axes_range(const double *value, size_t n, double *lo, double *hi,
                     struct err *err) ATTR_MUST_USE;

/** A number with a true minus sign, and never "-0.0". */
void plot_axes_number(double value, int decimals,
                      char text[AT_LEAST(PLOT_NUMBER_ROOM)]);

/** Size in points of an axis' label (may be NULL): PLOT_LABEL_PT, smaller for one that
 *  would be longer than its axis. */
double plot_axes_label_pt(struct plot_canvas *canvas, const char *label,
                          double length_mm);

/** Where the data point (x, y) lies on the canvas. */
struct plot_point plot_axes_at(const struct plot_axes *axes, double x, double y);

/** Draw both axes with ticks, numbers and labels.
 *  Errors: ERR_ARG (an axis as in plot_axes_ticks, a frame of less than 5 mm) */
bool plot_axes_draw(struct plot_canvas *canvas, const struct plot_axes *axes,
                    struct err *err) ATTR_MUST_USE;

/** Draw the vertical axis alone, for a horizontal one that has names. */
bool plot_axes_draw_y(struct plot_canvas *canvas, const struct plot_axes *axes,
                      struct err *err) ATTR_MUST_USE;

/**
 * Colour of a group of points; it starts again after 7.
 * Source: Okabe and Ito, "Color universal design", 2008 (jfly.uni-koeln.de/color);
 *         their yellow is left out, it is too pale on white.
 */
struct plot_paint plot_axes_colour(size_t group);

/** Marker of a group of points. */
enum plot_shape plot_axes_shape(size_t group);

/** Draw a legend in one line from `at` (left, middle of the letters).
 *  @return its width in mm */
double plot_axes_legend(struct plot_canvas *canvas, struct plot_point at,
                        const struct plot_key *key, size_t keys);

/** How wide a legend will be, in mm. */
double plot_axes_legend_width(struct plot_canvas *canvas, const struct plot_key *key,
                              size_t keys);

#endif
