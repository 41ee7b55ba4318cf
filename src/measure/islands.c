#include "measure/islands.h"

#include "base/mem.h"
#include "geom/components.h"

bool measure_islands_find(const struct labels *labels, double min_ml,
                          struct measure_islands *out, struct err *err)
{
    const size_t n = grid_voxels(&labels->grid);
    const size_t least = geom_voxels_of_ml(&labels->grid, min_ml);
    struct geom_components pieces = {0};
    struct measure_islands islands = {0};
    bool ok = false;
    uint8_t *scar = mem_alloc(n, sizeof *scar, err);

    if (!scar)
        return false;
    for (size_t i = 0; i < n; i++)
        scar[i] = label_in(labels->vox[i], LABELS_SCAR);
    if (!geom_components_find(scar, labels->grid.dim, GEOM_TOUCH_26, &pieces, err))
        goto done;
    for (uint32_t p = 1; p <= pieces.count; p++)
        islands.count += pieces.size[p] >= least;
    if (pieces.count > 0)
        islands.largest_ml = (double)pieces.size[geom_components_largest(&pieces)] *
                             grid_voxel_ml(&labels->grid);
    *out = islands;
    ok = true;
done:
    geom_components_clear(&pieces);
    mem_free(scar);
    return ok;
}
