/*
 * utf8.h - letters in a text from outside, which may hold any bytes.
 *
 * Layer:  report (may use base).
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

/** A copy in which each byte that belongs to no letter is U+FFFD, as in file names from
 *  systems with another alphabet.
 *  @return  owned by the caller (mem_free); NULL without memory
 *  Tests:   tests/unit/report/json_out.c, tests/unit/report/results.c */
char *report_utf8_clean(const char *text);

#endif
