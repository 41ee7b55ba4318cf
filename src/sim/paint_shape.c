#include "sim/paint_shape.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/distance.h"
#include "stat/describe.h"

enum { MAX_HALF = 90, STEPS = 360 };
static const double STEP_MM = 0.25;
static const float SMOOTH_DEG = 4.0f;
static const float CAP_MM = 8.0f; /* of apex below the last slice's wall */

static const unsigned set_of[SIM_PAINT_REGIONS] = {
    [SIM_PAINT_LV] = LABELS_LV,
    [SIM_PAINT_CAVITY] = LABEL_BIT(LABEL_LV_BLOOD),
    [SIM_PAINT_SCAR] = LABELS_SCAR,
    [SIM_PAINT_NO_REFLOW] = LABEL_BIT(LABEL_NO_REFLOW),
    [SIM_PAINT_RV] = LABEL_BIT(LABEL_RV_BLOOD),
};

void sim_paint_ring_smooth(float ring[static SIM_PAINT_RAYS], float sigma)
{
    float copy[SIM_PAINT_RAYS], weight[MAX_HALF + 1] = {0}, sum = 0.0f;
    const int half = (int)fminf(ceilf(3.0f * sigma), MAX_HALF);
    for (int n = half; n >= 0; n--) {
        weight[n] = expf(-0.5f * (float)(n * n) / (sigma * sigma));
        sum += n > 0 ? 2.0f * weight[n] : weight[n];
    }
    memcpy(copy, ring, sizeof copy);
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        float v = weight[0] * copy[i];
        for (int n = 1; n <= half; n++)
            v += weight[n] * (copy[(i + n) % SIM_PAINT_RAYS] +
                              copy[(i + SIM_PAINT_RAYS - n) % SIM_PAINT_RAYS]);
        ring[i] = v / sum;
    }
}

static double held(double v, int32_t n)
{
    const double last = n - 1;
    return v > 0.0 ? (v < last ? v : last) : 0.0;
}

/* Distance to a region's border at a place of a slice, bilinear. */
static double distance_at(const struct sim_paint_shape *s, int region, int32_t k,
                          double column, double row)
{
    const struct grid *g = &s->grid;
    const double x = held(column, g->dim[0]), y = held(row, g->dim[1]);
    const int32_t i = (int32_t)x, j = (int32_t)y;
    const int32_t p = i + 1 < g->dim[0] ? 1 : 0, q = j + 1 < g->dim[1] ? 1 : 0;
    const double u = x - i, v = y - j;
    const float *d = s->region[region];
    const double a = (double)d[grid_index(g, i, j, k)];
    const double b = (double)d[grid_index(g, i + p, j, k)];
    const double c = (double)d[grid_index(g, i, j + q, k)];
    const double e = (double)d[grid_index(g, i + p, j + q, k)];
    if (isinf(a)) /* the whole slice is alike */
        return a;
    return a + u * (b - a) + v * (c - a + u * (a - b - c + e));
}

static bool within(const struct sim_paint_shape *s, int region, int32_t k,
                   double column, double row)
{
    return s->region[region] && distance_at(s, region, k, column, row) < 0.0;
}

uint8_t sim_paint_shape_label(const struct sim_paint_shape *s, int32_t k, double column,
                              double row)
{
    if (!within(s, SIM_PAINT_LV, k, column, row))
        return within(s, SIM_PAINT_RV, k, column, row) ? LABEL_RV_BLOOD
                                                       : LABEL_BACKGROUND;
    if (within(s, SIM_PAINT_CAVITY, k, column, row))
        return LABEL_LV_BLOOD;
    if (within(s, SIM_PAINT_NO_REFLOW, k, column, row))
        return LABEL_NO_REFLOW;
    return within(s, SIM_PAINT_SCAR, k, column, row) ? LABEL_SCAR : LABEL_MYOCARDIUM;
}

float sim_paint_shape_z(const struct sim_paint_shape *s, double slice)
{
    const double from_base = s->frame.apex_last ? slice - s->first : s->last - slice;
    return (float)((from_base + 0.5) * (double)s->slice_mm);
}

/* ---- making ---- */

static bool fill_regions(const struct labels *labels, struct sim_paint_shape *s,
                         struct err *err)
{
    const size_t voxels = grid_voxels(&s->grid);
    const double edge[2] = {grid_edge_mm(&s->grid, 0), grid_edge_mm(&s->grid, 1)};
    size_t count[SIM_PAINT_REGIONS] = {0}, used = 0;
    for (size_t v = 0; v < voxels; v++)
        for (int r = 0; r < SIM_PAINT_REGIONS; r++)
            count[r] += label_in(labels->vox[v], set_of[r]);
    if (count[SIM_PAINT_LV] == count[SIM_PAINT_CAVITY])
        return ERR_FAIL(err, ERR_FORMAT, "no myocardium is labelled");
    if (count[SIM_PAINT_CAVITY] == 0)
        return ERR_FAIL(err, ERR_FORMAT, "no LV cavity is labelled");
    for (int r = 0; r < SIM_PAINT_REGIONS; r++)
        used += count[r] > 0;
    uint8_t *mask = mem_alloc(voxels, 1, err);
    float *block = mem_alloc(voxels * used, sizeof *block, err);
    bool ok = mask && block;
    s->region[SIM_PAINT_LV] = block; /* owns */
    for (int r = 0; ok && r < SIM_PAINT_REGIONS; r++) {
        if (count[r] == 0)
            continue;
        for (size_t v = 0; v < voxels; v++)
            mask[v] = label_in(labels->vox[v], set_of[r]);
        s->region[r] = block;
        ok = geom_distance_signed(mask, s->grid.dim, edge, block, err);
        block += voxels;
    }
    mem_free(mask);
    return ok;
}

/* Centroid of the cavity, or of all the LV where there is none. */
static void find_centre(const struct labels *labels, int32_t k,
                        struct sim_paint_slice *out)
{
    const struct grid *g = &labels->grid;
    double sum[2][3] = {{0}};
    bool wall = false;
    for (int32_t j = 0; j < g->dim[1]; j++)
        for (int32_t i = 0; i < g->dim[0]; i++) {
            const uint8_t l = labels->vox[grid_index(g, i, j, k)];
            if (!label_in(l, LABELS_LV))
                continue;
            wall = wall || label_in(l, LABELS_MYOCARDIUM);
            for (int c = l == LABEL_LV_BLOOD ? 1 : 0; c >= 0; c--) {
                sum[c][0] += i;
                sum[c][1] += j;
                sum[c][2] += 1;
            }
        }
    const double *of = sum[sum[1][2] > 0 ? 1 : 0];
    out->wall = wall;
    for (int a = 0; wall && a < 2; a++)
        out->centre[a] = of[a] / of[2];
}

/* How far the region reaches on a ray: its last border, or 0. */
static float border_on(const struct sim_paint_shape *s, int region, int32_t k, int deg)
{
    const double *c = s->slice[k].centre;
    const double x = cos(deg / 57.29577951308232), y = sin(deg / 57.29577951308232);
    const double step[2] = {s->to_px[0][0] * x + s->to_px[0][1] * y,
                            s->to_px[1][0] * x + s->to_px[1][1] * y};
    double before = distance_at(s, region, k, c[0], c[1]), found = 0.0;
    for (int n = 1; n < STEPS; n++) {
        const double r = n * STEP_MM;
        const double here =
            distance_at(s, region, k, c[0] + r * step[0], c[1] + r * step[1]);
        if (before < 0.0 && here >= 0.0)
            found = r - STEP_MM * here / (here - before);
        before = here;
    }
    return (float)found;
}

static bool trace(struct sim_paint_shape *s, int32_t k, struct err *err)
{
    struct sim_paint_slice *slice = &s->slice[k];
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        slice->inner[i] = border_on(s, SIM_PAINT_CAVITY, k, i);
        slice->outer[i] = border_on(s, SIM_PAINT_LV, k, i);
        if (slice->outer[i] > 75.0f)
            return ERR_FAIL(err, ERR_FORMAT,
                            "slice %" PRId32 ": an LV wider than 15 cm", k + 1);
        slice->inner[i] = fminf(slice->inner[i], slice->outer[i]);
    }
    sim_paint_ring_smooth(slice->inner, SMOOTH_DEG);
    sim_paint_ring_smooth(slice->outer, SMOOTH_DEG);
    return true;
}

/* Median thickness over the slices from..to; mean radius of the widest cavity. */
static bool measure(struct sim_paint_shape *s, int32_t from, int32_t to, float *out,
                    struct err *err)
{
    size_t n = 0;
    double *sample =
        mem_alloc((size_t)(to - from + 1) * SIM_PAINT_RAYS, sizeof *sample, err);
    if (!sample)
        return false;
    for (int32_t k = from; k <= to; k++) {
        double radius = 0.0;
        if (!s->slice[k].wall)
            continue;
        for (int i = 0; i < SIM_PAINT_RAYS; i++) {
            sample[n++] = (double)(s->slice[k].outer[i] - s->slice[k].inner[i]);
            radius += (double)s->slice[k].inner[i] / SIM_PAINT_RAYS;
        }
        s->cavity_mm = fmaxf(s->cavity_mm, (float)radius);
    }
    stat_sort(sample, n);
    *out = (float)stat_quantile(sample, n, 0.5);
    mem_free(sample);
    return true;
}

bool sim_paint_shape_init(const struct labels *labels,
                          const struct sim_paint_frame *frame,
                          struct sim_paint_shape *out, struct err *err)
{
    struct sim_paint_shape s = {.grid = labels->grid, .frame = *frame, .first = -1};
    const double(*m)[2] = frame->to_mm;
    const double det = m[0][0] * m[1][1] - m[0][1] * m[1][0];
    bool ok = false;

    if (!labels->vox || !(fabs(det) > 1e-9)) {
        err_record(err, ERR_ARG, "paint: no labels, or a frame without two axes");
        goto done;
    }
    s.to_px[0][0] = m[1][1] / det;
    s.to_px[0][1] = -m[0][1] / det;
    s.to_px[1][0] = -m[1][0] / det;
    s.to_px[1][1] = m[0][0] / det;
    s.slice = mem_alloc((size_t)s.grid.dim[2], sizeof *s.slice, err);
    if (!s.slice || !fill_regions(labels, &s, err))
        goto done;
    for (int32_t k = 0; k < s.grid.dim[2]; k++) {
        find_centre(labels, k, &s.slice[k]);
        if (!s.slice[k].wall)
            continue;
        if (!trace(&s, k, err))
            goto done;
        s.first = s.first < 0 ? k : s.first;
        s.last = k;
    }
    const int32_t slices = s.last - s.first + 1, third = (slices + 2) / 3;
    const int32_t apex = frame->apex_last ? s.last - third + 1 : s.first;
    s.slice_mm = (float)grid_edge_mm(&s.grid, 2);
    s.length_mm = s.slice_mm * (float)slices + CAP_MM;
    if (!measure(&s, s.first, s.last, &s.wall_mm, err) ||
        !measure(&s, apex, apex + third - 1, &s.thinner_mm, err))
        goto done;
    *out = s;
    s = (struct sim_paint_shape){0}; /* moved */
    ok = true;
done:
    sim_paint_shape_clear(&s);
    return ok;
}

void sim_paint_shape_clear(struct sim_paint_shape *shape)
{
    mem_free(shape->region[SIM_PAINT_LV]);
    mem_free(shape->slice);
    *shape = (struct sim_paint_shape){0};
}
