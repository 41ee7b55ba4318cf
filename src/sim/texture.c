#include "sim/texture.h"

#include <math.h>

#include "base/mem.h"
#include "geom/blur.h"

enum { SIDE = SIM_TEXTURE_SIDE, AREA = SIDE * SIDE };

/* White noise, smoothed; mean 0, sd 1.  A lattice of cells of length / 1.3, smoothed
 * over .85 cells, is a Gaussian of .65 lengths. */
static bool smooth(struct rng *r, double length_mm, float *tile, struct err *err)
{
    for (int p = 0; p < AREA; p++)
        tile[p] = (float)((double)(rng_u64(r) >> 40) * 0x1p-24 - .5);
    const double sigma = .65 * length_mm;
    if (!geom_blur(tile, (const int32_t[3]){SIDE, SIDE, 1},
                   (const double[2]){sigma, sigma}, err))
        return false;
    double sum = 0, squares = 0;
    for (int p = 0; p < AREA; p++) {
        sum += (double)tile[p];
        squares += (double)tile[p] * (double)tile[p];
    }
    const double mean = sum / AREA;
    const double sd = sqrt(squares / AREA - mean * mean);
    for (int p = 0; p < AREA; p++)
        tile[p] = (float)(((double)tile[p] - mean) / sd);
    return true;
}

bool sim_texture_init(struct rng *r, struct sim_texture *out, struct err *err)
{
    static const double length_mm[SIM_TEXTURE_KINDS] = {3.2, 7, 6, 9, 5, 5};
    struct sim_texture t = {{0}};
    float *block = mem_alloc((size_t)SIM_TEXTURE_KINDS * AREA, sizeof *block, err);
    if (!block)
        return false;
    for (int k = 0; k < SIM_TEXTURE_KINDS; k++) {
        t.tile[k] = block + (size_t)k * AREA;
        if (!smooth(r, length_mm[k], t.tile[k], err)) {
            mem_free(block);
            return false;
        }
    }
    for (int p = 0; p < AREA; p++) {
        const float fine = t.tile[SIM_TEXTURE_ONE][p];
        t.tile[SIM_TEXTURE_ALL][p] =
            1 + .05F * t.tile[SIM_TEXTURE_ALL][p] + .03F * fine;
        t.tile[SIM_TEXTURE_ONE][p] = 1;
        t.tile[SIM_TEXTURE_FAT][p] = 1 + .05F * t.tile[SIM_TEXTURE_FAT][p];
        t.tile[SIM_TEXTURE_BLOOD][p] = 1 + .06F * t.tile[SIM_TEXTURE_BLOOD][p];
        const float lung = 1 + .45F * t.tile[SIM_TEXTURE_LUNG][p];
        t.tile[SIM_TEXTURE_LUNG][p] = lung < .2F ? .2F : lung > 3 ? 3 : lung;
        t.tile[SIM_TEXTURE_BOWEL][p] *= .35F;
    }
    *out = t;
    return true;
}

void sim_texture_clear(struct sim_texture *texture)
{
    mem_free(texture->tile[0]);
    *texture = (struct sim_texture){{0}};
}

void sim_texture_tiles(const struct sim_texture *texture,
                       const float *out[AT_LEAST(SIM_TISSUES)])
{
    for (int t = 0; t < SIM_TISSUES; t++)
        out[t] = texture->tile[SIM_TEXTURE_ONE];
    out[SIM_FAT] = out[SIM_MARROW] = texture->tile[SIM_TEXTURE_FAT];
    out[SIM_BLOOD] = texture->tile[SIM_TEXTURE_BLOOD];
    out[SIM_LUNG] = texture->tile[SIM_TEXTURE_LUNG];
}

int32_t sim_texture_index(double mm)
{
    const double period = 2.0 * SIDE;
    const int32_t at = (int32_t)(mm - period * floor(mm / period));
    return at < SIDE ? at : at < 2 * SIDE ? 2 * SIDE - 1 - at : 0;
}
