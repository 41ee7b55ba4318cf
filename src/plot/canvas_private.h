/*
 * canvas_private.h - what canvas.c and canvas_text.c share.
 *
 * Layer:  plot; the only header that includes Pango's.
 * Thread: each thread its own canvas.
 */
#ifndef PLOT_CANVAS_PRIVATE_H
#define PLOT_CANVAS_PRIVATE_H

#include <cairo/cairo.h>
#include <pango/pangocairo.h>

#include "plot/canvas.h"

#define PT_PER_MM (72.0 / 25.4)

/* What a surface hands to its stream. */
struct sink {
    struct bytes bytes;
    size_t room;
};

struct plot_canvas {
    double width_mm, height_mm, dpi;
    int jpeg_quality;
    int formats; /* in use, of the arrays that follow */
    enum plot_format format[PLOT_FORMATS];
    struct sink sink[PLOT_FORMATS];
    cairo_surface_t *surface[PLOT_FORMATS];
    cairo_t *pen[PLOT_FORMATS]; /* the unit is a point in all of them */
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    struct plot_text laid_out; /* how the layout's text is set */
    const char *families;
    int unknown; /* letters that no font has */
    bool written;
};

/** Make the layout of a canvas' texts.  Errors: ERR_SUPPORT (a font is missing) */
bool plot_canvas_open_fonts(struct plot_canvas *c, bool han,
                            struct err *err) ATTR_MUST_USE;

/** Also of a canvas that has none. */
void plot_canvas_close_fonts(struct plot_canvas *c);

#endif
