#include "sim/paint_grain.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/erode.h"
#include "stat/describe.h"

static const double SMOOTH_MM = 2.5;
static const double LEAST_CORRELATION = 0.02;

/* Gaussian mean over the voxels of a kind, written there. */
static bool smooth_kind(const struct image *image, const struct labels *labels,
                        unsigned set, float *work, float *smooth, struct err *err)
{
    const size_t voxels = grid_voxels(&image->grid);
    const double sd[2] = {SMOOTH_MM / grid_edge_mm(&image->grid, 0),
                          SMOOTH_MM / grid_edge_mm(&image->grid, 1)};
    float *sum = work, *weight = work + voxels;
    for (size_t v = 0; v < voxels; v++) {
        weight[v] = label_in(labels->vox[v], set) ? 1.0f : 0.0f;
        sum[v] = weight[v] * image->vox[v];
    }
    if (!geom_blur(sum, image->grid.dim, sd, err) ||
        !geom_blur(weight, image->grid.dim, sd, err))
        return false;
    for (size_t v = 0; v < voxels; v++)
        if (label_in(labels->vox[v], set) && weight[v] > 1e-6f)
            smooth[v] = sum[v] / weight[v];
    return true;
}

/* Sums of products of the grain with itself and its neighbours, and its sizes. */
struct moments {
    double square, beside[2];
    double pairs[2];
    double *size; /* [n] */
    size_t n;
};

static void add_slice(const struct grid *g, int32_t k, const uint8_t *mask,
                      const float *grain, struct moments *m)
{
    for (int32_t j = 0; j + 1 < g->dim[1]; j++)
        for (int32_t i = 0; i + 1 < g->dim[0]; i++) {
            const size_t p = (size_t)j * (size_t)g->dim[0] + (size_t)i;
            const size_t v = grid_index(g, i, j, k), step[2] = {1, (size_t)g->dim[0]};
            if (!mask[p])
                continue;
            m->square += (double)grain[v] * (double)grain[v];
            m->size[m->n++] = fabs((double)grain[v]);
            for (int a = 0; a < 2; a++)
                if (mask[p + step[a]]) {
                    m->beside[a] += (double)grain[v] * (double)grain[v + step[a]];
                    m->pairs[a] += 1;
                }
        }
}

/* Strength by the median, which borders drawn a little off do not move. */
static struct sim_paint_grain describe(struct moments *m)
{
    struct sim_paint_grain g = {0};
    if (m->n < 20 || !(m->square > 0.0))
        return g;
    stat_sort(m->size, m->n);
    g.sd = 1.4826 * stat_quantile(m->size, m->n, 0.5);
    const double variance = m->square / (double)m->n;
    for (int a = 0; a < 2; a++) {
        const double r = m->pairs[a] > 0 ? m->beside[a] / m->pairs[a] / variance : 0.0;
        if (r > LEAST_CORRELATION)
            g.blur_px[a] = sqrt(-0.25 / log(fmin(r, 0.95)));
    }
    return g;
}

bool sim_paint_grain_split(const struct image *image, const struct labels *labels,
                           float *smooth, struct sim_paint_grain *out, struct err *err)
{
    const struct grid *g = &image->grid;
    const size_t voxels = grid_voxels(g);
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    struct moments m = {0};
    if (memcmp(g->dim, labels->grid.dim, sizeof g->dim) != 0)
        return ERR_FAIL(err, ERR_ARG, "paint: image and labels differ in size");
    float *work = mem_alloc(2 * voxels, sizeof *work, err);
    uint8_t *mask = mem_alloc(plane, 1, err);
    m.size = mem_alloc(voxels, sizeof *m.size, err);
    bool ok = work && mask && m.size;
    if (!ok)
        goto done;
    memcpy(smooth, image->vox, voxels * sizeof *smooth);
    ok = smooth_kind(image, labels, LABEL_BIT(LABEL_MYOCARDIUM), work, smooth, err) &&
         smooth_kind(image, labels, LABEL_BIT(LABEL_SCAR), work, smooth, err) &&
         smooth_kind(image, labels, LABEL_BIT(LABEL_NO_REFLOW), work, smooth, err);
    for (size_t v = 0; v < voxels && ok; v++)
        work[v] = image->vox[v] - smooth[v];
    for (int32_t k = 0; k < g->dim[2] && ok; k++) {
        for (size_t p = 0; p < plane; p++)
            mask[p] = labels->vox[(size_t)k * plane + p] == LABEL_MYOCARDIUM;
        ok = geom_erode(mask, g->dim[0], g->dim[1], 1, err);
        if (ok)
            add_slice(g, k, mask, work, &m);
    }
    if (ok)
        *out = describe(&m);
done:
    mem_free(m.size);
    mem_free(work);
    mem_free(mask);
    return ok;
}

bool sim_paint_grain_make(const struct sim_paint_grain *grain, struct rng *r,
                          const int32_t dim[static 3], float *out, struct err *err)
{
    const size_t voxels = (size_t)dim[0] * (size_t)dim[1] * (size_t)dim[2];
    double square = 0.0;
    for (size_t v = 0; v < voxels; v++)
        out[v] = (float)rng_normal(r);
    if (!geom_blur(out, dim, grain->blur_px, err))
        return false;
    for (size_t v = 0; v < voxels; v++)
        square += (double)out[v] * (double)out[v];
    const double scale = grain->sd / sqrt(square / (double)voxels);
    for (size_t v = 0; v < voxels; v++)
        out[v] *= (float)scale;
    return true;
}
