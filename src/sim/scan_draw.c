#include "sim/scan.h"

#include <math.h>

#include "sim/draw.h"
#include "sim/site.h"
#include "sim/tissue.h"

static int32_t even(double v)
{
    return 2 * (int32_t)lround(v / 2);
}

/* Heart frame -> patient: the apex points to the left, forward and down; the anterior
 * wall is up and forward, the lateral wall left and back. */
static void draw_patient_frame(struct rng *r, const struct sim_patient *patient,
                               double out[3][4])
{
    double z[3] = {sim_draw_normal(r, -.66, .07), sim_draw_normal(r, .58, .07),
                   sim_draw_normal(r, -.46, .08)};
    const double length = sqrt(z[0] * z[0] + z[1] * z[1] + z[2] * z[2]);
    for (int a = 0; a < 3; a++)
        z[a] /= length;
    double y[3] = {sim_draw_normal(r, .05, .08), sim_draw_normal(r, .30, .08), .95};
    const double along = y[0] * z[0] + y[1] * z[1] + y[2] * z[2];
    double norm = 0;
    for (int a = 0; a < 3; a++) {
        y[a] -= along * z[a];
        norm += y[a] * y[a];
    }
    for (int a = 0; a < 3; a++)
        y[a] /= sqrt(norm);
    const double middle[3] = {sim_draw_normal(r, -35, 8), sim_draw_normal(r, 25, 8),
                              sim_draw_normal(r, 0, 12)};
    for (int a = 0; a < 3; a++) {
        const int b = (a + 1) % 3, c = (a + 2) % 3;
        out[a][0] = y[b] * z[c] - y[c] * z[b];
        out[a][1] = y[a];
        out[a][2] = z[a];
        out[a][3] = middle[a] - z[a] * patient->length_mm / 2;
    }
}

/* Field strength to contrast agent: what the patient's blood and muscle are that day.
 */
static void draw_state(struct rng *r, const struct sim_protocol *p, struct sim_scan *s)
{
    const double spread = sim_mode_is_wide(s->mode) ? .4 : .18;
    s->hematocrit = sim_draw_clip(sim_draw_normal(r, .42, .035), .30, .50);
    s->rr_ms = 60000 / sim_draw_clip(sim_draw_normal(r, 66, 10), 45, 100);
    s->dose_mmol_kg = p->dose_mmol_kg * sim_draw_lognormal(r, 1, .05);
    s->delay_min = rng_range(r, p->delay_min[0], p->delay_min[1]);
    const double uptake =
        fmax(1.3, sim_tissue_blood_uptake(s->dose_mmol_kg, s->delay_min, s->field_t) *
                      sim_draw_lognormal(r, 1, spread));
    s->t1_blood_ms = sim_tissue_blood_t1_ms(s->field_t, uptake);
    s->ecv_remote =
        sim_draw_clip(sim_draw_normal(r, .275, .025), .20, .36) / (1 - s->hematocrit);
    s->ecv_core =
        sim_draw_clip(sim_draw_normal(r, .62, .07), .47, .80) / (1 - s->hematocrit);
    s->t1_remote_ms = sim_tissue_t1_ms(s, SIM_MYOCARDIUM, s->ecv_remote);
    s->t1_core_ms = sim_tissue_t1_ms(s, SIM_MYOCARDIUM, s->ecv_core);
}

static void draw_protocol(struct rng *r, const struct sim_protocol *p,
                          const struct sim_patient *patient, struct sim_scan *s)
{
    const bool after = rng_chance(r, .5) != 0; /* the protocol was changed */
    s->psir = rng_chance(r, after ? p->psir_new : p->psir_old) != 0;
    s->scheme = (int32_t)p->scheme;
    /* a larger patient gets a larger field of view */
    const double size =
        .98 + .25 * (patient->bsa_m2 - 1.95) + sim_draw_normal(r, 0, .03);
    s->fov_ro_mm = p->fov_ro_mm * sim_draw_clip(size, .92, 1.10);
    s->columns = p->columns;
    s->rows = p->rows;
    s->rows_made = even(p->columns * p->fov_pe_mm / p->fov_ro_mm);
    if (s->rows_made > p->rows)
        s->rows_made = p->rows;
    s->acquired_ro = p->acquired_ro;
    s->acquired_pe =
        even(p->acquired_pe * (after ? 1.1 : 1) * sim_draw_lognormal(r, 1, .02));
    if (s->acquired_pe > s->rows_made)
        s->acquired_pe = s->rows_made;
    if (rng_chance(r, p->zoom_share)) {
        s->rows_made *= 512 / s->columns;
        s->rows *= 512 / s->columns;
        s->columns = 512;
    }
    s->thickness_mm = p->thickness_mm;
    s->gap_mm = p->gap_mm;
    s->profile_mm = 1.05 * s->thickness_mm;
    s->shift_mm[0] = 1.6;
    s->shift_mm[1] = s->shift_mm[2] = 1.8;
    s->drift_ms = rng_range(r, 0, 22);
    s->drift_ms *= rng_chance(r, 1 / 3.0) ? -1 : 1;
    s->flip_deg = p->flip_deg * sim_draw_lognormal(r, 1, .05);
    s->tr_ms = p->tr_ms * sim_draw_lognormal(r, 1, .03);
    s->te_ms = p->te_ms * sim_draw_lognormal(r, 1, .03);
    s->segment = p->segment;
    s->shots_rr = p->shots_rr + (60000 / s->rr_ms > p->fast_bpm ? 1 : 0);
    if (s->psir)
        s->shots_rr = 2;
    s->bandwidth_hz = p->bandwidth_hz * sim_draw_lognormal(r, 1, .05);
    s->coil_correction = rng_chance(r, p->coil_share) ? p->coil_correction : 0;
    s->filter = sim_draw_clip(p->filter + sim_draw_normal(r, 0, .05), 0, .6);
    s->snr = p->snr * sim_draw_lognormal(r, 1, .2);
    s->parallel = rng_chance(r, p->parallel_share) != 0;
    s->wrap = p->fov_pe_mm < .9 * p->fov_ro_mm && rng_chance(r, .4);
    s->apex_first = p->apex_first;
    if (rng_chance(r,
                   p->thin_share)) { /* 3D in one go: slices overlap, nothing moves */
        s->thickness_mm /= 2;
        s->profile_mm = 1.5 * s->thickness_mm;
        s->drift_ms = 0;
        for (int a = 0; a < 3; a++)
            s->shift_mm[a] *= .1;
    }
}

static void draw_position(struct rng *r, const struct sim_patient *patient,
                          struct sim_scan *s)
{
    const double pitch = s->thickness_mm + s->gap_mm;
    s->middle_mm = patient->length_mm / 2;
    s->first_mm = -pitch * rng_range(r, .2, .9);
    const double last = patient->length_mm + .6 * pitch;
    s->slices = 1 + (int32_t)floor((last - s->first_mm) / pitch);
    s->rotate_deg = sim_draw_normal(r, 0, 10);
    s->tilt_deg[0] = sim_draw_normal(r, 0, 3);
    s->tilt_deg[1] = sim_draw_normal(r, 0, 3);
    s->centre_mm[0] = sim_draw_normal(r, 26, 10);
    s->centre_mm[1] = sim_draw_normal(r, -10, 10);
    s->turn = rng_chance(r, .25) ? (rng_chance(r, .5) ? 1 : 3) : 0;
    s->mirror = rng_chance(r, .1);
    s->zero_border = rng_chance(r, .2) != 0;
    draw_patient_frame(r, patient, s->to_patient);
}

/* How far the operator's inversion time is off. */
static double draw_ti_error(struct rng *r, const struct sim_scan *s)
{
    if (sim_mode_is_wide(s->mode))
        return s->psir ? sim_draw_normal(r, 0, 35) : sim_draw_normal(r, 8, 28);
    if (s->psir)
        return sim_draw_normal(r, -5, rng_chance(r, .2) ? 25 : 14);
    return rng_chance(r, .08) ? sim_draw_normal(r, 0, 45) : sim_draw_normal(r, 6, 14);
}

static void widen_geometry(struct rng *r, struct sim_scan *s)
{
    const double pixel = rng_range(r, .9, 1.9);
    const bool small = rng_chance(r, .5) != 0; /* only the heart's surroundings */
    const double fov = small ? rng_range(r, 180, 230) : rng_range(r, 290, 380);
    s->columns =
        16 * (int32_t)sim_draw_clip(round(fov / pixel / 16), small ? 7 : 10, 16);
    s->rows = s->rows_made =
        16 *
        (int32_t)sim_draw_clip(round(s->columns * rng_range(r, .8, 1.05) / 16), 7, 16);
    s->fov_ro_mm = pixel * s->columns;
    s->acquired_ro = even(s->columns * rng_range(r, .7, 1));
    const double lines = rng_range(r, 96, 220) * s->rows * pixel / 330;
    s->acquired_pe = even(sim_draw_clip(lines, 64, s->rows));
    s->thickness_mm = rng_range(r, 5, 10);
    s->gap_mm = rng_range(r, 0, 3);
    if (rng_chance(r, .2)) { /* a pitch of 12 to 14 mm */
        s->thickness_mm = rng_range(r, 8, 10);
        s->gap_mm = rng_range(r, 12, 14) - s->thickness_mm;
    }
    s->profile_mm = s->thickness_mm * rng_range(r, .95, 1.3);
    const double restless = rng_range(r, 0, 2.5);
    for (int a = 0; a < 3; a++)
        s->shift_mm[a] = 1.7 * restless;
    s->wrap = rng_chance(r, .2) != 0;
}

/* Eight symmetric orientations; a small field of view lies round the heart. */
static void widen_orientation(struct rng *r, struct sim_scan *s)
{
    if (s->fov_ro_mm < 250)
        for (int a = 0; a < 2; a++)
            s->centre_mm[a] = sim_draw_normal(r, 0, 12);
    const bool any = rng_chance(r, .5) != 0;
    s->turn = any ? (int32_t)rng_below(r, 4) : 0;
    s->mirror = any ? (int32_t)rng_below(r, 2) : 0;
    s->rotate_deg = sim_draw_normal(r, 0, 15);
    s->apex_first = rng_chance(r, .5) != 0;
    s->zero_border = rng_chance(r, .25) != 0;
}

static void widen_contrast(struct rng *r, struct sim_scan *s)
{
    s->psir = rng_chance(r, .5) != 0;
    s->shots_rr = s->psir ? 2 : s->shots_rr;
    s->snr = exp(rng_range(r, log(3), log(30)));
    s->coil_correction = rng_range(r, 0, 1);
    s->bias = rng_chance(r, .7) ? rng_range(r, 0, .3) : 0;
    s->gamma = rng_range(r, .7, 1.5);
    s->filter = rng_range(r, 0, .55);
    s->parallel = rng_chance(r, .25) != 0;
    s->eight_bit = rng_chance(r, .25) != 0;
    s->scheme = (int32_t)(s->psir ? SIM_OFFSET : SIM_UINT12);
    /* wider than the physics gives: infarcts hold more gadolinium than fibrosis */
    s->scar_factor = exp(rng_range(r, log(.6), log(3)));
    s->mixture = rng_chance(r, .3) != 0;
    for (int t = 0; t < SIM_TISSUES; t++)
        if (t != SIM_BLOOD && t != SIM_MYOCARDIUM)
            s->contrast_mix[t] = sim_draw_lognormal(r, 1, .25);
    if (!s->mixture)
        return;
    const double m = rng_range(r, .05, .45), b = m + rng_range(r, .15, .55);
    s->scar_factor = rng_range(r, .35, 2);
    if (rng_chance(r, .1)) /* scar darker than remote: not every contrast is ours */
        s->scar_factor = -rng_range(r, .2, .8) * m / (b - m);
    const double zero = s->psir ? m * rng_range(r, .5, 1.2) : 0;
    for (int t = SIM_MUSCLE; t < SIM_TISSUES; t++)
        s->contrast_mix[t] = rng_range(r, 0, 1.1) - zero;
    s->contrast_mix[SIM_NONE] = s->contrast_mix[SIM_AIR] = 0;
    s->contrast_mix[SIM_LUNG] = rng_range(r, 0, .25) - zero;
    s->contrast_mix[SIM_VESSEL] = rng_range(r, .1, .6) - zero;
    s->contrast_mix[SIM_PERICARDIUM] = rng_range(r, 0, .3) - zero;
    s->contrast_mix[SIM_VALVE] = rng_range(r, 0, .4) - zero;
    s->contrast_mix[SIM_BLOOD] = b - zero;
    s->contrast_mix[SIM_MYOCARDIUM] = m - zero;
}

void sim_scan_draw(uint64_t seed, uint64_t index, enum sim_mode mode, int32_t site,
                   const struct sim_patient *patient, struct sim_scan *out)
{
    const struct sim_protocol *protocol = &sim_site_protocols[site];
    struct rng r = rng_make(seed, index, SIM_STREAM_SCAN);
    struct sim_scan s = {.seed = seed,
                         .index = index,
                         .mode = mode,
                         .site = site,
                         .field_t = sim_sites[site].field_t,
                         .gamma = 1,
                         .scar_factor = 1,
                         .motion_mm = {.45, .65}};
    for (int t = 0; t < SIM_TISSUES; t++)
        s.contrast_mix[t] = 1;
    draw_state(&r, protocol, &s);
    draw_protocol(&r, protocol, patient, &s);
    if (sim_mode_is_wide(mode))
        widen_geometry(&r, &s);
    draw_position(&r, patient, &s);
    if (sim_mode_is_wide(mode)) {
        widen_orientation(&r, &s);
        widen_contrast(&r, &s);
        s.motion_mm[0] = s.motion_mm[1] = .9;
    }
    s.pixel_mm = s.fov_ro_mm / s.columns;
    s.fov_pe_mm = s.pixel_mm * s.rows_made;
    s.ghost = rng_chance(&r, sim_mode_is_wide(mode) ? .5 : .3) != 0;
    s.ti_null_ms = sim_tissue_null_ms(&s);
    const double shortest = s.segment / 2.0 * s.tr_ms + 60;
    s.ti_ms = s.ti_null_ms + draw_ti_error(&r, &s);
    if (s.ti_ms < shortest)
        s.ti_ms = shortest;
    *out = s;
}
