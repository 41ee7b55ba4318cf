#include "measure/nsd.h"

#include <math.h>

#include "base/mem.h"
#include "measure/remote.h"

const int measure_nsd_levels[MEASURE_NSD_LEVELS] = {2, 4, 6};

/* Count the pixels of a slice's wall above each threshold. */
static void count_slice(const float *v, const uint8_t *wall, size_t plane,
                        const struct measure_remote *remote,
                        size_t count[MEASURE_NSD_LEVELS])
{
    for (int n = 0; n < MEASURE_NSD_LEVELS; n++) {
        const double threshold = measure_remote_level(remote, measure_nsd_levels[n]);
        for (size_t p = 0; p < plane; p++)
            count[n] += wall[p] && (double)v[p] > threshold;
    }
}

bool measure_nsd(const struct image *image, const struct labels *labels,
                 struct measure_nsd *out, struct err *err)
{
    const struct grid *g = &image->grid;
    const size_t plane = (size_t)g->dim[0] * (size_t)g->dim[1];
    size_t count[MEASURE_NSD_LEVELS] = {0}, myocardium = 0;
    struct measure_remote *remote = mem_alloc((size_t)g->dim[2], sizeof *remote, err);
    uint8_t *wall = mem_alloc(plane, 1, err);

    bool ok = remote && wall && measure_remote_find(image, labels, remote, err);
    for (int32_t k = 0; ok && k < g->dim[2]; k++) {
        const size_t first = (size_t)k * plane;
        for (size_t p = 0; p < plane; p++)
            myocardium += label_in(labels->vox[first + p], LABELS_MYOCARDIUM);
        if (remote[k].voxels == 0)
            continue;
        ok = measure_remote_wall(labels, k, wall, err);
        if (ok)
            count_slice(image->vox + first, wall, plane, &remote[k], count);
    }
    if (ok) {
        out->myocardium_ml = (double)myocardium * grid_voxel_ml(g);
        for (int n = 0; n < MEASURE_NSD_LEVELS; n++) {
            out->ml[n] = (double)count[n] * grid_voxel_ml(g);
            out->percent[n] = myocardium > 0
                                  ? 100.0 * (double)count[n] / (double)myocardium
                                  : (double)NAN;
        }
    }
    mem_free(remote);
    mem_free(wall);
    return ok;
}
