/*
 * tune_folds.h - fit a model file's decision on those whom a cross-validation held out.
 *
 * Why:    a network draws fewer specks in whom it has learned from than in others, so
 *         the sizes of scar that a reader leaves out are best fitted on patients whom
 *         no model at hand has seen; a cross-validation has one of these for everybody.
 * Layer:  cli.   Way of fitting: unet/tune.h.
 */
#ifndef CLI_TUNE_FOLDS_H
#define CLI_TUNE_FOLDS_H

#include "cli/tune_model.h"

enum { TUNE_NO_FOLD = -1 };

/* Whom a cross-validation held out. */
struct tune_held {
    const char *dir;   /* its folder, as crossval wrote it */
    const char *table; /* its cohort; rows that no fold held out are passed over */
    int but; /* this fold's patients are left out, for its own model; TUNE_NO_FOLD: none
              */
};

/**
 * Fit a decision on them, each as the model drew it that did not see it, and write the
 * model `from` with it to `to`.
 *
 * @param plan      `most` is not heeded: all of them are taken
 * @param[out] out  may be NULL
 * Errors: as tune_fit_folds, tune_write, model_load; ERR_FORMAT (nobody was held out,
 *     folds.csv is none); ERR_ARG (no such fold)
 * Tests:  tests/cli/tune.t
 */
bool tune_folds_model(const char *from, const struct tune_held *held,
                      const struct tune_plan *plan, const char *to,
                      struct tune_result *out, struct err *err) ATTR_MUST_USE;

#endif
