/*
 * cells.h - a table of short texts, before anybody knows how it will look.
 *
 * Why:    the printed report and the one for the browser show the same rows.
 * Layer:  report.
 * Thread: plain data.
 */
#ifndef REPORT_CELLS_H
#define REPORT_CELLS_H

#include <stddef.h>

#include "base/err.h"

enum { REPORT_CELL = 384 }; /* bytes of a text with its end; longer ones are cut */

/* All-zero is empty. */
struct report_cells {
    size_t columns, rows, room;
    char (*text)[REPORT_CELL]; /* owned; [room][columns], the first `rows` are in use */
};

/** An empty table with room for `rows`.
 *  @param[out] out  owned by the caller (report_cells_clear)
 *  Errors: ERR_NOMEM */
bool report_cells_new(size_t columns, size_t rows, struct report_cells *out,
                      struct err *err) ATTR_MUST_USE;

void report_cells_clear(struct report_cells *cells);

/** Add a row; one too many is not added.
 *  @param text  [columns], copied; cut between letters, and what is not UTF-8 becomes
 *               '?', as do control characters: names come from outside */
void report_cells_add(struct report_cells *cells, const char *const *text);

const char *report_cells_at(const struct report_cells *cells, size_t row,
                            size_t column);

/** Copy a text as report_cells_add() does.
 *  Tests: tests/unit/report/cells.c */
void report_cells_copy(char *to, size_t size, const char *from);

#endif
