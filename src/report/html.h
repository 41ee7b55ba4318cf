/*
 * html.h - the two things that a document for the browser must get right: text from
 *          outside that stays text, and images that need no second file.
 *
 * Layer:  report.
 * Thread: safe.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "base/file.h"

/** Print a text so that it means itself between tags and in quoted attributes: & < > "
 *  and ' become entities.
 *  Tests: tests/unit/report/html.c */
void report_html_text(FILE *to, const char *text);

/** Print bytes as base64.  Source: RFC 4648, section 4. */
void report_html_base64(FILE *to, const struct bytes *bytes);

/** Print <img> with its bytes in it.  @param alt, mime  texts, escaped here */
void report_html_image(FILE *to, const char *mime, const struct bytes *bytes,
                       const char *alt);

#endif
