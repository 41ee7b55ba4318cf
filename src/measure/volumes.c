#include "measure/volumes.h"

#include <math.h>

#include "base/mem.h"

/* %LGE from voxel counts: exact where the ratio is (15 of 100 is 15, not 15 - 2e-15),
 * since a class is decided at 15. */
static double percent(int64_t scar, int64_t myocardium)
{
    return myocardium > 0 ? 100.0 * (double)scar / (double)myocardium : (double)NAN;
}

static void count_slice(const struct labels *l, int32_t k, int64_t n[LABEL_COUNT])
{
    const size_t plane = (size_t)l->grid.dim[0] * (size_t)l->grid.dim[1];
    const uint8_t *vox = l->vox + grid_index(&l->grid, 0, 0, k);
    for (size_t i = 0; i < plane; i++)
        if (vox[i] < LABEL_COUNT)
            n[vox[i]]++;
}

bool measure_lv(const struct labels *labels, struct lv_measure *out, struct err *err)
{
    struct lv_measure m = {0};

    if (!labels->vox)
        return ERR_FAIL(err, ERR_ARG, "there are no labels to measure");
    m.n_slices = labels->grid.dim[2];
    m.slices = mem_alloc((size_t)m.n_slices, sizeof *m.slices, err);
    if (!m.slices)
        return false;

    const double voxel_ml = grid_voxel_ml(&labels->grid);
    int64_t blood = 0, scar = 0, no_reflow = 0, myocardium = 0;
    for (int32_t k = 0; k < m.n_slices; k++) {
        int64_t n[LABEL_COUNT] = {0};
        count_slice(labels, k, n);
        const int64_t s = n[LABEL_SCAR] + n[LABEL_NO_REFLOW];
        const int64_t w = s + n[LABEL_MYOCARDIUM];
        m.slices[k] = (struct lv_slice){.index = k,
                                        .myocardium_ml = (double)w * voxel_ml,
                                        .scar_ml = (double)s * voxel_ml,
                                        .percent_lge = percent(s, w)};
        blood += n[LABEL_LV_BLOOD];
        scar += s;
        no_reflow += n[LABEL_NO_REFLOW];
        myocardium += w;
    }
    m.blood_pool_ml = (double)blood * voxel_ml;
    m.scar_ml = (double)scar * voxel_ml;
    m.scar_g = m.scar_ml * MEASURE_MYOCARDIUM_G_PER_ML;
    m.no_reflow_ml = (double)no_reflow * voxel_ml;
    m.myocardium_ml = (double)myocardium * voxel_ml;
    m.myocardium_g = m.myocardium_ml * MEASURE_MYOCARDIUM_G_PER_ML;
    m.has_myocardium = myocardium > 0;
    m.percent_lge = percent(scar, myocardium);
    *out = m;
    return true;
}

void measure_lv_clear(struct lv_measure *m)
{
    mem_free(m->slices);
    *m = (struct lv_measure){0};
}
