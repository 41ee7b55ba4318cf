#include "report/scene.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "geom/crop.h"
#include "report/outline.h"

static const double VIEW_MM = 110.0;  /* least width of what a tile shows */
static const double BORDER_MM = 18.0; /* room round the left ventricle */
static const double BAR_MM = 20.0;

/* Where epicardium and scar meet the two lines would lie on each other; a sixth of a
 * pixel to either side lets both be seen. */
static const double LEVEL[PLOT_INKS] = {0.35, 0.65};
static const unsigned REGION[PLOT_INKS] = {LABELS_MYOCARDIUM, LABELS_SCAR};

enum { BINS = 2048 };

void report_scene_clear(struct report_scene *s)
{
    for (size_t i = 0; s->outline != NULL && i < s->tiles * PLOT_INKS; i++)
        geom_contours_clear(&s->outline[i]);
    mem_free(s->outline);
    mem_free(s->at);
    mem_free(s->tile);
    mem_free(s->line);
    mem_free(s->caption);
    mem_free(s->value);
    *s = (struct report_scene){0};
}

/* A square about the heart, or the whole field of view. */
static void choose_view(const struct overlay *o, const double mm[static 2],
                        struct plot_view *view)
{
    const struct grid *g = &o->image->grid;
    struct geom_box box = {0};
    double half[2], centre[2];
    bool heart = false;

    for (int r = 0; r < o->readings; r++)
        heart = geom_box_hold(o->reading[r].labels, LABELS_LV, &box) || heart;
    if (!heart)
        memcpy(box.dim, g->dim, sizeof box.dim);
    for (int a = 0; a < 2; a++) {
        centre[a] = box.lo[a] + 0.5 * (box.dim[a] - 1);
        half[a] = 0.5 * box.dim[a] * mm[a];
    }
    if (heart) {
        const double widest = fmax(half[0], half[1]) + BORDER_MM;
        half[0] = half[1] = fmax(widest, 0.5 * VIEW_MM);
    }
    view->x0 = centre[0] - half[0] / mm[0];
    view->x1 = centre[0] + half[0] / mm[0];
    view->y0 = centre[1] - half[1] / mm[1];
    view->y1 = centre[1] + half[1] / mm[1];
}

/* A grid along the axes, all growing, is what a program writes that knows nothing. */
static bool is_plain(const struct grid *g)
{
    for (int r = 0; r < 3; r++) {
        for (int c = 0; c < 3; c++) {
            if (r == c ? !(g->to_mm[r][c] > 0.0) : g->to_mm[r][c] != 0.0)
                return false;
        }
    }
    return true;
}

/* Short axis as the field shows it: right is towards the patient's left and back (the
 * lateral wall), down is towards his feet and back (the inferior wall). */
static void choose_flips(const struct grid *g, struct plot_view *view)
{
    if (is_plain(g))
        return;
    view->flip_x = -g->to_mm[0][0] - g->to_mm[1][0] < 0.0;
    view->flip_y = -g->to_mm[2][1] - g->to_mm[1][1] < 0.0;
}

/* Intensity below which a part of the counted pixels lies. */
static double percentile(const uint32_t bin[static BINS], uint64_t count, double part,
                         double lo, double step)
{
    uint64_t below = 0;
    const double want = part * (double)count;

    for (int b = 0; b < BINS; b++) {
        below += bin[b];
        if ((double)below >= want)
            return lo + (b + 0.5) * step;
    }
    return lo + BINS * step;
}

/* Voxels that the tiles show: columns i0..i1, rows j0..j1. */
struct shown {
    int32_t i0, i1, j0, j1;
};

static void range_of(const struct image *image, struct shown s, double *lo, double *hi)
{
    const struct grid *g = &image->grid;
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = s.j0; j <= s.j1; j++) {
            const float *row = image->vox + grid_index(g, 0, j, k);
            for (int32_t i = s.i0; i <= s.i1; i++) {
                const double v = (double)row[i];
                *lo = v < *lo ? v : *lo;
                *hi = v > *hi ? v : *hi;
            }
        }
}

/* Histogram over [lo, lo + BINS / scale]; the number of voxels counted. */
static uint64_t count_bins(const struct image *image, struct shown s, double lo,
                           double scale, uint32_t bin[BINS])
{
    const struct grid *g = &image->grid;
    uint64_t count = 0;
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = s.j0; j <= s.j1; j++) {
            const float *row = image->vox + grid_index(g, 0, j, k);
            for (int32_t i = s.i0; i <= s.i1; i++, count++) {
                const int b = (int)(((double)row[i] - lo) * scale);
                bin[b < BINS ? b : BINS - 1]++;
            }
        }
    return count;
}

static void choose_window(const struct image *image, struct plot_montage *m)
{
    const struct grid *g = &image->grid;
    const struct shown s = {.i0 = (int32_t)fmax(0.0, ceil(m->view.x0)),
                            .i1 = (int32_t)fmin(g->dim[0] - 1, floor(m->view.x1)),
                            .j0 = (int32_t)fmax(0.0, ceil(m->view.y0)),
                            .j1 = (int32_t)fmin(g->dim[1] - 1, floor(m->view.y1))};
    uint32_t bin[BINS] = {0};
    double lo = INFINITY, hi = -INFINITY;
    range_of(image, s, &lo, &hi);
    const uint64_t count =
        count_bins(image, s, lo, hi > lo ? BINS / (hi - lo) : 0.0, bin);
    const double step = (hi - lo) / BINS;
    m->black = percentile(bin, count, 0.01, lo, step);
    m->white = percentile(bin, count, 0.995, lo, step);
    if (!(m->white > m->black)) { /* a constant picture is black */
        m->black = isfinite(lo) ? lo : 0.0;
        m->white = m->black + 1.0;
    }
}

/* Hand the outlines of one tile to its figure; `line` and `at` are the next free ones.
 */
static void fill_tile(const struct geom_contours *outline, struct plot_tile *tile,
                      struct plot_outline *line, double (*at)[2])
{
    tile->line = line;
    for (int ink = 0; ink < PLOT_INKS; ink++) {
        for (size_t o = 0; o < outline[ink].count; o++) {
            const struct geom_outline *from = &outline[ink].outline[o];
            for (size_t p = 0; p < from->count; p++) {
                at[p][0] = from->point[p].x;
                at[p][1] = from->point[p].y;
            }
            *line++ = (struct plot_outline){(const double(*)[2])at, from->count, ink};
            at += from->count;
            tile->lines++;
        }
    }
}

static bool trace_tiles(const struct overlay *o, struct report_scene *s,
                        struct err *err)
{
    const size_t slices = (size_t)o->image->grid.dim[2];
    size_t lines = 0, points = 0;

    for (size_t t = 0; t < s->tiles * PLOT_INKS; t++) {
        const size_t tile = t / PLOT_INKS, ink = t % PLOT_INKS;
        if (!report_outline(o->reading[tile / slices].labels, (int32_t)(tile % slices),
                            REGION[ink], LEVEL[ink], &s->outline[t], err))
            return false;
        lines += s->outline[t].count;
        for (size_t l = 0; l < s->outline[t].count; l++)
            points += s->outline[t].outline[l].count;
    }
    s->line = mem_alloc(lines, sizeof *s->line, err);
    s->at = s->line ? mem_alloc(points, sizeof *s->at, err) : NULL;
    if (!s->at)
        return false;
    lines = points = 0;
    for (size_t t = 0; t < s->tiles; t++) {
        fill_tile(&s->outline[t * PLOT_INKS], &s->tile[t], s->line + lines,
                  s->at + points);
        for (size_t l = 0; l < s->tile[t].lines; l++)
            points += s->tile[t].line[l].points;
        lines += s->tile[t].lines;
    }
    return true;
}

static void write_captions(const struct overlay *o, struct report_scene *s)
{
    const struct grid *g = &o->image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    const size_t slices = (size_t)g->dim[2];
    const double ml = grid_voxel_ml(g);

    for (size_t t = 0; t < s->tiles; t++) {
        const struct overlay_reading *r = &o->reading[t / slices];
        const uint8_t *label = r->labels->vox + t % slices * plane;
        size_t scar = 0;
        for (size_t v = 0; v < plane; v++)
            scar += label_in(label[v], LABELS_SCAR) ? 1u : 0u;
        (void)snprintf(s->caption[t], sizeof s->caption[t], "%zu%s%.32s",
                       t % slices + 1, r->name != NULL ? "  " : "",
                       r->name != NULL ? r->name : "");
        if (scar > 0)
            (void)snprintf(s->value[t], sizeof s->value[t], "%.2f mL",
                           (double)scar * ml);
        s->tile[t].pixel = o->image->vox + t % slices * plane;
        s->tile[t].columns = g->dim[0];
        s->tile[t].rows = g->dim[1];
        s->tile[t].caption = s->caption[t];
        s->tile[t].value = scar > 0 ? s->value[t] : NULL;
    }
}

static bool fill_scene(const struct overlay *o, struct report_scene *s, struct err *err)
{
    s->tiles = (size_t)o->readings * (size_t)o->image->grid.dim[2];
    s->tile = mem_alloc(s->tiles, sizeof *s->tile, err);
    s->outline = mem_alloc(s->tiles * PLOT_INKS, sizeof *s->outline, err);
    s->caption = mem_alloc(s->tiles, sizeof *s->caption, err);
    s->value = mem_alloc(s->tiles, sizeof *s->value, err);
    if (!s->tile || !s->outline || !s->caption || !s->value)
        return false;
    write_captions(o, s);
    return trace_tiles(o, s, err);
}

static bool check(const struct overlay *o, struct err *err)
{
    if (o->image->vox == NULL || o->readings < 1)
        return ERR_FAIL(err, ERR_ARG, "overlay: nothing to draw");
    for (int r = 0; r < o->readings; r++) {
        if (o->reading[r].labels->vox == NULL ||
            memcmp(o->reading[r].labels->grid.dim, o->image->grid.dim,
                   sizeof o->image->grid.dim) != 0)
            return ERR_FAIL(err, ERR_ARG, "overlay: labels and image differ in size");
    }
    return true;
}

bool report_scene_view(const struct overlay *overlay, struct plot_montage *out,
                       struct err *err)
{
    if (!check(overlay, err))
        return false;
    const struct grid *g = &overlay->image->grid;
    *out = (struct plot_montage){
        .slices = g->dim[2],
        .readings = overlay->readings,
        .pixel_mm = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)},
        .bar_mm = BAR_MM,
        .ink = {{PLOT_RED, "myocardium"}, {PLOT_YELLOW, "scar"}},
        .title = overlay->title,
        .note = overlay->note,
    };
    choose_view(overlay, out->pixel_mm, &out->view);
    choose_flips(g, &out->view);
    choose_window(overlay->image, out);
    return true;
}

bool report_scene_build(const struct overlay *overlay, struct report_scene *out,
                        struct err *err)
{
    struct report_scene s = {0};

    if (!report_scene_view(overlay, &s.montage, err))
        return false;
    if (!fill_scene(overlay, &s, err)) {
        report_scene_clear(&s);
        return false;
    }
    s.montage.tile = s.tile;
    *out = s; /* moved */
    return true;
}
