#include "sim/patient.h"

#include <math.h>

#include "base/rng.h"
#include "sim/draw.h"

const char *sim_subtype_name(enum sim_subtype subtype)
{
    static const char *const names[SIM_SUBTYPES] = {
        "sigmoid",    "reverse",        "neutral",  "apical",
        "concentric", "midventricular", "aneurysm", "other"};
    return (unsigned)subtype < SIM_SUBTYPES ? names[subtype] : "?";
}

static enum sim_subtype draw_subtype(struct rng *r)
{
    static const double share[SIM_SUBTYPES] = {.32, .36, .08, .10, .04, .03, .03, .04};
    double u = rng_uniform(r);
    int k = 0;
    while (k < SIM_SUBTYPES - 1 && u >= share[k])
        u -= share[k++];
    return (enum sim_subtype)k;
}

/* Scar of hypertrophic cardiomyopathy: likelier and larger in thicker walls. */
static void draw_fibrosis(struct rng *r, struct sim_patient *p)
{
    const double coupling = p->subtype == SIM_REVERSE   ? 0.10
                            : p->subtype == SIM_SIGMOID ? -0.12
                                                        : 0.0;
    const double chance =
        sim_draw_clip(0.61 + 0.012 * (p->max_wall_mm - 20.0) + coupling, 0.25, 0.95);
    const bool positive = rng_chance(r, chance);
    const double share = sim_draw_lognormal(r, 0.061, 0.85);
    const double wall = pow(p->max_wall_mm / 20.0, 0.8);
    p->pattern = positive ? SIM_FIBROSIS : SIM_NO_SCAR;
    p->burden = positive ? sim_draw_clip(share * wall, 0.004, 0.55) : 0.0;
}

/* Not hypertrophied: walls within `mm`, the thinnest of them by a factor in `thin`. */
static void make_usual(struct rng *r, struct sim_patient *p, const double mm[2],
                       const double thin[2])
{
    p->max_wall_mm = rng_range(r, mm[0], mm[1]);
    p->wall_mm = p->max_wall_mm * rng_range(r, thin[0], thin[1]);
    p->apex_mm = sim_draw_clip(p->wall_mm * rng_range(r, 0.5, 0.8), 3.0, 6.0);
    p->cavity_mm = rng_range(r, 20.0, 33.0);
    if (p->subtype == SIM_ANEURYSM)
        p->subtype = SIM_CONCENTRIC;
}

/* For training: any heart, and scar of two kinds, from specks to half the wall. */
static void widen(struct rng *r, struct sim_patient *p)
{
    const double stretch = rng_range(r, 0.92, 1.1);
    p->length_mm = sim_draw_clip(p->length_mm * stretch, 64.0, 116.0);
    p->spread *= rng_range(r, 0.7, 1.4);
    if (rng_chance(r, 0.35)) {
        make_usual(r, p, (double[]){7.0, 13.0}, (double[]){0.68, 0.88});
    } else {
        p->max_wall_mm = sim_draw_clip(p->max_wall_mm * rng_range(r, 0.8, 1.2), 12, 40);
        p->cavity_mm *= rng_range(r, 0.85, 1.15);
    }
    const bool positive = rng_chance(r, 0.75), infarct = rng_chance(r, 0.5);
    p->pattern = !positive ? SIM_NO_SCAR : infarct ? SIM_INFARCT : SIM_FIBROSIS;
    const double low = infarct ? 0.05 : 0.005;
    p->burden = positive ? low * pow(0.45 / low, rng_uniform(r)) : 0.0;
    p->territory = (enum sim_territory)rng_below(r, 3);
    p->thinned = positive && infarct && rng_chance(r, 1.0 / 3.0);
    p->no_reflow = positive && infarct && rng_chance(r, 0.55); /* as in acute ones */
}

/* The heart of a coronary patient in the first days.  An infarct spreads from the
 * endocardium outwards with the time of occlusion (Reimer, Jennings; Lab Invest 1979;
 * 40:633), and its wall swells with oedema before it thins. */
static void make_acute(struct rng *r, struct sim_patient *p)
{
    make_usual(r, p, (double[]){8.5, 15.0}, (double[]){0.72, 0.92});
    const bool positive = rng_chance(r, 0.75);
    p->pattern = positive ? SIM_INFARCT : SIM_NO_SCAR;
    p->burden = positive ? 0.06 * pow(0.45 / 0.06, rng_uniform(r)) : 0.0;
    p->swollen = positive ? rng_range(r, 0.0, 0.2) : 0.0;
    p->no_reflow = positive && rng_chance(r, 0.6);
    p->thinned = false;
}

void sim_patient_draw(uint64_t seed, uint64_t index, enum sim_mode mode,
                      struct sim_patient *out)
{
    struct rng r = rng_make(seed, index, SIM_STREAM_PATIENT);
    struct sim_patient p = {.seed = seed, .index = index, .mode = mode};
    p.male = rng_chance(&r, 0.683);
    p.age_years = sim_draw_normal(&r, 49.0, 17.0);
    p.bsa_m2 = sim_draw_clipped(&r, p.male ? 2.02 : 1.78, 0.20, 1.3, 2.6);
    const double size = sqrt(p.bsa_m2 / 1.95);
    p.subtype = draw_subtype(&r);
    p.age_years += p.subtype == SIM_SIGMOID ? 6.0 : -3.0; /* the mean stays */
    p.age_years = sim_draw_clip(p.age_years, 12.0, 88.0);
    p.max_wall_mm = sim_draw_clip(sim_draw_lognormal(&r, 20.8, 0.21), 13.0, 38.0);
    p.cavity_mm = sim_draw_clipped(&r, 27.3, 2.6, 18.0, 34.0) * size;
    p.length_mm = size * sim_draw_clipped(&r, p.male ? 95.0 : 88.0, 7.0, 68.0, 112.0);
    p.wall_mm = sim_draw_clipped(&r, p.male ? 9.8 : 9.0, 1.2, 6.2, 13.0);
    p.apex_mm = sim_draw_clipped(&r, 5.5, 1.0, 4.0, 8.0);
    p.spread = sim_draw_clip(sim_draw_lognormal(&r, 1.18, 0.95), 0.35, 4.5);
    draw_fibrosis(&r, &p);
    if (sim_mode_is_wide(mode))
        widen(&r, &p);
    if (mode == SIM_ACUTE)
        make_acute(&r, &p);
    *out = p;
}
