#include "sim/tissue.h"

#include <math.h>

#define INVERSION 0.97 /* efficiency */
#define DIFFUSE 0.11   /* relative sd of F in the wall */

/* Uptake: 1 unit of blood, or of extracellular volume. */
enum uptake { FINAL, PLAIN, VOLUME };

/* Assumed, but for the T1 that come of them: docs/simulator.md, section 5. */
static const struct tissue {
    double native_ms[2]; /* 1.5 T, 3 T */
    double density, t2star_ms;
    double f; /* VOLUME: divided by (1 - hematocrit) */
    enum uptake uptake;
} tissues[SIM_TISSUES] = {
    [SIM_NONE] = {{1000, 1000}, 0, 10, 0, FINAL},
    [SIM_AIR] = {{1000, 1000}, 0, 10, 0, FINAL},
    [SIM_MUSCLE] = {{950, 1250}, .80, 30, .14, VOLUME},
    [SIM_FAT] = {{270, 330}, .88, 25, .02, PLAIN},
    [SIM_BONE] = {{400, 450}, .35, 3, .12, PLAIN},
    [SIM_MARROW] = {{270, 330}, .60, 15, .05, PLAIN},
    [SIM_LUNG] = {{1200, 1250}, .22, 2, .30, VOLUME},
    [SIM_VESSEL] = {{1550, 1850}, .55, 10, 1, PLAIN},
    [SIM_LIVER] = {{590, 800}, .78, 22, .31, VOLUME},
    [SIM_SPLEEN] = {{1080, 1300}, .82, 35, .36, VOLUME},
    [SIM_KIDNEY] = {{1100, 1350}, .85, 40, .50, VOLUME},
    [SIM_BOWEL] = {{900, 1100}, .70, 20, .25, VOLUME},
    [SIM_FLUID] = {{2600, 3200}, .90, 60, 0, PLAIN},
    [SIM_PERICARDIUM] = {{600, 600}, .25, 10, 0, FINAL},
    [SIM_VALVE] = {{600, 600}, .40, 10, 0, FINAL},
    [SIM_BLOOD] = {{1550, 1850}, .92, 80, 1, PLAIN},
    [SIM_MYOCARDIUM] = {{1010, 1220}, .82, 32, 0, VOLUME},
};

static bool high_field(double field_t)
{
    return field_t > 2.2;
}

double sim_tissue_blood_uptake(double dose_mmol_kg, double delay_min, double field_t)
{
    return 4.3 * (dose_mmol_kg / .2) * .62 * exp(-(delay_min - 15) / 45) *
           (high_field(field_t) ? .92 : 1);
}

double sim_tissue_blood_t1_ms(double field_t, double uptake_per_s)
{
    const double native = tissues[SIM_BLOOD].native_ms[high_field(field_t)];
    return 1e3 / (1e3 / native + uptake_per_s);
}

double sim_tissue_uptake(const struct sim_scan *scan, enum sim_tissue tissue)
{
    if (tissue == SIM_MYOCARDIUM)
        return scan->ecv_remote;
    const struct tissue *t = &tissues[tissue];
    return t->uptake == VOLUME ? t->f / (1 - scan->hematocrit) : t->f;
}

double sim_tissue_t1_ms(const struct sim_scan *scan, enum sim_tissue tissue, double f)
{
    const int field = high_field(scan->field_t);
    const struct tissue *t = &tissues[tissue];
    if (t->uptake == FINAL)
        return t->native_ms[field];
    const double blood =
        1e3 / scan->t1_blood_ms - 1e3 / tissues[SIM_BLOOD].native_ms[field];
    return 1e3 / (1e3 / t->native_ms[field] + f * blood);
}

double sim_tissue_magnetisation(const struct sim_scan *scan, double t1_ms, double ti_ms)
{
    const double rep_ms = scan->shots_rr * scan->rr_ms;
    const double pulses = floor(scan->segment / 2.0);
    const double start_ms = ti_ms - pulses * scan->tr_ms;
    const double before =
        1 - (1 + INVERSION) * exp(-start_ms / t1_ms) + INVERSION * exp(-rep_ms / t1_ms);
    /* the recursion has a fixed point, to which it goes geometrically */
    const double e = exp(-scan->tr_ms / t1_ms);
    const double shrink = e * cos(scan->flip_deg * M_PI / 180);
    const double rest = (1 - e) / (1 - shrink);
    return rest + (before - rest) * pow(shrink, pulses);
}

double sim_tissue_null_ms(const struct sim_scan *scan)
{
    double lo = 20, hi = 1500; /* magnetisation grows with TI */
    for (int k = 0; k < 40; k++) {
        const double mid = (lo + hi) / 2;
        if (sim_tissue_magnetisation(scan, scan->t1_remote_ms, mid) < 0)
            lo = mid;
        else
            hi = mid;
    }
    return (lo + hi) / 2;
}

static double strength(const struct sim_scan *scan, enum sim_tissue tissue)
{
    const struct tissue *t = &tissues[tissue];
    const double t2 = t->t2star_ms * (high_field(scan->field_t) ? .7 : 1);
    return t->density * sin(scan->flip_deg * M_PI / 180) * exp(-scan->te_ms / t2) *
           scan->contrast_mix[tissue];
}

static double reference(const struct sim_scan *scan, double t1_ms)
{
    return 1 - .3 * exp(-scan->rr_ms / t1_ms);
}

/* Contrast by drawn levels (the wide modes): contrast_mix holds them. */
static void mixture(const struct sim_scan *scan, struct sim_signals *out)
{
    const double m = scan->contrast_mix[SIM_MYOCARDIUM];
    const double b = scan->contrast_mix[SIM_BLOOD];
    for (int t = 0; t < SIM_TISSUES; t++) {
        out->image[t] = (float)scan->contrast_mix[t];
        out->reference[t] = t <= SIM_AIR ? 0 : (float)fabs(b - m);
    }
    for (int k = 0; k < SIM_WALL_STEPS; k++) {
        const double f = SIM_WALL_MAX * k / (SIM_WALL_STEPS - 1);
        out->wall[k] = (float)(m + (b - m) * scan->scar_factor * (f - .5));
        out->wall_reference[k] = (float)fabs(b - m);
    }
    out->remote = .5F;
    out->per_scar = 1;
    out->per_diffuse = .08F;
    out->bowel_gain = (float)(b - m);
}

void sim_tissue_signals(const struct sim_scan *scan, double ti_ms,
                        struct sim_signals *out)
{
    if (scan->mixture) {
        mixture(scan, out);
        return;
    }
    for (int t = 0; t < SIM_TISSUES; t++) {
        const enum sim_tissue tissue = (enum sim_tissue)t;
        const double t1 =
            sim_tissue_t1_ms(scan, tissue, sim_tissue_uptake(scan, tissue));
        const double a = strength(scan, tissue);
        out->image[t] = (float)(a * sim_tissue_magnetisation(scan, t1, ti_ms));
        out->reference[t] = (float)(a * reference(scan, t1));
    }
    const double a = strength(scan, SIM_MYOCARDIUM);
    const double remote = out->image[SIM_MYOCARDIUM];
    for (int k = 0; k < SIM_WALL_STEPS; k++) {
        const double f = SIM_WALL_MAX * k / (SIM_WALL_STEPS - 1);
        const double t1 = sim_tissue_t1_ms(scan, SIM_MYOCARDIUM, f);
        const double s = a * sim_tissue_magnetisation(scan, t1, ti_ms);
        out->wall[k] = (float)(remote + scan->scar_factor * (s - remote));
        out->wall_reference[k] = (float)(a * reference(scan, t1));
    }
    out->bowel_gain = (float)strength(scan, SIM_BOWEL);
    out->remote = (float)scan->ecv_remote;
    /* without signal of scar the wall keeps its texture, which may be taken for scar */
    const double core = scan->mode == SIM_CONTROL ? scan->ecv_remote : scan->ecv_core;
    out->per_scar = (float)(core - scan->ecv_remote);
    out->per_diffuse = (float)(DIFFUSE * scan->ecv_remote);
}
