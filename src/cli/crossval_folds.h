/*
 * crossval_folds.h - who is held out when, and who may then be learned from.
 *
 * Why:    a patient who was seen in training is no test, nor is a copy of that patient
 *         that was painted, warped or read again.
 * Layer:  cli.
 * Thread: pure functions.
 *
 * A row belongs to a patient: to the one named in its column `source_id`, where it has
 * one, else to the one that it is.  `source_id` may name several, with blanks between.
 */
#ifndef CLI_CROSSVAL_FOLDS_H
#define CLI_CROSSVAL_FOLDS_H

#include "image/cohort.h"

enum { CROSSVAL_NEVER = -1, CROSSVAL_MAX_FOLDS = 1000 };

/* All-zero is empty. */
struct crossval_folds {
    int folds;
    bool given; /* by the column `fold` */
    int *of; /* [rows of the cohort], owned: the fold that holds the row out, 0 and on;
                CROSSVAL_NEVER: none does */
};

void crossval_folds_clear(struct crossval_folds *f);

/**
 * Take the folds of the column `fold`, if there is one with any value (a labelled row
 * without is learned from in every fold); else deal the patients by their names (as
 * split_deal), stratified by the column `group` if there is one.  A row without a label
 * is in no fold.
 *
 * @param folds  how many, 2 or more; 0: as many as the column has, without one 5
 * Errors: ERR_ARG (`folds` is not what the column has), ERR_FORMAT (a fold that is no
 *     number, or has no patient; a patient in two folds; one fold alone), ERR_NOMEM;
 *     without the file's name
 * Tests:  tests/unit/cli/crossval_folds.c
 */
bool crossval_folds_assign(const struct cohort *cohort, int folds,
                           struct crossval_folds *out, struct err *err) ATTR_MUST_USE;

/** Rows that a fold holds out (`held`), or does not: labelled, and not held out.
 *
 *  @param[out] row   room for every row of the cohort
 *  @return  how many */
size_t crossval_folds_list(const struct cohort *cohort, const struct crossval_folds *f,
                           int fold, bool held, size_t *row);

/* Numbers of rows, in their order. */
struct crossval_list {
    size_t *row; /* [n] */
    size_t n;
    size_t struck; /* how many were struck out */
};

/**
 * Strike out every row that has a name (its `id`, one in `source_id`) in common with a
 * row that the fold holds out.
 *
 * @param cohort  whose patients are held out
 * @param from    whose rows the list has; may be the same cohort
 * Errors: ERR_NOMEM; then nothing was struck out
 */
bool crossval_folds_guard(const struct cohort *cohort, const struct crossval_folds *f,
                          int fold, const struct cohort *from,
                          struct crossval_list *list, struct err *err) ATTR_MUST_USE;

#endif
