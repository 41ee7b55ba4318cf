/*
 * patient_files.h - what every command that makes labels says and draws of a patient.
 *
 * Layer:  cli.
 * Thread: pure functions, except for what they write.
 */
#ifndef CLI_PATIENT_FILES_H
#define CLI_PATIENT_FILES_H

#include "cli/patient_dir.h"
#include "geom/orient.h"
#include "image/image.h"
#include "measure/burden.h"
#include "report/results.h"

/** Fill in program, input, geometry and scar of a result; all pointers are borrowed.
 *  What a command does not know (interval, probability, thickness) is not available. */
void patient_files_describe(const struct grid *grid, const char *id, const char *path,
                            const struct lv_measure *lv, enum measure_rule rule,
                            struct patient_result *out);

/** Bring the slices last, in place; `back` undoes it.  Errors: ERR_NOMEM. */
bool patient_files_orient(struct image *image, struct geom_order *back,
                          struct err *err) ATTR_MUST_USE;

/** Write `name` on the grid that the image had in its file.  Errors: ERR_IO, ERR_NOMEM.
 */
bool patient_files_labels(const struct patient_dir *dir, const char *name,
                          const struct labels *labels, const struct geom_order *back,
                          struct err *err) ATTR_MUST_USE;

/** Draw overlay.png, with the numbers above it.  Errors: ERR_IO, ERR_NOMEM. */
bool patient_files_overlay(const struct patient_dir *dir, const struct image *image,
                           const struct labels *labels, const struct patient_result *r,
                           struct err *err) ATTR_MUST_USE;

#endif
