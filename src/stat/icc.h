/*
 * icc.h - agreement of several raters: intraclass correlation.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_ICC_H
#define STAT_ICC_H

#include <stddef.h>

#include "base/err.h"
#include "stat/interval.h"

/* One form of the coefficient. */
struct stat_icc_form {
    double icc; /* NaN when not available; may be negative */
    struct stat_interval ci;
};

struct stat_icc {
    size_t n, k;    /* subjects, raters */
    bool available; /* false: below 3 subjects or 2 raters, or all subjects are the same
                     */
    double ms_subjects, ms_raters, ms_error; /* mean squares; NaN when not available */
    struct stat_icc_form icc21; /* ICC(2,1) = ICC(A,1): absolute agreement */
    struct stat_icc_form icc31; /* ICC(3,1) = ICC(C,1): consistency */
};

/**
 * Intraclass correlations of single ratings, from the two-way analysis of variance
 * without replication.
 *
 *   ICC(2,1) = (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n)
 *   ICC(3,1) = (MSR - MSE) / (MSR + (k - 1) MSE)
 *
 * A rater who always reads 2 mL too much lowers the first, not the second.  Intervals
 * are those of F; the one of ICC(2,1) takes Satterthwaite's degrees of freedom.  Where
 * the coefficient is 1 the interval is the point itself; NaN where Satterthwaite's
 * degrees of freedom vanish (a coefficient far below 0).
 *
 * @param x         [n][k], a row per subject, all in one unit; borrowed
 * @param[out] out  written only on success
 * Errors:  ERR_NUMERIC (a value that is not finite)
 * Source:  Shrout and Fleiss, Psychol Bull 86:420-428, 1979, doi
 *          10.1037/0033-2909.86.2.420; McGraw and Wong, Psychol Methods 1:30-46, 1996,
 *          doi 10.1037/1082-989X.1.1.30 (Tables 4 and 7).
 * Tests:   tests/unit/stat/icc.c
 */
bool stat_icc(const double *x, size_t n, size_t k, struct stat_icc *out,
              struct err *err) ATTR_MUST_USE;

#endif
