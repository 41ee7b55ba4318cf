/*
 * evaluate_group.h - statistics of some of the patients.
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_EVALUATE_GROUP_H
#define CLI_EVALUATE_GROUP_H

#include "cli/evaluate_study.h"

/* Of patients, for the interval of a mean, which is printed to three digits. */
enum { EVALUATE_RESAMPLES = 10000, EVALUATE_SEED = 1 };

/**
 * Statistics over the members of a group.
 *
 * DSC and scores: a region empty in both maps counts as evaluate_score says, and is
 * counted; a DSC with one empty map is 0.
 * Correlation and agreement: patients whose quantity exists on both sides.  The
 * Passing-Bablok line of more than STAT_PASSING_BABLOK_MAX patients is not available.
 * Class: patients with a myocardium in truth; a prediction without one is "not large",
 * and its %LGE is 0 for the ROC curve.
 *
 * @param cases, member  [n]; borrowed; members that were not evaluated are counted only
 * @param[out] out       written only on success
 * Errors: ERR_NOMEM
 * Tests:  tests/unit/cli/evaluate_group.c
 */
bool evaluate_group_compute(const struct evaluate_case *cases, const bool *member,
                            size_t n, enum measure_rule rule,
                            const struct evaluate_scoring *scoring,
                            struct evaluate_group *out, struct err *err) ATTR_MUST_USE;

/** Mean and spread of `n` values, finite, with the interval of all means here; the rest
 *  of `out` stays.  Errors: ERR_NUMERIC, ERR_NOMEM. */
bool evaluate_group_mean(const double *x, size_t n, struct evaluate_scored *out,
                         struct err *err) ATTR_MUST_USE;

#endif
