/*
 * selftest_judge.h - which statistics a simulated cohort is judged by, and how far it
 *                    may be from what is known of patients.
 *
 * Layer:  cli.
 * Thread: pure functions.
 * Source: docs/simulator.md, section 10: which ranges follow the literature, and which
 *         are assumed; the papers stand beside the ranges in the .c file, too.
 */
#ifndef CLI_SELFTEST_JUDGE_H
#define CLI_SELFTEST_JUDGE_H

#include "cli/selftest_check.h"
#include "cli/selftest_patient.h"

struct selftest_group {
    const struct selftest_patient *patient; /* [patients], borrowed */
    size_t patients;
    const char *const *site; /* [sites] names without repetition, borrowed */
    size_t sites;
};

/** Anatomy, burden, map of scar, readers: what columns and masks say. */
bool selftest_judge_cohort(const struct selftest_group *group,
                           struct selftest_checks *out, struct err *err) ATTR_MUST_USE;

/** Statistics of the images, by site; without verdict if `simulated` is false: the
 *  ranges are meant for hypertrophic cardiomyopathy, not for infarcts. */
bool selftest_judge_images(const struct selftest_group *group, bool simulated,
                           struct selftest_checks *out, struct err *err) ATTR_MUST_USE;

/** Burdens by 2, 4 and 6 sd, by site. */
bool selftest_judge_nsd(const struct selftest_group *group, struct selftest_checks *out,
                        struct err *err) ATTR_MUST_USE;

#endif
