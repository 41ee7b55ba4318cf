/*
 * evaluate_cells.h - cells of a table in Markdown.
 *
 * A stream that refuses keeps its error flag, and file_writer_commit() reports it; so
 * the results of the single writes are not looked at.  What does not exist is called
 * undefined.
 *
 * Layer:  cli.
 * Tests:  tests/unit/cli/evaluate_report.c
 */
#ifndef CLI_EVALUATE_CELLS_H
#define CLI_EVALUATE_CELLS_H

#include <stdio.h>

#include "stat/interval.h"

/** Text from a file, which must not end a cell or a line. */
void evaluate_cell_text(FILE *to, const char *text);

/** The value, or 0 where so many digits show nothing of it but a sign: "-0.00". */
double evaluate_cell_value(int digits, double v);

/** " 0.873 |" */
void evaluate_cell(FILE *to, int digits, double v);

/** " 0.873 (0.861 to 0.884) |" */
void evaluate_cell_ci(FILE *to, int digits, double v, const struct stat_interval *ci);

/** A P value: " 0.0312 |", " < 0.0001 |" */
void evaluate_cell_p(FILE *to, double p);

#endif
