#include "sim/body.h"

#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "sim/draw.h"
#include "sim/noise.h"

/* Vessels of the lung are found through a map of cells. */
enum { VESSELS = 900, CELLS = 40, LEVELS = 10, PER_CELL = 14 };
static const float CELL_MM = 8.0f, LEVEL_MM = 24.0f, MAP_MM = -100.0f,
                   DEGREE = 57.2957795f;

struct vessel {
    float x, y, z, cosine, sine, radius, elongation;
};

struct sim_body {
    /* cage */
    float centre[2], cosine, sine;
    struct sim_ring cage, cage_z;       /* inner radius in mm; its change with z */
    struct sim_ring muscle, fat, waves; /* thickness in mm; irregularity, sd 1 */
    float rib_deg;
    float clear, outer; /* of the centre: nothing of the shell nearer, nothing beyond */
    /* diaphragm and what is below */
    float diaphragm, slope_left, slope_right;
    struct sim_ring dome;
    float stomach[4], spleen[4], kidney[2]; /* x, y, half axes */
    bool has_kidney;
    int filling; /* of the stomach */
    struct sim_plane_noise noise[3];
    struct vessel vessel[VESSELS];
    int16_t cell[LEVELS][CELLS][CELLS][PER_CELL];
    uint8_t count[LEVELS][CELLS][CELLS];
};

static float drawn(struct rng *r, double mean, double sd)
{
    return (float)sim_draw_normal(r, mean, sd);
}

static float between(struct rng *r, double lo, double hi)
{
    return (float)rng_range(r, lo, hi);
}

/* Rib cage: a super-ellipse with irregular radius; shell of muscle and fat. */
static void draw_cage(struct rng *r, struct sim_body *b)
{
    const float power = between(r, 2.1, 2.8);
    const float ax = drawn(r, 122, 9), ay = drawn(r, 98, 8);
    const float turn = drawn(r, -18, 9) / DEGREE;
    const float m = (float)sim_draw_clipped(r, 15, 4, 7, 26);
    const float f0 = (float)sim_draw_clip(sim_draw_lognormal(r, 14, 0.55), 4, 50);
    struct sim_ring slow;
    b->centre[0] = drawn(r, 44, 6);
    b->centre[1] = drawn(r, -22, 7);
    b->cosine = cosf(turn);
    b->sine = sinf(turn);
    b->rib_deg = between(r, 0, 30);
    b->clear = 300;
    sim_noise_ring(r, 7, 1.1, &slow);
    sim_noise_ring(r, 7, 1.1, &b->cage_z);
    sim_noise_ring(r, 9, 0.7, &b->waves);
    for (int i = 0; i < SIM_RING; i++) {
        const float deg = 0.5f * (float)i;
        const float c = fabsf(cosf(deg / DEGREE)) / ax,
                    s = fabsf(sinf(deg / DEGREE)) / ay;
        const float radius = powf(powf(c, power) + powf(s, power), -1 / power);
        b->cage.v[i] = radius * (1 + 0.03f * slow.v[i]);
        const float muscle = m * (1 + 0.45f * sim_noise_ring_at(&slow, deg + 90) +
                                  0.18f * sinf(6 * deg / DEGREE));
        b->muscle.v[i] = sim_noise_clip(muscle, 5, 45) +
                         10 * sim_noise_bump(sim_noise_wrap(deg + 35), 35);
        b->clear = fminf(b->clear, 0.96f * b->cage.v[i] - 24);
        const float front = sim_noise_clip(cosf((deg - 150) / DEGREE), 0, 1);
        const float fat = f0 * (1 + 0.35f * sim_noise_ring_at(&b->cage_z, deg + 40)) *
                          (0.7f + 0.6f * front);
        b->fat.v[i] = sim_noise_clip(fat, 2.5f, 70);
        b->outer = fmaxf(b->outer, 1.04f * b->cage.v[i] + b->muscle.v[i] + b->fat.v[i] +
                                       2 + 8 + 12);
    }
}

static void draw_organs(struct rng *r, const struct sim_patient *p, struct sim_body *b)
{
    const double radius = p->cavity_mm + p->wall_mm;
    b->diaphragm = (float)(-(radius + 0.5) - rng_range(r, 0, 5));
    b->slope_left = between(r, 0.15, 0.60);
    b->slope_right = between(r, -0.35, 0.45);
    sim_noise_ring(r, 7, 0.9, &b->dome);
    b->stomach[0] = drawn(r, 34, 14);
    b->stomach[1] = drawn(r, -80, 9);
    b->stomach[2] = between(r, 16, 34);
    b->stomach[3] = between(r, 12, 26);
    const double u = rng_uniform(r);
    b->filling = u < 0.4 ? 0 : u < 0.6 ? 1 : 2;
    b->spleen[0] = drawn(r, 100, 10);
    b->spleen[1] = drawn(r, -38, 12);
    b->spleen[2] = between(r, 22, 36);
    b->spleen[3] = between(r, 13, 22);
    b->has_kidney = rng_chance(r, 0.5);
    b->kidney[0] = drawn(r, 92, 14);
    b->kidney[1] = drawn(r, -92, 12);
}

/* Cell of the map along an axis, held in the map. */
static int cell_of(float mm, float cell_mm, int cells)
{
    return (int)sim_noise_clip((mm - MAP_MM) / cell_mm, 0, (float)(cells - 1));
}

/* Put a vessel into every cell of the map that it may touch. */
static void map_vessel(struct sim_body *b, int number)
{
    const struct vessel *v = &b->vessel[number];
    const float high = 9 + 6 * v->elongation;
    const float far = v->radius * v->elongation + 0.3f * high + 0.5f;
    const int x0 = cell_of(v->x - far, CELL_MM, CELLS);
    const int x1 = cell_of(v->x + far, CELL_MM, CELLS);
    const int y0 = cell_of(v->y - far, CELL_MM, CELLS);
    const int y1 = cell_of(v->y + far, CELL_MM, CELLS);
    const int z0 = cell_of(v->z - high, LEVEL_MM, LEVELS);
    const int z1 = cell_of(v->z + high, LEVEL_MM, LEVELS);
    for (int z = z0; z <= z1; z++)
        for (int y = y0; y <= y1; y++)
            for (int x = x0; x <= x1; x++)
                if (b->count[z][y][x] < PER_CELL)
                    b->cell[z][y][x][b->count[z][y][x]++] = (int16_t)number;
}

static void draw_vessels(struct rng *r, struct sim_body *b)
{
    const int n = 350 + (int)rng_below(r, VESSELS - 350);
    for (int k = 0; k < n; k++) {
        const float turn = between(r, 0, 2 * 3.14159265);
        b->vessel[k] = (struct vessel){
            .x = between(r, -60, 170),
            .y = between(r, -60, 120),
            .z = between(r, -60, 160),
            .cosine = cosf(turn),
            .sine = sinf(turn),
            .radius = 0.45f + (float)sim_draw_gamma(r, 1.5, 0.38),
            .elongation = 1 + (float)sim_draw_gamma(r, 0.8, 1.6),
        };
        map_vessel(b, k);
    }
}

bool sim_body_new(const struct sim_patient *patient, struct sim_body **out,
                  struct err *err)
{
    struct sim_body *b = mem_alloc(1, sizeof *b, err);
    if (!b)
        return false;
    struct rng r = rng_make(patient->seed, patient->index, SIM_STREAM_BODY);
    draw_cage(&r, b);
    draw_organs(&r, patient, b);
    for (int k = 0; k < 3; k++)
        sim_noise_plane(&r, &b->noise[k]);
    draw_vessels(&r, b);
    *out = b;
    return true;
}

void sim_body_free(struct sim_body *body)
{
    mem_free(body);
}

static float ellipse(const float shape[4], float x, float y)
{
    const float a = (x - shape[0]) / shape[2], b = (y - shape[1]) / shape[3];
    return a * a + b * b;
}

/* Ribs, muscle, fat and skin: `d` mm outside of the cage, in direction `deg`. */
static enum sim_tissue shell(const struct sim_body *b, const float p[3], float d,
                             float deg)
{
    const float x = p[0], y = p[1], z = p[2];
    const float muscle = sim_noise_ring_at(&b->muscle, deg);
    const float fat = sim_noise_ring_at(&b->fat, deg);
    if (d > muscle + fat + 2)
        return SIM_AIR;
    if (d > muscle + fat)
        return SIM_MUSCLE; /* skin */
    if (d > muscle) {
        const bool septum =
            d > muscle + 2 &&
            fabsf(sim_noise_plane_at(&b->noise[0], x / 16, y / 6)) < 0.035f &&
            sim_noise_plane_at(&b->noise[1], x / 12, y / 12) > -0.2f;
        return septum ? SIM_MUSCLE : SIM_FAT;
    }
    const float wave = sim_noise_ring_at(&b->waves, deg);
    if (fabsf(d - 4.2f) < 3.2f) {
        const float s = (deg + b->rib_deg + 0.25f * z) / 17;
        const float across = fabsf(s - (float)sim_noise_floor(s) - 0.5f);
        if (across < 0.12f && fabsf(d - 4.2f) < 2)
            return SIM_MARROW;
        if (across < 0.17f + 0.05f * wave)
            return SIM_BONE;
    }
    if (fabsf(d - 0.55f * muscle - 2 * wave) < 1.1f &&
        sim_noise_ring_at(&b->waves, 2 * deg + z) > -0.4f)
        return SIM_FAT; /* a fascia */
    const float streak = sim_noise_plane_at(&b->noise[1], x / 17, d / 2.3f) +
                         0.7f * sim_noise_plane_at(&b->noise[2], x / 8.5f, y / 8.5f);
    return streak > 1.35f ? SIM_FAT : SIM_MUSCLE;
}

static enum sim_tissue lung(const struct sim_body *b, const float p[3])
{
    const int i = cell_of(p[0], CELL_MM, CELLS), j = cell_of(p[1], CELL_MM, CELLS);
    const int l = cell_of(p[2], LEVEL_MM, LEVELS);
    for (int k = 0; k < b->count[l][j][i]; k++) {
        const struct vessel *v = &b->vessel[b->cell[l][j][i][k]];
        const float dz = p[2] - v->z;
        if (fabsf(dz) > 9 + 6 * v->elongation)
            continue;
        const float x = p[0] - v->x - 0.3f * dz * v->cosine;
        const float y = p[1] - v->y - 0.3f * dz * v->sine;
        const float a = (x * v->cosine + y * v->sine) / v->elongation;
        const float c = y * v->cosine - x * v->sine;
        if (a * a + c * c < v->radius * v->radius)
            return SIM_VESSEL;
    }
    return SIM_LUNG;
}

static enum sim_tissue stomach(const struct sim_body *b, const float p[3], float e)
{
    if (e >= 0.85f)
        return SIM_MUSCLE; /* its wall */
    const bool fluid = b->filling == 1 || (b->filling == 2 && p[1] < b->stomach[1]);
    if (fluid)
        return SIM_FLUID;
    const float food =
        sim_noise_plane_at(&b->noise[2], p[0] / 5.4f, p[1] / 5.4f + 0.04f * p[2]);
    return food > 0.9f ? SIM_BOWEL : SIM_AIR;
}

/* Below the diaphragm, `down` mm under it and `inside` mm inside the cage. */
static enum sim_tissue abdomen(const struct sim_body *b, const float p[3], float down,
                               float inside)
{
    const float x = p[0], y = p[1], z = p[2];
    const float n1 = sim_noise_plane_at(&b->noise[0], x / 18.5f, y / 18.5f);
    const float n2 = sim_noise_plane_at(&b->noise[1], x / 12.3f, y / 12.3f + 0.03f * z);
    if (down < 2.2f)
        return SIM_MUSCLE;
    const float e = ellipse(b->stomach, x, y) + 0.30f * n1 + 0.12f * n2;
    if (e < 1.30f)
        return stomach(b, p, e);
    if (x < b->stomach[0] - 6 + 9 * n1 - 0.25f * (y + 60) && inside > 3) {
        const float v =
            sim_noise_plane_at(&b->noise[2], x / 4.2f, y / 4.2f + 0.05f * z);
        return v > 2.05f ? SIM_BLOOD : SIM_LIVER;
    }
    if (ellipse(b->spleen, x, y) + 0.18f * n2 < 1)
        return SIM_SPLEEN;
    const float shape[4] = {b->kidney[0], b->kidney[1], 22, 15};
    const float k = ellipse(shape, x, y) + 0.08f * n1;
    if (b->has_kidney && k < 1)
        return k < 0.35f && n2 > 0 ? SIM_FAT : SIM_KIDNEY;
    if (down > 34) {
        const float v =
            sim_noise_plane_at(&b->noise[2], x / 6.9f, y / 6.9f + 0.03f * z);
        return v > 0.9f    ? SIM_MUSCLE
               : v > 0.15f ? SIM_BOWEL
               : v < -1.5f ? SIM_AIR
                           : SIM_FAT;
    }
    return SIM_FAT;
}

static float diaphragm_at(const struct sim_body *b, float x, float z)
{
    const float right = x - 30, far = x > 60 ? x - 60 : 0;
    const float slope =
        x < 30 ? b->slope_left * x
               : 30 * b->slope_left + b->slope_right * right - 0.0022f * far * far;
    return b->diaphragm + slope +
           4.5f * sim_noise_ring_at(&b->dome, 1.1f * x + 0.3f * z) +
           sim_noise_clip(0.10f * (z - 50), -6, 6) + 2.5f;
}

/* Inside the cage, `inside` mm or more from its wall. */
static enum sim_tissue within(const struct sim_body *b, const float p[3], float inside)
{
    const float down = diaphragm_at(b, p[0], p[2]) - p[1];
    return down < 0.0f ? lung(b, p) : abdomen(b, p, down, inside);
}

static enum sim_tissue classify(const struct sim_body *b, const float p[3])
{
    const float cx = p[0] - b->centre[0], cy = p[1] - b->centre[1];
    const float square = cx * cx + cy * cy;
    if (square > b->outer * b->outer)
        return SIM_AIR;
    if (square < b->clear * b->clear)
        return within(b, p, 4);
    const float n = sim_noise_plane_at(&b->noise[0], p[0] / 23, p[1] / 23);
    const float m = sim_noise_plane_at(&b->noise[1], p[0] / 23, p[1] / 23);
    const float x = (cx + 3 * n) * b->cosine + (cy + 3 * m) * b->sine;
    const float y = (cy + 3 * m) * b->cosine - (cx + 3 * n) * b->sine;
    const float deg = sim_noise_angle(x, y), r = sqrtf(x * x + y * y);
    const float radius =
        sim_noise_ring_at(&b->cage, deg) *
        (1 + 0.010f * sim_noise_ring_at(&b->cage_z, deg + 0.25f * p[2]));
    float d = r - radius;
    if (d > -20.0f) /* towards the apex the chest wall comes nearer */
        d += sim_noise_clip(0.22f * (p[2] - 30), -8, 16) *
             sim_noise_clip(cosf((deg - 165) / DEGREE), 0, 1);
    return d > 0.0f ? shell(b, p, d, deg) : within(b, p, -d);
}

void sim_body_plane(const struct sim_body *body, const struct sim_plane *plane,
                    struct sim_matter *out)
{
    for (int32_t j = 0; j < plane->rows; j++)
        for (int32_t i = 0; i < plane->columns; i++) {
            float p[3];
            for (int a = 0; a < 3; a++)
                p[a] = (float)(plane->origin[a] + i * plane->column[a] +
                               j * plane->row[a]);
            out->tissue[(size_t)j * (size_t)plane->columns + (size_t)i] =
                (uint8_t)classify(body, p);
        }
}
