/*
 * evaluate_csv.h - a study as two tables for a spreadsheet or R.
 *
 * Six digits, no dates: the same study gives the same bytes.  A number that does not
 * exist is an empty cell.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_CSV_H
#define CLI_EVALUATE_CSV_H

#include "cli/evaluate_study.h"

/** One row per method and patient.
 *  Errors: ERR_IO, ERR_NOMEM, with the file's name; nothing is left half written. */
bool evaluate_csv_patients(const struct evaluate_study *study, const char *path,
                           struct err *err) ATTR_MUST_USE;

/** One row per method and group, everybody first.  Errors: the same. */
bool evaluate_csv_groups(const struct evaluate_study *study, const char *path,
                         struct err *err) ATTR_MUST_USE;

#endif
