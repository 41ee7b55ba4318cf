#include "sim/paint_grain.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/blur.h"
#include "geom/erode.h"
#include "stat/describe.h"

enum { WALL_RIM = 1, BLOOD_RIM = 2 };
static const double SMOOTH_MM = 2.5;
static const double LEAST_CORRELATION = 0.02, MOST_CORRELATION = 0.5;

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

/* Sums of products of the grain with itself and its neighbours, and how rough blood is:
 * it has the noise of the wall and is wider. */
struct moments {
    double square, beside[2];
    double n, pairs[2];
    double *rough; /* [roughs] |v00 - v10 - v01 + v11| / 2 */
    size_t roughs;
};

/* @param mask, grain  [rows][columns] */
static void add_grain(const struct grid *g, const uint8_t *mask, const float *grain,
                      struct moments *m)
{
    const size_t line = (size_t)g->dim[0], step[2] = {1, line};
    for (size_t p = 0; p + line + 1 < line * (size_t)g->dim[1]; p++) {
        if (!mask[p])
            continue;
        m->square += (double)grain[p] * (double)grain[p];
        m->n += 1;
        for (int a = 0; a < 2; a++)
            if (mask[p + step[a]]) {
                m->beside[a] += (double)grain[p] * (double)grain[p + step[a]];
                m->pairs[a] += 1;
            }
    }
}

static void add_rough(const struct grid *g, const uint8_t *mask, const float *v,
                      struct moments *m)
{
    const size_t line = (size_t)g->dim[0];
    for (size_t p = 0; p + line + 1 < line * (size_t)g->dim[1]; p++)
        if (mask[p] && mask[p + 1] && mask[p + line] && mask[p + line + 1])
            m->rough[m->roughs++] =
                fabs((double)(v[p] - v[p + 1] - v[p + line] + v[p + line + 1])) / 2.0;
}

/* Of grain with the correlations a and b, the mean square of `rough` is
 * sd^2 (1 - a)(1 - b); that is blind to what is smooth. */
static struct sim_paint_grain describe(struct moments *m)
{
    struct sim_paint_grain g = {0};
    double independent = 1.0;
    if (m->roughs < 20 || m->n < 20 || !(m->square > 0.0))
        return g;
    const double variance = m->square / m->n;
    for (int a = 0; a < 2; a++) {
        const double r = m->pairs[a] > 0 ? m->beside[a] / m->pairs[a] / variance : 0.0;
        const double held = fmin(r, MOST_CORRELATION);
        if (held > LEAST_CORRELATION) {
            g.blur_px[a] = sqrt(-0.25 / log(held));
            independent *= 1.0 - held;
        }
    }
    stat_sort(m->rough, m->roughs);
    g.sd = 1.4826 * stat_quantile(m->rough, m->roughs, 0.5) / sqrt(independent);
    return g;
}

/* Pixels of a label in a slice, less a rim. */
static bool inner_of(const struct labels *labels, int32_t k, uint8_t label, int rim,
                     uint8_t *mask, struct err *err)
{
    const struct grid *g = &labels->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    for (size_t p = 0; p < plane; p++)
        mask[p] = labels->vox[(size_t)k * plane + p] == label;
    return geom_erode(mask, g->dim[0], g->dim[1], rim, err);
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
    m.rough = mem_alloc(voxels, sizeof *m.rough, err);
    bool ok = work && mask && m.rough;
    if (!ok)
        goto done;
    memcpy(smooth, image->vox, voxels * sizeof *smooth);
    ok = smooth_kind(image, labels, LABEL_BIT(LABEL_MYOCARDIUM), work, smooth, err) &&
         smooth_kind(image, labels, LABEL_BIT(LABEL_SCAR), work, smooth, err) &&
         smooth_kind(image, labels, LABEL_BIT(LABEL_NO_REFLOW), work, smooth, err);
    for (size_t v = 0; v < voxels && ok; v++)
        work[v] = image->vox[v] - smooth[v];
    for (int32_t k = 0; k < g->dim[2] && ok; k++) {
        const size_t at = (size_t)k * plane;
        ok = inner_of(labels, k, LABEL_MYOCARDIUM, WALL_RIM, mask, err);
        if (ok)
            add_grain(g, mask, work + at, &m);
        ok = ok && inner_of(labels, k, LABEL_LV_BLOOD, BLOOD_RIM, mask, err);
        if (ok)
            add_rough(g, mask, image->vox + at, &m);
    }
    if (ok)
        *out = describe(&m);
done:
    mem_free(m.rough);
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
