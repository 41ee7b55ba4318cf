/*
 * study_report.h - the report of a study: report.md, from the numbers in study.json.
 *
 * Why:    a reader must see at once that the patients are simulated, and may then set
 *         our numbers beside those of the paper, line by line.  What the report says is
 *         taken from study.json alone, so the two cannot disagree.
 * Layer:  report.
 * Thread: pure but for the file written.
 * Source: the paper's numbers: Fahmy et al., Radiology 2020;294:52-60,
 *         doi 10.1148/radiol.2019190737, abstract and published summary.
 *
 * The keys of study.json (a number that is not available is null):
 *
 *   simulated            true
 *   program, study       who made it; the plan: preset, seed, patients, epochs, ...
 *   machine              cpu, engine, precision
 *   decision_3d, decision_2d   scar_odds, island_ml, smallest_ml (unet/config.h)
 *   n_train, n_test
 *   r_volume, r_percent_lge, dsc_3d, dsc_2d, p_3d_vs_2d, p_vendor, p_site,
 *   large_accuracy, reader, seconds_per_image      the paper's, and their like for _2d
 *   p_3d_vs_2d_better, p_error_percent_lge_better  "3D" or "2D" where P < .05, else
 *                        "neither"
 *   difference_dsc, difference_error_percent_lge   {mean, ci95}, 3D - 2D in pairs
 *   reader1              against the core lab: "3D", "2D", "reader2", "consensus" (what
 *                        most of nine further readers have drawn), each an agreement
 *   truth                against the exact truth: the same and "reader1"
 *   by_site, by_vendor   [{group, 3D, 2D}], against the core lab
 *   figure1              [{id, dsc, ...}] the patients of figure 1
 *   figure2, figure3     were they drawn
 *
 * An agreement is what summary.json of `cicatrix evaluate` says of a group: n,
 * dsc.scar {mean, sd, n, n_both_empty, ci95, ...}, scar_ml and percent_lge {pearson {r,
 * ci95}, bland_altman {bias, limits}}, large {accuracy, ...}, without_scar {n,
 * n_false}.
 */
#ifndef REPORT_STUDY_REPORT_H
#define REPORT_STUDY_REPORT_H

#include <jansson.h>

#include "base/err.h"

/**
 * Write the report, atomically.  A key that is missing is shown as "-".
 *
 * @param study  borrowed
 * Errors: ERR_IO, ERR_NOMEM; name the file
 * Tests:  tests/unit/report/study_report.c
 */
bool report_study_write(const char *path, const json_t *study,
                        struct err *err) ATTR_MUST_USE;

#endif
