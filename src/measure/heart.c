#include "measure/heart.h"

#include <math.h>

enum { MARGIN_PX = 3 };

struct geom_box measure_heart_box(const struct labels *labels, double margin_mm)
{
    const struct grid *g = &labels->grid;
    struct geom_box box = {0};
    int32_t margin[3] = {0};

    if (!geom_box_hold(labels, LABELS_LV, &box))
        return (struct geom_box){{0, 0, 0}, {1, 1, g->dim[2]}};
    for (int a = 0; a < 2; a++) {
        const double pixels = ceil(margin_mm / grid_edge_mm(g, a));
        margin[a] = MARGIN_PX + (int32_t)fmin(pixels, g->dim[a]);
    }
    geom_box_grow(g, margin, &box);
    box.lo[2] = 0;
    box.dim[2] = g->dim[2];
    return box;
}
