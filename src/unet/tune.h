/*
 * tune.h - fit how a model's probabilities become labels to how its reader draws.
 *
 * Why:    a network learns voxel by voxel; how bright a rim still counts and how small
 *         a scar a reader leaves out are habits of the reader that three numbers hold
 *         (struct unet_decision), fitted on patients that the reader drew.
 * Layer:  unet.
 * Thread: as a predictor.
 *
 * The numbers are those of a grid for which the mean DSC of scar over the patients is
 * largest, where a patient without scar in both maps counts as 1 and in one of them as
 * 0: so a false scar costs as much as a missed one.  Of sizes that differ by less than
 * half a patient the least are taken.
 *
 * Patients whose reader drew no scar (column `labelled`) are left out.
 *
 * Patients of the model's own training may be used, but for sizes alone: a network is
 * surer of what it has learned from, and odds fitted there do not hold elsewhere (five
 * folds of EMIDEC: %LGE of unseen infarcts too small by 3.1 points with such odds, by
 * 2.0 without).  Test patients may not.
 */
#ifndef UNET_TUNE_H
#define UNET_TUNE_H

#include "image/cohort.h"
#include "unet/model.h"
#include "unet/predict.h"

/* Whom to fit on: rows of a cohort with columns image and label; borrowed. */
struct tune_patients {
    const struct cohort *cohort;
    size_t *row, rows; /* not changed here */
    bool seen; /* the network learned from them: sizes are fitted, the odds stay 1 */
};

/* A model, and patients whom it did not see; borrowed. */
struct tune_fold {
    const struct model *model;
    struct tune_patients held; /* `seen` of the first fold goes for all */
};

/* Called after each row. */
struct tune_watch {
    void (*report)(void *user, size_t done, size_t total);
    void *user;
};

struct tune_result {
    struct unet_decision decision;
    size_t patients; /* who were fitted on */
    /* that mean: with odds 1 and no size too small; as found */
    double dsc_before, dsc_after;
};

/**
 * Fit a model's decision on patients.
 *
 * @param watch     may be NULL
 * @param[out] out  written only on success
 * Errors: as predictor_new, predictor_run, dataset_read; ERR_ARG (no rows, none whose
 *         reader drew scar); messages name the file
 * Cost:   a prediction a patient, and little more
 * Tests:  tests/unit/unet/tune.c
 */
bool tune_fit(const struct model *model, const struct tune_patients *patients,
              const struct predict_options *options, const struct tune_watch *watch,
              struct tune_result *out, struct err *err) ATTR_MUST_USE;

/**
 * The same from several models, each with patients of its own, as a cross-validation
 * leaves them: one decision for all, fitted on everybody as a model drew them that had
 * not seen them.  The models must be of one recipe; it then holds for another one of
 * that recipe, which may have seen them all.
 *
 * Errors: as tune_fit
 */
bool tune_fit_folds(const struct tune_fold *fold, size_t folds,
                    const struct predict_options *options,
                    const struct tune_watch *watch, struct tune_result *out,
                    struct err *err) ATTR_MUST_USE;

/**
 * Write a model with another decision, and how it was found, atomically; `model` has it
 * from then on.  A calibration is left out: it was learned from what the model drew
 * before.
 *
 * Errors: ERR_IO, ERR_NOMEM
 */
bool tune_write(struct model *model, const struct tune_result *found, const char *path,
                struct err *err) ATTR_MUST_USE;

#endif
