/*
 * evaluate_table.h - a study as a table to read on a terminal.
 *
 * Layer:  cli.
 */
#ifndef CLI_EVALUATE_TABLE_H
#define CLI_EVALUATE_TABLE_H

#include "cli/evaluate_study.h"

/** Print every method with its groups; at most 80 columns but for long names. */
void evaluate_table_print(const struct evaluate_study *study, FILE *to);

#endif
