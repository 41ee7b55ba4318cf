#include "measure/levels.h"

#include <math.h>

#include "base/mem.h"
#include "measure/plane.h"

#define MIN_CAVITY_MM2 10.0
#define BODY 0.08 /* lengths of the LV that the direction in the body counts for */

/* Pixels of a slice with a label in `set`. */
static int64_t count(const struct labels *labels, int32_t slice, unsigned set)
{
    const size_t plane = (size_t)labels->grid.dim[0] * (size_t)labels->grid.dim[1];
    const uint8_t *vox = labels->vox + grid_index(&labels->grid, 0, 0, slice);
    int64_t n = 0;

    for (size_t i = 0; i < plane; i++)
        n += label_in(vox[i], set);
    return n;
}

bool measure_levels_has_cavity(const struct labels *filled, int32_t slice)
{
    const double pixel_mm2 =
        grid_voxel_ml(&filled->grid) * 1000.0 / grid_slice_spacing_mm(&filled->grid);
    const int64_t blood = count(filled, slice, LABEL_BIT(LABEL_LV_BLOOD));

    return (double)blood * pixel_mm2 >= MIN_CAVITY_MM2;
}

/* What a slice shows. */
struct content {
    bool wall, cavity;
    int64_t blood; /* pixels */
};

/* A span of slices, both ends in it; empty if first > last. */
struct span {
    int32_t first, last;
};

static void widen(struct span *s, int32_t k)
{
    s->first = k < s->first ? k : s->first;
    s->last = k > s->last ? k : s->last;
}

static bool is_apex_last(const struct grid *grid, const struct content *c,
                         const struct span *length)
{
    const double middle = 0.5 * (length->first + length->last);
    const double slices = length->last - length->first + 1;
    double blood = 0, moment = 0, along = 0;

    for (int32_t k = length->first; k <= length->last; k++) {
        blood += (double)c[k].blood;
        moment += (double)c[k].blood * (k - middle);
    }
    if (measure_plane_oriented(grid))
        for (int a = 0; a < 3; a++)
            along += grid->to_mm[a][2] * measure_plane_apex[a];
    const double cavity = blood > 0.0 ? -moment / (blood * slices) : 0.0;
    return cavity + BODY * along / grid_edge_mm(grid, 2) >= 0.0;
}

static enum measure_level level_of(int32_t k, const struct span *length, bool apex_last)
{
    const int32_t n = length->last - length->first + 1;
    const int32_t s = apex_last ? k - length->first : length->last - k;

    if (s < 0)
        return MEASURE_BASAL;
    if (s >= n)
        return MEASURE_APEX;
    return 6 * s + 3 < 2 * n   ? MEASURE_BASAL
           : 6 * s + 3 < 4 * n ? MEASURE_MID
                               : MEASURE_APICAL;
}

bool measure_levels_find(const struct labels *filled, enum measure_level *level,
                         bool *apex_last, struct err *err)
{
    const int32_t n = filled->grid.dim[2];
    struct span wall = {n, -1}, both = {n, -1};
    struct content *c = mem_alloc((size_t)n, sizeof *c, err);

    if (!c)
        return false;
    for (int32_t k = 0; k < n; k++) {
        c[k].wall = count(filled, k, LABELS_MYOCARDIUM) > 0;
        c[k].cavity = measure_levels_has_cavity(filled, k);
        c[k].blood = count(filled, k, LABEL_BIT(LABEL_LV_BLOOD));
        if (c[k].wall)
            widen(&wall, k);
        if (c[k].wall && c[k].cavity)
            widen(&both, k);
    }
    *apex_last = wall.last < 0 || is_apex_last(&filled->grid, c, &wall);
    const struct span length = both.last < 0 ? wall : both;
    for (int32_t k = 0; k < n; k++)
        level[k] = c[k].wall ? level_of(k, &length, *apex_last) : MEASURE_NO_LEVEL;
    mem_free(c);
    return true;
}
