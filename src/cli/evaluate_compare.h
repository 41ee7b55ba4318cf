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
 * Scar DSC of each method over the groups of each column of `by`: Kruskal-Wallis and
 * one-way analysis of variance.  A patient whose cell is empty belongs to no group.
 *
 * @param study  compared; its methods' `between` is filled
 * Errors: ERR_NOMEM, ERR_NUMERIC
 * Tests:  tests/unit/cli/evaluate_compare.c
 */
bool evaluate_compare_groups(struct evaluate_study *study,
                             struct err *err) ATTR_MUST_USE;

/**
 * Every pair of methods: paired Wilcoxon and t test of scar DSC and of the absolute
 * error of %LGE, in the patients that have the quantity with both.
 *
 * @param study  compared; its `compares` is filled (none with one method)
 * Errors: ERR_NOMEM, ERR_NUMERIC
 */
bool evaluate_compare_methods(struct evaluate_study *study,
                              struct err *err) ATTR_MUST_USE;

/** A compared quantity of one patient; NaN when not available. */
double evaluate_compare_value(const struct evaluate_case *c,
                              enum evaluate_compared quantity);

#endif
