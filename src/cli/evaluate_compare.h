/*
 * evaluate_compare.h - is one method better than another, is one group worse?
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_EVALUATE_COMPARE_H
#define CLI_EVALUATE_COMPARE_H

#include "cli/evaluate_study.h"

/**
 * Scar DSC of each method over the groups of each column of `by`, in patients with scar
 * in truth: Kruskal-Wallis and one-way analysis of variance; Holm over all methods and
 * columns.  Groups with fewer than EVALUATE_BETWEEN of them are left out.  A patient
 * whose cell is empty belongs to no group.
 *
 * @param study  compared; its methods' `between` is filled
 * Errors: ERR_NOMEM, ERR_NUMERIC
 * Tests:  tests/unit/cli/evaluate_compare.c
 */
bool evaluate_compare_groups(struct evaluate_study *study,
                             struct err *err) ATTR_MUST_USE;

/**
 * Every pair of methods: paired Wilcoxon and t test of what enum evaluate_compared
 * names, in the patients that have the quantity with both, empty regions as the study's
 * scoring says; DeLong's test of the areas under the ROC curves of %LGE.  Holm over the
 * pairs of methods, for each quantity and test.  Truth and all methods together:
 * intraclass correlation, in the patients whom all have measured.
 *
 * @param study  compared; its `compares` (none with one method) and `raters` are filled
 * Errors: ERR_NOMEM, ERR_NUMERIC
 */
bool evaluate_compare_methods(struct evaluate_study *study,
                              struct err *err) ATTR_MUST_USE;

/** A compared quantity of one patient; NaN when not available, as with empty regions.
 */
double evaluate_compare_value(const struct evaluate_case *c,
                              enum evaluate_compared quantity);

/** Predicted %LGE as a score of large burden: 0 where no myocardium was found. */
double evaluate_compare_percent(const struct evaluate_case *c);

/** "scar_dsc", ... in files; "DSC of scar", ... in tables. */
const char *evaluate_compare_key(enum evaluate_compared quantity);
const char *evaluate_compare_name(enum evaluate_compared quantity);

#endif
