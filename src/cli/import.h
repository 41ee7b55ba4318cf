/*
 * import.h - data sets that become cohorts.
 *
 * How to add one whose files a pattern can name: a line in the table of import.c.  Any
 * other: src/cli/import_<name>.c with a function like import_emidec().
 *
 * Layer:  cli.
 */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "image/label_codes.h"

struct import_segments;

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
 * Errors:  ERR_IO, ERR_FORMAT (no case found; those of import_cohort()), ERR_NOMEM
 */
bool import_emidec(const struct import_request *request, struct import_counts *out,
                   struct err *err) ATTR_MUST_USE;

/* Files named by patterns: "{id}" stands for the patient, wherever it stands the same
 * one, and "*" for anything within a name; the rest is meant as it stands.  A pattern
 * fits a path's end, from a folder's name on. */
struct import_pairs {
    const char *image, *label; /* "Case_{id}/LGE.nii.gz"; `label` may be NULL */
    struct label_codes codes;  /* of the labels; none: ours */
    const char *site, *vendor; /* "" if not known */
};

/** Are the patterns right?  Errors: ERR_ARG. */
bool import_pairs_check(const struct import_pairs *pairs,
                        struct err *err) ATTR_MUST_USE;

/**
 * Every image with its label map, if it has one.
 *
 * Errors:  ERR_ARG (no pattern), ERR_IO, ERR_FORMAT (no file found, two of one patient,
 *          a label map without an image; those of import_cohort()), ERR_SUPPORT,
 *          ERR_NOMEM
 * Tests:   tests/cli/import.t
 */
bool import_pairs(const struct import_pairs *pairs,
                  const struct import_request *request, struct import_counts *out,
                  struct err *err) ATTR_MUST_USE;

/* Series and what readers drew on them.  All borrowed. */
struct import_dicom {
    const char *const *source; /* files and folders, searched as one */
    size_t sources;
    const struct import_segments *segments; /* NULL: what the built-in table knows */
    const char *reader;        /* of objects, those in whose creator, description or
                                  label this stands; NULL: all */
    const char *site, *vendor; /* NULL: as the header says */
};

/**
 * Every series that quantify would measure, with the segmentation or structure set that
 * was drawn on it; of a study in which any series has one, those that have.
 *
 * Every object and file that is faulty is named on stderr.
 *
 * Errors:  ERR_IO, ERR_FORMAT (nothing to import; faulty objects: no image here, names
 *          that say nothing, two for one series, ...; those of import_cohort()),
 *          ERR_SUPPORT, ERR_NOMEM
 * Tests:   tests/cli/import_dicom.t
 */
bool import_dicom(const struct import_dicom *how, const struct import_request *request,
                  struct import_counts *out, struct err *err) ATTR_MUST_USE;

#endif
