/*
 * dsc_boxes.h - a panel of boxes: the DSC of scar by group.
 *
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_DSC_BOXES_H
#define REPORT_DSC_BOXES_H

#include <stddef.h>

#include "plot/axes.h"

enum { DSC_GROUPS = 20 };

/* A way to divide DSCs: by vendor, by site, by method. */
struct dsc_division {
    const size_t *group;     /* [n], below `groups`; borrowed */
    const char *const *name; /* [groups] */
    size_t groups;           /* 1..DSC_GROUPS */
    const char *note; /* over the panel: "P = .07, Kruskal-Wallis"; may be NULL */
};

/**
 * Draw a box per group, each over its values; a group of 100 or more is drawn as a
 * violin instead, whose widest place fills its strip.
 *
 * @param part      of the page, with room for numbers, names and note
 * @param dsc       [n], 0..1; borrowed
 * @param coloured  a colour per group; else all have the first
 * Errors:  ERR_ARG (a group out of range, too many groups, a DSC outside of 0..1),
 *          ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Tests:   tests/unit/report/dsc_boxes.c
 */
bool report_dsc_boxes_draw(struct plot_canvas *canvas, const struct plot_box *part,
                           const double *dsc, size_t n,
                           const struct dsc_division *division, bool coloured,
                           struct err *err) ATTR_MUST_USE;

/** Room beside the boxes, for numbers and labels, in mm. */
double report_dsc_boxes_margin(void);

#endif
