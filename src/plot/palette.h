/*
 * palette.h - the colours of a quantity, from pale (little) to dark (much).
 *
 * Why:    a map must read on a grey printer, and by the one man in twelve who does not
 *         tell red from green: its lightness alone says the value, its hue only helps.
 * Layer:  plot.
 * Thread: safe.
 */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include "plot/canvas.h"

/**
 * Colour of a share of the scale: from cream over orange and red to violet, its
 * lightness (CIE L*) falling evenly from 97 to 24.
 *
 * @param share  0..1; what lies beyond is taken as the end, NaN as 0
 * Tests: tests/unit/plot/palette.c
 */
struct plot_paint plot_palette_at(double share);

/** Lightness L* of an opaque colour, 0 (black) to 100 (white).
 *  Source: IEC 61966-2-1 (sRGB); CIE 15:2004, section 8.2.1 */
double plot_palette_lightness(const struct plot_paint *paint);

/** Black or white, whichever can be read on this colour. */
struct plot_paint plot_palette_ink(const struct plot_paint *ground);

#endif
