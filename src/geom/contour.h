/*
 * contour.h - outlines of a region in one slice, for drawing.
 *
 * Layer:  geom.
 * Thread: pure functions.
 */
#ifndef GEOM_CONTOUR_H
#define GEOM_CONTOUR_H

#include "image/image.h"

C_API_BEGIN

struct geom_point {
    double x, y; /* pixels; the centre of pixel (i, j) is (i, j), y grows with rows */
};

/* One outline, closed: the last point is joined to the first.  The points are borrowed
 * from the set it belongs to. */
struct geom_outline {
    const struct geom_point *point;
    size_t count;
};

/* All-zero is empty. */
struct geom_contours {
    struct geom_outline *outline;
    size_t count;
    struct geom_point *point; /* what the outlines point into */
};

/**
 * Outline the pixels of a slice whose label is in `set`.
 *
 * The line runs half way between inner and outer pixels (marching squares at level one
 * half); pixels that meet at a corner only are outlined apart.  An outer outline has a
 * positive area by the shoelace formula (x, y as above), one round a hole a negative.
 * At the edge of the slice the line closes half a pixel outside.
 *
 *   sum of areas before smoothing = pixels - (outer outlines - holes) / 2
 *
 * @param smooth    rounds of corner cutting (Chaikin), 0 to 4; each doubles the points
 * @param[out] out  owned by the caller (geom_contours_clear); written only on success;
 *                  no outline if no pixel is in `set`
 * Errors:  ERR_ARG (no such slice, `smooth` out of range), ERR_NOMEM
 * Cost:    O(pixels)
 * Source:  G. Chaikin, Computer Graphics and Image Processing 3:346-349, 1974,
 *          doi 10.1016/0146-664X(74)90028-8.
 * Tests:   tests/unit/geom/contour.c (the area identity on random masks)
 */
bool geom_contours_find(const struct labels *labels, int32_t slice, unsigned set,
                        int smooth, struct geom_contours *out,
                        struct err *err) ATTR_MUST_USE;

void geom_contours_clear(struct geom_contours *c);

C_API_END

#endif
