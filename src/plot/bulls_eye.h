/*
 * bulls_eye.h - a value per segment of the left ventricle, as rings: the AHA's 17.
 *
 * Why:    where the scar lies, in one look: the picture that every cardiac report has.
 * Layer:  plot.  It measures nothing: values come from the caller.
 * Thread: safe.
 * Source: Cerqueira et al., Circulation 105:539-542, 2002, figures 2 to 4
 *         (doi 10.1161/hc0402.102975).
 *
 * The heart is seen from its apex: anterior wall up, septum left, lateral wall right.
 * The outer ring is the base (segments 1 to 6, from the anterior one leftwards round),
 * then the middle (7 to 12), the apical ring (13 to 16, each of a quarter) and the apex
 * (17).  Two small triangles outside mark where the right ventricle is attached:
 * between 1 and 2 (anterior) and between 3 and 4 (inferior).
 */
#ifndef PLOT_BULLS_EYE_H
#define PLOT_BULLS_EYE_H

#include "plot/axes.h"

enum { PLOT_SEGMENTS = 17 };

enum plot_bulls_eye_text {
    PLOT_BULLS_EYE_VALUES,
    PLOT_BULLS_EYE_NUMBERS, /* 1..17: the key to a table */
};

/* Words round the rings; NULL: none. */
struct plot_bulls_eye_words {
    const char *anterior, *septal, *inferior, *lateral;
};

struct plot_bulls_eye {
    double value[PLOT_SEGMENTS]; /* [0] is segment 1; NaN: not measured, hatched */
    struct plot_axis scale;      /* lo is palest, hi darkest (values beyond are drawn as
                                    these); label: with the unit, may be NULL */
    int decimals;                /* of the values written, 0..3 */
    enum plot_bulls_eye_text text;
    struct plot_bulls_eye_words words;
    const char *title; /* over the rings; may be NULL */
};

/* A place on the rings. */
struct plot_sector {
    double inner, outer;  /* radii, 1: the outermost */
    double from_deg, deg; /* first angle, from the right (lateral) counter-clockwise,
                             and extent */
};

/** Where a segment, 1..PLOT_SEGMENTS, lies; outside of these as the nearest. */
struct plot_sector plot_bulls_eye_sector(int segment);

/**
 * Draw rings and colour bar into a box, as large as it allows.
 *
 * Letters are PLOT_SMALL_PT high, smaller where a segment has no room for them, and
 * left out below 3 points.
 *
 * Errors:  ERR_ARG (a box of less than 15 mm, the scale as in plot_axes_ticks,
 *          decimals), ERR_NUMERIC (an infinite value)
 * Cost:    about 5 ms
 * Tests:   tests/unit/plot/bulls_eye.c
 */
bool plot_bulls_eye_draw(struct plot_canvas *canvas, const struct plot_box *box,
                         const struct plot_bulls_eye *eye,
                         struct err *err) ATTR_MUST_USE;

#endif
