#include "measure/threshold_fwhm.h"

#include <math.h>

#include "base/mem.h"
#include "geom/components.h"

static void mark_hyperenhanced(const struct measure_threshold_wall *w, uint8_t *mask)
{
    for (int32_t k = 0; k < w->slices; k++) {
        const double level = measure_remote_level(measure_threshold_remote(w, k),
                                                  MEASURE_THRESHOLD_SEED_SD);
        const size_t first = (size_t)k * w->plane;
        for (size_t v = first; v < first + w->plane; v++)
            mask[v] = label_in(w->labels->vox[v], LABELS_MYOCARDIUM) &&
                      (double)w->image->vox[v] > level;
    }
}

/* [0] is what lies outside; a region without a voxel off the rim keeps peak NaN. */
static void describe(const struct measure_threshold_wall *w,
                     const struct geom_components *c,
                     struct measure_threshold_region *r)
{
    for (uint32_t p = 0; p <= c->count; p++)
        r[p] = (struct measure_threshold_region){c->size[p], 0.0, (double)NAN,
                                                 (double)NAN};
    for (size_t v = 0; v < w->voxels; v++) {
        if (c->id[v] == 0)
            continue;
        struct measure_threshold_region *of = &r[c->id[v]];
        of->remote += measure_threshold_remote(w, (int32_t)(v / w->plane))->mean;
        if (w->inner[v])
            of->peak = fmax(of->peak, (double)w->image->vox[v]); /* not NaN, then */
    }
    for (uint32_t p = 1; p <= c->count; p++) {
        r[p].remote /= (double)r[p].voxels;
        r[p].value = measure_threshold_half(r[p].remote, r[p].peak);
    }
}

bool measure_threshold_fwhm_regions(const struct measure_threshold_wall *w,
                                    uint8_t *scar,
                                    struct measure_threshold_region **region,
                                    size_t *regions, struct err *err)
{
    struct geom_components c = {0};
    struct measure_threshold_region *r = NULL;
    uint8_t *mask = mem_alloc(w->voxels, 1, err);
    size_t kept = 0;

    if (!mask)
        return false;
    mark_hyperenhanced(w, mask);
    bool ok = geom_components_find(mask, w->labels->grid.dim, GEOM_TOUCH_26, &c, err);
    mem_free(mask);
    if (ok)
        r = mem_alloc((size_t)c.count + 1, sizeof *r, err);
    if (!r) {
        geom_components_clear(&c);
        return false;
    }
    describe(w, &c, r);
    for (size_t v = 0; v < w->voxels; v++) /* NaN compares false */
        scar[v] = c.id[v] > 0 && (double)w->image->vox[v] > r[c.id[v]].value;
    for (uint32_t p = 1; p <= c.count; p++)
        if (isfinite(r[p].peak))
            r[kept++] = r[p];
    geom_components_clear(&c);
    if (kept == 0) {
        mem_free(r);
        r = NULL;
    }
    *region = r;
    *regions = kept;
    return true;
}
