/*
 * crossval_evaluate.h - everybody who was held out, compared with the reading.
 *
 * Layer:  cli.
 * Thread: as evaluate_run.
 */
#ifndef CLI_CROSSVAL_EVALUATE_H
#define CLI_CROSSVAL_EVALUATE_H

#include <jansson.h>

#include "base/sha256.h"
#include "cli/crossval_work.h"
#include "cli/evaluate_methods.h"

/* A region over all patients of a method, beside what evaluate_group says of it. */
struct crossval_class {
    struct evaluate_dice official;      /* empty in both maps counts as 1: EMIDEC */
    struct evaluate_scored error_ml;    /* |prediction - truth| */
    struct evaluate_scored error_share; /* the same, % of the true myocardium */
};

struct crossval_method {
    struct crossval_class of[EVALUATE_REGIONS];
    struct evaluate_group *fold; /* [folds], owned; scored as the study is */
};

/* How a fold was made. */
struct crossval_fact {
    size_t learned, drawn, watched, held, struck;
    char sha256[SHA256_HEX], precision[16]; /* of the model; of the predictions */
};

/* All-zero is empty. */
struct crossval_result {
    struct evaluate_study
        study;       /* of the patients held out; the first method is ours */
    json_t *summary; /* summary.json */
    struct crossval_method *method; /* [study.n_methods] */
    size_t methods;
    struct crossval_fact *fact; /* [folds] of our own */
    int folds;
    struct evaluate_methods named;
    struct work_path *compared; /* folders of predictions of the others */
    bool *take;                 /* [rows of the cohort] */
    char by[64];
    bool watches_held;
};

/** Can there be such an evaluation?  To be asked before days of training.
 *  Errors: ERR_FORMAT (no such column, other folds), ERR_IO (no folder to compare
 * with), ERR_ARG (two methods of one name), ERR_NOMEM */
bool crossval_evaluate_check(const struct crossval *cv, const struct opt_list *compare,
                             const char *by, struct err *err) ATTR_MUST_USE;

/**
 * Write results.csv, compare, and write the tables and figures of `cicatrix evaluate`
 * into report/.
 *
 * @param compare   other cross-validations, "[NAME=]DIR", with the same folds
 * @param by        columns that make groups; NULL: `group` and `fold`, where they are
 * @param[out] out  owned by the caller (crossval_result_clear), borrows from `cv` and
 *                  `compare`; written only on success
 * Errors: as evaluate_run, evaluate_write, evaluate_figures_write, report_record_read;
 *     ERR_FORMAT (a patient who was not predicted by the model of the own fold, or
 *     could not be compared: here nobody may be missing; other folds in a folder to be
 *     compared)
 */
bool crossval_evaluate(const struct crossval *cv, const struct opt_list *compare,
                       const char *by, struct crossval_result *out,
                       struct err *err) ATTR_MUST_USE;

void crossval_result_clear(struct crossval_result *r);

#endif
