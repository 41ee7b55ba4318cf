/*
 * patient_report.h - a patient's report for paper (PDF) and for the browser (HTML).
 *
 * Why:    a cardiologist reads one page in a minute: where the scar is, how much, and
 *         whether to believe it.  What a core lab checks stands behind it.
 * Layer:  report.
 * Thread: safe.
 *
 * Page 1: what it is and is not; four numbers; the quality's verdict with its reasons;
 * key slices with contours; bull's eye; measurements; method.  Then all slices, and the
 * tables of segments and slices.  Both files say the same, in the same words (facts.h).
 *
 * Same input, same bytes: no date, no path, nothing of the machine.  The PDF embeds its
 * fonts; the HTML is one file without scripts that asks nothing of a network.
 */
#ifndef REPORT_PATIENT_REPORT_H
#define REPORT_PATIENT_REPORT_H

#include "base/file.h"
#include "image/image.h"
#include "report/results.h"
#include "report/words.h"

struct patient_report {                  /* all borrowed */
    const struct patient_result *result; /* its shape may be NULL: no segments */
    const struct image *image;           /* slices along axis 2 */
    const struct labels *labels;         /* on the image's grid */
    enum report_lang lang;
};

/** Are the fonts of a language there?  Errors: ERR_SUPPORT, naming the package. */
bool report_patient_check(enum report_lang lang, struct err *err) ATTR_MUST_USE;

/**
 * Make both documents.
 *
 * @param[out] pdf, html  owned by the caller (bytes_clear); written only on success
 * Errors:  ERR_ARG (empty image, labels of another size), ERR_SUPPORT (a font is
 *          missing), ERR_NOMEM
 * Cost:    see docs; about 0.15 s for 12 slices
 * Tests:   tests/unit/report/patient_report.c
 */
bool report_patient_make(const struct patient_report *report, struct bytes *pdf,
                         struct bytes *html, struct err *err) ATTR_MUST_USE;

#endif
