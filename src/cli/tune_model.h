/*
 * tune_model.h - fit a model file's decision on the patients of a cohort.
 *
 * Layer:  cli.   Way of fitting: unet/tune.h.
 */
#ifndef CLI_TUNE_MODEL_H
#define CLI_TUNE_MODEL_H

#include "unet/tune.h"

enum { TUNE_PATIENTS = 200 }; /* usual `most`: more would not move three numbers */

/* Whom to fit on and how. */
struct tune_plan {
    size_t most; /* patients at most, chosen by their names */
    int threads; /* 0: all cores */
    bool sizes;  /* the sizes alone: the odds stay 1 (tune.h) */
};

/**
 * Fit a decision on folds and write the model `from` with it to `to` (which may be the
 * same file), with a progress line on a terminal.
 *
 * @param fold      those without a model get `from`'s
 * @param[out] out  may be NULL
 * Errors: as tune_fit_folds, tune_write, model_load
 */
bool tune_model_folds(const char *from, struct tune_fold *fold, size_t folds,
                      int threads, const char *to, struct tune_result *out,
                      struct err *err) ATTR_MUST_USE;

/** Is there anybody to fit on: whose reader drew scar?  To be asked before hours of
 *  training.  Errors: ERR_FORMAT (nobody; names the table) */
bool tune_model_can(const struct tune_patients *patients,
                    struct err *err) ATTR_MUST_USE;

/**
 * Fit the decision of the model `from` on rows of a cohort and write the model with it
 * to `to` (which may be the same file), with a progress line on a terminal.
 *
 * @param patients  whose rows are shuffled in place
 * @param[out] out  may be NULL
 * Errors: as tune_fit, tune_write, model_load
 */
bool tune_model_rows(const char *from, const struct tune_patients *patients,
                     const struct tune_plan *plan, const char *to,
                     struct tune_result *out, struct err *err) ATTR_MUST_USE;

/** The same on the rows of a cohort's table whose `split` it is (all rows, where it has
 *  no such column).  Errors: also as cohort_read; ERR_FORMAT (no such row). */
bool tune_model(const char *from, const char *table, const char *split,
                const struct tune_plan *plan, const char *to, struct tune_result *out,
                struct err *err) ATTR_MUST_USE;

/** Has the model in this file a fitted decision?  Errors: as model_load. */
bool tune_model_is_tuned(const char *path, bool *tuned, struct err *err) ATTR_MUST_USE;

#endif
