/*
 * canvas.h - one drawing, three files: PDF, SVG and PNG.
 *
 * Why:    a journal wants vectors with embedded fonts, a page wants SVG, a slide wants
 *         pixels.  All three come from the same calls, so that they show the same, and
 *         the same calls give the same bytes on every run.
 * Layer:  plot; Cairo and Pango stay behind it (canvas.c, canvas_text.c).
 * Thread: safe; each thread its own canvas.
 *
 * Places are millimetres from the top left corner, y downwards; pens and letters are
 * measured in points.  Drawing calls cannot fail one by one: what goes wrong (memory)
 * is kept and reported by plot_canvas_write().  Their numbers must be finite; they
 * do nothing on a NULL path or fewer points than a shape needs.
 */
#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H

#include <stddef.h>

#include "base/err.h"
#include "base/file.h"
#include "plot/upscale.h"

/* All figures of a paper share one family; it is embedded in the PDF.  Chinese letters
 * come from a second one, where they are asked for. */
#define PLOT_FONT "DejaVu Sans"
#define PLOT_FONT_HAN "Droid Sans Fallback"
#define PLOT_MM_PER_PT (25.4 / 72.0)

enum { PLOT_DPI = 300, PLOT_MAX_MM = 600 };

struct plot_canvas;

enum plot_format { PLOT_PDF, PLOT_SVG, PLOT_PNG, PLOT_FORMATS };

struct plot_sheet {
    double width_mm, height_mm; /* 5..PLOT_MAX_MM */
    const char *title; /* for the PDF's description; UTF-8 as in plot_canvas_text(), may
                          be NULL */
    unsigned formats;  /* bits 1u << enum plot_format, one or more */
    double image_dpi;  /* of plot_canvas_image(), 30..1200 */
    int jpeg_quality;  /* of these in the PDF, 1..100; 0: every grey level kept */
    bool han;          /* Chinese letters will be drawn */
};

struct plot_point {
    double x, y; /* mm */
};

struct plot_box {
    double x, y, w, h; /* mm; left, top, width, height */
};

struct plot_paint {
    double r, g, b, alpha; /* 0..1 */
};

struct plot_pen {
    struct plot_paint paint;
    double width_pt;
    double dash_pt; /* length of dashes and of the gaps between; 0: a full line */
};

struct plot_text {
    double size_pt;
    struct plot_paint paint;
    double across; /* 0: the text starts at the place, 0.5: is centred, 1: ends there */
    double down; /* 0: tops of capitals lie at the place, 1: the last base line does */
    bool bold;
    bool upright;   /* turned by a quarter, read from below upwards */
    double wrap_mm; /* lines are broken at this width; 0: where the text says */
    int lines;      /* what is longer is cut in its middle ("..."), with wrap_mm; 0: any
                       number */
};

/* Shapes of equal area, so that no group of points weighs more than another. */
enum plot_shape {
    PLOT_CIRCLE,
    PLOT_TRIANGLE,
    PLOT_SQUARE,
    PLOT_DIAMOND,
    PLOT_TRIANGLE_DOWN,
    PLOT_SHAPES
};

/**
 * Start an empty white drawing.
 *
 * @param[out] out  owned by the caller (plot_canvas_free)
 * Errors:  ERR_ARG      a side, the formats or the resolution is out of range
 *          ERR_SUPPORT  a font is not installed;  ERR_NOMEM
 * Cost:    about 20 ms, for the system's list of fonts, once for each thread
 */
bool plot_canvas_open(const struct plot_sheet *sheet, struct plot_canvas **out,
                      struct err *err) ATTR_MUST_USE;

/** The same for a figure: all formats, images at PLOT_DPI, Latin letters. */
bool plot_canvas_new(double width_mm, double height_mm, const char *title,
                     struct plot_canvas **out, struct err *err) ATTR_MUST_USE;

void plot_canvas_free(struct plot_canvas *canvas);

/** The whole drawing, as a box. */
struct plot_box plot_canvas_box(const struct plot_canvas *canvas);

/** Go on with an empty page in the PDF.  In SVG and PNG, which have one page, what
 *  follows is drawn over what is there. */
void plot_canvas_next_page(struct plot_canvas *canvas);

/** A line through `n` points, 2 or more. */
void plot_canvas_line(struct plot_canvas *canvas, const struct plot_point *at, size_t n,
                      bool closed, const struct plot_pen *pen);

/** One straight line. */
void plot_canvas_segment(struct plot_canvas *canvas, struct plot_point from,
                         struct plot_point to, const struct plot_pen *pen);

/** The inside of a closed line through `n` points, 3 or more. */
void plot_canvas_polygon(struct plot_canvas *canvas, const struct plot_point *at,
                         size_t n, const struct plot_paint *fill);

void plot_canvas_fill(struct plot_canvas *canvas, const struct plot_box *box,
                      const struct plot_paint *fill);

/** A data point: a shape with the area of a circle of diameter `size_mm`, with a thin
 *  white edge that keeps neighbours apart. */
void plot_canvas_marker(struct plot_canvas *canvas, enum plot_shape shape,
                        struct plot_point at, double size_mm,
                        const struct plot_paint *fill);

/** Text of one or more lines; broken UTF-8 is shown as such, not an error. */
void plot_canvas_text(struct plot_canvas *canvas, struct plot_point at,
                      const struct plot_text *style, const char *text);

/** Width of the text's longest line in mm. */
double plot_canvas_text_width(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text);

/** Height of all lines of a text, from the first one's ascent to the last one's
 * descent, in mm. */
double plot_canvas_text_height(struct plot_canvas *canvas,
                               const struct plot_text *style, const char *text);

/** How many letters were drawn as boxes so far, since no font has them. */
int plot_canvas_unknown_letters(const struct plot_canvas *canvas);

/** From now on only what lies in `box` is drawn, until plot_canvas_unclip(); pairs may
 *  be nested. */
void plot_canvas_clip(struct plot_canvas *canvas, const struct plot_box *box);
void plot_canvas_unclip(struct plot_canvas *canvas);

/**
 * Part of a grey image, enlarged smoothly (plot_upscale) to the sheet's resolution.
 *
 * @param image  its `levels` are not looked at: there are 256
 * Errors:  ERR_ARG (empty image, view, window or box);  ERR_NOMEM
 */
bool plot_canvas_image(struct plot_canvas *canvas, const struct plot_box *box,
                       const struct plot_grey *image, const struct plot_view *view,
                       struct err *err) ATTR_MUST_USE;

/**
 * Finish a drawing of one format and hand out its file.  The drawing can then only be
 * freed.
 *
 * @param[out] out  owned by the caller (bytes_clear)
 * Errors:  ERR_ARG (several formats, or written before), ERR_NOMEM
 */
bool plot_canvas_take(struct plot_canvas *canvas, struct bytes *out,
                      struct err *err) ATTR_MUST_USE;

/**
 * Write `stem`.pdf, `stem`.svg and `stem`.png, those of its formats, each atomically.
 * The drawing is then complete: it can only be freed.
 *
 * The bytes depend on what was drawn, and on the versions of Cairo, Pango and the font;
 * not on the time, the path, or what else the process has drawn.
 *
 * Errors (name the file):  ERR_IO, ERR_NOMEM;  ERR_ARG when it was written before
 * Cost:    about 0.3 s for a page of 180 x 180 mm, nearly all for the PNG
 * Tests:   tests/unit/plot/canvas.c
 */
bool plot_canvas_write(struct plot_canvas *canvas, const char *stem,
                       struct err *err) ATTR_MUST_USE;

#endif
