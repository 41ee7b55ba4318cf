/*
 * train_rows.h - which rows of a cohort are trained on, and which are watched.
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_TRAIN_ROWS_H
#define CLI_TRAIN_ROWS_H

#include "image/cohort.h"

/* Numbers of rows, in the cohort's order.  All-zero is empty. */
struct train_rows {
    size_t *train, *val; /* owned; room for every row of the cohort */
    size_t n_train, n_val;
};

void train_rows_clear(struct train_rows *rows);

/** Room for the rows of a cohort; none of them is in it.  Errors: ERR_NOMEM. */
bool train_rows_room(const struct cohort *cohort, struct train_rows *out,
                     struct err *err) ATTR_MUST_USE;

/**
 * Rows whose `split` is train (or all, if there is no such column), and val.  Where
 * nobody has split = val, a share of the others is held out.
 *
 * @param[out] out  owned by the caller (train_rows_clear), also after a failure
 * Errors: ERR_FORMAT (nobody to train on), ERR_NOMEM
 * Tests:  tests/unit/cli/train_rows.c
 */
bool train_rows_choose(const struct cohort *cohort, double share,
                       struct train_rows *out, struct err *err) ATTR_MUST_USE;

/**
 * Read a cohort to train on and choose its rows; images of every kind that this program
 * reads are its.
 *
 * @param[out] cohort, rows  owned by the caller (cohort_clear, train_rows_clear), also
 *                           after a failure; all-zero before
 * Errors: as cohort_read, train_rows_choose, with the file's name
 */
bool train_rows_read(const char *table, double share, struct cohort *cohort,
                     struct train_rows *rows, struct err *err) ATTR_MUST_USE;

/**
 * Hand a share of the training rows over to those who are watched, chosen by the
 * patients' names (split.h).
 * Errors: ERR_NOMEM
 */
bool train_rows_hold_out(const struct cohort *cohort, double share,
                         struct train_rows *rows, struct err *err) ATTR_MUST_USE;

/** Warn where a label map of these rows is newer than the model that was trained on
 *  them before: patients are known by their names, and one that was corrected since has
 *  not been learned from. */
void train_rows_warn_newer(const struct cohort *cohort, const size_t *row, size_t rows,
                           const char *model);

#endif
