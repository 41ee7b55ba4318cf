/*
 * contours_figure.h - slices with outlines for print: grey pixels, lines as vectors.
 *
 * Layer:  plot.  It knows no patients: tiles, lines and words come from the caller.
 * Thread: safe.
 */
#ifndef PLOT_CONTOURS_FIGURE_H
#define PLOT_CONTOURS_FIGURE_H

#include "plot/canvas.h"
#include "plot/montage.h"

struct plot_contours_figure {
    const struct plot_montage
        *montage;               /* title is for the PDF's description; note,
                                   tile_px and what a raster needs are not used */
    const char *const *heading; /* [readings], a line over the tiles of each */
    const char *caption;        /* a line under all, smaller if it is long;
 may be NULL */
    double width_mm;            /* 60 or more */
};

/** How many tiles stand side by side: all slices up to 12, then rows of equal length.
 */
int32_t plot_contours_figure_columns(int32_t slices);

/**
 * Draw one tile into a box of a canvas: the image, its outlines, caption and value.
 *
 * @param m    the view, the window, the inks and the length of the bar
 * @param bar  draw the bar too, at the bottom right
 * Errors:  ERR_ARG (an empty image, view, window or box), ERR_NOMEM
 * Tests:   tests/unit/report/key_slices.c
 */
bool plot_contours_figure_tile(struct plot_canvas *canvas, const struct plot_montage *m,
                               const struct plot_tile *tile, bool bar,
                               const struct plot_box *box,
                               struct err *err) ATTR_MUST_USE;

/**
 * Draw the figure and write `stem`.pdf, .svg and .png.
 *
 * The readings are stacked, each under its heading; the legend stands under them, with
 * the length of the bar on the first tile.  A tile is at most a fifth of the width.
 *
 * Errors:  ERR_ARG (no tiles, more than PLOT_MAX_TILES or than fit on a page, an empty
 *          view or window, the width), ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Cost:    about 0.3 s for 24 tiles
 * Tests:   tests/unit/plot/contours_figure.c
 */
bool plot_contours_figure_write(const struct plot_contours_figure *figure,
                                const char *stem, struct err *err) ATTR_MUST_USE;

#endif
