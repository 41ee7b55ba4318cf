/*
 * upscale.h - part of a grey image, enlarged smoothly, in a few grey levels.
 *
 * Why:    a heart of 60 pixels across is looked at on a tile of 256; single pixels as
 *         squares hide its shape, and what a contour follows lies between them.
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_UPSCALE_H
#define PLOT_UPSCALE_H

#include <stdint.h>

#include "base/err.h"

/* The part of an image that is shown.  Pixel (i, j) has its centre at (i, j) and
 * reaches half a pixel to each side; the part may reach over the image's edges. */
struct plot_view {
    double x0, y0, x1, y1; /* x0 < x1, y0 < y1 */
    bool flip_x, flip_y;   /* x1 is drawn left; y1 is drawn at the top */
};

struct plot_grey {
    const float *pixel;    /* [rows][columns], borrowed */
    int32_t columns, rows; /* 1 or more */
    double black, white;   /* intensities that become level 0 and levels - 1 */
    int levels;            /* 2..256 */
};

/** Where x of the image lies on a tile of `width` pixels, in its pixels from its left
 *  edge. */
double plot_view_x(const struct plot_view *view, double x, double width);

/** The same for y, from the top edge. */
double plot_view_y(const struct plot_view *view, double y, double height);

/**
 * Draw the part `view` of `image` on a tile.
 *
 *   out = levels * (I - black) / (white - black), rounded, limited to its range, where
 *   I is interpolated with the cubic kernel of Mitchell and Netravali, B = C = 1/3
 *
 * Outside of the image the level is 0.  It enlarges; where the part has more pixels
 * than the tile, detail is lost without a filter.
 *
 * @param[out] out  [height][stride], the first `width` of each row are written
 * Errors:  ERR_ARG  empty image, view or window;  ERR_NOMEM
 * Cost:    O(width * (rows of the part + height)), 4 reads each
 * Source:  Mitchell, Netravali, "Reconstruction filters in computer graphics",
 *          SIGGRAPH 1988, doi 10.1145/54852.378514, equation 8
 * Tests:   tests/unit/plot/upscale.c
 */
bool plot_upscale(const struct plot_grey *image, const struct plot_view *view,
                  uint8_t *out, int32_t width, int32_t height, int32_t stride,
                  struct err *err) ATTR_MUST_USE;

#endif
