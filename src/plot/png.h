/*
 * png.h - images of at most 256 colours as PNG, fast and always the same bytes.
 *
 * Why:    a figure of grey tiles with a few inks needs no more colours, and one byte
 *         instead of four a pixel is what makes writing it cost milliseconds.
 * Layer:  plot; the only file that includes libpng's header.
 * Thread: safe.
 */
#ifndef PLOT_PNG_H
#define PLOT_PNG_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

/* What one figure may ask for: 64 million pixels. */
#define PLOT_MAX_PIXELS ((int64_t)64 * 1024 * 1024)

struct plot_raster {
    int32_t width, height;   /* pixels, 1 or more */
    uint8_t *index;          /* [height][width], numbers of colours */
    uint8_t palette[256][3]; /* red, green, blue */
    int colours;             /* entries of the palette in use, 1..256; every index is
                                below it */
};

/** Free the pixels; an empty raster is fine. */
void plot_raster_clear(struct plot_raster *raster);

/**
 * Encode a raster as PNG (8-bit palette, no time stamp, no text).
 *
 * Neighbouring entries of the palette should look alike: the encoder codes differences
 * of neighbouring pixels.
 *
 * @param raster  borrowed
 * @param stream  where the bytes go, from its current position; not flushed
 * Errors:  ERR_ARG   empty, too large, or a palette outside 1..256 entries;
 *          ERR_IO    the stream takes no more (disk full);  ERR_NOMEM
 * Cost:    about 6 ms for 600 000 pixels
 * Source:  PNG specification, third edition, sections 9 (filters) and 11.2.2 (PLTE)
 * Tests:   tests/unit/plot/png.c
 */
bool plot_png_write(const struct plot_raster *raster, FILE *stream,
                    struct err *err) ATTR_MUST_USE;

#endif
