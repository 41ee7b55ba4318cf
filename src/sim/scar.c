#include "sim/scar.h"

#include <math.h>
#include <stddef.h>

#include "base/mem.h"
#include "sim/draw.h"

/* The lattice of scores: every 1.5 degrees, 1.25 mm, a ninth of the wall. */
enum { TURN = 240, DEPTHS = 10, BINS = 8192 };
static const float TOP_MM = -16.0f, HEIGHT_MM = 1.25f, DEGREES = 360.0f / TURN;
static const float SCORE_LOW = -20.0f, SCORE_HIGH = 20.0f;

enum { SCORE, PEAK, DIFFUSE, DARK }; /* channels of a node */

/* Where scar of hypertrophic cardiomyopathy tends to lie: weights of the sites. */
struct sites {
    float anterior, inferior, septal, thick, apex, lateral, inner;
    float at_insertion[2][TURN][DEPTHS], on_septum[TURN], on_lateral[TURN],
        on_inner[TURN];
};

struct field {
    const struct sim_patient *patient;
    const struct sim_wall *wall;
    struct sim_cube_noise coarse, fine, slow;
    struct sites sites;
    float cosine[TURN], sine[TURN];
    float depth_slope, noise; /* of an infarct */
    double histogram[2][BINS];
};

/* A wedge: broad where the right ventricle inserts, narrow towards the cavity. */
static float wedge(float off_deg, float depth)
{
    return sim_noise_bump(off_deg, 5.0f + 12.0f * depth) *
           sim_noise_bump(depth - 0.68f, 0.30f);
}

static void draw_sites(struct rng *r, struct field *f)
{
    struct sites *s = &f->sites;
    const enum sim_subtype kind = f->patient->subtype;
    s->anterior = (float)sim_draw_gamma(r, 1.2, 0.6);
    s->inferior = (float)sim_draw_gamma(r, 1.6, 0.8);
    s->septal = (float)sim_draw_gamma(r, 0.8, 0.9);
    s->thick = 1.3f * (float)sim_draw_gamma(r, 1.0, 1.0);
    s->apex = (float)rng_range(r, 0.0, 0.08);
    s->lateral = (float)sim_draw_gamma(r, 0.3, 0.6);
    s->inner = (float)sim_draw_gamma(r, 0.15, 0.5);
    if (kind == SIM_APICAL || kind == SIM_ANEURYSM)
        s->apex = 1.6f;
    for (int i = 0; i < TURN; i++) {
        const float deg = DEGREES * (float)i;
        const float a = sim_noise_wrap(deg - f->wall->anterior_deg - 4);
        const float b = sim_noise_wrap(deg - f->wall->inferior_deg + 4);
        for (int d = 0; d < DEPTHS; d++) {
            s->at_insertion[0][i][d] = wedge(a, (float)d / (DEPTHS - 1));
            s->at_insertion[1][i][d] = wedge(b, (float)d / (DEPTHS - 1));
        }
        s->on_septum[i] = sim_noise_bump(sim_noise_wrap(deg - 178), 38);
        s->on_lateral[i] = sim_noise_bump(sim_noise_wrap(deg - 320), 45);
        s->on_inner[i] = sim_noise_bump(sim_noise_wrap(deg - 170), 60);
    }
}

/* Mean of noise along the fibre through p: five samples `step` mm apart.  Fibres turn
 * from +60 degrees at the endocardium to -60 at the epicardium, so they run round the
 * ventricle in mid-wall. */
static float along(const struct sim_cube_noise *noise, const float p[3],
                   const float fibre[3], float step, float cell)
{
    float sum = 0.0f;
    for (int k = -2; k <= 2; k++) {
        const float t = step * (float)k;
        sum += sim_noise_cube_at(noise, (p[0] + t * fibre[0]) / cell,
                                 (p[1] + t * fibre[1]) / cell,
                                 (p[2] + t * fibre[2]) / cell);
    }
    return sum / 5.0f;
}

/* The noises of one column of the wall, from endocardium to epicardium. */
static void fill_noise(const struct field *f, int i, float z,
                       const struct sim_wall_point *w, float (*node)[4])
{
    for (int d = 0; d < DEPTHS; d++) {
        const float depth = (float)d / (DEPTHS - 1);
        float r = w->endo + depth * (w->epi - w->endo);
        r = r > 0.0f ? r : 0.0f;
        const float p[3] = {r * f->cosine[i], r * f->sine[i], z};
        node[d][DIFFUSE] =
            sim_noise_cube_at(&f->slow, p[0] / 5.5f, p[1] / 5.5f, p[2] / 8.0f);
        if (f->patient->pattern == SIM_NO_SCAR)
            continue;
        const float slow =
            sim_noise_cube_at(&f->slow, p[1] / 13 + 7.3f, p[2] / 13, p[0] / 13);
        node[d][PEAK] = sim_noise_clip(0.75f + 0.15f * slow, 0.45f, 1.1f);
        const float helix = (60.0f - 120.0f * depth) / 57.2957795f;
        const float c = cosf(helix);
        const float fibre[3] = {-c * f->sine[i], c * f->cosine[i], sinf(helix)};
        node[d][SCORE] = along(&f->coarse, p, fibre, 2.8f, 3.0f);
        node[d][DARK] = along(&f->fine, p, fibre, 1.4f, 1.35f);
    }
}

/* ln of where scar tends to lie, at a node. */
static float tendency(const struct field *f, int i, int d, float u, float thick)
{
    const struct sites *s = &f->sites;
    const float depth = (float)d / (DEPTHS - 1);
    const float high = sim_noise_bump(u - 0.35f, 0.30f);
    const float low = sim_noise_bump(u - 0.40f, 0.30f);
    const float mid = sim_noise_bump(depth - 0.50f, 0.22f);
    const float sum =
        s->anterior * s->at_insertion[0][i][d] * high +
        (s->inferior * s->at_insertion[1][i][d] + s->septal * s->on_septum[i] * mid +
         s->lateral * s->on_lateral[i] * mid) *
            low +
        s->thick * sim_noise_clip((thick - 12) / 12, 0, 1.2f) * mid +
        s->apex * sim_noise_clip((u - 0.68f) / 0.12f, 0, 1) *
            sim_noise_bump(depth - 0.40f, 0.50f) +
        s->inner * sim_noise_bump(depth - 0.10f, 0.20f) * s->on_inner[i];
    return logf(sum + 0.01f);
}

/* From noises to scores; `unit` makes each octave sd 1. */
static void fill_scores(const struct field *f, int i, float z, float thick,
                        const float unit[2], float (*node)[4])
{
    const float u = z / f->wall->length;
    const float there = sim_wall_territory(f->wall, DEGREES * (float)i, u);
    for (int d = 0; d < DEPTHS; d++) {
        const float depth = (float)d / (DEPTHS - 1);
        const float coarse = node[d][SCORE] * unit[0], fine = node[d][DARK] * unit[1];
        if (f->patient->pattern == SIM_INFARCT) {
            const float core = 4 * there - f->depth_slope * depth;
            node[d][SCORE] = core + f->noise * (coarse + 0.5f * fine);
            node[d][DARK] = 4 * there - 2.5f * fabsf(depth - 0.35f) +
                            0.25f * (coarse + 0.3f * fine);
        } else {
            /* strands of scar and of muscle interdigitate */
            node[d][PEAK] = sim_noise_clip(node[d][PEAK] + 0.08f * fine, 0.45f, 1.15f);
            node[d][SCORE] =
                0.78f * coarse + 0.48f * fine + 1.15f * tendency(f, i, d, u, thick);
        }
    }
}

static size_t column_of(int k, int i)
{
    return ((size_t)k * TURN + (size_t)i) * DEPTHS;
}

static void fill(struct field *f, struct sim_scar *scar)
{
    double squares[2] = {0, 0}, count = 0;
    struct sim_wall_point w;
    for (int k = 0; k < scar->heights; k++)
        for (int i = 0; i < TURN; i++) {
            const float z = TOP_MM + HEIGHT_MM * (float)k, deg = DEGREES * (float)i;
            float(*node)[4] = scar->node + column_of(k, i);
            if (z < sim_noise_ring_at(&f->wall->edge, deg) - 2 * HEIGHT_MM)
                continue;
            sim_wall_at(f->wall, deg, z, &w);
            fill_noise(f, i, z, &w, node);
            count += DEPTHS;
            for (int d = 0; d < DEPTHS; d++) {
                squares[0] += (double)(node[d][SCORE] * node[d][SCORE]);
                squares[1] += (double)(node[d][DARK] * node[d][DARK]);
            }
        }
    if (scar->pattern == SIM_NO_SCAR)
        return;
    const float unit[2] = {(float)sqrt(count / squares[0]),
                           (float)sqrt(count / squares[1])};
    for (int k = 0; k < scar->heights; k++)
        for (int i = 0; i < TURN; i++) {
            const float z = TOP_MM + HEIGHT_MM * (float)k, deg = DEGREES * (float)i;
            sim_wall_at(f->wall, deg, z, &w);
            fill_scores(f, i, z, w.thick, unit, scar->node + column_of(k, i));
        }
}

/* The four channels at a place, trilinear. */
static void look_up(const struct sim_scar *scar, float degrees, float z, float depth,
                    float out[4])
{
    const float x = degrees / DEGREES;
    const float y = sim_noise_clip((z - TOP_MM) / HEIGHT_MM, 0,
                                   (float)(scar->heights - 1) - 0.001f);
    const float v = sim_noise_clip(depth, 0, 0.9999f) * (DEPTHS - 1);
    const int32_t i = (int32_t)x % TURN, j = (int32_t)y, d = (int32_t)v;
    const int32_t next = i + 1 == TURN ? 0 : i + 1;
    const float s = x - (float)(int32_t)x, t = y - (float)j, w = v - (float)d;
    const float(*a)[4] = (const float(*)[4])scar->node + column_of(j, i) + d;
    const float(*b)[4] = (const float(*)[4])scar->node + column_of(j, next) + d;
    const size_t below = (size_t)TURN * DEPTHS;
    for (int c = 0; c < 4; c++) {
        const float p = a[0][c] + w * (a[1][c] - a[0][c]);
        const float q = b[0][c] + w * (b[1][c] - b[0][c]);
        const float m = a[below][c] + w * (a[below + 1][c] - a[below][c]);
        const float n = b[below][c] + w * (b[below + 1][c] - b[below][c]);
        const float up = p + s * (q - p), lo = m + s * (n - m);
        out[c] = up + t * (lo - up);
    }
}

/* Score above which a share of the wall lies, from a weighted histogram. */
static float quantile(const double histogram[BINS], double share)
{
    double total = 0.0, above = 0.0;
    for (int b = 0; b < BINS; b++)
        total += histogram[b];
    int b = BINS;
    while (b > 0 && above + histogram[b - 1] < share * total)
        above += histogram[--b];
    const double rest = b > 0 ? (share * total - above) / histogram[b - 1] : 0.0;
    return SCORE_LOW + (SCORE_HIGH - SCORE_LOW) / BINS * ((float)b - (float)rest);
}

static int bin_of(float score)
{
    const float at = (score - SCORE_LOW) * (BINS / (SCORE_HIGH - SCORE_LOW));
    return (int)sim_noise_clip(at, 0, BINS - 1);
}

/* Shift scores so that the prescribed shares of the wall are above 0. */
static void calibrate(struct field *f, struct sim_scar *scar, double dark_share)
{
    for (int k = 0; k + 1 < scar->heights; k++)
        for (int i = 0; i < TURN; i++) {
            const float z = TOP_MM + HEIGHT_MM * ((float)k + 0.5f);
            const float deg = DEGREES * ((float)i + 0.5f);
            struct sim_wall_point w;
            if (z <= sim_noise_ring_at(&f->wall->edge, deg))
                continue;
            sim_wall_at(f->wall, deg, z, &w);
            for (int d = 0; d < DEPTHS; d++) {
                const float depth = ((float)d + 0.5f) / DEPTHS;
                const float r = w.endo + depth * (w.epi - w.endo);
                float node[4];
                if (r <= 0.0f || w.epi <= 0.0f)
                    continue;
                look_up(scar, deg, z, depth, node);
                const double weight = (double)(r * (w.epi - w.endo));
                f->histogram[0][bin_of(node[SCORE])] += weight;
                f->histogram[1][bin_of(node[DARK])] += weight;
            }
        }
    const float border = quantile(f->histogram[0], f->patient->burden);
    const float dark = quantile(f->histogram[1], dark_share);
    const size_t nodes = column_of(scar->heights, 0);
    for (size_t n = 0; n < nodes; n++) {
        scar->node[n][SCORE] -= border;
        scar->node[n][DARK] -= dark;
    }
}

/* Enhancement rises through the border; far below it little haze is left. */
static void fill_rise(struct sim_scar *scar)
{
    const float width = scar->pattern == SIM_INFARCT ? 0.20f : 0.22f;
    for (int k = 0; k <= SIM_SCAR_LEVELS; k++) {
        const float q = 6.0f * (float)k / SIM_SCAR_LEVELS - 3.0f;
        const float haze = 0.3f + 0.7f * sim_noise_clip((q + 1.6f) / 0.6f, 0, 1);
        scar->rise[k] = haze / (1 + expf(-q / width));
    }
}

bool sim_scar_init(struct sim_scar *scar, const struct sim_patient *patient,
                   const struct sim_wall *wall, struct err *err)
{
    bool ok = false;
    struct sim_scar s = {.pattern = patient->pattern, .no_reflow = patient->no_reflow};
    struct field *f = mem_alloc(1, sizeof *f, err);
    if (!f)
        goto done;
    s.heights = (int32_t)ceilf((wall->length + 1 - TOP_MM) / HEIGHT_MM) + 1;
    s.node = mem_alloc(column_of(s.heights, 0), sizeof *s.node, err);
    if (!s.node)
        goto done;
    struct rng r = rng_make(patient->seed, patient->index, SIM_STREAM_SCAR);
    f->patient = patient;
    f->wall = wall;
    sim_noise_cube(&r, &f->slow);
    sim_noise_cube(&r, &f->coarse);
    sim_noise_cube(&r, &f->fine);
    draw_sites(&r, f);
    f->depth_slope = (float)rng_range(&r, 0.3, 3.0);
    if (patient->mode == SIM_ACUTE) /* many reach half through the wall alone */
        f->depth_slope = 0.5f + 1.8f * f->depth_slope;
    f->noise = (float)rng_range(&r, 0.15, 0.45);
    const double dark_share = patient->burden * rng_range(&r, 0.1, 0.35);
    for (int i = 0; i < TURN; i++) {
        f->cosine[i] = cosf(DEGREES * (float)i / 57.2957795f);
        f->sine[i] = sinf(DEGREES * (float)i / 57.2957795f);
    }
    fill(f, &s);
    fill_rise(&s);
    if (s.pattern != SIM_NO_SCAR)
        calibrate(f, &s, dark_share);
    *scar = s;
    ok = true;
done:
    mem_free(f);
    if (!ok)
        mem_free(s.node);
    return ok;
}

void sim_scar_clear(struct sim_scar *scar)
{
    mem_free(scar->node);
    *scar = (struct sim_scar){0};
}

void sim_scar_at(const struct sim_scar *scar, float degrees, float z, float depth,
                 struct sim_scar_point *out)
{
    float node[4];
    look_up(scar, degrees, z, depth, node);
    *out = (struct sim_scar_point){.label = LABEL_MYOCARDIUM, .diffuse = node[DIFFUSE]};
    if (scar->pattern == SIM_NO_SCAR)
        return;
    const float at = sim_noise_clip((node[SCORE] + 3.0f) / 6.0f, 0, 1);
    out->enhanced = node[PEAK] * scar->rise[(int)(at * SIM_SCAR_LEVELS)];
    if (node[SCORE] <= 0.0f)
        return;
    out->label = LABEL_SCAR;
    if (scar->no_reflow && node[DARK] > 0.0f) {
        out->label = LABEL_NO_REFLOW;
        out->enhanced = 0.0f;
    }
}
