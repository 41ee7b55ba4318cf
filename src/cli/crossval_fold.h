/*
 * crossval_fold.h - one fold: a model that is trained on the others, used on this one.
 *
 * Layer:  cli.
 * Thread: one process per fold, which a lock sees to.
 */
#ifndef CLI_CROSSVAL_FOLD_H
#define CLI_CROSSVAL_FOLD_H

#include "cli/crossval_work.h"

enum crossval_outcome {
    CROSSVAL_DONE, /* trained, and everybody held out has a result */
    CROSSVAL_BUSY, /* another process is at it */
};

/**
 * Train the fold's model, or join it of others, unless it is there; segment and measure
 * whoever the fold holds out and has no result of it.  A training that was interrupted
 * goes on from its checkpoint.
 *
 * @param what  "fold 2 (3 of 5)", for progress lines
 * @param wait  until another process that is at it has ended
 * Errors: as train_run, join_models, predict_rows_missing, crossval_rows_choose
 */
bool crossval_fold_run(const struct crossval *cv, int fold, const char *what, bool wait,
                       enum crossval_outcome *out, struct err *err) ATTR_MUST_USE;

/** Is all of the fold there?  Errors: ERR_NOMEM, ERR_ARG. */
bool crossval_fold_is_done(const struct crossval *cv, int fold, bool *done,
                           struct err *err) ATTR_MUST_USE;

#endif
