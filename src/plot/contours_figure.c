#include "plot/contours_figure.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"
#include "plot/axes.h"

enum { MOST_COLUMNS = 12, LEAST_COLUMNS = 5 };
/* Millimetres. */
static const double MARGIN = 2.0, GAP = 0.6, HEADING = 5.0, BAND_GAP = 2.0;
static const double FOOTER = 5.5, PAD = 0.5, INSET = 0.8;
static const double NUMBER_PT = 5.5, LINE_PT = 0.6, HALO_PT = 1.0, BAR_PT = 1.2;
static const struct plot_paint HALO = {0.0, 0.0, 0.0, 0.4};
static const struct plot_paint WHITE = {1.0, 1.0, 1.0, 1.0};

struct layout {
    int32_t columns, rows; /* of tiles, per reading */
    double tile_w, tile_h; /* mm */
    double band;           /* height of one reading with its heading */
    double width, height;  /* of the page */
};

int32_t plot_contours_figure_columns(int32_t slices)
{
    const int32_t rows = (slices + MOST_COLUMNS - 1) / MOST_COLUMNS;
    return (slices + rows - 1) / rows;
}

static bool plan(const struct plot_contours_figure *f, struct layout *l,
                 struct err *err)
{
    const struct plot_montage *m = f->montage;
    const double w_mm = (m->view.x1 - m->view.x0) * m->pixel_mm[0];
    const double h_mm = (m->view.y1 - m->view.y0) * m->pixel_mm[1];

    if (m->tile == NULL || m->slices < 1 || m->readings < 1 ||
        (int64_t)m->slices * m->readings > PLOT_MAX_TILES)
        return ERR_FAIL(err, ERR_ARG, "figure: %d x %d tiles", (int)m->slices,
                        (int)m->readings);
    if (!(f->width_mm >= 60.0 && f->width_mm <= PLOT_MAX_MM))
        return ERR_FAIL(err, ERR_ARG, "figure: a width of %g mm", f->width_mm);
    if (!(w_mm > 0.0) || !(h_mm > 0.0) || !(h_mm < 8.0 * w_mm) || !(w_mm < 8.0 * h_mm))
        return ERR_FAIL(err, ERR_ARG, "figure: a view of %g x %g mm", w_mm, h_mm);
    l->columns = plot_contours_figure_columns(m->slices);
    l->rows = (m->slices + l->columns - 1) / l->columns;
    l->width = f->width_mm;
    const double room = l->width - 2.0 * MARGIN + GAP;
    l->tile_w = room / fmax(l->columns, LEAST_COLUMNS) - GAP;
    l->tile_h = l->tile_w * h_mm / w_mm;
    l->band = HEADING + l->rows * (l->tile_h + GAP) - GAP;
    l->height = 2.0 * MARGIN + FOOTER + m->readings * (l->band + BAND_GAP) +
                (f->caption != NULL ? FOOTER : 0.0);
    return l->height <= PLOT_MAX_MM ||
           ERR_FAIL(err, ERR_ARG, "figure: %d tiles need a page of %.0f mm",
                    (int)(m->slices * m->readings), l->height);
}

static struct plot_paint ink_paint(const struct plot_ink *ink)
{
    return (struct plot_paint){ink->rgb[0] / 255.0, ink->rgb[1] / 255.0,
                               ink->rgb[2] / 255.0, 1.0};
}

/* All outlines of a tile; `at` has room for the longest. */
static void draw_outlines(struct plot_canvas *canvas, const struct plot_montage *m,
                          const struct plot_tile *tile, const struct plot_box *box,
                          struct plot_point *at)
{
    for (size_t o = 0; o < tile->lines; o++) {
        const struct plot_outline *line = &tile->line[o];
        const struct plot_pen halo = {HALO, HALO_PT, 0.0};
        const struct plot_pen pen = {ink_paint(&m->ink[line->ink]), LINE_PT, 0.0};
        for (size_t p = 0; p < line->points; p++)
            at[p] = (struct plot_point){
                box->x + plot_view_x(&m->view, line->at[p][0], box->w),
                box->y + plot_view_y(&m->view, line->at[p][1], box->h)};
        plot_canvas_line(canvas, at, line->points, true, &halo);
        plot_canvas_line(canvas, at, line->points, true, &pen);
    }
}

/* Letters on an image stand on a darkened ground. */
static void put_words(struct plot_canvas *canvas, struct plot_point at, double down,
                      const struct plot_paint *paint, const char *text)
{
    const struct plot_text style = {
        .size_pt = NUMBER_PT, .paint = *paint, .down = down};
    const double high = 0.73 * NUMBER_PT * PLOT_MM_PER_PT;
    const struct plot_box ground = {
        at.x - PAD, at.y - down * high - PAD,
        plot_canvas_text_width(canvas, &style, text) + 2.0 * PAD, high + 2.0 * PAD};

    plot_canvas_fill(canvas, &ground, &HALO);
    plot_canvas_text(canvas, at, &style, text);
}

static void draw_bar(struct plot_canvas *canvas, const struct plot_montage *m,
                     const struct plot_box *box)
{
    const double shown = (m->view.x1 - m->view.x0) * m->pixel_mm[0];
    const double length = box->w * m->bar_mm / shown;
    const double right = box->x + box->w - INSET, y = box->y + box->h - INSET;
    const struct plot_pen pen = {WHITE, BAR_PT, 0.0};
    const struct plot_pen halo = {HALO, BAR_PT + 0.7, 0.0};
    const struct plot_point from = {right - length, y}, to = {right, y};

    plot_canvas_segment(canvas, from, to, &halo);
    plot_canvas_segment(canvas, from, to, &pen);
}

bool plot_contours_figure_tile(struct plot_canvas *canvas, const struct plot_montage *m,
                               const struct plot_tile *tile, bool bar,
                               const struct plot_box *box, struct err *err)
{
    const struct plot_grey grey = {tile->pixel, tile->columns, tile->rows,
                                   m->black,    m->white,      256};
    const struct plot_paint value = ink_paint(&m->ink[PLOT_INKS - 1]);

    struct plot_point *at = NULL;
    size_t longest = 0;

    for (size_t o = 0; o < tile->lines; o++)
        longest = tile->line[o].points > longest ? tile->line[o].points : longest;
    at = mem_alloc(longest, sizeof *at, err);
    if (!at || !plot_canvas_image(canvas, box, &grey, &m->view, err)) {
        mem_free(at);
        return false;
    }
    plot_canvas_clip(canvas, box);
    draw_outlines(canvas, m, tile, box, at);
    if (tile->caption != NULL)
        put_words(canvas, (struct plot_point){box->x + INSET, box->y + INSET}, 0.0,
                  &WHITE, tile->caption);
    if (tile->value != NULL)
        put_words(canvas, (struct plot_point){box->x + INSET, box->y + box->h - INSET},
                  1.0, &value, tile->value);
    if (bar && m->bar_mm > 0.0)
        draw_bar(canvas, m, box);
    plot_canvas_unclip(canvas);
    mem_free(at);
    return true;
}

/* Names of the inks and of the bar, then the caption. */
static void draw_footer(struct plot_canvas *canvas,
                        const struct plot_contours_figure *f, const struct layout *l)
{
    const struct plot_montage *m = f->montage;
    struct plot_text style = {
        .size_pt = PLOT_LABEL_PT, .paint = PLOT_BLACK, .down = 0.5};
    const struct plot_text small = {
        .size_pt = PLOT_SMALL_PT, .paint = PLOT_DARK, .across = 1.0, .down = 0.5};
    struct plot_key key[PLOT_INKS];
    size_t keys = 0;
    double y = l->height - MARGIN - 0.5 * FOOTER;

    if (f->caption != NULL) {
        const double width = plot_canvas_text_width(canvas, &style, f->caption);
        style.size_pt *= fmin(1.0, (l->width - 2.0 * MARGIN) / fmax(width, 1.0));
        plot_canvas_text(canvas, (struct plot_point){MARGIN, y}, &style, f->caption);
        y -= FOOTER;
    }
    for (int i = 0; i < PLOT_INKS; i++) {
        if (m->ink[i].name != NULL)
            key[keys++] = (struct plot_key){
                .name = m->ink[i].name, .paint = ink_paint(&m->ink[i]), .line = true};
    }
    plot_axes_legend(canvas, (struct plot_point){MARGIN, y}, key, keys);
    if (m->bar_mm > 0.0) {
        char text[64];
        (void)snprintf(text, sizeof text, "scale bar %g mm", m->bar_mm);
        plot_canvas_text(canvas, (struct plot_point){l->width - MARGIN, y}, &small,
                         text);
    }
}

static bool draw(struct plot_canvas *canvas, const struct plot_contours_figure *f,
                 const struct layout *l, struct err *err)
{
    const struct plot_montage *m = f->montage;
    const struct plot_text style = {
        .size_pt = PLOT_LABEL_PT, .paint = PLOT_BLACK, .down = 0.5, .bold = true};

    for (int32_t r = 0; r < m->readings; r++) {
        const double top = MARGIN + r * (l->band + BAND_GAP);
        plot_canvas_text(canvas, (struct plot_point){MARGIN, top + 0.4 * HEADING},
                         &style, f->heading[r]);
        for (int32_t k = 0; k < m->slices; k++) {
            const int32_t column = k % l->columns, row = k / l->columns;
            const struct plot_box box = {MARGIN + column * (l->tile_w + GAP),
                                         top + HEADING + row * (l->tile_h + GAP),
                                         l->tile_w, l->tile_h};
            const size_t number = (size_t)r * (size_t)m->slices + (size_t)k;
            if (!plot_contours_figure_tile(canvas, m, &m->tile[number], number == 0,
                                           &box, err))
                return false;
        }
    }
    draw_footer(canvas, f, l);
    return true;
}

bool plot_contours_figure_write(const struct plot_contours_figure *figure,
                                const char *stem, struct err *err)
{
    const struct plot_montage *m = figure->montage;
    struct plot_canvas *canvas = NULL;
    struct layout l = {0};

    const bool ok = plan(figure, &l, err) &&
                    plot_canvas_new(l.width, l.height, m->title, &canvas, err) &&
                    draw(canvas, figure, &l, err) &&
                    plot_canvas_write(canvas, stem, err);
    plot_canvas_free(canvas);
    return ok;
}
