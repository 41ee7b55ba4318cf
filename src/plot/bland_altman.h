/*
 * bland_altman.h - differences of two methods against their means.
 *
 * Layer:  plot.  It computes no statistics: bias and limits come from the caller.
 * Thread: safe.
 * Source: Bland and Altman, Lancet 327:307-310, 1986; the intervals of the limits are
 *         drawn as they ask for in Stat Methods Med Res 8:135-160, 1999, section 2.
 */
#ifndef PLOT_BLAND_ALTMAN_H
#define PLOT_BLAND_ALTMAN_H

#include "plot/scatter.h"

/* A horizontal line with its interval. */
struct plot_level {
    double at, lo, hi;
    const char *name; /* "Bias", "+1.96 SD" */
};

enum { PLOT_LEVELS = 3 };

/* Style of lines that follow x, for the legend. */
#define PLOT_FOLLOW_DASH_PT 1.2

/* Room to the right of the frame that the numbers need. */
#define PLOT_LEVEL_TEXT_MM 19.5

struct plot_bland_altman {
    struct plot_axes axes;                 /* x: means, y: differences */
    struct plot_cloud cloud;               /* the same */
    struct plot_level level[PLOT_LEVELS];  /* upper limit, bias, lower limit */
    struct plot_curve follow[PLOT_LEVELS]; /* the same where they depend on x, without
                                              bands; n 0: they do not */
    int decimals;                          /* of the levels' numbers */
};

/**
 * Draw the panel: points, a thin line at no difference, bias and limits with their
 * intervals as bands and their numbers to the right.  Labels that would overlap are
 * moved apart.  Lines that follow x are dashed finely, and are cut at the frame.
 *
 * Errors:  ERR_ARG (no points, axes, levels not falling), ERR_NUMERIC (a value that is
 *          not finite), ERR_NOMEM
 * Tests:   tests/unit/plot/bland_altman.c
 */
bool plot_bland_altman_draw(struct plot_canvas *canvas,
                            const struct plot_bland_altman *panel,
                            struct err *err) ATTR_MUST_USE;

#endif
