/*
 * kappa.h - agreement on two classes beyond chance.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_KAPPA_H
#define STAT_KAPPA_H

#include "stat/proportion.h"

struct stat_kappa {
    size_t n;
    bool available;          /* false: no cases, or both sides name one class only */
    double observed, chance; /* proportions of agreement; NaN without cases */
    double kappa; /* (observed - chance) / (1 - chance); NaN if not available */
    double se;
    struct stat_interval ci; /* kappa -+ 1.96 se, cut to -1 and 1; NaN at kappa = 1 and
                                -1 and where one side names one class only (kappa = 0),
                                for there se is 0 however few the cases */
};

/**
 * Cohen's kappa of a two-by-two table, with the standard error for kappa other than 0.
 *
 * Where nearly all cases are of one class, kappa is low however good the agreement.
 *
 * Source:  Cohen, Educ Psychol Meas 20:37-46, 1960, doi 10.1177/001316446002000104;
 *          Fleiss, Cohen and Everitt, Psychol Bull 72:323-327, 1969, doi
 *          10.1037/h0028106 (standard error).
 * Tests:   tests/unit/stat/kappa.c
 */
struct stat_kappa stat_kappa(const struct stat_confusion *c);

#endif
