/*
 * learn.h - learn what signs of doubt are worth, from patients with a truth.
 *
 * Way:    what is learned is listed in measure/confidence.h.  Errors are divided by a u
 *         that was fitted without their patient (LEARN_FOLDS groups, in turn), so that
 *         the bound is not too small where few patients carry many signs; the limit of
 *         doubt comes from values found in the same way.
 * Layer:  measure.
 * Thread: pure functions.
 */
#ifndef MEASURE_LEARN_H
#define MEASURE_LEARN_H

#include "measure/confidence.h"

enum { LEARN_FOLDS = 10, LEARN_LEAST = 20, LEARN_LEAST_OTHERS = 5 };

/* A patient with a truth, segmented by a network that was not trained on it. */
struct measure_trial {
    struct measure_features features;
    double percent_lge, truth; /* %LGE, both finite */
    double loss;               /* 1 - DSC, 0..1 */
};

enum { MEASURE_KIND_LGE = -1 };

/* A stack without a truth. */
struct measure_other {
    struct measure_features features;
    int kind; /* 0, 1, ...: cine, another organ, ...; MEASURE_KIND_LGE: LGE, which has
                 its part in looks and fences */
};

/* What is learned from. */
struct measure_trials {
    const struct measure_trial *trial; /* [n]; borrowed */
    size_t n;
    const struct measure_other *other; /* [others] */
    size_t others;
    int kinds; /* that are not LGE, at most MEASURE_LOOKS; 0: no look is learned */
};

/**
 * Learn.
 *
 * @param[out] out  written only on success
 * Errors:  ERR_ARG (fewer than LEARN_LEAST patients; fewer than
 *          LEARN_LEAST_OTHERS of a kind, too many kinds), ERR_NUMERIC (a trial's number
 *          that is not finite), ERR_NOMEM
 * Cost:    some 10 ms for 100 patients
 * Source:  see the headers named above; Tukey, Exploratory Data Analysis, 1977, chapter
 *          2 (fences); Barber, Candes, Ramdas, Tibshirani, Ann Stat 49:486-507, 2021,
 *          doi 10.1214/20-AOS1965 (errors left out of their fit)
 * Tests:   tests/unit/measure/learn.c
 */
bool measure_learn(const struct measure_trials *trials, struct measure_confidence *out,
                   struct err *err) ATTR_MUST_USE;

#endif
