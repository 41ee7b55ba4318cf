/*
 * crossval_report.h - crossval.md: a cross-validation to read.
 *
 * Layer:  cli.
 */
#ifndef CLI_CROSSVAL_REPORT_H
#define CLI_CROSSVAL_REPORT_H

#include "cli/crossval_evaluate.h"

/**
 * Write the page.
 *
 * @param watched  whom the validation of the logs shows, in words
 * @param curves   is there a figure of learning curves?
 * Errors: ERR_IO, ERR_NOMEM, with the file's name; nothing is left half written
 */
bool crossval_report_write(const struct crossval *cv, const struct crossval_result *r,
                           const char *watched, bool curves, const char *path,
                           struct err *err) ATTR_MUST_USE;

#endif
