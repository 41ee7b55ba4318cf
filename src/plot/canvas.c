#include "plot/canvas.h"

#include <cairo/cairo-pdf.h>
#include <cairo/cairo-svg.h>
#include <cairo/cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "plot/canvas_private.h"
#include "plot/jpeg.h"
#include "plot/svg_ids.h"

static const char ENDING[PLOT_FORMATS][sizeof ".pdf"] = {".pdf", ".svg", ".png"};
static const double MARKER_EDGE_PT = 0.35, TOLERANCE_PT = 0.01;

static cairo_status_t take_bytes(void *to, const unsigned char *data, unsigned size)
{
    struct sink *s = to;

    return bytes_add(&s->bytes, &s->room, data, size, NULL) ? CAIRO_STATUS_SUCCESS
                                                            : CAIRO_STATUS_NO_MEMORY;
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

bool plot_canvas_open(const struct plot_sheet *sheet, struct plot_canvas **out,
                      struct err *err)
{
    if (!(sheet->width_mm >= 5.0 && sheet->width_mm <= PLOT_MAX_MM &&
          sheet->height_mm >= 5.0 && sheet->height_mm <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: a page of %g x %g mm", sheet->width_mm,
                        sheet->height_mm);
    if (sheet->formats == 0 || sheet->formats >= 1u << PLOT_FORMATS ||
        !(sheet->image_dpi >= 30.0 && sheet->image_dpi <= 1200.0) ||
        sheet->jpeg_quality < 0 || sheet->jpeg_quality > 100)
        return ERR_FAIL(err, ERR_ARG,
                        "figure: no such format, or images at %g dpi, quality %d",
                        sheet->image_dpi, sheet->jpeg_quality);
    struct plot_canvas *c = mem_alloc(1, sizeof *c, err);
    if (c == NULL)
        return false;
    c->width_mm = sheet->width_mm;
    c->height_mm = sheet->height_mm;
    c->dpi = sheet->image_dpi;
    c->jpeg_quality = sheet->jpeg_quality;
    if (!open_surfaces(c, sheet, err) || !plot_canvas_open_fonts(c, sheet->han, err)) {
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
    plot_canvas_close_fonts(canvas);
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

/* Lets the PDF hold the image as JPEG in place of its deflated pixels. */
static bool attach_jpeg(cairo_surface_t *surface, const uint8_t *grey, int32_t width,
                        int32_t height, int quality, struct err *err)
{
    struct bytes jpeg = {0};

    if (!plot_jpeg_encode(grey, width, height, quality, &jpeg, err))
        return false;
    /* the surface owns the bytes from here on, unless it has no memory */
    const cairo_status_t status = cairo_surface_set_mime_data(
        surface, CAIRO_MIME_TYPE_JPEG, jpeg.data, jpeg.size, mem_free, jpeg.data);
    if (status != CAIRO_STATUS_SUCCESS)
        bytes_clear(&jpeg);
    return cairo_ok(status, err);
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
    if (canvas->jpeg_quality > 0 &&
        !attach_jpeg(surface, level, width, height, canvas->jpeg_quality, err))
        goto done;
    for (int f = 0; f < canvas->formats; f++) {
        cairo_t *cr = canvas->pen[f];
        cairo_save(cr);
        add_box(cr, box);
        cairo_clip(cr);
        cairo_translate(cr, box->x * PT_PER_MM, box->y * PT_PER_MM);
        cairo_scale(cr, box->w * PT_PER_MM / width, box->h * PT_PER_MM / height);
        cairo_set_source_surface(cr, surface, 0.0, 0.0);
        /* padded, the PDF would get an image of Cairo's own making, without the JPEG */
        if (canvas->jpeg_quality == 0 || canvas->format[f] != PLOT_PDF)
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
