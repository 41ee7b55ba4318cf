/*
 * calibrate_figure.h - the figure of a calibration's report.
 *
 * Layer:  cli.
 * Thread: safe.
 */
#ifndef CLI_CALIBRATE_FIGURE_H
#define CLI_CALIBRATE_FIGURE_H

#include "cli/calibrate_trial.h"

/**
 * Draw DIR/calibration.pdf, .svg and .png: a, every patient's interval with the truth,
 * by growing %LGE; b and c, risk against coverage of the DSC and of %LGE.
 *
 * Errors: as plot_canvas_write()
 */
bool calibrate_figure_write(const struct calibrate_set *set,
                            const struct calibrate_trial *trial, const char *dir,
                            struct err *err) ATTR_MUST_USE;

#endif
