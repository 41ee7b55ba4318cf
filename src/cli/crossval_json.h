/*
 * crossval_json.h - crossval.json: folds, EMIDEC's metrics beside ours, comparisons.
 *
 * The same folder gives the same bytes: six digits, no dates, no times.  All other
 * statistics stand in summary.json (evaluate_json.h).
 *
 *   program     name, version
 *   cohort      table, patients (held out once), folds_from ("column", "names")
 *   training    the options in one line
 *   watched     whom the validation in the logs shows: "held-out", "share"
 *   folds       of each: fold, learned, drawn_from, left_out (copies of who was held
 *               out), watched, held_out, model_sha256, precision
 *   methods     of each: name, folder; classes: of each region key, labels, and
 *               emidec_dsc (3D, empty in both maps = 1), dsc (those left out),
 *               hd95_mm, error_ml, error_percent_of_myocardium; percent_lge,
 *               large_accuracy; by_fold
 *   compare     every pair of methods, as in summary.json
 *
 * Layer:  cli.
 */
#ifndef CLI_CROSSVAL_JSON_H
#define CLI_CROSSVAL_JSON_H

#include "cli/crossval_evaluate.h"

/** Owned by the caller (json_decref).  NULL with ERR_NOMEM. */
json_t *crossval_json_make(const struct crossval *cv, const struct crossval_result *r,
                           struct err *err) ATTR_MUST_USE;

#endif
