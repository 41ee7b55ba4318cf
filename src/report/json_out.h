/*
 * json_out.h - results as JSON: the same numbers give the same bytes, and read well.
 *
 * Why:    a double printed with all its digits turns 13.7 into 13.699999999999999, and
 *         NaN is not JSON.  Here a number is rounded to a stated number of significant
 *         digits, what is not available is null, and members keep the order in which
 *         they were added.
 * Layer:  report.
 * Thread: a document belongs to one thread.
 *
 * Idiom: build with jansson, hand every new value straight to report_json_add() or
 * report_json_append(), which own it from then on, whether they succeed or not; so a
 * constructor that ran out of memory (NULL) is noticed in one place.
 */
#ifndef REPORT_JSON_OUT_H
#define REPORT_JSON_OUT_H

#include <jansson.h>
#include <stdio.h>

#include "base/err.h"

enum { REPORT_DIGITS = 6 }; /* significant digits of a measured number */

/** `value` rounded to `digits` (1..15) significant decimal digits, as it is if it is
 * not finite.  Zero has no sign. */
double report_rounded(double value, int digits);

/** The same as a number; null if it is not finite. */
json_t *report_json_number(double value, int digits);

/** A string; null for NULL.  Bytes that are not UTF-8 (a file name may hold any) become
 *  U+FFFD. */
json_t *report_json_text(const char *text);

/** Add a member; `take_value` is owned by the call in any case.
 *  Errors: ERR_NOMEM, also when `take_value` is NULL. */
bool report_json_add(json_t *object, const char *key, json_t *take_value,
                     struct err *err) ATTR_MUST_USE;

/** The same for an element of an array. */
bool report_json_append(json_t *array, json_t *take_value,
                        struct err *err) ATTR_MUST_USE;

/** Print a document, indented, with a final line feed.  Errors: ERR_IO, ERR_NOMEM. */
bool report_json_print(FILE *stream, const json_t *root, struct err *err) ATTR_MUST_USE;

/** Write a document as a file, atomically.  Errors: as above, with the file's name. */
bool report_json_write(const char *path, const json_t *root,
                       struct err *err) ATTR_MUST_USE;

#endif
