/*
 * erode.h - take the rim off a mask.
 *
 * Why:    pixels at a region's edge are part of two regions; what measures a region's
 *         brightness or noise leaves them out.
 * Layer:  geom.
 * Thread: pure functions.
 */
#ifndef GEOM_ERODE_H
#define GEOM_ERODE_H

#include "image/image.h"

C_API_BEGIN

/**
 * Erode one slice by a cross, in place: a pixel stays if it and its four neighbours
 * are in the mask.  What lies outside of the slice is not in the mask.
 *
 * @param mask    [rows][columns], 0 or 1
 * @param rounds  pixels taken off (city-block distance), 0 or more
 * Errors:  ERR_ARG (a length < 1), ERR_NOMEM; `mask` is unchanged
 * Cost:    O(pixels) a round
 * Tests:   tests/unit/geom/erode.c
 */
bool geom_erode(uint8_t *mask, int32_t columns, int32_t rows, int rounds,
                struct err *err) ATTR_MUST_USE;

C_API_END

#endif
