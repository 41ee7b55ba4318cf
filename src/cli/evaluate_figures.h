/*
 * evaluate_figures.h - the figures of a comparison: `cicatrix evaluate --figures`.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_FIGURES_H
#define CLI_EVALUATE_FIGURES_H

#include "cli/evaluate_study.h"

/* One method of a study, with the names that stand at the axes. */
struct evaluate_figure {
    const struct evaluate_study *study;
    size_t method;
    const char *reference_name, *method_name;
};

/**
 * Scar volume and %LGE against the reference (report_figure2_write).
 *
 * Patients with a myocardium in both; of fewer than 3 there is no figure.  Colours are
 * those of the first column of 2 to 5 groups, as many as there are shapes.
 *
 * @param[out] drawn  false: too few patients, nothing was written
 * Errors:  ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Tests:   tests/unit/cli/evaluate_figures.c, tests/cli/evaluate.t
 */
bool evaluate_figures_agreement(const struct evaluate_figure *figure, const char *stem,
                                bool *drawn, struct err *err) ATTR_MUST_USE;

/**
 * DSC of scar by the columns of the study's groups and by scar volume
 * (report_figure3_write).
 *
 * Patients with scar in one of both maps, but the P of a panel is of those with scar in
 * the reference (evaluate_compare_groups); without any there is no figure.  A column
 * with more than DSC_GROUPS groups has no panel, nor has one after
 * FIGURE3_DIVISIONS. Errors:  as above
 */
bool evaluate_figures_dsc(const struct evaluate_figure *figure, const char *stem,
                          bool *drawn, struct err *err) ATTR_MUST_USE;

/**
 * All figures of a study, each as .pdf, .svg and .png, into the folder `dir`, which is
 * made when missing:
 *
 *   <method>-agreement   evaluate_figures_agreement()
 *   <method>-dsc         evaluate_figures_dsc()
 *   roc                  %LGE of every method against the reference's class at the
 *                        study's rule (report_figure4_write); a prediction without
 *                        myocardium counts as 0 %
 *   methods              DSC of scar of all methods, if there are two or more
 *                        (report_figure5_write); a patient without scar in both maps
 *                        is there as in the means and the test: see scoring.empty
 *
 * What cannot be drawn for want of patients is said on stderr, and the rest is.
 *
 * Errors:  ERR_IO, ERR_NOMEM, ERR_SUPPORT (font)
 * Cost:    about 1 s a method
 */
bool evaluate_figures_write(const struct evaluate_study *study, const char *dir,
                            struct err *err) ATTR_MUST_USE;

#endif
