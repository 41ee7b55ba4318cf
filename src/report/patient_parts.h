/*
 * patient_parts.h - what the two forms of a patient's report are made of.
 *
 * Why:    words, slices and their outlines are found once and shown twice.
 * Layer:  report; for patient_report.c alone.
 * Thread: safe.
 */
#ifndef REPORT_PATIENT_PARTS_H
#define REPORT_PATIENT_PARTS_H

#include "plot/bulls_eye.h"
#include "report/facts.h"
#include "report/key_slices.h"
#include "report/patient_report.h"
#include "report/scene.h"

enum { REPORT_KEY_IMAGES = 3 };

struct report_parts {
    const struct patient_report *report; /* borrowed */
    struct report_facts facts;
    struct report_scene scene;
    int32_t key[REPORT_KEY_SLICES_MAX]; /* slices of page 1 */
    int keys;
    struct plot_bulls_eye eye; /* its words are borrowed from the table of words */
};

/** The pages, A4.  @param[out] out  owned by the caller.  Errors: as
 *  report_patient_make() */
bool report_patient_pdf(const struct report_parts *parts, struct bytes *out,
                        struct err *err) ATTR_MUST_USE;

/** The document for the browser, likewise. */
bool report_patient_html(const struct report_parts *parts, struct bytes *out,
                         struct err *err) ATTR_MUST_USE;

#endif
