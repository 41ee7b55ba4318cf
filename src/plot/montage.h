/*
 * montage.h - slices as a sheet of grey tiles with closed contours drawn on them.
 *
 * Why:    the figure by which a reader judges a segmentation: every slice, the heart
 *         large, the contours thin.
 * Layer:  plot.  It knows no patients: tiles, lines and words come from the caller.
 * Thread: safe.
 *
 * The sheet: a title line; tiles in rows, and with several readings of the same slices
 * the rows of one reading directly below those of the other; a line with the inks'
 * names and a note.  A pixel of the sheet is one of 128 greys, or one of two inks, each
 * in 8 strengths over 8 greys; 256 colours in all.
 */
#ifndef PLOT_MONTAGE_H
#define PLOT_MONTAGE_H

#include "plot/png.h"
#include "plot/upscale.h"

enum { PLOT_INKS = 2, PLOT_MAX_TILES = 4096 };

/* Red and yellow differ in lightness as much as in hue, so that readers who do not see
 * red from green tell them apart. */
#define PLOT_RED                                                                       \
    {                                                                                  \
        0xf0, 0x30, 0x32                                                               \
    }
#define PLOT_YELLOW                                                                    \
    {                                                                                  \
        0xff, 0xe1, 0x2b                                                               \
    }

struct plot_ink {
    uint8_t rgb[3];
    const char *name; /* for the legend */
};

/* A closed line; the last point is joined to the first. */
struct plot_outline {
    const double (*at)[2]; /* [points] x, y in pixels of the tile's image (see
                              struct plot_view); borrowed */
    size_t points;
    int ink; /* 0 or 1; the second is drawn over the first */
};

struct plot_tile {
    const float *pixel; /* [rows][columns], borrowed */
    int32_t columns, rows;
    const struct plot_outline *line; /* [lines], borrowed */
    size_t lines;
    const char *caption; /* top left, white; NULL for none */
    const char *value;   /* bottom left, in the second ink; NULL for none */
};

struct plot_montage {
    const struct plot_tile *tile; /* [readings][slices], borrowed */
    int32_t slices, readings;     /* 1 or more */
    struct plot_view view;        /* the part of each image that is shown */
    double pixel_mm[2];           /* of the images; sets the tiles' shape */
    double black, white;          /* window */
    int32_t tile_px;              /* a tile's width on the sheet, 32..1024 */
    double bar_mm; /* length of the scale bar on the first tile; 0: none */
    struct plot_ink ink[PLOT_INKS];
    const char *title, *note;
    bool bare; /* the tiles alone: no margin, none of the lines of words */
};

/** How many tiles stand side by side for `slices` of them: sheets about twice as wide
 *  as high, without a nearly empty last row. */
int32_t plot_montage_columns(int32_t slices);

/**
 * Draw the sheet.
 *
 * @param[out] out  plot_raster_clear() by the caller; written only on success
 * Errors:  ERR_ARG   no tiles, too many of them (PLOT_MAX_TILES, PLOT_MAX_PIXELS), an
 *                    empty view or window, tile_px out of range;  ERR_NOMEM
 * Cost:    about 1 ms a tile of 256 x 256 pixels
 * Tests:   tests/unit/plot/montage.c
 */
bool plot_montage_draw(const struct plot_montage *montage, struct plot_raster *out,
                       struct err *err) ATTR_MUST_USE;

#endif
