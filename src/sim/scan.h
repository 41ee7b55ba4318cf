/*
 * scan.h - a late-enhancement stack of a patient on the scanner of one of seven sites.
 *
 * Way:    tissue T1 after gadolinium -> inversion-recovery signal -> sub-slices with
 *         partial volume -> coil field -> k-space (crop, motion, ghosts, noise, filter)
 *         -> magnitude or phase-sensitive image -> stored values -> orientation.
 * Layer:  sim.
 * Thread: pure functions of their arguments.
 * Source: docs/simulator.md, sections 5 to 8.
 */
#ifndef SIM_SCAN_H
#define SIM_SCAN_H

#include "sim/body.h"
#include "sim/heart.h"

enum { SIM_SITES = 7 };

struct sim_site {
    const char *name;   /* "S1".."S7" */
    const char *vendor; /* "Philips", "Siemens", "GE" */
    double field_t;
    int32_t patients, test; /* of 1073, of 207 */
};
extern const struct sim_site sim_sites[SIM_SITES];

/* How one patient was scanned: all that was drawn, for the cohort's table too. */
struct sim_scan {
    uint64_t seed, index;
    enum sim_mode mode;
    int32_t site;
    bool psir; /* phase-sensitive; else magnitude */
    double field_t, dose_mmol_kg, delay_min, hematocrit, rr_ms;
    double ti_ms, ti_null_ms; /* of the middle slice */
    double t1_blood_ms, t1_remote_ms, t1_core_ms;
    double pixel_mm, thickness_mm, gap_mm;
    int32_t columns, rows, slices; /* as stored, before any turn */
    double snr;
    bool ghost;
    /* what else the image depends on */
    double ecv_remote, ecv_core; /* extracellular volume / (1 - hct) */
    double flip_deg, tr_ms, te_ms;
    int32_t shots_rr, segment;
    double fov_ro_mm, fov_pe_mm;
    int32_t acquired_ro, acquired_pe;
    double bandwidth_hz, coil_correction, filter, gamma;
    double drift_ms, motion_mm[2], shift_mm[3];
    bool wrap, parallel, zero_border;
    int32_t turn, mirror; /* quarter turns; columns run backwards */
    double rotate_deg, tilt_deg[2], centre_mm[2];
    double contrast_mix[SIM_TISSUES]; /* wide modes: factors or levels of tissues */
    bool mixture;       /* wide modes: contrast by drawn levels, not by physics */
    double scar_factor; /* wide modes: on what the wall's signal differs from remote
                           muscle, by scar and texture; mixture: (S - M) / (B - M) */
    int32_t scheme;     /* enum sim_scheme of site.h */
    int32_t rows_made;  /* rows before zero-padding to `rows` */
    double profile_mm;  /* excited slice thickness; above thickness_mm in 3D */
    double first_mm, middle_mm; /* z of the first slice and of the pivot of the tilt */
    bool apex_first;            /* slice 0 is the most apical one */
    double bias;                /* wide modes: amplitude of a smooth log-field */
    bool eight_bit;             /* wide modes: the whole volume scaled to 0..255 */
    double to_patient[3][4];    /* heart frame -> patient frame (RAS), mm */
};

void sim_scan_draw(uint64_t seed, uint64_t index, enum sim_mode mode, int32_t site,
                   const struct sim_patient *patient, struct sim_scan *out);

/* What comes out of the scanner, with what only a simulator knows. */
struct sim_stack {
    struct image image;  /* values as the vendor means them; grid in patient space */
    double slope, inter; /* value = stored * slope + inter, stored whole in int16 */
    struct labels truth; /* half-volume rule; on the grid of the image */
    uint8_t *myocardium_share, *scar_share;  /* owned; 0..255 of a voxel's volume; the
                                                grid of the image */
    double true_myocardium_ml, true_scar_ml; /* from the shares */
    double true_percent_lge;
};

/** Errors: ERR_NOMEM.  Cost: about 0.45 s a stack; 30 MB, 60 when stored at 512.
 *  Tests: tests/unit/sim/scan.c */
bool sim_scan_run(const struct sim_scan *scan, const struct sim_patient *patient,
                  const struct sim_heart *heart, const struct sim_body *body,
                  struct sim_stack *out, struct err *err) ATTR_MUST_USE;

void sim_stack_clear(struct sim_stack *stack);

#endif
