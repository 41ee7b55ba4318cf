/*
 * csv.h - tables of text, by RFC 4180.
 *
 * Why:    cohort files come from spreadsheets of many makes; a table that is read
 *         wrongly shifts columns in silence, so anything odd is refused with its line.
 * Layer:  base.
 * Thread: plain data; read once, then borrowed by all.
 * Source: RFC 4180, section 2.  Beyond it: LF alone ends a row too, a UTF-8 byte order
 *         mark is skipped, and so are lines without any character.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

C_API_BEGIN

enum { CSV_MAX_CELLS = 16 * 1024 * 1024 };

/* Rows may differ in length.  All-zero is empty. */
struct csv {
    size_t rows;
    size_t
        *first; /* [rows + 1] number of each row's first cell; the last is the total */
    uint32_t *line;  /* [rows] line of the file on which the row begins, from 1 */
    uint32_t *start; /* [first[rows]] where each cell begins in `text` */
    char *text;      /* the cells one after the other, each ended by a zero byte */
};

/**
 * Read a table from memory.
 *
 * @param text      [size] bytes; borrowed
 * @param name      stands for the file in messages
 * @param[out] out  owned by the caller (csv_clear); written only on success
 * Errors (with name and line): ERR_FORMAT (unterminated quote, a quote inside a bare
 *     cell, text after a closing quote, a carriage return without a line feed, a NUL
 *     byte); ERR_SUPPORT (above CSV_MAX_CELLS, 2 GiB or more); ERR_NOMEM
 * Cost:    O(size), two passes
 * Tests:   tests/unit/base/csv.c, tests/fuzz/csv.c
 */
bool csv_parse(const char *text, size_t size, const char *name, struct csv *out,
               struct err *err) ATTR_MUST_USE;

void csv_clear(struct csv *csv);

/** Number of cells in a row. */
size_t csv_columns(const struct csv *csv, size_t row);

/** A cell's text, never NULL; borrowed. */
const char *csv_cell(const struct csv *csv, size_t row, size_t column);

/**
 * Write text as one cell, quoted where it must be.  A cell that begins with = + - @ or
 * a tab gets an apostrophe in front, since spreadsheets would run it as a formula: for
 * text that came from a file.  Numbers are printed without this function.
 *
 * @return  false if the stream refused
 */
bool csv_write_text(FILE *stream, const char *text) ATTR_MUST_USE;

C_API_END

#endif
