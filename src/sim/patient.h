/*
 * patient.h - who a simulated patient is: age, sex, shape of the heart, burden of scar.
 *
 * Layer:  sim.   Thread: pure function of (seed, index, mode).
 * Source: docs/simulator.md, sections 1, 3 and 8; Fahmy et al., Radiology 2020;294:52,
 *         doi 10.1148/radiol.2019190737 (age, sex); J Cardiovasc Magn Reson 2008;
 *         10(S1):A317, doi 10.1186/1532-429X-10-S1-A317 (wall thickness).
 */
#ifndef SIM_PATIENT_H
#define SIM_PATIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/matter.h"

enum sim_subtype {
    SIM_SIGMOID,
    SIM_REVERSE,
    SIM_NEUTRAL,
    SIM_APICAL,
    SIM_CONCENTRIC,
    SIM_MIDVENTRICULAR,
    SIM_ANEURYSM,
    SIM_OTHER,
    SIM_SUBTYPES
};

/* How scar lies in the wall. */
enum sim_pattern {
    SIM_NO_SCAR,
    SIM_FIBROSIS, /* of hypertrophic cardiomyopathy: patchy, mid-wall, insertions */
    SIM_INFARCT,  /* from the endocardium, in one coronary territory; wide modes only */
};

enum sim_territory { SIM_LAD, SIM_RCA, SIM_LCX };

/** "sigmoid", "reverse", ...: as written in cohorts. */
const char *sim_subtype_name(enum sim_subtype subtype);

struct sim_patient {
    uint64_t seed, index;
    enum sim_mode mode;
    bool male;
    double age_years, bsa_m2;
    enum sim_subtype subtype;
    double max_wall_mm; /* prescribed maximal wall thickness */
    double length_mm;   /* mitral plane to epicardial apex */
    double cavity_mm;   /* radius of the cavity before hypertrophy */
    double wall_mm;     /* of the wall that is not hypertrophied */
    double burden;      /* prescribed scar share of the LV myocardium, 0..0.55 */
    double apex_mm;     /* wall at the apex that is not hypertrophied */
    double spread;      /* how far hypertrophy reaches: factor on its widths */
    enum sim_pattern pattern;
    enum sim_territory territory; /* of an infarct */
    bool thinned, no_reflow;      /* an infarct's wall; its dark core */
    double swollen;               /* by which share an infarct's wall is thicker */
};

/**
 * Draw a patient.
 *
 * SIM_COHORT: hypertrophic cardiomyopathy as in the study; scar is likelier and larger
 * in thicker walls.  SIM_RANDOM: 35 % have a wall of 7 to 13 mm; 75 % have scar, half
 * of them an infarct of 5 to 45 %, the others fibrosis of .5 to 45 %, log-uniform.
 * SIM_ACUTE: walls of 8.5 to 15 mm; 75 % have an infarct of 6 to 45 %, whose wall is up
 * to a fifth thicker (oedema) and which begins under the endocardium.
 *
 * Tests: tests/unit/sim/patient.c
 */
void sim_patient_draw(uint64_t seed, uint64_t index, enum sim_mode mode,
                      struct sim_patient *out);

#endif
