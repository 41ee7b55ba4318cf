/*
 * stroke_font.h - text drawn with the pen, from letters that are part of the program.
 *
 * Why:    opening the system's fonts costs 4 ms when they are in the page cache and 30
 *         when they are not, more than all the rest of a small figure; and they differ
 *         from machine to machine, so that the same result would not give the same
 *         bytes.  The letters here are lines and arcs of one weight; they suit captions
 *         of a few words, not running text.
 * Layer:  plot.
 * Thread: safe; each thread its own cairo_t.
 *
 * ASCII 32..126 is covered; any other character (UTF-8) is shown as one empty box.
 */
#ifndef PLOT_STROKE_FONT_H
#define PLOT_STROKE_FONT_H

#include <cairo/cairo.h>

/**
 * Width of one line of text.
 *
 * @param text    UTF-8, borrowed
 * @param cap_px  height of a capital letter
 * @return        advance from the first letter to behind the last, in the unit of
 *                `cap_px`
 */
double plot_text_width(const char *text, double cap_px);

/**
 * Append the strokes of one line of text to the current path.
 *
 * The caller strokes the path, with round caps and joins and a pen of about a tenth of
 * `cap_px`; stroking it twice, wide and dark first, gives letters with a halo.
 *
 * @param x, y    left end of the base line
 * Tests: tests/unit/plot/stroke_font.c
 */
void plot_text_path(cairo_t *cr, double x, double y, double cap_px, const char *text);

#endif
