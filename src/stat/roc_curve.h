/*
 * roc_curve.h - sensitivity against false alarms, for every threshold of a score.
 *
 * Layer:  stat (knows no images; may use base).
 * Thread: pure functions, no globals; safe to call concurrently.
 */
#ifndef STAT_ROC_CURVE_H
#define STAT_ROC_CURVE_H

#include <stddef.h>

#include "base/err.h"

/* What "positive if score >= threshold" gives. */
struct stat_roc_point {
    double threshold;                 /* infinite at the first point */
    double sensitivity, false_alarms; /* shares of the truly positive, truly negative;
                                         false alarms: 1 - specificity */
};

/* From (0, 0) to (1, 1), rising.  All-zero is empty. */
struct stat_roc_curve {
    size_t positives, negatives;
    bool available;               /* false: one of the classes is empty; no points */
    struct stat_roc_point *point; /* owned; [n] */
    size_t n;                     /* distinct scores, and one */
    double area;                  /* under the curve; NaN when not available */
};

/**
 * The curve of a score.
 *
 * Cases with the same score (tied, stat/rank.h) enter together, so that a tie between
 * the classes is a slope and the order of the cases does not count.  The area, by
 * trapezoids, is
 *
 *   P(score of a positive > score of a negative) + P(equal) / 2
 *
 * @param score     [n], more of it speaks for positive; borrowed
 * @param positive  [n], the truth; borrowed
 * @param[out] out  owned by the caller (stat_roc_curve_clear); written only on success
 * Errors:  ERR_NUMERIC (a score that is not finite), ERR_NOMEM
 * Cost:    O(n log n)
 * Source:  Hanley and McNeil, Radiology 143:29-36, 1982 (doi
 *          10.1148/radiology.143.1.7063747); Fawcett, Pattern Recognition Letters
 *          27:861-874, 2006, section 5
 * Tests:   tests/unit/stat/roc_curve.c
 */
bool stat_roc_curve(const double *score, const bool *positive, size_t n,
                    struct stat_roc_curve *out, struct err *err) ATTR_MUST_USE;

void stat_roc_curve_clear(struct stat_roc_curve *curve);

#endif
