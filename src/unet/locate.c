#include "unet/locate.h"

#include <math.h>

enum { STRIDE = 4, MOST_ROUNDS = 20 };

/* Weight and first moments of a disc. */
struct disc {
    double weight, x, y;
};

static struct disc sum_disc(const float *map, int32_t size, double cx, double cy,
                            double reach)
{
    struct disc d = {0.0, 0.0, 0.0};
    const int32_t y0 = (int32_t)fmax(0.0, ceil(cy - reach));
    const int32_t y1 = (int32_t)fmin(size - 1, floor(cy + reach));
    const int32_t x0 = (int32_t)fmax(0.0, ceil(cx - reach));
    const int32_t x1 = (int32_t)fmin(size - 1, floor(cx + reach));
    for (int32_t y = y0; y <= y1; y++)
        for (int32_t x = x0; x <= x1; x++) {
            const double w = (double)map[(size_t)y * (size_t)size + (size_t)x];
            const double dx = x - cx, dy = y - cy;
            if (w <= 0.0 || dx * dx + dy * dy > reach * reach)
                continue;
            d.weight += w;
            d.x += w * x;
            d.y += w * y;
        }
    return d;
}

bool locate_heaviest(const float *map, int32_t size, double reach,
                     double at[AT_LEAST(2)])
{
    struct disc best = {0.0, 0.0, 0.0};
    for (int32_t y = 0; y < size; y += STRIDE)
        for (int32_t x = 0; x < size; x += STRIDE) {
            const struct disc d = sum_disc(map, size, x, y, reach);
            if (d.weight > best.weight)
                best = d;
        }
    const double heaviest = best.weight;
    at[0] = at[1] = 0.5 * (size - 1);
    for (int round = 0; round < MOST_ROUNDS && best.weight > 0.0; round++) {
        const double x = best.x / best.weight, y = best.y / best.weight;
        const bool rests = fabs(x - at[0]) + fabs(y - at[1]) < 1e-3;
        at[0] = x;
        at[1] = y;
        if (rests)
            break;
        best = sum_disc(map, size, x, y, reach);
    }
    return heaviest > 0.0;
}

void locate_take_out(float *map, int32_t size, double reach,
                     const double at[AT_LEAST(2)])
{
    for (int32_t y = 0; y < size; y++)
        for (int32_t x = 0; x < size; x++)
            if (hypot(x - at[0], y - at[1]) <= reach)
                map[(size_t)y * (size_t)size + (size_t)x] = 0.0f;
}

bool locate_in_labels(const struct labels *labels, double centre_mm[AT_LEAST(2)])
{
    const struct grid *g = &labels->grid;
    double sum[2] = {0.0, 0.0}, n = 0.0;
    for (int32_t k = 0; k < g->dim[2]; k++)
        for (int32_t j = 0; j < g->dim[1]; j++)
            for (int32_t i = 0; i < g->dim[0]; i++)
                if (label_in(labels->vox[grid_index(g, i, j, k)], LABELS_LV)) {
                    sum[0] += i;
                    sum[1] += j;
                    n += 1.0;
                }
    if (n == 0.0)
        return false;
    for (int a = 0; a < 2; a++)
        centre_mm[a] = sum[a] / n * grid_edge_mm(g, a);
    return true;
}
