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

static const char ENDING[PLOT_FORMATS][sizeof ".pdf"] = {".pdf", ".svg", ".png"};
/* Latin letters from the one, what it lacks from the other. */
static const char HAN_FAMILIES[] = PLOT_FONT "," PLOT_FONT_HAN;

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
    double width_mm, height_mm, dpi;
    int formats; /* in use, of the arrays that follow */
    enum plot_format format[PLOT_FORMATS];
    struct sink sink[PLOT_FORMATS];
    cairo_surface_t *surface[PLOT_FORMATS];
    cairo_t *pen[PLOT_FORMATS]; /* the unit is a point in all of them */
    PangoFontMap *fonts;
    PangoContext *context;
    PangoLayout *layout;
    const char *families;
    int unknown; /* letters that no font has */
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

static cairo_surface_t *new_surface(enum plot_format format, double width_pt,
                                    double height_pt, struct sink *sink)
{
    const double px = PLOT_DPI / 72.0;

    if (format == PLOT_PDF)
        return cairo_pdf_surface_create_for_stream(take_bytes, sink, width_pt,
                                                   height_pt);
    if (format == PLOT_SVG)
        return cairo_svg_surface_create_for_stream(take_bytes, sink, width_pt,
                                                   height_pt);
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                      (int)ceil(width_pt * px - 1e-6),
                                      (int)ceil(height_pt * px - 1e-6));
}

/* No date: the file says what was drawn, not when. */
static void describe(cairo_surface_t *pdf, const char *title)
{
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, NULL);
    if (title != NULL) {
        char *valid = g_utf8_make_valid(title, -1);
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, valid);
        g_free(valid);
    }
}

/* A white page and a pen that draws round circles when enlarged. */
static void start_page(cairo_t *cr)
{
    cairo_set_tolerance(cr, TOLERANCE_PT);
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_BUTT);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_source_rgb(cr, 1.0, 1.0, 1.0);
    cairo_paint(cr);
}

static bool open_surfaces(struct plot_canvas *c, const struct plot_sheet *sheet,
                          struct err *err)
{
    const double px = PLOT_DPI / 72.0;

    for (int format = 0; format < PLOT_FORMATS; format++) {
        if ((sheet->formats >> format & 1u) == 0)
            continue;
        const int f = c->formats++;
        c->format[f] = (enum plot_format)format;
        c->surface[f] = new_surface(c->format[f], c->width_mm * PT_PER_MM,
                                    c->height_mm * PT_PER_MM, &c->sink[f]);
        c->pen[f] = cairo_create(c->surface[f]);
        if (!cairo_ok(cairo_status(c->pen[f]), err))
            return false;
        start_page(c->pen[f]);
        if (format == PLOT_PNG)
            cairo_scale(c->pen[f], px, px);
        if (format == PLOT_PDF)
            describe(c->surface[f], sheet->title);
    }
    return true;
}

/* A missing family is replaced silently by any other: look what came. */
static bool check_font(struct plot_canvas *c, const char *want, const char *package,
                       struct err *err)
{
    PangoFontDescription *wanted = pango_font_description_new();
    pango_font_description_set_family(wanted, want);
    PangoFont *font = pango_context_load_font(c->context, wanted);
    PangoFontDescription *got = font != NULL ? pango_font_describe(font) : NULL;
    const char *family = got != NULL ? pango_font_description_get_family(got) : "none";
    bool ok = strcmp(family, want) == 0;

    if (!ok)
        err_record(err, ERR_SUPPORT,
                   "font %s is not installed (the system offers %.64s); install %s",
                   want, family, package);
    if (got != NULL)
        pango_font_description_free(got);
    if (font != NULL)
        g_object_unref(font);
    pango_font_description_free(wanted);
    return ok;
}

/* Nothing of the user's settings may reach the letters. */
static bool open_fonts(struct plot_canvas *c, bool han, struct err *err)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    c->fonts = pango_cairo_font_map_new();
    c->context = pango_font_map_create_context(c->fonts);
    pango_cairo_context_set_font_options(c->context, options);
    pango_cairo_context_set_resolution(c->context, 72.0);
    /* Han letters have other shapes in Chinese than in Japanese */
    pango_context_set_language(c->context,
                               pango_language_from_string(han ? "zh-cn" : "en"));
    pango_context_set_round_glyph_positions(c->context, FALSE);
    c->layout = pango_layout_new(c->context);
    cairo_font_options_destroy(options);
    c->families = han ? HAN_FAMILIES : PLOT_FONT;
    return check_font(c, PLOT_FONT, "fonts-dejavu-core", err) &&
           (!han || check_font(c, PLOT_FONT_HAN, "fonts-droid-fallback", err));
}

bool plot_canvas_open(const struct plot_sheet *sheet, struct plot_canvas **out,
                      struct err *err)
{
    if (!(sheet->width_mm >= 5.0 && sheet->width_mm <= PLOT_MAX_MM &&
          sheet->height_mm >= 5.0 && sheet->height_mm <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: a page of %g x %g mm", sheet->width_mm,
                        sheet->height_mm);
    if (sheet->formats == 0 || sheet->formats >= 1u << PLOT_FORMATS ||
        !(sheet->image_dpi >= 30.0 && sheet->image_dpi <= 1200.0))
        return ERR_FAIL(err, ERR_ARG, "figure: no such format, or images at %g dpi",
                        sheet->image_dpi);
    struct plot_canvas *c = mem_alloc(1, sizeof *c, err);
    if (c == NULL)
        return false;
    c->width_mm = sheet->width_mm;
    c->height_mm = sheet->height_mm;
    c->dpi = sheet->image_dpi;
    if (!open_surfaces(c, sheet, err) || !open_fonts(c, sheet->han, err)) {
        plot_canvas_free(c);
        return false;
    }
    *out = c;
    return true;
}

bool plot_canvas_new(double width_mm, double height_mm, const char *title,
                     struct plot_canvas **out, struct err *err)
{
    const struct plot_sheet sheet = {.width_mm = width_mm,
                                     .height_mm = height_mm,
                                     .title = title,
                                     .formats = (1u << PLOT_FORMATS) - 1u,
                                     .image_dpi = PLOT_DPI};
    return plot_canvas_open(&sheet, out, err);
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
    for (int f = 0; f < PLOT_FORMATS; f++) {
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

void plot_canvas_next_page(struct plot_canvas *canvas)
{
    for (int f = 0; f < canvas->formats; f++) {
        if (canvas->format[f] != PLOT_PDF)
            continue;
        cairo_show_page(canvas->pen[f]);
        start_page(canvas->pen[f]);
    }
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
    for (int f = 0; f < canvas->formats; f++) {
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
    for (int f = 0; f < canvas->formats; f++) {
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
    for (int f = 0; f < canvas->formats; f++) {
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
    for (int f = 0; f < canvas->formats; f++) {
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

    pango_font_description_set_family_static(font, c->families);
    pango_font_description_set_absolute_size(font, style->size_pt * PANGO_SCALE);
    if (style->bold)
        pango_font_description_set_weight(font, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(c->layout, font);
    pango_layout_set_alignment(c->layout, style->across < 0.25   ? PANGO_ALIGN_LEFT
                                          : style->across < 0.75 ? PANGO_ALIGN_CENTER
                                                                 : PANGO_ALIGN_RIGHT);
    pango_layout_set_width(
        c->layout,
        style->wrap_mm > 0.0 ? (int)(style->wrap_mm * PT_PER_MM * PANGO_SCALE) : -1);
    pango_layout_set_wrap(c->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(c->layout, style->lines > 0 ? -style->lines : -1);
    pango_layout_set_ellipsize(c->layout, style->lines > 0 ? PANGO_ELLIPSIZE_MIDDLE
                                                           : PANGO_ELLIPSIZE_NONE);
    pango_layout_set_text(c->layout, valid, -1);
    g_free(valid);
    pango_font_description_free(font);
}

void plot_canvas_text(struct plot_canvas *canvas, struct plot_point at,
                      const struct plot_text *style, const char *text)
{
    set_text(canvas, style, text);
    canvas->unknown += pango_layout_get_unknown_glyphs_count(canvas->layout);
    for (int f = 0; f < canvas->formats; f++) {
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
        cairo_move_to(
            cr, -(style->across * (double)box.width + (double)box.x) / PANGO_SCALE,
            capital - base - style->down * (capital + line * (double)(lines - 1)));
        use_paint(cr, &style->paint);
        pango_cairo_show_layout(cr, canvas->layout);
        cairo_new_path(cr);
        cairo_restore(cr);
    }
}

static PangoRectangle extents(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text)
{
    PangoRectangle box;

    set_text(canvas, style, text);
    pango_cairo_update_layout(canvas->pen[0], canvas->layout);
    pango_layout_get_extents(canvas->layout, NULL, &box);
    return box;
}

double plot_canvas_text_width(struct plot_canvas *canvas, const struct plot_text *style,
                              const char *text)
{
    return (double)extents(canvas, style, text).width / PANGO_SCALE / PT_PER_MM;
}

double plot_canvas_text_height(struct plot_canvas *canvas,
                               const struct plot_text *style, const char *text)
{
    return (double)extents(canvas, style, text).height / PANGO_SCALE / PT_PER_MM;
}

int plot_canvas_unknown_letters(const struct plot_canvas *canvas)
{
    return canvas->unknown;
}

void plot_canvas_clip(struct plot_canvas *canvas, const struct plot_box *box)
{
    for (int f = 0; f < canvas->formats; f++) {
        cairo_save(canvas->pen[f]);
        add_box(canvas->pen[f], box);
        cairo_clip(canvas->pen[f]);
    }
}

void plot_canvas_unclip(struct plot_canvas *canvas)
{
    for (int f = 0; f < canvas->formats; f++)
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
    const int32_t width = (int32_t)ceil(box->w * canvas->dpi / 25.4);
    const int32_t height = (int32_t)ceil(box->h * canvas->dpi / 25.4);
    grey.levels = 256;
    level = mem_alloc((size_t)width * (size_t)height, 1, err);
    if (!level || !plot_upscale(&grey, view, level, width, height, width, err))
        goto done;
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    if (!cairo_ok(cairo_surface_status(surface), err))
        goto done;
    fill_surface(surface, level, width, height);
    for (int f = 0; f < canvas->formats; f++) {
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

static bool finish(struct plot_canvas *c, int f, struct err *err)
{
    if (!cairo_ok(cairo_status(c->pen[f]), err))
        return false;
    if (c->format[f] == PLOT_PNG)
        return cairo_ok(
            cairo_surface_write_to_png_stream(c->surface[f], take_bytes, &c->sink[f]),
            err);
    cairo_surface_finish(c->surface[f]);
    return cairo_ok(cairo_surface_status(c->surface[f]), err) &&
           (c->format[f] != PLOT_SVG || plot_svg_ids_renumber(&c->sink[f].bytes, err));
}

static bool finish_all(struct plot_canvas *c, struct err *err)
{
    if (c->written)
        return ERR_FAIL(err, ERR_ARG, "the figure was written before");
    c->written = true;
    for (int f = 0; f < c->formats; f++) {
        if (!finish(c, f, err))
            return false;
    }
    return true;
}

bool plot_canvas_take(struct plot_canvas *canvas, struct bytes *out, struct err *err)
{
    if (canvas->formats != 1)
        return ERR_FAIL(err, ERR_ARG, "figure: %d formats, 1 can be taken",
                        canvas->formats);
    if (!finish_all(canvas, err))
        return false;
    *out = canvas->sink[0].bytes; /* moved */
    canvas->sink[0] = (struct sink){0};
    return true;
}

bool plot_canvas_write(struct plot_canvas *canvas, const char *stem, struct err *err)
{
    if (!finish_all(canvas, err)) {
        err_prefix(err, "%s", stem);
        return false;
    }
    for (int f = 0; f < canvas->formats; f++) {
        const char *ending = ENDING[canvas->format[f]];
        const struct bytes *b = &canvas->sink[f].bytes;
        const size_t size = strlen(stem) + strlen(ending) + 1;
        char *path = mem_alloc(size, 1, err);
        if (path == NULL)
            return false;
        (void)snprintf(path, size, "%s%s", stem, ending);
        const bool ok = file_write(path, b->data, b->size, err);
        mem_free(path);
        if (!ok)
            return false;
    }
    return true;
}
