#include "cli/selftest_sheet.h"

#include <math.h>

#include "base/file.h"
#include "base/mem.h"
#include "image/nifti.h"
#include "plot/montage.h"
#include "plot/upscale.h"
#include "stat/describe.h"

enum { TILE_PX = 240, TILE_PIXELS = TILE_PX * TILE_PX };
static const double VIEW_MM = 120.0;

/* One slice with its pixels as the field looks at them. */
struct view {
    float *pixel; /* owned; [rows][columns] */
    int32_t columns, rows;
    double edge_mm[2], centre[2]; /* of the left ventricle, pixels */
    bool flip[2];
};

/* First and last slice with myocardium; their middle. */
static bool middle_slice(const struct labels *labels, int32_t *slice)
{
    const struct grid *g = &labels->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    int32_t first = -1, last = -1;
    for (size_t v = 0; v < grid_voxels(g); v++)
        if (label_in(labels->vox[v], LABELS_MYOCARDIUM)) {
            last = (int32_t)(v / plane);
            first = first < 0 ? last : first;
        }
    *slice = (first + last) / 2;
    return first >= 0;
}

static void centre_of(const struct labels *labels, int32_t slice, double centre[2])
{
    const struct grid *g = &labels->grid;
    double n = 0.0, x = 0.0, y = 0.0;
    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++)
            if (label_in(labels->vox[grid_index(g, i, j, slice)], LABELS_LV)) {
                n += 1.0;
                x += i;
                y += j;
            }
    centre[0] = n > 0.0 ? x / n : 0.5 * g->dim[0];
    centre[1] = n > 0.0 ? y / n : 0.5 * g->dim[1];
}

/* A matrix along the axes says nothing of the patient. */
static bool is_plain(const struct grid *g)
{
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 3; c++)
            if (r != c && fabs(g->to_mm[r][c]) > 1e-6)
                return false;
    return true;
}

/* How far an axis of the grid points to the right of the picture (towards the patient's
 * left and back) or to its bottom (feet and back); mm a voxel. */
static double rightward(const struct grid *g, int axis)
{
    return -g->to_mm[0][axis] - g->to_mm[1][axis];
}

static double downward(const struct grid *g, int axis)
{
    return -g->to_mm[2][axis] - g->to_mm[1][axis];
}

/* Copy a slice, columns for rows where the second axis runs across the picture. */
static bool take_slice(const struct image *image, const struct labels *labels,
                       int32_t slice, struct view *out, struct err *err)
{
    const struct grid *g = &image->grid;
    const bool plain = is_plain(g);
    const bool turned = !plain && fabs(rightward(g, 1)) * grid_edge_mm(g, 0) +
                                          fabs(downward(g, 0)) * grid_edge_mm(g, 1) >
                                      fabs(rightward(g, 0)) * grid_edge_mm(g, 1) +
                                          fabs(downward(g, 1)) * grid_edge_mm(g, 0);
    const int across = turned ? 1 : 0, down = turned ? 0 : 1;
    struct view v = {.columns = g->dim[across],
                     .rows = g->dim[down],
                     .edge_mm = {grid_edge_mm(g, across), grid_edge_mm(g, down)}};
    double centre[2];
    v.pixel = mem_alloc((size_t)v.columns * (size_t)v.rows, sizeof *v.pixel, err);
    if (!v.pixel)
        return false;
    for (int32_t y = 0; y < v.rows; y++)
        for (int32_t x = 0; x < v.columns; x++)
            v.pixel[(size_t)y * (size_t)v.columns + (size_t)x] =
                image->vox[grid_index(g, turned ? y : x, turned ? x : y, slice)];
    centre_of(labels, slice, centre);
    v.centre[0] = centre[across];
    v.centre[1] = centre[down];
    v.flip[0] = !plain && rightward(g, across) < 0.0;
    v.flip[1] = !plain && downward(g, down) < 0.0;
    *out = v;
    return true;
}

/* Pixels of the tile, black 0 to white 255, as floats for the sheet. */
static bool draw_tile(const struct view *v, float *tile, struct err *err)
{
    const double half[2] = {0.5 * VIEW_MM / v->edge_mm[0],
                            0.5 * VIEW_MM / v->edge_mm[1]};
    const struct plot_view part = {
        .x0 = v->centre[0] - half[0],
        .x1 = v->centre[0] + half[0],
        .y0 = v->centre[1] - half[1],
        .y1 = v->centre[1] + half[1],
        .flip_x = v->flip[0],
        .flip_y = v->flip[1],
    };
    const size_t pixels = (size_t)v->columns * (size_t)v->rows;
    double *shown = mem_alloc(pixels, sizeof *shown, err);
    uint8_t *level = mem_alloc(TILE_PIXELS, 1, err);
    size_t n = 0;
    bool ok = false;
    if (!shown || !level)
        goto done;
    for (int32_t y = 0; y < v->rows; y++)
        for (int32_t x = 0; x < v->columns; x++)
            if (x >= part.x0 && x <= part.x1 && y >= part.y0 && y <= part.y1)
                shown[n++] =
                    (double)v->pixel[(size_t)y * (size_t)v->columns + (size_t)x];
    stat_sort(shown, n);
    struct plot_grey grey = {.pixel = v->pixel,
                             .columns = v->columns,
                             .rows = v->rows,
                             .black = n > 0 ? stat_quantile(shown, n, 0.01) : 0.0,
                             .levels = 256};
    grey.white = n > 0 ? stat_quantile(shown, n, 0.995) : 1.0;
    grey.white = grey.white > grey.black ? grey.white : grey.black + 1.0;
    ok = plot_upscale(&grey, &part, level, TILE_PX, TILE_PX, TILE_PX, err);
    for (size_t p = 0; ok && p < TILE_PIXELS; p++)
        tile[p] = (float)level[p];
done:
    mem_free(shown);
    mem_free(level);
    return ok;
}

static bool draw_heart(const struct selftest_heart *heart, float *tile, struct err *err)
{
    const char *truth = cohort_get(heart->cohort, heart->row, "truth");
    const char *column = truth && truth[0] ? "truth" : "label";
    struct image image = {0};
    struct labels labels = {0};
    struct view view = {0};
    int32_t slice = 0;
    char *label_path = cohort_path(heart->cohort, heart->row, column, err);
    bool ok = label_path && cohort_image(heart->cohort, heart->row, &image, err) &&
              nifti_read_labels(label_path, &labels, err);
    if (ok && !grid_same(&image.grid, &labels.grid, 0.1))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: not on the grid of the image", label_path);
    if (ok && !middle_slice(&labels, &slice))
        ok = ERR_FAIL(err, ERR_FORMAT, "%s: no myocardium", label_path);
    ok = ok && take_slice(&image, &labels, slice, &view, err) &&
         draw_tile(&view, tile, err);
    mem_free(view.pixel);
    image_clear(&image);
    labels_clear(&labels);
    mem_free(label_path);
    return ok;
}

static bool write_png(const char *path, const struct plot_raster *raster,
                      struct err *err)
{
    struct file_writer w = {0};
    const bool ok = file_writer_open(path, &w, err) &&
                    plot_png_write(raster, w.stream, err) &&
                    file_writer_commit(&w, err);
    file_writer_abort(&w);
    return ok;
}

bool selftest_sheet_write(const struct selftest_heart *heart, size_t hearts,
                          const char *title, const char *path, struct err *err)
{
    struct plot_raster raster = {0};
    bool ok = false;
    float *pixel = mem_alloc(hearts, TILE_PIXELS * sizeof *pixel, err);
    struct plot_tile *tile = mem_alloc(hearts, sizeof *tile, err);
    if (!pixel || !tile)
        goto done;
    for (size_t i = 0; i < hearts; i++) {
        float *at = pixel + i * TILE_PIXELS;
        if (!draw_heart(&heart[i], at, err))
            goto done;
        tile[i] =
            (struct plot_tile){.pixel = at,
                               .columns = TILE_PX,
                               .rows = TILE_PX,
                               .caption = heart[i].caption,
                               .value = heart[i].value[0] ? heart[i].value : NULL};
    }
    const struct plot_montage m = {
        .tile = tile,
        .slices = (int32_t)hearts,
        .readings = 1,
        .view = {.x0 = -0.5, .y0 = -0.5, .x1 = TILE_PX - 0.5, .y1 = TILE_PX - 0.5},
        .pixel_mm = {VIEW_MM / TILE_PX, VIEW_MM / TILE_PX},
        .black = 0.0,
        .white = 256.0,
        .tile_px = TILE_PX,
        .bar_mm = 20.0,
        .ink = {{PLOT_RED, NULL}, {PLOT_YELLOW, NULL}},
        .title = title,
    };
    ok = plot_montage_draw(&m, &raster, err) && write_png(path, &raster, err);
done:
    plot_raster_clear(&raster);
    mem_free(tile);
    mem_free(pixel);
    return ok;
}
