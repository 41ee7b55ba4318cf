/*
 * patient_files.h - what every command that makes labels writes of a patient.
 *
 * Layer:  cli.
 * Thread: pure functions, except for what they write.
 */
#ifndef CLI_PATIENT_FILES_H
#define CLI_PATIENT_FILES_H

#include "cli/patient_dir.h"
#include "geom/orient.h"
#include "image/image.h"
#include "report/results.h"
#include "report/words.h"

/* How an image lay in its file before its slices were brought last. */
struct patient_native {
    struct geom_order back;   /* to the file's order of axes */
    struct nifti_forms forms; /* the header's words for it */
};

/** Bring the slices last, in place; `native` tells how they were.  Errors: ERR_NOMEM.
 */
bool patient_files_orient(struct image *image, struct patient_native *native,
                          struct err *err) ATTR_MUST_USE;

/**
 * Read a label map of an image, its slices last.
 *
 * Its axes may run otherwise than the image's: contours are drawn on what converters of
 * DICOM make.
 *
 * @param image     the image's name, for messages
 * @param grid      of the image, in either order of axes
 * @param[out] out  owned by the caller; written only on success
 * Errors: those of nifti_read_labels(); ERR_FORMAT (another grid)
 */
bool patient_files_read_labels(const char *path, const char *image,
                               const struct grid *grid, struct labels *out,
                               struct err *err) ATTR_MUST_USE;

/** Write `name` as the image lay in its file: on its grid, with its header's sform and
 *  qform.  Errors: ERR_IO, ERR_NOMEM.
 *  Tests:  tests/unit/cli/patient_files.c */
bool patient_files_labels(const struct patient_dir *dir, const char *name,
                          const struct labels *labels,
                          const struct patient_native *native,
                          struct err *err) ATTR_MUST_USE;

/** Write overlay.png, with the numbers above it, report.pdf and report.html.
 *  Errors: ERR_IO, ERR_SUPPORT (a font is missing), ERR_NOMEM. */
bool patient_files_report(const struct patient_dir *dir, const struct image *image,
                          const struct labels *labels, const struct patient_result *r,
                          enum report_lang lang, struct err *err) ATTR_MUST_USE;

#endif
