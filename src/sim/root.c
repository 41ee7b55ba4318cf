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

/* What is drawn of a tube: arguments of a call have no order, and draws have one. */
struct drawn_tube {
    float oval, half, deg;
};

static struct drawn_tube left_atrium(struct rng *r)
{
    const float oval = drawn(r, 0.85, 0.06), half = drawn(r, 27, 2.5);
    return (struct drawn_tube){oval, half, drawn(r, 318, 8)};
}

static struct drawn_tube right_atrium(struct rng *r)
{
    const float oval = drawn(r, 1.1, 0.1), half = drawn(r, 21, 2.5);
    return (struct drawn_tube){oval, half, drawn(r, 204, 6)};
}

static struct drawn_tube outflow(struct rng *r)
{
    const float half = drawn(r, 15, 1.5);
    return (struct drawn_tube){0.8f, half, drawn(r, 20, 5)};
}

void sim_root_draw(struct rng *r, const struct sim_wall *wall, struct sim_root *out)
{
    const float size = wall->radius / 35.0f, deg = drawn(r, 146, 7);
    struct sim_root root = {.axis = {cosf(deg / DEGREE), sinf(deg / DEGREE)}};
    root.aorta = tube(deg, 14.5f * size, drawn(r, 14.5, 1.2) * size, 1, 1.4f);
    root.aorta.drift[0] = drawn(r, 0.10, 0.05);
    root.aorta.drift[1] = drawn(r, -0.06, 0.05);
    struct drawn_tube t = left_atrium(r);
    root.left_atrium = tube(t.deg, 8 * size, t.half * size, t.oval, 2.0f);
    root.left_atrium.drift[0] = drawn(r, -0.10, 0.06);
    root.left_atrium.drift[1] = drawn(r, 0.28, 0.06); /* behind, the further up */
    t = right_atrium(r);
    root.right_atrium = tube(t.deg, 47 * size, t.half * size, t.oval, 2.2f);
    root.right_atrium.drift[0] = 0.15f;
    t = outflow(r);
    root.outflow = tube(wall->anterior_deg + t.deg, wall->radius + 9, t.half * size,
                        t.oval, wall->rv_wall);
    root.outflow.drift[0] = drawn(r, -0.22, 0.06);
    root.outflow.drift[1] = drawn(r, 0.06, 0.04);
    root.outflow_end = (float)rng_range(r, 12, 24);
    root.mitral_at[0] = -root.axis[0] * 6 * size;
    root.mitral_at[1] = -root.axis[1] * 6 * size;
    root.mitral_half[0] = drawn(r, 13, 1.5) * size; /* along the axis: how far open */
    root.mitral_half[1] = drawn(r, 17, 1.5) * size;
    root.leaflet[0] = drawn(r, 20, 3); /* anterior */
    root.leaflet[1] = drawn(r, 11, 2); /* posterior */
    root.valve_z = drawn(r, -16, 3);
    root.cusp_deg = (float)rng_range(r, 0, 120);
    *out = root;
}

/* Where a point lies in a tube, its half axes scaled: < 0 inside, mm outside of it
 * (about). */
static float outside(const struct sim_tube *t, const float p[3], float scale)
{
    const float x = p[0] - t->at[0] - t->drift[0] * p[2];
    const float y = p[1] - t->at[1] - t->drift[1] * p[2];
    const float a = t->half[0] * scale, b = t->half[1] * scale;
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

/* Aortic root and left atrium: above the left ventricle only. */
static enum sim_tissue left_at(const struct sim_root *root, const float p[3])
{
    /* the left outflow tract is wider than the aorta */
    const float flare =
        1 + 0.35f * sim_noise_clip((p[2] - root->valve_z - 6) / 10, 0, 1);
    const float aorta = outside(&root->aorta, p, flare);
    if (aorta < 0)
        return is_cusp(root, p) ? SIM_VALVE : SIM_BLOOD;
    if (aorta < root->aorta.wall)
        return SIM_MUSCLE;
    const float atrium = outside(&root->left_atrium, p, 1);
    if (atrium < 0)
        return SIM_BLOOD;
    return atrium < root->left_atrium.wall ? SIM_MUSCLE : SIM_NONE;
}

/* Right atrium and outflow tract, which both close downwards. */
static enum sim_tissue right_at(const struct sim_root *root, const float p[3])
{
    const float end = root->outflow_end;
    const float down = sim_noise_clip((p[2] - 0.4f * end) / (0.6f * end), 0, 1);
    const float out = outside(&root->outflow, p, 1 - 0.8f * down * down);
    if (p[2] < end && out < 0)
        return SIM_BLOOD;
    const float shrink = 1 - 0.5f * sim_noise_clip((p[2] + 14) / 14, 0, 1);
    const float atrium = outside(&root->right_atrium, p, shrink);
    if (p[2] < 2 && atrium < 0)
        return SIM_BLOOD;
    const bool wall = (p[2] < end && out < root->outflow.wall) ||
                      (p[2] < 2 && atrium < root->right_atrium.wall);
    return wall ? SIM_MUSCLE : SIM_NONE;
}

enum sim_tissue sim_root_at(const struct sim_root *root, const float p[AT_LEAST(3)],
                            bool above)
{
    const enum sim_tissue left = above ? left_at(root, p) : SIM_NONE;
    return left == SIM_NONE ? right_at(root, p) : left; /* walls stay between vessels */
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
    const float down = (p[2] + 6) / 26;
    const float ha = root->mitral_half[0] * (1 - 0.6f * down);
    const float hb = root->mitral_half[1] * (1 - 0.3f * down);
    const float n = sqrtf(a * a / (ha * ha) + b * b / (hb * hb));
    /* distance from the ellipse: (n - 1) over the length of its gradient */
    const float g = sqrtf(a * a / (ha * ha * ha * ha) + b * b / (hb * hb * hb * hb));
    return fabsf(n - 1) * n < 0.6f * g;
}
