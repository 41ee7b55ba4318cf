/*
 * calibrate_read.h - what a calibration is learned from: results of quantify, and a
 * truth.
 *
 * Layer:  cli.
 * Thread: one.
 */
#ifndef CLI_CALIBRATE_READ_H
#define CLI_CALIBRATE_READ_H

#include "image/cohort.h"
#include "measure/learn.h"
#include "report/quality.h"
#include "unet/model.h"

/* Of a kind: one is left out when the rest is learned from. */
enum { CALIBRATE_LEAST_OTHERS = LEARN_LEAST_OTHERS + 1 };

/* A patient with a truth and a result. */
struct calibrate_patient {
    char id[80];
    struct measure_trial trial;
    double dsc_myocardium, dsc_scar; /* NaN: no scar in truth */
    struct quality shape;            /* the rules that need no calibration */
};

/* All-zero is empty. */
struct calibrate_set {
    struct calibrate_patient *patient; /* owned; [n] */
    size_t n;
    char networks[MODEL_NETWORKS]; /* that segmented the patients; "" if none */
    size_t unlabelled; /* rows of the cohort without a truth, or with one of which wall
                          or scar was not drawn (column `labelled`) */
    size_t missing;    /* without a result in the folder */
    size_t not_measured;         /* without myocardium in the result or in the truth */
    struct measure_other *other; /* owned; [others], stacks without a truth */
    size_t others;
    int kinds;            /* of them: folders with CALIBRATE_LEAST_OTHERS or more */
    size_t other_without; /* of these folders, results without myocardium */
};

void calibrate_read_clear(struct calibrate_set *set);

/**
 * Read the results of a cohort's patients, and compare their labels with the truth.
 *
 * @param dir     folder with <id>/results.json and <id>/labels.nii.gz, or with a folder
 *                `predictions` that has them (as crossval writes)
 * @param cohort  borrowed; column `label` is the truth
 * @param[in,out] set  patients are added; cleared by the caller in any case
 * Errors: ERR_IO (no such folder), ERR_FORMAT (a result that is not readable or has no
 *     features, or comes from other networks than the others; label maps of another
 *     grid), ERR_NOMEM; all name the file
 */
bool calibrate_read_patients(const char *dir, const struct cohort *cohort,
                             struct calibrate_set *set, struct err *err) ATTR_MUST_USE;

/**
 * Add the results in the folders of `dir` as one kind of stacks that are not LGE, in
 * alphabetical order.  Those without myocardium are only counted: they are rejected in
 * any case; and so are all of a folder that has too few others.
 *
 * Errors: as above; ERR_FORMAT (fewer than CALIBRATE_LEAST_OTHERS results),
 *     ERR_SUPPORT (more than MEASURE_LOOKS kinds)
 */
bool calibrate_read_others(const char *dir, struct calibrate_set *set,
                           struct err *err) ATTR_MUST_USE;

/** Add the results in the folders of `dir` as LGE stacks without a truth, which must
 * not be taken for others.  Errors: as above; ERR_FORMAT (no results). */
bool calibrate_read_lge(const char *dir, struct calibrate_set *set,
                        struct err *err) ATTR_MUST_USE;

#endif
