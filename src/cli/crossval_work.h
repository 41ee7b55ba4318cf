/*
 * crossval_work.h - a cross-validation at work: its patients, folds, options, folder.
 *
 *   crossval-state          the options in one line: what the folder belongs to
 *   folds.csv               who is held out when
 *   fold-K/patients.csv     who was learned from, watched, held out
 *   fold-K/model.safetensors, with its log, while it is trained its checkpoint
 *   predictions/<id>/       labels.nii.gz, results.json, by the model of that fold
 *   results.csv             one row per patient, as quantify writes it
 *   report/                 the evaluation; nothing in it shows a patient
 *
 * Each is there when it is finished, so that work that was interrupted goes on where it
 * stopped; what is removed is made again.
 *
 * Layer:  cli.
 * Thread: several processes may work in one folder, each at a fold of its own.
 */
#ifndef CLI_CROSSVAL_WORK_H
#define CLI_CROSSVAL_WORK_H

#include "cli/crossval_folds.h"
#include "cli/train_choice.h"
#include "cli/train_rows.h"
#include "cli/work_dir.h"

/* What stands in `--from` for the number of the fold. */
#define CROSSVAL_FOLD_MARK "{fold}"

/* Models that are there: nothing is trained, where there are folders. */
struct crossval_ensemble {
    struct opt_list dirs; /* cross-validations of the same folds: a fold's model is the
                             ensemble of theirs; empty: none */
    const char *tune_on;  /* a cohort that no network learned from, on which each is
                             fitted as by `tune --sizes`; NULL: none */
};

struct crossval {
    const char *table; /* borrowed, as is the text in `choice` */
    struct train_choice choice;
    struct crossval_ensemble ensemble;
    struct unet_config config;
    struct cohort cohort;
    struct crossval_folds folds;
    struct cohort also; /* patients to draw from besides; empty without `choice.also` */
    struct train_rows also_rows;
    char line[WORK_LINE]; /* the options in one line */
    char root[WORK_PATH], predictions[WORK_PATH], report[WORK_PATH];
};

/**
 * Read the cohorts, deal the folds, claim the folder and write folds.csv.
 *
 * @param table, choice, ensemble, root  borrowed as long as `out` is used
 * @param folds     as in crossval_folds_assign
 * @param[out] out  owned by the caller (crossval_clear); written only on success
 * Errors: as cohort_read, crossval_folds_assign, work_dir_claim, train_rows_choose,
 *     train_choice_config (ERR_ARG); ERR_FORMAT (an ensemble of other folds)
 */
bool crossval_open(const char *table, const struct train_choice *choice,
                   const struct crossval_ensemble *ensemble, int folds,
                   const char *root, struct crossval *out,
                   struct err *err) ATTR_MUST_USE;

void crossval_clear(struct crossval *cv);

/** As train_choice_config(), where the model to start from may have the fold's number
 * in its name: that of fold 0 tells what its network is like. */
bool crossval_config(const struct train_choice *choice, struct unet_config *out,
                     struct err *err) ATTR_MUST_USE;

/** Does another cross-validation hold the same patients out together?  Errors: as
 *  file_read; ERR_FORMAT (it does not). */
bool crossval_same_folds(const struct crossval *cv, const char *other,
                         struct err *err) ATTR_MUST_USE;

/** Path of a file of a fold, "model.safetensors".  Errors: ERR_ARG (too long). */
bool crossval_path(const struct crossval *cv, int fold, const char *name,
                   char out[AT_LEAST(WORK_PATH)], struct err *err) ATTR_MUST_USE;

/** Path of a fold's model in the folder of a cross-validation.  Errors: ERR_ARG. */
bool crossval_model_in(const char *root, int fold, char out[AT_LEAST(WORK_PATH)],
                       struct err *err) ATTR_MUST_USE;

/* Who takes part in a fold, as rows of the cohort and of the second one. */
struct crossval_rows {
    struct train_rows own; /* to learn from and to watch */
    struct crossval_list held, also;
    bool watches_held; /* `own.val` are those held out */
    size_t struck;     /* left out, in both cohorts: copies of who is held out */
};

/**
 * Choose them.  Watched are `choice.val_share` of those to learn from, who are then not
 * learned from; with a share of 0 those held out: nothing is chosen by watching, it
 * only draws the curve.
 *
 * @param[out] out  owned by the caller (crossval_rows_clear)
 * Errors: ERR_FORMAT (nobody to learn from), ERR_NOMEM
 * Tests:  tests/unit/cli/crossval_work.c
 */
bool crossval_rows_choose(const struct crossval *cv, int fold,
                          struct crossval_rows *out, struct err *err) ATTR_MUST_USE;

void crossval_rows_clear(struct crossval_rows *rows);

/** `from` with the fold's number in the place of CROSSVAL_FOLD_MARK; owned by the
 *  caller.  NULL with ERR_NOMEM. */
char *crossval_from(const char *from, int fold, struct err *err) ATTR_MUST_USE;

/** The file of the model that a fold starts from (find_model.h); owned by the caller.
 *  NULL with an error as crossval_from(), find_model(). */
char *crossval_from_file(const char *from, int fold, struct err *err) ATTR_MUST_USE;

#endif
