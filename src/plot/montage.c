#include "plot/montage.h"

#include <cairo/cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "plot/stroke_font.h"

/* Colour numbers: GREYS greys, then for each ink STRENGTHS strengths over UNDER greys.
 */
enum { GREYS = 128, STRENGTHS = 8, UNDER = 8, INK_COLOURS = STRENGTHS * UNDER };
_Static_assert(GREYS + PLOT_INKS * INK_COLOURS <= 256, "a palette has 256 entries");

/* The sheet's measures in pixels. */
enum { MARGIN = 10, GAP = 4, BAND_GAP = 10, HEADER = 36, FOOTER = 30 };
static const double TITLE_CAP = 11.0, SMALL_CAP = 9.0; /* heights of capitals */
static const double CONTOUR_WIDTH = 1.5, HALO_WIDTH = 3.5;
static const int SHEET_GREY = 9, HALO_PERCENT = 60;

/* What is drawn is kept apart until the end, one plane of coverage each; a plane is a
 * quarter of the work of a colour image, and the palette needs no search. */
enum plane { PLANE_SHADE, PLANE_WHITE, PLANE_INK, PLANES = PLANE_INK + PLOT_INKS };

struct sheet {
    const struct plot_montage *m;
    int32_t columns, rows;  /* of tiles, per reading */
    int32_t tile_w, tile_h; /* pixels */
    int32_t left, top;      /* of the first tile */
    int32_t width, height;  /* of the sheet */
    uint8_t *grey;          /* [height][width], becomes the raster */
    cairo_surface_t *plane[PLANES];
    cairo_t *pen[PLANES];
};

int32_t plot_montage_columns(int32_t slices)
{
    const double rows = fmax(1.0, floor(sqrt((double)slices / 2.0) + 0.5));
    return (int32_t)ceil((double)slices / rows);
}

static bool plan(const struct plot_montage *m, struct sheet *s, struct err *err)
{
    const double w_mm = (m->view.x1 - m->view.x0) * m->pixel_mm[0];
    const double h_mm = (m->view.y1 - m->view.y0) * m->pixel_mm[1];

    if (m->tile == NULL || m->slices < 1 || m->readings < 1 ||
        (int64_t)m->slices * m->readings > PLOT_MAX_TILES)
        return ERR_FAIL(err, ERR_ARG, "figure: %d x %d tiles", (int)m->slices,
                        (int)m->readings);
    if (m->tile_px < 32 || m->tile_px > 1024)
        return ERR_FAIL(err, ERR_ARG, "figure: tiles of %d pixels", (int)m->tile_px);
    if (!(w_mm > 0.0) || !(h_mm > 0.0) || !(h_mm < 8.0 * w_mm) || !(w_mm < 8.0 * h_mm))
        return ERR_FAIL(err, ERR_ARG, "figure: a view of %g x %g mm", w_mm, h_mm);
    s->m = m;
    s->columns = plot_montage_columns(m->slices);
    s->rows = (m->slices + s->columns - 1) / s->columns;
    s->tile_w = m->tile_px;
    s->tile_h = (int32_t)lround((double)m->tile_px * h_mm / w_mm);
    s->left = m->bare ? 0 : MARGIN;
    s->top = m->bare ? 0 : HEADER;
    const int64_t width =
        (int64_t)2 * s->left + (int64_t)s->columns * (s->tile_w + GAP) - GAP;
    const int64_t band = (int64_t)s->rows * (s->tile_h + GAP) - GAP;
    const int64_t height =
        s->top + (m->bare ? 0 : FOOTER) + m->readings * (band + BAND_GAP) - BAND_GAP;
    if (width * height > PLOT_MAX_PIXELS || width > INT16_MAX || height > INT16_MAX)
        return ERR_FAIL(err, ERR_ARG, "figure: a sheet of %lld x %lld pixels",
                        (long long)width, (long long)height);
    s->width = (int32_t)width;
    s->height = (int32_t)height;
    return true;
}

static bool open_planes(struct sheet *s, struct err *err)
{
    for (int p = 0; p < PLANES; p++) {
        s->plane[p] = cairo_image_surface_create(CAIRO_FORMAT_A8, s->width, s->height);
        s->pen[p] = cairo_create(s->plane[p]);
        if (cairo_status(s->pen[p]) != CAIRO_STATUS_SUCCESS)
            return ERR_FAIL(err, ERR_NOMEM, "figure: %s",
                            cairo_status_to_string(cairo_status(s->pen[p])));
        /* an ink has 8 strengths: finer coverage would not be seen, and costs 5 ms */
        cairo_set_antialias(s->pen[p], CAIRO_ANTIALIAS_FAST);
        cairo_set_line_cap(s->pen[p], CAIRO_LINE_CAP_ROUND);
        cairo_set_line_join(s->pen[p], CAIRO_LINE_JOIN_ROUND);
        cairo_set_source_rgba(s->pen[p], 0.0, 0.0, 0.0, 1.0);
    }
    return true;
}

static void close_planes(struct sheet *s)
{
    for (int p = 0; p < PLANES; p++) {
        if (s->pen[p] != NULL)
            cairo_destroy(s->pen[p]);
        if (s->plane[p] != NULL)
            cairo_surface_destroy(s->plane[p]);
    }
}

/* Dark edge under a line or a letter, so that it shows on bright ground too. */
static void stroke_halo(cairo_t *shade, const cairo_path_t *path, double width)
{
    cairo_append_path(shade, path);
    cairo_set_line_width(shade, width);
    cairo_stroke(shade);
}

/* Text that starts at x, or ends there if `right`; smaller if it would be wider than
 * `room`. */
static void put_text(struct sheet *s, int plane, const char *text, double at[static 2],
                     double cap, double room, bool right)
{
    cairo_t *cr = s->pen[plane];
    double width = plot_text_width(text, cap);

    if (width > room) {
        cap *= room / width;
        width = room;
    }
    plot_text_path(cr, right ? at[0] - width : at[0], at[1], cap, text);
    cairo_path_t *path = cairo_copy_path(cr);
    stroke_halo(s->pen[PLANE_SHADE], path, 0.14 * cap + 2.2);
    cairo_path_destroy(path);
    cairo_set_line_width(cr, 0.06 * cap + 0.75);
    cairo_stroke(cr);
}

static void outline_path(cairo_t *cr, const struct sheet *s,
                         const struct plot_outline *line)
{
    cairo_new_sub_path(cr);
    for (size_t p = 0; p < line->points; p++)
        cairo_line_to(cr, plot_view_x(&s->m->view, line->at[p][0], s->tile_w),
                      plot_view_y(&s->m->view, line->at[p][1], s->tile_h));
    cairo_close_path(cr);
}

static void draw_outlines(struct sheet *s, const struct plot_tile *tile, int ink)
{
    cairo_t *cr = s->pen[PLANE_INK + ink];

    for (size_t l = 0; l < tile->lines; l++) {
        if (tile->line[l].ink == ink && tile->line[l].points > 0)
            outline_path(cr, s, &tile->line[l]);
    }
    cairo_path_t *path = cairo_copy_path(cr);
    stroke_halo(s->pen[PLANE_SHADE], path, HALO_WIDTH);
    cairo_path_destroy(path);
    cairo_set_line_width(cr, CONTOUR_WIDTH);
    cairo_stroke(cr);
}

static void draw_bar(struct sheet *s)
{
    const double per_mm =
        s->tile_w / ((s->m->view.x1 - s->m->view.x0) * s->m->pixel_mm[0]);
    const double length = s->m->bar_mm * per_mm;
    const double y = s->tile_h - 10.0, right = s->tile_w - 10.0;
    char text[32];

    (void)snprintf(text, sizeof text, "%g mm", s->m->bar_mm);
    cairo_t *cr = s->pen[PLANE_WHITE];
    cairo_move_to(cr, right - length, y);
    cairo_line_to(cr, right, y);
    cairo_path_t *path = cairo_copy_path(cr);
    stroke_halo(s->pen[PLANE_SHADE], path, 4.5);
    cairo_path_destroy(path);
    cairo_set_line_width(cr, 2.0);
    cairo_stroke(cr);
    put_text(s, PLANE_WHITE, text, (double[2]){right, y - 6.0}, SMALL_CAP - 1.0,
             0.4 * s->tile_w, true);
}

static bool draw_tile(struct sheet *s, int32_t reading, int32_t slice, struct err *err)
{
    const struct plot_montage *m = s->m;
    const struct plot_tile *tile =
        &m->tile[(size_t)reading * (size_t)m->slices + (size_t)slice];
    const int32_t x = s->left + slice % s->columns * (s->tile_w + GAP);
    const int32_t band = s->rows * (s->tile_h + GAP) - GAP + BAND_GAP;
    const int32_t y = s->top + reading * band + slice / s->columns * (s->tile_h + GAP);
    const struct plot_grey grey = {tile->pixel, tile->columns, tile->rows,
                                   m->black,    m->white,      GREYS};

    if (!plot_upscale(&grey, &m->view, s->grey + (size_t)y * (size_t)s->width + x,
                      s->tile_w, s->tile_h, s->width, err))
        return false;
    for (int p = 0; p < PLANES; p++) {
        cairo_save(s->pen[p]);
        cairo_rectangle(s->pen[p], x, y, s->tile_w, s->tile_h);
        cairo_clip(s->pen[p]);
        cairo_translate(s->pen[p], x, y);
    }
    for (int ink = 0; ink < PLOT_INKS; ink++)
        draw_outlines(s, tile, ink);
    const double room = s->tile_w - 16.0;
    if (tile->caption != NULL)
        put_text(s, PLANE_WHITE, tile->caption, (double[2]){8.0, 8.0 + SMALL_CAP},
                 SMALL_CAP, room, false);
    if (tile->value != NULL)
        put_text(s, PLANE_INK + 1, tile->value, (double[2]){8.0, s->tile_h - 10.0},
                 SMALL_CAP, 0.55 * room, false);
    if (slice == 0 && reading == 0 && m->bar_mm > 0.0)
        draw_bar(s);
    for (int p = 0; p < PLANES; p++)
        cairo_restore(s->pen[p]);
    return true;
}

static void draw_words(struct sheet *s)
{
    const struct plot_montage *m = s->m;
    const double room = s->width - 2.0 * MARGIN;
    const double y = s->height - 0.5 * (FOOTER - SMALL_CAP);
    double x = MARGIN;

    if (m->title != NULL)
        put_text(s, PLANE_WHITE, m->title,
                 (double[2]){MARGIN, 0.5 * (HEADER + TITLE_CAP)}, TITLE_CAP, room,
                 false);
    for (int ink = 0; ink < PLOT_INKS; ink++) {
        cairo_t *cr = s->pen[PLANE_INK + ink];
        if (m->ink[ink].name == NULL)
            continue;
        cairo_move_to(cr, x + 1.0, y - 0.5 * SMALL_CAP);
        cairo_line_to(cr, x + 17.0, y - 0.5 * SMALL_CAP);
        cairo_set_line_width(cr, 2.5);
        cairo_stroke(cr);
        x += 25.0;
        put_text(s, PLANE_WHITE, m->ink[ink].name, (double[2]){x, y}, SMALL_CAP,
                 0.35 * room, false);
        x += fmin(plot_text_width(m->ink[ink].name, SMALL_CAP), 0.35 * room) + 18.0;
    }
    const double left = s->width - MARGIN - x;
    if (m->note != NULL && left > 40.0)
        put_text(s, PLANE_WHITE, m->note, (double[2]){s->width - MARGIN, y},
                 SMALL_CAP - 1.0, left, true);
}

/* Coverage 0..255 as an ink's strength 0..STRENGTHS. */
static int strength(unsigned coverage)
{
    return (int)((coverage * STRENGTHS + 127u) / 255u);
}

/* One pixel that is not plain grey. */
static uint8_t mix(int grey, int shade, int white, const uint8_t ink[static PLOT_INKS])
{
    const int top = ink[1] >= ink[0];
    const int n = strength(ink[top]);

    grey = (grey * (25500 - HALO_PERCENT * shade) + 12750) / 25500;
    grey += ((GREYS - 1 - grey) * white + 127) / 255;
    if (n == 0)
        return (uint8_t)grey;
    return (uint8_t)(GREYS + top * INK_COLOURS + (n - 1) * UNDER +
                     grey * UNDER / GREYS);
}

static void compose(struct sheet *s)
{
    const unsigned char *from[PLANES];
    int stride = 0;

    for (int p = 0; p < PLANES; p++) {
        cairo_surface_flush(s->plane[p]);
        from[p] = cairo_image_surface_get_data(s->plane[p]);
        stride = cairo_image_surface_get_stride(s->plane[p]);
    }
    for (int32_t y = 0; y < s->height; y++) {
        uint8_t *row = s->grey + (size_t)y * (size_t)s->width;
        const size_t at = (size_t)y * (size_t)stride;
        for (size_t x = 0; x < (size_t)s->width; x++) {
            const uint8_t ink[PLOT_INKS] = {from[PLANE_INK][at + x],
                                            from[PLANE_INK + 1][at + x]};
            const int shade = from[PLANE_SHADE][at + x];
            const int white = from[PLANE_WHITE][at + x];
            if ((shade | white | ink[0] | ink[1]) != 0)
                row[x] = mix(row[x], shade, white, ink);
        }
    }
}

static void fill_palette(const struct plot_montage *m, struct plot_raster *r)
{
    for (int g = 0; g < GREYS; g++) {
        for (int c = 0; c < 3; c++)
            r->palette[g][c] = (uint8_t)((g * 255 + (GREYS - 1) / 2) / (GREYS - 1));
    }
    for (int i = 0; i < PLOT_INKS * INK_COLOURS; i++) {
        const int ink = i / INK_COLOURS, n = i % INK_COLOURS / UNDER + 1;
        const int under = (2 * (i % UNDER) + 1) * 255 / (2 * UNDER);
        for (int c = 0; c < 3; c++)
            r->palette[GREYS + i][c] =
                (uint8_t)((m->ink[ink].rgb[c] * n + under * (STRENGTHS - n)) /
                          STRENGTHS);
    }
    r->colours = GREYS + PLOT_INKS * INK_COLOURS;
}

bool plot_montage_draw(const struct plot_montage *montage, struct plot_raster *out,
                       struct err *err)
{
    struct sheet s = {0};
    bool ok = false;

    if (!plan(montage, &s, err))
        return false;
    s.grey = mem_alloc((size_t)s.width * (size_t)s.height, 1, err);
    if (!s.grey || !open_planes(&s, err))
        goto done;
    memset(s.grey, SHEET_GREY, (size_t)s.width * (size_t)s.height);
    for (int32_t r = 0; r < montage->readings; r++) {
        for (int32_t k = 0; k < montage->slices; k++) {
            if (!draw_tile(&s, r, k, err))
                goto done;
        }
    }
    if (!montage->bare)
        draw_words(&s);
    for (int p = 0; p < PLANES; p++) {
        const cairo_status_t status = cairo_status(s.pen[p]);
        if (status != CAIRO_STATUS_SUCCESS) {
            err_record(err, ERR_NOMEM, "figure: %s", cairo_status_to_string(status));
            goto done;
        }
    }
    compose(&s);
    *out = (struct plot_raster){.width = s.width, .height = s.height, .index = s.grey};
    fill_palette(montage, out);
    s.grey = NULL; /* moved */
    ok = true;
done:
    close_planes(&s);
    mem_free(s.grey);
    return ok;
}
