/*
 * figure2.h - automated against manual: scar volume and %LGE over all patients.
 *
 * Why:    figure 2 of Fahmy et al., Radiology 2020;294:52-60: scar volume in the left
 *         column, %LGE in the right; a, b linear regression; c, d Bland-Altman.
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_FIGURE2_H
#define REPORT_FIGURE2_H

#include <stddef.h>

#include "base/err.h"

/* One quantity of all patients, by both readers. */
struct figure2_pairs {
    const double *reference, *method; /* [n], borrowed */
};

struct figure2 {
    size_t n; /* patients, 3 or more */
    struct figure2_pairs scar_ml, percent_lge;
    const size_t *group;           /* [n], below `groups`; NULL: one group */
    const char *const *group_name; /* [groups], for the legend */
    size_t groups;                 /* 0: no legend of groups */
    const char *reference_name;    /* "manual" */
    const char *method_name;       /* "3D CNN" */
};

/**
 * Compute regression, correlation and agreement (see stat), draw the four panels at a
 * print width of 180 mm and write `stem`.pdf, .svg and .png.
 *
 * Where bias or scatter depends on the mean (P below STAT_BLAND_ALTMAN_ALPHA) bias and
 * limits that follow it are drawn over the constant ones, finely dashed.
 *
 * Where the reference does not vary there is no line and r is "not available".
 *
 * Errors:  ERR_ARG (fewer than 3 patients, a group out of range), ERR_NUMERIC (a value
 *          that is not finite: patients without a %LGE are left out by the caller),
 *          ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Cost:    about 0.4 s
 * Tests:   tests/unit/report/figure2.c
 */
bool report_figure2_write(const struct figure2 *figure, const char *stem,
                          struct err *err) ATTR_MUST_USE;

#endif
