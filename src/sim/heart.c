#include "sim/heart.h"

#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "sim/draw.h"
#include "sim/root.h"
#include "sim/scar.h"

enum { PAPILLARY = 3 };

struct papillary {
    float deg, radius, elongation;
    float tip_scar; /* enhancement of its tip */
};

struct sim_heart {
    struct sim_wall wall;
    struct sim_scar scar;
    struct sim_root root;
    struct papillary papillary[PAPILLARY];
    struct sim_plane_noise strands, texture;
    float trabecula_rv, farthest;
};

/* What a point is. */
struct point {
    enum sim_tissue tissue;
    uint8_t label;
    float scar, diffuse;
};

static void draw_details(const struct sim_patient *p, struct sim_heart *h)
{
    struct rng r = rng_make(p->seed ^ 0x5eed, p->index, SIM_STREAM_HEART);
    static const float at[PAPILLARY] = {38, 298, 340}, sd[PAPILLARY] = {8, 8, 15};
    const bool accessory = rng_chance(&r, 0.35), scarred = rng_chance(&r, 0.06);
    for (int k = 0; k < PAPILLARY; k++) {
        struct papillary *m = &h->papillary[k];
        const bool third = k == 2;
        m->deg = (float)sim_draw_normal(&r, (double)at[k], (double)sd[k]);
        m->radius = third ? (float)sim_draw_clipped(&r, 3.6, 0.8, 2, 6)
                          : (float)sim_draw_clipped(&r, 4.4, 1.1, 2.5, 8);
        m->elongation = third ? 1.2f : (float)sim_draw_clipped(&r, 1.5, 0.3, 1.0, 2.4);
        if (third && !accessory)
            m->radius = 0.0f;
        m->tip_scar = scarred && p->pattern == SIM_FIBROSIS && k == 1 ? 0.8f : 0.0f;
    }
    h->trabecula_rv = (float)rng_range(&r, 1.5, 3.2);
    sim_noise_plane(&r, &h->strands);
    sim_noise_plane(&r, &h->texture);
    sim_root_draw(&r, &h->wall, &h->root);
    for (int row = 0; row < h->wall.rows; row++) {
        const float z = (float)(row + SIM_WALL_TOP_MM);
        if (z < 20) /* atria and outflow tracts */
            h->wall.reach[row] = fmaxf(h->wall.reach[row], 2.2f * h->wall.radius + 5);
        h->farthest = fmaxf(h->farthest, h->wall.reach[row] + 8);
    }
}

bool sim_heart_new(const struct sim_patient *patient, struct sim_heart **out,
                   struct err *err)
{
    struct sim_heart *h = mem_alloc(1, sizeof *h, err);
    if (!h || !sim_wall_init(&h->wall, patient, err) ||
        !sim_scar_init(&h->scar, patient, &h->wall, err)) {
        sim_heart_free(h);
        return false;
    }
    draw_details(patient, h);
    *out = h;
    return true;
}

void sim_heart_free(struct sim_heart *heart)
{
    if (!heart)
        return;
    sim_wall_clear(&heart->wall);
    sim_scar_clear(&heart->scar);
    mem_free(heart);
}

double sim_heart_radius_mm(const struct sim_heart *heart)
{
    return (double)heart->farthest;
}

/* Papillary muscles: rods of rough outline, from the free wall into the cavity. */
static const struct papillary *papillary_at(const struct sim_heart *h, const float p[3],
                                            float r, float degrees)
{
    const float u = p[2] / h->wall.length;
    const float along = sim_noise_clip((u - 0.22f) / 0.12f, 0, 1) *
                        sim_noise_clip((0.86f - u) / 0.12f, 0, 1);
    if (along <= 0.0f)
        return NULL;
    for (int k = 0; k < PAPILLARY; k++) {
        const struct papillary *m = &h->papillary[k];
        const float radius = m->radius * sqrtf(along);
        const float off = sim_noise_wrap(degrees - m->deg) / 57.2957795f;
        if (radius < 0.6f || fabsf(off) * r > 4 * radius)
            continue;
        struct sim_wall_point w;
        const float deg = m->deg < 0      ? m->deg + 360
                          : m->deg >= 360 ? m->deg - 360
                                          : m->deg;
        sim_wall_at(&h->wall, deg, p[2], &w);
        const float at =
            w.endo * (0.70f + 0.30f * sim_noise_clip((u - 0.35f) / 0.35f, 0, 1));
        const float side = r * sinf(off), radial = r * cosf(off) - at;
        const float root = sqrtf(m->elongation);
        const float a = radial / (radius * root), b = side * root / radius;
        if (a * a + b * b > 2.6f)
            continue;
        const float rough =
            sim_noise_plane_at(&h->texture, p[0] / 2.6f, p[1] / 2.6f + 0.12f * p[2]);
        if (a * a + b * b + 0.6f * rough < 1)
            return m;
    }
    return NULL;
}

static void cavity(const struct sim_heart *h, const float p[3], float r, float degrees,
                   const struct sim_wall_point *w, struct point *out)
{
    const bool below = p[2] > sim_wall_mitral(&h->wall, p[0], p[1]);
    *out = (struct point){SIM_BLOOD, below ? LABEL_LV_BLOOD : LABEL_BACKGROUND, 0, 0};
    const struct papillary *m = papillary_at(h, p, r, degrees);
    if (m || (below && r > w->endo - w->fringe)) {
        out->tissue = SIM_MYOCARDIUM;
        const float tip = p[2] / h->wall.length < 0.45f ? 1.0f : 0.0f;
        out->scar = m ? m->tip_scar * tip : 0.0f;
    } else if (sim_root_is_leaflet(&h->root, p)) {
        out->tissue = SIM_VALVE;
    }
}

/* Right ventricle: trabeculated cavity with strands, and its wall. */
static void right(const struct sim_heart *h, const float p[3], float r,
                  const struct sim_wall_point *w, struct point *out)
{
    const float d = w->rv, u = p[2] / h->wall.length, in = r - w->epi;
    const float rough =
        sim_noise_plane_at(&h->texture, p[0] / 2.6f, p[1] / 2.6f + 0.13f * p[2]);
    const float ragged = h->trabecula_rv * sim_noise_clip(rough - 0.1f, 0, 2) *
                         sim_noise_clip(d / 10, 0, 1);
    if (d <= 2 || in >= d - ragged) {
        *out = (struct point){SIM_MUSCLE, LABEL_BACKGROUND, 0, 0};
        return;
    }
    const float strand =
        sim_noise_plane_at(&h->strands, p[0] / 2.2f, p[1] / 2.2f + 0.16f * p[2]) +
        0.35f * rough + 0.9f * in / fmaxf(d, 4) * sim_noise_clip(u + 0.4f, 0, 1.2f);
    const bool tricuspid =
        fabsf(p[0] + 0.5f * p[1] + 1.4f * h->wall.radius + 1.2f * p[2]) < 0.9f &&
        p[2] < 14;
    *out = (struct point){strand > 1.95f ? SIM_MUSCLE
                          : tricuspid    ? SIM_VALVE
                                         : SIM_BLOOD,
                          LABEL_RV_BLOOD, 0, 0};
}

/* Outside of both ventricles: fat, the pericardium's dark line, mediastinal pads. */
static void around(const struct sim_heart *h, float z, float r, float degrees,
                   const struct sim_wall_point *w, struct point *out)
{
    const float over = r - w->hull - w->fat;
    const bool line = over >= 0.0f && over < 0.9f && z < h->wall.length &&
                      sim_noise_ring_at(&h->wall.fat, degrees + z) > -0.6f;
    const bool fat = over < fmaxf(w->pad, 0.0f);
    *out = (struct point){line  ? SIM_PERICARDIUM
                          : fat ? SIM_FAT
                                : SIM_NONE,
                          LABEL_BACKGROUND, 0, 0};
}

/* The root, warped: nothing in a heart is a perfect ellipse. */
static enum sim_tissue root_at(const struct sim_heart *h, const float p[3], bool above)
{
    if (p[2] >= h->root.outflow_end)
        return SIM_NONE;
    const float x = p[0] / 11, y = (p[1] + p[2]) / 11;
    const float warped[3] = {p[0] + 2.2f * sim_noise_plane_at(&h->strands, x, y),
                             p[1] + 2.2f * sim_noise_plane_at(&h->texture, x, y), p[2]};
    return sim_root_at(&h->root, warped, above);
}

static void classify(const struct sim_heart *h, const float p[3], struct point *out)
{
    *out = (struct point){SIM_NONE, LABEL_BACKGROUND, 0, 0};
    const float row = p[2] - (float)SIM_WALL_TOP_MM;
    if (!(row >= 0.0f) || row >= (float)(h->wall.rows - 1))
        return;
    const float u = p[2] / h->wall.length - 0.3f, bend = u * u;
    const float q[3] = {p[0] - h->wall.bend[0] * bend, p[1] - h->wall.bend[1] * bend,
                        p[2]};
    const float square = q[0] * q[0] + q[1] * q[1];
    const float reach = fmaxf(h->wall.reach[(int)row], h->wall.reach[(int)row + 1]);
    if (square > reach * reach)
        return;
    const float r = sqrtf(square), degrees = sim_noise_angle(q[0], q[1]);
    struct sim_wall_point w;
    sim_wall_at(&h->wall, degrees, p[2], &w);
    const bool wall_here =
        p[2] > h->wall.lowest_edge || p[2] > sim_noise_ring_at(&h->wall.edge, degrees);
    if (r < w.epi && wall_here) {
        if (r < w.endo) {
            cavity(h, q, r, degrees, &w, out);
            return;
        }
        struct sim_scar_point s;
        sim_scar_at(&h->scar, degrees, p[2], (r - w.endo) / (w.epi - w.endo), &s);
        *out = (struct point){SIM_MYOCARDIUM, s.label, s.enhanced, s.diffuse};
        return;
    }
    if (p[2] > sim_wall_mitral(&h->wall, q[0], q[1]) && r < w.endo) {
        cavity(h, q, r, degrees, &w, out);
        return;
    }
    if (p[2] > h->wall.length) { /* a cap of fat beyond the apex */
        if (r < w.hull)
            out->tissue = SIM_FAT;
        return;
    }
    const enum sim_tissue root = root_at(h, q, !wall_here);
    const bool chamber = r >= w.epi && r < w.hull;
    if (chamber)
        right(h, q, r, &w, out);
    if (root != SIM_NONE &&
        (root != SIM_MUSCLE || !chamber || out->tissue != SIM_BLOOD))
        *out = (struct point){root, LABEL_BACKGROUND, 0, 0};
    else if (chamber)
        return;
    else if (r < w.epi)
        out->tissue = SIM_FAT; /* the groove between atria and ventricles */
    else
        around(h, p[2], r, degrees, &w, out);
}

void sim_heart_plane(const struct sim_heart *heart, const struct sim_plane *plane,
                     struct sim_matter *out)
{
    for (int32_t j = 0; j < plane->rows; j++)
        for (int32_t i = 0; i < plane->columns; i++) {
            const size_t at = (size_t)j * (size_t)plane->columns + (size_t)i;
            float p[3];
            for (int a = 0; a < 3; a++)
                p[a] = (float)(plane->origin[a] + i * plane->column[a] +
                               j * plane->row[a]);
            struct point v;
            classify(heart, p, &v);
            out->tissue[at] = (uint8_t)v.tissue;
            out->label[at] = v.label;
            out->scar[at] = v.scar;
            out->diffuse[at] = v.diffuse;
        }
}

void sim_heart_facts(const struct sim_heart *heart, struct sim_heart_facts *out)
{
    enum { DEPTHS = 10 };
    const struct sim_wall *wall = &heart->wall;
    struct sim_heart_facts f = {0};
    double volume[18] = {0}, scarred[18] = {0}, all = 0.0, scar = 0.0;
    for (int mm = -20; mm < (int)wall->length; mm++)
        for (int i = 0; i < SIM_RING; i += 3) {
            const float z = (float)mm + 0.5f;
            const float deg = 0.5f * (float)i;
            const double cell = 1.5 * 3.14159265358979 / 180.0 / 1000.0; /* ml / mm^3 */
            const float x = cosf(deg / 57.2957795f), y = sinf(deg / 57.2957795f);
            struct sim_wall_point w;
            sim_wall_at(wall, deg, z, &w);
            const double endo = w.endo > 0.0f ? (double)w.endo : 0.0;
            for (int d = 0; d < DEPTHS; d++) {
                const double r = endo * (d + 0.5) / DEPTHS;
                if (z > sim_wall_mitral(wall, (float)r * x, (float)r * y))
                    f.cavity_ml += r * endo / DEPTHS * cell;
            }
            if (z <= sim_noise_ring_at(&wall->edge, deg) || (double)w.epi <= endo)
                continue;
            const int segment = sim_wall_segment(wall, deg, z);
            const double thick = (double)w.thick;
            f.segment_wall_mm[segment - 1] =
                fmax(f.segment_wall_mm[segment - 1], thick);
            f.max_wall_mm = fmax(f.max_wall_mm, thick);
            for (int d = 0; d < DEPTHS; d++) {
                const double step = ((double)w.epi - endo) / DEPTHS;
                const double r = endo + (d + 0.5) * step, v = r * step * cell;
                struct sim_scar_point s;
                sim_scar_at(&heart->scar, deg, z,
                            (float)(r - (double)w.endo) / (w.epi - w.endo), &s);
                all += v;
                volume[segment] += v;
                if (label_in(s.label, LABELS_SCAR)) {
                    scar += v;
                    scarred[segment] += v;
                }
            }
        }
    f.mass_g = 1.05 * all;
    f.scar_share = all > 0.0 ? scar / all : 0.0;
    for (int s = 0; s < 17; s++) {
        f.segment_scar[s] = volume[s + 1] > 0.0 ? scarred[s + 1] / volume[s + 1] : 0.0;
        f.thick_segments += s < 16 && f.segment_wall_mm[s] >= 15.0;
    }
    *out = f;
}
