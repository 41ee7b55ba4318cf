/*
 * selftest_patient.h - what the self-test needs to know of one patient.
 *
 * Layer:  cli.
 * Thread: pure but for the files read; patients may be read side by side.
 */
#ifndef CLI_SELFTEST_PATIENT_H
#define CLI_SELFTEST_PATIENT_H

#include "image/cohort.h"
#include "sim/calibrate.h"

enum { SELFTEST_SEGMENTS = 17 }; /* of the American Heart Association */

enum selftest_number {
    SELFTEST_MASS_G, /* of the truth's masks, papillary muscles excluded */
    SELFTEST_CAVITY_ML,
    SELFTEST_MAX_WALL_MM,
    SELFTEST_THICK_SEGMENTS, /* of 16, with a wall of 15 mm or more */
    SELFTEST_TRUE_PERCENT,   /* %LGE by volume shares, not by the masks */
    SELFTEST_TRUE_SCAR_ML,
    SELFTEST_READER1_PERCENT,
    SELFTEST_READER2_PERCENT,
    SELFTEST_READERS_SCAR_DSC, /* reader 1 and reader 2 */
    SELFTEST_READERS_MYOCARDIUM_DSC,
    SELFTEST_TRUTH_SCAR_DSC, /* truth and reader 1 */
    SELFTEST_TRUTH_MYOCARDIUM_DSC,
    SELFTEST_SLICES_READ, /* with myocardium of reader 1 */
    SELFTEST_2SD_ML,
    SELFTEST_4SD_ML,
    SELFTEST_6SD_ML,
    SELFTEST_NUMBERS
};

struct selftest_patient {
    const char *id, *site, *subtype;        /* borrowed from the cohort; never NULL */
    double number[SELFTEST_NUMBERS];        /* NaN: not available */
    double segment_scar[SELFTEST_SEGMENTS]; /* share of each; NaN: not available */
    struct sim_calibrate_table calibrate;   /* owned */
};

/** Is this a simulated cohort: does it know the truth (columns truth, reader2,
 *  true_percent_lge)? */
bool selftest_patient_simulated(const struct cohort *cohort);

/**
 * Read the files of a row and measure.
 *
 * Of a cohort that is not simulated the image's statistics alone are taken.  Columns
 * that are missing or empty give NaN; `segment_scar` holds 17 shares separated by
 * blanks.
 *
 * @param[out] out  owned by the caller (selftest_patient_clear)
 * Errors: those of the files (named); ERR_FORMAT (a cell that is no number; grids that
 *     differ)
 */
bool selftest_patient_read(const struct cohort *cohort, size_t row,
                           struct selftest_patient *out, struct err *err) ATTR_MUST_USE;

void selftest_patient_clear(struct selftest_patient *patient);

#endif
