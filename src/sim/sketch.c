#include "sim/sketch.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/crop.h"
#include "geom/distance.h"
#include "sim/draw.h"

static const double MARGIN_MM = 14.0; /* round the left ventricle; no more is read */
static const double NOISE_MM = 8.0;   /* over which a hand wavers */
static const double GLANCE = .4;    /* the eye errs by so much of what the hand does */
static const double REACH_MM = 3.0; /* a wall is drawn where one is */

void sim_sketch_clear(struct sim_sketch *d)
{
    mem_free(d->truth);
    mem_free(d->scar);
    mem_free(d->value);
    mem_free(d->epi);
    mem_free(d->endo);
    mem_free(d->depth);
    mem_free(d->wall);
    mem_free(d->work);
}

/* The box round all of the left ventricle; false if there is none. */
static bool find_part(struct sim_sketch *d)
{
    const struct grid *g = &d->stack->truth.grid;
    struct geom_box box = {0};
    if (!geom_box_hold(&d->stack->truth, LABELS_LV, &box))
        return false;
    for (int a = 0; a < 2; a++) {
        d->edge_mm[a] = grid_edge_mm(g, a);
        const int32_t margin = (int32_t)ceil(MARGIN_MM / d->edge_mm[a]);
        const int32_t last = box.lo[a] + box.dim[a] - 1;
        const int32_t end = last < g->dim[a] - margin ? last + margin : g->dim[a];
        d->first[a] = box.lo[a] > margin ? box.lo[a] - margin : 0;
        d->dim[a] = end - d->first[a];
    }
    d->dim[2] = g->dim[2];
    d->plane = (size_t)d->dim[0] * (size_t)d->dim[1];
    d->voxels = d->plane * (size_t)d->dim[2];
    return true;
}

size_t sim_sketch_row(const struct sim_sketch *d, size_t row)
{
    const size_t k = row / (size_t)d->dim[1], j = row % (size_t)d->dim[1];
    return grid_index(&d->stack->truth.grid, d->first[0], d->first[1] + (int32_t)j,
                      (int32_t)k);
}

static bool alloc(struct sim_sketch *d, struct err *err)
{
    d->truth = mem_alloc(d->voxels, 1, err);
    d->scar = mem_alloc(d->voxels, 1, err);
    d->value = mem_alloc(d->voxels, sizeof *d->value, err);
    d->epi = mem_alloc(d->voxels, sizeof *d->epi, err);
    d->endo = mem_alloc(d->voxels, sizeof *d->endo, err);
    d->depth = mem_alloc(d->voxels, sizeof *d->depth, err);
    d->wall = mem_alloc(d->voxels, sizeof *d->wall, err);
    d->work = mem_alloc(d->voxels, sizeof *d->work, err);
    return d->truth && d->scar && d->value && d->epi && d->endo && d->depth &&
           d->wall && d->work;
}

static void mask_of(const struct sim_sketch *d, unsigned set)
{
    for (size_t v = 0; v < d->voxels; v++)
        d->scar[v] = label_in(d->truth[v], set);
}

/* A smooth field of sd `waver_mm` in every slice, and a bias of each slice. */
static bool waver(struct sim_sketch *d, float *contour, double bias_mm, struct err *err)
{
    const double sigma[2] = {
        sim_draw_clip(NOISE_MM / d->edge_mm[0], 0.0, GEOM_BLUR_MAX_SIGMA),
        sim_draw_clip(NOISE_MM / d->edge_mm[1], 0.0, GEOM_BLUR_MAX_SIGMA)};
    for (size_t v = 0; v < d->voxels; v++)
        d->work[v] = (float)rng_normal(&d->rng);
    if (!geom_blur(d->work, d->dim, sigma, err))
        return false;
    for (size_t k = 0; k < (size_t)d->dim[2]; k++) {
        float *noise = d->work + k * d->plane;
        double square = 0.0;
        for (size_t v = 0; v < d->plane; v++)
            square += (double)noise[v] * (double)noise[v];
        const double scale =
            d->habit.waver_mm / sqrt(square / (double)d->plane + 1e-20);
        const double shift = bias_mm + sim_draw_normal(&d->rng, 0.0, .47);
        for (size_t v = 0; v < d->plane; v++) {
            const double off = scale * (double)noise[v] + shift;
            float *line = contour + k * d->plane + v;
            noise[v] = (float)((double)*line + GLANCE * off);
            *line = (float)((double)*line + off);
        }
    }
    return true;
}

static bool lay_out(struct sim_sketch *d, struct err *err)
{
    const size_t n = (size_t)d->dim[0];
    const double sigma[2] = {
        sim_draw_clip(d->habit.smooth_mm / d->edge_mm[0], 0.0, GEOM_BLUR_MAX_SIGMA),
        sim_draw_clip(d->habit.smooth_mm / d->edge_mm[1], 0.0, GEOM_BLUR_MAX_SIGMA)};

    for (size_t row = 0; row < d->voxels / n; row++) {
        const size_t from = sim_sketch_row(d, row);
        memcpy(d->truth + row * n, d->stack->truth.vox + from, n);
        memcpy(d->value + row * n, d->stack->image.vox + from, n * sizeof *d->value);
    }
    if (!geom_blur(d->value, d->dim, sigma, err))
        return false;
    mask_of(d, LABELS_MYOCARDIUM);
    if (!geom_distance(d->scar, d->dim, d->edge_mm, d->wall, err))
        return false;
    mask_of(d, LABELS_LV);
    if (!geom_distance_signed(d->scar, d->dim, d->edge_mm, d->epi, err))
        return false;
    mask_of(d, LABEL_BIT(LABEL_LV_BLOOD));
    if (!geom_distance_signed(d->scar, d->dim, d->edge_mm, d->endo, err))
        return false;
    memset(d->scar, 0, d->voxels);
    if (!waver(d, d->epi, 0.0, err))
        return false;
    for (size_t v = 0; v < d->voxels; v++)
        d->depth[v] = -d->work[v];
    /* the cavity is traced a little inside of its bright rim */
    if (!waver(d, d->endo, .4, err))
        return false;
    for (size_t v = 0; v < d->voxels; v++)
        d->depth[v] = fminf(d->depth[v], d->work[v]);
    return true;
}

bool sim_sketch_in_wall(const struct sim_sketch *d, size_t v)
{
    return d->epi[v] < 0.0f && d->endo[v] >= 0.0f && (double)d->wall[v] <= REACH_MM;
}

bool sim_sketch_in_cavity(const struct sim_sketch *d, size_t v)
{
    return d->epi[v] < 0.0f && d->endo[v] < 0.0f;
}

int sim_sketch_sector(const struct sim_sketch *d, size_t in_plane)
{
    const size_t column = in_plane % (size_t)d->dim[0];
    const size_t row = in_plane / (size_t)d->dim[0];
    const double x = (double)column - d->centre[0], y = (double)row - d->centre[1];
    const double turn = atan2(y * d->edge_mm[1], x * d->edge_mm[0]) / 6.283185307179586;
    return (int)floor((turn + 1.0) * SIM_SKETCH_SECTORS) % SIM_SKETCH_SECTORS;
}

void sim_sketch_turn_to(struct sim_sketch *d, size_t k)
{
    double sum[3] = {0.0, 0.0, 0.0};
    for (size_t v = 0; v < d->plane; v++)
        if (d->epi[k * d->plane + v] < 0.0f) {
            const size_t column = v % (size_t)d->dim[0], row = v / (size_t)d->dim[0];
            sum[0] += (double)column;
            sum[1] += (double)row;
            sum[2] += 1.0;
        }
    for (int a = 0; a < 2; a++)
        d->centre[a] = sum[2] > 0.0 ? sum[a] / sum[2] : 0.5 * (double)d->dim[a];
}

int sim_sketch_sectors(uint32_t set)
{
    int n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

bool sim_sketch_draw(struct sim_sketch *d, struct err *err)
{
    return !find_part(d) || (alloc(d, err) && lay_out(d, err));
}
