#include "sim/paint_warp.h"

#include <math.h>

#include "sim/noise.h"

static const float REACH_MM = 32.0f; /* beyond the old epicardium all is as it was */
static const float STEEPEST = 1.5f;  /* of a slope over the secants beside it; < 3 */
static const float LEAST_CAVITY = 0.35f;

enum { KNOTS = 4 };

/* One ray's map: f(to[k]) = from[k] with slope[k]. */
struct ray {
    int knots;
    float to[KNOTS], from[KNOTS], slope[KNOTS];
};

static float secant(const struct ray *r, int k)
{
    return (r->from[k + 1] - r->from[k]) / (r->to[k + 1] - r->to[k]);
}

static void ray_at(const struct sim_paint_warp *w, const struct sim_paint_slice *s,
                   float degrees, struct ray *out)
{
    const float inner = sim_paint_ring_at(s->inner, degrees);
    const float outer = sim_paint_ring_at(s->outer, degrees);
    const float to_inner = sim_paint_ring_at(w->inner, degrees);
    const float to_outer = sim_paint_ring_at(w->outer, degrees);
    struct ray r = {.knots = 1};
    if (inner > 0.5f && to_inner > 0.5f) {
        r.from[r.knots] = inner;
        r.to[r.knots++] = to_inner;
    }
    if (outer > r.from[r.knots - 1] + 0.5f) { /* else the wall is open here */
        r.from[r.knots] = outer;
        r.to[r.knots] = fmaxf(to_outer, r.to[r.knots - 1] + 0.5f);
        r.knots++;
    }
    r.from[r.knots] = r.to[r.knots] =
        fmaxf(outer + REACH_MM, r.to[r.knots - 1] + 0.5f * REACH_MM);
    r.knots++;
    for (int k = 0; k < r.knots; k++) {
        float slope = k == 0 ? w->centre_slope : 1.0f;
        if (k > 0)
            slope = fminf(slope, STEEPEST * secant(&r, k - 1));
        if (k + 1 < r.knots)
            slope = fminf(slope, STEEPEST * secant(&r, k));
        r.slope[k] = slope;
    }
    *out = r;
}

/* f and f' at a radius. */
static float map(const struct ray *r, float radius, float *slope)
{
    int k = 0;
    if (!(radius < r->to[r->knots - 1])) {
        *slope = 1.0f;
        return radius;
    }
    while (radius >= r->to[k + 1])
        k++;
    const float h = r->to[k + 1] - r->to[k], t = (radius - r->to[k]) / h;
    const float d = secant(r, k), a = r->slope[k], b = r->slope[k + 1];
    /* the straight line, and what the slopes add to it */
    *slope = d + (a - d) * (1 + t * (3 * t - 4)) + (b - d) * t * (3 * t - 2);
    return r->from[k] + h * t * (d + (1 - t) * ((a - d) * (1 - t) - (b - d) * t));
}

void sim_paint_warp_at(const struct sim_paint_warp *warp,
                       const struct sim_paint_slice *slice, const float mm[static 2],
                       struct sim_paint_place *out)
{
    struct sim_paint_place p = {.from = {mm[0], mm[1]}, .jacobian = 1.0f};
    p.radius = hypotf(mm[0], mm[1]);
    p.degrees = sim_noise_angle(mm[0], mm[1]);
    const float *in = warp->moves ? warp->inner : slice->inner;
    const float *out_ring = warp->moves ? warp->outer : slice->outer;
    const float inner = sim_paint_ring_at(in, p.degrees);
    const float outer = sim_paint_ring_at(out_ring, p.degrees);
    p.depth = (p.radius - inner) / fmaxf(outer - inner, 0.5f);
    if (warp->moves) {
        struct ray r;
        float slope;
        ray_at(warp, slice, p.degrees, &r);
        const float f = map(&r, p.radius, &slope);
        const float scale = p.radius > 1e-3f ? f / p.radius : r.slope[0];
        p.from[0] *= scale;
        p.from[1] *= scale;
        p.jacobian = slope * scale;
    }
    *out = p;
}

float sim_paint_warp_min_jacobian(const struct sim_paint_warp *warp,
                                  const struct sim_paint_slice *slice)
{
    float least = 1.0f;
    for (int i = 0; warp->moves && i < SIM_PAINT_RAYS; i++) {
        struct ray r;
        ray_at(warp, slice, (float)i, &r);
        for (int n = 0; (float)n * 0.5f < r.to[r.knots - 1]; n++) {
            const float radius = 0.25f + 0.5f * (float)n;
            float slope;
            const float f = map(&r, radius, &slope);
            const float jacobian = slope * f / radius;
            least = jacobian < least || isnan(jacobian) ? jacobian : least;
        }
    }
    return least;
}

bool sim_paint_warp_make(const struct sim_paint_slice *slice,
                         const float growth[static SIM_PAINT_RAYS], float inward,
                         struct sim_paint_warp *out, struct err *err)
{
    struct sim_paint_warp w = {0};
    float before = 0.0f, after = 0.0f;
    for (int i = 0; i < SIM_PAINT_RAYS; i++) {
        const float inner = slice->inner[i], outer = slice->outer[i], g = growth[i];
        if (!(g >= 0.0f && g < 100.0f))
            return ERR_FAIL(err, ERR_ARG, "paint: growth of %g mm", (double)g);
        const float least =
            fminf(inner, fmaxf(LEAST_CAVITY * inner, SIM_PAINT_MIN_INNER));
        w.inner[i] = fmaxf(inner - inward * g, least);
        w.outer[i] = w.inner[i] + (outer - inner) + g;
        w.moves = w.moves || g > 0.0f;
        before += inner;
        after += w.inner[i];
    }
    w.centre_slope = after > 0.0f ? before / after : 1.0f;
    const float least = w.moves ? sim_paint_warp_min_jacobian(&w, slice) : 1.0f;
    if (!((double)least >= SIM_PAINT_MIN_JACOBIAN))
        return ERR_FAIL(err, ERR_NUMERIC, "paint: the map folds (Jacobian %.3g)",
                        (double)least);
    *out = w;
    return true;
}
