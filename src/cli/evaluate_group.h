/*
 * evaluate_group.h - statistics of some of the patients.
 *
 * Layer:  cli.
 * Thread: pure functions.
 */
#ifndef CLI_EVALUATE_GROUP_H
#define CLI_EVALUATE_GROUP_H

#include "cli/evaluate_study.h"

/**
 * Statistics over the members of a group.
 *
 * DSC: a region empty in both maps is left out and counted; empty in one is 0.
 * Correlation and agreement: patients whose quantity exists on both sides.
 * Class: patients with a myocardium in truth; a prediction without one is "not large".
 *
 * @param cases, member  [n]; borrowed; members that were not evaluated are counted only
 * @param[out] out       written only on success
 * Errors: ERR_NOMEM
 * Tests:  tests/unit/cli/evaluate_group.c
 */
bool evaluate_group_compute(const struct evaluate_case *cases, const bool *member,
                            size_t n, enum measure_rule rule,
                            struct evaluate_group *out, struct err *err) ATTR_MUST_USE;

#endif
