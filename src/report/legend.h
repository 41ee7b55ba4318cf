/*
 * legend.h - the line of groups (vendors, sites) under a figure.
 *
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_LEGEND_H
#define REPORT_LEGEND_H

#include "plot/axes.h"

/** Is every group below `groups`?  `group` may be NULL.  Errors: ERR_ARG */
bool report_legend_check(const size_t *group, size_t n, size_t groups,
                         struct err *err) ATTR_MUST_USE;

/** Room that the legend needs at the bottom of a figure, in mm. */
double report_legend_height(size_t groups);

/**
 * Draw it at the bottom of the canvas: groups from the left, 7 in a line, then the
 * other keys.
 * Errors:  ERR_NOMEM
 * Tests:   tests/unit/report/figure2.c
 */
bool report_legend_draw(struct plot_canvas *canvas, const char *const *name,
                        size_t groups, const struct plot_key *more, size_t keys,
                        struct err *err) ATTR_MUST_USE;

#endif
