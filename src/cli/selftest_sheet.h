/*
 * selftest_sheet.h - hearts of many patients on one sheet, for the human eye.
 *
 * Why:    statistics pass images that no reader would take for real ones.
 * Layer:  cli.
 * Thread: safe.
 */
#ifndef CLI_SELFTEST_SHEET_H
#define CLI_SELFTEST_SHEET_H

#include "image/cohort.h"

struct selftest_heart {
    const struct cohort *cohort; /* borrowed */
    size_t row;
    char caption[48], value[48]; /* top and bottom of the tile */
};

/**
 * Write a PNG of the middle slice of each heart, without contours.
 *
 * Every tile shows 120 mm about the left ventricle of the slice half way between the
 * first and the last with myocardium (of the truth, or of the reading where there is
 * none), in a window of its own by one rule for all, the 1st to the 99.5th percentile
 * of what is shown.  Where the header knows the patient's axes the lateral wall is on
 * the right and the inferior wall below, whatever way the stack is stored.
 *
 * @param heart  [hearts], 1 or more
 * Errors: those of the files (named), ERR_FORMAT (a patient without myocardium),
 *         ERR_IO, ERR_NOMEM
 */
bool selftest_sheet_write(const struct selftest_heart *heart, size_t hearts,
                          const char *title, const char *path,
                          struct err *err) ATTR_MUST_USE;

#endif
