/*
 * polygon.h - the pixels of a slice that lie within outlines.
 *
 * Why:    readers draw lines, volumes are counted in pixels; which pixel is inside is
 *         decided by its centre, as in every program that such lines come from.
 * Layer:  geom.
 * Thread: pure function.
 */
#ifndef GEOM_POLYGON_H
#define GEOM_POLYGON_H

#include "geom/contour.h"

C_API_BEGIN

/* No point may lie farther from the first pixel, in pixels. */
#define GEOM_POLYGON_REACH 1e6

/**
 * Set the pixels whose centre is inside of closed outlines, by the even-odd rule over
 * all of them: an outline within another one is a hole, and so is what a keyhole (one
 * line that runs in, round and out again) goes round.
 *
 * A centre on the line belongs to the region right of or below it, so that of two
 * regions that share a line each pixel is in one: with x growing along a row, pixel
 * (i, j) is inside for left <= i < right, top <= j < bottom.
 *
 * @param outline   [count]; points in pixels, the centre of pixel (i, j) is (i, j).
 *                  What lies outside of the slice is cut off
 * @param mask      [rows][columns]; 1 is written inside, the others stay as they are
 * Errors:  ERR_ARG (a size below 1, a point beyond GEOM_POLYGON_REACH or not finite),
 *          ERR_NOMEM; then `mask` is untouched
 * Cost:    O(points * rows that they cross + rows * columns)
 * Source:  J. Foley et al., Computer Graphics, 2nd ed., 1990, section 3.6 (scan lines)
 * Tests:   tests/unit/geom/polygon.c (against a test of every point, an ellipse, and
 *          geom_contours_find() there and back)
 */
bool geom_polygon_fill(const struct geom_outline *outline, size_t count,
                       int32_t columns, int32_t rows, uint8_t *mask,
                       struct err *err) ATTR_MUST_USE;

C_API_END

#endif
