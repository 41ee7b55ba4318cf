/*
 * auc.h - how well a score parts two classes: the area under the ROC curve.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_AUC_H
#define STAT_AUC_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

struct stat_auc {
    size_t n_positive, n_negative;
    bool available;          /* false: a class has no case */
    double auc;              /* 0.5: no better than chance; NaN when not available */
    double se;               /* NaN below 2 cases of a class, and so the interval */
    struct stat_interval ci; /* auc -+ 1.96 se, cut to 0 and 1; NaN where se is 0: two
                                classes that are parted in a few cases are no certainty,
                                and DeLong's way cannot say how far from one */
};

struct stat_auc_pair {
    struct stat_auc a, b;
    double difference;       /* a - b; NaN when not available */
    struct stat_interval ci; /* NaN where se of the difference is not there, and where
                                both areas have one of 0 */
    double z, p;             /* NaN where the difference cannot vary */
};

/**
 * The chance that a positive case has a higher score than a negative one, ties
 * (stat/rank.h) counting one half (Mann and Whitney's U), with DeLong's interval.
 *
 * @param score     [n], higher means positive; borrowed
 * @param positive  [n]; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Source:  DeLong, DeLong and Clarke-Pearson, Biometrics 44:837-845, 1988, doi
 *          10.2307/2531595; Sun and Xu, IEEE Signal Process Lett 21:1389-1393, 2014,
 *          doi 10.1109/LSP.2014.2337313 (by ranks)
 * Tests:   tests/unit/stat/auc.c
 */
bool stat_auc(const double *score, const bool *positive, size_t n, struct stat_auc *out,
              struct err *err) ATTR_MUST_USE;

/**
 * DeLong's test of two scores of the same cases.
 *
 * @param[out] out  written only on success
 * Errors:  as above
 */
bool stat_auc_paired(const double *a, const double *b, const bool *positive, size_t n,
                     struct stat_auc_pair *out, struct err *err) ATTR_MUST_USE;

#endif
