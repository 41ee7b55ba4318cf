/*
 * paint_cohort.h - a cohort painted on the labelled patients of another.
 *
 * Layer:  cli.
 * Thread: one call at a time for a folder; it starts its own threads.
 *
 * In the folder: images/ID.nii.gz, labels/ID.nii.gz, COHORT.csv; ID is the source's
 * with -p1, -p2, ... behind it.  Columns beside the usual: source_id and fold are the
 * source's (its own source_id, if it has one), so that no split or fold has a patient
 * on both sides; what was made is in pattern (none, fibrosis, infarct, kept: the
 * source's own), morphology (thin: the wall stayed), burden (asked for), percent_lge
 * (of the labels), max_wall_mm and so on.
 */
#ifndef CLI_PAINT_COHORT_H
#define CLI_PAINT_COHORT_H

#include "image/cohort.h"
#include "sim/paint.h"

struct paint_cohort_plan {
    const char *table;         /* COHORT.csv of the sources */
    const char *dir;           /* made if missing */
    const char *split, *group; /* of the sources that are painted; NULL: all */
    int copies, threads;
    uint64_t seed;
    struct sim_paint_shares shares;
    void (*report)(void *user, int64_t done, int64_t total); /* may be NULL */
    void *user;
};

/**
 * Write it, or the rest of one that was begun.  Rows without a label are left out.
 *
 * Copy k of a patient depends on the seed, the patient's id, his files and k alone.
 *
 * Errors: as sim_folder_write(), cohort_read(), nifti_read_*() and sim_paint_make(),
 *         with the patient's id; ERR_FORMAT (no row is left), ERR_SUPPORT (an id too
 *         long for its copies, slices not along the third axis)
 * Tests:  tests/cli/paint.t
 */
bool paint_cohort_write(const struct paint_cohort_plan *plan,
                        struct err *err) ATTR_MUST_USE;

#endif
