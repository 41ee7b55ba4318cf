/*
 * import.h - the data sets that `cicatrix import` knows.
 *
 * How to add one: src/cli/import_<name>.c with the function below, a line in the table
 * of import.c, a test with a made-up folder of that layout.
 *
 * Layer:  cli.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

struct import_request {
    const char *source, *out;
    bool force;     /* write over a cohort that is there */
    FILE *progress; /* NULL is silent */
};

struct import_counts {
    size_t patients, labelled, test;
};

/**
 * EMIDEC (Lalande et al., Data 2020;5(4):89): Case_X/Images/Case_X.nii.gz and
 * Case_X/Contours/Case_X.nii.gz in `source` or one folder below it.
 *
 * Everything is read and checked before anything is written; then images and labels are
 * copied as they are, and COHORT.csv is written last.  When it fails, what this call
 * wrote is removed.  Every faulty case is named on stderr, not the first alone.
 *
 * Errors:  ERR_IO, ERR_FORMAT (no case found, a case that does not pass), ERR_ARG (a
 *     cohort is there already), ERR_NOMEM
 */
bool import_emidec(const struct import_request *request, struct import_counts *out,
                   struct err *err) ATTR_MUST_USE;

#endif
