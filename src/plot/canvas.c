#include "plot/canvas.h"

#include <cairo/cairo-pdf.h>
#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "plot/svg_ids.h"

enum format { FORMAT_PDF, FORMAT_SVG, FORMAT_PNG, FORMATS };
static const char ENDING[FORMATS][sizeof ".pdf"] = {".pdf", ".svg", ".png"};

static const double PT_PER_MM = 72.0 / 25.4;
/* Height of DejaVu's capitals and figures, in ems. */
static const double CAPITAL = 0.729;
static const double MARKER_EDGE_PT = 0.35, TOLERANCE_PT = 0.01;

/* What a surface hands to its stream. */
struct sink {
    struct bytes bytes;
    size_t room;
};

struct plot_canvas {
    double width_mm, height_mm;
    struct sink sink[FORMATS];
    cairo_surface_t *surface[FORMATS];
    cairo_t *pen[FORMATS]; /* the unit is a point in all of them */
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    bool written;
};

static cairo_status_t take_bytes(void *to, const unsigned char *data, unsigned size)
{
    struct sink *s = to;

    if (s->room - s->bytes.size < size) {
        const size_t room = 2 * s->room + size;
        uint8_t *grown = mem_grow(s->bytes.data, s->room, room, 1, NULL);
        if (grown == NULL)
            return CAIRO_STATUS_NO_MEMORY;
        s->bytes.data = grown;
        s->room = room;
    }
    memcpy(s->bytes.data + s->bytes.size, data, size);
    s->bytes.size += size;
    return CAIRO_STATUS_SUCCESS;
}

static bool cairo_ok(cairo_status_t status, struct err *err)
{
    return status == CAIRO_STATUS_SUCCESS ||
           ERR_FAIL(err, ERR_NOMEM, "figure: %s", cairo_status_to_string(status));
}

static bool open_surfaces(struct plot_canvas *c, const char *title, struct err *err)
{
    const double w = c->width_mm * PT_PER_MM, h = c->height_mm * PT_PER_MM;
    const double px = PLOT_DPI / 72.0;

    c->surface[FORMAT_PDF] =
        cairo_pdf_surface_create_for_stream(take_bytes, &c->sink[FORMAT_PDF], w, h);
    c->surface[FORMAT_SVG] =
        cairo_svg_surface_create_for_stream(take_bytes, &c->sink[FORMAT_SVG], w, h);
    c->surface[FORMAT_PNG] = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, (int)ceil(w * px - 1e-6), (int)ceil(h * px - 1e-6));
    for (int f = 0; f < FORMATS; f++) {
        c->pen[f] = cairo_create(c->surface[f]);
        if (!cairo_ok(cairo_status(c->pen[f]), err))
            return false;
        cairo_set_tolerance(c->pen[f], TOLERANCE_PT); /* round circles when enlarged */
        cairo_set_line_cap(c->pen[f], CAIRO_LINE_CAP_BUTT);
        cairo_set_line_join(c->pen[f], CAIRO_LINE_JOIN_ROUND);
        cairo_set_source_rgb(c->pen[f], 1.0, 1.0, 1.0);
        cairo_paint(c->pen[f]);
    }
    cairo_scale(c->pen[FORMAT_PNG], px, px);
    /* no date: the file says what was drawn, not when */
    cairo_pdf_surface_set_metadata(c->surface[FORMAT_PDF],
                                   CAIRO_PDF_METADATA_CREATE_DATE, NULL);
    if (title != NULL) {
        char *valid = g_utf8_make_valid(title, -1);
        cairo_pdf_surface_set_metadata(c->surface[FORMAT_PDF], CAIRO_PDF_METADATA_TITLE,
                                       valid);
        g_free(valid);
    }
    return true;
}

/* A missing family is replaced silently by any other: look what came. */
static bool check_font(struct plot_canvas *c, struct err *err)
{
    PangoFontDescription *want = pango_font_description_from_string(PLOT_FONT " 8");
    PangoFont *font = pango_context_load_font(c->context, want);
    PangoFontDescription *got = font != NULL ? pango_font_describe(font) : NULL;
    const char *family = got != NULL ? pango_font_description_get_family(got) : "none";
    bool ok = strcmp(family, PLOT_FONT) == 0;

    if (!ok)
        err_record(err, ERR_SUPPORT,
                   "font %s is not installed (the system offers %.64s); "
                   "install fonts-dejavu-core",
                   PLOT_FONT, family);
    if (got != NULL)
        pango_font_description_free(got);
    if (font != NULL)
        g_object_unref(font);
    pango_font_description_free(want);
    return ok;
}

/* Nothing of the user's settings may reach the letters. */
static bool open_fonts(struct plot_canvas *c, struct err *err)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    c->fonts = pango_cairo_font_map_new();
    c->context = pango_font_map_create_context(c->fonts);
    pango_cairo_context_set_font_options(c->context, options);
    pango_cairo_context_set_resolution(c->context, 72.0);
    pango_context_set_language(c->context, pango_language_from_string("en"));
    pango_context_set_round_glyph_positions(c->context, FALSE);
    c->layout = pango_layout_new(c->context);
    cairo_font_options_destroy(options);
    return check_font(c, err);
}

bool plot_canvas_new(double width_mm, double height_mm, const char *title,
                     struct plot_canvas **out, struct err *err)
{
    if (!(width_mm >= 5.0 && width_mm <= PLOT_MAX_MM && height_mm >= 5.0 &&
          height_mm <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: a page of %g x %g mm", width_mm,
                        height_mm);
    struct plot_canvas *c = mem_alloc(1, sizeof *c, err);
    if (c == NULL)
        return false;
    c->width_mm = width_mm;
    c->height_mm = height_mm;
    if (!open_surfaces(c, title, err) || !open_fonts(c, err)) {
        plot_canvas_free(c);
        return false;
    }
    *out = c;
    return true;
}

void plot_canvas_free(struct plot_canvas *canvas)
{
    if (canvas == NULL)
        return;
    if (canvas->layout != NULL)
        g_object_unref(canvas->layout);
    if (canvas->context != NULL)
        g_object_unref(canvas->context);
    if (canvas->fonts != NULL)
        g_object_unref(canvas->fonts);
    for (int f = 0; f < FORMATS; f++) {
        if (canvas->pen[f] != NULL)
            cairo_destroy(canvas->pen[f]);
        if (canvas->surface[f] != NULL)
            cairo_surface_destroy(canvas->surface[f]); /* may write its end */
        bytes_clear(&canvas->sink[f].bytes);
    }
    mem_free(canvas);
}

struct plot_box plot_canvas_box(const struct plot_canvas *canvas)
{
    return (struct plot_box){0.0, 0.0, canvas->width_mm, canvas->height_mm};
}

static void use_paint(cairo_t *cr, const struct plot_paint *p)
{
    cairo_set_source_rgba(cr, p->r, p->g, p->b, p->alpha);
}

static void add_path(cairo_t *cr, const struct plot_point *at, size_t n, bool closed)
{
    cairo_new_path(cr);
    for (size_t i = 0; i < n; i++)
        cairo_line_to(cr, at[i].x * PT_PER_MM, at[i].y * PT_PER_MM);
    if (closed)
        cairo_close_path(cr);
}

void plot_canvas_line(struct plot_canvas *canvas, const struct plot_point *at, size_t n,
                      bool closed, const struct plot_pen *pen)
{
    if (n < 2)
        return;
    for (int f = 0; f < FORMATS; f++) {
        cairo_t *cr = canvas->pen[f];
        add_path(cr, at, n, closed);
        use_paint(cr, &pen->paint);
        cairo_set_line_width(cr, pen->width_pt);
        cairo_set_dash(cr, &pen->dash_pt, pen->dash_pt > 0.0 ? 1 : 0, 0.0);
        cairo_stroke(cr);
    }
}

void plot_canvas_segment(struct plot_canvas *canvas, struct plot_point from,
                         struct plot_point to, const struct plot_pen *pen)
{
    plot_canvas_line(canvas, (struct plot_point[2]){from, to}, 2, false, pen);
}

void plot_canvas_polygon(struct plot_canvas *canvas, const struct plot_point *at,
                         size_t n, const struct plot_paint *fill)
{
    if (n < 3)
        return;
    for (int f = 0; f < FORMATS; f++) {
        add_path(canvas->pen[f], at, n, true);
        use_paint(canvas->pen[f], fill);
        cairo_fill(canvas->pen[f]);
    }
}

/* The corners of a box, as cairo wants them. */
static void add_box(cairo_t *cr, const struct plot_box *box)
{
    cairo_new_path(cr);
    cairo_rectangle(cr, box->x * PT_PER_MM, box->y * PT_PER_MM, box->w * PT_PER_MM,
                    box->h * PT_PER_MM);
}

void plot_canvas_fill(struct plot_canvas *canvas, const struct plot_box *box,
                      const struct plot_paint *fill)
{
    for (int f = 0; f < FORMATS; f++) {
        add_box(canvas->pen[f], box);
        use_paint(canvas->pen[f], fill);
        cairo_fill(canvas->pen[f]);
    }
}

/* The outline of a marker whose area is that of a circle of radius r. */
static void add_marker(cairo_t *cr, enum plot_shape shape, double x, double y, double r)
{
    const int corners = shape == PLOT_SQUARE || shape == PLOT_DIAMOND ? 4 : 3;
    /* a regular polygon in a circle of radius R has the area n/2 R^2 sin(2 pi/n) */
    const double part = 2.0 * G_PI / corners;
    const double out = r * sqrt(G_PI / (0.5 * corners * sin(part)));
    double first = -0.5 * G_PI; /* a corner on top */

    cairo_new_path(cr); /* text leaves a current point, an arc would start there */
    if (shape == PLOT_CIRCLE) {
        cairo_arc(cr, x, y, r, 0.0, 2.0 * G_PI);
        cairo_close_path(cr);
        return;
    }
    if (shape == PLOT_SQUARE)
        first += 0.5 * part;
    if (shape == PLOT_TRIANGLE_DOWN)
        first = -first;
    for (int i = 0; i < corners; i++)
        cairo_line_to(cr, x + out * cos(first + i * part),
                      y + out * sin(first + i * part));
    cairo_close_path(cr);
}

void plot_canvas_marker(struct plot_canvas *canvas, enum plot_shape shape,
                        struct plot_point at, double size_mm,
                        const struct plot_paint *fill)
{
    for (int f = 0; f < FORMATS; f++) {
        cairo_t *cr = canvas->pen[f];
        add_marker(cr, shape, at.x * PT_PER_MM, at.y * PT_PER_MM,
                   0.5 * size_mm * PT_PER_MM);
        use_paint(cr, fill);
        cairo_fill_preserve(cr);
        cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
        cairo_set_line_width(cr, MARKER_EDGE_PT);
        cairo_set_dash(cr, NULL, 0, 0.0);
        cairo_stroke(cr);
    }
}

/* Hand a text to the layout. */
static void set_text(struct plot_canvas *c, const struct plot_text *style,
                     const char *text)
{
    PangoFontDescription *font = pango_font_description_new();
    char *valid = g_utf8_make_valid(text, -1);

    pango_font_description_set_family_static(font, PLOT_FONT);
    pango_font_description_set_absolute_size(font, style->size_pt * PANGO_SCALE);
    if (style->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(c->layout, font);
    pango_layout_set_alignment(c->layout, style->across < 0.25   ? PANGO_ALIGN_LEFT
                                          : style->across < 0.75 ? PANGO_ALIGN_CENTER
                                                                 : PANGO_ALIGN_RIGHT);
    pango_layout_set_text(c->layout, valid, -1);
    g_free(valid);
    pango_font_description_free(font);
}

void plot_canvas_text(struct plot_canvas *canvas, struct plot_point at,
                      const struct plot_text *style, const char *text)
{
    set_text(canvas, style, text);
    for (int f = 0; f < FORMATS; f++) {
        cairo_t *cr = canvas->pen[f];
        PangoRectangle box;

        cairo_save(cr);
        cairo_new_path(cr);
        cairo_translate(cr, at.x * PT_PER_MM, at.y * PT_PER_MM);
        if (style->upright)
            cairo_rotate(cr, -0.5 * G_PI);
        pango_cairo_update_layout(cr, canvas->layout);
        pango_layout_get_extents(canvas->layout, NULL, &box);
        const int lines = pango_layout_get_line_count(canvas->layout);
        const double line = (double)box.height / PANGO_SCALE / lines;
        const double base =
            (double)pango_layout_get_baseline(canvas->layout) / PANGO_SCALE;
        const double capital = CAPITAL * style->size_pt;
        cairo_move_to(cr, -style->across * (double)box.width / PANGO_SCALE,
                      capital - base -
                          style->down * (capital + line * (double)(lines - 1)));
        use_paint(cr, &style->paint);
        pango_cairo_show_layout(cr, canvas->layout);
        cairo_new_path(cr);
        cairo_restore(cr);
    }
}

double plot_canvas_text_width(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text)
{
    PangoRectangle box;

    set_text(canvas, style, text);
    pango_cairo_update_layout(canvas->pen[FORMAT_PDF], canvas->layout);
    pango_layout_get_extents(canvas->layout, NULL, &box);
    return (double)box.width / PANGO_SCALE / PT_PER_MM;
}

void plot_canvas_clip(struct plot_canvas *canvas, const struct plot_box *box)
{
    for (int f = 0; f < FORMATS; f++) {
        cairo_save(canvas->pen[f]);
        add_box(canvas->pen[f], box);
        cairo_clip(canvas->pen[f]);
    }
}

void plot_canvas_unclip(struct plot_canvas *canvas)
{
    for (int f = 0; f < FORMATS; f++)
        cairo_restore(canvas->pen[f]);
}

/* Grey levels as the pixels of an image surface. */
static void fill_surface(cairo_surface_t *surface, const uint8_t *grey, int32_t width,
                         int32_t height)
{
    cairo_surface_flush(surface);
    unsigned char *to = cairo_image_surface_get_data(surface);
    const int stride = cairo_image_surface_get_stride(surface);

    for (int32_t y = 0; y < height; y++) {
        for (int32_t x = 0; x < width; x++) {
            const uint32_t g = grey[(size_t)y * (size_t)width + (size_t)x];
            const uint32_t rgb = g << 16 | g << 8 | g;
            memcpy(to + (ptrdiff_t)y * stride + 4 * (ptrdiff_t)x, &rgb, sizeof rgb);
        }
    }
    cairo_surface_mark_dirty(surface);
}

bool plot_canvas_image(struct plot_canvas *canvas, const struct plot_box *box,
                       const struct plot_grey *image, const struct plot_view *view,
                       struct err *err)
{
    struct plot_grey grey = *image;
    cairo_surface_t *surface = NULL;
    uint8_t *level = NULL;
    bool ok = false;

    if (!(box->w > 0.0 && box->w <= PLOT_MAX_MM && box->h > 0.0 &&
          box->h <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: an image of %g x %g mm", box->w, box->h);
    const int32_t width = (int32_t)ceil(box->w * PLOT_DPI / 25.4);
    const int32_t height = (int32_t)ceil(box->h * PLOT_DPI / 25.4);
    grey.levels = 256;
    level = mem_alloc((size_t)width * (size_t)height, 1, err);
    if (!level || !plot_upscale(&grey, view, level, width, height, width, err))
        goto done;
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (!cairo_ok(cairo_surface_status(surface), err))
        goto done;
    fill_surface(surface, level, width, height);
    for (int f = 0; f < FORMATS; f++) {
        cairo_t *cr = canvas->pen[f];
        cairo_save(cr);
        add_box(cr, box);
        cairo_clip(cr);
        cairo_translate(cr, box->x * PT_PER_MM, box->y * PT_PER_MM);
        cairo_scale(cr, box->w * PT_PER_MM / width, box->h * PT_PER_MM / height);
        cairo_set_source_surface(cr, surface, 0.0, 0.0);
        cairo_pattern_set_extend(cairo_get_source(cr), CAIRO_EXTEND_PAD);
        cairo_paint(cr);
        cairo_restore(cr);
    }
    ok = true;
done:
    if (surface != NULL)
        cairo_surface_destroy(surface);
    mem_free(level);
    return ok;
}

static bool finish(struct plot_canvas *c, struct err *err)
{
    for (int f = 0; f < FORMATS; f++) {
        if (!cairo_ok(cairo_status(c->pen[f]), err))
            return false;
        if (f == FORMAT_PNG) {
            if (!cairo_ok(cairo_surface_write_to_png_stream(c->surface[f], take_bytes,
                                                            &c->sink[f]),
                          err))
                return false;
            continue;
        }
        cairo_surface_finish(c->surface[f]);
        if (!cairo_ok(cairo_surface_status(c->surface[f]), err))
            return false;
    }
    return plot_svg_ids_renumber(&c->sink[FORMAT_SVG].bytes, err);
}

bool plot_canvas_write(struct plot_canvas *canvas, const char *stem, struct err *err)
{
    if (canvas->written)
        return ERR_FAIL(err, ERR_ARG, "%s: the figure was written before", stem);
    canvas->written = true;
    if (!finish(canvas, err)) {
        err_prefix(err, "%s", stem);
        return false;
    }
    for (int f = 0; f < FORMATS; f++) {
        const struct bytes *b = &canvas->sink[f].bytes;
        const size_t size = strlen(stem) + sizeof ENDING[f];
        char *path = mem_alloc(size, 1, err);
        if (path == NULL)
            return false;
        (void)snprintf(path, size, "%s%s", stem, ENDING[f]);
        const bool ok = file_write(path, b->data, b->size, err);
        mem_free(path);
        if (!ok)
            return false;
    }
    return true;
}
