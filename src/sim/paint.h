/*
 * paint.h - a real late-enhancement stack made into one of hypertrophic cardiomyopathy.
 *
 * Why:    no open set of such stacks has scar drawn.  Here texture, coil, neighbours,
 *         sharpness and noise are a scanner's; only the wall's thickness and the scar
 *         are made, so that the scar's border is known exactly.
 * Way:    trace the wall -> thickness that a drawn patient has -> warp image and labels
 *         along rays -> give back the noise that stretching took -> lay scar into the
 *         wall -> add the difference of signal, blurred as the image is.
 * Layer:  sim.
 * Thread: pure functions of (source, plan).
 * Source: docs/simulator.md, section 11; docs/painting.md.
 * Limits: neighbours are pushed, not made anew; the contours are as good as the
 *         source's.  A painted stack is a derivative of its source and carries its
 *         licence.
 */
#ifndef SIM_PAINT_H
#define SIM_PAINT_H

#include "sim/paint_shape.h"
#include "sim/patient.h"

/* Which kinds of copies are made of hearts without scar; what is left of 1 gets scar of
 * hypertrophic cardiomyopathy. */
struct sim_paint_shares {
    double plain;   /* a thick wall and no scar */
    double infarct; /* scar of an infarct, half of them in a wall that is not thick */
};

struct sim_paint_plan {
    uint64_t seed, index;
    struct sim_patient patient; /* shape of the wall; pattern and burden of scar */
    bool thick;                 /* false: the wall stays as it is */
    double inward;              /* share of the growth that goes into the cavity */
    double contrast;            /* of scar, mean: over healthy wall, in its sd */
    double blood; /* what is brighter than the wall becomes brighter by this part */
};

/**
 * Draw what is made of a source.
 *
 * Thickness and shape are those of sim_patient_draw(SIM_COHORT); an aneurysm becomes a
 * midventricular hypertrophy.  Burdens are log-uniform: fibrosis 1.5 to 32 %, infarct 4
 * to 45 %, so that training sees large scars.  The contrast of scar is log-normal, in
 * standard deviations of all healthy myocardium of the stack: infarct median 2.25
 * (EMIDEC, measured: 0.9 to 3.6, median 2.1), fibrosis 2.1.  The blood, and all that is
 * brighter than the wall, is brighter in 30 % by up to 60 %, duller in 15 % by up to 30
 * %.
 *
 * @param index    of the copy: any number
 * @param scarred  the source has scar: it is made thick, and nothing is painted
 */
void sim_paint_draw(uint64_t seed, uint64_t index, bool scarred,
                    const struct sim_paint_shares *shares, struct sim_paint_plan *out);

/* All-zero is empty. */
struct sim_paint_case {
    struct image image;
    struct labels labels;
    double max_wall_mm;    /* thickest place after smoothing round the slice */
    double target_wall_mm; /* thickest place of the drawn patient in these slices */
    double amount;         /* of the growth to it: 1 unless the map would fold; 0: none
                              was asked for */
    double min_jacobian;
    double signal; /* S - M, in the unit of the image; 0 without scar */
    double percent_lge, scar_ml, myocardium_ml; /* of the labels */
};

/**
 * Make it.
 *
 * @param image, labels  the source, on the same grid; borrowed.  Labels other than 0..5
 *                       do not occur
 * @param[out] out       owned by the caller (sim_paint_clear); written only on success
 * Errors:  ERR_ARG (sizes differ), ERR_FORMAT (no myocardium or cavity), ERR_SUPPORT
 *          (no contrast of late enhancement), ERR_NUMERIC (the wall cannot be thickened
 *          without folding), ERR_NOMEM
 * Cost:    0.4 s for a stack of 250 x 250 x 8
 * Tests:   tests/unit/sim/paint.c
 */
bool sim_paint_make(const struct image *image, const struct labels *labels,
                    const struct sim_paint_frame *frame,
                    const struct sim_paint_plan *plan, struct sim_paint_case *out,
                    struct err *err) ATTR_MUST_USE;
void sim_paint_clear(struct sim_paint_case *c);

/** "none", "fibrosis", "infarct": as written in cohorts. */
const char *sim_paint_pattern_name(enum sim_pattern pattern);

#endif
