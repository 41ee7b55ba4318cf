/*
 * evaluate_case.h - one patient: a prediction against the truth.
 *
 * Layer:  cli.
 * Thread: pure but for the files read.
 */
#ifndef CLI_EVALUATE_CASE_H
#define CLI_EVALUATE_CASE_H

#include "cli/evaluate_study.h"

/**
 * Where a method keeps a patient's labels: DIR/<id>/labels.nii.gz (as quantify writes),
 * else DIR/<id>.nii.gz, and both with .nii.
 *
 * @param[out] path  owned by the caller (mem_free); NULL when there is none
 * Errors: ERR_NOMEM, ERR_SUPPORT (path too long)
 */
bool evaluate_case_find(const char *dir, const char *id, char **path,
                        struct err *err) ATTR_MUST_USE;

/**
 * Read a prediction, its voxels in the order of the truth's.
 *
 * @param truth       borrowed; `truth_path` names it in messages
 * @param[out] out    owned by the caller; written only on success
 * Errors: those of nifti_read_labels; ERR_FORMAT when the grids differ by more than
 *     0.1 mm at a corner (names both files, and in what they differ)
 */
bool evaluate_case_read(const struct labels *truth, const char *truth_path,
                        const char *pred_path, struct labels *out,
                        struct err *err) ATTR_MUST_USE;

/**
 * Compare two label maps.  All is measured inside the box that holds every label of
 * both: what lies around changes nothing but the time it takes.
 *
 * @param truth       borrowed; `truth_path` names it in messages
 * @param pred_path   as evaluate_case_read() takes it
 * @param scoring     borrowed
 * @param[out] out    written only on success
 * Errors: those of evaluate_case_read
 */
bool evaluate_case_compare(const struct labels *truth, const char *truth_path,
                           const char *pred_path,
                           const struct evaluate_scoring *scoring,
                           struct evaluate_case *out, struct err *err) ATTR_MUST_USE;

/** A quantity of evaluate_case_quantities; NaN when not available. */
double evaluate_case_value(const struct lv_measure *m, int quantity);

#endif
