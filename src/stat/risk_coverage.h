/*
 * risk_coverage.h - does the doubt stand where the errors are?
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_RISK_COVERAGE_H
#define STAT_RISK_COVERAGE_H

#include <stddef.h>

#include "base/err.h"

/* Mean loss of the most trusted share of the cases. */
struct stat_risk_point {
    double coverage; /* share of the cases kept, in (0, 1] */
    double risk;     /* their mean loss */
};

/* All-zero is empty. */
struct stat_risk_coverage {
    struct stat_risk_point *point; /* owned; [n], coverage i / n */
    size_t n;
    double aurc;    /* area under the curve: the mean of the risks */
    double optimal; /* the area if the doubt ranked the cases as their loss does */
    double random;  /* the area if the doubt said nothing: the mean loss */
};

/**
 * Keep the least doubtful case, the two least, ... all: the mean loss of those kept.
 *
 * Cases of the same doubt are in no order: each counts as the mean loss of its group,
 * which is the mean over all their orders.
 *
 * @param doubt     [n]; the higher the less trusted; borrowed
 * @param loss      [n], 0 or more (1 - DSC, an absolute error); borrowed
 * @param[out] out  owned by the caller (stat_risk_coverage_clear); written only on
 *                  success
 * Errors:  ERR_ARG (n = 0), ERR_NUMERIC (a value that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Source:  Geifman and El-Yaniv, NeurIPS 2017, doi 10.48550/arXiv.1705.08500 (the
 *          curve); Geifman, Uziel, El-Yaniv, ICLR 2019, doi 10.48550/arXiv.1805.08206
 *          (the areas)
 * Tests:   tests/unit/stat/risk_coverage.c
 */
bool stat_risk_coverage(const double *doubt, const double *loss, size_t n,
                        struct stat_risk_coverage *out, struct err *err) ATTR_MUST_USE;

void stat_risk_coverage_clear(struct stat_risk_coverage *curve);

#endif
