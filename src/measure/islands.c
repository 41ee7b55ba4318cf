#include "measure/islands.h"

#include "geom/components.h"

bool measure_islands_find(const struct labels *labels, double min_ml,
                          struct measure_islands *out, struct err *err)
{
    const size_t least = geom_voxels_of_ml(&labels->grid, min_ml);
    struct geom_components pieces = {0};
    struct measure_islands islands = {0};

    if (!geom_components_of(labels, LABELS_SCAR, GEOM_TOUCH_26, &pieces, err))
        return false;
    for (uint32_t p = 1; p <= pieces.count; p++)
        islands.count += pieces.size[p] >= least;
    if (pieces.count > 0)
        islands.largest_ml = (double)pieces.size[geom_components_largest(&pieces)] *
                             grid_voxel_ml(&labels->grid);
    geom_components_clear(&pieces);
    *out = islands;
    return true;
}
