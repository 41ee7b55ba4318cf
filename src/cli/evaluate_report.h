/*
 * evaluate_report.h - a study as a document to read: report.md.
 *
 * Markdown that stands alone: who was compared and who was not, by which rules, and the
 * numbers of summary.json that a reader looks for first.  What does not exist is called
 * undefined.  No dates: the same study gives the same bytes.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_REPORT_H
#define CLI_EVALUATE_REPORT_H

#include "cli/evaluate_study.h"

/** Errors: ERR_IO, ERR_NOMEM, with the file's name; nothing is left half written. */
bool evaluate_report_write(const struct evaluate_study *study, const char *path,
                           struct err *err) ATTR_MUST_USE;

#endif
