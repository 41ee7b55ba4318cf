/*
 * calibrate_trial.h - what a calibration is worth on patients that it did not see.
 *
 * Why:    an interval that was fitted to hold nine of ten patients holds nine of ten of
 *         these; whether it holds the next is another question.  Each patient is judged
 *         by what was learned from the others.
 * Way:    patients in CALIBRATE_GROUPS groups or fewer (each by itself when there are
 *         no more); one group after the other is left out of measure_learn() and
 *         judged.  Stacks without a truth are left out in the same way.
 * Layer:  cli.
 * Thread: one.
 */
#ifndef CLI_CALIBRATE_TRIAL_H
#define CLI_CALIBRATE_TRIAL_H

#include "cli/calibrate_read.h"
#include "stat/auc.h"
#include "stat/describe.h"
#include "stat/proportion.h"
#include "stat/risk_coverage.h"

enum { CALIBRATE_GROUPS = 50, CALIBRATE_LEAST = 25 };

/* Some of the patients; the bands are of the %LGE that is printed. */
enum calibrate_part {
    CALIBRATE_ALL,
    CALIBRATE_WITH_SCAR, /* in truth */
    CALIBRATE_WITHOUT_SCAR,
    CALIBRATE_AT_0,
    CALIBRATE_TO_5, /* above 0 */
    CALIBRATE_TO_15,
    CALIBRATE_ABOVE_15,
    CALIBRATE_PARTS
};

/* Does the truth lie in the intervals, and how wide are they?  Of all patients the
 * share is about the level by construction, since the bound of each is that quantile of
 * the errors of the others; so its Wilson interval means nothing.  Of a part it may be
 * any.
 */
struct calibrate_coverage {
    struct stat_proportion inside,
        plain_inside;          /* plain: one for everybody, the same */
    double width, plain_width; /* means, points of %LGE, cut to 0..100; NaN of nobody */
};

/* By which DSC the worst tenth is found. */
enum calibrate_worst {
    CALIBRATE_BY_BOTH,
    CALIBRATE_BY_MYOCARDIUM,
    CALIBRATE_BY_SCAR,
    CALIBRATE_WORSTS
};

/* Flagged: a verdict of review or reject. */
struct calibrate_flagged {
    struct stat_proportion worst, rest;
};

/* A patient, judged by the others. */
struct calibrate_verdict {
    struct measure_judgement judgement;
    struct quality quality;      /* rules on the shape, and the judgement */
    bool covered, plain_covered; /* the truth lies in its interval; in the plain one */
    double plain_width;
};

struct calibrate_trial {
    struct calibrate_verdict *verdict; /* owned; [n] */
    size_t n;
    struct calibrate_coverage part[CALIBRATE_PARTS];
    double spread[2];          /* of the coverage of new patients: 5 and 95 % */
    struct stat_summary width; /* of the intervals */
    struct stat_auc large;     /* of the probability */
    double brier, brier_share; /* of the probability; of the share of the others */
    struct stat_risk_coverage by_doubt; /* expected 1 - DSC, and 1 - DSC */
    struct stat_risk_coverage by_error; /* expected error, and error of %LGE */
    struct calibrate_flagged flagged[CALIBRATE_WORSTS];
    struct stat_proportion all_flagged, all_rejected;
    struct stat_proportion lge_suspected, lge_rejected; /* of the LGE, by their look */
    /* of stacks without a truth that are not LGE, and of those that are; by anything */
    struct stat_proportion others_suspected, others_rejected;
    struct stat_proportion more_flagged, more_rejected;
};

/**
 * @param set       borrowed
 * @param[out] out  owned by the caller (calibrate_trial_clear); written only on success
 * Errors: ERR_ARG (fewer than CALIBRATE_LEAST patients), those of measure/learn.h
 * Cost:   some seconds for 100 patients
 * Tests:  tests/unit/cli/calibrate_trial.c
 */
bool calibrate_trial_run(const struct calibrate_set *set, struct calibrate_trial *out,
                         struct err *err) ATTR_MUST_USE;

void calibrate_trial_clear(struct calibrate_trial *trial);

/** All patients and others of a set, as measure_learn() takes them.
 *  @param[out] trials  [n] copies, owned by the caller; NULL with ERR_NOMEM */
struct measure_trial *calibrate_trial_all(const struct calibrate_set *set,
                                          struct err *err) ATTR_MUST_USE;

#endif
