/*
 * tissue.h - T1 after gadolinium of every tissue, and the signal it gives.
 *
 *   1 / T1 = 1 / T1_native + F dR_blood         F = extracellular volume / (1 - hct)
 *   Mz     = 1 - (1 + inv) exp(-TI / T1) + inv exp(-T_rep / T1)              (signed)
 *   then half a segment of pulses: M <- 1 - (1 - M cos a) exp(-TR / T1)
 *   S      = PD M sin a exp(-TE / T2*)
 *
 * All T1 come from one state (dose, delay, hematocrit, field): none is drawn for
 * itself.
 *
 * Layer:  sim; private to the scanner.   Thread: pure functions.
 * Source: docs/simulator.md, section 5; Kellman et al., Magn Reson Med 2002;47:372, doi
 *         10.1002/mrm.10051 (IR and phase-sensitive reconstruction).
 * Tests:  tests/unit/sim/tissue.c
 */
#ifndef SIM_TISSUE_H
#define SIM_TISSUE_H

#include "sim/scan.h"

enum { SIM_WALL_STEPS = 320 };
#define SIM_WALL_MAX 1.6 /* F of the last step */

/* What a slice's tissues give.  Fat and marrow belong to the fat image, all else to the
 * water image.  `reference` is the beat without inversion of PSIR. */
struct sim_signals {
    float image[SIM_TISSUES], reference[SIM_TISSUES];
    float wall[SIM_WALL_STEPS], wall_reference[SIM_WALL_STEPS]; /* over F */
    float bowel_gain;       /* signal per unit of Mz: bowel is mixed */
    float remote, per_scar; /* F = remote + per_scar * e + per_diffuse * diffuse */
    float per_diffuse;
};

/** T1 in ms at uptake F of a tissue with this native T1, from scan->t1_blood_ms. */
double sim_tissue_t1_ms(const struct sim_scan *scan, enum sim_tissue tissue, double f);

/** F of a tissue; myocardium: remote. */
double sim_tissue_uptake(const struct sim_scan *scan, enum sim_tissue tissue);

/** Signed magnetisation at the centre of k-space.  @param ti_ms inversion time */
double sim_tissue_magnetisation(const struct sim_scan *scan, double t1_ms,
                                double ti_ms);

/** The inversion time at which remote myocardium vanishes, readout included. */
double sim_tissue_null_ms(const struct sim_scan *scan);

/** 1/s: change of the blood's relaxation rate by the contrast agent, before its
 *  variation between patients. */
double sim_tissue_blood_uptake(double dose_mmol_kg, double delay_min, double field_t);

/** T1 of blood in ms, given that change. */
double sim_tissue_blood_t1_ms(double field_t, double uptake_per_s);

void sim_tissue_signals(const struct sim_scan *scan, double ti_ms,
                        struct sim_signals *out);

#endif
