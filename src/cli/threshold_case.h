/*
 * threshold_case.h - one patient: from image and contours to the folder of results.
 *
 * Layer:  cli.
 * Thread: one patient a thread.
 */
#ifndef CLI_THRESHOLD_CASE_H
#define CLI_THRESHOLD_CASE_H

#include "cli/input_read.h"
#include "measure/burden.h"
#include "measure/threshold.h"
#include "measure/volumes.h"
#include "report/results.h"
#include "report/words.h"

/* What all patients of a run share; borrowed. */
struct threshold_setup {
    const char *out;                          /* folder of all results */
    struct measure_threshold_options options; /* .remote is not used */
    enum measure_rule rule;
    bool report;           /* write overlay.png, report.pdf and report.html */
    enum report_lang lang; /* of the report */
    char model[64];        /* "threshold sd:5" */
};

/* One patient's files. */
struct threshold_input {
    struct input_ref image;
    const char *contours;
    const char *remote; /* drawn remote regions; NULL: as the options say */
};

/* One patient's numbers.  `result` points into this struct and to what the call below
 * borrowed. */
struct threshold_case {
    struct lv_measure lv;
    struct measure_lv_shape shape;
    struct dicom_source source; /* where the image came from; empty for NIfTI */
    struct patient_result result;
    double core_ml, grey_ml; /* NaN if not asked */
};

/**
 * Read, apply the threshold, measure, and write OUT/<id>/ with labels.nii.gz,
 * zones.nii.gz (if zones are asked), results.json and, if asked for, overlay.png,
 * report.pdf and report.html: all of them, or nothing.
 *
 * @param input     borrowed as long as `out` is used
 * @param[out] out  owned by the caller (threshold_case_clear); written only on success
 * Errors:  those of reading, measure_threshold() and writing; ERR_FORMAT for a label
 *          map given as an image, and for contours on another grid.  All name the file.
 */
bool threshold_case(const struct threshold_setup *setup,
                    const struct threshold_input *input, struct threshold_case *out,
                    struct err *err) ATTR_MUST_USE;

void threshold_case_clear(struct threshold_case *c);

#endif
