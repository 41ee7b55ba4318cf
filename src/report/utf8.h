/*
 * utf8.h - where a letter of a text from outside ends, if it is one.
 *
 * Layer:  report.
 * Thread: pure.
 */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stddef.h>

/** Bytes of the letter that begins at `text`, 1 to 4; 0: what is there is no UTF-8 (an
 *  overlong form, a surrogate, beyond the last letter, cut off).  The zero byte at the
 *  end of a text is a letter of one.
 *  Source: the Unicode Standard, version 15, table 3-7.
 *  Tests:  tests/unit/report/cells.c, tests/unit/report/json_out.c */
size_t report_utf8_length(const char *text);

#endif
