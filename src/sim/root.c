#include "sim/root.h"

#include <math.h>

#include "sim/draw.h"

static const float DEGREE = 57.2957795f;

static float drawn(struct rng *r, double mean, double sd)
{
    return (float)sim_draw_normal(r, mean, sd);
}

/* A tube whose centre lies at `reach` mm in direction `deg`. */
static struct sim_tube tube(float deg, float reach, float half, float oval, float wall)
{
    return (struct sim_tube){
        .at = {reach * cosf(deg / DEGREE), reach * sinf(deg / DEGREE)},
        .half = {half, half * oval},
        .wall = wall};
}

void sim_root_draw(struct rng *r, const struct sim_wall *wall, struct sim_root *out)
{
    const float size = wall->radius / 35.0f, deg = drawn(r, 146, 7);
    struct sim_root root = {.axis = {cosf(deg / DEGREE), sinf(deg / DEGREE)}};
    root.aorta = tube(deg, 14.5f * size, drawn(r, 14.5, 1.2) * size, 1, 1.4f);
    root.aorta.drift[0] = drawn(r, 0.10, 0.05);
    root.aorta.drift[1] = drawn(r, -0.06, 0.05);
    root.left_atrium = tube(drawn(r, 318, 8), 8 * size, drawn(r, 27, 2.5) * size,
                            drawn(r, 0.85, 0.06), 2.0f);
    root.left_atrium.drift[0] = drawn(r, -0.10, 0.06);
    root.left_atrium.drift[1] = drawn(r, 0.28, 0.06); /* behind, the further up */
    root.right_atrium = tube(drawn(r, 204, 6), 47 * size, drawn(r, 24, 3) * size,
                             drawn(r, 1.1, 0.1), 2.2f);
    root.right_atrium.drift[0] = 0.15f;
    root.outflow = tube(wall->anterior_deg - drawn(r, 4, 4), wall->radius + 11,
                        drawn(r, 15, 1.5) * size, 0.8f, wall->rv_wall);
    root.outflow.drift[0] = drawn(r, -0.22, 0.06);
    root.outflow.drift[1] = drawn(r, 0.06, 0.04);
    root.outflow_end = (float)rng_range(r, 18, 30);
    root.mitral_at[0] = -root.axis[0] * 6 * size;
    root.mitral_at[1] = -root.axis[1] * 6 * size;
    root.mitral_half[0] = drawn(r, 9, 1.5) * size; /* along the axis: how far open */
    root.mitral_half[1] = drawn(r, 15, 1.5) * size;
    root.leaflet[0] = drawn(r, 20, 3); /* anterior */
    root.leaflet[1] = drawn(r, 11, 2); /* posterior */
    root.valve_z = drawn(r, -16, 3);
    root.cusp_deg = (float)rng_range(r, 0, 120);
    *out = root;
}

/* Where a point lies in a tube: < 0 inside, mm outside of it (about). */
static float outside(const struct sim_tube *t, const float p[3], float grow)
{
    const float x = p[0] - t->at[0] - t->drift[0] * p[2];
    const float y = p[1] - t->at[1] - t->drift[1] * p[2];
    const float a = t->half[0] + grow, b = t->half[1] + grow;
    const float n = sqrtf(x * x / (a * a) + y * y / (b * b));
    return (n - 1) * (a < b ? a : b);
}

/* Three closed cusps: lines from the centre of the aorta to its wall. */
static bool is_cusp(const struct sim_root *root, const float p[3])
{
    const struct sim_tube *t = &root->aorta;
    const float x = p[0] - t->at[0] - t->drift[0] * p[2];
    const float y = p[1] - t->at[1] - t->drift[1] * p[2];
    if (fabsf(p[2] - root->valve_z) > 4.0f)
        return false;
    for (int k = 0; k < 3; k++) {
        const float deg = root->cusp_deg + 120.0f * (float)k;
        const float c = cosf(deg / DEGREE), s = sinf(deg / DEGREE);
        if (x * c + y * s > 0.0f && fabsf(y * c - x * s) < 0.55f)
            return true;
    }
    return false;
}

enum sim_tissue sim_root_at(const struct sim_root *root, const float p[AT_LEAST(3)])
{
    const float z = p[2];
    /* the right outflow tract closes downwards, the right atrium too */
    const float down = sim_noise_clip(
        (z - 0.4f * root->outflow_end) / (0.6f * root->outflow_end), 0, 1);
    const float close = -16.0f * down * down;
    const float out = outside(&root->outflow, p, close > -11 ? close : -11);
    const float right =
        outside(&root->right_atrium, p, -10 * sim_noise_clip((z + 14) / 14, 0, 1));
    const float aorta = outside(&root->aorta, p, 0);
    const float left = outside(&root->left_atrium, p, 0);
    const bool has_out = z < root->outflow_end, has_right = z < 2;
    const bool has_left = z < 12;
    if (has_left && aorta < 0)
        return is_cusp(root, p) ? SIM_VALVE : SIM_BLOOD;
    if (has_left && aorta < root->aorta.wall)
        return SIM_MUSCLE;
    if (has_left && left < 0)
        return SIM_BLOOD;
    if (has_out && out < 0)
        return SIM_BLOOD;
    if (has_right && right < 0)
        return SIM_BLOOD;
    if ((has_left && left < root->left_atrium.wall) ||
        (has_out && out < root->outflow.wall) ||
        (has_right && right < root->right_atrium.wall))
        return SIM_MUSCLE;
    return SIM_NONE;
}

bool sim_root_is_leaflet(const struct sim_root *root, const float p[AT_LEAST(3)])
{
    if (p[2] > root->leaflet[0] || p[2] < -6)
        return false;
    const float x = p[0] - root->mitral_at[0], y = p[1] - root->mitral_at[1];
    const float a = x * root->axis[0] + y * root->axis[1];
    const float b = y * root->axis[0] - x * root->axis[1];
    if (p[2] > root->leaflet[1] && a < 2.0f)
        return false;
    /* the orifice narrows towards the tips */
    const float narrow = 1 - 0.018f * (p[2] > 0 ? p[2] : 0);
    const float ha = root->mitral_half[0] * narrow, hb = root->mitral_half[1] * narrow;
    const float n = sqrtf(a * a / (ha * ha) + b * b / (hb * hb));
    /* distance from the ellipse: (n - 1) over the length of its gradient */
    const float g = sqrtf(a * a / (ha * ha * ha * ha) + b * b / (hb * hb * hb * hb));
    return fabsf(n - 1) * n < 0.6f * g;
}
