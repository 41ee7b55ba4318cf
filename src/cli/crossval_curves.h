/*
 * crossval_curves.h - the learning curves of all folds, from the logs of training.
 *
 * Layer:  cli.
 */
#ifndef CLI_CROSSVAL_CURVES_H
#define CLI_CROSSVAL_CURVES_H

#include "cli/crossval_work.h"

/**
 * Draw report/figures/learning-curves (.pdf, .svg, .png): the segmenting network's.
 *
 * @param watched     whom the validation shows, in words
 * @param[out] drawn  false: no epoch was trained, nothing was written
 * Errors: ERR_IO (a fold has no log, though epochs were asked for), ERR_FORMAT (a log
 *     without its columns), ERR_NOMEM, ERR_SUPPORT
 *
 * Tests:  tests/unit/cli/crossval_curves.c
 */
bool crossval_curves_draw(const struct crossval *cv, const char *watched, bool *drawn,
                          struct err *err) ATTR_MUST_USE;

#endif
