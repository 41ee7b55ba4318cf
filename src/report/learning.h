/*
 * learning.h - learning curves: loss and validation over the epochs of every fold.
 *
 * Why:    whether a network could have learned more, or learns its patients by heart,
 *         is seen here and in no number.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_LEARNING_H
#define REPORT_LEARNING_H

#include <stddef.h>

#include "base/err.h"

/* A value at some of the epochs. */
struct learning_series {
    const double *epoch, *value; /* [n], borrowed */
    size_t n;
};

/* One training. */
struct learning_curve {
    const char *name; /* "fold 0" */
    struct learning_series loss, myocardium, scar;
};

struct learning {
    const struct learning_curve *curve; /* [curves], borrowed */
    size_t curves;                      /* 1 or more */
    const char *watched; /* whom the validation shows: "patients held out" */
};

/**
 * Draw loss (a) and validation DSC of myocardium and scar (b) at a print width of
 * 180 mm, and write `stem`.pdf, .svg and .png.  Trainings without validation leave b
 * empty.
 *
 * Errors:  ERR_ARG (no curve, no epoch), ERR_NUMERIC (a value that is not finite),
 *          ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Tests:   tests/unit/report/learning.c
 */
bool report_learning_write(const struct learning *learning, const char *stem,
                           struct err *err) ATTR_MUST_USE;

#endif
