/*
 * study_figures.h - the figures of a study's report.
 *
 * Layer:  cli.
 */
#ifndef CLI_STUDY_FIGURES_H
#define CLI_STUDY_FIGURES_H

#include <jansson.h>

#include "cli/study_agreement.h"

/**
 * Draw figure1a, 1b and 1c, figure2 and figure3 (each .pdf, .svg, .png) into the
 * report's folder.
 *
 * Figure 1 shows three patients chosen by reader 1's %LGE: of the test patients with
 * scar, in the order of their burdens, those at 1/6, 1/2 and 5/6 of the row.
 *
 * Figure 2 needs three patients with a value, figure 3 one; else they are left out.
 *
 * @param json  study.json: `figure1` (who was shown), `figure2` and `figure3` (were
 *              they drawn) are added
 * Errors: as the drawing and reading functions
 */
bool study_figures_draw(const struct study_dir *dir,
                        const struct study_agreement *agreement, json_t *json,
                        struct err *err) ATTR_MUST_USE;

#endif
