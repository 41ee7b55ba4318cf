#include "measure/threshold_wall.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "geom/distance.h"

void measure_threshold_wall_clear(struct measure_threshold_wall *w)
{
    mem_free(w->border);
    mem_free(w->use);
    mem_free(w->inner);
    mem_free(w->own);
    *w = (struct measure_threshold_wall){0};
}

/* Mark the border: myocardium near the blood pool. */
static bool find_border(struct measure_threshold_wall *w, double border_mm,
                        struct err *err)
{
    const struct grid *g = &w->labels->grid;
    const double edge_mm[2] = {grid_edge_mm(g, 0), grid_edge_mm(g, 1)};
    uint8_t *blood = mem_alloc(w->voxels, 1, err);
    float *mm = mem_alloc(w->voxels, sizeof *mm, err);
    bool ok = blood && mm;

    for (size_t v = 0; ok && v < w->voxels; v++)
        blood[v] = w->labels->vox[v] == LABEL_LV_BLOOD;
    ok = ok && geom_distance_signed(blood, g->dim, edge_mm, mm, err);
    for (size_t v = 0; ok && v < w->voxels; v++)
        w->border[v] = label_in(w->labels->vox[v], LABELS_MYOCARDIUM) &&
                       (double)mm[v] <= border_mm;
    mem_free(blood);
    mem_free(mm);
    return ok;
}

/* Leave the rim out, where enough is left without it. */
static bool find_inner(struct measure_threshold_wall *w, struct err *err)
{
    bool ok = true;

    for (int32_t k = 0; ok && k < w->slices; k++) {
        uint8_t *inner = w->inner + (size_t)k * w->plane;
        const uint8_t *use = w->use + (size_t)k * w->plane;
        size_t pixels = 0;
        ok = measure_remote_wall(w->labels, k, inner, err);
        for (size_t p = 0; p < w->plane; p++)
            pixels += inner[p] &= use[p];
        if (pixels < MEASURE_REMOTE_MIN_WALL)
            memcpy(inner, use, w->plane);
    }
    return ok;
}

/* Some myocardium, of more than one intensity. */
static bool check_use(const struct measure_threshold_wall *w, struct err *err)
{
    const float *x = w->image->vox;
    size_t n = 0, myocardium = 0;
    float low = 0.0f, high = 0.0f;

    for (size_t v = 0; v < w->voxels; v++) {
        myocardium += label_in(w->labels->vox[v], LABELS_MYOCARDIUM);
        if (!w->use[v])
            continue;
        low = n == 0 || x[v] < low ? x[v] : low;
        high = n == 0 || x[v] > high ? x[v] : high;
        n++;
    }
    if (myocardium == 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "no myocardium (labels 2, 3, 4) in the "
                        "contours");
    if (n == 0)
        return ERR_FAIL(err, ERR_FORMAT,
                        "no myocardium is left beyond the border of "
                        "the blood pool");
    if (!(high > low))
        return ERR_FAIL(err, ERR_NUMERIC,
                        "all the myocardium has one intensity, %g: "
                        "there is no threshold",
                        (double)low);
    return true;
}

bool measure_threshold_wall(const struct image *image, const struct labels *labels,
                            const struct labels *drawn, double border_mm,
                            struct measure_threshold_wall *out, struct err *err)
{
    struct measure_threshold_wall w = {.image = image, .labels = labels};
    bool ok = false;

    if (!image->vox || !labels->vox ||
        memcmp(image->grid.dim, labels->grid.dim, sizeof image->grid.dim) != 0)
        return ERR_FAIL(err, ERR_ARG, "threshold: image and contours differ in size");
    w.plane = (size_t)image->grid.dim[0] * (size_t)image->grid.dim[1];
    w.voxels = grid_voxels(&image->grid);
    w.slices = image->grid.dim[2];
    w.border = mem_alloc(w.voxels, 1, err);
    w.use = mem_alloc(w.voxels, 1, err);
    w.inner = mem_alloc(w.voxels, 1, err);
    w.own = mem_alloc((size_t)w.slices, sizeof *w.own, err);
    if (!w.border || !w.use || !w.inner || !w.own ||
        (border_mm > 0.0 && !find_border(&w, border_mm, err)))
        goto done;
    for (size_t v = 0; v < w.voxels; v++)
        w.use[v] = label_in(labels->vox[v], LABELS_MYOCARDIUM) && !w.border[v];
    if (!check_use(&w, err) || !find_inner(&w, err))
        goto done;
    ok = drawn ? measure_remote_drawn(image, labels, drawn, w.own, err)
               : measure_remote_find(image, labels, w.own, err);
    if (!ok)
        goto done;
    w.all = measure_remote_pool(w.own, w.slices);
    *out = w;
    w = (struct measure_threshold_wall){0}; /* moved */
done:
    measure_threshold_wall_clear(&w);
    return ok;
}

const struct measure_remote *
measure_threshold_remote(const struct measure_threshold_wall *w, int32_t slice)
{
    return w->own[slice].voxels > 0 ? &w->own[slice] : &w->all;
}

double measure_threshold_peak(const struct measure_threshold_wall *w, int32_t slice)
{
    const size_t first = (size_t)slice * w->plane;
    double peak = -(double)INFINITY;

    for (size_t v = first; v < first + w->plane; v++)
        if (w->inner[v])
            peak = fmax(peak, (double)w->image->vox[v]);
    return peak > measure_remote_level(measure_threshold_remote(w, slice),
                                       MEASURE_THRESHOLD_SEED_SD)
               ? peak
               : (double)NAN;
}
