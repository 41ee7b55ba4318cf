#include "sim/wall.h"

#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "sim/draw.h"

enum { LOBES = 3, STEP = 6 }; /* calibration looks at every third degree */

/* A mound of hypertrophy: exp(-(|dphi| / width)^2.4 / 2) exp(-(du / height)^2 / 2). */
struct lobe {
    float at_deg, at_u, width, height, size;
};

/* What the tables are filled from. */
struct plan {
    const struct sim_patient *patient;
    struct lobe lobe[LOBES];
    float profile_p, profile_q, oval, oval_deg, amplitude, base_scale;
    struct sim_ring shape[2], thick[2], fat2, around[LOBES], rv, groove;
    float rv_width, fat, pad, fringe;
    struct sim_plane_noise fringe_noise;
};

static float drawn(struct rng *r, double mean, double sd)
{
    return (float)sim_draw_normal(r, mean, sd);
}

static void draw_lobes(struct rng *r, struct plan *plan)
{
    static const struct lobe mean[SIM_SUBTYPES] = {
        [SIM_SIGMOID] = {150, .10f, 40, .13f, 1},
        [SIM_REVERSE] = {160, .36f, 50, .24f, 1},
        [SIM_NEUTRAL] = {168, .38f, 62, .34f, 1},
        [SIM_APICAL] = {180, .86f, 110, .16f, 1},
        [SIM_CONCENTRIC] = {180, .42f, 170, .42f, 1},
        [SIM_MIDVENTRICULAR] = {190, .50f, 120, .15f, 1},
        [SIM_ANEURYSM] = {190, .50f, 120, .15f, 1},
        [SIM_OTHER] = {80, .40f, 40, .22f, 1},
    };
    static const float sd[SIM_SUBTYPES] = {10, 12, 12, 40, 20, 30, 30, 15};
    const enum sim_subtype kind = plan->patient->subtype;
    const float spread = (float)plan->patient->spread;
    struct lobe *l = plan->lobe;
    l[0] = mean[kind];
    if (kind == SIM_OTHER) {
        static const float where[] = {80, 290, 20};
        l[0].at_deg = where[rng_below(r, 3)];
    }
    l[0].at_deg += drawn(r, 0.0, (double)sd[kind]);
    l[0].at_u += drawn(r, 0.0, 0.04);
    const bool septal =
        kind == SIM_SIGMOID || kind == SIM_REVERSE || kind == SIM_NEUTRAL;
    if (septal && rng_chance(r, 0.5))
        l[1] = (struct lobe){drawn(r, 95, 15), drawn(r, .25, .1), 32, .2f,
                             (float)rng_range(r, 0.35, 0.8)};
    if (rng_chance(r, 0.22))
        l[2] = (struct lobe){drawn(r, 255, 25), drawn(r, .45, .12), 30, .2f,
                             (float)rng_range(r, 0.3, 0.65)};
    for (int k = 0; k < LOBES; k++) {
        l[k].width = sim_noise_clip(l[k].width * spread, 20, 240);
        l[k].height = fmaxf(l[k].height * spread, 0.07f);
    }
}

static void draw_right_ventricle(struct rng *r, struct plan *plan,
                                 struct sim_wall *wall)
{
    wall->anterior_deg = drawn(r, 118, 7);
    wall->inferior_deg = drawn(r, 240, 7);
    wall->rv_wall = (float)sim_draw_clipped(r, 3.8, 1.0, 2.2, 7.0);
    wall->rv_end = (float)rng_range(r, 0.84, 0.95);
    plan->rv_width = (float)sim_draw_clipped(r, 25, 6, 14, 42);
    const double skew = rng_range(r, 0.75, 1.1);
    const double a = skew + rng_range(r, 0.0, 0.25);
    const double b = skew - rng_range(r, 0.15, 0.35);
    const double top = pow(a / (a + b), a) * pow(b / (a + b), b);
    const double span = (double)(wall->inferior_deg - wall->anterior_deg);
    for (int i = 0; i < SIM_RING; i++) {
        const float deg = 0.5f * (float)i;
        const double t = ((double)deg - (double)wall->anterior_deg) / span;
        const bool inside = t > 0.0 && t < 1.0;
        plan->rv.v[i] = inside ? (float)(pow(t, a) * pow(1.0 - t, b) / top) : 0.0f;
        plan->groove.v[i] =
            9.0f * sim_noise_bump(sim_noise_wrap(deg - wall->anterior_deg), 9) +
            8.0f * sim_noise_bump(sim_noise_wrap(deg - wall->inferior_deg), 9);
    }
}

/* The wall begins at a plane tilted against the stack, and lower where the outflow
 * tract and the membranous septum are. */
static void draw_base(struct rng *r, struct sim_wall *wall)
{
    const float tilt = (float)sim_draw_clipped(r, 6.0, 4.0, 0.0, 16.0);
    const float towards = drawn(r, 320, 35); /* the lateral wall reaches higher */
    const float notch = (float)rng_range(r, 7.0, 13.0), at = drawn(r, 148, 8);
    const float width = (float)rng_range(r, 30.0, 44.0);
    const float slope = -tanf(tilt / 57.2957795f);
    wall->mitral[0] = slope * cosf(towards / 57.2957795f);
    wall->mitral[1] = slope * sinf(towards / 57.2957795f);
    wall->mitral[2] = -3.0f;
    wall->lowest_edge = -100.0f;
    struct sim_ring rough;
    sim_noise_ring(r, 9, 0.6, &rough);
    for (int i = 0; i < SIM_RING; i++) {
        const float deg = 0.5f * (float)i;
        const float x = cosf(deg / 57.2957795f), y = sinf(deg / 57.2957795f);
        wall->edge.v[i] = sim_wall_mitral(wall, wall->radius * x, wall->radius * y) +
                          0.8f * rough.v[i] +
                          notch * sim_noise_bump(sim_noise_wrap(deg - at), width);
        wall->lowest_edge = fmaxf(wall->lowest_edge, wall->edge.v[i]);
    }
}

static void draw_territory(struct rng *r, const struct sim_patient *p,
                           struct sim_wall *wall)
{
    static const struct {
        float deg, width, u, height;
    } mean[] = {{125, 48, .72f, .40f}, {245, 36, .35f, .40f}, {318, 36, .42f, .38f}};
    const int k = (int)p->territory;
    const float grow = 0.6f + 1.6f * (float)p->burden;
    wall->territory_deg = mean[k].deg + drawn(r, 0, 12);
    wall->territory_u = mean[k].u + drawn(r, 0, 0.08);
    wall->territory_width = mean[k].width * grow * (float)rng_range(r, 0.8, 1.25);
    wall->territory_height = mean[k].height * grow * (float)rng_range(r, 0.8, 1.25);
}

static void draw(const struct sim_patient *p, struct plan *plan, struct sim_wall *wall)
{
    struct rng r = rng_make(p->seed, p->index, SIM_STREAM_HEART);
    plan->patient = p;
    wall->length = (float)p->length_mm;
    wall->radius = (float)(p->cavity_mm + p->wall_mm);
    wall->rows = (int32_t)ceil(p->length_mm) + 12 - SIM_WALL_TOP_MM;
    for (int k = 0; k < 2; k++)
        wall->bend[k] = drawn(&r, 0, 4);
    plan->profile_p = (float)rng_range(&r, 2.0, 2.8);
    plan->profile_q = (float)rng_range(&r, 1.9, 2.3);
    plan->oval = drawn(&r, 0, 0.045);
    plan->oval_deg = (float)rng_range(&r, 0, 180);
    for (int k = 0; k < 2; k++)
        sim_noise_ring(&r, 4, 1.6, &plan->shape[k]);
    for (int k = 0; k < 2; k++)
        sim_noise_ring(&r, 5, 1.0, &plan->thick[k]);
    sim_noise_ring(&r, 6, 0.8, &wall->fat);
    sim_noise_ring(&r, 6, 0.8, &plan->fat2);
    plan->fat = (float)sim_draw_clip(sim_draw_lognormal(&r, 2.6, 0.45), 0.8, 8.0);
    plan->pad = (float)sim_draw_clipped(&r, 12, 5, 3, 26);
    plan->fringe = (float)sim_draw_clipped(&r, 2.3, 0.9, 0.5, 4.5);
    sim_noise_plane(&r, &plan->fringe_noise);
    draw_lobes(&r, plan);
    draw_right_ventricle(&r, plan, wall);
    draw_base(&r, wall);
    draw_territory(&r, p, wall);
    for (int k = 0; k < LOBES; k++)
        for (int i = 0; i < SIM_RING; i++) {
            const float off =
                fabsf(sim_noise_wrap(0.5f * (float)i - plan->lobe[k].at_deg));
            const float width = plan->lobe[k].size > 0.0f ? plan->lobe[k].width : 1.0f;
            plan->around[k].v[i] =
                plan->lobe[k].size * expf(-0.5f * powf(off / width, 2.4f));
        }
}

float sim_wall_territory(const struct sim_wall *wall, float degrees, float u)
{
    const float a = sim_noise_wrap(degrees - wall->territory_deg);
    const float s = a / wall->territory_width;
    const float t = (u - wall->territory_u) / wall->territory_height;
    return expf(-0.5f * (s * s * s * s + t * t * t * t));
}

/* Factors of the thickness at a height that do not depend on the angle. */
struct level {
    float u, plain, lobe[LOBES], rim; /* rim: 1 where an aneurysm's wall is */
};

static struct level level_at(const struct plan *plan, float u)
{
    const struct sim_patient *p = plan->patient;
    const float wall = (float)p->wall_mm, apex = (float)p->apex_mm;
    const float near = sim_noise_clip((u - 0.65f) / 0.35f, 0, 1);
    struct level l = {.u = sim_noise_clip(u, 0, 1)};
    l.plain = wall * (1 - 0.05f * l.u) * (1 - near * sqrtf(near) * (1 - apex / wall));
    for (int k = 0; k < LOBES; k++)
        l.lobe[k] = plan->lobe[k].size > 0.0f
                        ? sim_noise_bump(l.u - plan->lobe[k].at_u, plan->lobe[k].height)
                        : 0.0f;
    if (p->subtype == SIM_ANEURYSM)
        l.rim = sim_noise_clip((u - 0.70f) / 0.08f, 0, 1);
    return l;
}

/* The wall before hypertrophy, and the mounds, at a place. */
static void thickness(const struct plan *plan, const struct level *l, int i,
                      float *plain, float *mound)
{
    const float deg = 0.5f * (float)i;
    *plain =
        plan->base_scale * (l->plain * (1 + 0.06f * cosf((deg - 170) / 57.2957795f)) +
                            0.75f * plan->thick[0].v[i] * (1 - 0.5f * l->u) +
                            0.6f * plan->thick[1].v[i] * l->u);
    *mound = 0.0f;
    for (int k = 0; k < LOBES; k++)
        *mound += plan->around[k].v[i] * l->lobe[k];
}

/* What makes a wall thinner, or thicker: its basal edge, an infarct, an aneurysm. */
static float thinned(const struct plan *plan, const struct sim_wall *wall,
                     const struct level *l, int i, float z, float w)
{
    w *= 0.7f + 0.3f * sim_noise_clip((z - wall->edge.v[i]) / 9.0f, 0, 1);
    if (plan->patient->thinned)
        w *= 1 - 0.55f * sim_wall_territory(wall, 0.5f * (float)i, l->u);
    if (plan->patient->swollen > 0.0)
        w *= 1 + (float)plan->patient->swollen *
                     sim_wall_territory(wall, 0.5f * (float)i, l->u);
    w += l->rim * (3.2f - w);
    return w < 2.8f ? 2.8f : w;
}

/* The amplitude with which the thickest place is as thick as prescribed: max over
 * places of plain + A mound = target, hence A = min (target - plain) / mound. */
static void calibrate(struct plan *plan, const struct sim_wall *wall)
{
    const float target = (float)plan->patient->max_wall_mm;
    float thickest = 0.0f;
    for (int pass = 0; pass < 2; pass++) {
        plan->amplitude = 1e6f;
        for (int mm = -18; mm < (int)(0.97f * wall->length); mm++) {
            const float z = (float)mm;
            const struct level l = level_at(plan, z / wall->length);
            for (int i = 0; i < SIM_RING; i += STEP) {
                float plain, mound;
                if (z <= wall->edge.v[i] || l.rim > 0.0f)
                    continue;
                thickness(plan, &l, i, &plain, &mound);
                /* thinning is a factor here, but where it is the floor */
                const float keep = thinned(plan, wall, &l, i, z, 100.0f) / 100.0f;
                const float room = target / keep - plain;
                thickest = plain * keep > thickest ? plain * keep : thickest;
                if (mound > 1e-3f && room < plan->amplitude * mound)
                    plan->amplitude = room > 0.0f ? room / mound : 0.0f;
            }
        }
        if (thickest <= target)
            return;
        plan->base_scale = target / thickest; /* a wall thinner than its plain self */
    }
}

/* Long-axis profile of the epicardium: a super-ellipse, and an aneurysm's bulb. */
static float profile(const struct plan *plan, float u)
{
    u = sim_noise_clip(u, 0, 1);
    const float waist = sim_noise_clip(1 - u / 0.3f, 0, 1);
    float e = powf(1 - powf(u, plan->profile_p), 1 / plan->profile_q) *
              (1 - 0.05f * waist * waist);
    if (plan->patient->subtype == SIM_ANEURYSM && u > 0.72f) {
        const float t = (u - 0.86f) / 0.14f;
        const float bulb = 0.55f * sqrtf(sim_noise_clip(1 - t * t, 0, 1));
        e = bulb > e ? bulb : e;
    }
    return e;
}

/* Epicardium and endocardium of one height. */
static void fill_wall(const struct plan *plan, struct sim_wall *wall, int row)
{
    const float z = (float)(row + SIM_WALL_TOP_MM), u = z / wall->length;
    struct sim_wall_point *out = wall->point + (size_t)row * SIM_RING;
    const struct level l = level_at(plan, u);
    const float e = profile(plan, u), h = 0.5f / wall->length;
    const float slope = wall->radius * (profile(plan, u + h) - profile(plan, u - h));
    const float oblique = sim_noise_clip(sqrtf(1 + slope * slope), 1, 2.4f);
    const float out_share = 0.35f * sim_noise_clip((1 - u) / 0.15f, 0, 1);
    for (int i = 0; i < SIM_RING; i++) {
        const float deg = 0.5f * (float)i;
        float plain, mound;
        thickness(plan, &l, i, &plain, &mound);
        const float full = plain + plan->amplitude * mound;
        const float w = thinned(plan, wall, &l, i, z, full);
        const float shape =
            1 + plan->oval * cosf(2 * (deg - plan->oval_deg) / 57.2957795f) +
            0.026f * plan->shape[0].v[i] * (1 - l.u) +
            0.034f * plan->shape[1].v[i] * l.u;
        const float grown = w > plain ? w - plain : 0.0f;
        const float flat = 0.05f * sim_noise_bump(sim_noise_wrap(deg - 178), 42);
        out[i].thick = w;
        out[i].epi =
            u < 1.0f ? wall->radius * e * (shape - flat) + out_share * grown : 0;
        out[i].endo = out[i].epi - w * oblique;
    }
}

/* Right ventricle, fat and fringe of one height; the walls are there. */
static void fill_around(const struct plan *plan, struct sim_wall *wall, int row)
{
    const float z = (float)(row + SIM_WALL_TOP_MM), u = z / wall->length;
    struct sim_wall_point *out = wall->point + (size_t)row * SIM_RING;
    const float down = sim_noise_clip(u / wall->rv_end, 0, 1);
    const float width = plan->rv_width * sim_noise_clip(1 - powf(down, 2.4f), 0, 1) *
                        sim_noise_clip((z + 26) / 24, 0, 1);
    const float fade = sim_noise_clip((wall->length + 4 - z) / 34, 0, 1);
    const float fat_fade = powf(fade, 1.3f);
    const float cap = 14 - 1.6f * (z - wall->length); /* of fat, beyond the apex */
    float raw[SIM_RING];
    for (int i = 0; i < SIM_RING; i++) {
        const float deg = 0.5f * (float)i, d = width * plan->rv.v[i];
        const float deep = sim_noise_clip(d / 6, 0, 1);
        const struct sim_ring *f1 = &wall->fat, *f2 = &plan->fat2;
        const float fat =
            plan->fat * (0.75f + 0.75f * f1->v[i] +
                         0.45f * sim_noise_ring_at(f2, deg + 2 * z)) +
            plan->fat / 2.6f *
                (1.6f * deep *
                     sim_noise_clip(0.6f + sim_noise_ring_at(f2, deg + 120), 0, 2) +
                 0.5f * plan->groove.v[i]);
        const float pad =
            plan->pad *
            (sim_noise_bump(sim_noise_wrap(deg - 228), 20) *
                 (1 + 0.5f * sim_noise_ring_at(f2, deg + z)) +
             0.6f * sim_noise_bump(sim_noise_wrap(deg - 128), 16) *
                 (1 + 0.5f * sim_noise_ring_at(f1, deg + 2 * z)) +
             0.25f * sim_noise_clip(sim_noise_ring_at(f2, deg + 200 + 0.5f * z), 0, 2));
        const float side = cosf((deg + 20) / 57.2957795f);
        const float fringe =
            sim_noise_plane_at(&plan->fringe_noise, deg * (64.0f / 360.0f), z / 3.8f);
        out[i].rv = d;
        out[i].fat = sim_noise_clip(fat, 0.3f, 16) * fat_fade;
        out[i].pad = sim_noise_clip(pad, 0, 30) * fat_fade;
        out[i].fringe = plan->fringe * sim_noise_clip(fringe + 0.3f, 0, 2.5f) *
                        (0.4f + 0.6f * sim_noise_clip(side, 0, 1)) *
                        sim_noise_clip(0.4f + u, 0, 1.3f);
        raw[i] =
            out[i].epi + d + (d > 1 ? wall->rv_wall * sim_noise_clip(d / 8, 0, 1) : 0);
        if (z > wall->length)
            raw[i] = cap > 0 ? cap : 0;
    }
    for (int i = 0; i < SIM_RING;
         i++) { /* no cusps at the insertions: 9 taps of 1 deg */
        float sum = 0.0f;
        for (int k = -8; k <= 8; k += 2)
            sum += raw[(i + k + SIM_RING) % SIM_RING];
        sum /= 9;
        out[i].hull = sum > out[i].epi ? sum : out[i].epi;
        const float far = out[i].hull + out[i].fat + out[i].pad + 1;
        wall->reach[row] = far > wall->reach[row] ? far : wall->reach[row];
    }
}

bool sim_wall_init(struct sim_wall *wall, const struct sim_patient *patient,
                   struct err *err)
{
    struct plan *plan = NULL;
    bool ok = false;
    struct sim_wall w = {0};
    plan = mem_alloc(1, sizeof *plan, err);
    if (!plan)
        goto done;
    plan->base_scale = 1.0f;
    draw(patient, plan, &w);
    w.point = mem_alloc((size_t)w.rows * SIM_RING, sizeof *w.point, err);
    if (!w.point)
        goto done;
    calibrate(plan, &w);
    for (int row = 0; row < w.rows; row++) {
        fill_wall(plan, &w, row);
        fill_around(plan, &w, row);
    }
    *wall = w;
    ok = true;
done:
    mem_free(plan);
    return ok;
}

void sim_wall_clear(struct sim_wall *wall)
{
    mem_free(wall->point);
    *wall = (struct sim_wall){0};
}

void sim_wall_at(const struct sim_wall *wall, float degrees, float z,
                 struct sim_wall_point *out)
{
    const float x = degrees * 2.0f, y = z - (float)SIM_WALL_TOP_MM;
    int32_t i = (int32_t)x, j = y > 0.0f ? (int32_t)y : 0;
    j = j > wall->rows - 2 ? wall->rows - 2 : j;
    const float s = x - (float)i, t = sim_noise_clip(y - (float)j, 0, 1);
    i = i >= SIM_RING ? i - SIM_RING : i;
    const int32_t next = i + 1 == SIM_RING ? 0 : i + 1;
    const struct sim_wall_point *row = &wall->point[(size_t)j * SIM_RING];
    const struct sim_wall_point *low = row + SIM_RING;
    for (size_t k = 0; k < SIM_WALL_FIELDS; k++) {
        const float up = row[i].field[k] + s * (row[next].field[k] - row[i].field[k]);
        const float lo = low[i].field[k] + s * (low[next].field[k] - low[i].field[k]);
        out->field[k] = up + t * (lo - up);
    }
}

int sim_wall_segment(const struct sim_wall *wall, float degrees, float z)
{
    /* from the anterior insertion on: where each segment ends, and its number */
    static const struct {
        float end;
        int segment;
    } ring[] = {{61, 2}, {122, 3}, {182, 4}, {242, 5}, {302, 6}, {361, 1}},
      apical[] = {{115, 14}, {205, 15}, {290, 16}, {361, 13}};
    const float rel =
        degrees - wall->anterior_deg + (degrees < wall->anterior_deg ? 360 : 0);
    const float u = z / wall->length;
    size_t k = 0;
    if (u >= 0.93f)
        return 17;
    if (u >= 0.68f) {
        while (k + 1 < ARRAY_LEN(apical) && rel >= apical[k].end)
            k++;
        return apical[k].segment;
    }
    while (k + 1 < ARRAY_LEN(ring) && rel >= ring[k].end)
        k++;
    return ring[k].segment + (u < 0.35f ? 0 : 6);
}
